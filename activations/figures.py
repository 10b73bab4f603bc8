"""Numbers in, Plotly figure out: nothing here samples, measures or knows of a page.

Every figure is drawn in two inks, `INK` on `PAPER`, beside the functions' own colours: whoever
shows it on another background has only those two to replace.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, count
from typing import Any

import numpy as np
import plotly.graph_objects as go

from activations.calculus import Curve, FloatArray

INK = "31,36,48"
PAPER = "255,255,255"
FONT = '"Source Sans", "Source Sans 3", "Source Sans Pro", "Helvetica Neue", Arial, sans-serif'

CARD_HEIGHT = 300
PANEL_HEIGHT = 270
X_MARGIN = 0.03
"""Share of the input range that is left free at either end, for the outermost dots."""

MANY_SAMPLES = 1000
"""Beyond, samples travel as start, step and single precision: more than the eye can part."""

Layout = dict[str, Any]
Limits = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axes:
    """The limits of both axes; `fitted` says that those of y follow the curves."""

    x: Limits
    y: Limits
    fitted: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One function's place in a figure: its curve on a fine grid and the user's samples of it."""

    curve: Curve
    samples: Curve

    @property
    def title(self) -> str:
        """The title that the post gives the chart."""
        return f"{self.curve.function.title} activation function"


def fit(panels: Iterable[Panel]) -> Limits:
    """Return the output limits that the panels' curves need, with a margin of a twentieth."""
    values = np.concatenate([panel.curve.y for panel in panels])
    values = values[np.isfinite(values)]
    if not values.size:
        return -1.0, 1.0
    low, high = float(values.min()), float(values.max())
    margin = (high - low) / 20 or 1.0
    return low - margin, high + margin


def card(panel: Panel, axes: Axes) -> go.Figure:
    """Draw one function: its curve, the samples as dots, the title that the post gives it."""
    layout = _layout(title={"text": panel.title}, height=CARD_HEIGHT, margin=_margin(t=44))
    layout["xaxis"] = _x_axis(axes)
    layout["yaxis"] = _y_axis(axes)
    layout["shapes"] = _asymptotes(panel, axes, "")
    return _figure(_traces(panel, ""), layout)


def summary(panels: Sequence[Panel], axes: Axes) -> go.Figure:
    """Draw the panels side by side in one figure, on equal axes that zoom together."""
    layout = _layout(**arrangement(panels, columns=4), margin=_margin(t=60), shapes=[])
    traces: list[Layout] = []
    for panel, suffix in zip(panels, _suffixes(), strict=False):
        layout[f"xaxis{suffix}"] = _x_axis(axes) | ({"matches": "x"} if suffix else {})
        layout[f"yaxis{suffix}"] = _y_axis(axes) | ({"matches": "y"} if suffix else {})
        layout["shapes"] += _asymptotes(panel, axes, suffix)
        traces += _traces(panel, suffix)
    return _figure(traces, layout)


def arrangement(panels: Sequence[Panel], columns: int, *, broken_titles: bool = False) -> Layout:
    """Return the part of a summary's layout that sets the panels in at most so many columns."""
    columns = min(columns, len(panels))
    rows = math.ceil(len(panels) / columns)
    return {
        "grid": {
            "rows": rows,
            "columns": columns,
            "pattern": "independent",
            "xgap": 0.25,
            "ygap": 0.45,
        },
        "height": PANEL_HEIGHT * rows + 30,
        "annotations": [
            {
                "text": panel.title.replace(" act", "<br>act") if broken_titles else panel.title,
                "xref": f"x{suffix} domain",
                "yref": f"y{suffix} domain",
                "x": 0,
                "y": 1,
                "xanchor": "left",
                "yanchor": "bottom",
                "yshift": 6,
                "align": "left",
                "showarrow": False,
            }
            for panel, suffix in zip(panels, _suffixes(), strict=False)
        ],
    }


