"""What a lens' page is made of, and the one way in which all of them are shown.

A lens looks at activations in its own way: it has controls, which give its settings; jobs, which
compute what it shows; exhibits, which show it. None of those needs Streamlit. `Lens.show` does the
rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.mutable_popover_container import PopoverContainer
from streamlit.errors import StreamlitInvalidLayoutContextError

from activations.dashboard import download, live, use_one_thread
from activations.dashboard.chart import Chart, draw, place
from activations.dashboard.component import STATIC
from activations.dashboard.controls import Control
from activations.dashboard.curtain import curtain, reserve, reserved_room
from activations.dashboard.download import File
from activations.dashboard.jobs import Job, Work
from activations.dashboard.reading import Controls, Group, Reading, S, Values
from activations.dashboard.session import Page, in_fragment, visit
from activations.drawing.frame import Drawing
from activations.drawing.reel import Reel

R = TypeVar("R")

_STYLES: Final = STATIC / "page.css"
_GAP: Final = 12
"""Pixels between the parts of a page."""

_CAPTION_HEIGHT, _SLIDER_HEIGHT, _OPTIONS_HEIGHT, _SPACE = 38, 84, 76, 16
_ROW_HEIGHT, _ROW_SPACE = 28, 4
"""Pixels that these take on a page, with the space below them, which the last one has not."""

_PARTS: Final = 3
"""A card's head, chart and note; each stands level across a row of cards."""

_ROWS_SHOWN: Final = 8
_ROWS_HEIGHT: Final = 270


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A figure on the page, with its text alternative and the name of its images.

    `heading` and `note` are Markdown that follows the settings, above and below the chart;
    `caption` has labels with their values, `menu` is Markdown that stands beside the files.
    """

    drawing: Drawing
    description: str
    file_name: str
    heading: str = ""
    anchor: str | None = None
    note: str = ""
    caption: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[File] = ()
    menu: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an exhibit stands, which settings alone decide: among the cards, or below them, wide.

    `heading` and `note` are Markdown that stands still, above and below the chart; a heading that
    is None, or a note that is missing, is the exhibit's own. `anchor` is the heading's address,
    `control` beside it.
    """

    key: str
    height: int
    heading: str | None = ""
    anchor: str | None = None
    control: Control[Any] | None = None
    note: str = ""
    wide: bool = False
    has_files: bool = False

    @property
    def has_head(self) -> bool:
        """Whether anything stands above the chart."""
        return self.heading != "" or self.control is not None or self.has_files


@dataclass(frozen=True, slots=True)
class Lens(Generic[S, R]):
    """A way to look at activations, and its page.

    `controls` stand in the sidebar. `places` says where exhibits stand, `jobs` what there is to
    compute, `exhibits` shows what came of it, by the places' keys. `verdict` says in a sentence
    what came of a job. `stories` are buttons that choose values. A `quick` lens' jobs are done
    within a tick of a slider, which then runs nothing else. `more` draws what else there is on the
    page, and returns what fills it when the results are there. `reel` says what charts look like at
    every place of a slider, where the browser can draw that. `steer` draws what jobs that go on by
    themselves are steered with, above the exhibits; the page wakes every `pulse` seconds as long as
    more comes of them.
    """

    name: str
    title: str
    introduction: str
    controls: Controls[S]
    places: Callable[[S], Sequence[Place]]
    jobs: Callable[[S], Sequence[Job[R]]]
    exhibits: Callable[[S, Sequence[R]], Mapping[str, Exhibit]]
    verdict: Callable[[R], str] | None = None
    stories: Mapping[str, Values] = field(default_factory=dict)
    quick: bool = True
    notice: Callable[[S], str] = lambda _: ""
    more: Callable[[Page[S], Reading[S]], Callable[[S, Sequence[R]], None]] | None = None
    reel: Callable[[S, Sequence[R], Control[Any]], Reel | None] | None = None
    steer: Callable[[Page[S]], None] | None = None
    pulse: float | None = None

    @property
    def page(self) -> Page[S]:
        """The lens' page in the reader's visit."""
        return Page(self.name, self.controls)

    def show(self) -> None:
        """Draw the page: what stands still while a slider moves, and last what follows it."""
        _show(self)


