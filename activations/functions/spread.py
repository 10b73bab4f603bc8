"""What several measurements say together, where not every value is a number."""

from __future__ import annotations

import numpy as np

from activations.functions.calculus import FloatArray

_MIDDLE = (0.1, 0.9)


def quantile(values: FloatArray, share: float, axis: int = 0) -> FloatArray:
    """Return a quantile along an axis, between two values in proportion, as NumPy's "linear".

    What is not finite counts as beyond all others; a quantile that has to do with it is NaN.
    """
    known = np.where(np.isfinite(values), values, np.nan)
    ordered = np.moveaxis(np.sort(known, axis=axis), axis, 0)  # NaN comes last
    place = share * (len(ordered) - 1)
    below, above = ordered[int(place)], ordered[min(int(place) + 1, len(ordered) - 1)]
    rest = place - int(place)
    return np.asarray(below + rest * (above - below) if rest else below)


def middle(values: FloatArray, axis: int = 0) -> tuple[FloatArray, FloatArray]:
    """Return the ends of what holds the middle 80 % of the values along an axis."""
    low, high = (quantile(values, share, axis) for share in _MIDDLE)
    return low, high


def mean(values: FloatArray, axis: int = 0) -> FloatArray:
    """Return the mean of those values along an axis that are finite, NaN where none is."""
    known = np.isfinite(values)
    count = known.sum(axis=axis)
    with np.errstate(invalid="ignore"):
        total = np.where(known, values, 0).sum(axis=axis)
        return np.asarray(total / np.where(count, count, np.nan))
