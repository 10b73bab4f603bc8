"""What can be measured about a function: computed to the digits shown, never read off the grid."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from activations.functions.calculus import Curve, FloatArray, grid, trace
from activations.functions.spec import Function

FLAT = 0.01
"""A function is flat where |f'| is smaller than this."""

_NARROWING = 4e4
"""How much refinement narrows a cell of the grid before its last, linear step."""

_FEW = 20
"""Cells up to this number are cut finely: torch's overhead outweighs their points."""

BoolArray = npt.NDArray[np.bool_]
Condition = Callable[[Curve], FloatArray]
"""A number for each point of a curve; what is looked for is where its sign changes."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A function on a range of inputs, in float64 as torch computes it.

    Where an extremum is attained at several points, or all along a plateau, the `_at` is the point
    nearest 0, and of two as near the left one. `steepest` is the slope f' of largest size, with its
    sign; at a break the slopes on either side count as well as autograd's, and are at the break.
    `flat_share` and `zero_share` are the shares of the range where |f'| < 0.01 and where f' is
    exactly 0, be it by rounding. `non_finite` says that f or f' is NaN or infinite somewhere, and
    the other facts then pass over those points.
    """

    minimum: float
    minimum_at: float
    maximum: float
    maximum_at: float
    steepest: float
    steepest_at: float
    flat_share: float
    zero_share: float
    non_finite: bool


def measure(function: Function, low: float, high: float) -> Facts:
    """Measure `function` on the inputs from `low` to `high`; ValueError unless low < high.

    Extrema are roots of f' and f'', and shares end where |f'| crosses a bound. Both are bracketed
    on the drawing grid and narrowed from there, to about ten digits.
    """
    if not (low < high and math.isfinite(high - low)):
        raise ValueError(f"a range must rise from low to high, not go from {low!r} to {high!r}")
    curve = trace(function, grid(function, low, high))
    curve = _refined(curve, _turning_points(curve))
    curve = _refined(curve, _plateau_ends(curve))
    finite = _finite(curve)
    x, y, dy = _without_sides(curve)[finite], curve.y[finite], curve.dy[finite]
    minimum, minimum_at = _least(y, x)
    maximum, maximum_at = _least(-y, x)
    size, steepest_at = _least(-np.abs(dy), x)
    slopes = dy[(np.abs(dy) == -size) & (x == steepest_at)]  # of both signs: the rising one
    flat_share, zero_share = _shares(curve)
    return Facts(
        minimum=minimum,
        minimum_at=minimum_at,
        maximum=0.0 - maximum,
        maximum_at=maximum_at,
        steepest=float(slopes.max(initial=size)) + 0.0,
        steepest_at=steepest_at,
        flat_share=flat_share,
        zero_share=zero_share,
        non_finite=not finite.all(),
    )


def _least(values: FloatArray, x: FloatArray) -> tuple[float, float]:
    """Return the least value and, of the points that attain it, the one nearest 0."""
    if not values.size:
        return math.nan, math.nan
    least = values.min()
    attained = x[values == least]  # x rises, so argmin prefers the left one of two as near
    return float(least) + 0.0, float(attained[np.abs(attained).argmin()]) + 0.0


def _without_sides(curve: Curve) -> FloatArray:
    """Return the curve's x with the neighbours of each break, its one-sided limits, put on it."""
    x = curve.x.copy()
    for point in curve.function.breaks:
        near = (np.nextafter(point.x, -np.inf) <= x) & (x <= np.nextafter(point.x, np.inf))
        x[near] = np.clip(point.x, x[0], x[-1])
    return x


def _wide(curve: Curve) -> BoolArray:
    """Tell the grid's cells from the sides of breaks, which are one float wide."""
    wide: BoolArray = np.diff(curve.x) > 1e-9 * (curve.x[-1] - curve.x[0])
    return wide


def _refined(curve: Curve, extra: FloatArray) -> Curve:
    return trace(curve.function, np.union1d(curve.x, extra)) if extra.size else curve


def _turning_points(curve: Curve) -> FloatArray:
    """Return the roots of f' and f'' wherever a fact may depend on them."""
    y, dy, d2y, width = curve.y, curve.dy, curve.d2y, np.diff(curve.x)
    with np.errstate(invalid="ignore", over="ignore"):
        steep = np.maximum(np.abs(dy[:-1]), np.abs(dy[1:]))
        bend = np.maximum(np.abs(d2y[:-1]), np.abs(d2y[1:]))
        beyond = steep + bend * width  # no slope within the cell is much larger than this
        least, most = -_most(-y, curve), _most(y, curve)
        extremal = (np.minimum(y[:-1], y[1:]) - beyond * width <= least) | (
            np.maximum(y[:-1], y[1:]) + beyond * width >= most
        )
        turns = (dy[:-1] * dy[1:] < 0) & (extremal | (steep >= FLAT))
        near_flat = np.abs(np.abs(dy[:-1]) - FLAT) <= bend * width
        inflects = (d2y[:-1] * d2y[1:] < 0) & ((beyond >= _most(np.abs(dy), curve)) | near_flat)
    wide = _wide(curve)
    return np.concatenate(
        _roots(curve, [turns & wide, inflects & wide], [lambda at: at.dy, lambda at: at.d2y])
    )