def _show(lens: Lens[S, R]) -> None:
    use_one_thread()
    st.html(_STYLES)
    page = lens.page
    reading = page.arrive()
    jobs = lens.jobs(reading.settings)
    heights = _heights(lens, page, reading.settings, len(jobs))
    reserve(heights)
    with st.sidebar, curtain("sidebar"):
        controls, exact = _controls(lens, page, reading, heights)
    places = lens.places(reading.settings)
    # No page takes over another's nodes.
    with curtain("page"), st.container(gap=_GAP, key=page.key("page")):
        with st.container(gap=None, key="page-head"):
            st.title(lens.title, anchor=False)
            st.markdown(lens.introduction)
        if lens.stories:
            with st.container(horizontal=True, gap="xsmall", key="stories"):
                for title, values in lens.stories.items():
                    st.button(title, key=f"story {title}", on_click=page.choose, args=(values,))
        notice = st.container(key="notice")
        steering = st.container(key="steering") if lens.steer else None
        many = len(jobs) > _ROWS_SHOWN and lens.verdict is not None
        rows = reserved_room(
            "verdicts", _ROWS_HEIGHT if many else heights.get("verdicts"), gap="xxsmall"
        )
        exhibits = _exhibit_rooms(page, places, reading)
        more = lens.more(page, reading) if lens.more and places else None
    wakes = lens.pulse is not None and Work(jobs, lens.verdict, rows).moves
    pulse = lens.pulse if wakes else None
    follow = st.fragment(_follow, key=page.following, run_every=pulse) if lens.quick else _follow
    follow(lens, _Rooms(places, controls, exact, notice, steering, rows, exhibits, more, wakes))
    if lens.reel:
        live.offer(page, partial(_reel, lens))


@dataclass(frozen=True, slots=True)
class _ExhibitRoom:
    """Where a place has room for a heading and a note that follow, and for files."""

    heading: DeltaGenerator | None
    files: PopoverContainer | None
    note: DeltaGenerator | None


@dataclass(frozen=True, slots=True)
class _Rooms(Generic[S]):
    """Where a page has room for what follows its sliders."""

    places: Sequence[Place]
    controls: Sequence[tuple[Group[S], DeltaGenerator]]
    exact: PopoverContainer
    notice: DeltaGenerator
    steering: DeltaGenerator | None
    rows: DeltaGenerator
    exhibits: Mapping[str, _ExhibitRoom]
    more: Callable[..., None] | None
    wakes: bool


def _follow(lens: Lens[S, R], rooms: _Rooms[S]) -> None:
    """Draw the sliders and what follows them.

    Streamlit lets a fragment write only where the run of the whole page wrote too, and that run may
    have been broken off before: then the whole page is to run first.
    """
    use_one_thread()
    try:
        _draw_following(lens, rooms)
    except StreamlitInvalidLayoutContextError:
        if not in_fragment():
            raise
        lens.page.run_again()


def _draw_following(lens: Lens[S, R], rooms: _Rooms[S]) -> None:
    page = lens.page
    reading = page.follow()
    settings = reading.settings
    if lens.places(settings) != rooms.places:  # this tick overtook the run that a choice started
        page.run_again()
    work = Work(lens.jobs(settings), lens.verdict, rooms.rows)
    work.tell()
    if lens.quick or not work.results:
        work.advance(quick=lens.quick)
    results = work.results
    exhibits = lens.exhibits(settings, results) if results else {}
    if exhibits:  # first, for they take the browser longest
        draw(
            {key: _chart(each) for key, each in exhibits.items()},
            state=reading.link,
            image_size=reading.values["image_size"],
            image_colors=reading.values["image_colors"],
        )
    for group, room in rooms.controls:
        with room:
            _draw_group(page, group, reading)
    if rooms.exact.open:
        with rooms.exact:
            _exact(lens, page, reading)
    with rooms.notice:
        _say(lens, reading)
    if lens.steer and rooms.steering is not None:
        with rooms.steering:
            lens.steer(page)
    for key, exhibit in exhibits.items():
        _fill(key, exhibit, rooms.exhibits[key])
    if rooms.more:
        rooms.more(settings, results)
    page.settle()
    if lens.pulse is not None and work.moves != rooms.wakes and in_fragment():
        page.run_again()  # what wakes a fragment is settled by the run of the whole page
    if not work.finished:
        work.advance(quick=lens.quick)
        page.run_again()


def _heights(lens: Lens[S, R], page: Page[S], settings: S, jobs: int) -> dict[str, int]:
    """Return the pixels that rooms have at least, by their keys."""
    heights = {}
    if lens.verdict and 0 < jobs <= _ROWS_SHOWN:
        heights["verdicts"] = jobs * _ROW_HEIGHT - _ROW_SPACE
    following = (group for group in lens.controls.groups if group.follows)
    for index, group in enumerate(following):
        sections = list(group.sections(settings))
        if sections:
            controls = [each for section in sections for each in section.controls]
            heights[page.key(f"room-{index}")] = (
                _CAPTION_HEIGHT * len(sections)
                + sum(_SLIDER_HEIGHT if each.slides else _OPTIONS_HEIGHT for each in controls)
                - _SPACE
            )
    return heights


# --- controls


