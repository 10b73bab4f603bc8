"""A legend below the axes of a figure, and the room that both take."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from activations.drawing import frame
from activations.drawing.message import Layout

BELOW: Final[Layout] = {"y": 0, "yref": "container", "yanchor": "bottom"}
"""Where it stands: at the foot of the figure."""

_ROOM: Final = {True: 360, False: 270}
"""Pixels for it in a wide figure, at the least, and in a narrow one."""
_SYMBOL, _LETTER = 44, 6.5
"""Pixels that an entry takes beside its text, and that a letter of it takes."""
_AXIS: Final = 48


def rows(labels: Sequence[str], *, wide: bool) -> int:
    """Return how many rows a legend takes, or may take in a narrow figure.

    Plotly sets all in one row if they fit there, and else in columns as wide as the widest.
    """
    widths = [_SYMBOL + _LETTER * len(label) for label in labels]
    if sum(widths) <= _ROOM[wide]:
        return 1
    return math.ceil(len(labels) / max(int(_ROOM[wide] / max(widths)), 1))


def room(
    labels: Sequence[str], height: int, *, wide: bool, top: int = 44, log: bool = False
) -> Layout:
    """Return the part of a layout that makes a figure so high that its legend has room below.

    With one row it is `height` pixels high; `top` is its upper margin.
    """
    count = rows(labels, wide=wide)
    return {
        "height": height + frame.LEGEND_ROW * (count - 1),
        "margin": frame.margin(t=top, b=_AXIS + frame.LEGEND_ROW * count, log=log),
    }
