"""What a formula can do: each operation by torch, as Python and in LaTeX.

At a switch the derivatives are torch's: abs, sign and relu have slope 0 at 0, and of max, min and
clip the first argument passes its slope where both are equal.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import torch
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: `python` and `latex` are templates, in which `{0}` is the first argument.

    `edges` makes numbers of the arguments, one of which is 0 wherever the operation passes from one
    expression to another, has a pole or comes to the end of its domain.
    """

    compute: Callable[..., torch.Tensor]
    python: str
    latex: str
    arity: int = 1
    edges: Callable[..., tuple[Any, ...]] = lambda *_: ()
    associative: bool = False


def where(
    condition: torch.Tensor,
    x: torch.Tensor,
    taken: Callable[[torch.Tensor], torch.Tensor],
    other: Callable[[torch.Tensor], torch.Tensor],
) -> torch.Tensor:
    """Compute taken(x) where the condition holds and other(x) elsewhere.

    Neither sees the other's inputs: what is not taken makes no derivative NaN.
    """
    nothing = torch.zeros_like(x)
    first = nothing + taken(torch.where(condition, x, nothing))
    second = nothing + other(torch.where(condition, nothing, x))
    return torch.where(condition, first, second)


def prefer(
    compare: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    first: Callable[[torch.Tensor], torch.Tensor],
    second: Callable[[torch.Tensor], torch.Tensor],
) -> torch.Tensor:
    """Compute first(x) where it compares with second(x) so, or is NaN, and second(x) elsewhere.

    As with `where`, what is not taken makes no derivative NaN.
    """
    with torch.no_grad():
        a, b = first(x), second(x)
        taken = compare(a, b) | torch.isnan(a)
    return where(taken, x, first, second) if torch.is_grad_enabled() else torch.where(taken, a, b)


def _torchs(
    name: str, latex: str, edges: Callable[..., tuple[Any, ...]] | None = None
) -> Operation:
    """Return torch's function of one argument of that name."""
    compute, python = getattr(torch, name), f"torch.{name}({{0}})"
    return Operation(compute, python, latex, edges=edges or (lambda _: ()))


def _nns(name: str, latex: str) -> Operation:
    """Return the function of that name of torch.nn.functional."""
    return Operation(getattr(functional, name), f"nn.functional.{name}({{0}})", latex)


def _operator(
    compute: Callable[..., Any],
    sign: str,
    latex: str,
    edges: Callable[[Any, Any], tuple[Any, ...]] = lambda *_: (),
) -> Operation:
    return Operation(compute, f"{{0}} {sign} {{1}}", latex, arity=2, edges=edges)


def _difference(a: Any, b: Any) -> tuple[Any]:
    return (a - b,)


COMPARISONS: Mapping[str, Operation] = MappingProxyType(
    {
        "<": _operator(operator.lt, "<", "{0} < {1}", _difference),
        "<=": _operator(operator.le, "<=", r"{0} \le {1}", _difference),
        ">": _operator(operator.gt, ">", "{0} > {1}", _difference),
        ">=": _operator(operator.ge, ">=", r"{0} \ge {1}", _difference),
        "==": _operator(operator.eq, "==", "{0} = {1}", _difference),
        "!=": _operator(operator.ne, "!=", r"{0} \ne {1}", _difference),
    }
)

ARITHMETIC: Mapping[str, Operation] = MappingProxyType(
    {
        "+": _operator(operator.add, "+", "{0} + {1}"),
        "-": _operator(operator.sub, "-", "{0} - {1}"),
        "*": _operator(operator.mul, "*", r"{0} \, {1}"),
        "/": _operator(operator.truediv, "/", r"\frac{{{0}}}{{{1}}}", lambda _, b: (b,)),
        "**": _operator(operator.pow, "**", "{0}^{{{1}}}", lambda a, _: (a,)),
        "neg": Operation(operator.neg, "-{0}", "-{0}"),
    }
)

_HALF = math.sqrt(0.5)

FUNCTIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "exp": _torchs("exp", "e^{{{0}}}"),
        "expm1": _torchs("expm1", "e^{{{0}}} - 1"),
        "log": _torchs("log", r"\log({0})", lambda a: (a,)),
        "log1p": _torchs("log1p", r"\log(1 + {0})", lambda a: (a + 1,)),
        "sqrt": _torchs("sqrt", r"\sqrt{{{0}}}", lambda a: (a,)),
        "abs": _torchs("abs", "|{0}|", lambda a: (a,)),
        "sign": _torchs("sign", r"\operatorname{{sign}}({0})", lambda a: (a,)),
        "min": Operation(
            lambda a, b: torch.clamp(a, max=b),
            "torch.clamp({0}, max={1})",
            r"\min({0}, {1})",
            arity=2,
            edges=_difference,
            associative=True,
        ),
        "max": Operation(
            lambda a, b: torch.clamp(a, min=b),
            "torch.clamp({0}, min={1})",
            r"\max({0}, {1})",
            arity=2,
            edges=_difference,
            associative=True,
        ),
        "clip": Operation(
            torch.clamp,
            "torch.clamp({0}, {1}, {2})",
            r"\min(\max({0}, {1}), {2})",
            arity=3,
            edges=lambda a, low, high: (a - low, a - high),
        ),
        "sin": _torchs("sin", r"\sin({0})"),
        "cos": _torchs("cos", r"\cos({0})"),
        "tan": _torchs("tan", r"\tan({0})", lambda a: (torch.cos(a),)),
        "sinh": _torchs("sinh", r"\sinh({0})"),
        "cosh": _torchs("cosh", r"\cosh({0})"),
        "tanh": _torchs("tanh", r"\tanh({0})"),
        "asin": _torchs("asin", r"\arcsin({0})", lambda a: (a - 1, a + 1)),
        "acos": _torchs("acos", r"\arccos({0})", lambda a: (a - 1, a + 1)),
        "atan": _torchs("atan", r"\arctan({0})"),
        "asinh": _torchs("asinh", r"\operatorname{{arsinh}}({0})"),
        "erf": _torchs("erf", r"\operatorname{{erf}}({0})"),
        "erfc": _torchs("erfc", r"\operatorname{{erfc}}({0})"),
        "Phi": Operation(
            lambda a: 0.5 * torch.erfc(-_HALF * a),
            f"(0.5 * torch.erfc({-_HALF!r} * {{0}}))",
            r"\Phi({0})",
        ),
        "sigmoid": _torchs("sigmoid", r"\sigma({0})"),
        # torch's own softplus returns its argument from 20 on
        "softplus": Operation(
            lambda a: -functional.logsigmoid(-a),
            "-nn.functional.logsigmoid(-{0})",
            r"\log(1 + e^{{{0}}})",
        ),
        "logsigmoid": _nns("logsigmoid", r"\log(\sigma({0}))"),
        "relu": _torchs("relu", r"\max(0, {0})", lambda a: (a,)),
        "silu": _nns("silu", r"\operatorname{{SiLU}}({0})"),
        "gelu": _nns("gelu", r"\operatorname{{GELU}}({0})"),
        "mish": _nns("mish", r"\operatorname{{Mish}}({0})"),
        "where": Operation(where, "where({0}, x, lambda x: {1}, lambda x: {2})", "", arity=3),
    }
)


def _preferred(name: str, compare: Callable[..., torch.Tensor], python: str) -> Operation:
    """Return an operation as `prefer` does it; its `compute` is what compares."""
    written = f"prefer({python}, x, lambda x: {{0}}, lambda x: {{1}})"
    return Operation(compare, written, FUNCTIONS[name].latex, arity=2, edges=_difference)


PREFERRED: Mapping[str, Operation] = MappingProxyType(
    {
        "least": _preferred("min", torch.le, "torch.le"),
        "greatest": _preferred("max", torch.ge, "torch.ge"),
        "rectified": _preferred("max", torch.gt, "torch.gt"),
    }
)
"""What takes the place of min, max and relu where a derivative of what they pass over may be
infinite, and 0 times that NaN."""

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {**COMPARISONS, **ARITHMETIC, **FUNCTIONS, **PREFERRED}
)
