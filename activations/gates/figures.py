"""Figures of gates: surfaces in, drawings out, nothing evaluated here.

Blue is above 0 and vermilion below, on one scale for all gates of a figure.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from activations.drawing import axes, frame, legend
from activations.drawing.frame import NARROW, Drawing, keys, single, uid
from activations.drawing.message import Kind, Layout
from activations.drawing.style import PAPER, ink
from activations.functions.calculus import FloatArray
from activations.gates.colors import ABOVE, BELOW, diverging
from activations.gates.gating import Surface
from activations.gates.views import Seen, Slices, largest
from activations.notation import plain

MAP_HEIGHT: Final = {1: 430, 2: 430, 3: 590, 4: 590}
"""Of the maps of so many gates, in pixels."""
SURFACE_HEIGHT: Final = 480

_FULL: Final = 0.85
_COLUMN_GAP, _ROW_GAP = 0.16, 0.34
_LEVELS: Final = 9
"""Contour lines lie at 1, 3, 5, ... times a round number, so many times which is the largest value
at least: none at 0, which has its own line.
"""
_NEXT: Final = (1, 2, 5, 10)
_MARGIN: Final = 0.06
_DEAD: Final = 2
_QUIET: Final = 1


PARTIALS: Final[Mapping[str, tuple[str, Callable[[Surface], FloatArray]]]] = {
    "dg": ("∂h/∂g", lambda plane: plane.dg),
    "du": ("∂h/∂u", lambda plane: plane.du),
}


def maps(seen: Sequence[Seen], g: float, u: float, *, shaded: bool) -> Drawing:
    """Draw each gate over (g, u): its zero line, its clamp, the cross-hair at a point.

    Where it is `shaded`, no gradient comes through, or almost none.
    """
    titles = [_title(each, shaded=shaded) for each in seen]
    traces: list[Layout] = []
    most = largest(each.plane.h for each in seen)
    for number, (each, suffix) in enumerate(zip(seen, frame.suffixes(), strict=False)):
        traces.append(_map(each, each.plane.h, most, "h", "h", number, suffix))
        if shaded:
            traces.append(_shade(each, number, suffix))
        traces += _lines(each, number, suffix)
        traces += cross(g, u, each.reach, number, suffix)
    return _panelled("Output h over gate g and value u", titles, seen, traces)


def partials(seen: Sequence[Seen], wanted: Sequence[str]) -> Drawing:
    """Draw the partial derivatives that are `wanted`, names in PARTIALS, of each gate."""
    titles, traces = [], []
    panels = [(each, name) for name in wanted for each in seen]
    for number, ((each, name), suffix) in enumerate(zip(panels, frame.suffixes(), strict=False)):
        label, values = PARTIALS[name]
        most = largest(values(one.plane) for one in seen)
        titles.append(f"{label}, {each.gate.title}")
        traces.append(_map(each, values(each.plane), most, name, label, number, suffix))
    owners = [each for each, _ in panels]
    columns = max(len(seen), 2)
    return _panelled("Partial derivatives, by autograd", titles, owners, traces, columns, 300)


def difference(one: Seen, other: Seen) -> Drawing:
    """Draw what one gate gives more than another."""
    values = one.plane.h - other.plane.h
    title = f"{one.gate.title} minus {other.gate.title}"
    most = largest([values])
    traces = [_map(one, values, most, "difference", "difference", 0, "")]
    return _panelled(title, [f"At most {plain(most)} apart"], [one], traces)


def surface(seen: Seen) -> Drawing:
    """Draw a gate as a surface that can be turned."""
    most = largest([seen.plane.h])
    axis = {
        "backgroundcolor": f"rgba({PAPER},0)",
        "gridcolor": ink(0.15),
        "zerolinecolor": ink(0.5),
        "color": ink(0.8),
        "showbackground": False,
    }
    limits = {"range": [-seen.reach, seen.reach]}
    layout = frame.layout(
        title={"text": f"{seen.gate.title} as a surface"},
        height=SURFACE_HEIGHT,
        margin={"l": 0, "r": 0, "b": 0, "t": 44},
        scene={
            "xaxis": {**axis, **limits, "title": {"text": "g"}},
            "yaxis": {**axis, **limits, "title": {"text": "u"}},
            "zaxis": {**axis, "range": [-most, most], "title": {"text": "h"}},
            "aspectmode": "cube",
            "dragmode": "turntable",
            "uirevision": "surface",
            "camera": {
                "eye": {"x": -1.6, "y": -1.6, "z": 1.0},
                "center": {"x": 0, "y": 0, "z": -0.12},
            },
        },
    )
    every = slice(None, None, 2)
    trace = {
        "type": "surface",
        "uid": uid(seen.gate.name, "surface"),
        "meta": Kind.MAP,
        "name": seen.gate.title,
        "x": single(seen.plane.g[0, every]),
        "y": single(seen.plane.u[every, 0]),
        "z": single(seen.plane.h[every, every]),
        "cmin": -most,
        "cmax": most,
        "colorscale": [[0, BELOW], [0.5, "#b8bcc4"], [1, ABOVE]],
        "showscale": False,
        "hovertemplate": "h(%{x:.3~g}, %{y:.3~g}) = %{z:.4~g}<extra></extra>",
    }
    return Drawing([trace], layout)


def slices(cut: Sequence[Slices], reach: float, height: int) -> Drawing:
    """Draw h against g and against u, each gate as a line, the chosen point as dots."""
    g, u = float(cut[0].point.g), float(cut[0].point.u)
    titles = ["Against g, at the chosen u", "Against u, at the chosen g"]
    grid = frame.grid(titles, 1, height // 2)
    grid["grid"]["ygap"] = _ROW_GAP
    wide, narrow = (_named(cut, height, wide=each) for each in (True, False))
    layout = frame.layout(
        title={"text": "Slices through the point"},
        **grid | wide,
        showlegend=len(cut) > 1,
        legend=legend.BELOW,
    )
    traces: list[Layout] = []
    ends = slice_limits([line for each in cut for line in (each.along_g.h, each.along_u.h)])
    for suffix, name in zip(frame.suffixes(), "gu", strict=False):
        layout[f"xaxis{suffix}"] = axes.close(axes.axis(name, (name, reach), -reach, reach))
        layout[f"yaxis{suffix}"] = axes.axis("h", name, *ends)
    known = list(zip(cut, keys(each.point.gate.name for each in cut), strict=True))
    for each, key in known:
        traces.append(_slice(each.along_g, each.along_g.g, "g", key, ""))
        traces.append(_slice(each.along_u, each.along_u.u, "u", key, "2"))
    for each, key in known:
        for suffix, name, x in (("", "g", g), ("2", "u", u)):
            traces.append(_dot(each.point, name, x, key, suffix))
    return Drawing(traces, layout, {NARROW: narrow})


def _named(cut: Sequence[Slices], height: int, *, wide: bool) -> Layout:
    """Return the part of a layout that has room for a legend of several gates."""
    if len(cut) == 1:
        return {"margin": frame.margin(t=72)}
    titles = [each.point.gate.title for each in cut]
    return legend.room(titles, height, wide=wide, top=72)


# --- parts


def _title(seen: Seen, *, shaded: bool) -> str:
    if not shaded:
        return seen.gate.title
    return (
        f"{seen.gate.title}: {plain(100 * seen.dead, 3)} % dead, "
        f"{plain(100 * seen.quiet, 3)} % below 0.01"
    )


def _panelled(
    title: str,
    titles: Sequence[str],
    seen: Sequence[Seen],
    traces: list[Layout],
    columns: int = 2,
    height: int | None = None,
) -> Drawing:
    """Return panels of maps on equal axes, in one column where there is no room for more."""
    count = len(titles)
    rows = math.ceil(count / min(columns, count))
    wide = frame.grid(titles, columns, height or MAP_HEIGHT[min(count, 4)] // rows)
    wide["grid"] |= {"xgap": _COLUMN_GAP, "ygap": _ROW_GAP}
    layout = frame.layout(title={"text": title}, **wide, margin=frame.margin(t=72))
    for number, (each, suffix) in enumerate(zip(seen, frame.suffixes(), strict=False)):
        ends = -each.reach, each.reach
        bare = {"showgrid": False, "zeroline": False}
        layout[f"xaxis{suffix}"] = axes.close(axes.axis("g", each.reach, *ends, **bare))
        layout[f"yaxis{suffix}"] = axes.axis(
            "" if number % columns else "u", each.reach, *ends, **bare
        )
    one = frame.grid(titles, 1, 320)
    return Drawing(traces, layout, {NARROW: one}, count)


def _map(
    seen: Seen,
    values: FloatArray,
    most: float,
    role: str,
    label: str,
    number: int,
    suffix: str,
) -> Layout:
    step = _step(most / _LEVELS)
    outermost = step * (2 * math.floor((most / step - 1) / 2) + 1)
    return {
        "type": "contour",
        "uid": uid(seen.gate.name, f"map-{role}", variant=number),
        "meta": Kind.MAP,
        "name": seen.gate.title,
        **frame.panel(suffix),
        "x": single(seen.plane.g[0]),
        "y": single(seen.plane.u[:, 0]),
        "z": single(values),
        "zmin": -most,
        "zmax": most,
        "zauto": False,
        "colorscale": diverging(_FULL, power=2),
        "showscale": False,
        "contours": {
            "coloring": "heatmap",
            "start": -outermost,
            "end": outermost,
            "size": 2 * step,
            "showlabels": True,
            "labelfont": {"size": 10, "color": ink(0.7)},
        },
        "line": {"color": ink(0.28), "width": 0.7},
        "hovertemplate": f"{label}(%{{x:.3~g}}, %{{y:.3~g}}) = %{{z:.4~g}}<extra></extra>",
    }


def slice_limits(lines: Sequence[FloatArray]) -> tuple[float, float]:
    """Return a little more than the round numbers between which all finite values and 0 lie.

    On the very ends their numbers would stand in those of the other axis.
    """
    values = np.concatenate([*(line[np.isfinite(line)] for line in lines), [0.0]])
    low, high = float(values.min()), float(values.max())
    step = _step((high - low) / 4 or 1)
    low, high = step * math.floor(low / step), step * math.ceil(high / step)
    margin = _MARGIN * (high - low)
    return low - margin, high + margin


def _step(least: float) -> float:
    """Return the round number, 1, 2 or 5 times a power of ten, that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(digit * power for digit in _NEXT if digit * power >= least * (1 - 1e-9))


