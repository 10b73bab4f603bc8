"""What all figures are set in: layout, margins, panels side by side."""

from __future__ import annotations

import json
import math
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import chain, count
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from activations.drawing.message import Figure, Layout, TypedArray
from activations.drawing.style import ON_WHITE, template

LEGEND_ROW = 24
MOST_DOTS = 30
"""Of more samples a figure draws every second, third, ... dot; hover finds all of them.

The browser draws as many as it has room for.
"""
NARROW, MEDIUM = 420, 900
"""Widths in pixels below which figures are arranged anew.

Below NARROW `static/drawing.js` gives the mode bar a row of its own, so that titles may be broken.
"""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure in the words of Plotly's JSON: its traces and its layout.

    `narrower` changes the layout where the figure is narrower than so many pixels; the first that
    fits is taken, so they rise. `panels` counts the pairs of axes that stand side by side.

    The page sends one at each tick and needs no more. `go.Figure` says the same at ten times the
    cost, because it looks at every attribute.
    """

    traces: list[Layout]
    layout: Layout
    narrower: Mapping[int, Layout] = field(default_factory=dict)
    panels: int = 1

    def figure(self) -> go.Figure:
        """Return Plotly's figure on white, for notebooks; ValueError where Plotly takes it not."""
        return go.Figure(_on_white(self.traces), _on_white(self.layout))

    def to_json(self, arrays: dict[str, TypedArray] | None = None) -> str:
        """Return Plotly's JSON, with arrays as typed arrays and inks as tokens.

        With `ON_WHITE` in the tokens' place it is the same as `figure().to_json()`. Where `arrays`
        is given, they are put there, each once and by a name that says what is in it, and the JSON
        has {"array": name} in their place: figures have arrays in common.
        """

        def write(values: object) -> object:
            if not isinstance(values, np.ndarray):
                raise TypeError(f"{type(values).__name__} has no place in a figure")
            typed = typed_array(values)
            if arrays is None:
                return typed
            name = blake2b(repr(typed).encode(), digest_size=8).hexdigest()
            arrays[name] = typed
            return {"array": name}

        drawn = {"data": self.traces, "layout": self.layout}
        return json.dumps(drawn, default=write, allow_nan=False, ensure_ascii=False)

    def message(self, arrays: dict[str, TypedArray]) -> Figure:
        """Return the figure as the browser takes it; its arrays are put in `arrays`."""
        return {
            "figure": self.to_json(arrays),
            "arrangements": [
                {"below": width, "layout": layout} for width, layout in self.narrower.items()
            ],
            "panels": self.panels,
        }


def _on_white(part: Any) -> Any:
    match part:
        case str():
            return part.translate(_ON_WHITE)
        case dict():
            return {name: _on_white(value) for name, value in part.items()}
        case list():
            return [_on_white(value) for value in part]
    return part


_ON_WHITE = str.maketrans(ON_WHITE)


def typed_array(values: npt.NDArray[Any]) -> TypedArray:
    """Return an array as Plotly's JSON has it: the bytes of its numbers, in base64."""
    typed: TypedArray = {
        "dtype": values.dtype.str[1:],
        "bdata": b64encode(values.tobytes()).decode(),
    }
    if values.ndim > 1:
        typed["shape"] = ", ".join(map(str, values.shape))
    return typed


def single(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Return values in single precision, with a gap where that has no number."""
    inside = np.abs(values) <= np.finfo(np.float32).max
    return np.where(inside, values, np.nan).astype(np.float32)


def uid(name: str, role: str, order: int = 0, variant: int = 0) -> str:
    """Return what a function's trace is known by, whatever stands before it: a valid CSS class.

    By it Plotly and the browser find a trace again in the next figure. `variant` numbers the
    experiments of a figure.
    """
    return "-".join([name, *([f"v{variant}"] if variant else []), str(order), role])


def keys(names: Iterable[str]) -> list[str]:
    """Return what each of several is known by, whatever comes and goes beside it: its name.

    What has the name of one before it gets a number as well.
    """
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(f"{name}-{seen[name]}" if seen[name] > 1 else name)
    return found


def layout(**parts: Any) -> Layout:
    """Return a layout in the house style that keeps what the reader did to it."""
    return {"template": template(), "uirevision": "page", **parts}


def panel(suffix: str) -> Layout:
    """Return the part of a trace that sets it in the panel of this suffix."""
    return {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}


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
