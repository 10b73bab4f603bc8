"""Numbers in, Plotly figure out: nothing here samples, measures or knows of a page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from activations.drawing import axes, frame
from activations.drawing.dashes import telling_dashes
from activations.drawing.frame import Drawing, single, uid
from activations.drawing.message import Kind, Layout
from activations.drawing.style import PAPER, ink, translucent
from activations.functions.calculus import Curve, FloatArray, Portrait
from activations.functions.spec import Function
from activations.notation import plain

CARD_HEIGHT = 268
PANEL_HEIGHT = 300
OVERLAY_HEIGHT = 460
LONGEST_TITLE = 30
"""Characters that a panel has room for in one of four columns."""
POST_LIMITS = (-1.5, 1.5)
"""The output axis of the post."""
X_MARGIN = 0.03
"""Share of the input range that is left free at either end, for the outermost dots."""
MANY_SAMPLES = 1000
"""Beyond, samples travel as start, step and single precision: more than the eye can part."""

SYMBOLS = ("f", "f′", "f″")
"""How the function and its derivatives are written, by order."""
_DASHES = ("solid", "dash", "dot")
_WIDTHS = (2.5, 1.8, 1.6)
_TOUCHING = 0.006
"""Share of an overlay's height within which two curves are one line to the eye."""
_TOGETHER = 0.2
"""Share of the input range on which they have to be one line for a dash to tell them apart."""
_PROBES = 201

Limits = tuple[float, float]


@dataclass(frozen=True, slots=True)
class View:
    """What a figure shows of its functions: which orders of derivative, between which limits.

    `orders` are 0 for f, 1 for f', 2 for f''. A `log` view shows |f'| alone and the limits of y
    are powers of ten, the lower of them standing for zero. `fitted` says that the limits of y
    follow the curves, instead of standing still.
    """

    x: Limits
    y: Limits
    orders: tuple[int, ...] = (0,)
    fitted: bool = False
    log: bool = False


def view(
    portraits: Sequence[Portrait],
    x: Limits,
    orders: tuple[int, ...] = (0,),
    y: Limits | None = POST_LIMITS,
    *,
    log: bool = False,
) -> View:
    """Return a view of the functions on the inputs `x`; without `y` its limits fit the curves."""
    if log:
        return View(x, fit_log(portraits), (1,), fitted=True, log=True)
    if y is None:
        return View(x, fit(portraits, orders), orders, fitted=True)
    return View(x, y, orders)


def fit(portraits: Iterable[Portrait], orders: Iterable[int] = (0,)) -> Limits:
    """Return the output limits that the curves need, with a margin of a twentieth."""
    return with_margin(reach((each.curve for each in portraits), orders))


def fit_log(portraits: Iterable[Portrait]) -> Limits:
    """Return the powers of ten between which |f'| lies, the lower one free to stand for zero."""
    return powers(reach((each.curve for each in portraits), (1,), log=True))


def reach(lines: Iterable[Curve], orders: Iterable[int], *, log: bool = False) -> Limits:
    """Return the least and the greatest value that is finite: infinity and its negative if none is.

    With `log` sizes count, and zero does not.
    """
    orders = tuple(orders)
    values = [_values(each, order) for each in lines for order in orders]
    finite = np.concatenate(values or [np.zeros(0)])
    if log:
        finite = np.abs(finite[finite != 0])
    finite = finite[np.isfinite(finite)]
    return float(finite.min(initial=np.inf)), float(finite.max(initial=-np.inf))


def with_margin(reached: Limits) -> Limits:
    """Return limits that leave a twentieth free at either end."""
    low, high = reached
    if low > high:
        return -1.0, 1.0
    margin = (high - low) / 20 or 1.0
    return low - margin, high + margin


def powers(reached: Limits) -> Limits:
    """Return the powers of ten around sizes, and one below for zero."""
    if reached[0] > reached[1]:
        return -1.0, 0.0
    low, high = map(math.log10, reached)
    return math.floor(low - 1e-9) - 1.0, max(math.ceil(high), math.floor(low) + 1.0)


def title_of(portrait: Portrait) -> str:
    """Return the title that the post gives a function's chart."""
    return f"{portrait.function.title} activation function"


def card(portrait: Portrait, view: View) -> Drawing:
    """Draw one function: its curve, the samples as dots, the title that the post gives it."""
    legend = len(view.orders) > 1
    layout = frame.layout(
        title={"text": title_of(portrait)},
        height=CARD_HEIGHT + frame.LEGEND_ROW * legend,
        margin=frame.margin(log=view.log, t=32 + frame.LEGEND_ROW * legend, b=36),
        shapes=_asymptotes(portrait, view, ""),
        xaxis=_x_axis(view),
        yaxis=_y_axis(view),
        showlegend=legend,
    )
    return Drawing(_traces(portrait, view, ""), layout)