def _shade(seen: Seen, number: int, suffix: str) -> Layout:
    depth = np.where(seen.plane.dead, _DEAD, np.where(seen.plane.quiet, _QUIET, np.nan))
    return {
        "type": "heatmap",
        "uid": uid(seen.gate.name, "dead", variant=number),
        "meta": Kind.MAP,
        "name": f"{seen.gate.title}, no gradient",
        **frame.panel(suffix),
        "x": single(seen.plane.g[0]),
        "y": single(seen.plane.u[:, 0]),
        "z": single(depth),
        "zmin": _QUIET,
        "zmax": _DEAD,
        "colorscale": [[0, ink(0.16)], [1, ink(0.32)]],
        "showscale": False,
        "hoverinfo": "skip",
    }


def _lines(seen: Seen, number: int, suffix: str) -> list[Layout]:
    """Return the zero lines and the clamp's box, which is open where g falls."""
    r, gap = seen.reach, math.nan
    zero_x = [each for g in seen.zero_g for each in (g, g, gap)]
    zero_y = [each for _ in seen.zero_g for each in (-r, r, gap)]
    zero_x += [each for _ in seen.zero_u for each in (-r, r, gap)]
    zero_y += [each for u in seen.zero_u for each in (u, u, gap)]
    found = [_line(seen, "zero", "h = 0", zero_x, zero_y, number, suffix, 1.6, "solid")]
    if seen.gate.clamped:
        limit = seen.gate.limit
        x, y = [-r, limit, limit, -r], [limit, limit, -limit, -limit]
        found.append(_line(seen, "clamp", "clamp", x, y, number, suffix, 1.4, "dash"))
    return found


