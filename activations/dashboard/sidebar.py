"""The controls, each bound to the URL under its key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from activations.catalog import CATALOG
from activations.dashboard import settings
from activations.dashboard.settings import CONTROLS, Reading
from activations.spec import Choice, Family, Function

_CORRECTIONS = "corrections"
"""Session key: values for the next run to give its widgets, and the sentences that say why."""

_THE_POSTS = "The post's four"
_ALL = "All"


def show() -> Reading:
    """Draw the sidebar and return what is chosen on the page.

    A link is read by `settings.read`, not by the widgets: where they understood something else,
    they are set right, which takes a second run because it has to be done before they are drawn.
    """
    corrections, refusals = st.session_state.pop(_CORRECTIONS, ({}, {}))
    for key, value in corrections.items():
        st.session_state[key] = value
    opened = not any(key in st.session_state for key in CONTROLS)
    link = {key: st.query_params.get_all(key) for key in CONTROLS if key in st.query_params}

    with st.sidebar:
        _input()
        _functions()
        _parameters()
        _output()
        _images()
        st.button("Reset", icon=":material/restart_alt:", on_click=_reset, width="stretch")

    drawn = {key: st.session_state[key] for key in CONTROLS if key in st.session_state}
    reading = settings.read(link if opened else drawn)
    refusals |= reading.refusals
    wanted = reading.settings.values
    corrections = {key: wanted[key] for key in drawn if drawn[key] != wanted[key]}
    if corrections:
        st.session_state[_CORRECTIONS] = corrections, refusals
        st.rerun()
    return Reading(reading.settings, refusals)


def segmented(key: str, options: Sequence[str], **layout: Any) -> None:
    """Draw a control whose options stand side by side."""
    default = CONTROLS[key].default
    st.segmented_control(**_bound(key), options=options, default=default, required=True, **layout)


def _bound(key: str) -> dict[str, Any]:
    return {"label": CONTROLS[key].label, "key": key, "bind": "query-params"}


def _reset() -> None:
    for control in CONTROLS.values():
        st.session_state[control.key] = control.default


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


def _functions() -> None:
    st.caption("FUNCTIONS")
    st.multiselect(
        **_bound("functions"),
        label_visibility="collapsed",
        options=[name for members in _families().values() for name in members],
        default=CONTROLS["functions"].default,
        format_func=lambda name: CATALOG[name].title,
        placeholder="Choose functions",
    )
    st.menu_button(
        "Choose a family",
        [_THE_POSTS, *(family.title for family in _families()), _ALL],
        key="family",
        on_click=_choose_family,
        width="stretch",
    )


def _families() -> dict[Family, list[str]]:
    return {
        family: [name for name, each in CATALOG.items() if each.family is family]
        for family in Family
    }


def _choose_family() -> None:
    families = {family.title: members for family, members in _families().items()}
    sets = families | {_THE_POSTS: list(settings.POST_FUNCTIONS), _ALL: list(CATALOG)}
    st.session_state["functions"] = sets[st.session_state["family"]]


def _parameters() -> None:
    chosen = settings.read({"functions": st.session_state["functions"]}).settings.functions
    for function in chosen:
        if function.activation.parameters:
            st.caption(function.title.upper())
            _parameters_of(function)


def _parameters_of(function: Function) -> None:
    for parameter in function.activation.parameters:
        key = function.activation.query_of(parameter)
        if isinstance(parameter, Choice):
            segmented(key, parameter.options, help=parameter.meaning, width="stretch")
        else:
            st.slider(
                **_bound(key),
                min_value=float(parameter.low),
                max_value=float(parameter.high),
                value=float(parameter.default),
                step=float(parameter.step),
                format="%.4g",
                help=parameter.meaning,
            )


def _output() -> None:
    st.caption("SHOW")
    st.pills(
        **_bound("derivatives"),
        options=settings.DERIVATIVES,
        default=CONTROLS["derivatives"].default,
        selection_mode="multi",
        help="The function itself is always shown.",
    )
    segmented("output", settings.OUTPUTS, width="stretch")


def _images() -> None:
    st.caption("IMAGES")
    segmented("image_size", settings.IMAGE_SIZES, width="stretch")
    segmented("image_colors", settings.IMAGE_COLORS, width="stretch")
