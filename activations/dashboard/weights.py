"""The choice of how networks are initialised, which all pages with networks share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from activations.dashboard.controls import OneOf, Option, Slider
from activations.functions.initial import PYTORCH_DEFAULT

_OWN: Final = "sigma-w"
"""The weights whose standard deviation is of one's own choice."""

NAMES: Final = {
    "he": "He",
    "xavier": "Xavier",
    "lecun": "LeCun",
    "pytorch-default": PYTORCH_DEFAULT,
}
"""The initialisations that have a name, by their words in links."""


def options(names: Mapping[str, str]) -> tuple[Option, ...]:
    """Return an option for each word and its label."""
    return tuple(Option(word, name) for word, name in names.items())


WEIGHTS: Final = OneOf(
    key="weights",
    label="Weights",
    default="he",
    options=(*options(NAMES), Option(_OWN, "σ_w")),
    pills=True,
    labelled=False,
    help="σ_w is a weight's standard deviation times the square root of its layer's inputs.",
)
# Disabled and not left out: a slider that came and went would move all that stands below it.
SIGMA_W: Final = Slider(
    key="sigma_w",
    label="Weight scale σ_w",
    default=1.0,
    low=0.1,
    high=4.0,
    step=0.01,
    enabled=lambda settings: settings.weights == _OWN,
)
SIGMA_B: Final = Slider(
    key="sigma_b",
    label="Bias scale σ_b",
    default=0.0,
    low=0.0,
    high=2.0,
    step=0.05,
    enabled=lambda settings: not settings.draws_own_biases,
    help="The standard deviation of the biases; PyTorch's default draws its own.",
)


@dataclass(frozen=True, kw_only=True)
class WithWeights:
    """Settings of a page with networks, as the controls have them."""

    weights: str
    sigma_w: float
    sigma_b: float

    @property
    def draws_own_biases(self) -> bool:
        """Whether the weights come with biases of their own, which leaves no choice of sigma_b."""
        return NAMES.get(self.weights) == PYTORCH_DEFAULT

    @property
    def initialisation(self) -> dict[str, Any]:
        """What an experiment takes of it, by name."""
        return {
            "weights": NAMES.get(self.weights, self.sigma_w),
            "sigma_b": 0.0 if self.draws_own_biases else self.sigma_b,
        }


def values_of(weights: str | float, sigma_b: float) -> dict[str, Any]:
    """Return the controls' values that give an experiment's initialisation."""
    words: dict[str | float, str] = {name: word for word, name in NAMES.items()}
    return {
        "weights": words.get(weights, _OWN),
        "sigma_w": SIGMA_W.default if weights in words else weights,
        "sigma_b": sigma_b,
    }