def summary(portraits: Sequence[Portrait], view: View) -> Drawing:
    """Draw the functions side by side in one figure, on equal axes that zoom together."""
    legend = len(view.orders) > 1
    layout = frame.layout(
        **_side_by_side(portraits, columns=4),
        margin=frame.margin(log=view.log, t=60 + frame.LEGEND_ROW * legend),
        shapes=[],
        showlegend=legend,
        legend={"y": 1, "yref": "container", "yanchor": "top"},
    )
    traces: list[Layout] = _legend(view) if legend else []
    for portrait, suffix in zip(portraits, frame.suffixes(), strict=False):
        layout |= _linked_axes(view, suffix)
        layout["shapes"] += _asymptotes(portrait, view, suffix)
        traces += [trace | {"showlegend": False} for trace in _traces(portrait, view, suffix)]
    narrower = {
        frame.NARROW: _side_by_side(portraits, columns=2, longest_title=0),
        frame.MEDIUM: _side_by_side(portraits, columns=2),
    }
    return Drawing(traces, layout, narrower, panels=len(portraits))


def overlay(portraits: Sequence[Portrait], view: View) -> Drawing:
    """Draw all functions on one pair of axes, and each derivative that is shown on one of its own.

    Hovering lists every function at x, the largest value first.
    """
    layout = frame.layout(
        **_by_order(view, columns=len(view.orders)),
        margin=frame.margin(log=view.log, t=60),
        showlegend=True,
        hovermode="x unified",
        hoversort="value descending",
    )
    layout["legend"] = {"orientation": "h", "y": -0.16, "yanchor": "top", "x": 0}
    traces: list[Layout] = []
    activations = [each.function.activation for each in portraits]
    looks = [(each.color, each.dash) for each in activations]
    dashes = telling_dashes(looks, _together(portraits, view))
    for order, suffix in zip(view.orders, frame.suffixes(), strict=False):
        named = {"title": {"text": "Input x"}, "hoverformat": ".4~g"}
        layout |= {f"xaxis{suffix}": axes.close(_x_axis(view) | named)}
        layout |= {f"yaxis{suffix}": _y_axis(view)}
        if order and not view.log:
            layout[f"yaxis{suffix}"]["title"] = {"text": _axis_title(view, order)}
        traces += [
            _overlaid(portrait, view, order, suffix, dash)
            for portrait, dash in zip(portraits, dashes, strict=True)
        ]
    narrower = {frame.MEDIUM: _by_order(view, columns=1)}
    return Drawing(traces, layout, narrower, panels=len(view.orders))


def difference(title: str, x: FloatArray, y: FloatArray, name: str, color: str) -> Drawing:
    """Draw how far apart two functions are, on an axis that the curve needs."""
    low, high = float(np.nanmin(y, initial=0)), float(np.nanmax(y, initial=0))
    room = (high - low) / 20 or 1.0
    margin = (x[-1] - x[0]) * X_MARGIN
    layout = frame.layout(
        title={"text": title},
        height=CARD_HEIGHT,
        margin=frame.margin(t=44) | {"l": 72},
        xaxis=axes.axis("Input x", (x[0], x[-1]), x[0] - margin, x[-1] + margin),
        yaxis=axes.axis("Difference", title, low - room, high + room) | {"exponentformat": "power"},
    )
    line = {
        "type": "scatter",
        "uid": uid(name, "difference"),
        "meta": Kind.CURVE,
        "mode": "lines",
        "x": single(x),
        "y": single(y),
        "line": {"color": color, "width": 2},
        "hovertemplate": "x = %{x:.4~g}<br>difference %{y:.4~g}<extra></extra>",
    }
    return Drawing([line], layout)


def _side_by_side(
    portraits: Sequence[Portrait], columns: int, *, longest_title: int = LONGEST_TITLE
) -> Layout:
    """Return the part of a summary's layout that sets its panels in at most so many columns.

    Titles of more characters than `longest_title` are broken in two lines.
    """
    titles = [
        title.replace(" act", "<br>act") if len(title) > longest_title else title
        for title in map(title_of, portraits)
    ]
    return frame.grid(titles, columns, PANEL_HEIGHT)


def _by_order(view: View, columns: int) -> Layout:
    """Return the part of an overlay's layout that sets its panels in at most so many columns."""
    titles = [_axis_title(view, order) for order in view.orders]
    return frame.grid(titles if len(titles) > 1 else [""], columns, OVERLAY_HEIGHT)


# --- axes


