"""What a page's controls are, and how what widgets and URL deliver becomes valid values.

Each page has a table of controls; what both pages have, functions and images, stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from reprlib import repr as brief
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

from activations.functions.catalog import CATALOG
from activations.functions.spec import Activation, Choice, Function, Parameter

POST_FUNCTIONS: Final = ("sigmoid", "tanh", "relu", "leaky_relu")
IMAGE_SIZES: Final = ("Screen", "Slide", "Paper")
IMAGE_COLORS: Final = ("Dark on white", "As on screen")


@dataclass(frozen=True, slots=True)
class Control:
    """One control of a page: its key in URL and session, its label, default, and its parser.

    `parse` turns what a widget or the URL delivered into a value, or raises ValueError with words
    that go on from the label: "must be ...".
    """

    key: str
    label: str
    default: Any
    parse: Callable[[object], Any]


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that the user chose on a page, by control key, valid as a whole."""

    values: Mapping[str, Any]

    @property
    def functions(self) -> tuple[Function, ...]:
        """The functions on show, in order, at the chosen parameters."""
        return tuple(self._at_chosen(CATALOG[name]) for name in self.values["functions"])

    @property
    def image(self) -> dict[str, Any]:
        """How saved images look, as `chart` takes it: one of IMAGE_SIZES, one of IMAGE_COLORS."""
        return {key: str(self.values[key]) for key in ("image_size", "image_colors")}

    def _at_chosen(self, activation: Activation) -> Function:
        return activation.at(
            **{
                parameter.name: self.values[activation.query_of(parameter)]
                for parameter in activation.parameters
            }
        )


S = TypeVar("S", bound=Choices)


@dataclass(frozen=True, slots=True)
class Reading(Generic[S]):
    """Settings, and for each control whose value made no sense, by key, a sentence that says so."""

    settings: S
    refusals: Mapping[str, str]


def table(*controls: Control) -> Mapping[str, Control]:
    """Return a page's controls by key."""
    return MappingProxyType({control.key: control for control in controls})


def read(
    controls: Iterable[Control],
    settings: Callable[[Mapping[str, Any]], S],
    raw: Mapping[str, object],
) -> Reading[S]:
    """Turn whatever widgets and URL delivered, by control key, into valid settings.

    A URL delivers a list of strings, a widget its value. What is missing, or wrong in whatever
    way, gets its default; the rest is kept. Raises nothing.
    """
    values: dict[str, Any] = {}
    refusals: dict[str, str] = {}
    for control in controls:
        values[control.key] = control.default
        if control.key not in raw:
            continue
        try:
            values[control.key] = control.parse(raw[control.key])
        except ValueError as error:
            refusals[control.key] = f"{control.label} {error}."
    return Reading(settings(MappingProxyType(values)), MappingProxyType(refusals))


# --- parsers


def number_between(value: object, low: float, high: float) -> float:
    """Return one value as a number from `low` to `high`; ValueError otherwise."""
    wanted = f"must be a number from {low:,g} to {high:,g}"
    if isinstance(value, bool) or not isinstance(value, (Real, str)):
        raise ValueError(wanted)
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise ValueError(wanted) from None
    if not low <= number <= high:  # NaN fails too
        raise ValueError(wanted)
    return number


def number(low: float, high: float) -> Callable[[object], float]:
    """Return a parser of a number from `low` to `high`."""

    def parse(raw: object) -> float:
        return number_between(_only(raw), low, high)

    return parse


def whole(low: int, high: int) -> Callable[[object], int]:
    """Return a parser of a whole number from `low` to `high`."""
    wanted = f"must be a whole number from {low:,} to {high:,}"

    def parse(raw: object) -> int:
        try:
            number = number_between(_only(raw), low, high)
        except ValueError:
            raise ValueError(wanted) from None
        if not number.is_integer():
            raise ValueError(wanted)
        return int(number)

    return parse


def one_of(options: Sequence[str]) -> Callable[[object], str]:
    """Return a parser of one of the options."""

    def parse(raw: object) -> str:
        value = _only(raw)
        if not isinstance(value, str) or value not in options:
            raise ValueError(f"must be {' or '.join(options)}")
        return value

    return parse


def some_of(options: Mapping[str, str]) -> Callable[[object], list[str]]:
    """Return a parser of a list of distinct names, each given by itself or by its title."""
    names = {title: name for name, title in options.items()} | {name: name for name in options}

    def parse(raw: object) -> list[str]:
        given = [] if raw in ([""], None) else raw
        if not isinstance(given, (list, tuple)):
            raise ValueError("must be a list")
        chosen = []
        for each in given:
            if not isinstance(each, str) or each not in names:
                raise ValueError(f"cannot hold {brief(each)}")
            chosen.append(names[each])
        return list(dict.fromkeys(chosen))

    return parse


def _only(raw: object) -> object:
    """Return the one value that a URL or a widget delivered."""
    if not isinstance(raw, list):
        return raw
    if len(raw) != 1:
        raise ValueError("must be given once")
    return raw[0]


# --- what both pages have


def _parameter(activation: Activation, parameter: Parameter | Choice) -> Control:
    parse: Callable[[object], Any] = (
        one_of(parameter.options)
        if isinstance(parameter, Choice)
        else number(parameter.low, parameter.high)
    )
    label = f"{activation.title} {parameter.name.replace('_', ' ')}"
    return Control(activation.query_of(parameter), label, parameter.default, parse)


_TITLES = {name: activation.title for name, activation in CATALOG.items()}

FUNCTIONS: Final = (
    Control("functions", "Functions", list(POST_FUNCTIONS), some_of(_TITLES)),
    *(
        _parameter(activation, parameter)
        for activation in CATALOG.values()
        for parameter in activation.parameters
    ),
)
"""Which functions are on show, and the parameters of each that there is."""

IMAGES: Final = (
    Control("image_size", "Image size", IMAGE_SIZES[0], one_of(IMAGE_SIZES)),
    Control("image_colors", "Image colors", IMAGE_COLORS[0], one_of(IMAGE_COLORS)),
)
