"""Figures of what a format does: runs in, Plotly figures out, nothing measured here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from activations.drawing import axes, frame, legend
from activations.drawing.frame import NARROW, Drawing, uid
from activations.drawing.message import Kind, Layout
from activations.drawing.style import translucent
from activations.notation import plain, power_of_ten
from activations.precision.formats import Format
from activations.precision.measure import BINS, PLACES
from activations.precision.runs import Run, Trail

HEIGHT = 470

_NAMES: Final = ("f(x)", "f′(x)")
_ROOM: Final = 0.06
_STEPS: Final = (0, 1, 2, 10, 100, 1000, 10_000, 10**6, 10**8)
"""Steps that are labelled: the axis is that of log(1 + steps)."""

_APART: Final = {"infinite": "∞", "nan": "NaN"}
"""What has a row of its own above the steps."""

_GAP: Final = 0.13
"""Share of the axis of steps that lies between two labels at least, on a slide too."""

_CLEAR = 0.06
"""Share of an axis next to 0 that has no ticks, until it is looked at closely."""

_LOOKS: Final = (
    *((step, (1,)) for step in (40, 20, 10, 5, 2, 1)),
    (1, (1, 2, 5)),
    (1, tuple(range(1, 10))),
)
"""What is labelled, from afar to close: every so many powers of ten, times these digits."""

_LEAST_SHARE, _SHARES = -5, range(-5, 1)
"""Powers of ten: one result of 65,280 is 0.0015 %."""

_VARIANTS: Final = (
    ("#0072B2", "solid"),
    ("#D55E00", "dash"),
    ("#009E73", "dot"),
    ("#CC79A7", "dashdot"),
    ("#9084FC", "longdash"),
    ("#846054", "longdashdot"),
)
"""Colours and dashes of runs that have none of their own; dashes let what lies below be seen."""


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at: f or f' (`order` 0 or 1), by the order of floats or on a linear axis.

    On a linear axis inputs go from `low` to `high`; by their order, all are there.
    """

    order: int = 0
    linear: bool = False
    low: float = -5.0
    high: float = 5.0


@dataclass(frozen=True, slots=True)
class _Look:
    color: str
    dash: str


def errors(runs: Sequence[Run], view: View) -> Drawing:
    """Draw the exact curve with the format's staircase, and below it the error in steps."""
    widest = max((run.format for run in runs), key=lambda kind: (kind.largest, -kind.smallest))
    looks = _looks(runs)
    known = keys(runs)
    trails = [_seen(run, view) for run in runs]
    rows = _Rows(trails)

    def dense(number: int, role: str, axis: str, line: Layout) -> Layout:
        run, trail = runs[number], trails[number]
        other = "own" if run.format is widest else _described(widest)
        return {
            "type": "scatter",
            "uid": uid(known[number], role),
            "meta": Kind.DENSE,
            "mode": "lines",
            "name": run.label,
            "legendgroup": known[number],
            "showlegend": False,
            "xaxis": "x",
            "yaxis": axis,
            "line": {"color": looks[number].color, **line},
            "dense": {
                "run": known[number],
                "role": role,
                "format": _described(run.format),
                "axis": "linear" if view.linear else other,
                "above": rows.above,
                **points(trail),
            },
        }

    traces: list[Layout] = []
    told: set[object] = set()
    for number, (run, look) in enumerate(zip(runs, looks, strict=True)):
        if run.function not in told:
            pale = {"color": translucent(look.color, 0.5), "width": 4}
            traces.append(dense(number, "exact", "y", pale))
        told.add(run.function)
        stairs = {"width": 1.5, "dash": look.dash, "shape": "hvh"}
        traces.append(dense(number, "result", "y", stairs))
    for number, look in enumerate(looks):
        traces.append(dense(number, "steps", "y2", {"width": 1, "dash": look.dash}))
    return _drawing(traces, _layout(runs, view, widest, rows, trails), runs, top=44)


def points(trail: Trail) -> Layout:
    """Return what a dense trace is drawn through, `whole` where that is all that was measured."""
    return {
        "inputs": trail.inputs,
        "result": trail.result,
        "exact": trail.exact,
        "steps": trail.steps,
        "whole": trail.whole,
    }


def reach(kind: Format, view: View, low: float, high: float) -> tuple[float, float]:
    """Return the inputs between two places on the axis of x, if by order, then by this format's."""
    if view.linear:
        return low, high
    ends = kind.place(np.array([-kind.largest, kind.largest]))
    first, last = np.clip([low, high], *ends).tolist()
    return kind.number(first), kind.number(last)


def _seen(run: Run, view: View) -> Trail:
    """Return what of a run is in view."""
    if run.trails is None:
        raise ValueError(f"{run.label} was not kept to be drawn")
    trail = run.trails[view.order]
    if not view.linear:
        return trail
    low, high = run.format.place(np.array([view.low, view.high]))
    return trail.between(low, high)


