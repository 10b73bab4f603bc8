"""The page "Explore", top to bottom: a card for each function, then all of them side by side."""

from __future__ import annotations

import streamlit as st

from activations import calculus, facts, figures, notation
from activations.dashboard import sidebar
from activations.dashboard.chart import chart
from activations.dashboard.settings import POST_LIMITS, Settings
from activations.facts import Facts
from activations.figures import Axes, Panel
from activations.spec import Function

_STRUT = r"\vphantom{\frac{e^{x}}{e^{x}}}"
"""Gives the formulas of one row the same height, so that their charts stand side by side."""


def page() -> None:
    """Draw the page."""
    reading = sidebar.show()
    settings = reading.settings
    st.title("Activation Functions in Neural Networks", anchor=False)
    st.markdown(
        "Move the controls, read the curves, compare them in the [summary](#summary), save any "
        "chart as an image. PyTorch computes every value."
    )
    if reading.refusals:
        st.warning(f"{' '.join(reading.refusals.values())} Showing the default instead.")

    panels = [_panel(function, settings) for function in settings.functions]
    limits = figures.fit(panels) if settings.fitted else POST_LIMITS
    axes = Axes((settings.low, settings.high), limits, fitted=settings.fitted)
    with st.grid(2, min_column_width=380, border=True) as grid:
        for panel in panels:
            with grid.cell():
                _card(panel, axes, settings)

    st.header("Summary", anchor="summary")
    chart(
        figures.summary(panels, axes),
        key="chart_summary",
        description="All the functions above side by side, on equal axes.",
        file_name=_file_name("summary", settings),
        image_size=settings.image_size,
        image_colors=settings.image_colors,
        arrangements={
            480: figures.arrangement(panels, columns=2, broken_titles=True),
            900: figures.arrangement(panels, columns=2),
        },
    )


def _panel(function: Function, settings: Settings) -> Panel:
    low, high = settings.low, settings.high
    return Panel(
        curve=calculus.trace(function, calculus.grid(function, low, high)),
        samples=calculus.trace(function, calculus.samples(low, high, settings.samples)),
    )


def _card(panel: Panel, axes: Axes, settings: Settings) -> None:
    function = panel.curve.function
    measured = facts.measure(function, settings.low, settings.high)
    st.markdown(rf"### {function.title} &emsp; $f(x) = {function.formula} {_STRUT}$")
    chart(
        figures.card(panel, axes),
        key=f"chart_{function.activation.name}",
        description=_description(panel, measured, settings),
        file_name=_file_name(function.slug, settings),
        image_size=settings.image_size,
        image_colors=settings.image_colors,
    )
    st.markdown(_facts_line(measured))


def _file_name(stem: str, settings: Settings) -> str:
    return f"{stem}_x{settings.low:g}to{settings.high:g}"


def _facts_line(measured: Facts) -> str:
    steepest = notation.plain(measured.steepest)
    pairs = (
        ("output", f"{notation.plain(measured.minimum)} to {notation.plain(measured.maximum)}"),
        ("steepest slope", f"{steepest} at {notation.plain(measured.steepest_at)}"),
        ("|f′| < 0.01 on", f"{notation.plain(100 * measured.flat_share, 2)} %"),
    )
    return "&ensp; ".join(
        f":small[:gray[{label}] {value}]".replace(" ", "&nbsp;") for label, value in pairs
    )


def _description(panel: Panel, measured: Facts, settings: Settings) -> str:
    return (
        f"{panel.title} for inputs from {notation.plain(settings.low)} to "
        f"{notation.plain(settings.high)}: the output goes from {notation.plain(measured.minimum)} "
        f"to {notation.plain(measured.maximum)}, and the steepest slope is "
        f"{notation.plain(measured.steepest)}, at {notation.plain(measured.steepest_at)}."
    )
