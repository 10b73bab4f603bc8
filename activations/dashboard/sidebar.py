"""The controls, each bound to the URL under its key."""

from __future__ import annotations

from typing import Any

import streamlit as st

from activations.catalog import CATALOG
from activations.dashboard import settings
from activations.dashboard.settings import CONTROLS, Reading

_REFUSED = "refused"
"""Session key: what the run before refused, to be put right before the widgets are drawn."""


def show() -> Reading:
    """Draw the sidebar and return what is chosen in it.

    A widget that was given something that makes no sense is set to its default, which takes a
    second run: it has to be done before the widget is drawn.
    """
    refusals: dict[str, str] = st.session_state.pop(_REFUSED, {})
    for key in refusals:
        st.session_state[key] = CONTROLS[key].default
    if not any(key in st.session_state for key in CONTROLS):
        refusals |= settings.read(_from_url()).refusals
    with st.sidebar:
        _input()
        _parameters()
        _output()
        _images()
        st.button("Reset", icon=":material/restart_alt:", on_click=_reset, width="stretch")
    chosen = {key: st.session_state[key] for key in CONTROLS}
    reading = settings.read(chosen)
    refusals |= reading.refusals
    if any(chosen[key] != CONTROLS[key].default for key in refusals):
        st.session_state[_REFUSED] = refusals
        st.rerun()
    return Reading(reading.settings, refusals)


def _from_url() -> dict[str, object]:
    return {key: st.query_params.get_all(key) for key in CONTROLS if key in st.query_params}


def _reset() -> None:
    for control in CONTROLS.values():
        st.session_state[control.key] = control.default


def _bound(key: str) -> dict[str, Any]:
    control = CONTROLS[key]
    return {"label": control.label, "key": key, "bind": "query-params"}


def _input() -> None:
    st.caption("INPUT")
    st.slider(
        **_bound("range"),
        min_value=-settings.RANGE_LIMIT,
        max_value=settings.RANGE_LIMIT,
        value=CONTROLS["range"].default,
        step=settings.RANGE_STEP,
        format="%g",
    )
    st.slider(
        **_bound("samples"),
        min_value=settings.LEAST_SAMPLES,
        max_value=settings.MOST_SAMPLES,
        value=CONTROLS["samples"].default,
    )


def _parameters() -> None:
    for activation in CATALOG.values():
        if activation.parameters:
            st.caption(activation.title.upper())
        for parameter in activation.parameters:
            st.slider(
                **_bound(parameter.query),
                min_value=float(parameter.low),
                max_value=float(parameter.high),
                value=float(parameter.default),
                step=float(parameter.step),
                help=parameter.meaning,
            )


def _output() -> None:
    st.caption("SHOW")
    st.segmented_control(
        **_bound("output"),
        options=[settings.AS_IN_POST, settings.FIT],
        default=CONTROLS["output"].default,
        required=True,
        width="stretch",
    )


def _images() -> None:
    st.caption("IMAGES")
    for key, options in (
        ("image_size", settings.IMAGE_SIZES),
        ("image_colors", settings.IMAGE_COLORS),
    ):
        st.segmented_control(
            **_bound(key),
            options=options,
            default=CONTROLS[key].default,
            required=True,
            width="stretch",
        )
