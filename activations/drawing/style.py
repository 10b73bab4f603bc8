"""The house style of every figure.

It is drawn in two inks, `INK` on `PAPER`, beside the functions' own colours. A drawing names them
by tokens: whoever shows it puts in the inks of the background there, and `ON_WHITE` elsewhere.
"""

from __future__ import annotations

from functools import cache
from typing import Any

INK, PAPER = "\ue000", "\ue001"
"""Code points for private use, which no colour and no text contains."""
ON_WHITE = {INK: "31,36,48", PAPER: "255,255,255"}
"""The red, green and blue of the inks of a figure on white paper."""
FONT = '"Source Sans", "Source Sans 3", "Source Sans Pro", "Helvetica Neue", Arial, sans-serif'


def ink(alpha: float = 1.0) -> str:
    """Return the ink as a CSS colour of the given opacity."""
    return f"rgba({INK},{alpha:g})"


def translucent(color: str, alpha: float) -> str:
    """Return a colour of the form #rrggbb with the given opacity."""
    channels = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({','.join(map(str, channels))},{alpha:g})"


@cache
def template() -> dict[str, Any]:
    """Return the house style: white paper, faint grid, zero lines a little stronger."""
    axis = {
        "gridcolor": ink(0.09),
        "zerolinecolor": ink(0.4),
        "zerolinewidth": 1,
        "showline": False,
        "ticks": "",
        "tickfont": {"size": 12, "color": ink(0.72)},
        "title": {"font": {"size": 13}},
        "exponentformat": "power",
        "minexponent": 4,
        "automargin": False,
        "ticklabeloverflow": "allow",
    }
    layout = {
        "font": {"family": FONT, "size": 13, "color": ink()},
        "title": {
            "font": {"size": 15},
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"l": 8, "t": 8},
        },
        "paper_bgcolor": f"rgb({PAPER})",
        "plot_bgcolor": f"rgb({PAPER})",
        "xaxis": axis | {"nticks": 7},
        "yaxis": axis | {"nticks": 6},
        "showlegend": False,
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yanchor": "bottom",
            "font": {"size": 13},
            "itemwidth": 30,
            "traceorder": "normal",
        },
        "hovermode": "closest",
        "hoverdistance": -1,
        "hoverlabel": {
            "bgcolor": f"rgb({PAPER})",
            "bordercolor": ink(0.3),
            "font": {"family": FONT, "size": 13, "color": ink()},
        },
        "modebar": {
            "bgcolor": "rgba(0,0,0,0)",
            "color": ink(0.5),
            "activecolor": ink(),
        },
    }
    return {"layout": layout}
