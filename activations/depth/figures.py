"""Figures of what depth does: runs in, Plotly figures out, nothing measured here.

Dots are measured, thin lines are theory. A function has its usual colour and dash; where it is run
in several experiments, each has a symbol and a dash of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from activations.depth.experiment import BIN_CENTERS, SATURATED, Result
from activations.depth.mean_field import Theory
from activations.drawing import frame
from activations.drawing.frame import Drawing, Layout
from activations.drawing.style import PAPER, ink, translucent
from activations.functions.calculus import FloatArray
from activations.functions.spec import Function
from activations.notation import plain, power_of_ten

CARD_HEIGHT = 320
MAP_HEIGHT = 230
MAP_COLUMNS = 4
NARROW = 420
"""Pixels of width below which a legend takes more rows."""

_SIGMA_W = "σ<sub>w</sub>"
_CHI_AT = f"{_SIGMA_W} = %{{x:.4~g}}: χ = %{{y:.4~g}}<extra></extra>"
_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_LINEAR_SPAN = 100
"""A signal that spans a larger factor than this is drawn on a logarithmic axis."""
_FULL_COLOR = 0.5
"""Share of a layer's activations in one bin from which a map's colour is full."""
_SEEN = 1e-3
"""Share of a layer's activations that a bin needs for the axis of the maps to reach it."""
_MOST_CHI = 2.5
"""The axis of chi reaches so far, or further where a run needs it."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What was measured of a function in an experiment, and what theory predicts.

    `variant` numbers the experiments of one figure; `label` tells the run from others there.
    """

    result: Result
    theory: Theory
    label: str
    variant: int = 0

    @property
    def function(self) -> Function:
        """The function that ran."""
        return self.result.function

    @property
    def text(self) -> str:
        """The label as figures write it, its σ_w with a true index."""
        return self.label.replace("σ_w", _SIGMA_W)

    @property
    def color(self) -> str:
        """The function's colour."""
        return self.function.activation.color

    @property
    def symbol(self) -> str:
        """The symbol of the experiment's dots."""
        return _SYMBOLS[self.variant % len(_SYMBOLS)]

    @property
    def dash(self) -> str:
        """The dash of the run's lines: the function's, or the variant's where it is one."""
        dashes = (self.function.activation.dash, *_DASHES[1:])
        return dashes[self.variant % len(dashes)]


@dataclass(frozen=True, slots=True, eq=False)
class ChiCurve:
    """A function's chi against sigma_w, and the sigma_w where it rises through 1, if any."""

    function: Function
    sigma_w: FloatArray
    chi: FloatArray
    critical: float | None


def signal(runs: Sequence[Run], depth: int) -> Drawing:
    """Draw the standard deviation of the activations, layer by layer."""
    values = _positive(run.result.activation_std for run in runs)
    log = bool(values.size) and values.max() > _LINEAR_SPAN * values.min()
    high = float(values.max(initial=0)) or 1.0
    axis = _power_axis(values) if log else {"range": [-0.04 * high, 1.08 * high]}
    series = [
        _Series(
            run,
            run.result.activation_std,
            run.theory.activation_std,
            run.result.overflow_at,
            run.result.underflow_at,
        )
        for run in runs
    ]
    labels = {"title": {"text": "Standard deviation"}, "uirevision": repr((log, depth))}
    return _by_layer("Signal by layer", axis | labels, series, depth)


def gradient(runs: Sequence[Run], depth: int) -> Drawing:
    """Draw the norm of the gradient that each layer receives, relative to the last one's."""
    axis = _power_axis(_positive(run.result.gradient for run in runs))
    series = [
        _Series(
            run,
            run.result.gradient,
            _where_any(run.result.gradient, run.theory.gradient),
            run.result.gradient_overflow_at,
            run.result.gradient_underflow_at,
        )
        for run in runs
    ]
    labels = {"title": {"text": "Norm, relative to the top"}, "uirevision": repr(depth)}
    return _by_layer("Gradient by layer", axis | labels, series, depth)


