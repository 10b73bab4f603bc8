"""Stories of training: experiments that show what a choice of the activation does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from activations.functions.catalog import function
from activations.functions.spec import Function
from activations.training.experiment import Experiment


@dataclass(frozen=True, slots=True)
class Preset:
    """A story: functions, an experiment, and how many steps show it."""

    functions: tuple[Function, ...]
    experiment: Experiment
    steps: int = 2000


def _preset(*names: str, **settings: Any) -> Preset:
    return Preset(tuple(function(name) for name in names), Experiment(**settings))


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "Sigmoid does not start at 8 layers": _preset(
            "sigmoid",
            "relu",
            task="circle",
            depth=8,
            weights="Xavier",
            optimiser="SGD",
            learning_rate=0.1,
        ),
        "ReLU dies, Leaky ReLU lives": Preset(
            (function("relu"), function("leaky_relu", negative_slope=0.2)),
            Experiment(task="circle", depth=5, width=8, learning_rate=0.3, seeds=16),
        ),
        "Born dead": _preset("relu", "leaky_relu", "elu", task="step", depth=10, width=2, seeds=16),
        "Sine fits the chirp": Preset(
            (function("relu"), function("tanh"), function("sine", omega=4)),
            Experiment(task="chirp", depth=2, width=32, weights="LeCun", learning_rate=0.003),
        ),
        "SELU at depth 10": Preset(
            (function("selu"), function("relu"), function("tanh")),
            Experiment(depth=10, weights="LeCun", optimiser="SGD", learning_rate=0.03),
            steps=2300,
        ),
    }
)
"""Stories that the theory of Depth and of spectral bias foretells.

Vanishing gradients: Glorot and Bengio 2010. Dying units: Maas et al. 2013. Born dead: Lu et al.
2020, arXiv 1903.06733. Spectral bias: Rahaman et al. 2019, arXiv 1806.08734. Self-normalisation:
Klambauer et al. 2017, arXiv 1706.02515.
"""
