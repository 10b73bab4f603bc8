"""What the user chose: one pure function turns what widgets and URL deliver into settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from reprlib import repr as brief
from types import MappingProxyType
from typing import Any, Final

from activations.catalog import CATALOG
from activations.spec import Activation, Choice, Function, Parameter

RANGE_LIMIT: Final = 20.0
RANGE_STEP: Final = 0.5
LEAST_SAMPLES: Final = 2
MOST_SAMPLES: Final = 10_000
POST_FUNCTIONS: Final = ("sigmoid", "tanh", "relu", "leaky_relu")
POST_LIMITS: Final = (-1.5, 1.5)
AS_IN_POST, FIT, LOG_SLOPE = OUTPUTS = ("±1.5", "Fit", "log |f′|")
DERIVATIVES: Final = ("f′", "f″")
GRID, OVERLAY = SUMMARIES = ("Grid", "Overlay")
IMAGE_SIZES: Final = ("Screen", "Slide", "Paper")
IMAGE_COLORS: Final = ("Dark on white", "As on screen")


@dataclass(frozen=True, slots=True)
class Control:
    """One control of the page: its key in URL and session, its label, default, and its parser.

    `parse` turns what a widget or the URL delivered into a value, or raises ValueError with words
    that go on from the label: "must be ...".
    """

    key: str
    label: str
    default: Any
    parse: Callable[[object], Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the user chose, by control key, valid as a whole."""

    values: Mapping[str, Any]

    @property
    def low(self) -> float:
        """The input range's lower end."""
        return float(self.values["range"][0])

    @property
    def high(self) -> float:
        """The input range's upper end, above the lower by at least one step."""
        return float(self.values["range"][1])

    @property
    def samples(self) -> int:
        """How many samples of the input range are drawn."""
        return int(self.values["samples"])

    @property
    def functions(self) -> tuple[Function, ...]:
        """The functions on show, in order, at the chosen parameters."""
        return tuple(self._at_chosen(CATALOG[name]) for name in self.values["functions"])

    @property
    def orders(self) -> tuple[int, ...]:
        """The orders of derivative on show: 0, and 1 or 2 where they were added."""
        shown = self.values["derivatives"]
        return (0, *(order for order, name in enumerate(DERIVATIVES, 1) if name in shown))

    @property
    def fitted(self) -> bool:
        """Whether the output axis follows the curves, instead of keeping the post's limits."""
        return bool(self.values["output"] != AS_IN_POST)

    @property
    def log(self) -> bool:
        """Whether the slope's size is shown on a logarithmic axis, instead of the function."""
        return bool(self.values["output"] == LOG_SLOPE)

    @property
    def overlaid(self) -> bool:
        """Whether the summary is one overlay, instead of a grid of panels."""
        return bool(self.values["summary"] == OVERLAY)

    @property
    def image_size(self) -> str:
        """The size of saved images, one of IMAGE_SIZES."""
        return str(self.values["image_size"])

    @property
    def image_colors(self) -> str:
        """The colours of saved images, one of IMAGE_COLORS."""
        return str(self.values["image_colors"])

    def _at_chosen(self, activation: Activation) -> Function:
        return activation.at(
            **{
                parameter.name: self.values[activation.query_of(parameter)]
                for parameter in activation.parameters
            }
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """Settings, and for each control whose value made no sense, by key, a sentence that says so."""

    settings: Settings
    refusals: Mapping[str, str]


def read(raw: Mapping[str, object]) -> Reading:
    """Turn whatever widgets and URL delivered, by control key, into valid settings.

    A URL delivers a list of strings, a widget its value. What is missing, or wrong in whatever
    way, gets its default; the rest is kept. Raises nothing.
    """
    values: dict[str, Any] = {}
    refusals: dict[str, str] = {}
    for control in CONTROLS.values():
        values[control.key] = control.default
        if control.key not in raw:
            continue
        try:
            values[control.key] = control.parse(raw[control.key])
        except ValueError as error:
            refusals[control.key] = f"{control.label} {error}."
    return Reading(Settings(MappingProxyType(values)), MappingProxyType(refusals))


def parameter_label(activation: Activation, parameter: Parameter | Choice) -> str:
    """Return the label of a parameter's control: "Leaky ReLU negative slope"."""
    return f"{activation.title} {parameter.name.replace('_', ' ')}"


# --- parsers


def _only(raw: object) -> object:
    """Return the one value that a URL or a widget delivered."""
    if not isinstance(raw, list):
        return raw
    if len(raw) != 1:
        raise ValueError("must be given once")
    return raw[0]


def _number(value: object, low: float, high: float) -> float:
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


def _parse_range(raw: object) -> tuple[float, float]:
    if not isinstance(raw, (list, tuple)) or len(raw) != 2:
        raise ValueError("must have a lower and an upper end")
    low, high = (_number(end, -RANGE_LIMIT, RANGE_LIMIT) for end in raw)
    if high - low < RANGE_STEP:
        raise ValueError(f"must rise by at least {RANGE_STEP:g} from its lower to its upper end")
    return low, high


def _parse_samples(raw: object) -> int:
    wanted = f"must be a whole number from {LEAST_SAMPLES} to {MOST_SAMPLES:,}"
    try:
        number = _number(_only(raw), LEAST_SAMPLES, MOST_SAMPLES)
    except ValueError:
        raise ValueError(wanted) from None
    if not number.is_integer():
        raise ValueError(wanted)
    return int(number)


def _one_of(options: Sequence[str]) -> Callable[[object], str]:
    def parse(raw: object) -> str:
        value = _only(raw)
        if not isinstance(value, str) or value not in options:
            raise ValueError(f"must be {' or '.join(options)}")
        return value

    return parse


def _some_of(options: Mapping[str, str]) -> Callable[[object], list[str]]:
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


def _parameter(activation: Activation, parameter: Parameter | Choice) -> Control:
    if isinstance(parameter, Choice):
        parse: Callable[[object], Any] = _one_of(parameter.options)
    else:
        low, high = parameter.low, parameter.high

        def parse(raw: object) -> float:
            return _number(_only(raw), low, high)

    label = parameter_label(activation, parameter)
    return Control(activation.query_of(parameter), label, parameter.default, parse)


_TITLES = {name: activation.title for name, activation in CATALOG.items()}

_CONTROLS = (
    Control("range", "Input range", (-5.0, 5.0), _parse_range),
    Control("samples", "Samples", 100, _parse_samples),
    Control("functions", "Functions", list(POST_FUNCTIONS), _some_of(_TITLES)),
    *(
        _parameter(activation, parameter)
        for activation in CATALOG.values()
        for parameter in activation.parameters
    ),
    Control("derivatives", "Show", [], _some_of(dict(zip(DERIVATIVES, DERIVATIVES, strict=True)))),
    Control("output", "Output axis", AS_IN_POST, _one_of(OUTPUTS)),
    Control("summary", "Summary", GRID, _one_of(SUMMARIES)),
    Control("image_size", "Image size", IMAGE_SIZES[0], _one_of(IMAGE_SIZES)),
    Control("image_colors", "Image colors", IMAGE_COLORS[0], _one_of(IMAGE_COLORS)),
)

CONTROLS: Final[Mapping[str, Control]] = MappingProxyType(
    {control.key: control for control in _CONTROLS}
)
