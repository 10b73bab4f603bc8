"""The activations, in teaching order.

Each family has a file of its own; a new activation is one new entry in one of them, and its place
in the order here. What torch.nn has is evaluated by its own modules; the rest is written as
formulas of torch's functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from activations.functions.catalog._names import Catalog, NotElementwiseError
from activations.functions.catalog.beyond_torch import (
    CLAMPED_GATE,
    DERF,
    DYT,
    ELU_PLUS_ONE,
    GAUSSIAN,
    QUICK_GELU,
    RELU_SQUARED,
    SINE,
    SITU,
    SNAKE,
    SNAKE_BETA,
    SOFT_CAP,
    SPARSE_PLUS,
    SPARSE_SIGMOID,
    SQRT_SOFTPLUS,
    SQUAREPLUS,
    STAR_RELU,
    SWISH_BETA,
    XIELU,
)
from activations.functions.catalog.piecewise_linear import HARDSIGMOID, HARDTANH
from activations.functions.catalog.rarely_met import (
    ACON_C,
    CLIPPED_RELU,
    CLIPPED_RELU_SQUARED,
    GCU,
    GOLU,
    HARD_MISH,
    ISRLU,
    ISRU,
    LAPLACE,
    LISHT,
    PELU,
    SERF,
    SMISH,
    TANHEXP,
)
from activations.functions.catalog.rectifiers import (
    HARDSWISH,
    LEAKY_RELU,
    PRELU,
    RELU,
    RELU6,
    RRELU,
    SELU,
    THRESHOLD,
)
from activations.functions.catalog.shrinkage import HARDSHRINK, SOFTSHRINK, TANHSHRINK
from activations.functions.catalog.sigmoid_like import SIGMOID, SOFTSIGN, TANH
from activations.functions.catalog.smooth_rectifiers import (
    CELU,
    ELU,
    GELU,
    LOGSIGMOID,
    MISH,
    SILU,
    SOFTPLUS,
)
from activations.functions.spec import Function, Value

__all__ = ["CATALOG", "NOT_ELEMENTWISE", "Catalog", "NotElementwiseError", "function", "key_of"]

_ORDER = (
    SIGMOID,
    TANH,
    RELU,
    LEAKY_RELU,
    ELU,
    GELU,
    SILU,
    SOFTPLUS,
    MISH,
    SELU,
    CELU,
    PRELU,
    RRELU,
    RELU6,
    THRESHOLD,
    HARDTANH,
    HARDSIGMOID,
    HARDSWISH,
    LOGSIGMOID,
    SOFTSIGN,
    TANHSHRINK,
    SOFTSHRINK,
    HARDSHRINK,
    RELU_SQUARED,
    QUICK_GELU,
    SWISH_BETA,
    CLAMPED_GATE,
    SITU,
    SOFT_CAP,
    SNAKE,
    SNAKE_BETA,
    XIELU,
    SQRT_SOFTPLUS,
    DYT,
    DERF,
    ELU_PLUS_ONE,
    SQUAREPLUS,
    SPARSE_PLUS,
    SPARSE_SIGMOID,
    STAR_RELU,
    SINE,
    GAUSSIAN,
    CLIPPED_RELU,
    CLIPPED_RELU_SQUARED,
    HARD_MISH,
    LAPLACE,
    TANHEXP,
    GOLU,
    ACON_C,
    ISRU,
    ISRLU,
    PELU,
    LISHT,
    GCU,
    SERF,
    SMISH,
)

_WHOLE_ROW = "each output depends on all inputs of its row, so it has no curve of its own"
_GATED = "it multiplies one half of the input by a gate made from the other half"

NOT_ELEMENTWISE: Mapping[str, str] = MappingProxyType(
    {
        "softmax": _WHOLE_ROW,
        "softmax2d": _WHOLE_ROW,
        "log_softmax": _WHOLE_ROW,
        "softmin": _WHOLE_ROW,
        "gumbel_softmax": f"{_WHOLE_ROW}, and it draws at random",
        "adaptive_log_softmax_with_loss": _WHOLE_ROW,
        "sparsemax": _WHOLE_ROW,
        "glu": _GATED,
        "swiglu": _GATED,
        "geglu": _GATED,
        "reglu": _GATED,
        "multihead_attention": "each output depends on a whole sequence of inputs and on weights",
    }
)
"""Activations that are no function of one number, torch's and models', each with the reason."""


CATALOG = Catalog(_ORDER, refused=NOT_ELEMENTWISE)
"""Every entry by its key; its look-up knows all names and spellings."""


def key_of(name: str) -> str:
    """Return the key of the activation that `name` means: "LeakyReLU", "leaky relu", "swish".

    Case, spaces, underscores and hyphens do not matter. Raises ValueError as `function` does.
    """
    return CATALOG.key_of(name)


def function(name: str, **parameters: Value) -> Function:
    """Return the activation `name` at the given parameters, the others at their defaults.

    A name that only some framework uses, "gelu_new", has that framework's defaults. Raises
    ValueError for an unknown name, with the nearest ones or else all that there are; for one that
    is not elementwise, with the reason; and for a parameter that the activation does not have or
    does not take.
    """
    return CATALOG[key_of(name)].at(**{**CATALOG.meant(name), **parameters})
