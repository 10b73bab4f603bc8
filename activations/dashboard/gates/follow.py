"""What the charts of the page "Gates" look like at every place of a slider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from activations.dashboard.controls import Control, Slider
from activations.dashboard.gates.logits import X
from activations.dashboard.gates.settings import TEMPERATURE, G, Settings, U
from activations.dashboard.gates.shares import has_simplex
from activations.drawing.curves import Limits
from activations.drawing.frame import keys
from activations.drawing.reel import MOST_PLACES, Reel, Track
from activations.functions.calculus import FloatArray
from activations.gates import figures, share_figures
from activations.gates.gating import Gate, surface
from activations.gates.shares import as_sigmoid, outcome, trail, varied
from activations.gates.variants import VARIANTS
from activations.gates.views import grid

_POINTS: Final = 61
"""Of a slice, corners apart: a place of the thumb is drawn for a moment."""
_LINE: Final[FloatArray] = np.linspace(-1, 1, 81)
"""Of the span of a logit."""
_TRAIL: Final[FloatArray] = np.geomspace(0.05, 20, 41)

Shot = tuple[FloatArray, Mapping[str, FloatArray]]
"""What traces look like at one place: their x, and their y by uid."""


def of_gates(settings: Settings, slider: Control[Any]) -> Reel | None:
    """Return the reel of one of the point's sliders, or of a parameter's.

    The point moves the cross-hair, the slices and their dots. A parameter bends the slices; the map
    is drawn when the thumb is let go.
    """
    if slider not in (G, U):
        return _of_parameter(settings, slider)
    places = np.array((G if slider is G else U).places(MOST_PLACES))
    tracks = _cross(places, settings, moves_g=slider is G)
    lines = []
    for gate, key in zip(settings.shown, _keys(settings), strict=True):
        bent, still, moved = _slices(places, gate, key, settings, moves_g=slider is G)
        tracks += moved
        lines.append([np.concatenate([row, still]) for row in bent])
    limits = [figures.slice_limits(each) for each in zip(*lines, strict=True)]
    return _reel(places, tracks, settings.reach, {"map": None, "slices": limits})


def of_shares(settings: Settings, slider: Control[Any]) -> Reel | None:
    """Return the reel of a logit's slider, or the temperature's; draws do not follow."""
    if settings.chosen_variant.random or slider not in (*X, TEMPERATURE):
        return None
    places = (TEMPERATURE if slider is TEMPERATURE else X[0]).places(MOST_PLACES)
    takes = [_take(_moved(settings, slider, place)) for place in places]
    tracks = [_track(shots) for shots in zip(*takes, strict=True)]
    log = settings.chosen_variant.logarithmic
    limits = [share_figures.bar_limits(next(iter(bars[0][1].values())), log=log) for bars in takes]
    charts = {"bars": limits, "one": None} | ({"simplex": None} if has_simplex(settings) else {})
    return _reel(np.array(places), tracks, 10.0, charts)


def _reel(
    places: FloatArray,
    tracks: list[Track],
    reach: float,
    charts: Mapping[str, Sequence[Limits] | None],
) -> Reel:
    """Return the reel that these charts follow, some with limits of their y at each place."""
    own = {key: np.array(limits, np.float32) for key, limits in charts.items() if limits}
    window = (-reach, reach)
    return Reel("value", places.tolist(), window, 2, tracks, own=own, charts=tuple(charts))


def _track(shots: Sequence[Shot]) -> Track:
    """Join what traces look like at each place."""
    names = shots[0][1]
    return Track(
        np.concatenate([x for x, _ in shots]).astype(np.float32),
        {name: np.concatenate([y[name] for _, y in shots]).astype(np.float32) for name in names},
        np.cumsum([x.size for x, _ in shots]).astype(np.uint32),
    )


# --- gates


def _keys(settings: Settings) -> list[str]:
    return keys(gate.name for gate in settings.shown)


def _cross(places: FloatArray, settings: Settings, *, moves_g: bool) -> list[Track]:
    panels = range(len(settings.shown))
    across = np.array([-settings.reach, settings.reach])
    line = "at-g" if moves_g else "at-u"
    lines: list[Shot] = []
    points: list[Shot] = []
    for place in places:
        at = np.full(2, place)
        x, y = (at, across) if moves_g else (across, at)
        lines.append((x, {figures.cross_uid(line, panel): y for panel in panels}))
        g, u = (place, settings.u) if moves_g else (settings.g, place)
        point = np.array([u])
        points.append((np.array([g]), {figures.cross_uid("at", panel): point for panel in panels}))
    return [_track(lines), _track(points)]


def _slices(
    places: FloatArray, gate: Gate, key: str, settings: Settings, *, moves_g: bool
) -> tuple[FloatArray, FloatArray, list[Track]]:
    """Return the line that bends [place, x], the other one, and what moves: that, and both dots."""
    x = grid(gate, settings.reach, _POINTS)
    at, fixed = places[:, np.newaxis], settings.u if moves_g else settings.g
    bent = surface(gate, at, x) if moves_g else surface(gate, x, at)
    still = surface(gate, x, fixed) if moves_g else surface(gate, fixed, x)
    point = surface(gate, places, fixed) if moves_g else surface(gate, fixed, places)
    name = figures.slice_uid("u" if moves_g else "g", key)
    dots = {
        "g": places if moves_g else np.full(places.shape, fixed),
        "u": np.full(places.shape, fixed) if moves_g else places,
    }
    moved = [
        _track([(x, {name: row}) for row in bent.h]),
        *(
            _track(
                [
                    (np.array([where]), {figures.dot_uid(axis, key): np.array([h])})
                    for where, h in zip(along, point.h, strict=True)
                ]
            )
            for axis, along in dots.items()
        ),
    ]
    return bent.h, still.h, moved


def _of_parameter(settings: Settings, slider: Control[Any]) -> Reel | None:
    """Return the reel of a parameter of one of the gates; None for any other slider."""
    known = slider.key in settings.gate_parameters or slider.key in settings.parameters
    if not known or not isinstance(slider, Slider):
        return None
    places = slider.places(MOST_PLACES)
    takes = [_with_parameter(settings, slider.key, place).shown for place in places]
    tracks: list[Track] = []
    lines = []
    for key, gates in zip(_keys(settings), zip(*takes, strict=True), strict=True):
        bends = gates[0] != gates[-1]
        cuts = [_cuts(gate, key, settings) for gate in (gates if bends else gates[:1])]
        if bends:
            tracks += map(_track, zip(*cuts, strict=True))
        heights = [_heights(each) for each in cuts]
        lines.append(heights if bends else heights * len(places))
    if not tracks:
        return None
    limits = [figures.slice_limits(each) for each in zip(*lines, strict=True)]
    return _reel(np.array(places), tracks, settings.reach, {"slices": limits})


def _heights(cuts: Sequence[Shot]) -> FloatArray:
    """Return all values of both slices of a gate, which come before their dots."""
    return np.concatenate([line for _, lines in cuts[:2] for line in lines.values()])


def _with_parameter(settings: Settings, key: str, place: float) -> Settings:
    """Return settings with a parameter, of a gate or of a function, at another place."""
    moved = {key: place}
    return replace(
        settings,
        gate_parameters={**settings.gate_parameters, **moved},
        parameters={**settings.parameters, **moved},
    )


def _cuts(gate: Gate, key: str, settings: Settings) -> list[Shot]:
    """Return both slices of a gate and their dots, evaluated at once."""
    g, u = settings.g, settings.u
    x = grid(gate, settings.reach, _POINTS)
    at = np.array([g]), np.array([u])
    h = surface(
        gate,
        np.concatenate([x, np.full(x.shape, g), at[0]]),
        np.concatenate([np.full(x.shape, u), x, at[1]]),
    ).h
    along_g, along_u, point = np.split(h, [x.size, 2 * x.size])
    return [
        (x, {figures.slice_uid("g", key): along_g}),
        (x, {figures.slice_uid("u", key): along_u}),
        (at[0], {figures.dot_uid("g", key): point}),
        (at[1], {figures.dot_uid("u", key): point}),
    ]


# --- softmax


def _moved(settings: Settings, slider: Control[Any], place: float) -> Settings:
    if slider is TEMPERATURE:
        return replace(settings, temperature=place)
    return replace(settings, vector={**settings.vector, slider.key: place})


def _take(settings: Settings) -> list[Shot]:
    """Return what the traces of all charts look like under these settings."""
    logits, variant, options = settings.numbers, settings.chosen_variant, settings.options
    values, shares, sink = outcome(logits, variant, options)
    index = settings.index
    line = settings.span * _LINE
    curve = varied(logits, index, line, variant, options)
    sigmoid = as_sigmoid(logits, index, line, variant, options)
    found = _bars(settings, values, sink)
    found += [
        (
            line,
            {
                share_figures.ONE: curve,
                share_figures.SIGMOID: np.log(sigmoid) if variant.logarithmic else sigmoid,
            },
        ),
        (np.array(logits[index : index + 1]), {share_figures.ONE_HERE: values[index : index + 1]}),
    ]
    if has_simplex(settings):
        for name, points in (
            (share_figures.TRAIL, trail(logits, _TRAIL, variant, options)),
            (share_figures.SIMPLEX_HERE, shares[np.newaxis]),
        ):
            x, y = (points @ share_figures.CORNERS).T
            found.append((x, {name: y}))
    return found


def _bars(settings: Settings, values: FloatArray, sink: float) -> list[Shot]:
    variant, n = settings.chosen_variant, values.size
    at = np.arange(n, dtype=float)
    found: list[Shot] = [(at, {share_figures.bar_uid("shares"): values})]
    if "sink" in variant.takes:
        found.append((np.array([float(n)]), {share_figures.bar_uid("sink"): np.array([sink])}))
    if not variant.is_plain:
        plain, _, _ = outcome(settings.numbers, VARIANTS["softmax"], settings.options)
        found.append((at, {share_figures.DASHES: plain}))
    return found
