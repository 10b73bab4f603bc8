"""The place "Download" of a card and of the summary: data, code, notebook and web page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.elements.lib.mutable_popover_container import PopoverContainer

from activations import export
from activations.dashboard.explore.settings import POST_LIMITS, Settings
from activations.export import Selection
from activations.functions.spec import Function


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of file: what its button says, its name's ending, its type, and what makes it."""

    label: str
    suffix: str
    mime: str
    make: Callable[[Selection], str]


_KINDS = (
    _Kind("CSV", ".csv", "text/csv", export.csv),
    _Kind("Python code", ".py", "text/x-python", export.script),
    _Kind("Jupyter notebook", ".ipynb", "application/x-ipynb+json", export.notebook),
    _Kind("Web page", ".html", "text/html", export.web_page),
)


def select(functions: tuple[Function, ...], settings: Settings) -> Selection:
    """Return what is taken away of the page's one state, for some of its functions."""
    return Selection(
        functions,
        settings.low,
        settings.high,
        settings.samples,
        settings.orders[1:],
        None if settings.fitted else POST_LIMITS,
    )


def place(name: str) -> PopoverContainer:
    """Draw the place of this name, closed, and return what `fill` fills."""
    return st.popover("Download", on_change="rerun", key=f"download_{name}", type="tertiary")


def fill(popover: PopoverContainer, selection: Selection, name: str) -> None:
    """Draw what the place holds, once it is opened; a file is made on a click."""
    if not popover.open:
        return
    with popover:
        with st.container(horizontal=True):
            for kind in _KINDS:
                _button(kind, selection, name)
        st.caption("The code, to copy:")
        st.code(export.script(selection), language="python", height=320)


def _button(kind: _Kind, selection: Selection, name: str) -> None:
    st.download_button(
        kind.label,
        lambda: kind.make(selection).encode(),
        export.file_name(selection, kind.suffix),
        kind.mime,
        key=f"download_{name}{kind.suffix}",
        on_click="ignore",
    )
