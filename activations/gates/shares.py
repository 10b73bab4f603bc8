"""Softmax and its kin: a vector of logits in, a vector of shares out, and what moves what.

seen = softmax([2.0, 1.0, 0.1])
seen.values, seen.jacobian
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from activations.functions.calculus import FloatArray
from activations.functions.neutral import neutral
from activations.functions.spec import Interval, Paper

TEMPERATURES: Final = Interval(0, math.inf, low_open=True)
MOST_LOGITS: Final = 64

_RANDOM: Final = threading.Lock()
"""Held while torch's one generator of the process has a seed of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What variants take: all of them a temperature, some a sink, a cap or a seed.

    `sink` is a logit that takes its share and gives no output, `cap` is c in c tanh(x/c). Raises
    ValueError, saying what is allowed, for a temperature or a cap that is not positive and finite.
    """

    temperature: float = 1.0
    sink: float = 0.0
    cap: float = 50.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("temperature", "cap"):
            value = getattr(self, name)
            if not (math.isfinite(value) and TEMPERATURES.allows(value)):
                raise ValueError(f"{name} must be positive and finite, not {value!r}")
        if not math.isfinite(self.sink):
            raise ValueError(f"sink must be finite, not {self.sink!r}")


Scores = Callable[[torch.Tensor, Options], torch.Tensor]


def _shares(scores: torch.Tensor) -> torch.Tensor:
    return functional.softmax(scores, dim=-1)


@dataclass(frozen=True, slots=True)
class Variant:
    """A function of a vector: the `scores` that logits [.., n] become, and what is done with them.

    `shares` makes a distribution of scores, `output` the result of logits; without one it is the
    shares, as many as there are logits. The shares of a random variant are how often each logit is
    the largest of a draw, whatever the temperature. `takes` names the options that matter besides
    temperature. `source` is Python that makes `p` of `logits`, `T` and those options.
    """

    name: str
    title: str
    formula: str
    summary: str
    paper: Paper
    scores: Scores
    shares: Callable[[torch.Tensor], torch.Tensor] = _shares
    output: Scores | None = None
    takes: tuple[str, ...] = ()
    logarithmic: bool = False
    source: str = ""

    def compute(self, logits: torch.Tensor, options: Options) -> torch.Tensor:
        """Return what logits [.., n] become, [.., n]; -inf masks a logit."""
        if self.output:
            return self.output(logits, options)
        return self.shares(self.scores(logits, options))[..., : logits.shape[-1]]

    @property
    def is_plain(self) -> bool:
        """Whether the shares are those of plain softmax, which is nothing to compare with then."""
        return self.scores is _scaled and self.shares is _shares

    @property
    def random(self) -> bool:
        """Whether a seed decides what comes out."""
        return "seed" in self.takes


def _scaled(logits: torch.Tensor, options: Options) -> torch.Tensor:
    return logits / options.temperature


def _unless_masked(logits: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
    """Return scores, -inf where the logit is: what is masked is masked last."""
    return torch.where(logits == -math.inf, -math.inf, scores)


def _plain(logits: torch.Tensor, _: Options) -> torch.Tensor:
    return logits


def _negated(logits: torch.Tensor, options: Options) -> torch.Tensor:
    return _unless_masked(logits, -logits / options.temperature)


def _capped(logits: torch.Tensor, options: Options) -> torch.Tensor:
    capped = options.cap * torch.tanh(logits / options.cap)
    return _unless_masked(logits, capped / options.temperature)


def _with_sink(logits: torch.Tensor, options: Options) -> torch.Tensor:
    sink = logits.new_full((*logits.shape[:-1], 1), options.sink)
    return torch.cat([logits, sink], dim=-1) / options.temperature


def _sparsemax(scores: torch.Tensor) -> torch.Tensor:
    """Project on the simplex; at the border of the support the derivative is that outside."""
    falling, _ = torch.sort(scores, descending=True)
    total = falling.cumsum(-1)
    ranks = torch.arange(1, scores.shape[-1] + 1, dtype=scores.dtype)
    support = (1 + ranks * falling > total).sum(-1, keepdim=True)
    threshold = (total.gather(-1, (support - 1).clamp(min=0)) - 1) / support
    return functional.relu(scores - threshold)


def _gumbel(logits: torch.Tensor, options: Options) -> torch.Tensor:
    with _RANDOM, torch.random.fork_rng(devices=[]):
        torch.manual_seed(options.seed)
        return functional.gumbel_softmax(logits, tau=options.temperature, dim=-1)


VARIANTS: Final[Mapping[str, Variant]] = MappingProxyType(
    {
        variant.name: variant
        for variant in (
            Variant(
                "softmax",
                "Softmax",
                r"p_i = e^{x_i / T} / \sum_j e^{x_j / T}",
                "Shares that are positive and sum to 1: attention, and the head of a classifier.",
                Paper(
                    "PyTorch: Softmax",
                    "https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html",
                ),
                _scaled,
                source="p = functional.softmax(logits / T, dim=-1)",
            ),
            Variant(
                "log_softmax",
                "Log-softmax",
                r"\ln p_i = x_i / T - \ln \sum_j e^{x_j / T}",
                "The logarithm of the shares, which losses take and which does not underflow.",
                Paper(
                    "PyTorch: LogSoftmax",
                    "https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html",
                ),
                _scaled,
                output=lambda logits, at: functional.log_softmax(_scaled(logits, at), dim=-1),
                logarithmic=True,
                source="p = functional.log_softmax(logits / T, dim=-1)",
            ),
            Variant(
                "softmin",
                "Softmin",
                r"p_i = e^{-x_i / T} / \sum_j e^{-x_j / T}",
                "The softmax of the negated logits: the least gets most.",
                Paper(
                    "PyTorch: Softmin",
                    "https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmin.html",
                ),
                _negated,
                source="scores = (-logits / T).masked_fill(logits.isinf(), -torch.inf)\n"
                "p = functional.softmax(scores, dim=-1)",
            ),
            Variant(
                "sparsemax",
                "Sparsemax",
                r"p = \operatorname{argmin}_{p \in \Delta} \lVert p - x / T \rVert^2",
                "The nearest point of the simplex: small shares are exactly 0.",
                Paper("From Softmax to Sparsemax", "https://arxiv.org/abs/1602.02068", year=2016),
                _scaled,
                _sparsemax,
                source="falling = (logits / T).sort(descending=True).values\n"
                "total = falling.cumsum(0)\n"
                "size = (1 + torch.arange(1, len(logits) + 1) * falling > total).sum()\n"
                "p = torch.relu(logits / T - (total[size - 1] - 1) / size)",
            ),
            Variant(
                "sink",
                "With a sink",
                r"p_i = e^{x_i / T} / \left(e^{s / T} + \sum_j e^{x_j / T}\right)",
                "A sink takes a share and gives nothing, so that a head can look at nothing: "
                "GPT-OSS learns its logit s.",
                Paper(
                    "gpt-oss-120b & gpt-oss-20b Model Card",
                    "https://arxiv.org/abs/2508.10925",
                    year=2025,
                ),
                _with_sink,
                takes=("sink",),
                source="scores = torch.cat([logits, logits.new_tensor([sink])]) / T\n"
                "p = functional.softmax(scores, dim=-1)[:-1]",
            ),
            Variant(
                "capped",
                "Soft-capped",
                r"p = \operatorname{softmax}(c \tanh(x / c) / T)",
                "Logits that cannot leave ±c: Gemma 2 has c = 50 in attention, 30 at its head.",
                Paper("Gemma 2", "https://arxiv.org/abs/2408.00118", year=2024),
                _capped,
                takes=("cap",),
                source="scores = (cap * torch.tanh(logits / cap) / T)"
                ".masked_fill(logits.isinf(), -torch.inf)\n"
                "p = functional.softmax(scores, dim=-1)",
            ),
            Variant(
                "gumbel",
                "Gumbel-softmax",
                r"p = \operatorname{softmax}((x + G) / T),\ G_i \sim \mathrm{Gumbel}",
                "A random draw that a gradient goes through; cold ones are nearly one-hot.",
                Paper(
                    "Categorical Reparameterization with Gumbel-Softmax",
                    "https://arxiv.org/abs/1611.01144",
                    year=2016,
                ),
                _plain,
                output=_gumbel,
                takes=("seed",),
                source="torch.manual_seed(seed)\np = functional.gumbel_softmax(logits, tau=T)",
            ),
        )
    }
)
"""Softmax and what is used in its place, in the order of teaching."""


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """What logits become: float64 arrays.

    `values` [n] is the variant's output, `jacobian` [n, n] has d values[i] / d logits[j] in row i.
    `shares` [n] is the distribution behind it, whose rest, if any, is the `sink`'s.
    """

    variant: Variant
    options: Options
    logits: FloatArray
    values: FloatArray
    jacobian: FloatArray
    shares: FloatArray
    sink: float

    @property
    def row_sums(self) -> FloatArray:
        """The sums of the Jacobian's rows: 0 where a shift of all logits changes nothing."""
        return np.asarray(self.jacobian.sum(axis=1))


