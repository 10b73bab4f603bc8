"""What the user chose on the page "Explore"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from activations.dashboard import controls
from activations.dashboard.controls import POST_FUNCTIONS, Choices, Control, Reading

__all__ = ["CONTROLS", "POST_FUNCTIONS", "Reading", "Settings", "read"]

RANGE_LIMIT: Final = 20.0
RANGE_STEP: Final = 0.5
LEAST_SAMPLES: Final = 2
MOST_SAMPLES: Final = 10_000
POST_LIMITS: Final = (-1.5, 1.5)
AS_IN_POST, FIT, LOG_SLOPE = OUTPUTS = ("±1.5", "Fit", "log |f′|")
DERIVATIVES: Final = ("f′", "f″")
GRID, OVERLAY = SUMMARIES = ("Grid", "Overlay")


@dataclass(frozen=True, slots=True)
class Settings(Choices):
    """What is chosen, as the page needs it."""

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


def read(raw: Mapping[str, object]) -> Reading[Settings]:
    """Turn whatever widgets and URL delivered, by control key, into valid settings."""
    return controls.read(CONTROLS.values(), Settings, raw)


def _parse_range(raw: object) -> tuple[float, float]:
    if not isinstance(raw, (list, tuple)) or len(raw) != 2:
        raise ValueError("must have a lower and an upper end")
    low, high = (controls.number_between(end, -RANGE_LIMIT, RANGE_LIMIT) for end in raw)
    if high - low < RANGE_STEP:
        raise ValueError(f"must rise by at least {RANGE_STEP:g} from its lower to its upper end")
    return low, high


CONTROLS: Final = controls.table(
    Control("range", "Input range", (-5.0, 5.0), _parse_range),
    Control("samples", "Samples", 100, controls.whole(LEAST_SAMPLES, MOST_SAMPLES)),
    *controls.FUNCTIONS,
    Control("derivatives", "Show", [], controls.some_of({name: name for name in DERIVATIVES})),
    Control("output", "Output axis", AS_IN_POST, controls.one_of(OUTPUTS)),
    Control("summary", "Summary", GRID, controls.one_of(SUMMARIES)),
    *controls.IMAGES,
)
"""The controls, each bound to the URL under its key."""
