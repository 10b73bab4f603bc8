"""Functions as people type them, with every step rounded to a format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from activations.functions import calculus
from activations.functions.formula import Formula
from activations.functions.spec import Function
from activations.precision.formats import Format

Pair = tuple[torch.Tensor, torch.Tensor]
"""Values and derivatives."""

_RECTIFIER = "where(x > 0, x, {})"

TYPED: Mapping[str, str | Callable[..., str]] = MappingProxyType(
    {
        "sigmoid": "1/(1 + exp(-x))",
        "tanh": "(exp(x) - exp(-x))/(exp(x) + exp(-x))",
        "relu": "relu(x)",
        "leaky_relu": _RECTIFIER.format("negative_slope*x"),
        "elu": _RECTIFIER.format("alpha*(exp(x) - 1)"),
        "gelu": lambda approximate: {
            "none": "0.5*x*(1 + erf(x/sqrt(2)))",
            "tanh": "0.5*x*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x**3)))",
        }[approximate],
        "silu": "x*sigmoid(x)",
        "softplus": lambda beta, threshold: (
            ("log(1 + exp(x))" if beta == 1 else "log(1 + exp(beta*x))/beta")
            if threshold >= 10
            else "where(beta*x > threshold, x, log(1 + exp(beta*x))/beta)"
        ),
        "mish": "x*tanh(log(1 + exp(x)))",
        "selu": "1.0507009873554805*where(x > 0, x, 1.6732632423543773*(exp(x) - 1))",
        "celu": _RECTIFIER.format("alpha*(exp(x/alpha) - 1)"),
        "prelu": _RECTIFIER.format("init*x"),
        "rrelu": _RECTIFIER.format("(lower + upper)/2*x"),
        "relu6": "where(x > 0, where(x < 6, x, 6), 0)",
        "threshold": "where(x > threshold, x, value)",
        "hardtanh": "where(x > min_val, where(x < max_val, x, max_val), min_val)",
        "hardsigmoid": "where(x > -3, where(x < 3, (x + 3)/6, 1), 0)",
        "hardswish": "where(x > -3, where(x < 3, x*(x + 3)/6, x), 0)",
        "logsigmoid": "log(sigmoid(x))",
        "softsign": "x/(1 + abs(x))",
        "tanhshrink": "x - tanh(x)",
        "softshrink": "where(abs(x) > lambd, x - lambd*sign(x), 0)",
        "hardshrink": "where(abs(x) > lambd, x, 0)",
    }
)
"""The formula of each function of torch.nn; the others have theirs in the catalogue.

Where pieces meet, the derivative is that of torch's own module.
"""


def has_text(function: Function) -> bool:
    """Whether it is known how a function is typed."""
    return function.activation.expression is not None or function.activation.name in TYPED


def text(function: Function) -> str:
    """Return a function's formula, as one types it; ValueError if that is not known."""
    own = function.activation.expression
    if own is not None:
        return own.text
    if not has_text(function):
        raise ValueError(f"it is not known how {function.activation.name} is typed")
    typed = TYPED[function.activation.name]
    return typed(**function.values) if callable(typed) else typed


def respond(function: Function, kind: Format, inputs: torch.Tensor) -> Pair:
    """Return what a function gives as it is typed, and its derivatives: float32 or the format.

    Torch computes in the format where it can; else each step is taken in float32, and rounded.
    """
    formula = Formula(text(function))
    values = {name: float(function.values[name]) for name in formula.parameters}
    if kind.has_kernels:
        return calculus.respond(formula.module(**values), inputs)
    return stepwise(formula, values, kind, inputs)


def stepwise(
    formula: Formula, values: Mapping[str, float], kind: Format, inputs: torch.Tensor
) -> Pair:
    """Return what a formula gives, and its derivatives, in float32, each step rounded to a format.

    Parameters are rounded too, as torch does before it multiplies tensors by them.
    """
    rounded = {name: float(_in_format(torch.tensor(each), kind)) for name, each in values.items()}
    with _Stepwise(kind):
        return calculus.respond(formula.module(**rounded), inputs.to(torch.float32))


def _in_format(values: torch.Tensor, kind: Format) -> torch.Tensor:
    return values.to(torch.float32).to(kind.dtype).to(torch.float32)


class _Stepwise(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's own has no types
    """Rounds whatever torch computes in float32 to a format, step by step, backward too.

    This is what torch's kernels do in most of the formats that they have.
    """

    def __init__(self, kind: Format) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._kind = kind

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Compute a step, and round what comes of it; a view of what is rounded stays one."""
        done = func(*args, **kwargs or {})
        computed = isinstance(done, torch.Tensor) and done.dtype == torch.float32
        if computed and not any(each.alias_info for each in func._schema.returns):
            return _in_format(done, self._kind)
        return done
