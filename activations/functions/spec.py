"""What an activation function is: its parameters and what is declared about it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from numbers import Real
from reprlib import repr as brief
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from activations import notation

if TYPE_CHECKING:
    import torch

    from activations.functions.formula import Formula

T = TypeVar("T")

Fact: TypeAlias = T | Callable[..., T]
"""A declared fact: a value, or a function of the parameters, which it takes by name."""

Value: TypeAlias = float | str
"""A parameter's value: a number, or one of a choice's options."""


class Family(Enum):
    """The families that the activations are shown in; the value is the title."""

    SIGMOID_LIKE = "Sigmoid-like"
    RECTIFIERS = "Rectifiers"
    SMOOTH_RECTIFIERS = "Smooth rectifiers"
    SHRINKAGE = "Shrinkage"
    PIECEWISE_LINEAR = "Piecewise linear"
    BEYOND_TORCH = "Beyond torch.nn"
    RARELY_MET = "Rarely met"

    @property
    def title(self) -> str:
        """The name that people read."""
        return self.value


class Parity(Enum):
    """Whether f(-x) is -f(x), f(x) or neither; the value is the word for it."""

    ODD = "odd"
    EVEN = "even"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Interval:
    """The values between `low` and `high`; an open end belongs to no input."""

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    def contains(self, values: Any, tolerance: float = 0.0) -> bool:
        """Whether all values (a float or an array) lie inside, up to `tolerance`.

        An open end counts as inside: rounded to float64, sigmoid(40) is 1.
        """
        inside = (values >= self.low - tolerance) & (values <= self.high + tolerance)
        return bool(inside if isinstance(inside, bool) else inside.all())

    def allows(self, value: float) -> bool:
        """Whether `value` lies inside, open ends left out."""
        return (
            self.contains(value)
            and not (self.low_open and value <= self.low)
            and not (self.high_open and value >= self.high)
        )

    def __str__(self) -> str:
        left = "(" if self.low_open or math.isinf(self.low) else "["
        right = ")" if self.high_open or math.isinf(self.high) else "]"
        return f"{left}{notation.plain(self.low)}, {notation.plain(self.high)}{right}"


REALS = Interval(-math.inf, math.inf)
"""Every real number."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A real parameter of an activation, under the name that its torch module gives it.

    `low`, `high` and `step` describe the slider, `allowed` the values that make sense at all.
    `short` names the parameter where room is scarce, as in file names; `query` in a link, where
    the activation's rule for its links does not (see Activation.query_of). One that is `learned`
    along with the weights begins at its value, and moves by "itself" or by its "logarithm", which
    keeps it positive.
    """

    name: str
    symbol: str
    default: float
    low: float
    high: float
    step: float
    meaning: str
    short: str = ""
    query: str = ""
    allowed: Interval = REALS
    learned: Literal["", "itself", "logarithm"] = ""

    def check(self, value: object) -> float:
        """Return `value` as a float; ValueError unless it is a finite number that is allowed.

        A number of any kind will do: an int, a Decimal, NumPy's, a tensor without dimensions.
        """
        number = _as_float(value)
        if number is None:
            raise ValueError(f"{self.name} must be one real number, not {brief(value)}")
        if not math.isfinite(number):
            raise ValueError(f"{self.name} must be a finite number, not {number!r}")
        if not self.allowed.allows(number):
            raise ValueError(f"{self.name} must lie in {self.allowed}, not be {number!r}")
        return number


def _as_float(value: object) -> float | None:
    """Return one real number as a float, infinite if it is too large; None for what is none."""
    if getattr(value, "ndim", 0) == 0 and hasattr(value, "item"):  # NumPy's and torch's
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, Real | Decimal):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf
    except ValueError:  # a signalling NaN
        return math.nan


@dataclass(frozen=True, slots=True)
class Choice:
    """A parameter of an activation that is one of a few words, as its torch module spells them."""

    name: str
    default: str
    options: tuple[str, ...]
    meaning: str
    symbol: str = ""
    short: str = ""
    query: str = ""

    def check(self, value: object) -> str:
        """Return `value`; ValueError unless it is one of the options."""
        if not isinstance(value, str) or value not in self.options:
            allowed = ", ".join(map(repr, self.options))
            raise ValueError(f"{self.name} must be one of {allowed}, not {brief(value)}")
        return value


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an activation's parameters must fulfil together, and how to say so."""

    holds: Callable[..., bool]
    message: str


@dataclass(frozen=True, slots=True)
class Break:
    """A point where a derivative jumps.

    `order` is the lowest derivative that does: 0 where the function itself jumps, 1 at a kink,
    2 where only the curvature jumps. `slope` is the derivative that PyTorch's autograd gives there.
    """

    x: float
    order: int
    slope: float


