"""Plotly charts that are redrawn in place.

`st.plotly_chart` hashes a figure into the element's identity, so any change throws the chart away
and builds it anew: it blinks and the zoom is lost. Here a chart is placed once, where it belongs on
the page, and one message draws all of them, so that a tick touches nothing else. Once Streamlit
keeps the chart (https://github.com/streamlit/streamlit/pull/16052), `st.plotly_chart` can do most
of this, and this module and `static/chart.js` are the only place that changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import plotly
from streamlit.components import v1

from activations import drawing
from activations.dashboard.component import register
from activations.drawing import message
from activations.drawing.frame import Drawing
from activations.drawing.message import TypedArray
from activations.drawing.style import ON_WHITE

# Served compressed, with nothing mounted on the page: plotly.js as the installed plotly ships it,
# and the script that does with a figure what a saved web page does too.
v1.declare_component("plotly", path=str(Path(plotly.__file__).parent / "package_data"))
v1.declare_component("drawing", path=str(Path(drawing.__file__).parent / "static"))

CAPTION_HEIGHT = 24
"""Pixels that a caption of one line takes below a chart."""

_numbers = count()
_place = register("chart", "place", '<div class="activations-chart"></div>')
_draw = register("chart", "draw")


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure and what goes with it on the page.

    `figure` is shown in the theme's colours. `description` is its text alternative and `file_name`,
    without an ending, names saved images; `caption` stands below it, labels with their values.
    """

    figure: Drawing
    description: str
    file_name: str
    caption: Mapping[str, str] = field(default_factory=dict)


def place(key: str, height: int) -> None:
    """Give the chart of this key its place, `height` pixels high until `draw` is given it."""
    _place(key=f"place_{key}", data={"key": key}, height=height)


def draw(
    charts: Mapping[str, Chart],
    *,
    state: dict[str, list[str]],
    image_size: str,
    image_colors: str,
) -> None:
    """Draw all charts of the page, by key, in the places that they have anywhere on it.

    `state` is the link of what they show.

    No message is like another, so that Streamlit never sends a mere reference to an earlier one:
    where ticks come fast the browser may have forgotten that one, and loses the connection.
    """
    arrays: dict[str, TypedArray] = {}
    drawn: message.Message = {
        "number": next(_numbers),
        "state": state,
        "charts": {key: _message(chart, arrays) for key, chart in charts.items()},
        "arrays": arrays,
        "inks": ON_WHITE,
        "images": {"size": image_size, "colors": image_colors},
    }
    _draw(key="charts", data=json.dumps(drawn).encode())  # bytes are left alone on their way


def _message(chart: Chart, arrays: dict[str, TypedArray]) -> message.Chart:
    return {
        **chart.figure.message(arrays),
        "description": chart.description,
        "fileName": chart.file_name,
        "caption": list(chart.caption.items()),
    }
