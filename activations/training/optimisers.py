"""The rules by which weights follow their gradients: torch.optim's, on one tensor of them all."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

import torch


class Optimiser(Protocol):
    """Changes parameters, in place, by a gradient of their shape."""

    def step(self, parameters: torch.Tensor, gradient: torch.Tensor) -> None:
        """Do one step."""


class SGD:
    """Stochastic gradient descent as torch.optim.SGD does it, with momentum or without."""

    def __init__(self, rate: float, decay: float, momentum: float = 0.0) -> None:
        """Take the learning rate, the weight decay and the momentum."""
        self._rate, self._decay, self._momentum = rate, decay, momentum
        self._velocity: torch.Tensor | None = None

    def step(self, parameters: torch.Tensor, gradient: torch.Tensor) -> None:
        """Go down along the gradient, or along what is kept of the earlier ones too."""
        if self._decay:
            gradient = gradient.add(parameters, alpha=self._decay)
        if self._momentum:
            if self._velocity is None:
                self._velocity = torch.zeros_like(parameters)
            gradient = self._velocity.mul_(self._momentum).add_(gradient)
        parameters.add_(gradient, alpha=-self._rate)


class Adam:
    """Adam as torch.optim.Adam does it, at its default betas (Kingma and Ba 2015, 1412.6980)."""

    _BETAS = (0.9, 0.999)
    _EPS = 1e-8

    def __init__(self, rate: float, decay: float) -> None:
        """Take the learning rate and the weight decay, which is added to the gradient."""
        self._rate, self._decay = rate, decay
        self._steps = 0
        self._moments: tuple[torch.Tensor, torch.Tensor] | None = None

    def step(self, parameters: torch.Tensor, gradient: torch.Tensor) -> None:
        """Go down along the mean gradient, in units of its root mean square."""
        if self._decay:
            gradient = gradient.add(parameters, alpha=self._decay)
        if self._moments is None:
            self._moments = torch.zeros_like(parameters), torch.zeros_like(parameters)
        self._steps += 1
        (mean, square), (first, second) = self._moments, self._BETAS
        mean.lerp_(gradient, 1 - first)
        square.mul_(second).addcmul_(gradient, gradient, value=1 - second)
        unbiased = math.sqrt(1 - second**self._steps)
        scale = (square.sqrt() / unbiased).add_(self._EPS)
        parameters.addcdiv_(mean, scale, value=-self._rate / (1 - first**self._steps))


OPTIMISERS: Mapping[str, Callable[[float, float], Optimiser]] = MappingProxyType(
    {
        "SGD": SGD,
        "Momentum": lambda rate, decay: SGD(rate, decay, momentum=0.9),
        "Adam": Adam,
    }
)
"""What makes an optimiser of a learning rate and a weight decay, by its name."""
