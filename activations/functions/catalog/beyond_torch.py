"""Functions that models of today use and torch.nn does not have, each written as a formula."""

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

RELU_SQUARED = written(
    "relu(x)**2",
    name="relu_squared",
    title="ReLU squared",
    aliases=("relu2", "squared_relu"),
    family=Family.BEYOND_TORCH,
    output=FROM_ZERO,
    monotone=True,
    parity=Parity.NEITHER,
    breaks=(Break(0, order=2, slope=0),),
    summary="A ReLU that grows with the square, so that its slope rises from zero without a jump.",
    note="Met in Nemotron, nanochat and BitNet.",
    paper=Paper(
        title="Primer: Searching for Efficient Transformers for Language Modeling",
        year=2021,
        url="https://arxiv.org/abs/2109.08668",
    ),
    color=VIOLET,
    dash="dot",
)

QUICK_GELU = written(
    "x*sigmoid(1.702*x)",
    name="quick_gelu",
    title="QuickGELU",
    elsewhere={"gelu_fast_approx": {}},
    family=Family.BEYOND_TORCH,
    output=Interval(SWISH_MINIMUM / 1.702, math.inf),
    monotone=False,
    parity=Parity.NEITHER,
    summary="A GELU with a sigmoid in place of the normal distribution: near it, and not the same.",
    note="Met in CLIP and Qwen2-VL.",
    paper=Paper(
        title="Gaussian Error Linear Units (GELUs)",
        year=2016,
        url="https://arxiv.org/abs/1606.08415",
    ),
    color=BLUE,
    dash="dashdot",
)


def _swish_output(beta: float) -> Interval:
    if beta == 0:
        return REALS
    extreme = SWISH_MINIMUM / beta
    return Interval(extreme, math.inf) if beta > 0 else Interval(-math.inf, extreme)


SWISH_BETA = written(
    "x*sigmoid(beta*x)",
    name="swish_beta",
    title="Swish-β",
    family=Family.BEYOND_TORCH,
    parameters=(
        Parameter(
            name="beta",
            symbol=r"\beta",
            default=1.0,
            low=0,
            high=10,
            step=0.1,
            meaning="From half the input at zero to a ReLU at infinity",
            learned="itself",
        ),
    ),
    output=_swish_output,
    monotone=lambda beta: beta == 0,
    parity=lambda beta: Parity.ODD if beta == 0 else Parity.NEITHER,
    summary="A SiLU whose sharpness is a parameter.",
    note="The sharpness is learned in the paper. TensorFlow's swish and ONNX's Swish take it too.",
    paper=Paper(
        title="Searching for Activation Functions",
        year=2017,
        url="https://arxiv.org/abs/1710.05941",
    ),
    color=VERMILION,
    dash="dashdot",
)


def _gate(x: float, alpha: float) -> float:
    return x * sigmoid(alpha * x)


def _gate_slope(x: float, alpha: float) -> float:
    gate = sigmoid(alpha * x)
    return gate + alpha * x * gate * (1 - gate)


CLAMPED_GATE = written(
    "min(x, limit)*sigmoid(alpha*min(x, limit))",
    name="clamped_gate",
    title="Clamped gate",
    family=Family.BEYOND_TORCH,
    parameters=(
        Parameter(
            name="alpha",
            symbol=r"\alpha",
            default=1.702,
            low=0.5,
            high=4,
            step=0.001,
            meaning="Sharpness of the gate",
            allowed=_POSITIVE,
        ),
        Parameter(
            name="limit",
            symbol="L",
            default=7.0,
            low=1,
            high=20,
            step=0.5,
            meaning="Input above which nothing changes any more",
            allowed=_POSITIVE,
        ),
    ),
    output=lambda alpha, limit: Interval(SWISH_MINIMUM / alpha, _gate(limit, alpha)),
    monotone=False,
    parity=Parity.NEITHER,
    breaks=lambda alpha, limit: (Break(limit, order=1, slope=_gate_slope(limit, alpha)),),
    summary="A SiLU that is cut off above a limit, so that nothing overflows in low precision.",
    note="The gate of GPT-OSS and MiniMax, whose other half is clamped too; with the sharpness 1 "
    "and the limit 10 that of DeepSeek-V4.",
    paper=Paper(
        title="gpt-oss-120b & gpt-oss-20b Model Card",
        year=2025,
        url="https://arxiv.org/abs/2508.10925",
    ),
    color=GREEN,
    dash="dashdot",
)

