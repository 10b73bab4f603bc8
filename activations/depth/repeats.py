"""One experiment on several networks: their medians, and how far single ones stray from them.

One draw of a network 256 wide and 20 deep is one draw: where theory speaks of the mean over all
networks, a single one may lie a third beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from numbers import Integral
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from activations.depth.experiment import (
    LIMITS,
    MEMORY_LIMIT,
    Experiment,
    Network,
    Result,
    draw,
    measure,
)
from activations.functions.calculus import FloatArray
from activations.functions.initial import check
from activations.functions.spec import Function, Interval
from activations.functions.spread import mean, middle, quantile

REPEATS: Final = Interval(1, 16)
"""How many networks an experiment may be repeated on, ends included."""

_MEASURED: Final = (
    "pre_activation_mean",
    "pre_activation_std",
    "activation_mean",
    "activation_std",
    "dead",
    "saturated",
)
_EVENTS: Final = (
    "overflow_at",
    "underflow_at",
    "gradient_overflow_at",
    "gradient_underflow_at",
    "derivative_undefined_at",
)

Band = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Repeated:
    """What became of a function on several networks: the medians of all that was measured.

    Where half of the networks or more have no number, as after an overflow, the median has none
    either, and an event happens in the layer by which half of them had it. Histograms are means
    over the networks that reached the layer. `bands` holds the middle 80 % of "activation_std" and
    of "gradient", layer by layer, unless there is but one network.
    """

    median: Result
    bands: Mapping[str, Band]


def repeat(
    function: Function,
    experiment: Experiment,
    repeats: int,
    progress: Callable[[float], object] | None = None,
    network: Callable[[Experiment], Network] = draw,
) -> Repeated:
    """Measure a function on `repeats` networks, drawn by the experiment's seed and those after it.

    `progress` is told the share done, as by `measure`. Raises ValueError for repeats outside
    REPEATS.
    """
    _check(repeats)
    seeds = int(LIMITS["seed"].high) + 1
    results = []
    for number in range(repeats):
        drawn = network(replace(experiment, seed=(experiment.seed + number) % seeds))
        results.append(measure(function, drawn, _part(progress, number, repeats)))
    if repeats == 1:
        return Repeated(results[0], MappingProxyType({}))
    gradients = _stacked(results, "gradient")
    top = quantile(_stacked(results, "gradient_norm")[:, -1:], 0.5)
    medians: dict[str, Any] = {
        **{name: quantile(_stacked(results, name), 0.5) for name in _MEASURED},
        **{name: _typical([getattr(each, name) for each in results]) for name in _EVENTS},
    }
    median = replace(
        results[0],
        **medians,
        histogram=mean(_stacked(results, "histogram")),
        gradient_norm=quantile(gradients, 0.5) * top,
    )
    strayed = {"activation_std": _stacked(results, "activation_std"), "gradient": gradients}
    return Repeated(
        median, MappingProxyType({name: middle(each) for name, each in strayed.items()})
    )


def networks(experiment: Experiment, repeats: int) -> Callable[[Experiment], Network]:
    """Return `draw`, which remembers the networks of such an experiment, so that functions share.

    It keeps one at least, and of more no more than one experiment may need of memory. Raises
    ValueError for repeats outside REPEATS.
    """
    _check(repeats)
    return lru_cache(maxsize=max(min(repeats, MEMORY_LIMIT // experiment.memory), 1))(draw)


def _check(repeats: object) -> None:
    check("repeats", repeats, REPEATS, Integral, "a whole number")


def _part(
    progress: Callable[[float], object] | None, number: int, repeats: int
) -> Callable[[float], object] | None:
    if progress is None:
        return None
    return lambda share: progress((number + share) / repeats)


def _stacked(results: Sequence[Result], name: str) -> FloatArray:
    return np.stack([getattr(each, name) for each in results])


def _typical(layers: Sequence[int | None]) -> int | None:
    """Return the layer by which an event had happened to half of the networks, if it had."""
    happened = sorted(each for each in layers if each is not None)
    half = (len(layers) + 1) // 2
    return happened[half - 1] if len(happened) >= half else None
