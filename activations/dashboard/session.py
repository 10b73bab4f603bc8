"""One reader's visit: what is chosen on each page, and the address that says so.

A run of a page goes through three steps. `arrive` reads what is chosen: from the address where the
reader comes by a link, by Back or by Forward, else from the widgets, which it sets right before
they are drawn. The page is drawn. `settle` makes the address agree with what is shown.

Streamlit's own binding of widgets to the URL is not used: it writes labels into links, drops words
that a widget does not know, and makes a history entry of each widget that a choice sets. Here one
choice is one entry, and the moves of a slider are one choice until something else is chosen.

The link is the whole state. The browser keeps the one of each page (`static/session.js`), and gives
them back to a server that has lost the visit.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Generic, NoReturn
from urllib.parse import parse_qs, urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from activations.dashboard.component import register
from activations.dashboard.controls import Control
from activations.dashboard.reading import Controls, Reading, S, Values
from activations.dashboard.widgets import widgets

Link = Mapping[str, list[str]]

_VISIT: Final = "visit"
_READABLE: Final = "*()/,:;="
"""Signs of formulas that mean nothing else in a query's values, so that they stay as they are."""

_connect = register("session", "connect")
_address = register("session", "address")
_home = register("session", "home")


@dataclass(slots=True)
class Visit:
    """What is chosen on each page that was seen, by its name, and what is known of the choosing.

    `moved` is the slider that was moved last, if nothing else was chosen since. `entries` counts
    choices: where runs overtake each other the browser does not see each. `untouched` says that
    none was made yet. `refusals` belong to the last choice. `kept` are the links of pages that were
    seen in a visit that was lost, `returns` how often the browser gave any back. `went` is when, by
    the browser's clock, Back or Forward last went on one page. `results` holds what was computed of
    what is on show, `courses` what goes on of it by itself, by the jobs' keys.
    """

    page: str = ""
    chosen: dict[str, Reading[Any]] = field(default_factory=dict)
    kept: dict[str, Link] = field(default_factory=dict)
    returns: int = 0
    went: int = 0
    refusals: Mapping[str, str] = field(default_factory=dict)
    moved: str = ""
    entries: int = 0
    untouched: bool = True
    results: dict[Hashable, Any] = field(default_factory=dict)
    courses: dict[Hashable, Any] = field(default_factory=dict)


def visit() -> Visit:
    """Return the reader's visit, which begins with the first call."""
    if _VISIT not in st.session_state:
        st.session_state[_VISIT] = Visit()
    found: Visit = st.session_state[_VISIT]
    return found


