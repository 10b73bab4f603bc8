"""Figures of what depth does: runs in, Plotly figures out, nothing measured here.

Dots are measured, thin lines are theory.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from activations.depth.edge import ChiCurve
from activations.depth.repeats import Band
from activations.depth.runs import SIGMA_W, Run, entries, marker, of, told_apart
from activations.drawing import axes, frame, layers, legend
from activations.drawing.dashes import lie_together, telling_dashes
from activations.drawing.frame import MEDIUM, NARROW, Drawing, single, uid
from activations.drawing.message import Kind, Layout
from activations.drawing.style import translucent
from activations.functions.calculus import FloatArray
from activations.functions.facts import FLAT
from activations.notation import plain

CARD_HEIGHT = 320
MAP_HEIGHT = 230
MAP_COLUMNS = 4

_CHI_AT = f"{SIGMA_W} = %{{x:.4~g}}: χ = %{{y:.4~g}}<extra></extra>"
_LINEAR_SPAN = 100
"""A signal that spans a larger factor than this is drawn on a logarithmic axis."""
_MOST_BAND = 2
"""The axis of a signal holds bands up to so many times its largest value."""
_ALIKE = 0.02
"""Part of an axis within which two curves are one line to the eye."""
_MOST_CHI = 2.5
"""The axis of chi reaches so far, or further where a run needs it."""


def signal(runs: Sequence[Run], depth: int) -> Drawing:
    """Draw the standard deviation of the activations, layer by layer."""
    runs = told_apart(runs, [run.result.activation_std for run in runs])
    values = layers.positive(run.result.activation_std for run in runs)
    log = bool(values.size) and values.max() > _LINEAR_SPAN * values.min()
    reached = float(layers.positive(_edges(runs)).max(initial=0))
    high = min(reached, _MOST_BAND * float(values.max(initial=0))) or 1.0
    title, revision = "Standard deviation", (log, depth)
    if log:
        y_axis = axes.axis(title, revision) | _powers(values)
    else:
        y_axis = axes.axis(title, revision, -0.04 * high, 1.08 * high)
    series = [
        _Series(
            run,
            run.result.activation_std,
            run.theory.activation_std,
            run.result.overflow_at,
            run.result.underflow_at,
            {
                "expected": (run.theory.low, run.theory.high),
                **_spread(run, "activation_std"),
            },
        )
        for run in runs
    ]
    return _by_layer("Signal by layer", y_axis, series, depth)


def _edges(runs: Sequence[Run]) -> list[FloatArray]:
    """Return how far up the signal and the bands around it reach."""
    return [
        edge
        for run in runs
        for edge in (
            run.result.activation_std,
            run.theory.activation_std,
            run.theory.high,
            *(band[1] for band in _spread(run, "activation_std").values()),
        )
    ]


def gradient(runs: Sequence[Run], depth: int) -> Drawing:
    """Draw the norm of the gradient that each layer receives, relative to the last one's."""
    runs = told_apart(runs, [run.result.gradient for run in runs])
    powers = _powers(layers.positive(run.result.gradient for run in runs))
    series = [
        _Series(
            run,
            run.result.gradient,
            _where_any(run.result.gradient, run.theory.gradient),
            run.result.gradient_overflow_at,
            run.result.gradient_underflow_at,
            _spread(run, "gradient"),
        )
        for run in runs
    ]
    y_axis = axes.axis("Norm, relative to the top", depth) | powers
    return _by_layer("Gradient by layer", y_axis, series, depth)


def shares(runs: Sequence[Run], depth: int) -> Drawing:
    """Draw, side by side, the shares of dead units and of saturated activations."""
    layout = frame.layout(
        title={"text": "Dead and saturated"},
        **_shares_in(runs, columns=2),
        showlegend=True,
        legend=legend.BELOW,
    )
    panels = {
        "dead": [run.result.dead for run in runs],
        "saturated": [run.result.saturated for run in runs],
    }
    looks = [(run.color, run.dash) for run in runs]
    dashes = telling_dashes(looks, lie_together([*panels.values()], _ALIKE))
    traces = entries(runs, "lines", dashes)
    for (role, panel), suffix in zip(panels.items(), frame.suffixes(), strict=False):
        layout[f"xaxis{suffix}"] = layers.layer_axis(depth)
        layout[f"yaxis{suffix}"] = axes.axis(
            "" if suffix else "Share", "share", -0.04, 1.04, tickformat=".0%", nticks=6
        )
        traces += [
            _share_line(run, role, values, dash) | frame.panel(suffix)
            for run, values, dash in zip(runs, panel, dashes, strict=True)
        ]
    return Drawing(traces, layout, {NARROW: _shares_in(runs, columns=1)}, len(panels))


def _shares_in(runs: Sequence[Run], columns: int) -> Layout:
    """Return the part of the layout of `shares` that sets its panels in so many columns."""
    titles = ["Dead units", f"Saturated, |f′| < {plain(FLAT)}"]
    grid = frame.grid(titles, columns, CARD_HEIGHT if columns == 2 else 260)
    labels = [run.label for run in runs]
    return grid | legend.room(labels, grid["height"], wide=columns == 2, top=68)


