"""The page "Gates": functions of two inputs, and softmax, which has many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import numpy as np
import streamlit as st

from activations.dashboard.controls import Control
from activations.dashboard.gates import files, follow, shares, tables
from activations.dashboard.gates.settings import CONTROLS, MOST_GATES, Settings
from activations.dashboard.gates.shares import View
from activations.dashboard.jobs import Job
from activations.dashboard.lens import Exhibit, Lens, Place
from activations.dashboard.reading import Reading
from activations.dashboard.session import Page
from activations.drawing.reel import Reel
from activations.functions.calculus import FloatArray
from activations.gates import figures
from activations.gates.gating import GATES, Gate
from activations.gates.views import Seen, Slices, cut, largest, see
from activations.notation import plain

Result = Seen | View

_MAP = "A solid line marks h = 0, a dashed one the clamp, dots the point of the sliders."
_SHADED = "Where no gradient comes through the map is dark; where little does, it is less so."
_SLICES_HEAD = r"Slices &ensp; $h(g, u)$ along each input"
_SLICES = """At a fixed u the gate is its function, stretched by u. At a fixed g it is a straight
line, as far as no clamp cuts it."""


def places(settings: Settings) -> list[Place]:
    """Return where gates stand, or softmax."""
    if not settings.of_gates:
        return shares.places(settings)
    count = len(settings.shown)
    if not count:
        return []
    height = figures.MAP_HEIGHT[count]
    found = [
        _map_place(settings, height),
        Place("slices", height, heading=_SLICES_HEAD, anchor="slices", note=_SLICES),
    ]
    if settings.partials:
        found.append(Place("partials", 300, wide=True))
    if "difference" in settings.show and count > 1:
        found.append(Place("difference", figures.MAP_HEIGHT[1], wide=True))
    if "surface" in settings.show:
        found.append(Place("surface", figures.SURFACE_HEIGHT, wide=True))
    return found


def _map_place(settings: Settings, height: int) -> Place:
    """Return where the map stands, under words that follow the gates' own parameters alone."""
    follows = any(gate.values or gate.function.values for gate in settings.shown)
    return Place(
        "map",
        height,
        heading=None if follows else _heading(settings.shown),
        anchor="map",
        note="" if follows else _note(settings),
        has_files=True,
    )


def jobs(settings: Settings) -> list[Job[Result]]:
    """Return what there is to evaluate: each gate's plane, or the logits."""
    if not settings.of_gates:
        return shares.jobs(settings)
    reach = settings.reach

    def work(gate: Gate, _: object) -> Result:
        return see(gate, reach)

    return [Job((gate, reach), gate.title, partial(work, gate)) for gate in settings.shown]


def exhibits(settings: Settings, results: Sequence[Result]) -> dict[str, Exhibit]:
    """Return the charts of all that is on view."""
    views = [each for each in results if isinstance(each, View)]
    if views:
        return shares.exhibits(settings, views[0])
    seen = [each for each in results if isinstance(each, Seen)]
    cuts = [cut(each.gate, each.reach, settings.g, settings.u) for each in seen]
    found = {"map": _map(settings, seen, cuts), "slices": _slices(settings, cuts)}
    slug = seen[0].gate.slug
    if settings.partials:
        found["partials"] = Exhibit(
            figures.partials(seen, settings.partials),
            _partials(settings.partials, seen),
            f"partials_{slug}",
        )
    if "difference" in settings.show and len(seen) > 1:
        one, other = seen[:2]
        apart = largest([one.plane.h - other.plane.h])
        found["difference"] = Exhibit(
            figures.difference(one, other),
            f"A map of {one.gate.title} minus {other.gate.title}: at most {plain(apart)} apart.",
            f"difference_{slug}_{other.gate.slug}",
        )
    if "surface" in settings.show:
        found["surface"] = Exhibit(
            figures.surface(seen[0]),
            f"{seen[0].gate.title} as a surface over g and u, to be turned: "
            f"{_range(seen[0].plane.h)}.",
            f"surface_{slug}",
        )
    return found


def _map(settings: Settings, seen: Sequence[Seen], cuts: Sequence[Slices]) -> Exhibit:
    g, u = settings.g, settings.u
    points = [each.point for each in cuts]
    beyond = max(abs(g), abs(u)) > settings.reach
    caption = {
        f"{point.gate.title} at ({plain(g)}, {plain(u)})": (
            f"{plain(float(point.h))}, ∂h/∂g {plain(float(point.dg))}, "
            f"∂h/∂u {plain(float(point.du))}{', beyond the map' * beyond}"
        )
        for point in points
    }
    words = " ".join(
        f"{label}: {value}. {plain(100 * each.dead, 3)} % of the plane lets no gradient through."
        for (label, value), each in zip(caption.items(), seen, strict=True)
    )
    return Exhibit(
        figures.maps(seen, g, u, shaded="dead" in settings.show),
        f"Maps of each gate over g and u, from {plain(-settings.reach)} to "
        f"{plain(settings.reach)}. {words}",
        f"map_{seen[0].gate.slug}" if len(seen) == 1 else f"map_{len(seen)}-gates",
        heading=_heading(settings.shown),
        anchor="map",
        note=_note(settings),
        caption=caption,
        files=files.of_gates(seen, g, u, settings.show),
    )


