"""What a function makes of a normal input: its moments, the one owner of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from activations.functions.calculus import FloatArray, slopes
from activations.functions.spec import Function

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)

_REACH = 12.0
"""Standard deviations that the sums cover; the Gaussian holds 4e-33 beyond."""

_FIXED = np.arange(-_REACH, _REACH + 1, 2)

_FINEST = 1e-6
"""The panel next to where f bends, in units of x: as fine as the bend of a large parameter."""

_GROWTH = 3.0
"""How much wider each panel further out is: the poles of tanh and its kin leave it 13 digits."""


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """What a function makes of a normal input h of mean 0: float64 of the variance's shape.

    `mean` and `std` are those of f(h), `mean_square` is E[f(h)^2], `square_std` the standard
    deviation of f(h)^2, and `mean_square_slope` is E[f'(h)^2].
    """

    mean: FloatArray
    std: FloatArray
    mean_square: FloatArray
    square_std: FloatArray
    mean_square_slope: FloatArray

    @property
    def gain(self) -> FloatArray:
        """1/sqrt(E[f(h)^2]), which gives the output a mean square of 1; infinite where f is 0."""
        with np.errstate(divide="ignore"):
            return np.divide(1.0, np.sqrt(self.mean_square))


def moments(function: Function, variance: npt.ArrayLike = 1.0) -> Moments:
    """Return the moments of f and f' under N(0, variance), to 1e-12 of their values.

    `variance` is a number or an array of them, from 0 to 1e100; the results have its shape. The
    sums are Gauss-Legendre's over panels that end at every break and narrow towards 0 and the
    function's center, where activations bend. Values are torch's, with the digits that torch loses
    (x - tanh x near 0); derivatives are autograd's, so a jump of f adds nothing to E[f'^2], as it
    adds nothing to a gradient.
    """
    scale = np.sqrt(np.asarray(variance, dtype=float))[..., np.newaxis]
    z, density = _nodes(_panels(function, scale))
    values, first = slopes(function, scale * z)
    # a square that overflows scatters by what is not a number
    with np.errstate(over="ignore", invalid="ignore"):
        mean, mean_square = _sum(values, density), _sum(values**2, density)
        return Moments(
            mean=mean,
            std=np.sqrt(_sum((values - mean[..., np.newaxis]) ** 2, density)),
            mean_square=mean_square,
            square_std=np.sqrt(_sum((values**2 - mean_square[..., np.newaxis]) ** 2, density)),
            mean_square_slope=_sum(first**2, density),
        )


def nodes(function: Function, *edges: float) -> tuple[FloatArray, FloatArray]:
    """Return points and weights whose sums are expectations under N(0, 1), to 1e-12.

    They serve whatever bends where the function does, or breaks there or at one of `edges`.
    """
    panels = _panels(function, np.ones(1))
    return _nodes(np.union1d(panels, np.clip(edges, -_REACH, _REACH)))


def _nodes(edges: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the points and weights of all panels between rising edges."""
    half = np.diff(edges)[..., np.newaxis] / 2
    z = edges[..., :-1, np.newaxis] + half * (1 + _NODES)
    density = half * _WEIGHTS * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return _flat(z), _flat(density)


def _panels(function: Function, scale: FloatArray) -> FloatArray:
    """Return rising edges of z: fixed ones, and those where f bends or breaks at x = scale * z.

    Edges beyond the reach fall on its ends, as empty panels, so that every scale has as many.
    """
    known = scale[np.isfinite(scale)]  # a variance that overflowed has no panels, and no moments
    furthest = max(_REACH * float(known.max(initial=0)), _FINEST)
    count = math.ceil(math.log(furthest / _FINEST, _GROWTH)) + 1
    apart = _FINEST * _GROWTH ** np.arange(count)
    bends = np.concatenate([-apart, [0.0], apart])
    if function.center:
        bends = np.concatenate([bends, function.center + bends])
    breaks = [point.x for point in function.breaks]
    waves = np.array([])
    if function.detail:  # a panel holds as much of a wave as its points resolve
        step = max(4 / function.detail, furthest / 2000)
        waves = np.arange(-furthest, furthest, step)
    edges = np.concatenate([bends, breaks, waves])
    inside = np.clip(edges, -_REACH * scale, _REACH * scale)
    moving = np.divide(inside, scale, out=np.zeros_like(inside), where=scale > 0)
    fixed = np.broadcast_to(_FIXED, (*scale.shape[:-1], _FIXED.size))
    return np.sort(np.concatenate([fixed, moving], axis=-1))


def _flat(panels: FloatArray) -> FloatArray:
    *outer, count, nodes = panels.shape
    return panels.reshape(*outer, count * nodes)


def _sum(values: FloatArray, weights: FloatArray) -> FloatArray:
    total: FloatArray = np.einsum("...n,...n->...", values, weights)
    return total