def distribution(runs: Sequence[Run], depth: int) -> Drawing:
    """Draw, for each run, how its activations are distributed in each layer."""
    shown = layers.occupied(run.result.histogram for run in runs)
    layout = frame.layout(
        title={"text": "Distribution of activations by layer"},
        **_maps_in(runs, MAP_COLUMNS),
        margin=frame.margin(t=72),
    )
    traces: list[Layout] = []
    for number, (run, suffix) in enumerate(zip(runs, frame.suffixes(), strict=False)):
        layout[f"xaxis{suffix}"] = layers.layer_axis(depth) | {"zeroline": False, "showgrid": False}
        title = "" if number % MAP_COLUMNS else "Activation"
        layout[f"yaxis{suffix}"] = layers.value_axis(title, shown)
        drawn = layers.layer_map(run.label, run.color, run.result.histogram, shown)
        known = {"uid": uid(run.name, Kind.MAP, variant=run.variant)}
        traces.append(drawn | known | frame.panel(suffix))
    narrower = {NARROW: _maps_in(runs, columns=1), MEDIUM: _maps_in(runs, columns=2)}
    return Drawing(traces, layout, narrower, len(runs))


def _maps_in(runs: Sequence[Run], columns: int) -> Layout:
    """Return the part of the layout of `distribution` that sets so many panels in a row."""
    grid = frame.grid([run.text for run in runs], columns, MAP_HEIGHT)
    return grid | {"height": grid["height"] + 60}


def criticality(curves: Sequence[ChiCurve], runs: Sequence[Run]) -> Drawing:
    """Draw chi against sigma_w: the critical points as rings on 1, each run as its symbol."""
    runs = told_apart(runs, [_place(run) for run in runs])
    highest = max((run.theory.chi for run in runs), default=0.0)
    end = max((float(curve.sigma_w[-1]) for curve in curves), default=1.0)
    top = max(_MOST_CHI, 1.15 * highest) if math.isfinite(highest) else _MOST_CHI
    placed = list(dict.fromkeys(run.result.experiment.sigma_w for run in runs))
    layout = frame.layout(
        title={"text": f"χ against {SIGMA_W}"},
        **_legend_below(runs, wide=True),
        showlegend=True,
        legend=legend.BELOW,
        shapes=[axes.hairline(y=1), *(axes.hairline(x=sigma_w) for sigma_w in placed)],
        xaxis=axes.close(axes.axis(SIGMA_W, end, 0, end)),
        yaxis=axes.axis("χ", "chi", 0, top),
    )
    looks = [(each.function.activation.color, each.function.activation.dash) for each in curves]
    dashes = telling_dashes(looks, lie_together([[curve.chi for curve in curves]], _ALIKE * top))
    groups = {run.name: run.group for run in reversed(runs)}
    traces = [
        *entries(runs, "markers"),
        *(_chi_line(curve, groups, dash) for curve, dash in zip(curves, dashes, strict=True)),
        *(_critical_point(curve, groups) for curve in curves if (curve.critical or end) < end),
        *(_chi_point(run) for run in runs),
    ]
    return Drawing(traces, layout, {NARROW: _legend_below(runs, wide=False)})


def _legend_below(runs: Sequence[Run], *, wide: bool, log: bool = False) -> Layout:
    return legend.room([run.label for run in runs], CARD_HEIGHT, wide=wide, log=log)


# --- layout

_OPACITY = {"expected": 0.12, "measured": 0.3}
"""How much of what lies below a band is covered."""


@dataclass(frozen=True, slots=True, eq=False)
class _Series:
    """What a run did layer by layer: measured, predicted, and where it left the numbers there are.

    Overflow and underflow are drawn at the upper and the lower end of the axis. Of the `bands` one
    is "expected" of networks so wide, the other holds the middle 80 % of those "measured".
    """

    run: Run
    measured: FloatArray
    predicted: FloatArray
    overflow_at: int | None
    underflow_at: int | None
    bands: Mapping[str, Band]


def _by_layer(title: str, y_axis: Layout, series: Sequence[_Series], depth: int) -> Drawing:
    runs = [each.run for each in series]
    log = y_axis.get("type") == "log"
    layout = frame.layout(
        title={"text": title},
        **_legend_below(runs, wide=True, log=log),
        showlegend=True,
        legend=legend.BELOW,
        xaxis=layers.layer_axis(depth),
        yaxis=y_axis,
    )
    low, high = (10.0**end if log else end for end in y_axis["range"])
    traces = entries(runs, "lines+markers")
    for each in series:
        traces += [*_bands(each), _prediction(each), _measurement(each)]
        traces += _end(each.run, each.overflow_at, high, "overflows")
        traces += _end(each.run, each.underflow_at, low, "underflows")
    return Drawing(traces, layout, {NARROW: _legend_below(runs, wide=False, log=log)})


def _powers(values: FloatArray) -> Layout:
    """Return a logarithmic axis that holds the values and 1."""
    return layers.powers(np.append(values, 1.0))


