"""What a page's controls are: each owns its label, its widget, and how its value reads in a link.

A value has three forms. Pages work with the control's own (a number, a word, a tuple of words). A
widget and a link deliver something raw, which `parse` reads, whatever it is. A link holds what
`spell` gives: plain ASCII words, which no chat and no mailer mangles.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Real
from reprlib import repr as brief
from typing import Any, ClassVar, Final, Generic, TypeVar
from urllib.parse import unquote

import streamlit as st

T = TypeVar("T")
MOST_COMPLAINTS: Final = 3


@dataclass(frozen=True, slots=True)
class Option:
    """One of a control's values: its word in links, its label, and how older links spell it."""

    value: str
    label: str
    formerly: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every word that stands for the option."""
        return self.value, self.label, *self.formerly


@dataclass(frozen=True, slots=True, kw_only=True)
class Control(ABC, Generic[T]):
    """One control of a page: its key in links, what the reader sees of it, and its default."""

    key: str
    label: str
    default: T
    help: str | None = None
    enabled: Callable[[Any], bool] = lambda _: True
    """Whether the control has a say, under given settings."""

    slides: ClassVar[bool] = False
    """Whether one choice takes many moves."""

    @abstractmethod
    def parse(self, raw: object) -> T:
        """Read what a widget or a link delivered.

        A link delivers a list of strings, a widget its value. Raises ValueError with words that go
        on from the label: "must be ...".
        """

    @abstractmethod
    def spell(self, value: T) -> list[str]:
        """Return the value as a link has it."""

    @abstractmethod
    def draw(self, key: str, *, disabled: bool = False) -> None:
        """Draw the widget under this session key, which holds its value already.

        That is the widget's default too: where a browser loses the widget, it comes back as it was.
        """

    def draw_exact(self, key: str, value: T, choose: Callable[[T], None]) -> None:
        """Draw where an exact value can be typed that the widget does not reach, if there are."""

    def widget_value(self, value: T) -> object:
        """Return the value as the widget holds it."""
        return value


# --- kinds of control


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider(Control[float]):
    """A number on a slider; a `whole` one is an int."""

    slides: ClassVar[bool] = True

    low: float
    high: float
    step: float
    whole: bool = False

    def places(self, most: int) -> list[float]:
        """Return where the thumb can stand, at wider steps where that is at more than `most`."""
        return _places(self, most)

    def parse(self, raw: object) -> float:
        """Read a number from `low` to `high`."""
        wanted = f"a {'whole ' * self.whole}number from {self.low:,g} to {self.high:,g}"
        number = _number(_only(raw), self.low, self.high, wanted)
        if math.isclose(number, self.default, rel_tol=1e-12):
            return self.default  # a slider's steps add up to a third but for the last digits
        if not self.whole:
            return number
        if not number.is_integer():
            raise ValueError(f"must be {wanted}")
        return int(number)

    def spell(self, value: float) -> list[str]:
        """Return the number, to its last digit."""
        return [number_word(value)]

    def draw(self, key: str, *, disabled: bool = False) -> None:
        """Draw the slider."""
        kind: Callable[[float], Any] = int if self.whole else float
        st.slider(
            self.label,
            kind(self.low),
            kind(self.high),
            kind(st.session_state[key]),
            kind(self.step),
            format="%d" if self.whole else "%.4g",
            key=key,
            help=self.help,
            disabled=disabled,
        )

    def draw_exact(self, key: str, value: float, choose: Callable[[float], None]) -> None:
        """Draw a field in which the number can be typed."""
        _number_field(self, self.label, key, value, choose)


@dataclass(frozen=True, slots=True, kw_only=True)
class StopSlider(Slider):
    """A number on a slider that has `stops`, which need not be as far from each other.

    A number between them that was typed or came by a link is a stop as long as it is chosen.
    """

    stops: tuple[float, ...]

    def draw(self, key: str, *, disabled: bool = False) -> None:
        """Draw the slider."""
        value = st.session_state[key]
        st.select_slider(
            self.label,
            sorted({*self.stops, value}),
            value,
            format_func=lambda number: f"{number:,}".removesuffix(".0"),
            key=key,
            help=self.help,
            disabled=disabled,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeSlider(Control[tuple[float, float]]):
    """Two numbers on a slider, the first below the second by a step at least."""

    slides: ClassVar[bool] = True

    low: float
    high: float
    step: float

    def places(self, most: int) -> list[float]:
        """Return where either thumb can stand, at wider steps where that is at more than `most`."""
        return _places(self, most)

    def parse(self, raw: object) -> tuple[float, float]:
        """Read two numbers from `low` to `high`."""
        if not isinstance(raw, (list, tuple)) or len(raw) != 2:
            raise ValueError("must have a lower and an upper end")
        wanted = f"a number from {self.low:,g} to {self.high:,g}"
        low, high = (_number(end, self.low, self.high, wanted) for end in raw)
        if high - low < self.step:
            raise ValueError(f"must rise by at least {self.step:g} from its lower to its upper end")
        return low, high

    def spell(self, value: tuple[float, float]) -> list[str]:
        """Return both numbers, to their last digits."""
        return [number_word(end) for end in value]

    def draw(self, key: str, *, disabled: bool = False) -> None:
        """Draw the slider."""
        st.slider(
            self.label,
            self.low,
            self.high,
            st.session_state[key],
            self.step,
            format="%g",
            key=key,
            help=self.help,
            disabled=disabled,
        )

    def draw_exact(
        self,
        key: str,
        value: tuple[float, float],
        choose: Callable[[tuple[float, float]], None],
    ) -> None:
        """Draw a field for either end."""
        low, high = value
        for end, at, moved in (
            ("from", low, lambda number: choose((number, high))),
            ("to", high, lambda number: choose((low, number))),
        ):
            _number_field(self, f"{self.label}, {end}", f"{key}-{end}", at, moved)


def _places(slider: Slider | RangeSlider, most: int) -> list[float]:
    steps = round((slider.high - slider.low) / slider.step)
    pace = math.ceil((steps + 1) / most)
    return [slider.low + slider.step * step for step in range(0, steps + 1, pace)]


def _number_field(
    slider: Slider | RangeSlider,
    label: str,
    key: str,
    value: float,
    choose: Callable[[float], None],
) -> None:
    whole = isinstance(slider, Slider) and slider.whole
    kind: Callable[[float], Any] = int if whole else float
    st.session_state[key] = kind(value)
    st.number_input(
        label,
        kind(slider.low),
        kind(slider.high),
        step=kind(slider.step),
        format="%d" if whole else "%.12g",
        key=key,
        on_change=lambda: choose(st.session_state[key]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf(Control[str]):
    """One of a few options, side by side; `pills` may take more lines, a list holds many."""

    options: tuple[Option, ...]
    pills: bool = False
    listed: bool = False
    labelled: bool = True

    def parse(self, raw: object) -> str:
        """Read one option's word, or an older spelling of it."""
        word = _only(raw)
        try:
            return _find(self.options)(word)
        except ValueError:
            labels = " or ".join(option.label for option in self.options)
            wanted = "one of the list" if self.listed else labels
            raise ValueError(f"must be {wanted}") from None

    def spell(self, value: str) -> list[str]:
        """Return the option's word."""
        return [value]

    def draw(self, key: str, *, disabled: bool = False) -> None:
        """Draw the options, of which one is always chosen."""
        words = [option.value for option in self.options]
        if self.listed:
            st.selectbox(
                self.label,
                words,
                words.index(st.session_state[key]),
                format_func=_labels(self.options).__getitem__,
                key=key,
                help=self.help,
                disabled=disabled,
            )
            return
        (st.pills if self.pills else st.segmented_control)(
            self.label,
            words,
            default=st.session_state[key],
            format_func=_labels(self.options).__getitem__,
            required=True,
            key=key,
            help=self.help,
            disabled=disabled,
            label_visibility="visible" if self.labelled else "collapsed",
            width="stretch" if self.labelled and not self.pills else "content",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SomeOf(Control[tuple[str, ...]]):
    """Any of a few options; many are chosen from a list, where `placeholder` says for what."""

    options: tuple[Option, ...]
    placeholder: str = ""

    def parse(self, raw: object) -> tuple[str, ...]:
        """Read distinct options' words, or older spellings of them."""
        return distinct(raw, _find(self.options))

    def spell(self, value: tuple[str, ...]) -> list[str]:
        """Return the options' words."""
        return list(value) or [""]

    def draw(self, key: str, *, disabled: bool = False) -> None:
        """Draw the options."""
        words = [option.value for option in self.options]
        shared: dict[str, Any] = {
            "default": st.session_state[key],
            "format_func": _labels(self.options).__getitem__,
            "key": key,
            "help": self.help,
            "disabled": disabled,
        }
        if self.placeholder:
            st.multiselect(
                self.label, words, placeholder=self.placeholder, select_all=False, **shared
            )
        else:
            st.pills(self.label, words, selection_mode="multi", **shared)

    def widget_value(self, value: tuple[str, ...]) -> object:
        """Return the options' words as a list, which Streamlit's widgets hold."""
        return list(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch(Control[bool]):
    """Whether a part of the page is open; the page draws that part itself."""

    def parse(self, raw: object) -> bool:
        """Read a bool, or "true" or "false"."""
        value = _only(raw)
        if isinstance(value, bool):
            return value
        if value not in ("true", "false"):
            raise ValueError("must be true or false")
        return value == "true"

    def spell(self, value: bool) -> list[str]:
        """Return "true" or "false"."""
        return ["true" if value else "false"]

    def draw(self, key: str, *, disabled: bool = False) -> None:
        """Leave the drawing to the page."""


# --- reading


class PartlyError(ValueError):
    """Says what of a list was refused; `kept` is the rest."""

    def __init__(self, words: str, kept: tuple[str, ...]) -> None:
        """Keep what was found."""
        super().__init__(words)
        self.kept = kept


def respell(word: str) -> str:
    """Undo what chats and mailers do to a word of a link, and forget upper case."""
    return unquote(word).replace("+", " ").strip().casefold()


def distinct(raw: object, find: Callable[[object], str]) -> tuple[str, ...]:
    """Read a list of words by `find`, which raises ValueError for one that it does not know."""
    given = [] if raw in ([""], None) else raw
    if not isinstance(given, (list, tuple)):
        raise ValueError("must be a list")
    found: dict[str, None] = {}
    complaints: list[str] = []
    for word in given:
        try:
            found[find(word)] = None
        except ValueError as error:
            complaints.append(str(error))
    words = f"cannot hold everything: {'; '.join(complaints[:MOST_COMPLAINTS])}"
    if complaints and not found:
        raise ValueError(words)
    if complaints:
        raise PartlyError(words, tuple(found))
    return tuple(found)


def number_word(value: float) -> str:
    """Write a number as links have it, to its last digit: "-5", "0.1"."""
    return repr(value).removesuffix(".0")


def _number(value: object, low: float, high: float, wanted: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (Real, str)):
        raise ValueError(f"must be {wanted}")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise ValueError(f"must be {wanted}") from None
    if not low <= number <= high:  # NaN fails too
        raise ValueError(f"must be {wanted}")
    return number


def _only(raw: object) -> object:
    """Return the one value that a link or a widget delivered."""
    if not isinstance(raw, list):
        return raw
    if len(raw) != 1:
        raise ValueError("must be given once")
    return raw[0]


def _labels(options: Iterable[Option]) -> Mapping[str, str]:
    return {option.value: option.label for option in options}


def _spelled(options: Iterable[Option]) -> Mapping[str, str]:
    """Return each option's word by every spelling of it."""
    return {respell(spelling): option.value for option in options for spelling in option.spellings}


def _find(options: Iterable[Option]) -> Callable[[object], str]:
    known = _spelled(options)

    def find(word: object) -> str:
        if not isinstance(word, str) or respell(word) not in known:
            raise ValueError(f"{brief(word)} is not offered")
        return known[respell(word)]

    return find
