"""The activations, in teaching order. A new one is one new entry here and nothing elsewhere.

Everything is evaluated by `torch.nn`'s own modules. This file is long because it is a table. The
first four colours are Okabe and Ito's for colour-blind readers
(https://jfly.uni-koeln.de/color/); the others are the ones that stay furthest from them and from
each other in simulated colour blindness while they contrast with light and dark backgrounds alike.
After eight the colours come again with another dash.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from reprlib import repr as brief
from types import MappingProxyType

import torch
from torch import nn

from activations.functions.spec import (
    REALS,
    Activation,
    Break,
    Choice,
    Family,
    Function,
    Interval,
    Paper,
    Parameter,
    Parity,
    Requirement,
    Value,
)
from activations.notation import latex

_BLUE, _VERMILION, _GREEN, _PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
_LAVENDER, _BROWN, _MAGENTA, _VIOLET = "#9084FC", "#846054", "#CC009C", "#9018FC"

_SELU_ALPHA = 1.6732632423543772848170429916717
_SELU_SCALE = 1.0507009873554804934193349852946

_SOFTPLUS_SEEN = 10.0
"""Softplus's switch at a threshold below this shows in four digits, of its slope first."""

_FROM_ZERO = Interval(0, math.inf)


def _torch_page(module: str) -> Paper:
    return Paper(
        title=f"PyTorch: {module}",
        url=f"https://docs.pytorch.org/docs/stable/generated/torch.nn.{module}.html",
    )


def _factor(value: float) -> str:
    """Write a number as a factor in front of something: nothing for 1."""
    text = latex(value)
    return "" if text == "1" else rf"{text} \, "


def _cases(*rows: tuple[str, str]) -> str:
    """Write a function in pieces: (value, condition) for each."""
    lines = r" \\ ".join(f"{value} & {condition}" for value, condition in rows)
    return rf"\begin{{cases}} {lines} \end{{cases}}"


# What the rectifiers with a straight negative half have in common.


def _leaky_formula(slope: float) -> str:
    return rf"\max(0, x) + {latex(slope)} \, \min(0, x)"


def _leaky_output(slope: float) -> Interval:
    return REALS if slope > 0 else _FROM_ZERO


def _leaky_parity(slope: float) -> Parity:
    if abs(slope) != 1:
        return Parity.NEITHER
    return Parity.ODD if slope > 0 else Parity.EVEN


def _leaky_breaks(slope: float) -> tuple[Break, ...]:
    return () if slope == 1 else (Break(0, order=1, slope=slope),)


def _exponential_formula(scale: float, stretch: float) -> str:
    exponent = "x" if stretch == 1 else f"x / {latex(stretch)}"
    return _cases(("x", "x > 0"), (rf"{_factor(scale)}(e^{{{exponent}}} - 1)", r"x \le 0"))


def _softplus_formula(beta: float, threshold: float) -> str:
    smooth = rf"\log(1 + e^{{{_factor(beta)}x}})"
    if latex(beta) != "1":
        smooth = rf"\frac{{1}}{{{latex(beta)}}} {smooth}"
    if threshold >= _SOFTPLUS_SEEN:
        return smooth
    edge = latex(threshold / beta)
    return _cases((smooth, rf"x \le {edge}"), ("x", f"x > {edge}"))


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


def _shrink_breaks(lambd: float, order: int) -> tuple[Break, ...]:
    """Where a shrink's dead zone ends; without one it is the identity."""
    return (Break(-lambd, order, slope=0), Break(lambd, order, slope=0)) if lambd > 0 else ()


