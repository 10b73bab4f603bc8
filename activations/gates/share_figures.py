"""Figures of softmax and its kin: shares in, drawings out.

Thin lines and dashes in ink are plain softmax, for comparison.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from activations.drawing import axes, frame, legend
from activations.drawing.frame import NARROW, Drawing, single, uid
from activations.drawing.message import Kind, Layout
from activations.drawing.style import PAPER, ink, translucent
from activations.functions.calculus import FloatArray
from activations.gates.colors import ABOVE, BELOW, diverging
from activations.gates.shares import Shares

CARD_HEIGHT: Final = 320
SIMPLEX_HEIGHT: Final = 340

DRAWS: Final = 60
"""Draws that are shown of a random variant."""

ONE, ONE_HERE = uid("one-logit", Kind.CURVE), uid("one-logit", Kind.MARKS)
SIGMOID: Final = uid("sigmoid", Kind.THEORY)
DASHES: Final = uid("softmax", Kind.MARKS)
TRAIL, SIMPLEX_HERE = uid("trail", Kind.THEORY), uid("simplex", Kind.MARKS)
"""What the traces are known by that move with a slider."""

_BAR_WIDTH: Final = 0.7

_DRAWN: Final = "#009E73"
_SUBSCRIPTS: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_APART: Final = 0.22
"""How far draws lie beside the middle of a bar, at most."""
_TOP: Final = math.sqrt(3) / 2
CORNERS: Final = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, _TOP]])
"""Of the simplex: shares times these are a point of it."""
_TEMPERATURE_TICKS: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10)


def bars(seen: Shares, reference: FloatArray | None, draws: FloatArray | None) -> Drawing:
    """Draw the outputs as bars, beside those of `reference` as dashes, and draws as points.

    Of a random variant the bars are the shares behind the draws.
    """
    n = seen.logits.size
    names = [logit_name(number) for number in range(n)] + ["sink"] * bool(seen.sink)
    heights = seen.shares if draws is not None else seen.values
    log = seen.variant.logarithmic
    layout = frame.layout(
        title={"text": seen.variant.title},
        height=CARD_HEIGHT,
        margin=frame.margin(t=44),
        xaxis=axes.axis("", len(names), -0.6, len(names) - 0.4)
        | {"tickvals": list(range(len(names))), "ticktext": names, "showgrid": False},
        yaxis=axes.axis("ln p" if log else "Share", log, *bar_limits(heights, log=log)),
    )
    faint = draws is not None
    traces = [_bar("shares", np.arange(n, dtype=float), heights, ABOVE, 0.35 if faint else 0.85)]
    if seen.sink:
        traces.append(_bar("sink", np.array([float(n)]), np.array([seen.sink]), BELOW, 0.6))
    if draws is not None:
        traces.append(_draws(draws))
    elif reference is not None:
        traces.append(_dashes(reference))
    return Drawing(traces, layout)


def jacobian(seen: Shares) -> Drawing:
    """Draw what a small step of each logit does to each output, with the numbers."""
    n = seen.logits.size
    finite = np.abs(seen.jacobian[np.isfinite(seen.jacobian)])
    most = float(finite.max(initial=0)) or 1.0
    ticks = {
        "tickvals": list(range(n)),
        "showgrid": False,
        "zeroline": False,
    }
    layout = frame.layout(
        title={"text": "Jacobian, by autograd"},
        height=CARD_HEIGHT,
        margin=frame.margin(t=44),
        xaxis=axes.axis("Logit", n, -0.5, n - 0.5)
        | ticks
        | {"ticktext": [logit_name(number) for number in range(n)]},
        yaxis=axes.axis("Output", n, n - 0.5, -0.5)
        | ticks
        | {"ticktext": [f"p{_subscript(number)}" for number in range(n)]},
    )
    trace = {
        "type": "heatmap",
        "uid": uid("jacobian", Kind.MAP),
        "meta": Kind.MAP,
        "name": "Jacobian",
        "x": np.arange(n, dtype=np.float32),
        "y": np.arange(n, dtype=np.float32),
        "z": np.where(np.isfinite(seen.jacobian), seen.jacobian, np.nan),
        "zmin": -most,
        "zmax": most,
        "colorscale": diverging(0.75),
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "text": [[_decimals(each, 3 if n <= 5 else 2) for each in row] for row in seen.jacobian],
        "texttemplate": "%{text}",
        "textfont": {"color": ink(), "size": 13 if n <= 5 else 11},
        "hovertemplate": "%{z:.6~g}<extra></extra>",
    }
    return Drawing([trace], layout)


def one_logit(
    seen: Shares, index: int, x: FloatArray, moved: FloatArray, sigmoid: FloatArray
) -> Drawing:
    """Draw an output against its own logit, the others fixed, on the sigmoid that it is.

    `moved` [x] is the output, or [x, draws] where it is random.
    """
    log = seen.variant.logarithmic
    name = logit_name(index)
    labels = [f"{'ln ' * log}σ(score − log-sum-exp of the others)", seen.variant.title]
    y_range = (-8.4, 0.4) if log else (-0.04, 1.04)
    layout = frame.layout(
        title={"text": f"Output {index + 1} against {name}, the others fixed"},
        **legend.room(labels, CARD_HEIGHT, wide=True),
        showlegend=True,
        legend=legend.BELOW,
        xaxis=axes.close(axes.axis(name, (index, float(x[-1])), float(x[0]), float(x[-1]))),
        yaxis=axes.axis("ln p" if log else "Share", log, *y_range),
    )
    under = {
        "type": "scatter",
        "uid": SIGMOID,
        "meta": Kind.THEORY,
        "name": labels[0],
        "x": single(x),
        "y": single(np.log(sigmoid) if log else sigmoid),
        "mode": "lines",
        "line": {"color": ink(0.22), "width": 8},
        "hoverinfo": "skip",
    }
    if moved.ndim > 1:
        over = _cloud(x, moved)
    else:
        over = {
            "type": "scatter",
            "uid": ONE,
            "meta": Kind.CURVE,
            "name": labels[1],
            "x": single(x),
            "y": single(moved),
            "mode": "lines",
            "line": {"color": ABOVE, "width": 2.5},
            "hovertemplate": f"{name} = %{{x:.4~g}}: %{{y:.4~g}}<extra></extra>",
        }
    traces = [under, over]
    if np.isfinite(seen.logits[index]) and moved.ndim == 1:
        traces.append(_here(ONE_HERE, seen.logits[index], seen.values[index]))
    return Drawing(traces, layout, {NARROW: legend.room(labels, CARD_HEIGHT, wide=False)})


def entropy(
    seen: Shares, temperatures: FloatArray, values: FloatArray, slopes: FloatArray
) -> Drawing:
    """Draw the entropy of the shares against the temperature, and its derivative."""
    t = seen.options.temperature
    count = int(np.isfinite(seen.logits).sum()) + bool(seen.sink)
    most = math.log(max(count, 2))
    titles = ["Entropy H, in nats", "dH/dT"]
    layout = frame.layout(
        title={"text": "Entropy against temperature"},
        **frame.grid(titles, 2, CARD_HEIGHT),
        margin=frame.margin(t=72),
        shapes=[axes.hairline(y=most), axes.hairline(x=t), axes.hairline("2", x=t)],
    )
    steepest = float(np.nanmax(np.abs(slopes), initial=0.01))
    low = float(np.nanmin(slopes, initial=0))
    limits = (-0.04 * most, 1.08 * most), (min(1.08 * low, -0.04 * steepest), 1.08 * steepest)
    traces = []
    for suffix, name, y, ends in zip(
        frame.suffixes(), ("entropy", "slope"), (values, slopes), limits, strict=False
    ):
        layout[f"xaxis{suffix}"] = axes.axis("Temperature T", "T", -1, 1) | {
            "type": "log",
            "tickvals": list(_TEMPERATURE_TICKS),
            "ticktext": [f"{each:g}" for each in _TEMPERATURE_TICKS],
            "zeroline": False,
        }
        layout[f"yaxis{suffix}"] = axes.axis("", (name, count), *ends)
        traces.append(
            {
                "type": "scatter",
                "uid": uid(name, Kind.CURVE),
                "meta": Kind.CURVE,
                "name": "H" if name == "entropy" else "dH/dT",
                **frame.panel(suffix),
                "x": single(temperatures),
                "y": single(y),
                "mode": "lines",
                "line": {"color": ABOVE, "width": 2.5},
                "hovertemplate": "T = %{x:.4~g}: %{y:.4~g}<extra></extra>",
            }
        )
    narrow = frame.grid(titles, 1, 260)
    return Drawing(traces, layout, {NARROW: narrow}, 2)


def simplex(seen: Shares, trail: FloatArray, draws: FloatArray | None) -> Drawing:
    """Draw three shares as a point of a triangle, with its trail from cold to hot."""
    closed = CORNERS[[0, 1, 2, 0]]
    layout = frame.layout(
        title={"text": "The shares as a point of the simplex"},
        height=SIMPLEX_HEIGHT,
        margin={"l": 12, "r": 12, "b": 12, "t": 44},
        xaxis={"visible": False, **_limits("x", -0.15, 1.15)},
        yaxis={"visible": False, "scaleanchor": "x", **_limits("y", -0.12, _TOP + 0.1)},
        annotations=[
            {
                "text": f"all on {logit_name(number)}",
                "x": float(x),
                "y": float(y),
                "yanchor": "bottom" if y else "top",
                "yshift": 4 if y else -4,
                "showarrow": False,
            }
            for number, (x, y) in enumerate(CORNERS)
        ],
    )
    traces = [_path("triangle", closed, ink(0.55), 1.2, "the simplex")]
    if draws is not None:
        traces.append(
            _path("draws", draws @ CORNERS, _DRAWN, 0, "draws")
            | {"mode": "markers", "marker": {"size": 5, "color": translucent(_DRAWN, 0.6)}}
        )
    else:
        traces.append(_path("trail", trail @ CORNERS, translucent(ABOVE, 0.55), 2, "trail"))
    (x, y) = seen.shares @ CORNERS
    traces.append(_here(SIMPLEX_HERE, float(x), float(y)))
    return Drawing(traces, layout)


def logit_name(number: int) -> str:
    """Return what a logit is called: "x₁"."""
    return f"x{_subscript(number)}"


def bar_limits(heights: FloatArray, *, log: bool) -> tuple[float, float]:
    """Return the ends of the bars' axis: from 0 to 1, or as deep as logarithms reach."""
    least = min(-1.0, float(np.min(heights, initial=0, where=np.isfinite(heights))))
    return (1.1 * least, -0.05 * least) if log else (0.0, 1.06)


