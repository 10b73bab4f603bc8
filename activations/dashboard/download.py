"""The place "Download" of an exhibit: data, code, notebook, web page, or what else there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st
from streamlit.elements.lib.mutable_popover_container import PopoverContainer

from activations.dashboard.jobs import FILES

_IN_A_FRAME: Final = """<p class="in-a-frame">If no file arrives, the page around this one does not
allow downloads: open this page in a tab of its own.</p>"""
"""Is seen in another page's frame alone: whether a download has begun a browser tells no page."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to take away: what its button says, its name, its type, and what makes its text.

    One that is `shown` stands on the page as well, as code to copy.
    """

    label: str
    name: str
    mime: str
    make: Callable[[], str]
    shown: bool = False


def place(key: str) -> PopoverContainer:
    """Draw the place of this exhibit, closed, and return what `fill` fills."""
    return st.popover("Download", on_change="rerun", key=f"download-{key}", type="tertiary")


def fill(popover: PopoverContainer, files: Sequence[File], key: str, menu: str = "") -> None:
    """Draw what the place holds, once it is opened; a file is made on a click.

    `menu` is Markdown that stands below the buttons.
    """
    if not popover.open:
        return
    with popover:
        with st.container(horizontal=True):
            for file in files:
                _button(file, f"download-{key}-{file.label}")
        st.html(_IN_A_FRAME)
        if menu:
            st.caption(menu)
        for file in files:
            if file.shown:
                st.caption("The code, to copy:")
                st.code(file.make(), language="python", height=320)


def _button(file: File, key: str) -> None:
    st.download_button(
        file.label,
        lambda: made(file),
        file.name,
        file.mime,
        key=key,
        on_click="ignore",
    )


def made(file: File) -> bytes:
    """Return what a file holds, made in its turn: Streamlit makes each in a thread of its own."""
    with FILES.turn(lambda _: None):
        return file.make().encode()
