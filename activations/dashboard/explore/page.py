"""The page "Explore", top to bottom: a card for each function, then all of them side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer
from streamlit.elements.lib.mutable_popover_container import PopoverContainer

from activations import export
from activations.dashboard import use_one_thread
from activations.dashboard.chart import Chart, draw, place
from activations.dashboard.explore import download, sidebar, table
from activations.dashboard.explore.settings import POST_LIMITS, SUMMARIES, Settings
from activations.dashboard.panel import something_to_show, warn
from activations.drawing import curves
from activations.drawing.curves import View
from activations.functions import calculus, facts
from activations.functions.calculus import Portrait
from activations.functions.facts import Facts
from activations.functions.spec import Function
from activations.notation import plain

_STRUT = r"\vphantom{\frac{e^{x}}{e^{x}}}"
"""Gives the formulas of one row the same height, so that their charts stand side by side."""

_SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class _Rooms:
    """Where the page has room for what follows its sliders; downloads also for the summary."""

    charts: list[str]
    sliders: sidebar.Room
    notice: DeltaGenerator
    headings: Mapping[str, DeltaGenerator]
    downloads: Mapping[str, PopoverContainer]
    facts: ExpanderContainer


def page() -> None:
    """Draw the page: all that stands still while a slider moves, and last what follows it."""
    settings, sliders = sidebar.show()
    st.title("Activation Functions in Neural Networks", anchor=False)
    st.markdown(
        "Move the controls, read the curves, compare them in the [summary](#summary), save any "
        "chart as an image. PyTorch computes every value."
    )
    notice = st.container()
    if not something_to_show(settings):
        with notice:
            warn(sidebar.sliders(sliders))
        return

    headings, downloads = {}, {}
    with st.grid(2, min_column_width=380, border=True) as grid:
        for function in settings.functions:
            name = function.activation.name
            with grid.cell():
                if function.activation.parameters:
                    headings[name] = st.container()
                else:
                    _heading(function)
                place(name)
                downloads[name] = download.place(name)
                if function.activation.note:
                    st.caption(function.activation.note)

    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Summary", anchor="summary")
        sidebar.segmented("summary", SUMMARIES, label_visibility="collapsed")
        downloads[_SUMMARY] = download.place(_SUMMARY)
    place(settings.values["summary"])

    table_room = st.expander("Facts", on_change="rerun", key="facts", bind="query-params")
    follow(_Rooms(_charts(settings), sliders, notice, headings, downloads, table_room))


@st.fragment
def follow(rooms: _Rooms) -> None:
    """Draw the sliders and what follows them: a tick of a slider runs this and nothing else."""
    use_one_thread()
    settings = sidebar.so_far()
    if rooms.charts != _charts(settings):  # this tick overtook the run that a choice started
        st.rerun()
    low, high = settings.low, settings.high
    portraits = [
        calculus.portray(function, low, high, settings.samples) for function in settings.functions
    ]
    measured = [facts.measure(function, low, high) for function in settings.functions]
    view = _view(portraits, settings)
    charts = {
        portrait.function.activation.name: _card(portrait, its_facts, view, settings)
        for portrait, its_facts in zip(portraits, measured, strict=True)
    }
    charts[settings.values["summary"]] = _summary(portraits, view, settings)
    draw(charts, **settings.image)  # first, for they take the browser longest

    reading = sidebar.sliders(rooms.sliders)
    if reading.settings != settings:  # a new slider had its value from the link
        sidebar.run_again(reading)
    with rooms.notice:
        warn(reading)
    for function in settings.functions:
        name = function.activation.name
        if name in rooms.headings:
            with rooms.headings[name]:
                _heading(function)
        download.fill(rooms.downloads[name], download.select((function,), settings), name)
    selection = download.select(settings.functions, settings)
    download.fill(rooms.downloads[_SUMMARY], selection, _SUMMARY)
    if rooms.facts.open:
        with rooms.facts:
            table.show(settings.functions, measured)


def _charts(settings: Settings) -> list[str]:
    names = [function.activation.name for function in settings.functions]
    return [*names, settings.values["summary"]]


def _view(portraits: list[Portrait], settings: Settings) -> View:
    if settings.log:
        limits = curves.fit_log(portraits)
    elif settings.fitted:
        limits = curves.fit(portraits, settings.orders)
    else:
        limits = POST_LIMITS
    return View(
        x=(settings.low, settings.high),
        y=limits,
        orders=(1,) if settings.log else settings.orders,
        fitted=settings.fitted,
        log=settings.log,
    )


def _heading(function: Function) -> None:
    formula = rf"$f(x) = {function.formula} {_STRUT}$"
    anchor = function.activation.name.replace("_", "-")  # found for a formula, it takes 2 ms a tick
    st.subheader(f"{function.title} &ensp; {formula}", anchor=anchor)


def _card(portrait: Portrait, measured: Facts, view: View, settings: Settings) -> Chart:
    return Chart(
        curves.card(portrait, view),
        description=_description(portrait, measured, settings),
        caption=_caption(measured),
        file_name=export.file_name(download.select((portrait.function,), settings)),
    )


def _summary(portraits: list[Portrait], view: View, settings: Settings) -> Chart:
    file_name = export.file_name(download.select(settings.functions, settings))
    if settings.overlaid:
        return Chart(
            curves.overlay(portraits, view),
            description="All the functions above on the same axes.",
            file_name=file_name.replace("summary", "overlay"),
            arrangements={800: curves.overlay_arrangement(view, columns=1)},
        )
    return Chart(
        curves.summary(portraits, view),
        description="All the functions above side by side, on equal axes.",
        file_name=file_name,
        arrangements=curves.arrangements(portraits),
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


def _description(portrait: Portrait, measured: Facts, settings: Settings) -> str:
    return (
        f"{curves.title_of(portrait)} for inputs from {plain(settings.low)} to "
        f"{plain(settings.high)}: the output goes from {plain(measured.minimum)} to "
        f"{plain(measured.maximum)}, and the steepest slope is {plain(measured.steepest)}, at "
        f"{plain(measured.steepest_at)}."
    )
