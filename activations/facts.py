"""What can be measured about a function: computed to the digits shown, never read off the grid."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from activations.calculus import Curve, FloatArray, grid, trace
from activations.spec import Function

FLAT = 0.01
"""A function is flat where |f'| is smaller than this."""

_BUDGET = 2048
"""Points of one refinement step: fewer cost as much, for torch's overhead outweighs them."""

_NARROWING = 2.5e5
"""How much refinement narrows a bracket before the last, linear step."""

BoolArray = npt.NDArray[np.bool_]
Condition = Callable[[Curve, BoolArray], FloatArray]


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

    Extrema are roots of f' and f'' and shares end where |f'| crosses a bound; both are bracketed
    on the drawing grid and narrowed from there, so they are good to about ten digits.
    """
    if not (low < high and math.isfinite(high - low)):
        raise ValueError(f"a range must rise from low to high, not go from {low!r} to {high!r}")
    curve = trace(function, grid(function, low, high))
    curve = _refined(curve, _turning_points(curve))
    flat_share, zero_share, zero_ends = _shares(curve)
    curve = _refined(curve, zero_ends)
    at = _without_sides(curve)
    finite = np.isfinite(curve.y) & np.isfinite(curve.dy)
    x, y, dy = at[finite], curve.y[finite], curve.dy[finite]
    minimum, minimum_at = _least(y, x)
    maximum, maximum_at = _least(-y, x)
    size, steepest_at = _least(-np.abs(dy), x)
    steepest = math.nan if math.isnan(size) else _signed(-size, dy[x == steepest_at])
    return Facts(
        minimum=minimum,
        minimum_at=minimum_at,
        maximum=0.0 - maximum,
        maximum_at=maximum_at,
        steepest=steepest,
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


def _signed(size: float, slopes: FloatArray) -> float:
    """Give a slope's size the sign that it has among `slopes`; plus where both occur."""
    return size + 0.0 if (slopes == size).any() else -size


def _without_sides(curve: Curve) -> FloatArray:
    """Return the curve's x with the neighbours of each break, its one-sided limits, put on it."""
    x = curve.x.copy()
    for point in curve.function.breaks:
        near = (np.nextafter(point.x, -np.inf) <= x) & (x <= np.nextafter(point.x, np.inf))
        x[near] = point.x
    return x


def _refined(curve: Curve, extra: FloatArray) -> Curve:
    return trace(curve.function, np.union1d(curve.x, extra)) if extra.size else curve


def _turning_points(curve: Curve) -> FloatArray:
    """Return the roots of f' and f'' wherever a fact may depend on them."""
    x, y, dy, d2y = curve.x, curve.y, curve.dy, curve.d2y
    with np.errstate(invalid="ignore", over="ignore"):
        width = np.diff(x)
        steep = np.maximum(np.abs(dy[:-1]), np.abs(dy[1:]))
        bend = np.maximum(np.abs(d2y[:-1]), np.abs(d2y[1:]))
        beyond = steep + bend * width  # no slope within the cell is much larger than this
        extremal = (np.minimum(y[:-1], y[1:]) - beyond * width <= y.min()) | (
            np.maximum(y[:-1], y[1:]) + beyond * width >= y.max()
        )
        turns = (dy[:-1] * dy[1:] < 0) & (extremal | (steep >= FLAT))
        near_flat = np.abs(np.abs(dy[:-1]) - FLAT) <= bend * width
        inflects = (d2y[:-1] * d2y[1:] < 0) & ((beyond >= np.abs(dy).max()) | near_flat)
    wide = width > 1e-9 * (x[-1] - x[0])  # not the side of a break

    def turning(at: Curve, second: BoolArray) -> FloatArray:
        return np.where(second, at.d2y, at.dy)

    return _roots(curve, turns & wide, inflects & wide, turning)


def _shares(curve: Curve) -> tuple[float, float, FloatArray]:
    """Return the shares where |f'| < FLAT and where f' is 0, and where the second part ends."""
    x, size = curve.x, np.abs(curve.dy)
    flat, zero = size < FLAT, size == 0
    leaves_flat, leaves_zero = flat[:-1] != flat[1:], zero[:-1] != zero[1:]
    wide = np.diff(x) > 1e-9 * (x[-1] - x[0])

    def bound(at: Curve, second: BoolArray) -> FloatArray:
        slopes = np.abs(at.dy)
        # The tiny value puts the root on the last zero: a zero that stands alone has no width.
        return np.where(second, np.where(slopes == 0, -1e-300, 1.0), slopes - FLAT)

    roots = _roots(curve, leaves_flat & wide, leaves_zero & wide, bound)
    flat_ends, zero_ends = np.split(roots, [np.count_nonzero(leaves_flat & wide)])
    return (
        _share(x, flat, leaves_flat & wide, flat_ends),
        _share(x, zero, leaves_zero & wide, zero_ends),
        zero_ends,
    )


def _share(x: FloatArray, holds: BoolArray, leaves: BoolArray, crossings: FloatArray) -> float:
    """Return the share of x's range where a condition holds that changes only at `crossings`."""
    width = np.diff(x)
    part = np.where(holds[:-1] & holds[1:], width, 0.0)
    left, right = x[:-1][leaves], x[1:][leaves]
    part[leaves] = np.where(holds[:-1][leaves], crossings - left, right - crossings)
    return min(float(part.sum() / (x[-1] - x[0])), 1.0)


def _roots(curve: Curve, first: BoolArray, second: BoolArray, condition: Condition) -> FloatArray:
    """Return where a condition changes sign in the chosen cells of the curve's grid.

    `first` and `second` choose cells for a condition's two kinds, which it is told apart by; all
    cells are narrowed together, each step cutting each into equal parts.
    """
    left = np.concatenate([curve.x[:-1][first], curve.x[:-1][second]])
    right = np.concatenate([curve.x[1:][first], curve.x[1:][second]])
    if not left.size:
        return left
    kind = np.repeat([False, True], [np.count_nonzero(first), np.count_nonzero(second)])
    row = np.arange(left.size)
    parts = max(_BUDGET // left.size, 8)
    fractions = np.linspace(0, 1, parts + 1)
    for _ in range(math.ceil(math.log(_NARROWING) / math.log(parts))):
        x = left[:, None] + (right - left)[:, None] * fractions
        x[:, -1] = right
        values = condition(trace(curve.function, x), kind[:, None])
        changed = (values < 0) != (values[:, :1] < 0)
        last = np.where(changed.any(axis=1), changed.argmax(axis=1), parts)
        left, right = x[row, last - 1], x[row, last]
        below, above = values[row, last - 1], values[row, last]
    rise = above - below
    step = np.divide(-below, rise, out=np.full_like(rise, 0.5), where=rise != 0)
    roots: FloatArray = left + (right - left) * np.clip(step, 0, 1)
    return roots