def softmax(
    logits: npt.ArrayLike,
    variant: str = "softmax",
    temperature: float = 1.0,
    *,
    sink: float = 0.0,
    cap: float = 50.0,
    seed: int = 0,
) -> Shares:
    """Return what a variant makes of a vector of logits, and its Jacobian by autograd, in float64.

    `variant` is one of VARIANTS. A logit of -inf is masked; of all masked, torch makes NaN. Raises
    ValueError, saying what is allowed, for anything else.
    """
    options = Options(temperature=temperature, sink=sink, cap=cap, seed=seed)
    return respond(logits, find(variant), options)


@neutral()
def respond(logits: npt.ArrayLike, variant: Variant, options: Options) -> Shares:
    """Return what `softmax` does, of a variant with its options."""
    x = torch.tensor(_vector(logits)).requires_grad_()
    values = variant.compute(x, options)
    rows = [torch.autograd.grad(value, x, retain_graph=True)[0] for value in values]
    behind = variant.shares(variant.scores(x, options)).detach()
    n = x.shape[-1]
    return Shares(
        variant,
        options,
        x.numpy(force=True),
        values.numpy(force=True),
        torch.stack(rows).numpy(),
        behind[:n].numpy(),
        float(behind[n:].sum()),
    )


def find(name: str) -> Variant:
    """Return the variant of this name; ValueError, with all that there are, for another."""
    if name not in VARIANTS:
        raise ValueError(f"variant must be one of {', '.join(VARIANTS)}, not {name!r}")
    return VARIANTS[name]