@dataclass(frozen=True, slots=True)
class Paper:
    """Where to read on: a paper, or torch's own page, which has no year."""

    title: str
    url: str
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Activation:
    """One elementwise activation function: a torch module and everything declared about it.

    `make` takes the parameters by name and returns the module; `make_double` makes it in float64,
    for a module with weights, which would be rounded to float32 otherwise. `summary` is one
    sentence, `note` what a reader of the chart must know besides. `aliases` are other names for the
    same function with the same defaults, `elsewhere` maps those that only some framework uses to
    the parameters that they mean. `output` is the least interval that holds every value.
    `breaks` lists every point where the function or one of its first two derivatives jumps, in
    rising order. `monotone` says that the function never falls.

    `band` gives two sets of parameters for a function that is random in training: training draws
    from between the two, evaluation gives the function itself. `torch_gain` is what
    `torch.nn.init.calculate_gain` says, where it knows the function. `curvature` gives f'' from the
    inputs and the parameters, for a module that torch cannot differentiate twice. `expression` is
    the formula of a function that torch.nn does not have. `detail` is how many points for each unit
    of input a drawing needs, for a function that changes fast. `center` is the input about which it
    bends, for a smooth function that may bend sharply elsewhere than at 0.
    """

    name: str
    title: str
    family: Family
    make: Callable[..., torch.nn.Module]
    formula: Fact[str]
    output: Fact[Interval]
    monotone: Fact[bool]
    parity: Fact[Parity]
    summary: str
    paper: Paper
    color: str
    dash: str = "solid"
    aliases: tuple[str, ...] = ()
    elsewhere: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    parameters: tuple[Parameter | Choice, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    breaks: Fact[tuple[Break, ...]] = ()
    note: str = ""
    make_double: Callable[..., torch.nn.Module] | None = None
    band: Fact[tuple[Mapping[str, Value], Mapping[str, Value]] | None] = None
    torch_gain: Fact[float | None] = None
    curvature: Callable[..., torch.Tensor] | None = None
    expression: Formula | None = None
    detail: Fact[float] = 0.0
    center: Fact[float] = 0.0

    def module(self, **parameters: Value) -> torch.nn.Module:
        """Return a fresh torch module; ValueError on an unknown or non-finite parameter."""
        return self.at(**parameters).module()

    def at(self, **parameters: Value) -> Function:
        """Return this activation at the given parameters, the others at their defaults.

        Raises ValueError, saying what is allowed, for a parameter that the activation does not
        have, for a value that it does not take, and for values that do not go together.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in parameters:
            if name not in known:
                allowed = ", ".join(known) if known else "no parameters"
                raise ValueError(f"{self.name} has no parameter {name!r}; it takes {allowed}")
        values = {
            name: parameter.check(parameters.get(name, parameter.default))
            for name, parameter in known.items()
        }
        for requirement in self.requirements:
            if not requirement.holds(**values):
                given = ", ".join(f"{name}={value!r}" for name, value in values.items())
                raise ValueError(f"{self.name}: {requirement.message}, not {given}")
        return Function(self, MappingProxyType(values))

    def query_of(self, parameter: Parameter | Choice) -> str:
        """Return the parameter's name in a link: "elu_alpha", unless it declares its own."""
        return parameter.query or f"{self.name}_{parameter.name}"


@dataclass(frozen=True, slots=True)
class Function:
    """An activation at given parameters: a function of one real variable."""

    activation: Activation
    values: Mapping[str, Value]

    def __hash__(self) -> int:
        return hash((self.activation.name, *self.values.items()))

    def module(self) -> torch.nn.Module:
        """Return a fresh torch module with these parameters, in training mode as torch makes it."""
        return self.activation.make(**self.values)

    @property
    def learned(self) -> dict[str, str]:
        """How each parameter moves that is learned along with the weights."""
        parameters = self.activation.parameters
        return {
            each.name: each.learned
            for each in parameters
            if isinstance(each, Parameter) and each.learned
        }

    def learning_module(self) -> torch.nn.Module:
        """Return a fresh module, in evaluation mode, whose weights are the learned parameters."""
        own = self.activation.expression
        return own.learning(self.learned, self.values) if own else self.module().eval()

    def evaluation_module(self) -> torch.nn.Module:
        """Return a fresh module that computes this function: in float64, in evaluation mode."""
        make = self.activation.make_double or self.activation.make
        return make(**self.values).double().eval()

    @property
    def title(self) -> str:
        """The name that people read."""
        return self.activation.title

    @property
    def formula(self) -> str:
        """The right-hand side of f(x) = ..., in LaTeX, with the parameters' present values."""
        return self._resolve(self.activation.formula)

    @property
    def output(self) -> Interval:
        """The least interval that holds the function's values on the real line."""
        return self._resolve(self.activation.output)

    @property
    def breaks(self) -> tuple[Break, ...]:
        """Where the function or one of its first two derivatives jumps, in rising order."""
        return self._resolve(self.activation.breaks)

    @property
    def monotone(self) -> bool:
        """Whether the function never falls."""
        return self._resolve(self.activation.monotone)

    @property
    def parity(self) -> Parity:
        """Whether the function is odd, even or neither."""
        return self._resolve(self.activation.parity)

    @property
    def smoothness(self) -> float:
        """How many derivatives are continuous: -1 with a jump, 0 with a kink, infinity if all."""
        return min((point.order for point in self.breaks), default=math.inf) - 1

    @property
    def band(self) -> tuple[Function, Function] | None:
        """The two functions between which training draws at random, where it does."""
        ends = self._resolve(self.activation.band)
        return ends and (self.activation.at(**ends[0]), self.activation.at(**ends[1]))

    @property
    def torch_gain(self) -> float | None:
        """What `torch.nn.init.calculate_gain` gives, where it knows the function."""
        gain = self._resolve(self.activation.torch_gain)
        return gain if gain is None else float(gain)

    @property
    def detail(self) -> float:
        """Points for each unit of input that a drawing needs at least."""
        return self._resolve(self.activation.detail)

    @property
    def center(self) -> float:
        """The input about which the function bends, breaks apart."""
        return self._resolve(self.activation.center)

    @property
    def slug(self) -> str:
        """A file name's beginning: "leaky-relu_slope-0.01"."""
        parameters = (
            f"_{parameter.short or parameter.name}-{_short(self.values[parameter.name])}"
            for parameter in self.activation.parameters
        )
        return self.activation.name.replace("_", "-") + "".join(parameters)

    def _resolve(self, fact: Fact[T]) -> T:
        return fact(**self.values) if callable(fact) else fact


def _short(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"
