"""Variations of an experiment, and the stories of depth that they tell side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

from activations.depth.experiment import Experiment
from activations.functions.initial import PYTORCH_DEFAULT, WEIGHTS


def _with_weights(experiment: Experiment, weights: str) -> Experiment:
    sigma_b = 0.0 if weights == PYTORCH_DEFAULT else experiment.sigma_b
    return replace(experiment, weights=weights, sigma_b=sigma_b)


def _with_weights_scaled(experiment: Experiment, factor: float) -> Experiment:
    return replace(experiment, weights=factor * experiment.sigma_w, sigma_b=experiment.bias_std)


def _with_input_scaled(experiment: Experiment, factor: float) -> Experiment:
    return replace(experiment, input_std=factor * experiment.input_std)


VARIATIONS: Mapping[str, Callable[[Experiment], Experiment]] = MappingProxyType(
    {
        **{name: partial(_with_weights, weights=name) for name in WEIGHTS},
        "σ_w × 0.75": partial(_with_weights_scaled, factor=0.75),
        "σ_w × 1.4": partial(_with_weights_scaled, factor=1.4),
        "input × 0.5": partial(_with_input_scaled, factor=0.5),
        "input × 2": partial(_with_input_scaled, factor=2.0),
    }
)
"""Experiments that differ from a given one in one thing, by what that is."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A story: catalogue names of functions, an experiment, and the variations to set beside it."""

    functions: tuple[str, ...]
    experiment: Experiment
    variations: tuple[str, ...] = ()

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """The experiment and its variations."""
        return vary(self.experiment, self.variations)


def vary(experiment: Experiment, variations: tuple[str, ...]) -> tuple[Experiment, ...]:
    """Return the experiment and its variations of these names, each once."""
    varied = (VARIATIONS[name](experiment) for name in variations)
    return tuple(dict.fromkeys((experiment, *varied)))


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "Sigmoid at 20 layers": Preset(("sigmoid",), Experiment(weights="Xavier")),
        "ReLU: He against PyTorch default": Preset(
            ("relu",), Experiment(weights="He"), (PYTORCH_DEFAULT,)
        ),
        "tanh at the edge of chaos": Preset(
            ("tanh",),
            Experiment(depth=50, weights=1.304, sigma_b=0.2),
            ("σ_w × 0.75", "σ_w × 1.4"),
        ),
        "SELU finds its fixed point": Preset(
            ("selu",),
            Experiment(depth=50, weights="LeCun"),
            ("input × 0.5", "input × 2"),
        ),
    }
)
"""Stories of depth that show what the theory is about."""
