"""What can be concluded from a few seeds, and what not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from activations.functions.calculus import FloatArray
from activations.functions.spec import Function
from activations.functions.spread import middle
from activations.notation import plain
from activations.training.run import Snapshot

CONFIDENCE = 0.95

_WORST = 1e100
_COUNTED_OUT = 12.0
"""Powers of ten between losses from which a ratio says nothing more."""
_LEAST_LOSS = 10**-_COUNTED_OUT
"""A loss below this, 0 among them, is as good as this."""
_RESAMPLES = 4000
_NOT_BETTER = 0.99
"""A network has failed whose loss is above this share of the best constant's."""


def fewest_seeds(comparisons: int = 1) -> int:
    """Return with how many seeds one of so many comparisons can be decided.

    With fewer, even all of them on one side happen by chance too often.
    """
    return math.ceil(math.log2(2 * comparisons / (1 - CONFIDENCE)))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two functions' scores, the smaller the better, seed by seed.

    `difference` is the first one's median minus the second's, `low` and `high` the ends of its
    bootstrap interval; `wins` counts the seeds with which the first has the smaller score. `chance`
    is how often signs that are drawn for the seeds' differences stand as one-sided as theirs, and
    `comparisons` are those that share the confidence.
    """

    difference: float
    low: float
    high: float
    wins: int
    losses: int
    seeds: int
    chance: float
    comparisons: int

    @property
    def told_apart(self) -> bool:
        """Whether so many seeds suffice to call one better."""
        apart = self.low > 0 or self.high < 0
        return apart and self.chance <= (1 - CONFIDENCE) / self.comparisons


def compare(first: FloatArray, second: FloatArray, comparisons: int = 1) -> Comparison:
    """Compare two functions' scores, of shape (seeds,), which belong together seed by seed.

    The interval holds the difference of medians with 95 % confidence, shared among so many
    `comparisons` (Bonferroni): the percentile bootstrap over seeds (Efron 1979), always of the same
    resamples. Few seeds that agree leave it nothing to doubt, so that the signed-rank test, exact
    for few as well (Wilcoxon 1945), has to bear it out. A score that is not finite counts as the
    worst there is.
    """
    first, second = _cleaned(first), _cleaned(second)
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
        _chance(first - second),
        comparisons,
    )


def _cleaned(values: FloatArray) -> FloatArray:
    return np.nan_to_num(values, nan=_WORST, posinf=_WORST)


@lru_cache(maxsize=32)
def _resamples(seeds: int) -> npt.NDArray[np.int64]:
    return np.random.default_rng(0).integers(seeds, size=(_RESAMPLES, seeds))


def _chance(differences: FloatArray) -> float:
    """Return how probable signed ranks as one-sided as these are, if each sign is a toss."""
    differences = differences[differences != 0]
    sizes, counts = np.unique(np.abs(differences), return_counts=True)
    # Twice the mean rank of equal sizes is whole.
    doubled = 2 * np.cumsum(counts) - counts + 1
    ranks = doubled[np.searchsorted(sizes, np.abs(differences))]
    ways = np.ones(1)
    for rank in ranks:
        ways = np.pad(ways, (0, rank)) + np.pad(ways, (rank, 0))
    below = min(int(ranks[differences > 0].sum()), int(ranks[differences < 0].sum()))
    return min(2 * float(ways[: below + 1].sum() / ways.sum()), 1.0)


def scores(snapshot: Snapshot) -> FloatArray:
    """Return how fast each network learned: the mean of its log10 training loss over the steps.

    Of shape (functions, seeds), NaN or infinite where a loss was not finite. Losses below 1e-12
    count as 1e-12.
    """
    return np.asarray(np.log10(np.maximum(snapshot.train_loss, _LEAST_LOSS)).mean(axis=0))


def sentences(snapshot: Snapshot) -> list[str]:
    """Say of neighbours, in the order of their median scores, which of them learns faster.

    Or that so many seeds do not say it.
    """
    found = scores(snapshot)
    ranks = np.argsort(np.median(_cleaned(found), axis=1), kind="stable")
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
    """Say which of two is better, the first of which has no greater median."""
    seeds = f"{compared.seeds} seed{'s' * (compared.seeds > 1)}"
    if not compared.told_apart:
        fewest = fewest_seeds(compared.comparisons)
        more = f"; that takes {fewest} at least" if compared.seeds < fewest else ""
        return f"{first} and {second} cannot be told apart with {seeds}{more}."
    factor, low, high = -compared.difference, -compared.high, -compared.low
    words = f"{first} learns faster than {second}: {compared.wins} of {seeds}"
    if factor > _COUNTED_OUT:
        return f"{words}, and {second} lost its way."
    ends = f"{_times(low)} to {_times(high)}" if high <= _COUNTED_OUT else f"{_times(low)} or more"
    return f"{words}; over the run its training loss is {_times(factor)} times lower ({ends})."


def _times(power: float) -> str:
    return plain(10**power, 3)


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
        train, losses = snapshot.train_loss[-1, index], _or_infinite(snapshot.test_loss[-1, index])
        best, worst = int(losses.argmin()), int(losses.argmax())
        low, high = map(_or_infinite, middle(snapshot.test_loss[-1, index]))
        found.append(
            Outcome(
                function,
                train=float(np.median(_or_infinite(train))),
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


def _or_infinite(losses: FloatArray) -> FloatArray:
    return np.nan_to_num(losses, nan=np.inf, posinf=np.inf)
