"""How a page's controls are drawn and bound to the URL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, NoReturn

import streamlit as st

from activations.dashboard.controls import (
    FUNCTIONS,
    IMAGE_COLORS,
    IMAGE_SIZES,
    POST_FUNCTIONS,
    Choices,
    Control,
    Reading,
    S,
    read,
)
from activations.functions.catalog import CATALOG
from activations.functions.spec import Choice, Family, Function

_CORRECTIONS = "corrections"
"""Session key: values for the next run to give its widgets, and the sentences that say why."""

_SAID = "said"
"""Session key: the sentences that go with corrections made before this run."""

_LINK = "link"
"""Session key: what the link says, by control key, in the run that opens the page by it."""

_PAGE = "page"
"""Session key: the name of the page that was drawn last."""

_THE_POSTS = "The post's four"
_ALL = "All"


@dataclass(frozen=True, slots=True)
class Panel(Generic[S]):
    """The controls of the page of this name, with what reads them."""

    page: str
    controls: Mapping[str, Control]
    read: Callable[[Mapping[str, object]], Reading[S]]

    @contextmanager
    def sidebar(self) -> Iterator[None]:
        """Draw a sidebar of the controls that are drawn within, and a button that resets it."""
        corrections, st.session_state[_SAID] = st.session_state.pop(_CORRECTIONS, ({}, {}))
        self.choose(corrections)
        st.session_state[_LINK] = self._link() if self._arrive() else None
        with st.sidebar:
            yield
            defaults = {control.key: control.default for control in self.controls.values()}
            st.button(
                "Reset",
                icon=":material/restart_alt:",
                on_click=self.choose,
                args=(defaults,),
                width="stretch",
            )

    def so_far(self) -> Reading[S]:
        """Return what is chosen, while some controls may still have to be drawn."""
        link = st.session_state.get(_LINK)
        return self.read(self._drawn() if link is None else link)

    def settle(self) -> Reading[S]:
        """Return what is chosen, once all controls are drawn.

        A link is read by `read`, not by the widgets: where they understood something else, they
        are set right, which takes a second run because it has to be done before they are drawn.
        """
        reading = self.so_far()
        st.session_state[_LINK] = None
        refusals = {**st.session_state.pop(_SAID, {}), **reading.refusals}
        reading = Reading(reading.settings, refusals)
        wanted = reading.settings.values
        st.session_state[self._memory] = wanted
        drawn = self._drawn()
        corrections = {key: wanted[key] for key in drawn if drawn[key] != wanted[key]}
        if corrections:
            self.run_again(reading, corrections)
        return reading

    def _link(self) -> dict[str, list[str]]:
        return {
            key: st.query_params.get_all(key) for key in self.controls if key in st.query_params
        }

    def _drawn(self) -> dict[str, object]:
        return {key: st.session_state[key] for key in self.controls if key in st.session_state}

    @property
    def _memory(self) -> str:
        """Session key: what was chosen on this page, for when the reader comes back to it."""
        return f"chosen on {self.page}"

    def _arrive(self) -> bool:
        """Return whether the page is opened by its link, before anything was chosen on it.

        Pages have keys in common, and Streamlit hands their values on from one page to the next.
        Each page keeps to its own.
        """
        before = st.session_state.get(_PAGE)
        st.session_state[_PAGE] = self.page
        if before is None:
            return not any(key in st.session_state for key in self.controls)
        if before == self.page:
            return False
        chosen = st.session_state.get(self._memory)
        self.choose(chosen or {})
        return chosen is None

    def run_again(self, reading: Reading[S], corrections: Mapping[str, object] = {}) -> NoReturn:
        """Run the script again, with controls set right first, and say again what was wrong."""
        st.session_state[_CORRECTIONS] = corrections, reading.refusals
        st.rerun()

    def choose(self, values: Mapping[str, object]) -> None:
        """Set controls, which has to be done before they are drawn."""
        for key, value in values.items():
            st.session_state[key] = value

    def segmented(self, key: str, options: Sequence[str], **layout: Any) -> None:
        """Draw a control whose options stand side by side."""
        default = self.controls[key].default
        st.segmented_control(
            **self.bound(key), options=options, default=default, required=True, **layout
        )

    def slider(self, key: str, low: Any, high: Any, step: Any = None, **layout: Any) -> None:
        """Draw a slider; its ends and step are of the type of its value."""
        default = self.controls[key].default
        st.slider(
            **self.bound(key), min_value=low, max_value=high, value=default, step=step, **layout
        )

    def bound(self, key: str) -> dict[str, Any]:
        """Return the arguments of a widget that give it its label, and bind it to the URL."""
        return {"label": self.controls[key].label, "key": key, "bind": "query-params"}

    def functions(self) -> None:
        """Draw the choice of functions."""
        st.caption("FUNCTIONS")
        st.multiselect(
            **self.bound("functions"),
            label_visibility="collapsed",
            options=[name for members in _families().values() for name in members],
            default=self.controls["functions"].default,
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

    def parameters(self) -> None:
        """Draw the parameters of the functions that are chosen."""
        chosen = read(FUNCTIONS, Choices, {"functions": st.session_state["functions"]})
        for function in chosen.settings.functions:
            if function.activation.parameters:
                st.caption(function.title.upper())
                self._parameters(function)

    def _parameters(self, function: Function) -> None:
        for parameter in function.activation.parameters:
            key = function.activation.query_of(parameter)
            if isinstance(parameter, Choice):
                self.segmented(key, parameter.options, help=parameter.meaning, width="stretch")
            else:
                ends_and_step = map(float, (parameter.low, parameter.high, parameter.step))
                self.slider(key, *ends_and_step, format="%.4g", help=parameter.meaning)

    def images(self) -> None:
        """Draw what saved images look like."""
        st.caption("IMAGES")
        self.segmented("image_size", IMAGE_SIZES, width="stretch")
        self.segmented("image_colors", IMAGE_COLORS, width="stretch")


def warn(reading: Reading[S]) -> None:
    """Say on the page what was refused."""
    if reading.refusals:
        st.warning(f"{' '.join(reading.refusals.values())} Showing the default instead.")


def something_to_show(settings: Choices) -> bool:
    """Return whether a function is chosen, and say so on the page if not."""
    if not settings.functions:
        st.info("No function is chosen. Choose one, or a whole family, under “Functions”.")
    return bool(settings.functions)


def _families() -> dict[Family, list[str]]:
    return {
        family: [name for name, each in CATALOG.items() if each.family is family]
        for family in Family
    }


def _choose_family() -> None:
    families = {family.title: members for family, members in _families().items()}
    sets = families | {_THE_POSTS: list(POST_FUNCTIONS), _ALL: list(CATALOG)}
    st.session_state["functions"] = sets[st.session_state["family"]]