_ENTRIES = (
    Activation(
        name="sigmoid",
        title="Sigmoid",
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
        color=_BLUE,
        torch_gain=lambda: nn.init.calculate_gain("sigmoid"),
    ),
    Activation(
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
        color=_VERMILION,
        torch_gain=lambda: nn.init.calculate_gain("tanh"),
    ),
    Activation(
        name="relu",
        title="ReLU",
        family=Family.RECTIFIERS,
        make=nn.ReLU,
        formula=r"\max(0, x)",
        output=_FROM_ZERO,
        monotone=True,
        parity=Parity.NEITHER,
        breaks=(Break(0, order=1, slope=0),),
        summary="Passes positive inputs unchanged and blocks the others, gradient included.",
        paper=Paper(
            title="Deep Sparse Rectifier Neural Networks",
            year=2011,
            url="https://proceedings.mlr.press/v15/glorot11a.html",
        ),
        color=_GREEN,
        torch_gain=lambda: nn.init.calculate_gain("relu"),
    ),
    Activation(
        name="leaky_relu",
        title="Leaky ReLU",
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
        color=_PINK,
        torch_gain=lambda negative_slope: nn.init.calculate_gain("leaky_relu", negative_slope),
    ),
    Activation(
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
        output=lambda alpha: Interval(-alpha, math.inf, low_open=True) if alpha > 0 else _FROM_ZERO,
        monotone=lambda alpha: alpha >= 0,
        parity=Parity.NEITHER,
        breaks=lambda alpha: (Break(0, order=2 if alpha == 1 else 1, slope=alpha),),
        summary="A rectifier whose negative half saturates softly, pulling the mean towards zero.",
        paper=Paper(
            title="Fast and Accurate Deep Network Learning by Exponential Linear Units (ELUs)",
            year=2015,
            url="https://arxiv.org/abs/1511.07289",
        ),
        color=_LAVENDER,
    ),
    Activation(
        name="gelu",
        title="GELU",
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
        color=_BROWN,
    ),
    Activation(
        name="silu",
        title="SiLU",
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
        color=_MAGENTA,
    ),
    Activation(
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
        color=_VIOLET,
    ),
    Activation(
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
        color=_BLUE,
        dash="dash",
    ),
    Activation(
        name="selu",
        title="SELU",
        family=Family.RECTIFIERS,
        make=nn.SELU,
        formula=rf"{latex(_SELU_SCALE, 5)} "
        + _cases(("x", "x > 0"), (rf"{latex(_SELU_ALPHA, 5)} \, (e^{{x}} - 1)", r"x \le 0")),
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
        color=_VERMILION,
        dash="dash",
        torch_gain=lambda: nn.init.calculate_gain("selu"),
    ),
    Activation(
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
        color=_GREEN,
        dash="dash",
    ),
    Activation(
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
        color=_PINK,
        dash="dash",
    ),
    Activation(
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
                step=0.005,
                meaning="Greatest slope of the negative half in training",
            ),
        ),
        requirements=(
            Requirement(lambda lower, upper: lower <= upper, "lower must be at most upper"),
        ),
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
        note="The line is what evaluation uses, the mean slope; the band is what training draws "
        "from.",
        paper=Paper(
            title="Empirical Evaluation of Rectified Activations in Convolutional Network",
            year=2015,
            url="https://arxiv.org/abs/1505.00853",
        ),
        color=_LAVENDER,
        dash="dash",
    ),
    Activation(
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
        color=_BROWN,
        dash="dash",
    ),
    Activation(
        name="threshold",
        title="Threshold",
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
        formula=lambda threshold, value: _cases(
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
        paper=_torch_page("Threshold"),
        color=_MAGENTA,
        dash="dash",
    ),
    Activation(
        name="hardtanh",
        title="Hardtanh",
        family=Family.PIECEWISE_LINEAR,
        make=nn.Hardtanh,
        parameters=(
            Parameter(
                name="min_val",
                symbol="a",
                default=-1.0,
                low=-3,
                high=-0.1,
                step=0.1,
                meaning="Least output",
                short="min",
            ),
            Parameter(
                name="max_val",
                symbol="b",
                default=1.0,
                low=0.1,
                high=3,
                step=0.1,
                meaning="Greatest output",
                short="max",
            ),
        ),
        requirements=(
            Requirement(
                lambda min_val, max_val: min_val < max_val, "min_val must be below max_val"
            ),
        ),
        formula=lambda min_val, max_val: rf"\min(\max({latex(min_val)}, x), {latex(max_val)})",
        output=lambda min_val, max_val: Interval(min_val, max_val),
        monotone=True,
        parity=lambda min_val, max_val: Parity.ODD if min_val == -max_val else Parity.NEITHER,
        breaks=lambda min_val, max_val: (
            Break(min_val, order=1, slope=0),
            Break(max_val, order=1, slope=0),
        ),
        summary="Clips the input, the cheapest stand-in for tanh.",
        paper=_torch_page("Hardtanh"),
        color=_VIOLET,
        dash="dash",
    ),
    Activation(
        name="hardsigmoid",
        title="Hardsigmoid",
        family=Family.PIECEWISE_LINEAR,
        make=nn.Hardsigmoid,
        formula=r"\frac{\min(\max(0, x + 3), 6)}{6}",
        output=Interval(0, 1),
        monotone=True,
        parity=Parity.NEITHER,
        breaks=(Break(-3, order=1, slope=0), Break(3, order=1, slope=0)),
        curvature=torch.zeros_like,
        summary="Straight lines in place of the sigmoid's curve, cheap to compute.",
        paper=Paper(
            title="Searching for MobileNetV3", year=2019, url="https://arxiv.org/abs/1905.02244"
        ),
        color=_BLUE,
        dash="dot",
    ),
    Activation(
        name="hardswish",
        title="Hardswish",
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
        color=_VERMILION,
        dash="dot",
    ),
    Activation(
        name="logsigmoid",
        title="LogSigmoid",
        family=Family.SMOOTH_RECTIFIERS,
        make=nn.LogSigmoid,
        formula=r"-\log(1 + e^{-x})",
        output=Interval(-math.inf, 0, high_open=True),
        monotone=True,
        parity=Parity.NEITHER,
        summary="The logarithm of the sigmoid, found in losses rather than between layers.",
        paper=_torch_page("LogSigmoid"),
        color=_GREEN,
        dash="dot",
    ),
    Activation(
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
        color=_PINK,
        dash="dot",
    ),
    Activation(
        name="tanhshrink",
        title="Tanhshrink",
        family=Family.SHRINKAGE,
        make=nn.Tanhshrink,
        formula=r"x - \tanh(x)",
        output=REALS,
        monotone=True,
        parity=Parity.ODD,
        summary="What tanh leaves of the input: almost nothing near zero, almost all far out.",
        paper=_torch_page("Tanhshrink"),
        color=_LAVENDER,
        dash="dot",
    ),
    Activation(
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
                allowed=_FROM_ZERO,
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
        color=_BROWN,
        dash="dot",
    ),
    Activation(
        name="hardshrink",
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
        formula=lambda lambd: _cases(
            ("x", rf"|x| > {latex(lambd)}"), ("0", rf"|x| \le {latex(lambd)}")
        ),
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
        color=_MAGENTA,
        dash="dot",
    ),
)

CATALOG: Mapping[str, Activation] = MappingProxyType({entry.name: entry for entry in _ENTRIES})

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
        "glu": _GATED,
        "multihead_attention": "each output depends on a whole sequence of inputs and on weights",
    }
)
"""Activations of torch that are no function of one number, each with the reason."""


def function(name: str, **parameters: Value) -> Function:
    """Return the activation `name` at the given parameters, the others at their defaults.

    Raises ValueError for an unknown name, listing the valid ones; for one that is not elementwise,
    with the reason; and for a parameter that the activation does not have or does not take.
    """
    try:
        activation = CATALOG[name]
    except (KeyError, TypeError):
        raise ValueError(_refusal(name)) from None
    return activation.at(**parameters)


def _refusal(name: object) -> str:
    """Say why there is no such activation; torch's spellings of a name count as one."""
    spelling = str(name).replace("_", "").lower()
    for known, reason in NOT_ELEMENTWISE.items():
        if spelling == known.replace("_", ""):
            return f"{brief(name)} is not an elementwise activation: {reason}"
    return f"unknown activation {brief(name)}; the catalogue has {', '.join(CATALOG)}"
