"""How networks are initialised: deviations of weights by their names, draws, checked settings."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from numbers import Real
from types import MappingProxyType

import torch

from activations.functions.spec import Interval

PYTORCH_DEFAULT = "PyTorch default"

_STDS: Mapping[str, Callable[[int, int], float]] = {
    "He": lambda fan_in, _: math.sqrt(2 / fan_in),
    "Xavier": lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out)),
    "LeCun": lambda fan_in, _: 1 / math.sqrt(fan_in),
    PYTORCH_DEFAULT: lambda fan_in, _: 1 / math.sqrt(3 * fan_in),
}

WEIGHTS: Mapping[str, float] = MappingProxyType({name: std(1, 1) for name, std in _STDS.items()})
"""sigma_w of the initialisations that have a name; a weight's deviation is sigma_w / sqrt(fan_in).

He et al. 2015 (arXiv 1502.01852): Var[w] = 2 / fan_in. Glorot and Bengio 2010 ("Xavier"): Var[w] =
2 / (fan_in + fan_out), which in square layers is LeCun's 1 / fan_in. `nn.Linear` draws from a
uniform distribution up to 1 / sqrt(fan_in), whose variance is 1 / (3 fan_in).
"""


def weight_std(weights: str | float, fan_in: int, fan_out: int) -> float:
    """Return the weights' standard deviation in a layer, by a name in WEIGHTS or a sigma_w."""
    if isinstance(weights, str):
        return _STDS[weights](fan_in, fan_out)
    return weights / math.sqrt(fan_in)


def bias_std(weights: str | float, sigma_b: float, fan_in: int) -> float:
    """Return the biases' standard deviation: `sigma_b`, or that of `nn.Linear`'s own."""
    return 1 / math.sqrt(3 * fan_in) if weights == PYTORCH_DEFAULT else sigma_b


def draw(
    shape: tuple[int, ...], std: float, generator: torch.Generator, *, uniform: bool = False
) -> torch.Tensor:
    """Draw float32 numbers of mean 0 and that standard deviation, normal or uniform."""
    empty = torch.empty(shape, dtype=torch.float32)
    if uniform:
        return empty.uniform_(-math.sqrt(3) * std, math.sqrt(3) * std, generator=generator)
    return empty.normal_(0, std, generator=generator)


def check(name: str, value: object, limit: Interval, kind: type, allowed: str) -> None:
    """Raise ValueError, saying what is allowed, unless a setting is of its kind and in limits."""
    if isinstance(value, bool) or not isinstance(value, kind) or not limit.contains(value):
        raise ValueError(
            f"{name} must be {allowed} from {limit.low} to {limit.high}, not {value!r}"
        )


def check_weights(weights: object, sigma_b: float, limit: Interval) -> None:
    """Raise ValueError unless weights are in WEIGHTS or a sigma_w, and agree with the biases."""
    if not isinstance(weights, str) or weights not in WEIGHTS:
        check("weights", weights, limit, Real, f"{', '.join(WEIGHTS)} or a number")
    if weights == PYTORCH_DEFAULT and sigma_b != 0:
        raise ValueError(
            f"sigma_b must be 0 with {PYTORCH_DEFAULT}, which draws biases of its own; "
            f"it is {sigma_b!r}"
        )