@dataclass(frozen=True, slots=True)
class Page(Generic[S]):
    """A page of the visit: its name and its controls."""

    name: str
    controls: Controls[S]

    def key(self, control: str) -> str:
        """Return the session key of a control's widget, which no other page has."""
        return f"{self.name}-{control}"

    @property
    def following(self) -> str:
        """The key of the fragment that draws what follows the page's sliders."""
        return self.key("following")

    def draw(self, control: Control[Any], reading: Reading[S]) -> None:
        """Draw a control's widget, which holds what was read."""
        key = self.key(control.key)
        value = control.widget_value(reading.values[control.key])
        widgets().draw(key, value, slides=control.slides)
        control.draw(key, disabled=not control.enabled(reading.settings))

    def arrive(self) -> Reading[S]:
        """Begin a run of the whole page; return what is chosen."""
        now = visit()
        returned = self._returned(now)
        comes, now.page = now.page != self.name, self.name
        if comes:
            widgets().forget()
        widgets().begin(echo=_by_history())
        link = {key: st.query_params.get_all(key) for key in st.query_params}
        if returned is not None:
            self._open(now, returned)
        elif _by_history() or (comes and link):
            self._open(now, link)
        elif self.name not in now.chosen:
            self._open(now, now.kept.pop(self.name, {}))
        elif comes:
            self._write(now, now.chosen[self.name])
        return self._choices()

    def follow(self) -> Reading[S]:
        """Begin a run of what follows the sliders, or go on to that; return what is chosen."""
        if in_fragment():
            widgets().begin()
        return self._choices()

    def _choices(self) -> Reading[S]:
        """Return what is chosen at present, and set widgets right that say something else."""
        now = visit()
        known, reading = self.shown.values, self._take()
        changed = [
            key
            for key in known.keys() | reading.values
            if known.get(key) != reading.values.get(key)
        ]
        if changed or reading.refusals:
            self._note(now, reading, changed)
            now.refusals = reading.refusals
        self._write(now, reading)
        return replace(reading, refusals=now.refusals)

    @property
    def shown(self) -> Reading[S]:
        """What the page shows, whatever the widgets say by now."""
        return visit().chosen[self.name]

    @property
    def overtaken(self) -> bool:
        """Whether the reader changed something that the page does not show."""
        return self._held().values != self.shown.values

    def _held(self) -> Reading[S]:
        """Return what is chosen once the widgets are heard."""
        keys = {self.key(key): key for key in self.shown.values}
        changed = widgets().changed(self._said())
        chosen = {keys[widget]: value for widget, value in changed.items()}
        return self.controls.read({**self.shown.values, **chosen})

    def _take(self) -> Reading[S]:
        """Return what is chosen once the widgets are heard, and take note of what they say."""
        reading = self._held()
        widgets().take(self._said())
        return reading

    def _said(self) -> dict[str, Any]:
        """Return what the page's widgets say."""
        keys = map(self.key, self.shown.values)
        return {key: st.session_state[key] for key in keys if key in st.session_state}

    def choose(self, values: Values) -> None:
        """Choose what a button stands for; to be called before the page is drawn."""
        now = visit()
        reading = self.controls.read({**self._take().values, **values})
        for key in values:
            widgets().slips.pop(self.key(key), None)
        self._note(now, reading, list(values))
        now.refusals = reading.refusals
        self._write(now, reading)

    def settle(self) -> None:
        """End a run: have the address say what is chosen, and the page that the run is over.

        No two say the same, or the browser would not hear of a run that changed nothing.
        """
        now = visit()
        reading = now.chosen[self.name]
        _address(
            key="address",
            data={
                "page": self.name,
                "query": urlencode(reading.link, doseq=True, safe=_READABLE),
                "ours": list(reading.table),
                "entries": now.entries,
                "returns": now.returns,
                "went": now.went,
                "asked_at": _query(),
                "run": widgets().run,
            },
        )
        widgets().end()

    def run_again(self) -> NoReturn:
        """Run the whole page anew, as of itself."""
        widgets().echo = True
        st.rerun()

    def _open(self, now: Visit, link: Link) -> None:
        if self.name in now.chosen:
            self._take()
        widgets().slips.clear()
        reading = self.controls.read(link)
        now.refusals, now.moved = reading.refusals, ""
        self._write(now, reading)

    def _write(self, now: Visit, reading: Reading[S]) -> None:
        """Choose what was read, and set widgets right that say something else."""
        now.chosen[self.name] = reading
        for key, control in reading.table.items():
            widget, value = self.key(key), control.widget_value(reading.values[key])
            if widget in st.session_state and not widgets().agree(widget, value):
                widgets().set(widget, value)

    def _note(self, now: Visit, reading: Reading[S], changed: list[str]) -> None:
        """Take note of a choice: whether it goes on from the one before."""
        slider = changed[0] if len(changed) == 1 else ""
        if slider not in reading.table or not reading.table[slider].slides:
            slider = ""
        now.entries += not slider or slider != now.moved
        now.moved, now.untouched = slider, False

    def _returned(self, now: Visit) -> Link | None:
        """Take back the links that the browser kept; return this page's, if it is to be opened.

        They come after a reload, without this page's, and after a lost connection. Back and Forward
        on one page are told, and the address says where they led: Streamlit's word for them is
        lost where anything else is asked at that moment.
        """
        told = _connect(
            key="connect",
            data={"page": self.name},
            height=1,  # else the page below would jump once the script is there
            on_returned_change=lambda: None,
            on_went_change=lambda: None,
        )
        if isinstance(told.went, int):
            now.went = max(now.went, told.went)
            return parse_qs(_query(), keep_blank_values=True)
        kept = told.returned
        if not isinstance(kept, dict):
            return None
        now.returns += 1
        links: dict[str, Link] = {
            page: parse_qs(str(link), keep_blank_values=True) for page, link in kept.items()
        }
        here = links.pop(self.name, None)
        widgets().lost = here is not None
        now.kept = links
        return here if now.untouched else None


def _by_history() -> bool:
    """Tell whether this run was started by Back or Forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def _query() -> str:
    """Return the query of the address at which this run was asked for."""
    context = get_script_run_ctx()
    return context.query_string if context else ""


def in_fragment() -> bool:
    """Tell whether this run is of a fragment alone."""
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)


def lead_home() -> None:
    """Send the reader on to the first page, with what the link says."""
    _home(key="home")
