"""Gates, h(g, u): what a function makes of one half of the inputs multiplies the other half.

swiglu = gate("swiglu")
seen = surface(swiglu, np.linspace(-5, 5, 101), np.linspace(-5, 5, 101)[:, np.newaxis])
seen.h, seen.dg, seen.du
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from activations.functions.calculus import FloatArray, evaluator, slopes
from activations.functions.catalog import CATALOG
from activations.functions.catalog import function as lookup
from activations.functions.facts import FLAT
from activations.functions.formula import formula
from activations.functions.neutral import neutral
from activations.functions.reading import real_numbers
from activations.functions.spec import (
    Activation,
    Choice,
    Function,
    Interval,
    Paper,
    Parameter,
    Value,
)
from activations.notation import latex

Compute = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

_BISECTIONS: Final = 50
_ROOT_POINTS: Final = 2001
_CELLS: Final = 200


@dataclass(frozen=True, slots=True)
class Gate:
    """A function of two inputs, h(g, u) = f(min(g, limit)) (clip(u, -limit, limit) + shift).

    `function` is f. `native` is torch's own function of g and u, where it has the gate. `values`
    are the parameters that the gate was made with.
    """

    name: str
    title: str
    function: Function
    limit: float = math.inf
    shift: float = 0.0
    native: Compute | None = field(default=None, compare=False)
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    dash: str = "solid"

    def __hash__(self) -> int:
        return hash((self.name, *self.values.items(), self.function))

    def compute(self, g: torch.Tensor, u: torch.Tensor) -> torch.Tensor:
        """Return h of two tensors of one shape and floating dtype, as a model computes it."""
        if self.native:
            return self.native(g, u)
        if self.clamped:
            g, u = g.clamp(max=self.limit), u.clamp(-self.limit, self.limit)
        gated: torch.Tensor = evaluator(self.function, g.dtype)(g)
        return gated * (u + self.shift)

    @property
    def clamped(self) -> bool:
        """Whether inputs beyond a limit change nothing."""
        return math.isfinite(self.limit)

    @property
    def color(self) -> str:
        """The colour of the function that gates."""
        return self.function.activation.color

    @property
    def formula(self) -> str:
        """The gate in LaTeX, in terms of its function f."""
        inner, outer = "g", "u"
        if self.clamped:
            limit = latex(self.limit)
            inner = rf"\min(g, {limit})"
            outer = rf"\operatorname{{clip}}_{{\pm {limit}}} u"
        value = rf"\left({outer} + {latex(self.shift)}\right)" if self.shift else rf"\,{outer}"
        return rf"h(g, u) = f({inner}){value}"

    @property
    def slug(self) -> str:
        """A file name's beginning: "swiglu-beta_beta-2"."""
        name = self.name.replace("_", "-")
        values = (
            f"_{key}-{value if isinstance(value, str) else f'{value:.4g}'}"
            for key, value in self.values.items()
        )
        return name + "".join(values)


@dataclass(frozen=True, slots=True)
class Design:
    """A gate that has a name of its own, and what there is to know about it.

    `make` takes the parameters by name and returns the gate's function and its other fields.
    """

    name: str
    title: str
    summary: str
    paper: Paper
    make: Callable[..., Gate]
    parameters: tuple[Parameter | Choice, ...] = ()
    aliases: tuple[str, ...] = ()

    def at(self, **parameters: Value) -> Gate:
        """Return the gate at these parameters, the others at their defaults.

        Raises ValueError, saying what is allowed, for a parameter that it has not or takes not.
        """
        known = {each.name: each for each in self.parameters}
        for name in parameters:
            if name not in known:
                allowed = ", ".join(known) or "no parameters"
                raise ValueError(f"{self.name} has no parameter {name!r}; it takes {allowed}")
        values = {
            name: each.check(parameters.get(name, each.default)) for name, each in known.items()
        }
        made = self.make(**values)
        return replace(made, name=self.name, title=self.title, values=MappingProxyType(values))


def _glu(g: torch.Tensor, u: torch.Tensor) -> torch.Tensor:
    """Return torch's GLU, whose second half gates."""
    return functional.glu(torch.stack([u, g]), dim=0)[0]


_SHAZEER: Final = Paper(
    "GLU Variants Improve Transformer", "https://arxiv.org/abs/2002.05202", year=2020
)
_GPT_OSS: Final = Paper(
    "gpt-oss-120b & gpt-oss-20b Model Card", "https://arxiv.org/abs/2508.10925", year=2025
)