SITU = written(
    "beta*tanh(x/beta)*sigmoid(x)",
    name="situ",
    title="SiTU",
    family=Family.BEYOND_TORCH,
    parameters=(
        Parameter(
            name="beta",
            symbol=r"\beta",
            default=4.0,
            low=0.5,
            high=20,
            step=0.5,
            meaning="Bound that large inputs approach",
            allowed=_POSITIVE,
        ),
    ),
    output=lambda beta: Interval(
        lowest(lambda x: beta * math.tanh(x / beta) * sigmoid(x), -4, 0), beta, high_open=True
    ),
    monotone=False,
    parity=Parity.NEITHER,
    summary="A SiLU whose linear part is softly capped.",
    note="Met in Kimi K3.",
    paper=Paper(title="Kimi models", url="https://github.com/MoonshotAI"),
    color=PINK,
    dash="dashdot",
)

SOFT_CAP = written(
    "c*tanh(x/c)",
    name="soft_cap",
    title="Soft cap",
    family=Family.BEYOND_TORCH,
    parameters=(
        Parameter(
            name="c",
            symbol="c",
            default=30.0,
            low=5,
            high=100,
            step=5,
            meaning="Bound that is approached on both sides",
            allowed=_POSITIVE,
        ),
    ),
    output=lambda c: Interval(-c, c, low_open=True, high_open=True),
    monotone=True,
    parity=Parity.ODD,
    summary="A tanh so wide that usual inputs pass unchanged and only huge ones are held back.",
    note="Caps logits: Gemma's attention at fifty, its last layer at thirty.",
    paper=Paper(
        title="Gemma 2: Improving Open Language Models at a Practical Size",
        year=2024,
        url="https://arxiv.org/abs/2408.00118",
    ),
    color=LAVENDER,
    dash="dashdot",
)

SNAKE = written(
    "x + sin(a*x)**2/a",
    name="snake",
    title="Snake",
    family=Family.BEYOND_TORCH,
    parameters=(
        Parameter(
            name="a",
            symbol="a",
            default=1.0,
            low=0.1,
            high=20,
            step=0.1,
            meaning="Frequency of the waves",
            allowed=_POSITIVE,
            learned="itself",
        ),
    ),
    output=REALS,
    monotone=True,
    parity=Parity.NEITHER,
    detail=lambda a: 2.6 * a,
    summary="The input with waves on it, for signals that repeat.",
    note="Its frequency is learned. Met in audio codecs, such as DAC.",
    paper=Paper(
        title="Neural Networks Fail to Learn Periodic Functions and How to Fix It",
        year=2020,
        url="https://arxiv.org/abs/2006.08195",
    ),
    color=BROWN,
    dash="dashdot",
)

SNAKE_BETA = written(
    "x + sin(alpha*x)**2/beta",
    name="snake_beta",
    title="SnakeBeta",
    family=Family.BEYOND_TORCH,
    parameters=(
        Parameter(
            name="alpha",
            symbol=r"\alpha",
            default=1.0,
            low=0.1,
            high=5,
            step=0.1,
            meaning="Frequency of the waves",
            allowed=_POSITIVE,
            learned="logarithm",
        ),
        Parameter(
            name="beta",
            symbol=r"\beta",
            default=1.0,
            low=0.1,
            high=5,
            step=0.1,
            meaning="What the waves' height is divided by",
            allowed=_POSITIVE,
            learned="logarithm",
        ),
    ),
    output=REALS,
    monotone=lambda alpha, beta: alpha <= beta,
    parity=Parity.NEITHER,
    detail=lambda alpha, **_: 2.6 * alpha,
    summary="A Snake whose waves have a height of their own.",
    note="Both parameters are learned, as logarithms. Met in BigVGAN, Qwen-Omni and NeuCodec.",
    paper=Paper(
        title="BigVGAN: A Universal Neural Vocoder with Large-Scale Training",
        year=2022,
        url="https://arxiv.org/abs/2206.04658",
    ),
    color=MAGENTA,
    dash="dashdot",
)


