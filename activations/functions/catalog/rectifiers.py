"""Rectifiers with a corner: what is positive passes, what is negative mostly does not."""

from __future__ import annotations

import math

import torch
from torch import nn

from activations.functions.catalog._shared import (
    BROWN,
    FROM_ZERO,
    GREEN,
    LAVENDER,
    MAGENTA,
    PINK,
    VERMILION,
    cases,
    torch_page,
)
from activations.functions.spec import (
    REALS,
    Activation,
    Break,
    Family,
    Interval,
    Paper,
    Parameter,
    Parity,
    Requirement,
)
from activations.notation import latex

_SELU_ALPHA = 1.6732632423543772848170429916717
_SELU_SCALE = 1.0507009873554804934193349852946


def _leaky_formula(slope: float) -> str:
    return rf"\max(0, x) + {latex(slope)} \, \min(0, x)"


def _leaky_output(slope: float) -> Interval:
    return REALS if slope > 0 else FROM_ZERO


def _leaky_parity(slope: float) -> Parity:
    if abs(slope) != 1:
        return Parity.NEITHER
    return Parity.ODD if slope > 0 else Parity.EVEN


def _leaky_breaks(slope: float) -> tuple[Break, ...]:
    return () if slope == 1 else (Break(0, order=1, slope=slope),)


RELU = Activation(
    name="relu",
    title="ReLU",
    family=Family.RECTIFIERS,
    make=nn.ReLU,
    formula=r"\max(0, x)",
    output=FROM_ZERO,
    monotone=True,
    parity=Parity.NEITHER,
    breaks=(Break(0, order=1, slope=0),),
    summary="Passes positive inputs unchanged and blocks the others, gradient included.",
    paper=Paper(
        title="Deep Sparse Rectifier Neural Networks",
        year=2011,
        url="https://proceedings.mlr.press/v15/glorot11a.html",
    ),
    color=GREEN,
    torch_gain=lambda: nn.init.calculate_gain("relu"),
)

LEAKY_RELU = Activation(
    name="leaky_relu",
    title="Leaky ReLU",
    aliases=("lrelu",),
    family=Family.RECTIFIERS,
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
    formula=lambda negative_slope: _leaky_formula(negative_slope),
    output=lambda negative_slope: _leaky_output(negative_slope),
    monotone=lambda negative_slope: negative_slope >= 0,
    parity=lambda negative_slope: _leaky_parity(negative_slope),
    breaks=lambda negative_slope: _leaky_breaks(negative_slope),
    summary="A ReLU that lets a little through on the negative side, so that no unit dies.",
    paper=Paper(
        title="Rectifier Nonlinearities Improve Neural Network Acoustic Models",
        year=2013,
        url="https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf",
    ),
    color=PINK,
    torch_gain=lambda negative_slope: nn.init.calculate_gain("leaky_relu", negative_slope),
)

SELU = Activation(
    name="selu",
    title="SELU",
    family=Family.RECTIFIERS,
    make=nn.SELU,
    formula=rf"{latex(_SELU_SCALE, 5)} "
    + cases(("x", "x > 0"), (rf"{latex(_SELU_ALPHA, 5)} \, (e^{{x}} - 1)", r"x \le 0")),
    output=Interval(-_SELU_SCALE * _SELU_ALPHA, math.inf, low_open=True),
    monotone=True,
    parity=Parity.NEITHER,
    breaks=(Break(0, order=1, slope=_SELU_SCALE * _SELU_ALPHA),),
    summary="An ELU scaled so that layer after layer keeps mean and variance.",
    paper=Paper(
        title="Self-Normalizing Neural Networks",
        year=2017,
        url="https://arxiv.org/abs/1706.02515",
    ),
    color=VERMILION,
    dash="dash",
    torch_gain=lambda: nn.init.calculate_gain("selu"),
)

PRELU = Activation(
    name="prelu",
    title="PReLU",
    family=Family.RECTIFIERS,
    make=lambda init: nn.PReLU(init=init),
    make_double=lambda init: nn.PReLU(init=init, dtype=torch.float64),
    parameters=(
        Parameter(
            name="init",
            symbol="a",
            default=0.25,
            low=0,
            high=1,
            step=0.01,
            meaning="Slope of the negative half before training",
            learned="itself",
        ),
    ),
    formula=lambda init: _leaky_formula(init),
    output=lambda init: _leaky_output(init),
    monotone=lambda init: init >= 0,
    parity=lambda init: _leaky_parity(init),
    breaks=lambda init: _leaky_breaks(init),
    summary="A Leaky ReLU that learns its slope along with the weights.",
    note="The slope is learned: this is where training starts from.",
    paper=Paper(
        title="Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet "
        "Classification",
        year=2015,
        url="https://arxiv.org/abs/1502.01852",
    ),
    color=PINK,
    dash="dash",
)

