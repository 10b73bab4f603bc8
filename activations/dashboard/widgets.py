"""What the reader chose, told from what the browser sends before it has heard all that was said.

A browser sends the values of all widgets with whatever is done. Where the page has set widgets
since (Back, Reset, a story) but the browser has not heard yet, it sends their old values along,
which nobody chose. So each run has a number, which the page says last, to a widget that nobody
sees: what comes back in it is the last run that the browser had heard of when it sent the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Final

import streamlit as st

_WIDGETS: Final = "widgets"
_HEARD: Final = "heard"

_MOST_UNHEARD: Final = 2000
"""Sayings that are remembered for a browser that hears nothing: more than one that does is behind,
and no more memory than one page's."""


@dataclass(slots=True)
class _Saying:
    """A value that a widget was set to: in which run it was sent last, if it was.

    It is sent again until it is heard, for a browser may draw the next run's widgets at once, and
    be set by that run alone. A `new` widget has its value from the start.
    """

    widget: str
    value: object
    new: bool = False
    run: int | None = None


@dataclass(slots=True)
class Widgets:
    """The widgets of a page, by their keys: what the browser said of them and what it was told.

    `said` are the values that they were set to and that the browser may not have heard, the last
    one last. `put` are values that were chosen for the reader, by a callback. `name` tells this
    visit from others, whose numbers a browser may still hold after a lost connection. `echo` says
    that this run was asked for without what the widgets say, which is then what they were set to.
    `lost` says that the connection was lost since the last run, perhaps in a drag.
    `slips` says, by widget and by number of its field, why what was typed there was not taken; the
    field keeps it until that is typed anew, or something else is chosen in its place.
    """

    name: str = field(default_factory=lambda: token_hex(4))
    run: int = 0
    whole: bool = True
    echo: bool = False
    lost: bool = False
    known: dict[str, object] = field(default_factory=dict)
    put: dict[str, object] = field(default_factory=dict)
    said: list[_Saying] = field(default_factory=list)
    slips: dict[str, dict[int, str]] = field(default_factory=dict)

    def forget(self) -> None:
        """Begin anew on another page, which has other widgets."""
        self.known, self.put, self.said, self.slips = {}, {}, [], {}

    def begin(self, *, echo: bool = False) -> None:
        """Begin a run; what was said in one that was broken off is still to be said."""
        self.echo |= echo
        if not self.whole:
            for each in self.said:
                if each.run == self.run:
                    each.run = None
        self.run += 1
        self.whole = False

    def end(self) -> None:
        """End a run: say its number, after all else."""
        st.session_state[_HEARD] = f"{self.name} {self.run}"
        st.text_input("Heard", key=_HEARD, label_visibility="collapsed")
        self.put, self.whole, self.echo, self.lost = {}, True, False, False

    def set(self, widget: str, value: object) -> None:
        """Set a widget that was drawn before; the browser is told when it is drawn again."""
        st.session_state[widget] = value
        self._say(_Saying(widget, value))

    def draw(self, widget: str, value: object, *, slides: bool = False) -> None:
        """Set a widget that is drawn next, if the browser is to be told.

        A slider stays where it was dragged to when the connection was lost, and never says that.
        """
        new, dragged = widget not in st.session_state, slides and self.lost
        if new or dragged:
            self._say(_Saying(widget, value, new=not dragged))
        due = [
            each
            for each in self.said
            if each.widget == widget and (each.run is None or not each.new)
        ]
        if due:
            st.session_state[widget] = value
        for each in due:
            each.run = self.run

    def agree(self, widget: str, value: object) -> bool:
        """Tell whether a widget says this, and will when the browser has heard all."""
        told = self._told(widget)
        return bool(st.session_state[widget] == value and (not told or told[-1] == value))

    def changed(self, held: Mapping[str, object]) -> dict[str, Any]:
        """Return what the reader changed of what the widgets say, and did not take yet."""
        self._hear()
        return {widget: value for widget, value in held.items() if self._is_new(widget, value)}

    def take(self, held: Mapping[str, object]) -> None:
        """Take note of what the widgets say, once that is chosen."""
        for widget, value in held.items():
            if widget not in self.put and value not in self._told(widget):
                self.known[widget] = value

    def _say(self, saying: _Saying) -> None:
        self.said.append(saying)
        del self.said[:-_MOST_UNHEARD]

    def _is_new(self, widget: str, value: object) -> bool:
        if widget in self.put:
            return True
        if value in self._told(widget):
            return False
        return widget not in self.known or self.known[widget] != value

    def _hear(self) -> None:
        name, _, run = str(st.session_state.get(_HEARD, "")).partition(" ")
        if self.echo or name != self.name or not run.isdecimal():
            return
        heard = int(run)
        waiting = []
        for each in self.said:
            if each.run is None or each.run > heard:
                waiting.append(each)
            else:
                self.known[each.widget] = each.value
        self.said = waiting

    def _told(self, widget: str) -> list[object]:
        return [each.value for each in self.said if each.widget == widget]


def widgets() -> Widgets:
    """Return what is known of the reader's widgets."""
    if _WIDGETS not in st.session_state:
        st.session_state[_WIDGETS] = Widgets()
    found: Widgets = st.session_state[_WIDGETS]
    return found


def put(widget: str, value: object) -> None:
    """Choose a widget's value for the reader; to be called by a callback."""
    widgets().set(widget, value)
    widgets().put[widget] = value