def bar_uid(role: str) -> str:
    """Return what bars are known by."""
    return uid(role, "bar")


# --- parts


def _decimals(value: float, count: int) -> str:
    """Write a number to so many decimals: "−0.160"."""
    text = f"{value:.{count}f}".replace("-", "−").replace("nan", "NaN")
    return text.removeprefix("−") if not float(f"{value:.{count}f}") else text


def _subscript(number: int) -> str:
    return str(number + 1).translate(_SUBSCRIPTS)


def _limits(name: str, low: float, high: float) -> Layout:
    return {"range": [low, high], "uirevision": name}


def _bar(role: str, x: FloatArray, heights: FloatArray, color: str, alpha: float) -> Layout:
    return {
        "type": "bar",
        "uid": bar_uid(role),
        "meta": Kind.SAMPLES,
        "name": role,
        "x": x.astype(np.float32),
        "y": np.where(np.isfinite(heights), heights, np.nan),
        "width": _BAR_WIDTH,
        "marker": {"color": translucent(color, alpha), "line": {"width": 0}},
        "hovertemplate": "%{y:.6~g}<extra></extra>",
    }


def _dashes(reference: FloatArray) -> Layout:
    return {
        "type": "scatter",
        "uid": DASHES,
        "meta": Kind.MARKS,
        "name": "plain softmax",
        "x": np.arange(reference.size, dtype=np.float32),
        "y": single(reference),
        "mode": "markers",
        "marker": {
            "symbol": "line-ew-open",
            "size": 34,
            "color": ink(0.8),
            "line": {"width": 2, "color": ink(0.8)},
        },
        "hovertemplate": "softmax: %{y:.4~g}<extra></extra>",
    }


