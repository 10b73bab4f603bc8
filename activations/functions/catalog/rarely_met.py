"""Functions that one meets now and then, in older libraries or for a special end, as formulas."""

from __future__ import annotations

import math

from activations.functions.catalog._shared import (
    BLUE,
    BROWN,
    FROM_ZERO,
    GREEN,
    LAVENDER,
    MAGENTA,
    PINK,
    SPARSE,
    SWISH_MINIMUM,
    VERMILION,
    VIOLET,
    lowest,
    sigmoid,
    written,
)
from activations.functions.spec import (
    REALS,
    Break,
    Family,
    Interval,
    Paper,
    Parameter,
    Parity,
    Requirement,
)

_POSITIVE = Interval(0, math.inf, low_open=True)

_NNUE = Paper(
    title="Stockfish: NNUE",
    url="https://official-stockfish.github.io/docs/nnue-pytorch-wiki/docs/nnue.html",
)

_IN_PAPERS = "Met in papers: none of the frameworks under “Elsewhere” has it."

_CEILING = Parameter(
    name="ceiling",
    symbol="c",
    default=1.0,
    low=0.1,
    high=6,
    step=0.1,
    meaning="Input above which nothing changes any more",
    allowed=_POSITIVE,
)

CLIPPED_RELU = written(
    "clip(x, 0, ceiling)",
    name="clipped_relu",
    title="Clipped ReLU",
    family=Family.RARELY_MET,
    parameters=(_CEILING,),
    output=lambda ceiling: Interval(0, ceiling),
    monotone=True,
    parity=Parity.NEITHER,
    breaks=lambda ceiling: (Break(0, order=1, slope=1), Break(ceiling, order=1, slope=1)),
    summary="A ReLU with a ceiling, for arithmetic in small integers.",
    note="Met in the evaluation networks of chess engines (NNUE).",
    paper=_NNUE,
    color=GREEN,
    dash="longdashdot",
)

CLIPPED_RELU_SQUARED = written(
    "clip(x, 0, ceiling)**2",
    name="clipped_relu_squared",
    title="Clipped ReLU squared",
    aliases=("screlu",),
    family=Family.RARELY_MET,
    parameters=(_CEILING,),
    output=lambda ceiling: Interval(0, ceiling**2),
    monotone=True,
    parity=Parity.NEITHER,
    breaks=lambda ceiling: (
        Break(0, order=2, slope=0),
        Break(ceiling, order=1, slope=2 * ceiling),
    ),
    summary="The square of a ReLU with a ceiling.",
    note="Met in the evaluation networks of chess engines (NNUE).",
    paper=_NNUE,
    color=PINK,
    dash="longdashdot",
)

HARD_MISH = written(
    "x*(clip(x, -2, 0) + 2)/2",
    name="hard_mish",
    title="Hard Mish",
    family=Family.RARELY_MET,
    output=Interval(-0.5, math.inf),
    monotone=False,
    parity=Parity.NEITHER,
    breaks=(Break(-2, order=1, slope=-1), Break(0, order=2, slope=1)),
    summary="A Mish made of a parabola between two straight lines.",
    note="Met in timm.",
    paper=Paper(title="H-Mish", url="https://github.com/digantamisra98/H-Mish"),
    color=LAVENDER,
    dash="longdashdot",
)

LAPLACE = written(
    "Phi((x - mu)/sigma)",
    name="laplace",
    title="Laplace",
    family=Family.RARELY_MET,
    parameters=(
        Parameter(
            name="mu",
            symbol=r"\mu",
            default=0.707107,
            low=-2,
            high=2,
            step=0.000001,
            meaning="Middle of the rise",
        ),
        Parameter(
            name="sigma",
            symbol=r"\sigma",
            default=0.282095,
            low=0.1,
            high=2,
            step=0.000001,
            meaning="Width of the rise",
            allowed=_POSITIVE,
        ),
    ),
    output=Interval(0, 1, low_open=True, high_open=True),
    monotone=True,
    parity=Parity.NEITHER,
    center=lambda mu, **_: mu,
    summary="A normal distribution function placed to resemble the square of a ReLU.",
    note="Attention weights in MEGA.",
    paper=Paper(
        title="Mega: Moving Average Equipped Gated Attention",
        year=2022,
        url="https://arxiv.org/abs/2209.10655",
    ),
    color=BROWN,
    dash="longdashdot",
)

