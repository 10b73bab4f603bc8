"""The part of the page "Gates" that looks at softmax."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from activations.dashboard.chart import CAPTION_HEIGHT
from activations.dashboard.gates import files
from activations.dashboard.gates.settings import Settings
from activations.dashboard.jobs import Job
from activations.dashboard.lens import Exhibit, Place
from activations.functions.calculus import FloatArray
from activations.gates import share_figures as figures
from activations.gates.shares import (
    Shares,
    along_temperature,
    as_sigmoid,
    draws,
    respond,
    softmax,
    trail,
    varied,
)
from activations.gates.variants import Variant
from activations.notation import plain

TEMPERATURES: Final[FloatArray] = np.geomspace(0.1, 10, 121)
TRAIL: Final[FloatArray] = np.geomspace(0.05, 20, 161)
X: Final[FloatArray] = np.linspace(-1, 1, 201)
_DRAWN: Final[FloatArray] = np.linspace(-1, 1, 41)
"""Of the span of a logit, for a curve and for draws."""
_DRAWS_EACH: Final = 5

_BARS = "Dashes are plain softmax of the same logits."
_DRAWS = "Each dot is a draw; the bars are how often each logit is the largest, whatever T is."
_JACOBIAN = """Row i, column j: what output i gains for a small step of logit j. For softmax it is
(diag p − p pᵀ) / T, symmetric, and its rows sum to 0: a shift of all logits changes nothing."""
_OF_A_DRAW = "Of one draw, the first of the dots above, whose shares stand below."
_ONE = """One logit alone moves its share along a sigmoid of its score minus the log-sum-exp of all
other scores: the wide line. That is all that a curve of softmax can be."""
_NOT_ONE = """The wide line is softmax's: a sigmoid of the score minus the log-sum-exp of all
other scores. This variant does not follow it."""
_ENTROPY = """A fine dashed line is ln n, the entropy of equal shares. For softmax the derivative is
the variance of the logits under p, over T³."""
_UNDRAWN = "Of softmax, without the noise of draws."
_SIMPLEX = "Every point of the triangle is three shares that sum to 1."
_TRAILED = """The trail is what all temperatures make of these logits, from one corner when cold to
the middle when hot."""
_SCATTERED = "Each dot is a draw; the larger one is how often each logit is the largest."


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """All that is seen of one vector of logits."""

    seen: Shares
    x: FloatArray
    reference: FloatArray
    drawn: FloatArray | None
    moved: FloatArray
    sigmoid: FloatArray
    entropy: FloatArray
    slope: FloatArray
    entropy_here: float
    trail: FloatArray


def has_simplex(settings: Settings) -> bool:
    """Whether the shares are a point of a triangle."""
    return settings.logits == 3 and "sink" not in settings.chosen_variant.takes


def places(settings: Settings) -> list[Place]:
    """Return a card for each chart."""
    variant = settings.chosen_variant
    captioned = figures.CARD_HEIGHT + CAPTION_HEIGHT
    found = [
        Place(
            "bars",
            captioned,
            heading=rf"{variant.title} &ensp; ${variant.formula}$",
            anchor="softmax",
            note=f"{variant.summary} {_beside(variant)}".rstrip(),
            has_files=True,
        ),
        Place(
            "jacobian",
            captioned,
            heading=r"Jacobian &ensp; $\partial p_i / \partial x_j \,$",
            anchor="jacobian",
            note=f"{_OF_A_DRAW} {_JACOBIAN}" if variant.random else _JACOBIAN,
        ),
        Place("one", figures.CARD_HEIGHT, note=_ONE if variant.follows_sigmoid else _NOT_ONE),
        Place(
            "entropy",
            figures.CARD_HEIGHT,
            note=f"{_UNDRAWN} {_ENTROPY}" if variant.random else _ENTROPY,
        ),
    ]
    if has_simplex(settings):
        found.append(Place("simplex", figures.SIMPLEX_HEIGHT, note=_simplex(settings), wide=True))
    return found


def _beside(variant: Variant) -> str:
    """Say what stands beside the bars."""
    if variant.random:
        return _DRAWS
    return "" if variant.is_plain else _BARS


def _simplex(settings: Settings) -> str:
    return f"{_SIMPLEX} {_SCATTERED if settings.chosen_variant.random else _TRAILED}"


def jobs(settings: Settings) -> list[Job[Any]]:
    """Return the one evaluation of everything."""
    key = (settings.variant, settings.numbers, settings.span, settings.options, settings.index)
    return [Job(key, settings.chosen_variant.title, lambda _: look(settings))]


def look(settings: Settings) -> View:
    """Evaluate all that the charts show."""
    logits, variant, options = settings.numbers, settings.chosen_variant, settings.options
    random = variant.random
    x = settings.span * (_DRAWN if random else X)
    tried = np.repeat(x, _DRAWS_EACH) if random else x
    moved = varied(logits, settings.index, tried, variant, options)
    _, entropy, slope = along_temperature(logits, TEMPERATURES, variant, options)
    _, (here,), _ = along_temperature(logits, [options.temperature], variant, options)
    return View(
        respond(logits, variant, options),
        x,
        softmax(logits, temperature=options.temperature).values,
        draws(logits, options.temperature, figures.DRAWS, options.seed) if random else None,
        moved.reshape(-1, _DRAWS_EACH) if random else moved,
        as_sigmoid(logits, settings.index, x, variant, options),
        entropy,
        slope,
        float(here),
        trail(logits, TRAIL, variant, options),
    )


def exhibits(settings: Settings, view: View) -> dict[str, Exhibit]:
    """Return the charts of the logits."""
    seen, variant = view.seen, view.seen.variant
    slug = f"{variant.name.replace('_', '-')}_T-{settings.temperature:g}"
    named = {
        figures.logit_name(number): plain(float(value))
        for number, value in enumerate(seen.shares if variant.random else seen.values)
    }
    said = _listed(named)
    drawn = {f"draw of {name}": plain(float(x)) for name, x in zip(named, seen.values, strict=True)}
    worst = float(np.max(np.abs(seen.row_sums)))
    drawing = figures.one_logit(seen, settings.index, view.x, view.moved, view.sigmoid)
    found = {
        "bars": Exhibit(
            figures.bars(seen, None if variant.is_plain else view.reference, view.drawn),
            f"{variant.title} at T = {plain(settings.temperature)}, as bars: {said}.",
            f"bars_{slug}",
            caption=named | ({"sink": plain(seen.sink)} if seen.sink else {}) | _capped(seen),
            files=files.of_shares(seen, settings.index, _curves(settings, view)),
        ),
        "jacobian": Exhibit(
            figures.jacobian(seen),
            f"The Jacobian of {variant.title}{' at one draw' * variant.random} as a heat map; its "
            f"rows are: {_rows(seen)}.",
            f"jacobian_{slug}",
            caption=(drawn if variant.random else {}) | {"largest sum of a row": _exactly(worst)},
        ),
        "one": Exhibit(
            drawing,
            _one(settings, view),
            f"one-logit_{slug}",
        ),
        "entropy": Exhibit(
            figures.entropy(seen, TEMPERATURES, view.entropy, view.slope),
            "The entropy against temperature, with its derivative; here it is "
            f"{plain(view.entropy_here)} nats.",
            f"entropy_{slug}",
        ),
    }
    if has_simplex(settings):
        found["simplex"] = Exhibit(
            figures.simplex(seen, view.trail, view.drawn),
            f"The three shares as a point of a triangle: {_listed(_shares_of(seen))}; with "
            f"{f'{figures.DRAWS} draws as dots' if variant.random else _ends_of(view.trail)}.",
            f"simplex_{slug}",
        )
    return found


def _capped(seen: Shares) -> dict[str, str]:
    """Return what a cap makes of logits, by what that is called."""
    if "cap" not in seen.variant.takes:
        return {}
    cap, x = seen.options.cap, seen.logits
    capped = np.where(np.isneginf(x), x, cap * np.tanh(x / cap))
    return {"capped logits": ", ".join(map(plain, capped.tolist()))}


def _curves(settings: Settings, view: View) -> dict[str, dict[str, FloatArray]]:
    """Return what the charts of curves and of draws hold, as columns of tables."""
    x = view.x
    outputs = view.moved if view.moved.ndim > 1 else view.moved[:, np.newaxis]
    names = [f"draw_{at + 1}" for at in range(outputs.shape[1])] if view.moved.ndim > 1 else ["p"]
    sigmoid = "softmax" if view.seen.variant.random else "sigmoid"
    found = {
        "One logit": {"x": x, **dict(zip(names, outputs.T, strict=True)), sigmoid: view.sigmoid},
        "Entropy": {"T": TEMPERATURES, "entropy": view.entropy, "dH_dT": view.slope},
    }
    if view.drawn is not None:
        columns = (f"p{at + 1}" for at in range(settings.logits))
        found["Draws"] = dict(zip(columns, view.drawn.T, strict=True))
    return found


def _listed(named: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in named.items())


def _shares_of(seen: Shares) -> dict[str, str]:
    return {figures.logit_name(at): plain(share) for at, share in enumerate(seen.shares.tolist())}


def _ends_of(trail: FloatArray) -> str:
    """Say where the trail of all temperatures begins and ends."""
    cold, hot = (", ".join(map(plain, shares)) for shares in trail[[0, -1]].tolist())
    return f"a trail from {cold} at T = {plain(TRAIL[0])} to {hot} at T = {plain(TRAIL[-1])}"


def _one(settings: Settings, view: View) -> str:
    """Say what the chart of one logit shows."""
    variant, index = settings.chosen_variant, settings.index
    text = f"Output {index + 1} against its own logit, the others fixed"
    if variant.random:
        return f"{text}: draws as dots, beside the sigmoid of softmax, which no draw follows."
    x, y = view.x, view.moved
    ends = f"from {plain(y[0])} at {plain(x[0])} to {plain(y[-1])} at {plain(x[-1])}"
    here = settings.numbers[index]
    if math.isfinite(here):
        ends += f", and {plain(float(view.seen.values[index]))} at {plain(here)}"
    if variant.follows_sigmoid:
        of = "the logarithm of a sigmoid" if variant.logarithmic else "a sigmoid"
        return f"{text}: {of}, {ends}."
    return f"{text}: {ends}; beside the sigmoid of softmax, which it does not follow."


def _rows(seen: Shares) -> str:
    return "; ".join(" ".join(plain(each) for each in row) for row in seen.jacobian.tolist())


def _exactly(sum_: float) -> str:
    """Write a sum to 15 decimals, where that is 0 for all practical purposes."""
    return f"{sum_:.15f}" if sum_ < 1e-12 else plain(sum_)
