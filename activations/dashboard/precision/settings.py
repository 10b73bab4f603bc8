"""What the user chooses on the page "Precision"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from activations.dashboard import functions
from activations.dashboard.controls import OneOf, Option, RangeSlider
from activations.dashboard.images import IMAGES, WithImages
from activations.dashboard.reading import controls, group
from activations.functions.catalog import CATALOG
from activations.functions.spec import Function
from activations.precision import FORMATS, PLACES, Format
from activations.precision.export import Choice
from activations.precision.figures import View
from activations.precision.measure import FLOAT32, KERNEL, TYPED
from activations.precision.presets import Preset
from activations.precision.typed import has_text

MOST_RUNS: Final = 64
MOST_DRAWN: Final = 5
"""A chart with more lines is a tangle; the table has all runs."""

_NOTHING, _FORMATS, _PLACES = "functions", "formats", "places"


@dataclass(frozen=True, kw_only=True)
class Settings(functions.WithFunctions, WithImages):
    """What is chosen, by control key."""

    format: str
    where: str
    compare: str
    slope: str
    axis: str
    span: tuple[float, float]

    @property
    def linear(self) -> bool:
        """Whether the x axis is linear."""
        return self.axis == "linear"

    @property
    def view(self) -> View:
        """What is looked at."""
        low, high = self.span
        return View(int(self.slope == "slope"), self.linear, low, high)

    @property
    def choices(self) -> list[Choice]:
        """What is measured: each function, in each format and place that is to be compared."""
        formats = list(FORMATS.values()) if self.compare == _FORMATS else [FORMATS[self.format]]
        places = [KERNEL, TYPED] if self.compare == _PLACES else [self.where]
        chosen = [
            (function, kind, _possible(function, kind, where))
            for function in self.chosen
            for kind in formats
            for where in places
        ]
        return list(dict.fromkeys(chosen))

    @property
    def varies(self) -> str:
        """What a function's runs differ in: "formats", "places", or nothing."""
        return "" if self.compare == _NOTHING else self.compare

    def label(self, choice: Choice) -> str:
        """Return what a run is called beside the others."""
        function, kind, where = choice
        more = {_FORMATS: kind.name, _PLACES: PLACES[where]}.get(self.varies)
        return f"{function.title}, {more}" if more else function.title


def _possible(function: Function, kind: Format, where: str) -> str:
    """Return where a function is computed if it cannot be where that was chosen."""
    if where == TYPED and not has_text(function):
        where = KERNEL
    return FLOAT32 if where == KERNEL and not kind.has_kernels else where


def values_of(preset: Preset) -> dict[str, Any]:
    """Return the controls' values that show a story."""
    activation = CATALOG[preset.functions[0]]
    view = preset.view
    return {
        "functions": preset.functions,
        "own": preset.own,
        **{
            activation.query_of(parameter): preset.parameters.get(parameter.name, parameter.default)
            for parameter in activation.parameters
        },
        "format": preset.format,
        "where": preset.where,
        "compare": _PLACES if preset.all_places else _NOTHING,
        "slope": "slope" if view.order else "function",
        "axis": "linear" if view.linear else "order",
        "span": (view.low, view.high),
    }


FORMAT: Final = OneOf(
    key="format",
    label="Format",
    default="bfloat16",
    options=tuple(Option(name, name.removesuffix("fn")) for name in FORMATS),
    pills=True,
    help="All finite inputs of a format are taken; of float32, 2²⁰ spread over all, and 1,000 "
    "around each break.",
)
WHERE: Final = OneOf(
    key="where",
    label="Computed",
    default=KERNEL,
    options=(Option(KERNEL, "kernel"), Option(TYPED, "typed"), Option(FLOAT32, "float32")),
    help="By torch's kernel in the format; as the formula is typed, every step rounded to the "
    "format; or in float32, rounded once. For 8 bits the CPU has no kernels: float32 then.",
)
COMPARE: Final = OneOf(
    key="compare",
    label="Compare",
    default=_NOTHING,
    options=(
        Option(_NOTHING, "functions"),
        Option(_FORMATS, "formats"),
        Option(_PLACES, "kernel, typed"),
    ),
    pills=True,
    help="The functions in one format; or each of them in all formats, or in torch's kernel and "
    "as typed.",
)
SLOPE: Final = OneOf(
    key="slope",
    label="Show",
    default="function",
    options=(Option("function", "f"), Option("slope", "f′")),
    help="The slope is what autograd's backward pass computes in the format.",
)
AXIS: Final = OneOf(
    key="axis",
    label="Inputs",
    default="order",
    options=(Option("order", "by order"), Option("linear", "linear")),
    help="By their order each number of the format is as wide as the next.",
)
# Disabled and not left out: a slider that came and went would move all that stands below it.
SPAN: Final = RangeSlider(
    key="span",
    label="Input range",
    default=(-5.0, 5.0),
    low=-20.0,
    high=20.0,
    step=0.5,
    enabled=lambda settings: settings.linear,
)

CONTROLS: Final = controls(
    Settings,
    group("FORMAT", FORMAT, WHERE, COMPARE),
    *functions.groups(follows=False),
    group("SHOW", SLOPE, AXIS, SPAN),
    IMAGES,
)