def _controls(
    lens: Lens[S, R], page: Page[S], reading: Reading[S], heights: Mapping[str, int]
) -> tuple[list[tuple[Group[S], DeltaGenerator]], PopoverContainer]:
    """Draw the groups that stand still; return room for those that follow and for exact values."""
    following: list[tuple[Group[S], DeltaGenerator]] = []
    for group in lens.controls.groups:
        if group.follows:
            key = page.key(f"room-{len(following)}")
            following.append((group, reserved_room(key, heights.get(key))))
        else:
            _draw_group(page, group, reading)
    defaults = {key: control.default for key, control in lens.controls.table.items()}
    with st.container(horizontal=True):
        exact = st.popover("Exact values", on_change="rerun", key=page.key("exact"))
        st.button("Reset", icon=":material/restart_alt:", on_click=page.choose, args=(defaults,))
    return following, exact


def _draw_group(page: Page[S], group: Group[S], reading: Reading[S]) -> None:
    for section in group.sections(reading.settings):
        st.caption(section.caption)
        for control in section.controls:
            page.draw(control, reading)


def _exact(lens: Lens[S, R], page: Page[S], reading: Reading[S]) -> None:
    """Draw a field for each number that a slider moves, since a slider has steps."""
    for group in lens.controls.groups:
        for section in group.sections(reading.settings):
            for control in section.controls:
                if control.enabled(reading.settings):
                    control.draw_exact(
                        f"{page.key(control.key)}-exact",
                        reading.values[control.key],
                        partial(_choose, page, control.key),
                    )


def _choose(page: Page[S], key: str, value: object) -> None:
    page.choose({key: value})


def _say(lens: Lens[S, R], reading: Reading[S]) -> None:
    """Say what was refused, and what there is to say about the choice."""
    refusals, notice = " ".join(reading.refusals.values()), lens.notice(reading.settings)
    for words, write in ((refusals, st.warning), (notice, st.info)):
        _write(words, write)


def _write(words: str, write: Callable[[str], object]) -> None:
    """Write words, if there are any.

    Streamlit lets a fragment write only where the run of the whole page wrote as well, so that one
    writes what is not said too, as nothing.
    """
    if words:
        write(words)
    elif not in_fragment():
        st.empty()


# --- exhibits


def _exhibit_rooms(
    page: Page[S], places: Sequence[Place], reading: Reading[S]
) -> dict[str, _ExhibitRoom]:
    rooms = {}
    cards = [each for each in places if not each.wide]
    columns = 2 if len(cards) <= 4 else 4  # as many of them as the page is wide for
    with st.grid(columns, min_column_width=380, gap=_GAP, border=True, key="cards") as grid:
        for each in cards:
            with grid.cell(row_span=_PARTS):
                rooms[each.key] = _exhibit_room(page, each, reading)
    with st.container(gap=_GAP, key="wide"):
        for each in places:
            if each.wide:
                rooms[each.key] = _exhibit_room(page, each, reading)
    return rooms


def _exhibit_room(page: Page[S], each: Place, reading: Reading[S]) -> _ExhibitRoom:
    heading = files = None
    with st.container(border=each.wide, gap="xxsmall", key=f"exhibit-{each.key}"):
        if each.has_head:
            with st.container(horizontal=True, vertical_alignment="center", key=f"head-{each.key}"):
                if each.heading is None:
                    heading = st.container(horizontal=True, vertical_alignment="center")
                elif each.heading:
                    st.header(each.heading, anchor=each.anchor)
                if each.control:
                    page.draw(each.control, reading)
                if each.has_files:
                    files = download.place(each.key)
        place(each.key, each.height)
        if each.note:
            st.caption(each.note)
        note = None if each.note else st.container(key=f"note-{each.key}")
    return _ExhibitRoom(heading, files, note)


def _fill(key: str, exhibit: Exhibit, room: _ExhibitRoom) -> None:
    if room.heading is not None and exhibit.heading:
        room.heading.header(exhibit.heading, anchor=exhibit.anchor)
    if room.note is not None:
        with room.note:
            _write(exhibit.note, st.caption)
    if room.files is not None:
        download.fill(room.files, exhibit.files, key, exhibit.menu)


def _chart(exhibit: Exhibit) -> Chart:
    return Chart(
        exhibit.drawing,
        description=exhibit.description,
        file_name=exhibit.file_name,
        caption=exhibit.caption,
    )


def _reel(lens: Lens[S, R], control: Control[Any]) -> Reel | None:
    """Return the reel of a slider for what the page shows, if all of that is there."""
    settings, known = lens.page.shown.settings, visit().results
    jobs = lens.jobs(settings)
    if not lens.reel or any(job.key not in known for job in jobs):
        return None
    return lens.reel(settings, [known[job.key] for job in jobs], control)
