"""Functions that pull every input towards zero."""

from __future__ import annotations

from torch import nn

from activations.functions.catalog._shared import (
    BROWN,
    FROM_ZERO,
    LAVENDER,
    MAGENTA,
    cases,
    torch_page,
)
from activations.functions.spec import REALS, Activation, Break, Family, Paper, Parameter, Parity
from activations.notation import latex


def _shrink_breaks(lambd: float, order: int) -> tuple[Break, ...]:
    """Where a shrink's dead zone ends; without one it is the identity."""
    return (Break(-lambd, order, slope=0), Break(lambd, order, slope=0)) if lambd > 0 else ()


TANHSHRINK = Activation(
    name="tanhshrink",
    title="Tanhshrink",
    family=Family.SHRINKAGE,
    make=nn.Tanhshrink,
    formula=r"x - \tanh(x)",
    output=REALS,
    monotone=True,
    parity=Parity.ODD,
    summary="What tanh leaves of the input: almost nothing near zero, almost all far out.",
    paper=torch_page("Tanhshrink"),
    color=LAVENDER,
    dash="dot",
)

SOFTSHRINK = Activation(
    name="softshrink",
    title="Softshrink",
    family=Family.SHRINKAGE,
    make=nn.Softshrink,
    parameters=(
        Parameter(
            name="lambd",
            symbol=r"\lambda",
            default=0.5,
            low=0.1,
            high=3,
            step=0.1,
            meaning="Half the width of the dead zone, and how far inputs are pulled to zero",
            allowed=FROM_ZERO,
        ),
    ),
    formula=lambda lambd: rf"\max(0, x - {latex(lambd)}) + \min(0, x + {latex(lambd)})",
    output=REALS,
    monotone=True,
    parity=Parity.ODD,
    breaks=lambda lambd: _shrink_breaks(lambd, order=1),
    summary="Pulls every input towards zero and holds small ones there.",
    paper=Paper(
        title="De-noising by soft-thresholding",
        year=1995,
        url="https://doi.org/10.1109/18.382009",
    ),
    color=BROWN,
    dash="dot",
)

HARDSHRINK = Activation(
    name="hardshrink",
    elsewhere={"shrink": {}},
    title="Hardshrink",
    family=Family.SHRINKAGE,
    make=nn.Hardshrink,
    parameters=(
        Parameter(
            name="lambd",
            symbol=r"\lambda",
            default=0.5,
            low=0.1,
            high=3,
            step=0.1,
            meaning="Half the width of the dead zone",
        ),
    ),
    formula=lambda lambd: cases(("x", rf"|x| > {latex(lambd)}"), ("0", rf"|x| \le {latex(lambd)}")),
    output=REALS,
    monotone=True,
    parity=Parity.ODD,
    breaks=lambda lambd: _shrink_breaks(lambd, order=0),
    summary="Sets small inputs to zero and leaves the others as they are.",
    paper=Paper(
        title="Ideal spatial adaptation by wavelet shrinkage",
        year=1994,
        url="https://doi.org/10.1093/biomet/81.3.425",
    ),
    color=MAGENTA,
    dash="dot",
)