def shares(runs: Sequence[Run], depth: int) -> Drawing:
    """Draw, side by side, the shares of dead units and of saturated activations."""
    layout = frame.layout(
        title={"text": "Dead and saturated"},
        **shares_arrangement(runs, columns=2),
        showlegend=True,
        legend=_LEGEND,
    )
    panels = [
        [(run, run.result.dead) for run in runs],
        [(run, run.result.saturated) for run in runs],
    ]
    traces = _legend(runs, "lines")
    for panel, suffix in zip(panels, frame.suffixes(), strict=False):
        layout |= {
            f"xaxis{suffix}": _layer_axis(depth),
            f"yaxis{suffix}": {
                "title": {"text": "" if suffix else "Share"},
                "range": [-0.04, 1.04],
                "tickformat": ".0%",
                "nticks": 6,
                "uirevision": "share",
            },
        }
        traces += [_share_line(run, values, suffix) for run, values in panel]
    return Drawing(traces, layout)


def shares_arrangement(runs: Sequence[Run], columns: int) -> Layout:
    """Return the part of the layout of `shares` that sets its panels in so many columns."""
    titles = ["Dead units", f"Saturated, |f′| < {plain(SATURATED)}"]
    grid = frame.grid(titles, columns, CARD_HEIGHT if columns == 2 else 260)
    rows = _legend_rows(runs, wide=columns == 2)
    return grid | {
        "height": grid["height"] + frame.LEGEND_ROW * (rows - 1),
        "margin": frame.margin(t=68, b=_legend_margin(rows)),
    }


def distribution(runs: Sequence[Run], depth: int) -> Drawing:
    """Draw, for each run, how its activations are distributed in each layer."""
    shown = _occupied([run.result.histogram for run in runs])
    centers = BIN_CENTERS[shown]
    layout = frame.layout(
        title={"text": "Distribution of activations by layer"},
        **map_arrangement(runs, MAP_COLUMNS),
        margin=frame.margin(t=72),
    )
    traces: list[Layout] = []
    for number, (run, suffix) in enumerate(zip(runs, frame.suffixes(), strict=False)):
        half = (BIN_CENTERS[1] - BIN_CENTERS[0]) / 2
        layout[f"xaxis{suffix}"] = _layer_axis(depth) | {"zeroline": False, "showgrid": False}
        layout[f"yaxis{suffix}"] = {
            "title": {"text": "" if number % MAP_COLUMNS else "Activation"},
            "range": [centers[0] - half, centers[-1] + half],
            "uirevision": "value",
            "zeroline": False,
            "showgrid": False,
        }
        traces.append(_map(run, centers, run.result.histogram[:, shown], suffix))
    return Drawing(traces, layout)


def map_arrangement(runs: Sequence[Run], columns: int) -> Layout:
    """Return the part of the layout of `distribution` that sets so many panels in a row."""
    grid = frame.grid([run.text for run in runs], columns, MAP_HEIGHT)
    return grid | {"height": grid["height"] + 60}


def criticality(curves: Sequence[ChiCurve], runs: Sequence[Run]) -> Drawing:
    """Draw chi against sigma_w: the critical points as rings on 1, each run as its symbol."""
    highest = max((run.theory.chi for run in runs), default=0.0)
    end = max((float(curve.sigma_w[-1]) for curve in curves), default=1.0)
    top = max(_MOST_CHI, 1.15 * highest) if math.isfinite(highest) else _MOST_CHI
    placed = list(dict.fromkeys(run.result.experiment.sigma_w for run in runs))
    layout = frame.layout(
        title={"text": f"χ against {_SIGMA_W}"},
        **legend_arrangement(runs, wide=True),
        showlegend=True,
        legend=_LEGEND,
        shapes=[
            _hairline(x0=0, x1=1, xref="x domain", y0=1, y1=1),
            *(_hairline(x0=at, x1=at, y0=0, y1=1, yref="y domain") for at in placed),
        ],
        xaxis={
            "title": {"text": _SIGMA_W, "standoff": _STANDOFF},
            "range": [0, end],
            "uirevision": repr(end),
        },
        yaxis={"title": {"text": "χ"}, "range": [0, top], "uirevision": "chi"},
    )
    traces = [
        *_legend(runs, "markers"),
        *(_chi_line(curve) for curve in curves),
        *(_critical_point(curve) for curve in curves if (curve.critical or end) < end),
        *(_chi_point(run) for run in runs),
    ]
    return Drawing(traces, layout)


def legend_arrangement(runs: Sequence[Run], *, wide: bool, log: bool = False) -> Layout:
    """Return the part of a chart's layout that gives its legend room below."""
    rows = _legend_rows(runs, wide=wide)
    return {
        "height": CARD_HEIGHT + frame.LEGEND_ROW * (rows - 1),
        "margin": frame.margin(t=44, b=_legend_margin(rows), log=log),
    }


