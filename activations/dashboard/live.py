"""Curves that hang on the thumb of a slider, which Streamlit reports only when it is let go.

A slider that gets the pointer or the focus lets the browser ask, once, for its reel: what charts
look like at every place of the thumb. `static/live.js` draws from it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, Final

import streamlit as st

from activations.dashboard import use_one_thread
from activations.dashboard.component import register
from activations.dashboard.controls import Control
from activations.dashboard.reading import S
from activations.dashboard.session import Page
from activations.drawing.reel import MOST, Reel

_LIVE: Final = "live"
_numbers = count()
_live = register("live", "live")


def offer(page: Page[S], reel: Callable[[Control[Any]], Reel | None]) -> None:
    """Give the page's sliders their reels, whenever the browser asks for one."""
    st.fragment(_answer, key=page.key(_LIVE))(page, reel)


def _answer(page: Page[S], reel: Callable[[Control[Any]], Reel | None]) -> None:
    """Answer what the browser asks; no answer is like another, as for `chart.draw`."""
    use_one_thread()
    reading = page.shown
    sliders = {key: each for key, each in reading.table.items() if each.slides}
    asked = st.session_state.get(_LIVE, {}).get("asked")
    found = reel(sliders[asked]) if isinstance(asked, str) and asked in sliders else None
    text = found.to_json() if found else ""
    sent = 0 < len(text) <= MOST
    _live(
        key=_LIVE,
        data={
            "number": next(_numbers),
            "page": page.key(""),
            "sliders": {key: each.spell(each.default) for key, each in sliders.items()},
            "state": reading.link,
            "asked": asked if isinstance(asked, str) else None,
            "reel": {"slider": asked, "text": text} if sent else None,
        },
        on_asked_change=lambda: _catch_up(page),
    )


def _catch_up(page: Page[S]) -> None:
    """Run what follows a slider too that moved as its reel was asked for.

    Of what changes at one moment Streamlit runs the fragment of the first alone.
    """
    if page.overtaken:
        st.rerun([page.following, page.key(_LIVE)])
