"""Functions that rise from one bound to another."""

from __future__ import annotations

from torch import nn

from activations.functions.catalog._shared import BLUE, PINK, VERMILION
from activations.functions.spec import Activation, Break, Family, Interval, Paper, Parity

SIGMOID = Activation(
    name="sigmoid",
    title="Sigmoid",
    aliases=(
        "logistic",
        "expit",
    ),
    family=Family.SIGMOID_LIKE,
    make=nn.Sigmoid,
    formula=r"\frac{1}{1 + e^{-x}}",
    output=Interval(0, 1, low_open=True, high_open=True),
    monotone=True,
    parity=Parity.NEITHER,
    summary="Squashes any input into a probability, and saturates at both ends.",
    paper=Paper(
        title="Learning representations by back-propagating errors",
        year=1986,
        url="https://doi.org/10.1038/323533a0",
    ),
    color=BLUE,
    torch_gain=lambda: nn.init.calculate_gain("sigmoid"),
)

TANH = Activation(
    name="tanh",
    title="Tanh",
    family=Family.SIGMOID_LIKE,
    make=nn.Tanh,
    formula=r"\frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
    output=Interval(-1, 1, low_open=True, high_open=True),
    monotone=True,
    parity=Parity.ODD,
    summary="A sigmoid centred on zero, so that its outputs average out.",
    paper=Paper(
        title="Efficient BackProp", year=1998, url="https://doi.org/10.1007/3-540-49430-8_2"
    ),
    color=VERMILION,
    torch_gain=lambda: nn.init.calculate_gain("tanh"),
)

SOFTSIGN = Activation(
    name="softsign",
    title="Softsign",
    family=Family.SIGMOID_LIKE,
    make=nn.Softsign,
    formula=r"\frac{x}{1 + |x|}",
    output=Interval(-1, 1, low_open=True, high_open=True),
    monotone=True,
    parity=Parity.ODD,
    breaks=(Break(0, order=2, slope=1),),
    summary="Like tanh, but it saturates so slowly that its gradient lasts further out.",
    paper=Paper(
        title="Understanding the difficulty of training deep feedforward neural networks",
        year=2010,
        url="https://proceedings.mlr.press/v9/glorot10a.html",
    ),
    color=PINK,
    dash="dot",
)
