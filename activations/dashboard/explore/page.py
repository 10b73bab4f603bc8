"""The page "Explore": a card for each function, then all of them side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from activations import export
from activations.dashboard.chart import CAPTION_HEIGHT
from activations.dashboard.controls import Control, Slider, Switch
from activations.dashboard.download import File
from activations.dashboard.explore import elsewhere, table
from activations.dashboard.explore.elsewhere import DIFFERENCE, ELSEWHERE, NO_TRAP
from activations.dashboard.explore.settings import (
    CONTROLS,
    FACTS,
    RANGE,
    SAMPLES,
    SUMMARY,
    Settings,
)
from activations.dashboard.functions import nothing_chosen
from activations.dashboard.jobs import Job, Progress
from activations.dashboard.lens import Exhibit, Lens, Place
from activations.dashboard.reading import Reading
from activations.dashboard.session import Page
from activations.dashboard.widgets import widgets
from activations.drawing import curves, reel
from activations.drawing.curves import View
from activations.drawing.reel import Reel
from activations.export import Selection
from activations.functions import calculus, facts
from activations.functions.calculus import Portrait
from activations.functions.catalog import CATALOG
from activations.functions.facts import Facts
from activations.functions.formula import remarks
from activations.functions.spec import Function
from activations.notation import plain

_STRUT = r"\rule[-0.345em]{0em}{1.256em}"
"""Gives the formulas of one row the height of a fraction, so that their charts stand side by side.

A `\vphantom` is as high but sticks out, so that the formula could be scrolled and took the focus.
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A function as it is drawn and measured on the input range."""

    portrait: Portrait
    facts: Facts

    @property
    def function(self) -> Function:
        """The function."""
        return self.portrait.function


def places(settings: Settings) -> list[Place]:
    """Return a card for each function, and the summary below them."""
    if not settings.chosen:
        return []
    cards = [_card_place(function) for function in settings.chosen]
    height = curves.OVERLAY_HEIGHT if settings.overlaid else curves.PANEL_HEIGHT
    summary = Place(
        settings.summary,
        height,
        heading="Summary",
        anchor="summary",
        control=SUMMARY,
        wide=True,
        has_files=True,
    )
    if settings.difference == NO_TRAP:
        return [*cards, summary]
    difference = Place("difference", curves.CARD_HEIGHT, heading="Difference", wide=True)
    return [*cards, summary, difference]


def _card_place(function: Function) -> Place:
    activation = function.activation
    return Place(
        activation.name,
        curves.CARD_HEIGHT + CAPTION_HEIGHT,
        heading=None if activation.parameters else _heading(function),
        anchor=_anchor(function),
        note=activation.note,
        has_files=True,
    )


def jobs(settings: Settings) -> list[Job[Seen]]:
    """Return what there is to evaluate and to measure: each function, on the range."""
    low, high = settings.range
    samples = settings.samples

    def see(function: Function, _: Progress) -> Seen:
        return Seen(
            calculus.portray(function, low, high, samples), facts.measure(function, low, high)
        )

    return [
        Job(
            (function, low, high, samples),
            function.title,
            partial(see, function),
        )
        for function in settings.chosen
    ]


def exhibits(settings: Settings, results: Sequence[Seen]) -> dict[str, Exhibit]:
    """Return the card of each function, and the summary."""
    portraits = [seen.portrait for seen in results]
    view = _view(portraits, settings)
    cards = {seen.function.activation.name: _card(seen, view, settings) for seen in results}
    shown = cards | {settings.summary: _summary(portraits, view, settings)}
    if settings.difference != NO_TRAP:
        shown["difference"] = _difference(settings)
    return shown


def follow(settings: Settings, results: Sequence[Seen], slider: Control[Any]) -> Reel | None:
    """Return what the charts look like at every place of a slider."""
    found = _reel(settings, results, slider)
    names = [seen.function.activation.name for seen in results]
    return found and replace(found, charts=(*names, settings.summary, *found.own))


def _reel(settings: Settings, results: Sequence[Seen], slider: Control[Any]) -> Reel | None:
    view = _view([seen.portrait for seen in results], settings)
    if slider is RANGE:
        ends = RANGE.places(reel.MOST_PLACES)
        trap = elsewhere.trap(settings.difference)
        differences = [("difference", trap)] if trap else []
        return reel.of_window(settings.chosen, ends, view, settings.samples, differences)
    if slider is SAMPLES:
        return reel.of_count(settings.chosen, SAMPLES.stops, view, settings.samples)
    if not isinstance(slider, Slider):
        return None
    places = slider.places(reel.MOST_PLACES)
    for seen in results:
        activation, values = seen.function.activation, seen.function.values
        for parameter in activation.parameters:
            if activation.query_of(parameter) == slider.key:
                takes = [activation.at(**{**values, parameter.name: at}) for at in places]
                others = [each.portrait.curve for each in results if each is not seen]
                return reel.of_value(takes, places, others, view, settings.samples)
    return None


def _view(portraits: Sequence[Portrait], settings: Settings) -> View:
    return curves.view(
        portraits,
        settings.range,
        settings.orders,
        None if settings.fitted else curves.POST_LIMITS,
        log=settings.log,
    )


def _heading(function: Function) -> str:
    return rf"{function.title} &ensp; $f(x) = {function.formula} {_STRUT}$"


def _anchor(function: Function) -> str:
    """Return a card's address; one that Streamlit finds for a formula takes 2 ms a tick."""
    return function.activation.name.replace("_", "-")