def _described(kind: Format) -> Layout:
    """Return what the browser must know of a format."""
    return {
        "name": kind.name,
        "bits": kind.bits,
        "eps": kind.eps,
        "tiny": kind.tiny,
        "end": float(kind.place(np.array([kind.largest]))[0]),
        "infinite": kind.has_infinity,
    }


class _Rows:
    """Heights of steps on a logarithmic axis from 0 on, with rows above for what is no number."""

    def __init__(self, trails: Sequence[Trail]) -> None:
        apart = {"infinite": False, "nan": False}
        most = 2.0
        for steps in (each.steps for each in trails):
            last = np.iinfo(steps.dtype).max
            most = max(most, float(steps[steps < last - 1].max(initial=0)))
            apart["infinite"] |= bool((steps == last - 1).any())
            apart["nan"] |= bool((steps == last).any())
        self.top = math.log10(1 + most)
        self.names = {name: text for name, text in _APART.items() if apart[name]}
        heights = (self.top * (1 + 0.17 * row) for row in range(1, 3))
        self.above = dict.fromkeys(_APART, self.top) | dict(zip(self.names, heights, strict=False))

    def axis(self, revision: object) -> Layout:
        """Return the axis."""
        high = max(self.above.values())
        most = min([self.above[name] for name in self.names], default=2 * high) - _GAP * high
        labelled: list[int] = []
        for each in _STEPS:
            height = math.log10(1 + each)
            least = math.log10(1 + labelled[-1]) + _GAP * high if labelled else 0
            if least <= height <= min(self.top * 1.001, most):
                labelled.append(each)
        return axes.axis(
            "Error in steps",
            revision,
            -_ROOM * high,
            (1 + _ROOM) * high,
            tickvals=[math.log10(1 + each) for each in labelled]
            + [self.above[name] for name in self.names],
            ticktext=[_count(each) for each in labelled] + list(self.names.values()),
        )


def _count(steps: int) -> str:
    return f"{steps:,}" if steps < 10**6 else power_of_ten(round(math.log10(steps)))


def _layout(
    runs: Sequence[Run],
    view: View,
    widest: Format,
    rows: _Rows,
    trails: Sequence[Trail],
) -> Layout:
    revision = (view.linear, view.low, view.high) if view.linear else widest.name
    name = _NAMES[view.order]
    layout = frame.layout(
        title={"text": title(runs, view)},
        grid={"rows": 2, "columns": 1, "subplots": [["xy"], ["xy2"]], "ygap": 0.14},
    )
    if view.linear:
        layout["xaxis"] = axes.axis("x", revision, view.low, view.high)
        layout["yaxis"] = axes.axis(name, (view.order, revision), *_limits(runs, trails))
    else:
        levels = _levels(widest)
        end = (1 + _ROOM / 2) * float(widest.place(np.array([np.inf]))[0])
        ticks = levels[0]
        layout["xaxis"] = axes.axis(
            f"x, by the order of {widest.name}", revision, -end, end, **ticks
        )
        layout["yaxis"] = axes.axis(name, revision, -end, end, **ticks)
        layout["meta"] = {"levels": levels, "axes": ["xaxis", "yaxis"]}
    layout["xaxis"] = axes.close(layout["xaxis"]) | {"anchor": "y2", "tickangle": 0}
    layout["yaxis2"] = rows.axis((view.order, rows.top))
    return layout


def title(runs: Sequence[Run], view: View) -> str:
    """Return what the runs have in common: "GELU: f in bfloat16, torch's kernel"."""
    functions = {run.function for run in runs}
    formats, where = {run.format.name for run in runs}, {PLACES[run.where] for run in runs}
    return "".join(
        [
            f"{runs[0].function.title}: " if len(functions) == 1 else "",
            "f′" if view.order else "f",
            f" in {formats.pop()}" if len(formats) == 1 else f" in {len(formats)} formats",
            f", {where.pop()}" if len(where) == 1 else "",
        ]
    )


def _limits(runs: Sequence[Run], trails: Sequence[Trail]) -> tuple[float, float]:
    """Return the limits of the exact values that are drawn, with some room."""
    low = min(
        run.format.number(float(trail.exact.min(initial=0)))
        for run, trail in zip(runs, trails, strict=True)
    )
    high = max(
        run.format.number(float(trail.exact.max(initial=0)))
        for run, trail in zip(runs, trails, strict=True)
    )
    room = _ROOM * (high - low) or 1.0
    return low - room, high + room


