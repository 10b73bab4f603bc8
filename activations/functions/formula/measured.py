"""What a formula of one's own does not declare, measured: range, parity, falls, waves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from activations.functions.formula.breaks import REACH, Array
from activations.functions.spec import Interval, Parity

_FAR = 1e6
_LARGE = 1e3
"""What exceeds this far out is taken to have no bound."""

_POLE = 1e9
"""What exceeds this in between is taken for a pole."""

_NEAR = np.linspace(-REACH, REACH, 4801)
_OUT = np.geomspace(REACH, _FAR, 60)[1:]
_X = np.concatenate([-_OUT[::-1], _NEAR, _OUT])

Value = Callable[[Array], Array]

_SHOWN = 20.0
"""How far to either side pages show functions."""

_POINTS = 4.1
"""Points of a drawing from one change of sign to the next: eight for a whole wave."""

_FINEST = 400.0
"""Points for each unit of input beyond which no screen shows more."""

_COUNT = 8192
_EVEN = np.arange(_COUNT)
_UNEVEN = (_EVEN + (_EVEN * 0.6180339887498949) % 1) * (2 * _SHOWN / _COUNT) - _SHOWN
"""Inputs so uneven that no wave looks like a longer one."""


def output(value: Value) -> Interval:
    """Return the least interval that holds the values, as far as 10^6 tells."""
    y = value(_X)
    known = ~np.isnan(y)
    if not known.any():
        return Interval(-np.inf, np.inf)
    x, y = _X[known], y[known]
    high, high_open = _greatest(value, x, y)
    low, low_open = _greatest(lambda at: -value(at), x, -y)
    return Interval(0.0 - low, high, low_open, high_open)


def monotone(value: Value) -> bool:
    """Whether the function never falls, from point to point."""
    y = value(_X)
    y = y[np.isfinite(y)]
    return bool((np.diff(y) >= -1e-13 * np.maximum(1, np.abs(y[1:]))).all())


def parity(value: Value) -> Parity:
    """Whether the function is odd, even or neither, on both sides of 0."""
    x = np.linspace(0.01, 30, 997)
    right, left = value(x), value(-x)
    for sign, found in ((1, Parity.EVEN), (-1, Parity.ODD)):
        if np.allclose(left, sign * right, rtol=1e-12, atol=1e-12, equal_nan=True):
            return found
    return Parity.NEITHER


def detail(values: Callable[[Array], tuple[Array, Array, Array]]) -> float:
    """Return how many points for each unit of input show the waves of f, 0 if it has none.

    `values` gives f, f' and f''. A wave turns or bends to and fro: where f' or f'' changes its sign
    closest together decides, over a few signs.
    """
    y, _, bend = values(_UNEVEN)
    known = np.isfinite(y) & np.isfinite(bend)
    x, y, bend = _UNEVEN[known], y[known], bend[known]
    if not x.size:
        return 0.0
    rounding = 1e-9 * float(np.median(np.abs(y)))
    middle = (x[1:] + x[:-1]) / 2
    return max(_changes(x, bend, rounding), _changes(middle, np.diff(y), rounding))


def _changes(x: Array, signed: Array, rounding: float) -> float:
    """Return how many points for each unit follow numbers that change their sign."""
    seen = np.abs(signed) > rounding
    x, signs = x[seen], np.sign(signed[seen])
    before = np.flatnonzero(np.diff(signs))
    at = (x[before] + x[before + 1]) / 2
    span = min(8, at.size - 1)
    if span < 2:
        return 0.0
    return min(_POINTS * span / float((at[span:] - at[:-span]).min()), _FINEST)


def _greatest(value: Value, x: Array, y: Array) -> tuple[float, bool]:
    """Return the least upper bound, and whether no input attains it."""
    best = int(y.argmax())
    if best in (0, y.size - 1):
        edge = float(y[best])
        if edge > _LARGE or not np.isfinite(edge):
            return np.inf, True
        return edge, bool(np.abs(x[y == edge]).min() > REACH)
    low, high = x[best - 1], x[best + 1]
    for _ in range(8):
        closer = np.linspace(low, high, 33)
        at = np.nan_to_num(value(closer), nan=-np.inf)
        middle = int(np.clip(at.argmax(), 1, 31))
        low, high = closer[middle - 1], closer[middle + 1]
    greatest = float(max(at.max(), y[best])) + 0.0
    return (greatest, False) if greatest < _POLE else (np.inf, True)
