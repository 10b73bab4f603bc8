"""The controls of the page "Depth"."""

from __future__ import annotations

from functools import partial

import streamlit as st

from activations.dashboard.controls import Reading
from activations.dashboard.depth import settings
from activations.dashboard.depth.settings import Settings
from activations.dashboard.panel import Panel
from activations.depth.presets import PRESETS, VARIATIONS

_panel = Panel("depth", settings.CONTROLS, settings.read)


run_again = _panel.run_again


def show() -> Reading[Settings]:
    """Draw the sidebar and return what is chosen on the page."""
    with _panel.sidebar():
        _panel.functions()
        _panel.parameters()
        st.caption("WEIGHTS")
        default = settings.CONTROLS["weights"].default
        st.pills(
            **_panel.bound("weights"),
            label_visibility="collapsed",
            options=settings.WEIGHT_OPTIONS,
            default=default,
            required=True,
            help="σ_w is a weight's standard deviation times the square root of the width.",
        )
        chosen = settings.read({"weights": st.session_state["weights"]}).settings
        # Disabled and not left out: a slider that appears with a story would not be in its link.
        _panel.slider(
            "sigma_w",
            *settings.SIGMA_W,
            0.01,
            format="%.4g",
            disabled=chosen.values["weights"] != settings.OWN,
        )
        _panel.slider(
            "sigma_b",
            *settings.SIGMA_B,
            0.05,
            format="%.4g",
            disabled=chosen.draws_own_biases,
            help="The standard deviation of the biases; PyTorch's default draws its own.",
        )
        st.multiselect(
            **_panel.bound("compare"),
            options=list(VARIATIONS),
            default=settings.CONTROLS["compare"].default,
            placeholder="The same with …",
            help="The same experiment with one thing changed, drawn beside it.",
        )
        st.caption("NETWORK")
        _panel.slider("depth", *settings.DEPTH)
        _panel.slider("width", *settings.WIDTH, 16)
        _panel.slider("batch", *settings.BATCH, 64)
        _panel.slider(
            "input_std",
            *settings.INPUT_STD,
            0.1,
            format="%.4g",
            help="The standard deviation of the inputs, which are normal.",
        )
        _panel.slider("seed", 0, settings.LAST_SEED, help="Another seed draws another network.")
        _panel.images()
    return _panel.settle()


def stories() -> None:
    """Draw a button for each story, which sets the controls to it."""
    with st.container(horizontal=True, gap="small"):
        for title, preset in PRESETS.items():
            choose = partial(_panel.choose, settings.values_of(preset))
            st.button(title, key=f"story {title}", on_click=choose)