RRELU = Activation(
    name="rrelu",
    title="RReLU",
    family=Family.RECTIFIERS,
    make=nn.RReLU,
    parameters=(
        Parameter(
            name="lower",
            symbol="l",
            default=1 / 8,
            low=0,
            high=0.3,
            step=0.005,
            meaning="Least slope of the negative half in training",
        ),
        Parameter(
            name="upper",
            symbol="u",
            default=1 / 3,
            low=0.3,
            high=1,
            step=1 / 300,
            meaning="Greatest slope of the negative half in training",
        ),
    ),
    requirements=(Requirement(lambda lower, upper: lower <= upper, "lower must be at most upper"),),
    formula=lambda lower, upper: _leaky_formula((lower + upper) / 2),
    output=lambda lower, upper: _leaky_output((lower + upper) / 2),
    monotone=lambda lower, upper: lower + upper >= 0,
    parity=lambda lower, upper: _leaky_parity((lower + upper) / 2),
    breaks=lambda lower, upper: _leaky_breaks((lower + upper) / 2),
    band=lambda lower, upper: (
        {"lower": lower, "upper": lower},
        {"lower": upper, "upper": upper},
    ),
    summary="A Leaky ReLU whose slope is drawn at random for every input in training.",
    note="The line is what evaluation uses, the mean slope; the band is what training draws from.",
    paper=Paper(
        title="Empirical Evaluation of Rectified Activations in Convolutional Network",
        year=2015,
        url="https://arxiv.org/abs/1505.00853",
    ),
    color=LAVENDER,
    dash="dash",
)

RELU6 = Activation(
    name="relu6",
    title="ReLU6",
    family=Family.RECTIFIERS,
    make=nn.ReLU6,
    formula=r"\min(\max(0, x), 6)",
    output=Interval(0, 6),
    monotone=True,
    parity=Parity.NEITHER,
    breaks=(Break(0, order=1, slope=0), Break(6, order=1, slope=0)),
    summary="A ReLU with a ceiling, which suits arithmetic of low precision.",
    paper=Paper(
        title="MobileNetV2: Inverted Residuals and Linear Bottlenecks",
        year=2018,
        url="https://arxiv.org/abs/1801.04381",
    ),
    color=BROWN,
    dash="dash",
)

THRESHOLD = Activation(
    name="threshold",
    title="Threshold",
    elsewhere={name: {"threshold": 1.0} for name in ("thresholded_relu", "trelu")},
    family=Family.RECTIFIERS,
    make=nn.Threshold,
    parameters=(
        Parameter(
            name="threshold",
            symbol=r"\theta",
            default=0.0,
            low=-3,
            high=3,
            step=0.1,
            meaning="Input above which x passes (torch has no default; zero is our choice)",
        ),
        Parameter(
            name="value",
            symbol="v",
            default=0.0,
            low=-3,
            high=3,
            step=0.1,
            meaning="Output for all other inputs (torch has no default; zero is our choice)",
        ),
    ),
    formula=lambda threshold, value: cases(
        ("x", f"x > {latex(threshold)}"), (latex(value), rf"x \le {latex(threshold)}")
    ),
    output=lambda threshold, value: (
        Interval(threshold, math.inf, low_open=True)
        if value > threshold
        else Interval(value, math.inf)
    ),
    monotone=lambda threshold, value: value <= threshold,
    parity=Parity.NEITHER,
    breaks=lambda threshold, value: (
        Break(threshold, order=1 if value == threshold else 0, slope=0),
    ),
    summary="Passes inputs above a threshold and replaces all others by a constant.",
    note="torch gives the parameters no defaults; ours make it a ReLU.",
    paper=torch_page("Threshold"),
    color=MAGENTA,
    dash="dash",
)

HARDSWISH = Activation(
    name="hardswish",
    title="Hardswish",
    aliases=("hard_silu",),
    family=Family.RECTIFIERS,
    make=nn.Hardswish,
    formula=r"x \, \frac{\min(\max(0, x + 3), 6)}{6}",
    output=Interval(-0.375, math.inf),
    monotone=False,
    parity=Parity.NEITHER,
    breaks=(Break(-3, order=1, slope=0), Break(3, order=1, slope=1)),
    summary="The input times its hardsigmoid, a SiLU that phones can afford.",
    paper=Paper(
        title="Searching for MobileNetV3", year=2019, url="https://arxiv.org/abs/1905.02244"
    ),
    color=VERMILION,
    dash="dot",
)
