"""How many ReLU networks are dead before they have learned anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from activations.functions.calculus import FloatArray
from activations.functions.neutral import neutral

WIDTHS = (2, 3, 4, 6)
"""The widths of the networks that a figure shows."""

DEEPEST = 10
NETWORKS = 20_000


def predicted(width: int, depth: int) -> FloatArray:
    """Return the probability that a network is dead on an input, for 1, 2, ... `depth` layers.

    1 - (1 - 2^-width)^depth: a layer of zero biases lets nothing through where all its weighted
    sums are negative, each of them with even odds, whatever came in (Lu et al. 2020, arXiv
    1903.06733; Rister and Rubin 2021, arXiv 2007.06192).
    """
    return np.asarray(1 - (1 - 0.5**width) ** np.arange(1.0, depth + 1))


@neutral()
def measured(width: int, depth: int, networks: int = NETWORKS, seed: int = 0) -> FloatArray:
    """Return the share of random ReLU networks whose layer 1, 2, ... `depth` is silent.

    Each has weights of He's, no biases, and one input of 1. The same seed gives the same bits.
    """
    generator = torch.Generator().manual_seed(int(seed))
    signal = torch.ones(networks, 1, 1, dtype=torch.float32)
    shares = []
    for _ in range(depth):
        weights = torch.randn(
            networks, signal.shape[-1], width, generator=generator, dtype=torch.float32
        )
        signal = torch.relu(torch.bmm(signal, weights)) * (2 / signal.shape[-1]) ** 0.5
        shares.append((signal == 0).all(-1).double().mean().item())
    return np.array(shares)


@dataclass(frozen=True, slots=True, eq=False)
class BornDead:
    """Shares of dead networks of one width, by depth from 1 on: measured and predicted."""

    width: int
    measured: FloatArray
    predicted: FloatArray


@lru_cache(maxsize=8)
def born_dead(seed: int, widths: Sequence[int] = WIDTHS, depth: int = DEEPEST) -> list[BornDead]:
    """Return what is measured and predicted for each width."""
    return [
        BornDead(width, measured(width, depth, seed=seed), predicted(width, depth))
        for width in widths
    ]
