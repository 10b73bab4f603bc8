"""What figures of networks have in common: axes of layers and of powers, maps of layers."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from activations.drawing import axes
from activations.drawing.message import Kind, Layout
from activations.drawing.style import translucent
from activations.functions.bins import BIN_CENTERS
from activations.functions.calculus import FloatArray

_COUNTED = 6
"""So many layers are numbered each."""
_FULL_COLOR = 0.5
"""Share of a layer's values in one bin from which a map's colour is full."""
_SEEN = 1e-3
"""Share of a layer's values that a bin needs for the axis of the maps to reach it."""


def layer_axis(depth: int) -> Layout:
    """Return an axis of so many layers."""
    margin = max(0.03 * (depth - 1), 0.5)
    whole = {"dtick": 1} if depth <= _COUNTED else {}
    return axes.close(
        axes.axis("Layer", depth, 1 - margin, depth + margin, zeroline=False, **whole)
    )


def positive(series: Iterable[FloatArray]) -> FloatArray:
    """Return all values that a logarithmic axis can hold."""
    values = np.concatenate([*map(np.ravel, series), np.zeros(0)])
    return np.asarray(values[np.isfinite(values) & (values > 0)])


def powers(values: FloatArray) -> Layout:
    """Return a logarithmic axis that holds positive values between whole powers of ten."""
    exponents = np.log10(values if values.size else np.ones(1))
    low, high = math.floor(exponents.min()), math.ceil(exponents.max())
    return axes.powers(low, high) if high - low > 1 else axes.powers(low - 1, high + 1)


def occupied(histograms: Iterable[FloatArray]) -> slice:
    """Return the bins that maps need, from the first to the last that is seen anywhere."""
    seen = [np.flatnonzero((histogram > _SEEN).any(axis=0)) for histogram in histograms]
    bins = np.concatenate([*seen, np.zeros(0, dtype=int)])
    if not bins.size:
        return slice(None)
    last = BIN_CENTERS.size - 1
    return slice(max(int(bins.min()) - 1, 0), min(int(bins.max()) + 1, last) + 1)


def value_axis(title: str, bins: slice) -> Layout:
    """Return the axis of a map that shows those bins."""
    centers, half = BIN_CENTERS[bins], (BIN_CENTERS[1] - BIN_CENTERS[0]) / 2
    ends = float(centers[0] - half), float(centers[-1] + half)
    return axes.axis(title, "value", *ends, zeroline=False, showgrid=False)


def layer_map(label: str, color: str, histogram: FloatArray, bins: slice) -> Layout:
    """Return a heat map of how values are distributed in each layer, a row of `histogram`."""
    # The square root shows what is spread over many bins beside what crowds into one.
    stops = np.linspace(0, 1, 9)
    return {
        "type": "heatmap",
        "meta": Kind.MAP,
        "x": np.arange(1.0, len(histogram) + 1),
        "y": BIN_CENTERS[bins],
        "z": histogram[:, bins].T.astype(np.float32),
        "zmin": 0,
        "zmax": _FULL_COLOR,
        "colorscale": [[stop**2, translucent(color, stop)] for stop in stops.tolist()],
        "showscale": False,
        "name": label,
        "hovertemplate": "layer %{x}, around %{y:.1f}: %{z:.4~p}<extra></extra>",
    }
