"""Axes and hairlines, the same in all figures."""

from __future__ import annotations

import math

from activations.drawing.message import Layout
from activations.drawing.style import ink
from activations.notation import power_of_ten

_STANDOFF = 6
_MOST_POWERS = 6
"""So many powers of ten are labelled between the ends of an axis."""


def axis(title: str, revision: object, low: float = 0, high: float = 1, **more: object) -> Layout:
    """Return an axis that keeps the reader's zoom until `revision` changes."""
    limits = {"range": [low, high], "uirevision": repr(revision)}
    return {"title": {"text": title}, **limits, **more}


def close(axis: Layout) -> Layout:
    """Return the axis with its title close to it, where something stands below."""
    return axis | {"title": axis["title"] | {"standoff": _STANDOFF}}


def powers(low: int, high: int, *, zero: bool = False) -> Layout:
    """Return the part of an axis that is logarithmic, from one power of ten to another.

    With `zero`, the lower one stands for 0.
    """
    step = math.ceil((high - low) / _MOST_POWERS)
    labelled = [power for power in range(low + zero, high + 1) if power % step == 0]
    margin = 0.05 * (high - low)
    return {
        "type": "log",
        "range": [low - margin, high + margin],
        "tickvals": [10.0**power for power in labelled] + [10.0**low] * zero,
        "ticktext": [power_of_ten(power) for power in labelled] + ["0"] * zero,
        "zeroline": False,
    }


def hairline(suffix: str = "", *, x: float | None = None, y: float | None = None) -> Layout:
    """Return a dotted line across a panel, at one value of x or y."""
    if y is None:
        ends = {"x0": x, "x1": x, "y0": 0, "y1": 1}
        across = {"xref": f"x{suffix}", "yref": f"y{suffix} domain"}
    else:
        ends = {"x0": 0, "x1": 1, "y0": y, "y1": y}
        across = {"xref": f"x{suffix} domain", "yref": f"y{suffix}"}
    line = {"color": ink(0.4), "width": 1, "dash": "dot"}
    return {"type": "line", "layer": "below", "line": line, **ends, **across}
