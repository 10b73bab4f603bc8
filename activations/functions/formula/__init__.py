"""A function written as a formula: torch module, LaTeX and Python follow from one expression.

softer = formula("x * tanh(softplus(b*x)); b in [0, 2]")
softer.module(b=0.5), softer.at().formula, softer.at().breaks
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import torch
from torch import nn

from activations.functions.formula import breaks, measured, source
from activations.functions.formula.breaks import Array
from activations.functions.formula.grammar import (
    Call,
    Declaration,
    FormulaError,
    Name,
    Node,
    Number,
    X,
    folded,
    read,
    varies,
    walk,
)
from activations.functions.formula.latex import latex
from activations.functions.formula.operations import OPERATIONS, PREFERRED, prefer, where
from activations.functions.neutral import neutral
from activations.functions.spec import (
    Activation,
    Break,
    Family,
    Function,
    Interval,
    Paper,
    Parameter,
    Value,
)
from activations.notation import plain

__all__ = ["Formula", "FormulaError", "formula", "remarks"]

_RANGE = (-5.0, 5.0)
_WAVING = {"sin", "cos", "tan"}
"""What alone makes waves without end; the rest of what is here bends a few times at most."""

_GREEK = "alpha beta gamma delta epsilon eta theta kappa lambda mu nu rho sigma tau phi omega"


class Formula:
    """An expression in x and parameters; FormulaError, with the place, for a text that is none.

    `name` is what the text calls itself, `parameters` what it says of each free name.
    """

    def __init__(self, text: str) -> None:
        """Read the text."""
        written = read(text)
        self.text = text
        self.name = written.name
        self.parameters: Mapping[str, Declaration] = written.parameters
        self._tree = written.tree
        self._folded = folded(written.tree)
        self._cached = lru_cache(maxsize=64)(self._found)
        self._waves = lru_cache(maxsize=64)(self._measured_detail)

    def module(self, **values: Value) -> nn.Module:
        """Return a torch module that computes the formula elementwise, in its input's dtype."""
        return _Module(self._folded, _floats(values))

    def learning(self, learned: Mapping[str, str], values: Mapping[str, Value]) -> nn.Module:
        """Return a module whose float32 weights are parameters: "itself" or its "logarithm"."""
        return _Module(self._folded, _floats(values), learned)

    def latex(self, **values: Value) -> str:
        """Return the formula in LaTeX, with these values of the parameters."""
        return latex(self._tree, _floats(values))

    def source(
        self, title: str, learned: Mapping[str, str] = MappingProxyType({}), /, **values: Value
    ) -> list[str]:
        """Return Python that defines the module, a class named by the title, with these defaults.

        The definitions need `torch` and `from torch import nn`; the class comes last. Its weights
        are the `learned` parameters, as those of `learning`.
        """
        helper = source.helper(self._folded)
        return [*helper, source.module(title, self.text, self._folded, _floats(values), learned)]

    def breaks(self, **values: Value) -> tuple[Break, ...]:
        """Return where the formula or one of its first two derivatives jumps, from -60 to 60."""
        return self._cached(tuple(_floats(values).items()))

    def gaps(self, low: float, high: float, **values: Value) -> tuple[Interval, ...]:
        """Return where from `low` to `high` the formula has no finite value."""
        return breaks.gaps(self.values_at(**values), self._edges(_floats(values)), low, high)

    def values_at(self, **values: Value) -> Callable[[Array], Array]:
        """Return what computes the formula on arrays, in float64."""
        module = self.module(**values)

        @neutral()
        @torch.no_grad()
        def value(x: Array) -> Array:
            computed: Array = module(torch.tensor(x)).numpy()
            return computed

        return value

    def detail(self, **values: Value) -> float:
        """Return how many points for each unit of input a drawing needs, 0 for any number."""
        return self._waves(tuple(_floats(values).items()))

    @property
    def constant(self) -> bool:
        """Whether the formula does not depend on x."""
        return not varies(self._folded)

    def _found(self, items: tuple[tuple[str, float], ...]) -> tuple[Break, ...]:
        values = dict(items)
        module = self.module(**values)
        return breaks.find(self._edges(values), lambda x: _trace(module, x))

    def _measured_detail(self, items: tuple[tuple[str, float], ...]) -> float:
        calls = (node for node in walk(self._folded) if isinstance(node, Call) and varies(node))
        if not any(call.operation in _WAVING for call in calls):
            return 0.0
        module = self.module(**dict(items))
        return measured.detail(lambda x: _trace(module, x))

    def _edges(self, values: Mapping[str, float]) -> Callable[[Array], list[Array]]:
        """Return what computes all edges of all operations, whatever is taken where."""
        calls = [node for node in walk(self._folded) if isinstance(node, Call) and varies(node)]
        parameters = _tensors(values)

        @neutral()
        @torch.no_grad()
        def edges(x: Array) -> list[Array]:
            inputs = torch.tensor(x)
            found = [
                edge
                for call in calls
                for edge in OPERATIONS[call.operation].edges(
                    *(_evaluate(each, inputs, parameters) for each in call.arguments)
                )
            ]
            return [each.numpy() for each in found if isinstance(each, torch.Tensor) and each.ndim]

        return edges


