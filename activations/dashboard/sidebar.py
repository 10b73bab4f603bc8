"""The controls of the page "Explore"."""

from __future__ import annotations

import streamlit as st

from activations.dashboard import settings
from activations.dashboard.controls import Reading
from activations.dashboard.panel import Panel
from activations.dashboard.settings import Settings

_panel = Panel("explore", settings.CONTROLS, settings.read)

segmented = _panel.segmented


def show() -> Reading[Settings]:
    """Draw the sidebar and return what is chosen on the page."""
    return _panel.show(_draw)


def _draw() -> None:
    st.caption("INPUT")
    limit = settings.RANGE_LIMIT
    _panel.slider("range", -limit, limit, settings.RANGE_STEP, format="%g")
    _panel.slider("samples", settings.LEAST_SAMPLES, settings.MOST_SAMPLES)
    _panel.functions()
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
