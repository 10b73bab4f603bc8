"""What an activation function is: its parameters and what is declared about it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from activations import notation

if TYPE_CHECKING:
    import torch

T = TypeVar("T")

Fact: TypeAlias = T | Callable[..., T]
"""A declared fact: a value, or a function of the parameters, which it takes by name."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A real parameter of an activation, under the name that its torch module gives it.

    `low`, `high` and `step` describe the slider; torch itself takes any finite value unless the
    activation says otherwise. `short` names the parameter where room is scarce, as in file names,
    `query` in a link.
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

    def check(self, value: object) -> float:
        """Return `value` as a float; ValueError unless it is a finite number."""
        if isinstance(value, bool) or not isinstance(value, Real):
            raise ValueError(f"{self.name} must be a finite number, not {value!r}")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise ValueError(f"{self.name} must be a finite number, not {value!r}")
        return number


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

    def __str__(self) -> str:
        left = "(" if self.low_open or math.isinf(self.low) else "["
        right = ")" if self.high_open or math.isinf(self.high) else "]"
        return f"{left}{notation.plain(self.low)}, {notation.plain(self.high)}{right}"


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
class Activation:
    """One elementwise activation function: a torch module and everything declared about it.

    `make` takes the parameters by name and returns the module. `breaks` lists every point where
    the function or one of its first two derivatives jumps, in rising order.
    """

    name: str
    title: str
    make: Callable[..., torch.nn.Module]
    formula: Fact[str]
    output: Fact[Interval]
    color: str
    parameters: tuple[Parameter, ...] = ()
    breaks: Fact[tuple[Break, ...]] = ()

    def module(self, **parameters: float) -> torch.nn.Module:
        """Return a fresh torch module; ValueError on an unknown or non-finite parameter."""
        return self.at(**parameters).module()

    def at(self, **parameters: float) -> Function:
        """Return this activation at the given parameters, the others at their defaults.

        Raises ValueError, saying what is allowed, for a parameter that the activation does not
        have or that is not a finite number.
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
        return Function(self, MappingProxyType(values))


@dataclass(frozen=True, slots=True)
class Function:
    """An activation at given parameters: a function of one real variable."""

    activation: Activation
    values: Mapping[str, float]

    def module(self) -> torch.nn.Module:
        """Return a fresh torch module with these parameters."""
        return self.activation.make(**self.values)

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
        """The values that the function takes on the real line."""
        return self._resolve(self.activation.output)

    @property
    def breaks(self) -> tuple[Break, ...]:
        """Where the function or one of its first two derivatives jumps, in rising order."""
        return self._resolve(self.activation.breaks)

    @property
    def slug(self) -> str:
        """A file name's beginning: "leaky-relu_slope-0.01"."""
        parameters = (
            f"_{parameter.short or parameter.name}-{self.values[parameter.name]:.4g}"
            for parameter in self.activation.parameters
        )
        return self.activation.name.replace("_", "-") + "".join(parameters)

    def _resolve(self, fact: Fact[T]) -> T:
        return fact(**self.values) if callable(fact) else fact
