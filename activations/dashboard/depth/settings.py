"""What the user chooses on the page "Depth"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from activations.dashboard import functions
from activations.dashboard.controls import OneOf, Option, Slider, SomeOf
from activations.dashboard.images import IMAGES, WithImages
from activations.dashboard.reading import controls, group
from activations.depth.experiment import LIMITS, Experiment
from activations.depth.presets import Preset, vary
from activations.functions.initial import PYTORCH_DEFAULT
from activations.functions.spec import Function

MOST_RUNS: Final = 32
"""So many runs of the largest experiment take half a minute."""

_OWN: Final = "sigma-w"
"""The weights whose standard deviation is of one's own choice."""

_WEIGHTS: Final = {
    "he": "He",
    "xavier": "Xavier",
    "lecun": "LeCun",
    "pytorch-default": PYTORCH_DEFAULT,
}
_VARIATIONS: Final = _WEIGHTS | {
    "sigma-w-times-0.75": "σ_w × 0.75",
    "sigma-w-times-1.4": "σ_w × 1.4",
    "input-times-0.5": "input × 0.5",
    "input-times-2": "input × 2",
}
"""What experiments and their variations are called, by their words in links."""

_DEFAULT: Final = Experiment()


@dataclass(frozen=True, kw_only=True)
class Settings(functions.WithFunctions, WithImages):
    """What is chosen, by control key."""

    weights: str
    sigma_w: float
    sigma_b: float
    compare: tuple[str, ...]
    depth: int
    width: int
    batch: int
    input_std: float
    seed: int

    @property
    def draws_own_biases(self) -> bool:
        """Whether the weights come with biases of their own, which leaves no choice of sigma_b."""
        return _WEIGHTS.get(self.weights) == PYTORCH_DEFAULT

    @property
    def experiment(self) -> Experiment:
        """The chosen experiment."""
        return Experiment(
            depth=self.depth,
            width=self.width,
            batch=self.batch,
            weights=_WEIGHTS.get(self.weights, self.sigma_w),
            sigma_b=0.0 if self.draws_own_biases else self.sigma_b,
            input_std=self.input_std,
            seed=self.seed,
        )

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """The chosen experiment and what it is compared with."""
        return vary(self.experiment, tuple(_VARIATIONS[word] for word in self.compare))

    @property
    def runs(self) -> list[tuple[Function, Experiment]]:
        """Each function in each experiment, the functions of one experiment side by side."""
        return [(each, experiment) for experiment in self.experiments for each in self.chosen]


def values_of(preset: Preset) -> dict[str, Any]:
    """Return the controls' values that show a story."""
    experiment = preset.experiment
    words: dict[str | float, str] = {name: word for word, name in _VARIATIONS.items()}
    weights = experiment.weights
    return {
        "functions": preset.functions,
        "compare": tuple(words[name] for name in preset.variations),
        "weights": words.get(weights, _OWN),
        "sigma_w": SIGMA_W.default if weights in words else weights,
        **{
            name: getattr(experiment, name)
            for name in ("depth", "width", "batch", "sigma_b", "input_std", "seed")
        },
    }


def _options(names: dict[str, str]) -> tuple[Option, ...]:
    return tuple(Option(word, name) for word, name in names.items())


def _whole(name: str, label: str, step: int) -> Slider:
    limits = LIMITS[name]
    return Slider(
        key=name,
        label=label,
        default=getattr(_DEFAULT, name),
        low=limits.low,
        high=limits.high,
        step=step,
        whole=True,
    )


WEIGHTS: Final = OneOf(
    key="weights",
    label="Weights",
    default="he",
    options=(*_options(_WEIGHTS), Option(_OWN, "σ_w")),
    pills=True,
    labelled=False,
    help="σ_w is a weight's standard deviation times the square root of the width.",
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
    default=_DEFAULT.sigma_b,
    low=0.0,
    high=2.0,
    step=0.05,
    enabled=lambda settings: not settings.draws_own_biases,
    help="The standard deviation of the biases; PyTorch's default draws its own.",
)
COMPARE: Final = SomeOf(
    key="compare",
    label="Compare with",
    default=(),
    options=_options(_VARIATIONS),
    placeholder="The same with …",
    help="The same experiment with one thing changed, drawn beside it.",
)
DEPTH: Final = _whole("depth", "Depth", 1)
WIDTH: Final = _whole("width", "Width", 16)
BATCH: Final = _whole("batch", "Batch", 64)
INPUT_STD: Final = Slider(
    key="input_std",
    label="Input scale",
    default=_DEFAULT.input_std,
    low=0.1,
    high=5.0,
    step=0.1,
    help="The standard deviation of the inputs, which are normal.",
)
SEED: Final = Slider(
    key="seed",
    label="Seed",
    default=_DEFAULT.seed,
    low=0,
    high=99,
    step=1,
    whole=True,
    help="Another seed draws another network.",
)

CONTROLS: Final = controls(
    Settings,
    *functions.groups(follows=False),
    group("WEIGHTS", WEIGHTS, SIGMA_W, SIGMA_B, COMPARE),
    group("NETWORK", DEPTH, WIDTH, BATCH, INPUT_STD, SEED),
    IMAGES,
)
