"""What charts look like at every place of a slider's thumb, so that the browser can follow it.

A slider of a parameter bends the lines of one function, at each of its places anew. One of the
inputs cuts a window out of all lines. One of the samples moves dots along them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from activations.drawing import axes, curves
from activations.drawing.curves import Limits, View
from activations.drawing.frame import single, typed_array, uid
from activations.drawing.message import Kind, Layout
from activations.functions.calculus import Curve, FloatArray, grid, trace
from activations.functions.catalog.frameworks import Trap
from activations.functions.spec import Function

_CLOSER = 4
"""How much finer than a page a reel of windows draws waves: a window shows few of them, large."""

FINE: Final = 2001
"""Points of the grid that windows are cut out of: 26 in the least window of 40."""

MOST_PLACES: Final = 300
"""More than a slider has pixels; between those that a reel has, the browser takes the nearest."""

MOST: Final = 1_000_000
"""Characters of a reel that is sent."""

_PACES: Final = (1, 2, 4, 8)
"""By how much coarser steps are tried, until a reel has no more than that."""

_THINNINGS: Final = 4
_SEEN: Final = 0.25 / 800
"""A quarter of a pixel on a chart that fills the screen, as a share of its height."""

SingleArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Track:
    """Traces over points that they share, at each place in turn; those of place i end at `ends[i]`.

    `y` has their values by the traces' uids, NaN where a line has a gap. A window has one place.
    """

    x: SingleArray
    y: Mapping[str, SingleArray]
    ends: npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Reel:
    """What charts look like at each of a slider's `places`, which rise.

    The slider `moves` a value, both ends of the `window` of inputs, or the `count` of samples.
    `dots` are traces of samples, with the lines on which they lie, `levels` the heights of
    hairlines at each place, by name. `limits` are those of all axes of y, where they follow: two
    for each place, or for each two places, the lower one first. Where they are powers of ten,
    `powers` has the axis between them. `own` are those of charts that have others, by key. `margin`
    is the share of a window that is free beside it. `charts` are the keys of those that follow.
    """

    moves: Literal["value", "window", "count"]
    places: Sequence[float]
    window: Limits
    count: int
    tracks: Sequence[Track] = ()
    dots: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, SingleArray] = field(default_factory=dict)
    limits: SingleArray | None = None
    powers: Mapping[str, Layout] = field(default_factory=dict)
    own: Mapping[str, SingleArray] = field(default_factory=dict)
    margin: float = curves.X_MARGIN
    charts: Sequence[str] = ()

    def to_json(self) -> str:
        """Return it as JSON that has arrays as typed arrays."""
        return json.dumps(_fields(self), default=_written, allow_nan=False)


def _fields(value: Reel | Track) -> dict[str, object]:
    return {name: getattr(value, name) for name in type(value).__slots__}


def _written(value: Any) -> object:
    return _fields(value) if isinstance(value, Track) else typed_array(value)


def of_value(
    functions: Sequence[Function],
    places: Sequence[float],
    others: Iterable[Curve],
    view: View,
    count: int,
) -> Reel:
    """Return the reel of a slider that makes one of `functions` of a function, place by place.

    The `others` are on show too, and have their say in limits that follow the curves.
    """
    takes = [trace(each, grid(each, *view.x)) for each in functions]
    limits = []
    if view.fitted:
        rest = curves.reach(others, view.orders, log=view.log)
        for take in takes:
            low, high = curves.reach([take], view.orders, log=view.log)
            limits.append((min(low, rest[0]), max(high, rest[1])))

    def at(pace: int) -> Reel:
        followed, looks = _limits(limits[::pace], view)
        return Reel(
            "value",
            places[::pace],
            view.x,
            count,
            _tracks(takes[::pace], view, _tolerance(followed, view)),
            _dots(functions[:1], view),
            _levels(functions[::pace], view),
            followed,
            looks,
        )

    return _small(at)


def of_window(
    functions: Sequence[Function],
    places: Sequence[float],
    view: View,
    count: int,
    differences: Sequence[tuple[str, Trap]] = (),
) -> Reel:
    """Return the reel of a slider of the inputs' ends; `differences` have a chart's key."""

    def at(pace: int) -> Reel:
        takes = [trace(each, _close_grid(each, places, pace)) for each in functions]
        reaches = _reaches(takes, places, view.orders, log=view.log) if view.fitted else []
        followed, looks = _limits(reaches, view)
        tolerance = _tolerance(followed, view)
        tracks = [track for take in takes for track in _tracks([take], view, tolerance)]
        own = {}
        for chart, trap in differences:
            line = _difference(trap, _close_grid(trap.ours, places, pace))
            name = uid(trap.ours.activation.name, "difference")
            tracks.append(Track(single(line.x), {name: single(line.y)}, _ends([line.x])))
            own[chart] = _own_limits(_reaches([line], places, (0,)))
        return Reel(
            "window",
            places,
            view.x,
            count,
            tracks,
            _dots(functions, view),
            {},
            followed,
            looks,
            own,
        )

    return _small(at)


def _difference(trap: Trap, x: FloatArray) -> Curve:
    flat = np.zeros(x.shape)
    return Curve(trap.ours, x, trap.difference(x), flat, flat)


def of_count(
    functions: Sequence[Function], places: Sequence[float], view: View, count: int
) -> Reel:
    """Return the reel of a slider of samples, which lie on the lines that are drawn already."""
    return Reel("count", places, view.x, count, dots=_dots(functions, view))


def _small(at: Callable[[int], Reel]) -> Reel:
    """Return the reel at the closest steps at which it is no larger than what is sent."""
    found = at(1)
    for pace in _PACES[1:]:
        if len(found.to_json()) <= MOST:
            break
        found = at(pace)
    return found


def _close_grid(function: Function, places: Sequence[float], pace: int) -> FloatArray:
    """Return a grid that has all places and, at a pace of 1, is fine enough for any window."""
    low, high = places[0], places[-1]
    points = max(FINE, math.ceil(_CLOSER * function.detail * (high - low)))
    return np.union1d(grid(function, low, high, points // pace), places)


# --- traces


def _tracks(takes: Sequence[Curve], view: View, tolerance: float) -> list[Track]:
    """Return the traces of one function: its lines, its band, its breaks."""
    name = takes[0].function.activation.name
    orders = {uid(name, Kind.CURVE, order): order for order in view.orders}
    tracks = [_lines(takes, orders, tolerance, log=view.log)]
    if view.log:
        return tracks
    for number, end in enumerate(("low", "high")):
        edges = [trace(take.function.band[number], take.x) for take in takes if take.function.band]
        if edges:
            tracks.append(_lines(edges, {uid(name, f"{Kind.BAND}-{end}"): 0}, tolerance))
    if any(take.function.breaks for take in takes):
        tracks.append(_breaks(takes, uid(name, Kind.BREAKS)))
    return tracks


def _lines(
    takes: Sequence[Curve], orders: Mapping[str, int], tolerance: float, *, log: bool = False
) -> Track:
    places = []
    for take in takes:
        lines = [curves.gapped(take, order) for order in orders.values()]
        keep = np.logical_or.reduce([curves.corners(take, line) for line in lines])
        if tolerance:
            _thin(keep, take.x, np.array(lines), tolerance)
        places.append([each[keep] for each in (take.x, *(np.abs(lines) if log else lines))])
    x, *y = (single(np.concatenate(each)) for each in zip(*places, strict=True))
    return Track(x, dict(zip(orders, y, strict=True)), _ends(place[0] for place in places))


def _thin(keep: npt.NDArray[np.bool_], x: FloatArray, lines: FloatArray, tolerance: float) -> None:
    """Leave out points that lie on the straight line between their neighbours, again and again."""
    for _ in range(_THINNINGS):
        (kept,) = keep.nonzero()
        before, point, after = kept[:-2:2], kept[1:-1:2], kept[2::2]
        share = (x[point] - x[before]) / (x[after] - x[before])
        straight = lines[:, before] + share * (lines[:, after] - lines[:, before])
        same = np.abs(straight - lines[:, point]) <= tolerance / _THINNINGS  # never beside a gap
        keep[point[same.all(axis=0)]] = False


def _tolerance(limits: SingleArray | None, view: View) -> float:
    """Return by how much a value may be wrong so that nobody sees it between the closest limits."""
    if view.log:
        return 0.0  # what is straight is not, on such an axis
    heights = np.ptp(view.y if limits is None else limits, axis=-1)
    return float(heights.min()) * _SEEN


def _breaks(takes: Sequence[Curve], name: str) -> Track:
    marks = [np.isin(take.x, [point.x for point in take.function.breaks]) for take in takes]
    x, y = (
        np.concatenate([getattr(take, axis)[at] for take, at in zip(takes, marks, strict=True)])
        for axis in "xy"
    )
    return Track(
        single(x),
        {name: single(y)},
        _ends(take.x[at] for take, at in zip(takes, marks, strict=True)),
    )


def _ends(parts: Iterable[FloatArray]) -> npt.NDArray[np.uint32]:
    return np.cumsum([part.size for part in parts]).astype(np.uint32)


def _dots(functions: Sequence[Function], view: View) -> dict[str, str]:
    order = 1 if view.log else 0
    names = [each.activation.name for each in functions]
    return {uid(each, Kind.SAMPLES, order): uid(each, Kind.CURVE, order) for each in names}


def _levels(functions: Sequence[Function], view: View) -> dict[str, SingleArray]:
    """Return where the hairlines of one function lie, NaN where there is none."""
    places = [curves.asymptotes(each) for each in functions]
    names = set() if view.log else set().union(*places)
    return {
        name: np.array([each.get(name, np.nan) for each in places], np.float32) for name in names
    }


# --- limits


def _reaches(
    takes: Sequence[Curve], ends: Sequence[float], orders: Iterable[int], *, log: bool = False
) -> list[Limits]:
    """Return what the curves reach from each end to each end: nothing, where that is before."""
    cells = np.array(
        [
            curves.reach([_part(take, *cell) for take in takes], orders, log=log)
            for cell in pairwise(ends)
        ]
    )
    reaches = np.full((len(ends), len(ends), 2), (np.inf, -np.inf))
    for at in range(len(cells)):
        reaches[at, at + 1 :, 0] = np.minimum.accumulate(cells[at:, 0])
        reaches[at, at + 1 :, 1] = np.maximum.accumulate(cells[at:, 1])
    return [(low, high) for low, high in reaches.reshape(-1, 2).tolist()]


def _part(curve: Curve, low: float, high: float) -> Curve:
    inside = slice(np.searchsorted(curve.x, low), np.searchsorted(curve.x, high, "right"))
    parts = (each[inside] for each in (curve.x, curve.y, curve.dy, curve.d2y))
    return Curve(curve.function, *parts)


def _own_limits(reached: Sequence[Limits]) -> SingleArray:
    """Return limits of a difference, which have 0 between them."""
    limits = [curves.with_margin((min(low, 0), max(high, 0))) for low, high in reached]
    return np.array(limits, np.float32)


def _limits(reached: Sequence[Limits], view: View) -> tuple[SingleArray | None, dict[str, Layout]]:
    """Return limits, and what axes between them look like on a logarithmic scale."""
    if not view.fitted:
        return None, {}
    limits = [(curves.powers if view.log else curves.with_margin)(each) for each in reached]
    looks = {
        f"{low:g},{high:g}": axes.powers(int(low), int(high), zero=True)
        for low, high in set(limits if view.log else ())
    }
    return np.array(limits, np.float32), looks
