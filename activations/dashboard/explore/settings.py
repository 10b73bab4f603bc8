"""What the user chooses on the page "Explore"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from activations.dashboard import functions
from activations.dashboard.controls import OneOf, Option, RangeSlider, SomeOf, StopSlider, Switch
from activations.dashboard.explore.elsewhere import DIFFERENCE, ELSEWHERE
from activations.dashboard.images import IMAGES, WithImages
from activations.dashboard.reading import controls, group

_ORDERS: Final = {"first": 1, "second": 2}

RANGE: Final = RangeSlider(
    key="range", label="Input range", default=(-5.0, 5.0), low=-20.0, high=20.0, step=0.5
)
_TWO_DIGITS: Final = (*range(10, 20), *range(20, 100, 5))
SAMPLES: Final = StopSlider(
    key="samples",
    label="Samples",
    default=100,
    low=2,
    high=10_000,
    step=1,
    whole=True,
    stops=(
        *range(2, 10),
        *(digits * 10**power for power in range(3) for digits in _TWO_DIGITS),
        10_000,
    ),
)
DERIVATIVES: Final = SomeOf(
    key="derivatives",
    label="Show",
    default=(),
    options=(Option("first", "f′"), Option("second", "f″")),
    help="The function itself is always shown.",
)
OUTPUT: Final = OneOf(
    key="output",
    label="Output axis",
    default="post",
    options=(Option("post", "±1.5"), Option("fit", "Fit"), Option("log-slope", "log |f′|")),
)
SUMMARY: Final = OneOf(
    key="summary",
    label="Summary",
    default="grid",
    options=(Option("grid", "Grid"), Option("overlay", "Overlay")),
    labelled=False,
)
FACTS: Final = Switch(key="facts", label="Facts", default=False)


@dataclass(frozen=True, kw_only=True)
class Settings(functions.WithFunctions, WithImages):
    """What is chosen, by control key."""

    range: tuple[float, float]
    samples: int
    derivatives: tuple[str, ...]
    output: str
    summary: str
    facts: bool
    elsewhere: bool
    difference: str

    @property
    def orders(self) -> tuple[int, ...]:
        """The orders of derivative on show: 0, and 1 or 2 where they were added."""
        return (0, *sorted(_ORDERS[word] for word in self.derivatives))

    @property
    def fitted(self) -> bool:
        """Whether the output axis follows the curves, instead of keeping the post's limits."""
        return self.output != "post"

    @property
    def log(self) -> bool:
        """Whether the slope's size is shown on a logarithmic axis, instead of the function."""
        return self.output == "log-slope"

    @property
    def overlaid(self) -> bool:
        """Whether the summary is one overlay, instead of a grid of panels."""
        return self.summary == "overlay"


CONTROLS: Final = controls(
    Settings,
    group("INPUT", RANGE, SAMPLES, follows=True),
    *functions.groups(follows=True),
    group("SHOW", DERIVATIVES, OUTPUT),
    IMAGES,
    others=(SUMMARY, FACTS, ELSEWHERE, DIFFERENCE),
)