# --- layout

_STANDOFF = 6
_LEGEND: Layout = {"y": 0, "yref": "container", "yanchor": "bottom"}


@dataclass(frozen=True, slots=True, eq=False)
class _Series:
    """What a run did layer by layer: measured, predicted, and where it left the numbers there are.

    Overflow and underflow are drawn at the upper and the lower end of the axis.
    """

    run: Run
    measured: FloatArray
    predicted: FloatArray
    overflow_at: int | None
    underflow_at: int | None


def _by_layer(title: str, y_axis: Layout, series: Sequence[_Series], depth: int) -> Drawing:
    runs = [each.run for each in series]
    log = y_axis.get("type") == "log"
    layout = frame.layout(
        title={"text": title},
        **legend_arrangement(runs, wide=True, log=log),
        showlegend=True,
        legend=_LEGEND,
        xaxis=_layer_axis(depth),
        yaxis=y_axis,
    )
    low, high = (10.0**end if log else end for end in y_axis["range"])
    traces = _legend(runs, "lines+markers")
    for each in series:
        traces += [_prediction(each), _measurement(each)]
        traces += _end(each.run, each.overflow_at, high, "overflows")
        traces += _end(each.run, each.underflow_at, low, "underflows")
    return Drawing(traces, layout)


def _legend_rows(runs: Sequence[Run], *, wide: bool) -> int:
    longest = max((len(run.label) for run in runs), default=1)
    columns = max((400 if wide else 270) // (44 + 7 * longest), 1)
    return max(math.ceil(len(runs) / columns), 1)


def _legend_margin(rows: int) -> int:
    return 48 + frame.LEGEND_ROW * rows


def _layer_axis(depth: int) -> Layout:
    margin = max(0.03 * (depth - 1), 0.5)
    return {
        "title": {"text": "Layer", "standoff": _STANDOFF},
        "range": [1 - margin, depth + margin],
        "uirevision": repr(depth),
        "zeroline": False,
    }


def _power_axis(values: FloatArray) -> Layout:
    """Return a logarithmic axis that holds the values and 1 between whole powers of ten."""
    exponents = np.log10(np.append(values, 1.0))
    low, high = math.floor(exponents.min()), math.ceil(exponents.max())
    if high - low < 2:
        low, high = low - 1, high + 1
    step = math.ceil((high - low) / 6)
    labelled = [power for power in range(low, high + 1) if power % step == 0]
    margin = 0.05 * (high - low)
    return {
        "type": "log",
        "range": [low - margin, high + margin],
        "tickvals": [10.0**power for power in labelled],
        "ticktext": [power_of_ten(power) for power in labelled],
        "zeroline": False,
    }


def _positive(series: Iterable[FloatArray]) -> FloatArray:
    """Return all values that a logarithmic axis can hold."""
    values = np.concatenate([*series, np.zeros(0)])
    return np.asarray(values[np.isfinite(values) & (values > 0)])


def _where_any(measured: FloatArray, predicted: FloatArray) -> FloatArray:
    """Return the prediction, or gaps where nothing was measured that it could stand beside."""
    return predicted if np.isfinite(measured).any() else np.full_like(predicted, np.nan)


def _occupied(histograms: Iterable[FloatArray]) -> slice:
    """Return the bins that the runs need, from the first to the last that is seen anywhere."""
    seen = [np.flatnonzero((histogram > _SEEN).any(axis=0)) for histogram in histograms]
    bins = np.concatenate([*seen, np.zeros(0, dtype=int)])
    if not bins.size:
        return slice(None)
    last = BIN_CENTERS.size - 1
    return slice(max(int(bins.min()) - 1, 0), min(int(bins.max()) + 1, last) + 1)


def _hairline(**place: Any) -> Layout:
    return {
        "type": "line",
        "layer": "below",
        "line": {"color": ink(0.4), "width": 1, "dash": "dot"},
        **place,
    }


# --- traces


def _legend(runs: Sequence[Run], mode: str) -> list[Layout]:
    """Return traces of no points that name the runs."""
    return [
        {
            "type": "scatter",
            "x": [None],
            "y": [None],
            "mode": mode,
            "name": run.text,
            "legendgroup": run.label,
            "line": {"color": run.color, "width": 2, "dash": run.dash},
            "marker": _marker(run),
        }
        for run in runs
    ]


def _of(run: Run) -> Layout:
    return {"type": "scatter", "legendgroup": run.label, "showlegend": False}


def _marker(run: Run) -> Layout:
    rim = {"color": f"rgb({PAPER})", "width": 1}
    return {"color": run.color, "symbol": run.symbol, "size": 7, "line": rim}


def _layers(values: FloatArray) -> FloatArray:
    return np.arange(1.0, values.size + 1)


def _prediction(series: _Series) -> Layout:
    values = np.where(np.isfinite(series.predicted), series.predicted, np.nan)
    return {
        **_of(series.run),
        "x": _layers(values),
        "y": values,
        "mode": "lines",
        "line": {"color": series.run.color, "width": 1.2, "dash": series.run.dash},
        "hoverinfo": "skip",
        "meta": "theory",
    }


def _measurement(series: _Series) -> Layout:
    values = series.measured
    return {
        **_of(series.run),
        "x": _layers(values),
        "y": values,
        "mode": "markers",
        "marker": _marker(series.run),
        "hovertemplate": f"{series.run.text}<br>layer %{{x}}: %{{y:.4~g}}<extra></extra>",
        # one layer has no distance to the next, which the thinning of samples goes by
        "meta": "samples" if values.size > 1 else "sample",
    }


def _end(run: Run, layer: int | None, height: float, what: str) -> list[Layout]:
    """Return a cross where a run leaves the numbers that float32 has, if it does."""
    if layer is None:
        return []
    return [
        {
            **_of(run),
            "x": [layer],
            "y": [height],
            "mode": "markers",
            "marker": {"symbol": "x", "size": 9, "color": run.color},
            "cliponaxis": False,
            "hovertemplate": f"{run.text}<br>{what} in layer {layer}<extra></extra>",
            "meta": what,
        }
    ]


def _share_line(run: Run, values: FloatArray, suffix: str) -> Layout:
    return {
        **_of(run),
        "x": _layers(values),
        "y": values,
        "mode": "lines",
        "line": {"color": run.color, "width": 2, "dash": run.dash},
        "hovertemplate": f"{run.text}<br>layer %{{x}}: %{{y:.4~p}}<extra></extra>",
        "meta": "share",
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
    }


def _map(run: Run, centers: FloatArray, histogram: FloatArray, suffix: str) -> Layout:
    # The square root shows what is spread over many bins beside what crowds into one.
    stops = np.linspace(0, 1, 9)
    return {
        "type": "heatmap",
        "x": _layers(histogram[:, 0]),
        "y": centers,
        "z": histogram.T.astype(np.float32),
        "zmin": 0,
        "zmax": _FULL_COLOR,
        "colorscale": [[stop**2, translucent(run.color, stop)] for stop in stops.tolist()],
        "showscale": False,
        "name": run.label,
        "hovertemplate": "layer %{x}, around %{y:.1f}: %{z:.4~p}<extra></extra>",
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
    }


def _chi_line(curve: ChiCurve) -> Layout:
    activation = curve.function.activation
    return {
        "type": "scatter",
        "x": curve.sigma_w.astype(np.float32),
        "y": curve.chi.astype(np.float32),
        "name": activation.title,
        "showlegend": False,
        "mode": "lines",
        "line": {"color": activation.color, "width": 1.6, "dash": activation.dash},
        "hovertemplate": f"{activation.title}<br>{_CHI_AT}",
        "meta": "chi",
    }


def _critical_point(curve: ChiCurve) -> Layout:
    activation = curve.function.activation
    return {
        "type": "scatter",
        "x": [curve.critical],
        "y": [1],
        "showlegend": False,
        "mode": "markers",
        "marker": {
            "symbol": "circle-open",
            "size": 13,
            "color": activation.color,
            "line": {"width": 1.5},
        },
        "hovertemplate": f"{activation.title}: χ = 1 at {_SIGMA_W} = %{{x:.4~g}}<extra></extra>",
        "meta": "critical",
    }


def _chi_point(run: Run) -> Layout:
    return {
        **_of(run),
        "x": [run.result.experiment.sigma_w],
        "y": np.array([run.theory.chi]),  # may be infinite, which JSON cannot say
        "mode": "markers",
        "marker": _marker(run) | {"size": 9},
        "hovertemplate": f"{run.text}<br>{_CHI_AT}",
        "meta": "run",
    }