def _xielu_output(alpha_n: float, beta: float, **_: float) -> Interval:
    if alpha_n < beta:
        return REALS
    if alpha_n == beta:
        return Interval(-beta, math.inf, low_open=True) if beta else FROM_ZERO
    return Interval(-beta + (beta - alpha_n) * math.log1p(-beta / alpha_n), math.inf)


XIELU = written(
    "where(x > 0, alpha_p*x**2 + beta*x, alpha_n*(expm1(x) - x) + beta*x)",
    name="xielu",
    title="xIELU",
    family=Family.BEYOND_TORCH,
    parameters=(
        Parameter(
            name="alpha_p",
            symbol=r"\alpha_p",
            default=0.8,
            low=0.05,
            high=3,
            step=0.05,
            meaning="Curvature of the positive half, halved",
            allowed=FROM_ZERO,
            learned="itself",
        ),
        Parameter(
            name="beta",
            symbol=r"\beta",
            default=0.5,
            low=0.05,
            high=1,
            step=0.05,
            meaning="Slope at zero",
            allowed=FROM_ZERO,
        ),
        Parameter(
            name="alpha_n",
            symbol=r"\alpha_n",
            default=0.8,
            low=0.05,
            high=3,
            step=0.05,
            meaning="Curvature of the negative half at zero",
            allowed=FROM_ZERO,
            learned="itself",
        ),
    ),
    output=_xielu_output,
    monotone=lambda alpha_n, beta, **_: alpha_n <= beta,
    parity=Parity.NEITHER,
    breaks=lambda alpha_p, beta, alpha_n: (
        () if 2 * alpha_p == alpha_n else (Break(0, order=2, slope=beta),)
    ),
    summary="A function made by integrating an ELU-like slope: it rises on both sides.",
    note="Both curvatures are learned. Met in Apertus.",
    paper=Paper(
        title="Deriving Activation Functions Using Integration",
        year=2024,
        url="https://arxiv.org/abs/2411.13010",
    ),
    color=VIOLET,
    dash="dashdot",
)

SQRT_SOFTPLUS = written(
    "sqrt(softplus(x))",
    name="sqrt_softplus",
    title="Square root softplus",
    family=Family.BEYOND_TORCH,
    output=_POSITIVE,
    monotone=True,
    parity=Parity.NEITHER,
    summary="A softplus that grows with the square root: scores that stay moderate.",
    note="Scores experts in DeepSeek-V4's router.",
    paper=Paper(title="DeepSeek models", url="https://github.com/deepseek-ai"),
    color=BLUE,
    dash="longdash",
)


def _scaled(gamma: float, beta: float, **_: float) -> Interval:
    return Interval(beta - abs(gamma), beta + abs(gamma), low_open=True, high_open=True)


_ALPHA = Parameter(
    name="alpha",
    symbol=r"\alpha",
    default=0.5,
    low=0.05,
    high=4,
    step=0.05,
    meaning="Sharpness of the rise",
    allowed=_POSITIVE,
    learned="itself",
)
_GAMMA = Parameter(
    name="gamma",
    symbol=r"\gamma",
    default=1.0,
    low=0.1,
    high=3,
    step=0.1,
    meaning="Half the distance between the bounds",
    learned="itself",
)
_BETA = Parameter(
    name="beta",
    symbol=r"\beta",
    default=0.0,
    low=-2,
    high=2,
    step=0.1,
    meaning="Middle of the two bounds",
    learned="itself",
)
_GAMMA_COUNTS = Requirement(lambda gamma, **_: gamma != 0, "gamma must differ from 0")