def _vector(logits: npt.ArrayLike) -> FloatArray:
    x = np.array(logits, dtype=float)
    if x.ndim != 1 or not 1 <= x.size <= MOST_LOGITS:
        raise ValueError(f"logits must be a vector of 1 to {MOST_LOGITS} numbers")
    if np.isnan(x).any() or (x == np.inf).any():
        raise ValueError("logits must be numbers or -inf, which masks one")
    return x


# --- along a line


@neutral()
def varied(
    logits: npt.ArrayLike, index: int, x: npt.ArrayLike, variant: Variant, options: Options
) -> FloatArray:
    """Return output `index` for each value in `x` of its own logit, the others as they are."""
    rows = _rows(logits, index, x)
    return np.asarray(variant.compute(rows, options)[:, index].numpy())


@neutral()
def as_sigmoid(
    logits: npt.ArrayLike, index: int, x: npt.ArrayLike, variant: Variant, options: Options
) -> FloatArray:
    """Return the sigmoid of a logit's score minus the log-sum-exp of all others'.

    That is the share of softmax, and of each variant that is a softmax of other scores.
    """
    scores = variant.scores(_rows(logits, index, x), options)
    others = torch.cat([scores[:, :index], scores[:, index + 1 :]], dim=-1)
    return np.asarray(torch.sigmoid(scores[:, index] - others.logsumexp(-1)).numpy())


def _rows(logits: npt.ArrayLike, index: int, x: npt.ArrayLike) -> torch.Tensor:
    at = np.asarray(x, dtype=float)
    rows = np.tile(_vector(logits), (at.size, 1))
    rows[:, index] = at
    return torch.tensor(rows)


@neutral()
def along_temperature(
    logits: npt.ArrayLike, temperatures: npt.ArrayLike, variant: Variant, options: Options
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the shares [t, n], their entropy in nats [t], and its derivative by the temperature.

    Of a variant with a sink the entropy counts the sink too; of a random one it is the softmax's.
    All are NaN where all logits are masked.
    """
    logits = _vector(logits)
    seen = np.isfinite(logits)  # -inf over T has no derivative
    t = torch.tensor(np.asarray(temperatures, dtype=float)).requires_grad_()
    if not seen.any():
        nothing = np.full(t.shape, np.nan)
        return np.full((*t.shape, logits.size), np.nan), nothing, nothing
    one = replace(options, temperature=1.0)
    found = variant.shares(variant.scores(torch.tensor(logits[seen]), one) / t[:, None])
    entropy = -torch.special.xlogy(found, found.clamp(min=_LEAST)).sum(-1)
    (slope,) = torch.autograd.grad(entropy.sum(), t)
    shares = np.zeros((*t.shape, logits.size))
    shares[:, seen] = found[:, : seen.sum()].numpy(force=True)
    return shares, entropy.numpy(force=True), slope.numpy()


_LEAST: Final = float(np.finfo(float).tiny)


@neutral()
def draws(logits: npt.ArrayLike, temperature: float, count: int, seed: int) -> FloatArray:
    """Return so many draws [count, n] of Gumbel-softmax, the same for the same seed."""
    rows = torch.tensor(np.tile(_vector(logits), (count, 1)))
    return np.asarray(_gumbel(rows, Options(temperature=temperature, seed=seed)).numpy())


# --- what goes wrong in practice


@neutral()
def naive(logits: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Return e^x over its sum in float32, as the formula says: NaN where e^x overflows."""
    powers = torch.tensor(_vector(logits), dtype=torch.float32).exp()
    return np.asarray((powers / powers.sum()).numpy())


@neutral()
def shifted(logits: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Return the same in float32 with the largest logit subtracted first, as torch does it."""
    x = torch.tensor(_vector(logits), dtype=torch.float32)
    powers = (x - x.max()).exp()
    return np.asarray((powers / powers.sum()).numpy())