def _line(
    seen: Seen,
    role: str,
    label: str,
    x: Sequence[float],
    y: Sequence[float],
    number: int,
    suffix: str,
    width: float,
    dash: str,
) -> Layout:
    return {
        "type": "scatter",
        "uid": uid(seen.gate.name, role, variant=number),
        "meta": Kind.THEORY,
        "name": label,
        **frame.panel(suffix),
        "x": np.array(x, dtype=np.float32),
        "y": np.array(y, dtype=np.float32),
        "mode": "lines",
        "line": {"color": ink(0.85), "width": width, "dash": dash},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def cross(g: float, u: float, reach: float, number: int, suffix: str) -> list[Layout]:
    """Return a panel's cross-hair: a line at g, a line at u, and the point."""
    thin = {"mode": "lines", "line": {"color": ink(0.6), "width": 1, "dash": "dot"}}
    point = {
        "mode": "markers",
        "marker": {"size": 8, "color": ink(), "line": {"color": f"rgb({PAPER})", "width": 1.5}},
    }
    parts = (
        ("at-g", [g, g], [-reach, reach], thin),
        ("at-u", [-reach, reach], [u, u], thin),
        ("at", [g], [u], point),
    )
    return [
        {
            "type": "scatter",
            "uid": cross_uid(role, number),
            "meta": Kind.MARKS,
            "name": "the point",
            **frame.panel(suffix),
            "x": np.array(x, dtype=np.float32),
            "y": np.array(y, dtype=np.float32),
            "hoverinfo": "skip",
            "showlegend": False,
            **look,
        }
        for role, x, y, look in parts
    ]


def cross_uid(role: str, number: int) -> str:
    """Return what a part of the cross-hair in a panel is known by."""
    return uid("cross", role, variant=number)


def slice_uid(name: str, key: str) -> str:
    """Return what the line along g or u is known by, of a gate that has this key."""
    return uid(f"slice-{name}-{key}", Kind.CURVE)


def dot_uid(name: str, key: str) -> str:
    """Return what the chosen point on a gate's line along g or u is known by."""
    return uid(f"slice-{name}-{key}", Kind.MARKS)


def _slice(cut: Surface, x: FloatArray, name: str, key: str, suffix: str) -> Layout:
    gate = cut.gate
    return {
        "type": "scatter",
        "uid": slice_uid(name, key),
        "meta": Kind.CURVE,
        "name": gate.title,
        "legendgroup": key,
        "showlegend": name == "g",
        **frame.panel(suffix),
        "x": single(x),
        "y": single(cut.h),
        "mode": "lines",
        "line": {"color": gate.color, "width": 2.5, "dash": gate.dash},
        "hovertemplate": f"{gate.title}<br>{name} = %{{x:.4~g}}: %{{y:.4~g}}<extra></extra>",
    }


def _dot(point: Surface, name: str, x: float, key: str, suffix: str) -> Layout:
    return {
        "type": "scatter",
        "uid": dot_uid(name, key),
        "meta": Kind.MARKS,
        "name": point.gate.title,
        "legendgroup": key,
        "showlegend": False,
        **frame.panel(suffix),
        "x": np.array([x], dtype=np.float32),
        "y": single(point.h.reshape(1)),
        "mode": "markers",
        "marker": {
            "size": 8,
            "color": point.gate.color,
            "line": {"color": f"rgb({PAPER})", "width": 1.5},
        },
        "hovertemplate": f"{point.gate.title}: %{{y:.6~g}}<extra></extra>",
    }
