"""The page "Explore", top to bottom: a card for each function, then all of them side by side."""

from __future__ import annotations

import streamlit as st

from activations import calculus, export, facts, figures
from activations.calculus import Portrait
from activations.dashboard import download, sidebar, table, use_one_thread
from activations.dashboard.chart import chart
from activations.dashboard.panel import something_to_show
from activations.dashboard.settings import POST_LIMITS, SUMMARIES, Settings
from activations.facts import Facts
from activations.figures import View
from activations.notation import plain

_STRUT = r"\vphantom{\frac{e^{x}}{e^{x}}}"
"""Gives the formulas of one row the same height, so that their charts stand side by side."""


def page() -> None:
    """Draw the page."""
    use_one_thread()
    reading = sidebar.show()
    settings = reading.settings
    st.title("Activation Functions in Neural Networks", anchor=False)
    st.markdown(
        "Move the controls, read the curves, compare them in the [summary](#summary), save any "
        "chart as an image. PyTorch computes every value."
    )
    if not something_to_show(reading):
        return

    low, high = settings.low, settings.high
    portraits = [
        calculus.portray(function, low, high, settings.samples) for function in settings.functions
    ]
    measured = [facts.measure(function, low, high) for function in settings.functions]
    view = _view(portraits, settings)
    with st.grid(2, min_column_width=380, border=True) as grid:
        for portrait, its_facts in zip(portraits, measured, strict=True):
            with grid.cell():
                _card(portrait, its_facts, view, settings)

    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Summary", anchor="summary")
        sidebar.segmented("summary", SUMMARIES, label_visibility="collapsed")
        download.place(download.select(settings.functions, settings), key="download_summary")
    _summary(portraits, view, settings)

    with st.expander("Facts", on_change="rerun", key="facts", bind="query-params") as expander:
        if expander.open:  # a table takes an eighth of a tick
            table.show(settings.functions, measured)


def _view(portraits: list[Portrait], settings: Settings) -> View:
    if settings.log:
        limits = figures.fit_log(portraits)
    elif settings.fitted:
        limits = figures.fit(portraits, settings.orders)
    else:
        limits = POST_LIMITS
    return View(
        x=(settings.low, settings.high),
        y=limits,
        orders=(1,) if settings.log else settings.orders,
        fitted=settings.fitted,
        log=settings.log,
    )


def _card(portrait: Portrait, measured: Facts, view: View, settings: Settings) -> None:
    function = portrait.function
    selection = download.select((function,), settings)
    formula = rf"$f(x) = {function.formula} {_STRUT}$"
    st.subheader(f"{function.title} &ensp; {formula}", anchor=False)
    chart(
        figures.card(portrait, view),
        key=f"chart_{function.activation.name}",
        description=_description(portrait, measured, settings),
        caption=_caption(measured),
        file_name=export.file_name(selection),
        **settings.image,
    )
    download.place(selection, key=f"download_{function.activation.name}")
    if function.activation.note:
        st.caption(function.activation.note)
    if measured.non_finite:
        st.caption("The function is not finite everywhere on this range: the line has a gap there.")


def _summary(portraits: list[Portrait], view: View, settings: Settings) -> None:
    file_name = export.file_name(download.select(settings.functions, settings))
    if settings.overlaid:
        chart(
            figures.overlay(portraits, view),
            key="chart_overlay",
            description="All the functions above on the same axes.",
            file_name=file_name.replace("summary", "overlay"),
            arrangements={800: figures.overlay_arrangement(view, columns=1)},
            **settings.image,
        )
    else:
        chart(
            figures.summary(portraits, view),
            key="chart_summary",
            description="All the functions above side by side, on equal axes.",
            file_name=file_name,
            arrangements=figures.arrangements(portraits),
            **settings.image,
        )


def _caption(measured: Facts) -> dict[str, str]:
    return {
        "y": f"{plain(measured.minimum)} to {plain(measured.maximum)}",
        "steepest": f"{plain(measured.steepest)} at {plain(measured.steepest_at)}",
        f"|f′| < {plain(facts.FLAT)} on": f"{plain(100 * measured.flat_share, 2)} %",
    }


def _description(portrait: Portrait, measured: Facts, settings: Settings) -> str:
    return (
        f"{figures.title_of(portrait)} for inputs from {plain(settings.low)} to "
        f"{plain(settings.high)}: the output goes from {plain(measured.minimum)} to "
        f"{plain(measured.maximum)}, and the steepest slope is {plain(measured.steepest)}, at "
        f"{plain(measured.steepest_at)}."
    )
