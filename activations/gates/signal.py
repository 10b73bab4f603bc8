"""What a gate does to a signal: its moments for two independent standard normal inputs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from activations.functions.calculus import FloatArray, slopes
from activations.functions.gaussian import nodes
from activations.gates.gating import IDENTITY, Gate


@dataclass(frozen=True, slots=True)
class GateMoments:
    """What a gate makes of standard normal g and u.

    `mean`, `std` and `kurtosis` are those of h (a normal number's kurtosis is 3), `mean_square` is
    E[h^2]. `function_kurtosis` is that of f(g) alone. NaN where h or f is constant.
    """

    mean: float
    std: float
    mean_square: float
    kurtosis: float
    function_kurtosis: float

    @property
    def gain(self) -> float:
        """1/sqrt(E[h^2]), infinite where h is 0.

        The next layer adds outputs up by weights of mean 0, so its variance is that of the weights
        times E[h^2], whatever the mean of h: this factor keeps it, as sqrt(2) does behind a ReLU.
        """
        return 1 / math.sqrt(self.mean_square) if self.mean_square else math.inf


@lru_cache(maxsize=512)
def moments(gate: Gate) -> GateMoments:
    """Return a gate's moments by quadrature, to 1e-10 of their values.

    h is a product of what depends on g and what depends on u, so each of its raw moments is one of
    two: sums over one normal number each.
    """
    edges = (-gate.limit, gate.limit) if gate.clamped else ()
    z, density = nodes(gate.function, *edges)
    alone = _raw(slopes(gate.function, z)[0], density)
    gated = _raw(slopes(gate.function, np.minimum(z, gate.limit))[0], density)
    z, density = nodes(IDENTITY.at(), *edges)
    raw = gated * _raw(np.clip(z, -gate.limit, gate.limit) + gate.shift, density)
    return GateMoments(
        mean=float(raw[1]),
        std=math.sqrt(max(_central(raw)[2], 0.0)),
        mean_square=float(raw[2]),
        kurtosis=_kurtosis(raw),
        function_kurtosis=_kurtosis(alone),
    )


def _raw(values: FloatArray, density: FloatArray) -> FloatArray:
    """Return E[v^n] for n from 0 to 4."""
    return np.array([float(density @ values**power) for power in range(5)])


def _central(raw: FloatArray) -> FloatArray:
    """Return E[(v - E[v])^n] for n from 0 to 4."""
    return np.array(
        [
            sum(math.comb(n, k) * raw[k] * (-raw[1]) ** (n - k) for k in range(n + 1))
            for n in range(5)
        ]
    )


def _kurtosis(raw: FloatArray) -> float:
    central = _central(raw)
    constant = central[2] <= np.finfo(float).eps * raw[2]
    return math.nan if constant else float(central[4] / central[2] ** 2)