def _where_any(measured: FloatArray, predicted: FloatArray) -> FloatArray:
    """Return the prediction, or gaps where nothing was measured that it could stand beside."""
    return predicted if np.isfinite(measured).any() else np.full_like(predicted, np.nan)


# --- traces


def _layers(values: FloatArray) -> FloatArray:
    return np.arange(1.0, values.size + 1)


def _prediction(series: _Series) -> Layout:
    values = np.where(np.isfinite(series.predicted), series.predicted, np.nan)
    return {
        **of(series.run, Kind.THEORY),
        "x": _layers(values),
        "y": values,
        "mode": "lines",
        "line": {"color": series.run.color, "width": 1.2, "dash": series.run.dash},
        "hoverinfo": "skip",
    }


def _spread(run: Run, name: str) -> dict[str, Band]:
    """Return the band of what was measured, if several networks were."""
    return {"measured": run.bands[name]} if name in run.bands else {}


def _bands(series: _Series) -> list[Layout]:
    """Return the areas where theory expects single networks, and where most of them were."""
    traces: list[Layout] = []
    for name, band in series.bands.items():
        color = translucent(series.run.color, _OPACITY[name])
        fill = {"fill": "tonexty", "fillcolor": color}
        traces += [
            {
                **of(series.run, Kind.BAND, f"{name}-{end}"),
                "x": _layers(edge),
                "y": single(edge),
                "mode": "lines",
                "line": {"width": 0},
                "hoverinfo": "skip",
                **shade,
            }
            for end, edge, shade in zip(("low", "high"), band, ({}, fill), strict=True)
        ]
    return traces


def _measurement(series: _Series) -> Layout:
    values = series.measured
    # one layer has no distance to the next, by which Plotly picks the dots to draw
    thinned = {"maxdisplayed": frame.MOST_DOTS} if values.size > 1 else {}
    return {
        **of(series.run, Kind.SAMPLES),
        "x": _layers(values),
        "y": values,
        "mode": "markers",
        "marker": marker(series.run) | thinned,
        "hovertemplate": f"{series.run.text}<br>layer %{{x}}: %{{y:.4~g}}<extra></extra>",
    }


def _end(run: Run, layer: int | None, height: float, what: str) -> list[Layout]:
    """Return a cross where a run leaves the numbers that float32 has, if it does."""
    if layer is None:
        return []
    return [
        {
            **of(run, Kind.MARKS, what),
            "x": [layer],
            "y": [height],
            "mode": "markers",
            "marker": {"symbol": "x", "size": 9, "color": run.color},
            "cliponaxis": False,
            "hovertemplate": f"{run.text}<br>{what} in layer {layer}<extra></extra>",
        }
    ]


def _share_line(run: Run, role: str, values: FloatArray, dash: str) -> Layout:
    return {
        **of(run, Kind.SAMPLES, role),
        "x": _layers(values),
        "y": values,
        "mode": "lines",
        "line": {"color": run.color, "width": 2, "dash": dash},
        "hovertemplate": f"{run.text}<br>layer %{{x}}: %{{y:.4~p}}<extra></extra>",
    }


def _chi_line(curve: ChiCurve, groups: Mapping[str, str], dash: str) -> Layout:
    activation = curve.function.activation
    return {
        **_of_function(curve, groups, Kind.CURVE),
        "x": single(curve.sigma_w),
        "y": single(curve.chi),
        "name": activation.title,
        "mode": "lines",
        "line": {"color": activation.color, "width": 1.6, "dash": dash},
        "hovertemplate": f"{activation.title}<br>{_CHI_AT}",
    }


def _critical_point(curve: ChiCurve, groups: Mapping[str, str]) -> Layout:
    activation = curve.function.activation
    return {
        **_of_function(curve, groups, Kind.MARKS),
        "x": [curve.critical],
        "y": [1],
        "mode": "markers",
        "marker": {
            "symbol": "circle-open",
            "size": 13,
            "color": activation.color,
            "line": {"width": 1.5},
        },
        "hovertemplate": f"{activation.title}: χ = 1 at {SIGMA_W} = %{{x:.4~g}}<extra></extra>",
    }


def _of_function(curve: ChiCurve, groups: Mapping[str, str], kind: Kind) -> Layout:
    """Return what a trace is known by that belongs to all runs of a function.

    A legend hides it with the function's first run, which `groups` holds by the function's name.
    """
    name = curve.function.activation.name
    return {
        "type": "scatter",
        "uid": uid(name, f"chi-{kind}"),
        "meta": kind,
        "legendgroup": groups.get(name, name),
        "showlegend": False,
    }


def _place(run: Run) -> FloatArray:
    """Return where a run stands on the chart of chi, NaN where that is beyond any axis."""
    place = np.array([run.result.experiment.sigma_w, run.theory.chi])
    return place if np.isfinite(place).all() else np.full(2, np.nan)


def _chi_point(run: Run) -> Layout:
    return {
        **of(run, Kind.SAMPLES),
        "x": [run.result.experiment.sigma_w],
        "y": np.array([run.theory.chi]),  # may be infinite, which JSON cannot say
        "mode": "markers",
        "marker": marker(run) | {"size": 9},
        "hovertemplate": f"{run.text}<br>{_CHI_AT}",
    }
