"""The activations, in teaching order. A new one is one new entry here and nothing elsewhere.

Everything is evaluated by `torch.nn`'s own modules. Colours are Okabe and Ito's for colour-blind
readers (https://jfly.uni-koeln.de/color/).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from torch import nn

from activations import notation
from activations.spec import Activation, Break, Function, Interval, Parameter

_ENTRIES = (
    Activation(
        name="sigmoid",
        title="Sigmoid",
        make=nn.Sigmoid,
        formula=r"\frac{1}{1 + e^{-x}}",
        output=Interval(0, 1, low_open=True, high_open=True),
        color="#0072B2",
    ),
    Activation(
        name="tanh",
        title="Tanh",
        make=nn.Tanh,
        formula=r"\frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
        output=Interval(-1, 1, low_open=True, high_open=True),
        color="#D55E00",
    ),
    Activation(
        name="relu",
        title="ReLU",
        make=nn.ReLU,
        formula=r"\max(0, x)",
        output=Interval(0, math.inf),
        breaks=(Break(0, order=1, slope=0),),
        color="#009E73",
    ),
    Activation(
        name="leaky_relu",
        title="Leaky ReLU",
        make=nn.LeakyReLU,
        parameters=(
            Parameter(
                name="negative_slope",
                symbol="a",
                default=0.01,
                low=0,
                high=1,
                step=0.01,
                meaning="Slope of the negative half",
                short="slope",
                query="negative_slope",
            ),
        ),
        formula=lambda negative_slope: (
            rf"\max(0, x) + {notation.latex(negative_slope)} \, \min(0, x)"
        ),
        output=lambda negative_slope: Interval(-math.inf if negative_slope > 0 else 0, math.inf),
        breaks=lambda negative_slope: (
            (Break(0, order=1, slope=negative_slope),) if negative_slope != 1 else ()
        ),
        color="#CC79A7",
    ),
)

CATALOG: Mapping[str, Activation] = MappingProxyType({entry.name: entry for entry in _ENTRIES})


def function(name: str, **parameters: float) -> Function:
    """Return the activation `name` at the given parameters, the others at their defaults.

    Raises ValueError for an unknown name, listing the valid ones, and for a parameter that the
    activation does not have or that is not a finite number.
    """
    try:
        activation = CATALOG[name]
    except (KeyError, TypeError):
        raise ValueError(
            f"unknown activation {name!r}; the catalogue has {', '.join(CATALOG)}"
        ) from None
    return activation.at(**parameters)
