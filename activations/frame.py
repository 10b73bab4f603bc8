"""What all figures are set in: layout, margins, panels side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import chain, count
from typing import Any

import plotly.graph_objects as go

from activations.style import template

LEGEND_ROW = 24

Layout = dict[str, Any]


def layout(**parts: Any) -> Layout:
    """Return a layout in the house style that keeps what the reader did to it."""
    return {"template": template(), "uirevision": "page", **parts}


def margin(*, t: int, b: int = 44, log: bool = False) -> Layout:
    """Return margins, in pixels, with room for the axes' labels; powers of ten take more."""
    return {"l": 72 if log else 56, "r": 12, "b": b, "t": t}


def figure(traces: list[Layout], layout: Layout) -> go.Figure:
    """Return the figure of these traces."""
    # Validation would take four fifths of the time; a test does it instead.
    return go.Figure(data=traces, layout=layout, _validate=False)


def grid(titles: Sequence[str], columns: int, height: int) -> Layout:
    """Return the part of a layout that sets panels in at most so many columns, titles above."""
    columns = max(min(columns, len(titles)), 1)
    rows = max(math.ceil(len(titles) / columns), 1)
    annotations = [
        {
            "text": title,
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
        for title, suffix in zip(titles, suffixes(), strict=False)
    ]
    return {
        "grid": {
            "rows": rows,
            "columns": columns,
            "pattern": "independent",
            "xgap": 0.25,
            "ygap": 0.45,
        },
        "height": height * rows,
        "annotations": annotations,
    }


def suffixes() -> Iterator[str]:
    """Yield what Plotly appends to the names of a figure's first, second, ... axes."""
    return chain([""], (str(number) for number in count(2)))