def _card(seen: Seen, view: View, settings: Settings) -> Exhibit:
    selection = _select((seen.function,), settings)
    return Exhibit(
        curves.card(seen.portrait, view),
        description=_description(seen, settings),
        heading=_heading(seen.function),
        anchor=_anchor(seen.function),
        note=_remarks(seen.function, settings),
        caption=_caption(seen.facts),
        file_name=export.file_name(selection),
        files=_files(selection),
        menu=elsewhere.words(seen.function),
    )


def _remarks(function: Function, settings: Settings) -> str:
    """Say what is worth a warning about a formula of one's own."""
    if function.activation.name in CATALOG:
        return ""
    return " ".join(remarks(function, *settings.range))


def _summary(portraits: Sequence[Portrait], view: View, settings: Settings) -> Exhibit:
    selection = _select(settings.chosen, settings)
    file_name = export.file_name(selection)
    if settings.overlaid:
        return Exhibit(
            curves.overlay(portraits, view),
            description="All the functions above on the same axes.",
            file_name=file_name.replace("summary", "overlay"),
            files=_files(selection),
        )
    return Exhibit(
        curves.summary(portraits, view),
        description="All the functions above side by side, on equal axes.",
        file_name=file_name,
        files=_files(selection),
    )


def _difference(settings: Settings) -> Exhibit:
    return Exhibit(
        elsewhere.drawing(settings.difference, *settings.range),
        description="What another framework computes under the same name, minus what torch does.",
        file_name=f"difference_{settings.difference}",
    )


def _caption(measured: Facts) -> dict[str, str]:
    caption = {
        "y": f"{plain(measured.minimum)} to {plain(measured.maximum)}",
        "steepest": f"{plain(measured.steepest)} at {plain(measured.steepest_at)}",
        f"|f′| < {plain(facts.FLAT)} on": f"{plain(100 * measured.flat_share, 2)} %",
    }
    if measured.non_finite:
        caption["not finite everywhere:"] = "the line has a gap there"
    return caption


def _description(seen: Seen, settings: Settings) -> str:
    low, high = settings.range
    measured = seen.facts
    return (
        f"{curves.title_of(seen.portrait)} for inputs from {plain(low)} to {plain(high)}: the "
        f"output goes from {plain(measured.minimum)} to {plain(measured.maximum)}, and the "
        f"steepest slope is {plain(measured.steepest)}, at {plain(measured.steepest_at)}."
    )


def _select(functions: tuple[Function, ...], settings: Settings) -> Selection:
    """Return what is taken away of the page's one state, for some of its functions."""
    return Selection(
        functions,
        *settings.range,
        settings.samples,
        settings.orders[1:],
        None if settings.fitted else curves.POST_LIMITS,
    )


def _files(selection: Selection) -> tuple[File, ...]:
    def file(
        label: str, suffix: str, mime: str, make: Callable[[Selection], str], *, shown: bool = False
    ) -> File:
        return File(
            label, export.file_name(selection, suffix), mime, partial(make, selection), shown
        )

    return (
        file("CSV", ".csv", "text/csv", export.csv),
        file("Python code", ".py", "text/x-python", export.script, shown=True),
        file("Jupyter notebook", ".ipynb", "application/x-ipynb+json", export.notebook),
        file("Web page", ".html", "text/html", export.web_page),
    )


def _tables(
    page: Page[Settings], reading: Reading[Settings]
) -> Callable[[Settings, Sequence[Seen]], None]:
    """Draw the places of the tables, closed unless they were opened."""
    facts_room = _room(page, FACTS, reading.settings.facts)
    elsewhere_room = _room(page, ELSEWHERE, reading.settings.elsewhere)
    with elsewhere_room:
        page.draw(DIFFERENCE, reading)
        names_room = st.container(key="follows-elsewhere")

    def fill(settings: Settings, results: Sequence[Seen]) -> None:
        if facts_room.open:
            with facts_room:
                table.show(settings.chosen, [seen.facts for seen in results])
        if elsewhere_room.open:
            with names_room:
                elsewhere.show(settings.chosen, *settings.range)

    return fill


def _room(page: Page[Settings], switch: Switch, opened: bool) -> ExpanderContainer:
    key = page.key(switch.key)
    widgets().draw(key, opened)
    return st.expander(switch.label, on_change="rerun", key=key)


LENS: Final = Lens(
    name="explore",
    title="Activation Functions in Neural Networks",
    introduction=(
        "Move the controls, read the curves, compare them in the [summary](#summary), save any "
        "chart as an image. PyTorch computes every value."
    ),
    controls=CONTROLS,
    places=places,
    jobs=jobs,
    exhibits=exhibits,
    notice=nothing_chosen,
    more=_tables,
    reel=follow,
)