def _partials(wanted: Sequence[str], seen: Sequence[Seen]) -> str:
    """Say what the maps of partial derivatives reach."""
    found = (
        f"{label} of {each.gate.title} {_range(values(each.plane))}"
        for label, values in map(figures.PARTIALS.__getitem__, wanted)
        for each in seen
    )
    return f"Maps of partial derivatives over g and u: {', '.join(found)}."


def _range(values: FloatArray) -> str:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return "without a value"
    return f"from {plain(float(finite.min()))} to {plain(float(finite.max()))}"


def _heading(gates: Sequence[Gate]) -> str:
    if len(gates) > 1:
        return f"{len(gates)} gates on one scale"
    return rf"{gates[0].title} &ensp; ${gates[0].formula}$"


def _note(settings: Settings) -> str:
    """Say what the one gate's function is and what it is known for, and what the map shows."""
    words = [_MAP, *([_SHADED] if "dead" in settings.show else [])]
    if len(settings.shown) == 1:
        gate = settings.shown[0]
        summary = GATES[gate.name].summary if gate.name in GATES else ""
        words.insert(0, rf"Here $f(x) = {gate.function.formula}$. {summary}".rstrip())
    return " ".join(words)


def _slices(settings: Settings, cuts: Sequence[Slices]) -> Exhibit:
    g, u, height = settings.g, settings.u, figures.MAP_HEIGHT[len(cuts)]
    values = ", ".join(f"{each.point.gate.title} {plain(float(each.point.h))}" for each in cuts)
    return Exhibit(
        figures.slices(cuts, settings.reach, height),
        f"Each gate against g at u = {plain(u)}, and against u at g = {plain(g)}. There: {values}.",
        "slices_" + "-".join(each.point.gate.slug for each in cuts) + f"_g-{g:g}_u-{u:g}",
    )


def notice(settings: Settings) -> str:
    """Say what is not shown."""
    if not settings.of_gates:
        return ""
    count = len(settings.wanted)
    if not count:
        return "No function is chosen, and no gate. Choose one under “Gates”, or any function."
    if count > MOST_GATES:
        return f"Of the {count} gates chosen, the first {MOST_GATES} are shown."
    if "difference" in settings.show and count == 1:
        return "A difference needs two gates."
    return ""


def _more(
    page: Page[Settings], reading: Reading[Settings]
) -> Callable[[Settings, Sequence[Result]], None]:
    """Draw what stands below the charts, and return what fills what follows the sliders."""
    if not reading.settings.of_gates:
        with st.container(border=True, key=page.key("masking")):
            st.header("Masks, and large logits", anchor="masking")
            tables.masking()
            tables.overflow()
        return lambda _settings, _results: None
    with st.container(border=True, key=page.key("signal")):
        st.header("What a gate does to a normal signal", anchor="signal")
        signal = st.container()
        st.caption(tables.SIGNAL)
    with st.container(border=True, key=page.key("layer")):
        st.header("Why d_ff becomes two thirds", anchor="layer")
        layer = st.container(key="follows-layer")
    with st.container(border=True, key=page.key("orders")):
        st.header("Which half gates", anchor="orders")
        tables.orders()

    def fill(settings: Settings, results: Sequence[Result]) -> None:
        with signal:
            tables.signal([each for each in results if isinstance(each, Seen)])
        with layer:
            tables.layer(int(settings.d_model), int(settings.d_ff))

    return fill


def _follow(settings: Settings, results: Sequence[Result], slider: Control[Any]) -> Reel | None:
    views = [each for each in results if isinstance(each, View)]
    if views:
        return follow.of_shares(settings, slider)
    return follow.of_gates(settings, slider)


def _gates(*names: str, reach: float = 5.0, show: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the values that show these gates and no other."""
    return {
        "view": "gates",
        "gates": names,
        "functions": (),
        "own": (),
        "reach": reach,
        "show": show,
    }


def _softmax(variant: str, temperature: float = 1.0) -> dict[str, Any]:
    return {"view": "softmax", "variant": variant, "temperature": temperature}


STORIES: Final = {
    "SwiGLU": _gates("swiglu"),
    "GPT-OSS’s clamp": _gates("gpt_oss", reach=10.0),
    "Dead halves": _gates("reglu", "swiglu", show=("dead",)),
    "Softmax": _softmax("softmax"),
    "Sparse shares": _softmax("sparsemax", 2.0),
    "Random draws": _softmax("gumbel", 0.5),
}

LENS: Final = Lens(
    name="gates",
    title="Functions of several inputs",
    introduction=(
        "A gate multiplies two inputs, softmax compares many: neither is a curve. PyTorch computes "
        "every value, autograd every derivative."
    ),
    controls=CONTROLS,
    places=places,
    jobs=jobs,
    exhibits=exhibits,
    stories=STORIES,
    notice=notice,
    more=_more,
    reel=_follow,
)