def _plateau_ends(curve: Curve) -> FloatArray:
    """Return where a plateau at an extreme value ends on its side towards 0."""
    left = curve.x[:-1] < 0
    cells: list[BoolArray] = []
    conditions: list[Condition] = []
    for quantity in _EXTREMES:
        values = quantity(curve)
        top = _most(values, curve)
        attained = values == top
        on_plateau = attained & (np.append(attained[1:], False) | np.append(False, attained[:-1]))
        inner_left, inner_right = on_plateau[:-1] & ~attained[1:], on_plateau[1:] & ~attained[:-1]
        cells.append(np.where(left, inner_left, inner_right) & _wide(curve))
        conditions.append(_where(_reaches(quantity, top)))
    return np.concatenate(_roots(curve, cells, conditions))


_EXTREMES: tuple[Condition, ...] = (
    lambda at: -at.y,
    lambda at: at.y,
    lambda at: np.abs(at.dy),
)
"""What is largest where the function is least, greatest and steepest."""


def _reaches(quantity: Condition, top: float) -> Callable[[Curve], BoolArray]:
    return lambda at: quantity(at) >= top


def _where(holds: Callable[[Curve], BoolArray]) -> Condition:
    """Make a condition of a predicate: negative where it holds.

    The tiny value puts the root on the last point where it does; one that stands alone has no
    width.
    """
    return lambda at: np.where(holds(at), -math.ulp(0.0), 1.0)


def _shares(curve: Curve) -> tuple[float, float]:
    """Return the shares of the range where |f'| < FLAT and where f' is 0, of where both are finite.

    Both are NaN if they are so nowhere.
    """
    conditions: list[Condition] = [
        lambda at: np.where(_finite(at), np.abs(at.dy) - FLAT, FLAT),
        _where(lambda at: _finite(at) & (at.dy == 0)),
        _where(_finite),
    ]
    holds = [condition(curve) < 0 for condition in conditions]
    cells = [(each[:-1] != each[1:]) & _wide(curve) for each in holds]
    ends = _roots(curve, cells, conditions)
    flat, zero, whole = (_share(curve.x, *each) for each in zip(holds, cells, ends, strict=True))
    return (min(flat / whole, 1.0), min(zero / whole, 1.0)) if whole else (math.nan, math.nan)


def _most(values: FloatArray, curve: Curve) -> float:
    """Return the largest of a curve's values where f and f' are finite."""
    return float(np.max(values, where=_finite(curve), initial=-np.inf))


def _finite(curve: Curve) -> BoolArray:
    return np.isfinite(curve.y) & np.isfinite(curve.dy)


def _share(x: FloatArray, holds: BoolArray, leaves: BoolArray, ends: FloatArray) -> float:
    """Return the share of x's range where something holds that changes only at `ends`."""
    part = np.where(holds[:-1] & holds[1:], np.diff(x), 0.0)
    part[leaves] = np.where(holds[:-1][leaves], ends - x[:-1][leaves], x[1:][leaves] - ends)
    return min(float(part.sum() / (x[-1] - x[0])), 1.0)


def _roots(
    curve: Curve, cells: Sequence[BoolArray], conditions: Sequence[Condition]
) -> list[FloatArray]:
    """Return, for each condition, where it changes sign in the chosen cells of the curve's grid.

    All cells are narrowed together, each step cutting each of them into equal parts.
    """
    counts = [np.count_nonzero(chosen) for chosen in cells]
    kind = np.repeat(np.arange(len(cells)), counts)[:, None]
    left = np.concatenate([curve.x[:-1][chosen] for chosen in cells])
    right = np.concatenate([curve.x[1:][chosen] for chosen in cells])
    bounds = np.cumsum(counts)[:-1]
    if not left.size:
        return np.split(left, bounds)
    row = np.arange(left.size)
    parts = math.ceil(math.sqrt(_NARROWING)) if left.size <= _FEW else 8
    fractions = np.linspace(0, 1, parts + 1)
    for _ in range(round(math.log(_NARROWING) / math.log(parts))):
        x = left[:, None] + (right - left)[:, None] * fractions
        x[:, -1] = right
        at = trace(curve.function, x)
        values = np.choose(kind, [condition(at) for condition in conditions])
        changed = (values < 0) != (values[:, :1] < 0)
        last = np.where(changed.any(axis=1), changed.argmax(axis=1), parts)
        left, right = x[row, last - 1], x[row, last]
        below, above = values[row, last - 1], values[row, last]
    rise = above - below
    step = np.divide(-below, rise, out=np.full_like(rise, 0.5), where=rise != 0)
    return np.split(np.clip(left + (right - left) * step, left, right), bounds)
