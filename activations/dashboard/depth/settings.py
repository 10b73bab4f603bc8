"""What the user chose on the page "Depth"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from activations.dashboard import controls
from activations.dashboard.controls import Choices, Control, Reading
from activations.depth.experiment import LIMITS, PYTORCH_DEFAULT, WEIGHTS, Experiment
from activations.depth.presets import VARIATIONS, Preset, vary
from activations.functions.spec import Function

OWN: Final = "σ_w"
"""The weights whose standard deviation is of one's own choice."""
WEIGHT_OPTIONS: Final = (*WEIGHTS, OWN)
SIGMA_W: Final = (0.1, 4.0)
SIGMA_B: Final = (0.0, 2.0)
INPUT_STD: Final = (0.1, 5.0)
LAST_SEED: Final = 99
MOST_RUNS: Final = 32
"""So many runs of the largest experiment take half a minute."""


@dataclass(frozen=True, slots=True)
class Settings(Choices):
    """What is chosen, as the page needs it."""

    @property
    def draws_own_biases(self) -> bool:
        """Whether the weights come with biases of their own, which leaves no choice of sigma_b."""
        return bool(self.values["weights"] == PYTORCH_DEFAULT)

    @property
    def experiment(self) -> Experiment:
        """The chosen experiment."""
        values = self.values
        return Experiment(
            weights=values["sigma_w"] if values["weights"] == OWN else values["weights"],
            sigma_b=0.0 if self.draws_own_biases else values["sigma_b"],
            **{name: values[name] for name in ("depth", "width", "batch", "input_std", "seed")},
        )

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """The chosen experiment and what it is compared with."""
        return vary(self.experiment, tuple(self.values["compare"]))

    @property
    def runs(self) -> list[tuple[Function, Experiment]]:
        """Each function in each experiment, the functions of one experiment side by side."""
        return [(each, experiment) for experiment in self.experiments for each in self.functions]


def read(raw: Mapping[str, object]) -> Reading[Settings]:
    """Turn whatever widgets and URL delivered, by control key, into valid settings."""
    return controls.read(CONTROLS.values(), Settings, raw)


def values_of(preset: Preset) -> dict[str, Any]:
    """Return the controls' values that show a story."""
    experiment = preset.experiment
    named = isinstance(experiment.weights, str)
    return {
        "functions": list(preset.functions),
        "compare": list(preset.variations),
        "weights": experiment.weights if named else OWN,
        "sigma_w": CONTROLS["sigma_w"].default if named else experiment.weights,
        **{
            name: getattr(experiment, name)
            for name in ("depth", "width", "batch", "sigma_b", "input_std", "seed")
        },
    }


def _whole(name: str) -> tuple[int, int]:
    return int(LIMITS[name].low), int(LIMITS[name].high)


DEPTH: Final = _whole("depth")
WIDTH: Final = _whole("width")
BATCH: Final = _whole("batch")

_DEFAULT = Experiment()

CONTROLS: Final = controls.table(
    *controls.FUNCTIONS,
    Control("weights", "Weights", _DEFAULT.weights, controls.one_of(WEIGHT_OPTIONS)),
    Control("sigma_w", "Weight scale σ_w", 1.0, controls.number(*SIGMA_W)),
    Control("sigma_b", "Bias scale σ_b", _DEFAULT.sigma_b, controls.number(*SIGMA_B)),
    Control("compare", "Compare with", [], controls.some_of({name: name for name in VARIATIONS})),
    Control("depth", "Depth", _DEFAULT.depth, controls.whole(*DEPTH)),
    Control("width", "Width", _DEFAULT.width, controls.whole(*WIDTH)),
    Control("batch", "Batch", _DEFAULT.batch, controls.whole(*BATCH)),
    Control("input_std", "Input scale", _DEFAULT.input_std, controls.number(*INPUT_STD)),
    Control("seed", "Seed", _DEFAULT.seed, controls.whole(0, LAST_SEED)),
    *controls.IMAGES,
)
"""The controls, each bound to the URL under its key."""