TANHEXP = written(
    "x*tanh(exp(x))",
    name="tanhexp",
    title="TanhExp",
    aliases=("telu",),
    family=Family.RARELY_MET,
    output=Interval(lowest(lambda x: x * math.tanh(math.exp(x)), -4, 0), math.inf),
    monotone=False,
    parity=Parity.NEITHER,
    summary="The input times the tanh of its exponential; found again under the name TeLU.",
    note=_IN_PAPERS,
    paper=Paper(
        title="TanhExp: A Smooth Activation Function with High Convergence Speed for Lightweight "
        "Neural Networks",
        year=2020,
        url="https://arxiv.org/abs/2003.09855",
    ),
    color=MAGENTA,
    dash="longdashdot",
)

GOLU = written(
    "x*exp(-exp(-x))",
    name="golu",
    title="GoLU",
    family=Family.RARELY_MET,
    output=Interval(lowest(lambda x: x * math.exp(-math.exp(-x)), -4, 0), math.inf),
    monotone=False,
    parity=Parity.NEITHER,
    summary="The input weighed by Gompertz's curve of growth.",
    note=_IN_PAPERS,
    paper=Paper(
        title="Gompertz Linear Units: Leveraging Asymmetry for Enhanced Learning Dynamics",
        year=2025,
        url="https://arxiv.org/abs/2502.03654",
    ),
    color=VIOLET,
    dash="longdashdot",
)

_SWISH_STEEPEST_FALL = 0.09983900749
"""How steeply x times its sigmoid falls at most."""

ACON_C = written(
    "(p1 - p2)*x*sigmoid(beta*(p1 - p2)*x) + p2*x",
    name="acon_c",
    title="ACON-C",
    family=Family.RARELY_MET,
    parameters=(
        Parameter(
            name="p1",
            symbol="p_1",
            default=1.0,
            low=0.95,
            high=2,
            step=0.05,
            meaning="Slope far right",
            learned="itself",
        ),
        Parameter(
            name="p2",
            symbol="p_2",
            default=0.25,
            low=0,
            high=0.9,
            step=0.05,
            meaning="Slope far left",
            allowed=FROM_ZERO,
            learned="itself",
        ),
        Parameter(
            name="beta",
            symbol=r"\beta",
            default=1.0,
            low=0.1,
            high=10,
            step=0.1,
            meaning="How sharply the one passes into the other",
            allowed=_POSITIVE,
            learned="itself",
        ),
    ),
    requirements=(Requirement(lambda p1, p2, **_: p2 < p1, "p2 must be below p1"),),
    output=lambda p2, beta, **_: REALS if p2 else Interval(SWISH_MINIMUM / beta, math.inf),
    monotone=lambda p1, p2, **_: p2 >= _SWISH_STEEPEST_FALL * (p1 - p2),
    parity=Parity.NEITHER,
    summary="A smooth maximum of two straight lines, which learns whether to bend at all.",
    note="All parameters are learned for each channel; where they start is our choice.",
    paper=Paper(
        title="Activate or Not: Learning Customized Activation",
        year=2020,
        url="https://arxiv.org/abs/2009.04759",
    ),
    color=BLUE,
    dash=SPARSE,
)

_SQUEEZE = Parameter(
    name="alpha",
    symbol=r"\alpha",
    default=1.0,
    low=0.1,
    high=5,
    step=0.1,
    meaning="How soon it saturates",
    allowed=_POSITIVE,
)

_ISRLU = Paper(
    title="Improving Deep Learning by Inverse Square Root Linear Units (ISRLUs)",
    year=2017,
    url="https://arxiv.org/abs/1710.09967",
)

ISRU = written(
    "x/sqrt(1 + alpha*x**2)",
    name="isru",
    title="ISRU",
    family=Family.RARELY_MET,
    parameters=(_SQUEEZE,),
    output=lambda alpha: Interval(
        -1 / math.sqrt(alpha), 1 / math.sqrt(alpha), low_open=True, high_open=True
    ),
    monotone=True,
    parity=Parity.ODD,
    summary="Like tanh, from a square root in place of exponentials.",
    note=_IN_PAPERS,
    paper=_ISRLU,
    color=VERMILION,
    dash=SPARSE,
)

