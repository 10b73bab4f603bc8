"""The controls of the page "Explore"."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from activations.dashboard.controls import Reading
from activations.dashboard.explore import settings
from activations.dashboard.explore.settings import Settings
from activations.dashboard.panel import Panel

_panel = Panel("explore", settings.CONTROLS, settings.read)

segmented = _panel.segmented
run_again = _panel.run_again


class Room(NamedTuple):
    """Where the sidebar has room for its sliders, which are drawn with what follows them."""

    inputs: DeltaGenerator
    parameters: DeltaGenerator


def show() -> tuple[Settings, Room]:
    """Draw the sidebar but for its sliders; return what is chosen so far, and their room."""
    with _panel.sidebar():
        st.caption("INPUT")
        inputs = st.container()
        _panel.functions()
        parameters = st.container()
        st.caption("SHOW")
        st.pills(
            **_panel.bound("derivatives"),
            options=settings.DERIVATIVES,
            default=settings.CONTROLS["derivatives"].default,
            selection_mode="multi",
            help="The function itself is always shown.",
        )
        _panel.segmented("output", settings.OUTPUTS, width="stretch")
        _panel.images()
    return so_far(), Room(inputs, parameters)


def so_far() -> Settings:
    """Return what is chosen, while the sliders may still have to be drawn."""
    return _panel.so_far().settings


def sliders(room: Room) -> Reading[Settings]:
    """Draw the sliders, and return what is chosen on the page."""
    with room.inputs:
        limit = settings.RANGE_LIMIT
        _panel.slider("range", -limit, limit, settings.RANGE_STEP, format="%g")
        _panel.slider("samples", settings.LEAST_SAMPLES, settings.MOST_SAMPLES)
    with room.parameters:
        _panel.parameters()
    return _panel.settle()