DYT = written(
    "gamma*tanh(alpha*x) + beta",
    name="dyt",
    title="DyT",
    aliases=("dynamic_tanh",),
    family=Family.BEYOND_TORCH,
    parameters=(_ALPHA, _GAMMA, _BETA),
    requirements=(_GAMMA_COUNTS,),
    output=_scaled,
    monotone=lambda gamma, **_: gamma > 0,
    parity=lambda beta, **_: Parity.NEITHER if beta else Parity.ODD,
    summary="A tanh with scales of its own, in the place of layer normalisation.",
    note="All parameters are learned, the last two for each channel.",
    paper=Paper(
        title="Transformers without Normalization",
        year=2025,
        url="https://arxiv.org/abs/2503.10622",
    ),
    color=VERMILION,
    dash="longdash",
)

DERF = written(
    "gamma*erf(alpha*x + s) + beta",
    name="derf",
    title="Derf",
    aliases=("dynamic_erf",),
    family=Family.BEYOND_TORCH,
    parameters=(
        _ALPHA,
        Parameter(
            name="s",
            symbol="s",
            default=0.0,
            low=-2,
            high=2,
            step=0.1,
            meaning="Shift of the rise",
            learned="itself",
        ),
        _GAMMA,
        _BETA,
    ),
    requirements=(_GAMMA_COUNTS,),
    output=_scaled,
    monotone=lambda gamma, **_: gamma > 0,
    parity=lambda s, beta, **_: Parity.NEITHER if beta or s else Parity.ODD,
    center=lambda alpha, s, **_: -s / alpha,
    summary="A DyT with the error function in place of tanh.",
    note="All parameters are learned, the last two for each channel.",
    paper=Paper(
        title="Stronger Normalization-Free Transformers",
        year=2025,
        url="https://arxiv.org/abs/2512.10938",
    ),
    color=GREEN,
    dash="longdash",
)

ELU_PLUS_ONE = written(
    "where(x > 0, x + 1, exp(x))",
    name="elu_plus_one",
    title="ELU + 1",
    family=Family.BEYOND_TORCH,
    output=_POSITIVE,
    monotone=True,
    parity=Parity.NEITHER,
    breaks=(Break(0, order=2, slope=1),),
    summary="An ELU lifted above zero, so that it can stand for the exponential of a score.",
    note="The feature map of linear attention.",
    paper=Paper(
        title="Transformers are RNNs: Fast Autoregressive Transformers with Linear Attention",
        year=2020,
        url="https://arxiv.org/abs/2006.16236",
    ),
    color=PINK,
    dash="longdash",
)

SQUAREPLUS = written(
    "where(b > 0, (x + sqrt(x**2 + b))/2, relu(x))",
    name="squareplus",
    title="Squareplus",
    family=Family.BEYOND_TORCH,
    parameters=(
        Parameter(
            name="b",
            symbol="b",
            default=4.0,
            low=0,
            high=16,
            step=0.5,
            meaning="Width of the bend",
            allowed=FROM_ZERO,
        ),
    ),
    output=lambda b: _POSITIVE if b else FROM_ZERO,
    monotone=True,
    parity=Parity.NEITHER,
    breaks=lambda b: () if b else (Break(0, order=1, slope=0),),
    summary="A softplus without exponentials: a ReLU whose corner is a hyperbola.",
    note="Met in JAX and Keras.",
    paper=Paper(
        title="Squareplus: A Softplus-Like Algebraic Rectifier",
        year=2021,
        url="https://arxiv.org/abs/2112.11687",
    ),
    color=LAVENDER,
    dash="longdash",
)

SPARSE_PLUS = written(
    "where(x <= -1, 0, where(x < 1, (x + 1)**2/4, x))",
    name="sparse_plus",
    title="Sparse plus",
    family=Family.BEYOND_TORCH,
    output=FROM_ZERO,
    monotone=True,
    parity=Parity.NEITHER,
    breaks=(Break(-1, order=2, slope=0), Break(1, order=2, slope=1)),
    summary="A softplus that is exactly zero far left and exactly the input far right.",
    note="Met in JAX and Keras.",
    paper=Paper(
        title="Learning with Fenchel-Young Losses",
        year=2019,
        url="https://arxiv.org/abs/1901.02324",
    ),
    color=BROWN,
    dash="longdash",
)