def _linked_axes(view: View, suffix: str) -> Layout:
    return {
        f"xaxis{suffix}": _x_axis(view) | ({"matches": "x"} if suffix else {}),
        f"yaxis{suffix}": _y_axis(view) | ({"matches": "y"} if suffix else {}),
    }


def _x_axis(view: View) -> Layout:
    low, high = view.x
    margin = (high - low) * X_MARGIN
    return axes.axis("Input x", view.x, low - margin, high + margin)


def _y_axis(view: View) -> Layout:
    revision = (view.log, view.x if view.fitted else view.y)
    low, high = view.y
    if view.log:
        return axes.axis("Slope |f′(x)|", revision) | axes.powers(int(low), int(high), zero=True)
    return axes.axis("Output y", revision, low, high)


def _axis_title(view: View, order: int) -> str:
    return "|f′(x)|" if view.log else f"{SYMBOLS[order]}(x)"


def asymptotes(function: Function) -> dict[str, float]:
    """Return the values that the function approaches but never takes, 0 left out, by a name."""
    name, output = function.activation.name, function.output
    ends = {
        f"{name}-low": (output.low, output.low_open),
        f"{name}-high": (output.high, output.high_open),
    }
    return {
        end: value
        for end, (value, is_open) in ends.items()
        if is_open and value != 0 and math.isfinite(value)
    }


def _asymptotes(portrait: Portrait, view: View, suffix: str) -> list[Layout]:
    return [
        axes.hairline(suffix, y=value) | {"name": name}
        for name, value in asymptotes(portrait.function).items()
        if view.y[0] < value < view.y[1] and not view.log
    ]


# --- traces


def _traces(portrait: Portrait, view: View, suffix: str) -> list[Layout]:
    place = {"type": "scatter", **frame.panel(suffix)}
    traces: list[Layout] = []
    if portrait.band and not view.log:
        traces += _band(*portrait.band)
    traces += [_line(portrait, view, order) for order in reversed(view.orders)]
    traces.append(_dots(portrait, view))
    if portrait.left.x.size and not view.log:
        traces.append(_marks(portrait))
    return [trace | place for trace in traces]


def _line(portrait: Portrait, view: View, order: int) -> Layout:
    values = _drawn(portrait.curve, view, order)
    keep = corners(portrait.curve, values)
    style = 0 if view.log else order
    return {
        **_known(portrait, Kind.CURVE, order),
        "x": single(portrait.curve.x[keep]),
        "y": single(values[keep]),
        "name": _axis_title(view, order).removesuffix("(x)"),
        "mode": "lines",
        "line": {
            "color": portrait.function.activation.color,
            "width": _WIDTHS[style],
            "dash": _DASHES[style],
            "simplify": False,
        },
        "legendrank": order,
        "hoverinfo": "skip",
    }


def _together(portraits: Sequence[Portrait], view: View) -> npt.NDArray[np.bool_]:
    """Return which functions are one line to the eye, on a good part of a panel."""
    x = np.linspace(*view.x, _PROBES)
    close = (view.y[1] - view.y[0]) * _TOUCHING
    together = np.zeros((len(portraits), len(portraits)), dtype=bool)
    for order in view.orders:
        lines = [(each.curve.x, _drawn(each.curve, view, order)) for each in portraits]
        y = np.array([np.interp(x, *line) for line in lines])
        y = np.log10(np.maximum(y, np.finfo(y.dtype).tiny)) if view.log else y
        together |= (np.abs(y[:, None] - y) < close).mean(axis=2) > _TOGETHER
    return together


def _overlaid(portrait: Portrait, view: View, order: int, suffix: str, dash: str) -> Layout:
    activation = portrait.function.activation
    return {
        "type": "scatter",
        **_known(portrait, Kind.CURVE, order),
        **frame.panel(suffix),
        "x": single(portrait.curve.x),
        "y": single(_drawn(portrait.curve, view, order)),
        "name": activation.title,
        "legendgroup": activation.name,
        "showlegend": not suffix,
        "mode": "lines",
        "line": {
            "color": activation.color,
            "width": 2,
            "dash": dash,
            "simplify": False,
        },
        **_hover(portrait.curve, view, order, f"{activation.title} "),
    }


def _dots(portrait: Portrait, view: View) -> Layout:
    samples = portrait.samples
    order = 1 if view.log else 0
    name = "|f′|" if view.log else "y"
    return {
        **_known(portrait, Kind.SAMPLES, order),
        **_points(samples.x, _drawn(samples, view, order)),
        **_hover(samples, view, order, f"x = %{{x:.4~g}}<br>{name} = "),
        "name": portrait.function.title,
        "mode": "markers",
        "marker": {
            "color": portrait.function.activation.color,
            "size": 7,
            "line": {"color": f"rgb({PAPER})", "width": 1},
            "maxdisplayed": frame.MOST_DOTS,
        },
        "showlegend": False,
    }


