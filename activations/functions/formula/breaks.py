"""Where a formula's derivatives jump, and where it has no value: found, not declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from activations.functions.spec import Break, Interval

Array: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Edges: TypeAlias = Callable[[Array], list[Array]]
"""Numbers that are 0 at the only inputs where something can happen."""

REACH = 60.0
"""Breaks are looked for between minus this and this: three times what the page's sliders allow."""

MOST = 200
"""A formula that has more breaks keeps those nearest 0."""

_JUMP = 1e-6
"""What is smaller, relative to the values beside it, is rounding."""

_ASIDE, _COARSE = 1e-7, 1e-4
"""How far beside a point its limits are taken where next to it is NaN, and what then is a jump."""

_SAME = 1e-30
"""Where a square underflows, its 0 is a whole interval: what is nearer than this is one point."""

_GRID = np.union1d(np.linspace(-REACH, REACH, 4801), np.linspace(-1, 1, 201))
_PARTS = 256


def find(edges: Edges, values: Callable[[Array], tuple[Array, Array, Array]]) -> tuple[Break, ...]:
    """Return the breaks of a function, of which `values` gives f, f' and f'', in rising order.

    Zeros of the edges are bracketed on a grid and narrowed to neighbouring floats; what jumps there
    is read off the values on both sides.
    """
    x, first, last = _zeros(edges, _GRID)
    nearest = np.sort(np.argsort(np.abs(x), kind="stable")[:MOST])
    x, first, last = x[nearest], first[nearest], last[nearest]
    if not x.size:
        return ()
    beside = (x, np.nextafter(first, -np.inf), np.nextafter(last, np.inf))
    at, left, right = (np.array(values(points)) for points in beside)
    rough = np.isnan(left).any(axis=0) | np.isnan(right).any(axis=0)
    step = _ASIDE * np.maximum(1, np.abs(x[rough]))
    left[:, rough], right[:, rough] = values(x[rough] - step), values(x[rough] + step)
    with np.errstate(invalid="ignore"):
        size = np.maximum(1, np.maximum(np.abs(left), np.abs(right)))
        jumps = np.abs(right - left) > np.where(rough, _COARSE, _JUMP) * size
    jumps |= np.isfinite(left) != np.isfinite(right)
    found = np.isfinite(left[0]) & np.isfinite(right[0]) & jumps.any(axis=0)
    orders = jumps.argmax(axis=0)
    return tuple(
        Break(point, order, slope)
        for point, order, slope in zip(
            x[found].tolist(), orders[found].tolist(), at[1][found].tolist(), strict=True
        )
    )


def gaps(
    value: Callable[[Array], Array], edges: Edges, low: float, high: float
) -> tuple[Interval, ...]:
    """Return where from `low` to `high` a function is not finite; a pole has no width."""
    grid = np.linspace(low, high, 2001)
    zeros, _, _ = _zeros(edges, grid)
    grid = np.union1d(grid, zeros[(low <= zeros) & (zeros <= high)])

    def finite(x: Array) -> list[Array]:
        return [np.isfinite(value(x)).astype(float)]

    (known,) = finite(grid)
    last, first = _narrowed(finite, 0, grid, known[:-1] != known[1:])
    inside = known == 0
    starts = [*([low] if inside[0] else []), *first[_after(known, 0)].tolist()]
    ends = [*last[_after(known, 1)].tolist(), *([high] if inside[-1] else [])]
    return tuple(Interval(*each) for each in zip(starts, ends, strict=True))


def _after(known: Array, state: int) -> Bools:
    """Tell, of all changes, those to a state."""
    changes: Bools = known[1:][known[:-1] != known[1:]] == state
    return changes