SPARSE_SIGMOID = written(
    "(clip(x, -1, 1) + 1)/2",
    name="sparse_sigmoid",
    title="Sparse sigmoid",
    family=Family.BEYOND_TORCH,
    output=Interval(0, 1),
    monotone=True,
    parity=Parity.NEITHER,
    breaks=(Break(-1, order=1, slope=0.5), Break(1, order=1, slope=0.5)),
    summary="The slope of sparse plus: a sigmoid that reaches both of its bounds.",
    note="Met in JAX and Keras. Some textbooks call it the hard sigmoid.",
    paper=Paper(
        title="Learning with Fenchel-Young Losses",
        year=2019,
        url="https://arxiv.org/abs/1901.02324",
    ),
    color=MAGENTA,
    dash="longdash",
)

STAR_RELU = written(
    "s*relu(x)**2 + b",
    name="star_relu",
    title="StarReLU",
    family=Family.BEYOND_TORCH,
    parameters=(
        Parameter(
            name="s",
            symbol="s",
            default=0.8944,
            low=0.1,
            high=2,
            step=0.0001,
            meaning="Scale of the square",
            allowed=_POSITIVE,
            learned="itself",
        ),
        Parameter(
            name="b",
            symbol="b",
            default=-0.4472,
            low=-1,
            high=1,
            step=0.0001,
            meaning="Least output",
            learned="itself",
        ),
    ),
    output=lambda b, **_: Interval(b, math.inf),
    monotone=True,
    parity=Parity.NEITHER,
    breaks=(Break(0, order=2, slope=0),),
    summary="A ReLU squared, shifted and scaled to mean zero and variance one.",
    note="Scale and shift are learned from there. Met in MetaFormer.",
    paper=Paper(
        title="MetaFormer Baselines for Vision", year=2022, url="https://arxiv.org/abs/2210.13452"
    ),
    color=VIOLET,
    dash="longdash",
)

SINE = written(
    "sin(omega*x)",
    name="sine",
    title="Sine",
    aliases=("siren", "sin"),
    family=Family.BEYOND_TORCH,
    parameters=(
        Parameter(
            name="omega",
            symbol=r"\omega",
            default=30.0,
            low=1,
            high=60,
            step=1,
            meaning="Frequency",
            allowed=_POSITIVE,
        ),
    ),
    output=Interval(-1, 1),
    monotone=False,
    parity=Parity.ODD,
    detail=lambda omega: 1.3 * omega,
    summary="Waves alone: for networks that are an image, a sound or a scene.",
    note="Met in implicit networks (SIREN).",
    paper=Paper(
        title="Implicit Neural Representations with Periodic Activation Functions",
        year=2020,
        url="https://arxiv.org/abs/2006.09661",
    ),
    color=BLUE,
    dash="longdashdot",
)

GAUSSIAN = written(
    "exp(-x**2/(2*s**2))",
    name="gaussian",
    title="Gaussian",
    family=Family.BEYOND_TORCH,
    parameters=(
        Parameter(
            name="s",
            symbol="s",
            default=1.0,
            low=0.05,
            high=3,
            step=0.05,
            meaning="Width of the bump",
            allowed=_POSITIVE,
        ),
    ),
    output=Interval(0, 1, low_open=True),
    monotone=False,
    parity=Parity.EVEN,
    detail=lambda s: 4 / s,
    summary="A bump: each unit answers to inputs near one value alone.",
    note="Met in implicit networks.",
    paper=Paper(
        title="Beyond Periodicity: Towards a Unifying Framework for Activations in Coordinate-MLPs",
        year=2021,
        url="https://arxiv.org/abs/2111.15135",
    ),
    color=VERMILION,
    dash="longdashdot",
)