@cache
def template() -> go.layout.Template:
    """Return the house style: white paper, faint grid, zero lines a little stronger."""
    axis = {
        "gridcolor": _ink(0.09),
        "zerolinecolor": _ink(0.4),
        "zerolinewidth": 1,
        "showline": False,
        "ticks": "",
        "tickfont": {"size": 12, "color": _ink(0.72)},
        "title": {"font": {"size": 13}},
        "exponentformat": "power",
        "minexponent": 4,
        "automargin": False,
        "ticklabeloverflow": "allow",
    }
    layout = {
        "font": {"family": FONT, "size": 13, "color": _ink()},
        "title": {
            "font": {"size": 15},
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"l": 8, "t": 12},
        },
        "paper_bgcolor": f"rgb({PAPER})",
        "plot_bgcolor": f"rgb({PAPER})",
        "xaxis": axis | {"nticks": 7},
        "yaxis": axis | {"nticks": 6},
        "showlegend": False,
        "hovermode": "closest",
        "hoverdistance": -1,
        "hoverlabel": {
            "bgcolor": f"rgb({PAPER})",
            "bordercolor": _ink(0.3),
            "font": {"family": FONT, "size": 13, "color": _ink()},
        },
        "modebar": {
            "bgcolor": "rgba(0,0,0,0)",
            "color": _ink(0.5),
            "activecolor": _ink(),
        },
        "dragmode": "zoom",
    }
    return go.layout.Template(layout=layout)


def _ink(alpha: float = 1.0) -> str:
    return f"rgba({INK},{alpha:g})"


def _layout(**parts: Any) -> Layout:
    return {"template": template(), "uirevision": "page", **parts}


def _margin(**sides: int) -> Layout:
    return {"l": 56, "r": 12, "b": 44} | sides


def _suffixes() -> Iterator[str]:
    """Yield what Plotly appends to the names of a figure's first, second, ... axes."""
    return chain([""], (str(number) for number in count(2)))


def _figure(traces: list[Layout], layout: Layout) -> go.Figure:
    # Validation would take four fifths of the time; a test does it instead.
    return go.Figure(data=traces, layout=layout, _validate=False)


def _x_axis(axes: Axes) -> Layout:
    low, high = axes.x
    margin = (high - low) * X_MARGIN
    return {
        "title": {"text": "Input x"},
        "range": (low - margin, high + margin),
        "uirevision": repr(axes.x),
    }


def _y_axis(axes: Axes) -> Layout:
    revision = ("fit", axes.x) if axes.fitted else axes.y
    return {"title": {"text": "Output y"}, "range": axes.y, "uirevision": repr(revision)}


def _traces(panel: Panel, suffix: str) -> list[Layout]:
    color = panel.curve.function.activation.color
    place = {
        "type": "scatter",
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
        "name": panel.curve.function.title,
    }
    x, y = _corners(panel.curve)
    line = {
        "x": x.astype(np.float32),
        "y": y.astype(np.float32),
        "mode": "lines",
        "line": {"color": color, "width": 2.5, "simplify": False},
        "hoverinfo": "skip",
        "meta": "curve",
    }
    dots = {
        **_points(panel.samples),
        "mode": "markers",
        "marker": {"color": color, "size": 7, "line": {"color": f"rgb({PAPER})", "width": 1}},
        "hovertemplate": "x = %{x:.4~g}<br>y = %{y:.4~g}<extra></extra>",
        "meta": "samples",
    }
    return [line | place, dots | place]


def _points(samples: Curve) -> Layout:
    x, y = samples.x, samples.y
    if x.size <= MANY_SAMPLES:
        return {"x": x, "y": y}
    step = (x[-1] - x[0]) / (x.size - 1)
    return {"x0": float(x[0]), "dx": float(step), "y": y.astype(np.float32)}


def _corners(curve: Curve) -> tuple[FloatArray, FloatArray]:
    """Return the curve without the points inside straight pieces, where two ends are enough."""
    steady = curve.dy[1:] == curve.dy[:-1]
    keep = np.ones(curve.x.shape, dtype=bool)
    keep[1:-1] = ~(steady[1:] & steady[:-1]) | (curve.x[1:-1] == 0)
    return curve.x[keep], curve.y[keep]


def _asymptotes(panel: Panel, axes: Axes, suffix: str) -> list[Layout]:
    """Return hairlines at the values that the function approaches but never takes."""
    output = panel.curve.function.output
    ends = ((output.low, output.low_open), (output.high, output.high_open))
    return [
        {
            "type": "line",
            "xref": f"x{suffix} domain",
            "yref": f"y{suffix}",
            "x0": 0,
            "x1": 1,
            "y0": value,
            "y1": value,
            "layer": "below",
            "line": {"color": _ink(0.4), "width": 1, "dash": "dot"},
        }
        for value, is_open in ends
        if is_open and value != 0 and axes.y[0] < value < axes.y[1]
    ]
