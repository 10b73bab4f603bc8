"""Rectifiers without a corner."""

from __future__ import annotations

import math

from torch import nn

from activations.functions.catalog._shared import (
    BLUE,
    BROWN,
    FROM_ZERO,
    GREEN,
    LAVENDER,
    MAGENTA,
    VIOLET,
    cases,
    factor,
    torch_page,
)
from activations.functions.spec import (
    REALS,
    Activation,
    Break,
    Choice,
    Family,
    Interval,
    Paper,
    Parameter,
    Parity,
    Requirement,
)
from activations.notation import latex

_SOFTPLUS_SEEN = 10.0
"""Softplus's switch at a threshold below this shows in four digits, of its slope first."""


def _exponential_formula(scale: float, stretch: float) -> str:
    exponent = "x" if stretch == 1 else f"x / {latex(stretch)}"
    return cases(("x", "x > 0"), (rf"{factor(scale)}(e^{{{exponent}}} - 1)", r"x \le 0"))


def _softplus_formula(beta: float, threshold: float) -> str:
    smooth = rf"\log(1 + e^{{{factor(beta)}x}})"
    if latex(beta) != "1":
        smooth = rf"\frac{{1}}{{{latex(beta)}}} {smooth}"
    if threshold >= _SOFTPLUS_SEEN:
        return smooth
    edge = latex(threshold / beta)
    return cases((smooth, rf"x \le {edge}"), ("x", f"x > {edge}"))


def _softplus_breaks(beta: float, threshold: float) -> tuple[Break, ...]:
    if threshold >= _SOFTPLUS_SEEN:
        return ()
    # The last float that torch does not find above the threshold: the quotient may be the next one.
    edge = threshold / beta
    while edge * beta > threshold:
        edge = math.nextafter(edge, -math.inf)
    while math.nextafter(edge, math.inf) * beta <= threshold:
        edge = math.nextafter(edge, math.inf)
    return (Break(edge, order=0, slope=1 / (1 + math.exp(-threshold))),)


ELU = Activation(
    name="elu",
    title="ELU",
    family=Family.SMOOTH_RECTIFIERS,
    make=nn.ELU,
    parameters=(
        Parameter(
            name="alpha",
            symbol=r"\alpha",
            default=1.0,
            low=0,
            high=3,
            step=0.05,
            meaning="Depth at which the negative half saturates",
        ),
    ),
    formula=lambda alpha: _exponential_formula(alpha, stretch=1),
    output=lambda alpha: Interval(-alpha, math.inf, low_open=True) if alpha > 0 else FROM_ZERO,
    monotone=lambda alpha: alpha >= 0,
    parity=Parity.NEITHER,
    breaks=lambda alpha: (Break(0, order=2 if alpha == 1 else 1, slope=alpha),),
    summary="A rectifier whose negative half saturates softly, pulling the mean towards zero.",
    paper=Paper(
        title="Fast and Accurate Deep Network Learning by Exponential Linear Units (ELUs)",
        year=2015,
        url="https://arxiv.org/abs/1511.07289",
    ),
    color=LAVENDER,
)

_TANH_GELUS = (
    "gelu_tanh",
    "gelu_new",
    "gelu_fast",
    "gelu_accurate",
    "gelu_pytorch_tanh",
    "gelu_python_tanh",
    "gelu_approx",
)

GELU = Activation(
    name="gelu",
    title="GELU",
    elsewhere={"gelu_python": {}, **{name: {"approximate": "tanh"} for name in _TANH_GELUS}},
    family=Family.SMOOTH_RECTIFIERS,
    make=nn.GELU,
    parameters=(
        Choice(
            name="approximate",
            default="none",
            options=("none", "tanh"),
            meaning="Exact, or the approximation with tanh",
        ),
    ),
    formula=lambda approximate: {
        "none": r"\frac{x}{2} \left(1 + \operatorname{erf} \frac{x}{\sqrt{2}}\right)",
        "tanh": r"\frac{x}{2} \left(1 + \tanh\left(\sqrt{\frac{2}{\pi}} "
        r"(x + 0.044715 \, x^{3})\right)\right)",
    }[approximate],
    output=lambda approximate: Interval(
        {"none": -0.16997120747990369, "tanh": -0.17004075057125407}[approximate], math.inf
    ),
    monotone=False,
    parity=Parity.NEITHER,
    summary="Weighs each input by the chance that a normal variable is smaller.",
    paper=Paper(
        title="Gaussian Error Linear Units (GELUs)",
        year=2016,
        url="https://arxiv.org/abs/1606.08415",
    ),
    color=BROWN,
)

