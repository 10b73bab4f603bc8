"""Stories of depth: experiments that show, each set beside the others, what the theory is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from activations.depth import PYTORCH_DEFAULT, Experiment


@dataclass(frozen=True, slots=True)
class Preset:
    """A story: catalogue names of the functions to show, and the experiments to show them in."""

    functions: tuple[str, ...]
    experiments: tuple[Experiment, ...]


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "Sigmoid at 20 layers": Preset(("sigmoid",), (Experiment(weights="Xavier"),)),
        "ReLU: He against PyTorch default": Preset(
            ("relu",), (Experiment(weights="He"), Experiment(weights=PYTORCH_DEFAULT))
        ),
        "tanh at the edge of chaos": Preset(
            ("tanh",),
            tuple(
                Experiment(depth=50, weights=sigma_w, sigma_b=0.2) for sigma_w in (1.0, 1.304, 1.8)
            ),
        ),
        "SELU finds its fixed point": Preset(
            ("selu",),
            tuple(
                Experiment(depth=50, weights="LeCun", input_std=input_std)
                for input_std in (0.5, 1.0, 2.0)
            ),
        ),
    }
)
