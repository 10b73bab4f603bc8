"""What the user chooses on the page "Depth"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from activations.dashboard import functions, weights
from activations.dashboard.controls import Slider, SomeOf
from activations.dashboard.images import IMAGES, WithImages
from activations.dashboard.jobs import TURNS
from activations.dashboard.reading import controls, group
from activations.dashboard.weights import NAMES, SIGMA_B, SIGMA_W, WEIGHTS, WithWeights
from activations.depth.experiment import LIMITS, Experiment
from activations.depth.presets import Preset, vary
from activations.depth.repeats import REPEATS
from activations.functions.spec import Function

MOST_RUNS: Final = 32
"""So many runs of the largest experiment take half a minute."""

_VARIATIONS: Final = NAMES | {
    "sigma-w-times-0.75": "σ_w × 0.75",
    "sigma-w-times-1.4": "σ_w × 1.4",
    "input-times-0.5": "input × 0.5",
    "input-times-2": "input × 2",
}
"""What experiments and their variations are called, by their words in links."""

_DEFAULT: Final = Experiment()


@dataclass(frozen=True, kw_only=True)
class Settings(functions.WithFunctions, WithWeights, WithImages):
    """What is chosen, by control key."""

    compare: tuple[str, ...]
    depth: int
    width: int
    batch: int
    input_std: float
    seed: int
    repeats: int

    @property
    def experiment(self) -> Experiment:
        """The chosen experiment."""
        return Experiment(
            depth=self.depth,
            width=self.width,
            batch=self.batch,
            **self.initialisation,
            input_std=self.input_std,
            seed=self.seed,
        )

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """The chosen experiment and what it is compared with."""
        return vary(self.experiment, tuple(_VARIATIONS[word] for word in self.compare))

    @property
    def too_large(self) -> str:
        """What to say where the experiment needs more memory than it may."""
        return TURNS.too_large(self.experiment.memory, "lower depth, width or batch")

    @property
    def runs(self) -> list[tuple[Function, Experiment]]:
        """Each function in each experiment, the functions of one experiment side by side."""
        return [(each, experiment) for experiment in self.experiments for each in self.chosen]


def values_of(preset: Preset) -> dict[str, Any]:
    """Return the controls' values that show a story."""
    experiment = preset.experiment
    words = {name: word for word, name in _VARIATIONS.items()}
    return {
        "functions": preset.functions,
        "compare": tuple(words[name] for name in preset.variations),
        **weights.values_of(experiment.weights, experiment.sigma_b),
        **{
            name: getattr(experiment, name)
            for name in ("depth", "width", "batch", "input_std", "seed")
        },
    }


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


COMPARE: Final = SomeOf(
    key="compare",
    label="Compare with",
    default=(),
    options=weights.options(_VARIATIONS),
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
    help="Another seed draws other networks.",
)
REPEATED: Final = Slider(
    key="repeats",
    label="Repeats",
    default=8,
    low=REPEATS.low,
    high=REPEATS.high,
    step=1,
    whole=True,
    help="So many networks are drawn, by this seed and those after it. Dots are their medians, a "
    "darker band holds the middle 80 %.",
)

CONTROLS: Final = controls(
    Settings,
    *functions.groups(follows=False),
    group("WEIGHTS", WEIGHTS, SIGMA_W, SIGMA_B, COMPARE),
    group("NETWORK", DEPTH, WIDTH, BATCH, INPUT_STD, SEED, REPEATED),
    IMAGES,
)