def _zeros(edges: Edges, grid: Array) -> tuple[Array, Array, Array]:
    """Return where one of the edges is 0, changes its sign, or touches 0 between two points.

    By rounding a zero may be several floats: the first and the last of them are returned as well.
    """
    found = [np.empty(0)]
    for index, at in enumerate(edges(grid)):
        state = np.sign(at)
        left, right = _narrowed(edges, index, grid, _differ(state[:-1], state[1:]))
        found.append(np.where(edges(right)[index] == 0, right, left))
        found.append(_touching(edges, index, grid, at))
    zeros = np.unique(np.concatenate(found)) + 0.0
    exact = np.zeros(zeros.size, dtype=bool)
    for at in edges(zeros):
        exact |= at == 0
    return _merged(zeros, exact)


def _differ(a: Array, b: Array) -> Bools:
    differ: Bools = (a != b) & ~(np.isnan(a) & np.isnan(b))
    return differ


def _merged(x: Array, exact: Bools) -> tuple[Array, Array, Array]:
    """Make one of zeros that only rounding sets apart, preferably one that is exact."""
    if not x.size:
        return x, x, x
    new = np.diff(x, prepend=-np.inf) > np.maximum(8 * np.spacing(np.abs(x)), _SAME)
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], x.size)
    best = [
        min(range(start, end), key=lambda i: (not exact[i], abs(x[i])))
        for start, end in zip(starts, ends, strict=True)
    ]
    return x[best], x[starts], x[ends - 1]


def _narrowed(edges: Edges, index: int, grid: Array, chosen: Bools) -> tuple[Array, Array]:
    """Narrow each chosen cell to the neighbouring floats between which an edge changes its sign.

    Floats are counted, not measured, so that a zero at 0 takes no longer than any other.
    """
    low, high = _counted(grid[:-1][chosen]), _counted(grid[1:][chosen])
    if not low.size:
        return grid[:0], grid[:0]
    first = np.sign(edges(grid[:-1][chosen])[index])[:, None]
    row = np.arange(low.size)
    while (high - low > 1).any():
        step = np.maximum((high - low) // _PARTS, 1)[:, None]
        parts = np.minimum(low[:, None] + step * np.arange(_PARTS + 1), high[:, None])
        parts[:, -1] = high
        state = np.sign(edges(_float(parts.ravel()))[index]).reshape(parts.shape)
        changed = _differ(state, first)
        at = np.where(changed.any(axis=1), changed.argmax(axis=1), _PARTS)
        low, high = parts[row, np.maximum(at - 1, 0)], parts[row, at]
    return _float(low), _float(high)


def _counted(x: Array) -> npt.NDArray[np.int64]:
    """Return the numbers of floats in rising order: neighbours differ by 1, and 0 is number 0."""
    bits = (x + 0.0).view(np.int64)
    return np.where(bits < 0, np.iinfo(np.int64).min - bits, bits)


def _float(count: npt.NDArray[np.int64]) -> Array:
    bits = np.where(count < 0, np.iinfo(np.int64).min - count, count)
    return bits.view(np.float64)


def _touching(edges: Edges, index: int, grid: Array, at: Array) -> Array:
    """Return where an edge comes to 0 and goes away again without a change of sign."""
    size, state = np.abs(at), np.sign(at)
    alike = (state[1:-1] == state[:-2]) & (state[1:-1] == state[2:])
    dips = np.flatnonzero(alike & (size[1:-1] <= size[:-2]) & (size[1:-1] < size[2:]))
    dips = dips[size[dips + 1] > 0]
    low, high = grid[dips], grid[dips + 2]
    row = np.arange(low.size)
    for _ in range(14):
        x = np.linspace(low, high, 33, axis=1)
        sizes = np.abs(edges(x.ravel())[index]).reshape(x.shape)
        least = np.clip(np.nan_to_num(sizes, nan=np.inf).argmin(axis=1), 1, 31)
        low, high = x[row, least - 1], x[row, least + 1]
    middle = (low + high) / 2
    reached = np.abs(edges(middle)[index]) <= 1e-12 * np.maximum(size[dips], size[dips + 2])
    return middle[reached]
