"""Lines through every number of a format in Plotly's own words, where no script of ours draws them.

On the page `static/dense.js` draws of them what the eye can part; here Plotly gets every point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from activations.drawing.frame import Drawing
from activations.drawing.message import Kind, Layout
from activations.functions.calculus import FloatArray
from activations.precision.formats import FORMATS, Format

_TICKS: Final = 11
"""Labelled ticks of an axis, at most."""

_HOVER: Final = "<br>".join(
    (
        "x %{customdata[0]:.9~g}",
        "result %{customdata[1]:.9~g}",
        "exact %{customdata[2]:.9~g}",
        "steps %{customdata[3]:,}",
    )
)


def in_full(drawing: Drawing) -> Drawing:
    """Return a drawing whose dense traces have their points as numbers, with WebGL to draw them."""
    layout = dict(drawing.layout)
    meta = layout.pop("meta", {"axes": [], "levels": []})
    for name in meta["axes"]:
        layout[name] = layout[name] | _closest(meta["levels"])
    traces = [_in_full(each) if "dense" in each else each for each in drawing.traces]
    return replace(drawing, traces=traces, layout=layout)


def _closest(levels: Sequence[Layout]) -> Layout:
    """Return the closest ticks for which a figure has room: no script takes others at a zoom."""
    return max((each for each in levels if _count(each) <= _TICKS), key=_count)


def _count(level: Layout) -> int:
    return len(level["tickvals"])


def _in_full(trace: Layout) -> Layout:
    dense = trace["dense"]
    kind, axis = FORMATS[dense["format"]["name"]], dense["axis"]
    numbers = {name: _numbers(kind, dense[name]) for name in ("inputs", "result", "exact")}
    steps = dense["steps"].astype(float)
    last = np.iinfo(dense["steps"].dtype).max
    steps[dense["steps"] == last - 1] = np.inf
    steps[dense["steps"] == last] = np.nan
    role = dense["role"]
    y = (
        _height(steps, dense["above"])
        if role == "steps"
        else _drawn(numbers[role], dense[role], axis)
    )
    return {name: value for name, value in trace.items() if name != "dense"} | {
        "type": "scattergl",
        "meta": Kind.SAMPLES,
        "x": _drawn(numbers["inputs"], dense["inputs"], axis),
        "y": y,
        "customdata": np.stack([*numbers.values(), steps], axis=1),
        "hovertemplate": f"{_HOVER}<extra>{trace['name']}</extra>",
    }


def _numbers(kind: Format, places: FloatArray) -> FloatArray:
    """Return the numbers that have places, of which that after the largest may be infinity's."""
    end, sizes = kind.place(np.array(kind.largest)), np.abs(places)
    beyond = np.where(kind.has_infinity & (sizes <= end + 1), np.inf, np.nan)
    return np.where(sizes > end, np.copysign(beyond, places), kind.numbers(places))


def _drawn(numbers: FloatArray, places: FloatArray, axis: str | Layout) -> FloatArray:
    """Return where numbers stand on an axis: linear, or by the order of a format."""
    if axis == "linear":
        return numbers
    if isinstance(axis, str):
        return np.where(np.isnan(numbers), np.nan, places)
    return FORMATS[axis["name"]].place(numbers)


def _height(steps: FloatArray, above: dict[str, float]) -> FloatArray:
    heights = np.where(np.isinf(steps), above["infinite"], np.log10(1 + steps))
    return np.where(np.isnan(steps), above["nan"], heights)