SILU = Activation(
    name="silu",
    title="SiLU",
    aliases=("swish",),
    family=Family.SMOOTH_RECTIFIERS,
    make=nn.SiLU,
    formula=r"\frac{x}{1 + e^{-x}}",
    output=Interval(-0.27846454276107380, math.inf),
    monotone=False,
    parity=Parity.NEITHER,
    summary="The input times its own sigmoid; also known as Swish.",
    paper=Paper(
        title="Sigmoid-Weighted Linear Units for Neural Network Function Approximation in "
        "Reinforcement Learning",
        year=2017,
        url="https://arxiv.org/abs/1702.03118",
    ),
    color=MAGENTA,
)

SOFTPLUS = Activation(
    name="softplus",
    title="Softplus",
    family=Family.SMOOTH_RECTIFIERS,
    make=nn.Softplus,
    parameters=(
        Parameter(
            name="beta",
            symbol=r"\beta",
            default=1.0,
            low=0.1,
            high=5,
            step=0.1,
            meaning="Sharpness of the bend",
            allowed=Interval(0, math.inf, low_open=True),
        ),
        Parameter(
            name="threshold",
            symbol=r"\theta",
            default=20.0,
            low=1,
            high=40,
            step=1,
            meaning="Value of beta times x above which torch returns x itself",
        ),
    ),
    formula=_softplus_formula,
    output=lambda beta, threshold: Interval(min(threshold / beta, 0), math.inf, low_open=True),
    monotone=lambda threshold, **_: threshold >= _SOFTPLUS_SEEN,
    parity=Parity.NEITHER,
    breaks=_softplus_breaks,
    summary="A ReLU with its corner rounded off; its slope is the sigmoid.",
    note="Above the threshold torch returns x itself. At the default the step this leaves is "
    "too small to be seen in four digits, and counts as rounding.",
    paper=Paper(
        title="Incorporating Second-Order Functional Knowledge for Better Option Pricing",
        year=2000,
        url="https://papers.neurips.cc/paper_files/paper/2000/hash/"
        "44968aece94f667e4095002d140b5896-Abstract.html",
    ),
    color=VIOLET,
)

MISH = Activation(
    name="mish",
    title="Mish",
    family=Family.SMOOTH_RECTIFIERS,
    make=nn.Mish,
    formula=r"x \, \tanh(\log(1 + e^{x}))",
    output=Interval(-0.30884341301725041, math.inf),
    monotone=False,
    parity=Parity.NEITHER,
    summary="The input times the tanh of its softplus; smooth, with a dip below zero.",
    paper=Paper(
        title="Mish: A Self Regularized Non-Monotonic Activation Function",
        year=2019,
        url="https://arxiv.org/abs/1908.08681",
    ),
    color=BLUE,
    dash="dash",
)

CELU = Activation(
    name="celu",
    title="CELU",
    family=Family.SMOOTH_RECTIFIERS,
    make=nn.CELU,
    parameters=(
        Parameter(
            name="alpha",
            symbol=r"\alpha",
            default=1.0,
            low=0.1,
            high=3,
            step=0.05,
            meaning="Depth and width of the negative half",
        ),
    ),
    requirements=(Requirement(lambda alpha: alpha != 0, "alpha must differ from 0"),),
    formula=lambda alpha: _exponential_formula(alpha, stretch=alpha),
    output=lambda alpha: Interval(-alpha, math.inf, low_open=True) if alpha > 0 else REALS,
    monotone=True,
    parity=Parity.NEITHER,
    breaks=(Break(0, order=2, slope=1),),
    summary="An ELU stretched along with its depth, so that its slope never jumps.",
    paper=Paper(
        title="Continuously Differentiable Exponential Linear Units",
        year=2017,
        url="https://arxiv.org/abs/1704.07483",
    ),
    color=GREEN,
    dash="dash",
)

LOGSIGMOID = Activation(
    name="logsigmoid",
    title="LogSigmoid",
    family=Family.SMOOTH_RECTIFIERS,
    make=nn.LogSigmoid,
    formula=r"-\log(1 + e^{-x})",
    output=Interval(-math.inf, 0, high_open=True),
    monotone=True,
    parity=Parity.NEITHER,
    summary="The logarithm of the sigmoid, found in losses rather than between layers.",
    paper=torch_page("LogSigmoid"),
    color=GREEN,
    dash="dot",
)
