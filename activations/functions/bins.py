"""How many of a layer's values lie where: one histogram, whose bins never move."""

from __future__ import annotations

import numpy as np
import torch

from activations.functions.calculus import FloatArray

BIN_CENTERS: FloatArray = np.linspace(-5, 5, 101)
"""Centres of a histogram's bins, 0.1 wide; the first and the last also take all beyond them."""

_BINS_PER_UNIT = 10


def histogram(values: torch.Tensor) -> FloatArray:
    """Return the share of values, which are none of them NaN, in each of BIN_CENTERS."""
    last = BIN_CENTERS.size - 1
    # 0.5 more than the bin's number, which truncation makes whole
    position = torch.add(torch.tensor(last / 2 + 0.5), values.flatten(), alpha=_BINS_PER_UNIT)
    counts = torch.bincount(position.clamp_(0, last).long(), minlength=last + 1)
    return np.asarray(counts.numpy() / values.numel())