def _draws(draws: FloatArray) -> Layout:
    count, n = draws.shape
    beside = np.linspace(-_APART, _APART, count)[:, np.newaxis]
    return {
        "type": "scatter",
        "uid": uid("draws", Kind.MARKS),
        "meta": Kind.MARKS,
        "name": "draws",
        "x": single((np.arange(n) + beside).ravel()),
        "y": single(draws.ravel()),
        "mode": "markers",
        "marker": {"size": 5, "color": translucent(_DRAWN, 0.75)},
        "hovertemplate": "draw: %{y:.4~g}<extra></extra>",
    }


def _cloud(x: FloatArray, draws: FloatArray) -> Layout:
    return {
        "type": "scatter",
        "uid": uid("one-logit", "draws"),
        "meta": Kind.MARKS,
        "name": "draws",
        "x": single(np.repeat(x, draws.shape[1])),
        "y": single(draws.ravel()),
        "mode": "markers",
        "marker": {"size": 4, "color": translucent(_DRAWN, 0.6)},
        "hovertemplate": "draw: %{y:.4~g}<extra></extra>",
    }


def _path(role: str, points: FloatArray, color: str, width: float, name: str) -> Layout:
    return {
        "type": "scatter",
        "uid": uid(role, Kind.THEORY),
        "meta": Kind.THEORY,
        "name": name,
        "x": single(points[:, 0]),
        "y": single(points[:, 1]),
        "mode": "lines",
        "line": {"color": color, "width": width},
        "hoverinfo": "skip",
    }


def _here(name: str, x: float, y: float) -> Layout:
    return {
        "type": "scatter",
        "uid": name,
        "meta": Kind.MARKS,
        "name": "the logits",
        "showlegend": False,
        "x": np.array([x], dtype=np.float32),
        "y": np.array([y], dtype=np.float32),
        "mode": "markers",
        "marker": {"size": 9, "color": ABOVE, "line": {"color": f"rgb({PAPER})", "width": 1.5}},
        "hoverinfo": "skip",
    }
