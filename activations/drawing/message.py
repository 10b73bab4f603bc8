"""What Python tells the browser of figures; `static/drawing.js` describes the same for JavaScript.

Arrays stand apart, since figures have them in common: in a figure {"array": name} is in the place
of each.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NotRequired, TypeAlias, TypedDict

Layout: TypeAlias = dict[str, Any]


class Kind(StrEnum):
    """What a trace stands for: Plotly hands it on to the browser as the trace's `meta`."""

    CURVE = "curve"
    """A line through a fine grid."""
    SAMPLES = "samples"
    """What was asked for or measured, point by point; of its dots, the browser draws some."""
    DENSE = "dense"
    """A line through every number of a format; `static/dense.js` says what its `dense` holds."""
    THEORY = "theory"
    BREAKS = "breaks"
    BAND = "band"
    MARKS = "marks"
    """Single points beside curves and samples."""
    MAP = "map"
    LEGEND = "legend"
    """No points, but a line in the legend."""


class TypedArray(TypedDict):
    """An array as Plotly's JSON has it: the bytes of its numbers, in base64."""

    dtype: str
    bdata: str
    shape: NotRequired[str]


class Arrangement(TypedDict):
    """What of a layout is different where the figure is narrower than so many pixels."""

    below: int
    layout: Layout


class Figure(TypedDict):
    """A figure as the JSON of its `data` and `layout`, its inks and arrays still to be put in.

    Of its arrangements the first that fits is taken. `panels` counts the pairs of axes that can be
    set in other columns.
    """

    figure: str
    arrangements: list[Arrangement]
    panels: int


class Chart(Figure):
    """A figure and what goes with it on a page."""

    description: str
    fileName: str
    caption: list[tuple[str, str]]


class Images(TypedDict):
    """What saved images look like."""

    size: str
    colors: str


class Message(TypedDict):
    """All charts of a page, by key, with their arrays, and what their inks are on white.

    `state` is the link of what they show.
    """

    number: int
    state: dict[str, list[str]]
    charts: dict[str, Chart]
    arrays: dict[str, TypedArray]
    inks: dict[str, str]
    images: Images
