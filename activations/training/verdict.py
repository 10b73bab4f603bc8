"""What can be concluded from a few seeds, and what not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from activations.functions.calculus import FloatArray
from activations.functions.spec import Function
from activations.notation import plain
from activations.training.run import Snapshot

CONFIDENCE = 0.95
FEWEST_SEEDS = 6
"""With fewer, even all of them on one side happen by chance in more than 5 % of cases."""

_WORST = 1e100
_COUNTED_OUT = 12.0
"""Powers of ten between losses from which a ratio says nothing more."""
_RESAMPLES = 4000
_NOT_BETTER = 0.99
"""A network has failed whose loss is above this share of the best constant's."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two functions' scores, the smaller the better, seed by seed.

    `difference` is the first one's median minus the second's, `low` and `high` the ends of its
    bootstrap interval; `wins` counts the seeds with which the first has the smaller score.
    """

    difference: float
    low: float
    high: float
    wins: int
    losses: int
    seeds: int

    @property
    def told_apart(self) -> bool:
        """Whether so many seeds suffice to call one better."""
        return self.seeds >= FEWEST_SEEDS and (self.low > 0 or self.high < 0)


def compare(first: FloatArray, second: FloatArray, comparisons: int = 1) -> Comparison:
    """Compare two functions' scores, of shape (seeds,), which belong together seed by seed.

    The interval holds the difference of medians with 95 % confidence, shared among so many
    `comparisons` (Bonferroni): the percentile bootstrap over seeds (Efron 1979), always of the same
    resamples. A score that is not finite counts as the worst there is.
    """
    first, second = (np.nan_to_num(each, nan=_WORST, posinf=_WORST) for each in (first, second))
    seeds = first.size
    drawn = _resamples(seeds)
    medians = np.median(first[drawn], axis=1) - np.median(second[drawn], axis=1)
    tail = (1 - CONFIDENCE) / 2 / comparisons
    low, high = np.quantile(medians, [tail, 1 - tail])
    return Comparison(
        float(np.median(first) - np.median(second)),
        float(low),
        float(high),
        int((first < second).sum()),
        int((first > second).sum()),
        seeds,
    )


@lru_cache(maxsize=32)
def _resamples(seeds: int) -> npt.NDArray[np.int64]:
    return np.random.default_rng(0).integers(seeds, size=(_RESAMPLES, seeds))


def scores(snapshot: Snapshot) -> FloatArray:
    """Return how fast each network learned: the mean of its log10 training loss over the steps.

    Of shape (functions, seeds), NaN or infinite where a loss was not finite.
    """
    with np.errstate(divide="ignore"):
        return np.asarray(np.log10(snapshot.train_loss).mean(axis=0))


def sentences(snapshot: Snapshot) -> list[str]:
    """Say of neighbours, in the order of their median scores, which of them learns faster.

    Or that so many seeds do not say it.
    """
    found = scores(snapshot)
    ranks = np.argsort(np.nan_to_num(np.median(found, axis=1), nan=_WORST), kind="stable")
    pairs = list(pairwise(ranks.tolist()))
    return [
        _sentence(
            snapshot.functions[first].title,
            snapshot.functions[second].title,
            compare(found[first], found[second], len(pairs)),
        )
        for first, second in pairs
    ]


def _sentence(first: str, second: str, compared: Comparison) -> str:
    seeds = f"{compared.seeds} seed{'s' * (compared.seeds > 1)}"
    if not compared.told_apart:
        return f"{first} and {second} cannot be told apart with {seeds}."
    factors = [-compared.difference, -compared.high, -compared.low]
    words = f"{first} learns faster than {second}: {compared.wins} of {seeds}"
    if max(factors) > _COUNTED_OUT:
        return f"{words}, and {second} lost its way."
    middle, low, high = (plain(10**each, 3) for each in factors)
    return f"{words}; over the run its training loss is {middle} times lower ({low} to {high})."


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the networks of one function stand: losses on the test set, over seeds.

    `low` and `high` hold the middle 80 % of the seeds; seeds are numbered from 1. `failed` is the
    share of seeds whose training loss is no better than a constant's, `accuracy` the median.
    """

    function: Function
    train: float
    test: float
    low: float
    high: float
    best: float
    best_seed: int
    worst: float
    worst_seed: int
    failed: float
    accuracy: float


def outcomes(snapshot: Snapshot) -> list[Outcome]:
    """Return how the networks of each function stand at the last point of the curves."""
    failed = ~(snapshot.train_loss[-1] < _NOT_BETTER * snapshot.constant_loss)
    found = []
    for index, function in enumerate(snapshot.functions):
        losses = np.nan_to_num(snapshot.test_loss[-1, index], nan=np.inf, posinf=np.inf)
        best, worst = int(losses.argmin()), int(losses.argmax())
        low, high = band(losses)
        found.append(
            Outcome(
                function,
                train=float(np.median(snapshot.train_loss[-1, index])),
                test=float(np.median(losses)),
                low=float(low),
                high=float(high),
                best=float(losses[best]),
                best_seed=best + 1,
                worst=float(losses[worst]),
                worst_seed=worst + 1,
                failed=float(failed[index].mean()),
                accuracy=float(np.median(snapshot.test_accuracy[-1, index])),
            )
        )
    return found


def band(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what holds the middle 80 % of the values along the last dimension.

    Its ends are values that were measured, so that infinity does no harm.
    """
    low = np.quantile(values, 0.1, axis=-1, method="inverted_cdf")
    high = np.quantile(values, 0.9, axis=-1, method="inverted_cdf")
    return low, high
