"""What all figures are set in: layout, margins, panels side by side."""

from __future__ import annotations

import json
import math
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, count
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from activations.drawing.style import template

LEGEND_ROW = 24

Layout = dict[str, Any]
TypedArray = dict[str, str]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure in the words of Plotly's JSON: its traces and its layout.

    The page sends one at each tick and needs no more. `go.Figure` says the same at ten times the
    cost, because it looks at every attribute.
    """

    traces: list[Layout]
    layout: Layout

    def figure(self) -> go.Figure:
        """Return Plotly's figure, for notebooks; ValueError where Plotly knows an attribute not."""
        return go.Figure(self.traces, self.layout)

    def to_json(self, arrays: dict[str, TypedArray] | None = None) -> str:
        """Return Plotly's JSON, with arrays as typed arrays; the same as `figure().to_json()`.

        Where `arrays` is given, they are put there, each once and by a name that says what is in
        it, and the JSON has {"array": name} in their place: figures have arrays in common.
        """

        def write(values: object) -> object:
            if not isinstance(values, np.ndarray):
                raise TypeError(f"{type(values).__name__} has no place in a figure")
            typed = _typed_array(values)
            if arrays is None:
                return typed
            name = blake2b(repr(typed).encode(), digest_size=8).hexdigest()
            arrays[name] = typed
            return {"array": name}

        drawn = {"data": self.traces, "layout": self.layout}
        return json.dumps(drawn, default=write, allow_nan=False)


def _typed_array(values: npt.NDArray[Any]) -> TypedArray:
    """Return an array as Plotly's JSON has it: the bytes of its numbers, in base64."""
    shape = {"shape": ", ".join(map(str, values.shape))} if values.ndim > 1 else {}
    return {"dtype": values.dtype.str[1:], "bdata": b64encode(values.tobytes()).decode(), **shape}


def layout(**parts: Any) -> Layout:
    """Return a layout in the house style that keeps what the reader did to it."""
    return {"template": template(), "uirevision": "page", **parts}


def margin(*, t: int, b: int = 44, log: bool = False) -> Layout:
    """Return margins, in pixels, with room for the axes' labels; powers of ten take more."""
    return {"l": 72 if log else 56, "r": 12, "b": b, "t": t}


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