class _Module(nn.Module):
    """Computes a tree; parameters are 0-dimensional, so that the input's dtype rules."""

    def __init__(
        self, tree: Node, values: Mapping[str, float], learned: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self.tree = tree
        self.values = _tensors(values)
        self.learned = learned or {}
        for name, how in self.learned.items():
            start = self.values[name].log() if how == "logarithm" else self.values[name]
            self.register_parameter(f"learned_{name}", nn.Parameter(start.float()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inputs = x.reshape(-1)
        values = dict(self.values)
        for name, how in self.learned.items():
            weight = getattr(self, f"learned_{name}")
            values[name] = weight.exp() if how == "logarithm" else weight
        outputs: torch.Tensor = _evaluate(self.tree, inputs, values)
        if not varies(self.tree):
            outputs = torch.zeros_like(inputs) + outputs
        return outputs.reshape(x.shape)

    def extra_repr(self) -> str:
        return ", ".join(f"{name}={float(value)!r}" for name, value in self.values.items())


def _floats(values: Mapping[str, Value]) -> dict[str, float]:
    return {name: float(value) for name, value in values.items()}


@neutral()
def _tensors(values: Mapping[str, float]) -> dict[str, torch.Tensor]:
    return {name: torch.tensor(float(each), dtype=torch.float64) for name, each in values.items()}


def _evaluate(node: Node, x: torch.Tensor, parameters: Mapping[str, torch.Tensor]) -> Any:
    match node:
        case Number(value):
            return value
        case Name(name):
            return x if node == X else parameters[name]
        case Call("where", (condition, taken, other)):
            return where(
                _evaluate(condition, x, parameters),
                x,
                lambda part: _evaluate(taken, part, parameters),
                lambda part: _evaluate(other, part, parameters),
            )
        case Call(operation, (first, second)) if operation in PREFERRED:
            return prefer(
                PREFERRED[operation].compute,
                x,
                lambda part: _evaluate(first, part, parameters),
                lambda part: _evaluate(second, part, parameters),
            )
        case Call(operation, arguments):
            values = (_evaluate(each, x, parameters) for each in arguments)
            return OPERATIONS[operation].compute(*values)


@neutral()
def _trace(module: nn.Module, x: Array) -> tuple[Array, Array, Array]:
    """Return f, f' and f'' in float64."""
    inputs = torch.tensor(x).requires_grad_()
    found = [module(inputs)]
    for _ in range(2):
        last = found[-1]
        if last.requires_grad:
            (slope,) = torch.autograd.grad(
                last.sum(), inputs, create_graph=True, materialize_grads=True
            )
        else:
            slope = torch.zeros_like(inputs)
        found.append(slope)
    y, dy, d2y = (each.numpy(force=True) for each in found)
    return y, dy, d2y


def formula(text: str, /, **defaults: float) -> Activation:
    """Return an activation of one's own: `formula("x*sigmoid(b*x)", b=1.7)`.

    Each free name becomes a parameter with the default 1 and a slider from -5 to 5, unless the text
    says otherwise: "x*tanh(softplus(b*x)); b in [0, 2]", "...; b = 0.5 in [0, 2]". A name in front,
    as in "soft = x*sigmoid(x)", names it; else it is f. What a catalogue entry declares is measured
    here. Raises FormulaError, a ValueError that points at the place, for a text that is no formula,
    and ValueError for a default that makes no sense.
    """
    own = Formula(text)
    for name in defaults:
        if name not in own.parameters:
            known = ", ".join(own.parameters) or "no parameters"
            raise ValueError(f"the formula has no parameter {name!r}; it has {known}")
    name = own.name or "f"
    return Activation(
        name=name,
        title=name,
        family=Family.BEYOND_TORCH,
        make=own.module,
        formula=own.latex,
        expression=own,
        parameters=tuple(
            _parameter(name, said, defaults.get(name)) for name, said in own.parameters.items()
        ),
        breaks=own.breaks,
        detail=own.detail,
        output=lambda **values: measured.output(own.values_at(**values)),
        monotone=lambda **values: measured.monotone(own.values_at(**values)),
        parity=lambda **values: measured.parity(own.values_at(**values)),
        summary="A formula of one's own.",
        paper=Paper(
            "PyTorch: mathematical operations", "https://docs.pytorch.org/docs/stable/torch.html"
        ),
        color="#0072B2",
    )


def remarks(function: Function, low: float, high: float) -> list[str]:
    """Say what is worth a warning about a formula's values from `low` to `high`, in sentences."""
    own = function.activation.expression
    if own is None:
        return []
    said = []
    if own.constant:
        said.append("The formula does not depend on x.")
    found = own.gaps(low, high, **function.values)
    if found:
        places = ", ".join(_place(each) for each in found[:3])
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        said.append(f"Not finite {places}{more}.")
    kinks = [point.x for point in function.breaks if point.order < 2 and low <= point.x <= high]
    if kinks:
        places = ", ".join(plain(x) for x in kinks[:3])
        more = f" and {len(kinks) - 3} more" if len(kinks) > 3 else ""
        said.append(f"Not differentiable at {places}{more}.")
    return said


def _place(gap: Interval) -> str:
    if gap.low == gap.high:
        return f"at {plain(gap.low)}"
    return f"from {plain(gap.low)} to {plain(gap.high)}"


def _parameter(name: str, said: Declaration, default: float | None) -> Parameter:
    low, high = said.range or _RANGE
    value = 1.0 if said.default is None else said.default
    if default is not None:
        value = Parameter(name, "", 0.0, low, high, 1.0, "").check(default)
        if said.range and not low <= value <= high:
            raise ValueError(f"{name} must lie in {Interval(low, high)}, not be {value!r}")
    elif said.range and said.default is None:
        value = min(max(value, low), high)
    low, high = min(low, value), max(high, value)
    return Parameter(
        name=name,
        symbol=rf"\{name}" if name in _GREEK.split() else name.replace("_", r"\_"),
        default=value,
        low=low,
        high=high,
        step=_step(high - low),
        meaning=f"The formula's {name}",
    )


def _step(width: float) -> float:
    """Return a round hundredth of a slider's width, or a little less."""
    power = 10.0 ** math.floor(math.log10(width / 100))
    return next(each * power for each in (5, 2, 1) if each * power <= width / 100 * (1 + 1e-9))