def _levels(kind: Format) -> list[Layout]:
    """Return ticks for an axis by the order of a format: few, and more for each closer look."""
    low = math.ceil(math.log10(kind.smallest))
    high = math.floor(math.log10(kind.largest))
    end = float(kind.place(np.array([np.inf]))[0])
    found = []
    for step, firsts in _LOOKS:
        powers = [power for power in range(low, high + 1) if power % step == 0]
        sizes = np.array([first * 10.0**power for power in powers for first in firsts])
        texts = [
            power_of_ten(power) if first == 1 else plain(first * 10.0**power)
            for power in powers
            for first in firsts
        ]
        places = kind.place(sizes)
        clear = places > _CLEAR * end * (step > 1)
        texts = [text for text, shown in zip(texts, clear, strict=True) if shown]
        values = places[clear].tolist()
        found.append(
            {
                "tickvals": [*(-each for each in reversed(values)), 0, *values],
                "ticktext": [*(f"−{each}" for each in reversed(texts)), "0", *texts],
            }
        )
    return [each for each in found if len(each["tickvals"]) > 1]


def histogram(runs: Sequence[Run], view: View) -> Drawing:
    """Draw how many results are how many steps off, on a logarithmic axis."""
    traces = []
    for run, look, key in zip(runs, _looks(runs), keys(runs), strict=True):
        found = run.orders[view.order]
        counts = found.counts
        shares = [count / max(found.inputs, 1) for count in counts.values()]
        traces.append(
            {
                "type": "bar",
                "uid": uid(key, "histogram"),
                "meta": Kind.SAMPLES,
                "name": run.label,
                "legendgroup": key,
                "showlegend": False,
                "x": list(counts),
                "y": [share or None for share in shares],
                "marker": {"color": look.color},
                "text": [_percent(share) if share and len(runs) == 1 else "" for share in shares],
                "textposition": "outside",
                "textfont": {"size": 11},
                "constraintext": "none",
                "cliponaxis": False,
                "hovertext": [
                    f"{run.label}<br>{_off(steps)}<br>{_percent(share, 4)}, {count:,} results"
                    for (steps, count), share in zip(counts.items(), shares, strict=True)
                ],
                "hovertemplate": "%{hovertext}<extra></extra>",
            }
        )
    layout = frame.layout(
        title={"text": title(runs, view)},
        xaxis=axes.close(
            {"title": {"text": "Steps off"}, "type": "category", "uirevision": "bins"}
        ),
        yaxis=axes.axis("Share of results", "share")
        | axes.powers(_LEAST_SHARE, 0)
        | {
            "range": [_LEAST_SHARE, 0.15],
            "tickvals": [10.0**power for power in _SHARES],
            "ticktext": [f"{100 * 10.0**power:g} %" for power in _SHARES],
        },
        bargap=0.6 if len(runs) == 1 else 0.3,
    )
    return _drawing(traces, layout, runs, top=60)


def _percent(share: float, digits: int = 3) -> str:
    return f"{100 * share:.{digits}g} %"


def _off(steps: str) -> str:
    """Say what a bin holds: "1 step off", "NaN"."""
    return f"{steps} step{'s' * (steps != '1')} off" if steps in BINS else steps


def _looks(runs: Sequence[Run]) -> list[_Look]:
    """Return a colour and a dash for each run: the functions' own, where those differ."""
    colors = [run.function.activation.color for run in runs]
    if len(set(colors)) == len(runs):
        dashes = [run.function.activation.dash for run in runs]
        return [_Look(*each) for each in zip(colors, dashes, strict=True)]
    return [_Look(*_VARIANTS[at % len(_VARIANTS)]) for at in range(len(runs))]


def keys(runs: Sequence[Run]) -> list[str]:
    """Return what each run is known by beside the others, whatever it is called."""
    formats, places = {run.format.name for run in runs}, {run.where for run in runs}
    parts = (
        (
            run.function.activation.name,
            *([run.format.name] if len(formats) > 1 else []),
            *([run.where] if len(places) > 1 else []),
        )
        for run in runs
    )
    return frame.keys("-".join(each) for each in parts)


def _entries(runs: Sequence[Run]) -> list[Layout]:
    """Return traces of no points that name the runs."""
    return [
        {
            "type": "scatter",
            "uid": uid(key, Kind.LEGEND),
            "meta": Kind.LEGEND,
            "legendgroup": key,
            "x": [None],
            "y": [None],
            "mode": "lines",
            "name": run.label,
            "line": {"color": look.color, "width": 3, "dash": look.dash},
        }
        for run, look, key in zip(runs, _looks(runs), keys(runs), strict=True)
    ]


def _arranged(runs: Sequence[Run], *, top: int, wide: bool) -> Layout:
    """Return the part of a layout that makes room for a legend of several runs."""
    if len(runs) < 2:
        return {"height": HEIGHT, "margin": frame.margin(t=top, b=48, log=True)}
    labels = [run.label for run in runs]
    return legend.room(labels, HEIGHT, wide=wide, top=top, log=True)


def _drawing(traces: list[Layout], layout: Layout, runs: Sequence[Run], top: int) -> Drawing:
    """Return a drawing with a legend of the runs below it."""
    named = {"showlegend": len(runs) > 1, "legend": legend.BELOW}
    wide = _arranged(runs, top=top, wide=True)
    return Drawing(
        [*traces, *_entries(runs)],
        layout | wide | named,
        {NARROW: _arranged(runs, top=top, wide=False)},
    )