ISRLU = written(
    "where(x > 0, x, x/sqrt(1 + alpha*x**2))",
    name="isrlu",
    title="ISRLU",
    family=Family.RARELY_MET,
    parameters=(_SQUEEZE,),
    output=lambda alpha: Interval(-1 / math.sqrt(alpha), math.inf, low_open=True),
    monotone=True,
    parity=Parity.NEITHER,
    summary="A rectifier whose negative half is an inverse square root unit.",
    note=_IN_PAPERS,
    paper=_ISRLU,
    color=GREEN,
    dash=SPARSE,
)

PELU = written(
    "where(x > 0, a/b*x, a*(exp(x/b) - 1))",
    name="pelu",
    title="PELU",
    family=Family.RARELY_MET,
    parameters=(
        Parameter(
            name="a",
            symbol="a",
            default=1.0,
            low=0.1,
            high=3,
            step=0.1,
            meaning="Depth at which the negative half saturates",
            allowed=_POSITIVE,
            learned="logarithm",
        ),
        Parameter(
            name="b",
            symbol="b",
            default=1.0,
            low=0.1,
            high=3,
            step=0.1,
            meaning="Width of the negative half",
            allowed=_POSITIVE,
            learned="logarithm",
        ),
    ),
    output=lambda a, **_: Interval(-a, math.inf, low_open=True),
    monotone=True,
    parity=Parity.NEITHER,
    breaks=lambda a, b: (Break(0, order=2, slope=a / b),),
    summary="An ELU whose depth and width are parameters, and whose slope never jumps.",
    note="Both parameters are learned, and kept positive.",
    paper=Paper(
        title="Parametric Exponential Linear Unit for Deep Convolutional Neural Networks",
        year=2016,
        url="https://arxiv.org/abs/1605.09332",
    ),
    color=PINK,
    dash=SPARSE,
)

LISHT = written(
    "x*tanh(x)",
    name="lisht",
    title="LiSHT",
    family=Family.RARELY_MET,
    output=FROM_ZERO,
    monotone=False,
    parity=Parity.EVEN,
    summary="The input times its tanh: a smooth absolute value.",
    note="Met in TensorFlow Addons, which is no longer developed.",
    paper=Paper(
        title="LiSHT: Non-Parametric Linearly Scaled Hyperbolic Tangent Activation Function for "
        "Neural Networks",
        year=2019,
        url="https://arxiv.org/abs/1901.05894",
    ),
    color=LAVENDER,
    dash=SPARSE,
)

GCU = written(
    "x*cos(x)",
    name="gcu",
    title="GCU",
    aliases=("growing_cosine_unit",),
    family=Family.RARELY_MET,
    output=REALS,
    monotone=False,
    parity=Parity.ODD,
    summary="Waves that grow with the input: one unit separates what else takes two.",
    note=_IN_PAPERS,
    paper=Paper(
        title="Growing Cosine Unit: A Novel Oscillatory Activation Function That Can Speedup "
        "Training and Reduce Parameters in Convolutional Neural Networks",
        year=2021,
        url="https://arxiv.org/abs/2108.12943",
    ),
    color=BROWN,
    dash=SPARSE,
)

SERF = written(
    "x*erf(softplus(x))",
    name="serf",
    title="Serf",
    family=Family.RARELY_MET,
    output=Interval(lowest(lambda x: x * math.erf(math.log1p(math.exp(x))), -4, 0), math.inf),
    monotone=False,
    parity=Parity.NEITHER,
    summary="A Mish with the error function in place of tanh.",
    note=_IN_PAPERS,
    paper=Paper(
        title="SERF: Towards better training of deep neural networks using log-Softplus ERror "
        "activation Function",
        year=2021,
        url="https://arxiv.org/abs/2108.09598",
    ),
    color=MAGENTA,
    dash=SPARSE,
)

SMISH = written(
    "x*tanh(log1p(sigmoid(x)))",
    name="smish",
    title="Smish",
    family=Family.RARELY_MET,
    output=Interval(lowest(lambda x: x * math.tanh(math.log1p(sigmoid(x))), -4, 0), math.inf),
    monotone=False,
    parity=Parity.NEITHER,
    summary="A Mish of the sigmoid: far right it passes three fifths of the input.",
    note=_IN_PAPERS,
    paper=Paper(
        title="Smish: A Novel Activation Function for Deep Learning Methods",
        year=2022,
        url="https://doi.org/10.3390/electronics11040540",
    ),
    color=VIOLET,
    dash=SPARSE,
)
