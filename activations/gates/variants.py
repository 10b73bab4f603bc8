"""Softmax and what is used in its place: what becomes of a vector of logits, in torch."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import torch
from torch.nn import functional

from activations.functions.spec import Interval, Paper

TEMPERATURES: Final = Interval(0, math.inf, low_open=True)

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
    def follows_sigmoid(self) -> bool:
        """Whether one logit alone moves its share along a sigmoid: a softmax of scores does."""
        return self.shares is _shares and not self.random

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


def gumbel(logits: torch.Tensor, options: Options) -> torch.Tensor:
    """Return a draw for each row of logits; torch's generator is left as it was."""
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
                output=gumbel,
                takes=("seed",),
                source="torch.manual_seed(seed)\np = functional.gumbel_softmax(logits, tau=T)",
            ),
        )
    }
)
"""Softmax and what is used in its place, in the order of teaching."""


def find(name: str) -> Variant:
    """Return the variant of this name; ValueError, with all that there are, for another."""
    if name not in VARIANTS:
        raise ValueError(f"variant must be one of {', '.join(VARIANTS)}, not {name!r}")
    return VARIANTS[name]