IDENTITY: Final[Activation] = replace(
    formula("x"), name="identity", title="Identity", color="#9084FC"
)
"""No function at all, which gates a bilinear unit."""

_SHARPNESS, _ = CATALOG["clamped_gate"].parameters
_BETA = CATALOG["swish_beta"].parameters


def _limit(default: float) -> Parameter:
    return Parameter(
        name="limit",
        symbol="L",
        default=default,
        low=1,
        high=20,
        step=0.5,
        meaning="Inputs beyond it change nothing",
        allowed=Interval(0, math.inf, low_open=True),
    )


def _of(name: str, **values: Value) -> Gate:
    return Gate("", "", lookup(name, **values))


GATES: Final[Mapping[str, Design]] = MappingProxyType(
    {
        design.name: design
        for design in (
            Design(
                "glu",
                "GLU",
                "The first gate: a sigmoid lets through a share of the value.",
                Paper(
                    "Language Modeling with Gated Convolutional Networks",
                    "https://arxiv.org/abs/1612.08083",
                    year=2016,
                ),
                lambda: replace(_of("sigmoid"), native=_glu),
            ),
            Design(
                "swiglu",
                "SwiGLU",
                "SiLU gates: the feed-forward layers of Llama, Qwen3 and DeepSeek-V3.",
                _SHAZEER,
                lambda: _of("silu"),
            ),
            Design(
                "geglu",
                "GEGLU",
                "GELU gates, exactly.",
                _SHAZEER,
                lambda: _of("gelu"),
            ),
            Design(
                "geglu_tanh",
                "GEGLU tanh",
                "GELU's tanh form gates: Gemma and T5 1.1.",
                _SHAZEER,
                lambda: replace(_of("gelu", approximate="tanh"), dash="dot"),
            ),
            Design(
                "reglu",
                "ReGLU",
                "ReLU gates: half of the plane is dead.",
                _SHAZEER,
                lambda: _of("relu"),
            ),
            Design(
                "bilinear",
                "Bilinear",
                "Nothing gates: the product of both halves, odd in each.",
                _SHAZEER,
                lambda: Gate("", "", IDENTITY.at()),
            ),
            Design(
                "swiglu_beta",
                "SwiGLU-β",
                "Swish with its sharpness gates.",
                _SHAZEER,
                lambda beta: _of("swish_beta", beta=beta),
                _BETA,
            ),
            Design(
                "gpt_oss",
                "GPT-OSS",
                "Both halves are clamped, and the value is raised by 1, so that it passes at 0.",
                _GPT_OSS,
                lambda alpha, limit: replace(
                    _of("swish_beta", beta=alpha), limit=limit, shift=1.0, dash="dash"
                ),
                (_SHARPNESS, _limit(7.0)),
                aliases=("clamped_swiglu",),
            ),
            Design(
                "deepseek_v4",
                "DeepSeek-V4",
                "A SwiGLU whose halves are clamped at 10.",
                Paper("DeepSeek models", "https://github.com/deepseek-ai"),
                lambda limit: replace(_of("silu"), limit=limit, dash="dash"),
                (_limit(10.0),),
            ),
        )
    }
)
"""The gates that have names, in the order of teaching."""

_SPELLINGS: Final = {
    re.sub(r"[\s_-]", "", spelling).casefold(): name
    for name, design in GATES.items()
    for spelling in (name, design.title, *design.aliases)
}


def gate(name: str | Function, **parameters: Value) -> Gate:
    """Return a gate: one of GATES, or one that a function of the catalogue makes.

    `parameters` are the gate's or the function's. A function may also be what `activation.at(...)`
    gives, and one's own. Raises ValueError, saying what there is, for any other name or value.
    """
    if isinstance(name, Function):
        return _gated_by(name)
    known = _SPELLINGS.get(re.sub(r"[\s_-]", "", str(name)).casefold())
    if known:
        return GATES[known].at(**parameters)
    try:
        return _gated_by(lookup(name, **parameters))
    except ValueError as error:
        raise ValueError(f"{error}; the gates are {', '.join(GATES)}") from None


def _gated_by(function: Function) -> Gate:
    activation = function.activation
    return Gate(
        activation.name,
        f"{activation.title} as gate",
        function,
        values=function.values,
        dash=activation.dash,
    )