def _hover(curve: Curve, view: View, order: int, words: str) -> Layout:
    """Return what hovering says: the value itself, also where zero is drawn elsewhere."""
    if not view.log:
        return {"hovertemplate": f"{words}%{{y:.4~g}}<extra></extra>"}
    values = single(np.abs(_values(curve, order)))
    return {"customdata": values, "hovertemplate": f"{words}%{{customdata:.4~g}}<extra></extra>"}


def _points(x: FloatArray, y: FloatArray) -> Layout:
    if x.size <= MANY_SAMPLES:
        return {"x": x, "y": y}
    step = (x[-1] - x[0]) / (x.size - 1)
    return {"x0": float(x[0]), "dx": float(step), "y": single(y)}


def _marks(portrait: Portrait) -> Layout:
    """Return rings at the breaks of f that say, on hover, what its slope does there."""
    slopes = {point.x: point.slope for point in portrait.function.breaks}
    left, right = portrait.left, portrait.right
    x = np.nextafter(left.x, np.inf)
    words = [
        f"x = {plain(at)}<br>slope {plain(before)} on the left, {plain(after)} on the right"
        f"<br>PyTorch takes {plain(slopes[at])}"
        for at, before, after in zip(x.tolist(), left.dy, right.dy, strict=True)
    ]
    return {
        **_known(portrait, Kind.BREAKS),
        "x": x,
        "y": _at_breaks(portrait.curve, x),
        "mode": "markers",
        "marker": {
            "symbol": "circle-open",
            "size": 11,
            "color": portrait.function.activation.color,
            "line": {"width": 1.5},
        },
        "text": words,
        "hovertemplate": "%{text}<extra></extra>",
        "showlegend": False,
    }


def _at_breaks(curve: Curve, x: FloatArray) -> FloatArray:
    return curve.y[np.searchsorted(curve.x, x)]


def _band(lower: Curve, upper: Curve) -> list[Layout]:
    """Return the area between the two functions that training draws from."""
    activation = lower.function.activation
    fill = {"fill": "tonexty", "fillcolor": translucent(activation.color, 0.18)}
    return [
        {
            "uid": uid(activation.name, f"{Kind.BAND}-{end}"),
            "meta": Kind.BAND,
            "legendgroup": SYMBOLS[0],
            "x": single(edge.x),
            "y": single(edge.y),
            "mode": "lines",
            "line": {"width": 0},
            "hoverinfo": "skip",
            "showlegend": False,
            **shade,
        }
        for end, edge, shade in (("low", lower, {}), ("high", upper, fill))
    ]


def _known(portrait: Portrait, kind: Kind, order: int = 0) -> Layout:
    """Return what a trace is known by, and by which entry of a legend it is hidden."""
    name = portrait.function.activation.name
    return {"uid": uid(name, kind, order), "meta": kind, "legendgroup": SYMBOLS[order]}


def _legend(view: View) -> list[Layout]:
    """Return traces of no points that explain the dashes in ink, for all functions at once."""
    return [
        {
            "type": "scatter",
            "uid": uid("all", Kind.LEGEND, order),
            "meta": Kind.LEGEND,
            "legendgroup": SYMBOLS[order],
            "x": [None],
            "y": [None],
            "mode": "lines",
            "name": SYMBOLS[order],
            "line": {"color": ink(), "width": _WIDTHS[order], "dash": _DASHES[order]},
        }
        for order in view.orders
    ]


def _values(curve: Curve, order: int) -> FloatArray:
    return (curve.y, curve.dy, curve.d2y)[order]


def _drawn(curve: Curve, view: View, order: int) -> FloatArray:
    """Return the values to draw, zero given a place on a log axis."""
    values = gapped(curve, order)
    if not view.log:
        return values
    return np.where(values == 0, 10.0 ** view.y[0], np.abs(values))


def gapped(curve: Curve, order: int) -> FloatArray:
    """Return the values of a derivative, NaN where they jump or are not finite: a gap."""
    values = _values(curve, order)
    jumps = [point.x for point in curve.function.breaks if point.order <= order]
    return np.where(np.isin(curve.x, jumps) | ~np.isfinite(values), np.nan, values)


def corners(curve: Curve, values: FloatArray) -> npt.NDArray[np.bool_]:
    """Return which points are not inside a straight piece, where two ends are enough."""
    straight = (curve.d2y == 0) & np.isfinite(values)
    steady = straight[1:] & straight[:-1] & (curve.dy[1:] == curve.dy[:-1])
    keep = np.ones(curve.x.shape, dtype=bool)
    keep[1:-1] = ~(steady[1:] & steady[:-1]) | (curve.x[1:-1] == 0)
    return keep
