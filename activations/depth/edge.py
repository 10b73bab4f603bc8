"""Where the functions of some runs have their edge of chaos: chi against sigma_w."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from activations.depth.mean_field import chi_curve, critical_sigma_w
from activations.depth.runs import Run
from activations.functions.calculus import FloatArray
from activations.functions.spec import Function

_SHOWN: Final = 3.0
_POINTS: Final = 60


@dataclass(frozen=True, slots=True, eq=False)
class ChiCurve:
    """A function's chi against sigma_w, and the sigma_w where it rises through 1, if any."""

    function: Function
    sigma_w: FloatArray
    chi: FloatArray
    critical: float | None


def chi_curves(runs: Sequence[Run], sigma_b: float) -> list[ChiCurve]:
    """Return a curve for each function that ran, with biases of that standard deviation.

    They go as far as the runs' weights do, and a fifth further.
    """
    furthest = max(run.result.experiment.sigma_w for run in runs)
    end = max(_SHOWN, float(math.ceil(1.2 * furthest)))
    return [_curve(each, sigma_b, end) for each in dict.fromkeys(run.function for run in runs)]


@lru_cache(maxsize=512)
def _curve(function: Function, sigma_b: float, end: float) -> ChiCurve:
    sigma_w = np.linspace(end / _POINTS, end, _POINTS)
    chi = chi_curve(function, sigma_w, sigma_b)
    return ChiCurve(function, sigma_w, chi, critical_sigma_w(function, sigma_b))