# --- values and derivatives


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A gate's values and partial derivatives: float64 arrays of the shape that g and u share."""

    gate: Gate
    g: FloatArray
    u: FloatArray
    h: FloatArray
    dg: FloatArray
    du: FloatArray

    @property
    def dead(self) -> npt.NDArray[np.bool_]:
        """Where no gradient at all comes through."""
        return np.asarray((self.dg == 0) & (self.du == 0))

    @property
    def quiet(self) -> npt.NDArray[np.bool_]:
        """Where both partial derivatives are below 0.01."""
        return np.asarray((np.abs(self.dg) < FLAT) & (np.abs(self.du) < FLAT))


@neutral()
def surface(gate: Gate, g: npt.ArrayLike, u: npt.ArrayLike) -> Surface:
    """Evaluate a gate and its partial derivatives, by autograd, in float64.

    `g` and `u` are finite real numbers of shapes that NumPy can make one of: two numbers, or a row
    and a column. At a kink the derivatives are torch's; far out, where torch's arithmetic ends in
    NaN, the limit of f and f' stands. Raises ValueError for anything else.
    """
    first, second = np.broadcast_arrays(real_numbers(g), real_numbers(u))
    inputs = [torch.tensor(each).requires_grad_() for each in (first, second)]
    h = gate.compute(*inputs)
    dg, du = torch.autograd.grad(h.sum(), inputs, materialize_grads=True)
    found = [each.numpy(force=True) for each in (h, dg, du)]
    if any(np.isnan(each).any() for each in found):
        for values, limits in zip(found, _by_factors(gate, first, second), strict=True):
            np.copyto(values, limits, where=np.isnan(values))
    return Surface(gate, first, second, *found)


def _by_factors(gate: Gate, g: FloatArray, u: FloatArray) -> tuple[FloatArray, ...]:
    """Return h and its partial derivatives as products of f or f' and of what u becomes."""
    y, dy = slopes(gate.function, np.minimum(g, gate.limit))
    value = np.clip(u, -gate.limit, gate.limit) + gate.shift
    with np.errstate(invalid="ignore", over="ignore"):
        return y * value, dy * value * (g <= gate.limit), y * (np.abs(u) <= gate.limit)


def dead_shares(gate: Gate, reach: float) -> tuple[float, float]:
    """Return which share of the plane, from -reach to reach both ways, is dead, and is quiet.

    The part where f or f' has no value does not count; both are NaN if that is all.
    """
    middles = (np.arange(_CELLS) + 0.5) * (2 * reach / _CELLS) - reach
    seen = surface(gate, middles, middles[:, np.newaxis])
    counted = ~(np.isnan(seen.dg) | np.isnan(seen.du))
    if not counted.any():
        return math.nan, math.nan
    return float(seen.dead[counted].mean()), float(seen.quiet[counted].mean())


def zeros(gate: Gate, low: float, high: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the lines on which h is 0 from `low` to `high`: values of g, and values of u.

    Of a whole range of g in which f is 0 its ends are returned, where they lie inside. Where f
    jumps across 0 counts too.
    """
    breaks = [each.x for each in gate.function.breaks if low < each.x < high]
    g = np.union1d(np.linspace(low, high, _ROOT_POINTS), breaks)
    sign = _sign(gate, g)
    (at,) = np.nonzero(sign[1:] != sign[:-1])
    value = 0.0 - gate.shift
    found = dict.fromkeys(_change(gate, float(g[i]), float(g[i + 1])) for i in at)
    return tuple(found), (value,) if low <= value <= high and abs(value) <= gate.limit else ()


def _sign(gate: Gate, g: FloatArray) -> FloatArray:
    return np.nan_to_num(np.sign(slopes(gate.function, np.minimum(g, gate.limit))[0]))


def _change(gate: Gate, low: float, high: float) -> float:
    """Return where between two points the sign of f becomes another, to 12 decimals."""
    first = _sign(gate, np.array([low]))
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if _sign(gate, np.array([middle])) == first:
            low = middle
        else:
            high = middle
    return round(high, 12) + 0.0  # no minus in front of 0


# --- what a layer costs


def weights(d_model: int, d_ff: int, *, gated: bool) -> int:
    """Return how many weights a feed-forward layer has: two matrices, or three if gated."""
    return (3 if gated else 2) * d_model * d_ff


def matched_width(d_ff: int, multiple: int = 256) -> int:
    """Return the width at which a gated layer has as many weights as one of width `d_ff` has.

    That is 2/3 of it, rounded up to a `multiple` as LLaMA does (arXiv 2302.13971).
    """
    return math.ceil(2 * d_ff / 3 / multiple) * multiple
