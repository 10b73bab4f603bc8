"""What theory says a wide random network does to a signal and to its gradient: mean field.

In a network of many units a layer's pre-activations are Gaussian, and all that one layer hands to
the next is their variance q (Poole et al. 2016, arXiv 1606.05340).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from activations.functions.calculus import FloatArray
from activations.functions.gaussian import moments
from activations.functions.spec import Function

_HIGHEST = 1e100
"""A variance that counts as infinite: far above what float32 holds, and its square is a float64."""

_EXCESS = np.geomspace(1e-24, 1e12, 289)
"""Where fixed points are bracketed: values of q - sigma_b^2, eight to a factor of ten."""

_STEP = 1e-3
"""Relative step of the difference that stands for a derivative with respect to q."""

_MOST_OFF = 20.0
"""Beyond this the logarithm of q says no more than that anything is possible."""

_EXACT = 1e-10
"""Relative differences below this are taken for rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Theory:
    """What mean-field theory predicts: float64 arrays with one entry a layer, the first first.

    `low` and `high` are where `activation_std` of one network of the given width lies within two
    standard deviations. `gradient` is the norm of the gradient that a layer's activations receive,
    relative to that of the last layer. `fixed_point` is the variance q* of pre-activations that
    depth leads to, infinite or 0 where it diverges or dies out, and `chi` the gradient factor
    there: what one layer multiplies a gradient's mean square by. From the layer on whose variance
    passes 1e100, `pre_activation_std` is infinite and the activations' mean and deviation are NaN.
    """

    pre_activation_std: FloatArray
    activation_mean: FloatArray
    activation_std: FloatArray
    low: FloatArray
    high: FloatArray
    gradient: FloatArray
    fixed_point: float
    chi: float

    @property
    def depth_scale(self) -> float:
        """Layers over which a gradient changes by a factor e, 1/|ln chi|; infinite at chi = 1.

        Schoenholz et al. 2017, arXiv 1611.01232: xi_grad = 1/|ln chi_1|.
        """
        if self.chi == 0:
            return 0.0
        rate = abs(math.log(self.chi))
        return math.inf if rate < _EXACT else 1 / rate


def predict(
    function: Function,
    depth: int,
    *,
    sigma_w: float,
    sigma_b: float = 0.0,
    input_std: float = 1.0,
    width: float = math.inf,
) -> Theory:
    """Follow a signal up through `depth` layers, and a gradient back down, in mean-field theory.

    `width` is that of the network whose spread `low` and `high` say, see `spread`.

    The pre-activations' variance goes as q <- sigma_w^2 E[f(sqrt(q) z)^2] + sigma_b^2 (Poole et
    al. 2016, arXiv 1606.05340): for ReLU that keeps q where sigma_w^2 = 2 (He et al. 2015, arXiv
    1502.01852, Var[w] = 2/n), for SELU it comes to q = 1 where sigma_w = 1 (Klambauer et al. 2017,
    arXiv 1706.02515). On its way down a layer multiplies a gradient's mean square by
    chi = sigma_w^2 E[f'(sqrt(q) z)^2] (Schoenholz et al. 2017, arXiv 1611.01232); at f' = 1 that is
    n Var[w], which Glorot and Bengio 2010 set to 1.
    """
    q = np.full(depth, np.inf)
    mean = np.full(depth, np.nan)
    std = np.full(depth, np.nan)
    chi = np.full(depth, sigma_w**2 * moments(function, _HIGHEST).mean_square_slope)
    start = variance = sigma_w**2 * input_std**2 + sigma_b**2
    for layer in range(depth):
        if variance > _HIGHEST:
            break
        here = moments(function, variance)
        q[layer], mean[layer], std[layer] = variance, here.mean, here.std
        chi[layer] = sigma_w**2 * here.mean_square_slope
        variance = sigma_w**2 * float(here.mean_square) + sigma_b**2
    with np.errstate(over="ignore"):
        gradient = np.cumprod(np.append(1.0, np.sqrt(chi[:0:-1])))[::-1]
    fixed_point = fixed_points(function, sigma_w, sigma_b, start)
    low, high = _band(function, q, sigma_w, width)
    return Theory(
        pre_activation_std=np.sqrt(q),
        activation_mean=mean,
        activation_std=std,
        low=low,
        high=high,
        gradient=gradient,
        fixed_point=fixed_point.item(),
        chi=_chi(function, sigma_w, fixed_point).item(),
    )


def spread(function: Function, q: FloatArray, sigma_w: float) -> FloatArray:
    """Return by how much a random network's own q strays from theory's, layer by layer.

    That is the standard deviation of q for one input, times the square root of the width, relative
    to q: V <- sigma_w^4 (E[f^4] - E[f^2]^2) + chi_q^2 V, chi_q = sigma_w^2 dE[f^2]/dq, from V = 0
    in the first layer, to the first order in depth / width (Roberts, Yaida and Hanin 2022, arXiv
    2106.10165). For ReLU with He's weights V is 5 q^2 a layer (Hanin and Nica 2020, arXiv
    1812.05994). NaN where q is not finite or is 0.
    """
    found = np.full(q.size, np.nan)
    known = np.isfinite(q) & (q > 0)
    around = q[known, np.newaxis] * np.array([1 - _STEP, 1, 1 + _STEP])
    at = moments(function, around)
    # relative to q, so that nothing overflows
    fresh = (sigma_w**2 * at.square_std[:, 1] / q[known]) ** 2
    chi_q = sigma_w**2 * (at.mean_square[:, 2] - at.mean_square[:, 0]) / (2 * _STEP * q[known])
    relative, variances = 0.0, []
    for layer, (new, factor) in enumerate(zip(fresh, chi_q, strict=True)):
        variances.append(relative)
        if layer + 1 < fresh.size:
            shrunk = q[known][layer] / q[known][layer + 1]
            relative = (new + factor**2 * relative) * shrunk**2
    found[known] = np.sqrt(variances)
    return found


def _band(
    function: Function, q: FloatArray, sigma_w: float, width: float
) -> tuple[FloatArray, FloatArray]:
    """Return the activations' deviation where q is two standard deviations, in its logarithm, off.

    A logarithm's, for the variance of a deep network is a product of many factors.
    """
    off = np.minimum(2 * spread(function, q, sigma_w) / math.sqrt(width), _MOST_OFF)
    low, high = (np.full(q.size, np.nan) for _ in range(2))
    known = np.isfinite(off)
    for end, sign in ((low, -1), (high, 1)):
        at = np.minimum(q[known] * np.exp(sign * off[known]), _HIGHEST)
        end[known] = moments(function, at).std
    return low, high


def chi_curve(
    function: Function, sigma_w: npt.ArrayLike, sigma_b: float = 0.0, start: float = 1.0
) -> FloatArray:
    """Return chi at the fixed point that the recursion reaches from `start`, for each `sigma_w`.

    Where the variance diverges it is chi in the limit. A float64 array of the shape of `sigma_w`.
    """
    return _chi(function, sigma_w, fixed_points(function, sigma_w, sigma_b, start))


def _chi(function: Function, sigma_w: npt.ArrayLike, q: FloatArray) -> FloatArray:
    # At q = 0 it is the limit from above: a kink's slope counts for both sides, not by convention.
    slope_square = moments(function, np.clip(q, _EXCESS[0], _HIGHEST)).mean_square_slope
    return np.asarray(np.asarray(sigma_w, dtype=float) ** 2 * slope_square)


def fixed_points(
    function: Function, sigma_w: npt.ArrayLike, sigma_b: float = 0.0, start: float = 1.0
) -> FloatArray:
    """Return the variance q* that the recursion reaches from `start`, for each `sigma_w`.

    That is the first solution of q = sigma_w^2 E[f(sqrt(q) z)^2] + sigma_b^2 in the direction of
    the first step, since a recursion that grows with q cannot jump over one; two that are closer
    than a third of their q - sigma_b^2 may pass unseen. It is infinite above 1e12, sigma_b^2 where
    the weights add less than 1e-24 to that (so 0 without biases), and `start` where that is at
    rest. A float64 array of the shape of `sigma_w`.
    """
    factor = np.asarray(sigma_w, dtype=float)[..., np.newaxis] ** 2
    start_excess = max(start - sigma_b**2, _EXCESS[0])
    at = int(np.searchsorted(_EXCESS, start_excess))
    excess = np.insert(_EXCESS, at, start_excess)
    gaps = factor * moments(function, sigma_b**2 + excess).mean_square - excess
    ends = np.apply_along_axis(_bracket, -1, gaps, excess, at)
    near, far = ends[..., 0].copy(), ends[..., 1].copy()
    apart = near != far
    grows = gaps[..., at][apart] > 0

    def short_of_it(middle: FloatArray) -> npt.NDArray[np.bool_]:
        square = moments(function, sigma_b**2 + middle).mean_square
        return np.asarray((factor[apart, 0] * square > middle) == grows)

    far[apart] = _bisect(short_of_it, near[apart], far[apart])
    return sigma_b**2 + far


def _bracket(gaps: FloatArray, excess: FloatArray, at: int) -> tuple[float, float]:
    """Return where, going from `at` the way its gap points, the gaps first change sign.

    The nearer end of that step comes first; where there is no step to take, both ends are one.
    """
    if abs(gaps[at]) <= _EXACT * excess[at]:
        return excess[at], excess[at]
    step = 1 if gaps[at] > 0 else -1
    changed = np.flatnonzero((gaps * -step > _EXACT * excess)[at::step])
    if not changed.size:
        return (math.inf, math.inf) if step > 0 else (0.0, 0.0)
    index = at + step * int(changed[0])
    return excess[index - step], excess[index]


@np.errstate(divide="ignore", invalid="ignore")  # E[f^2] underflows to 0 where f is flat
def critical_sigma_w(function: Function, sigma_b: float = 0.0) -> float | None:
    """Return the sigma_w at the edge of chaos, where chi rises through 1; None without one.

    There a gradient neither vanishes nor explodes (Schoenholz et al. 2017, arXiv 1611.01232): chi
    is 1 at a finite fixed point that attracts its neighbours. With several, the smallest. ReLU has
    one for sigma_b = 0 alone, sqrt 2, where every variance rests (Hayou et al. 2019, arXiv
    1902.06853): with biases its chi is 1 only where the variance grows without limit.
    """
    # Each q is the fixed point of one sigma_w, so one equation in q, chi = 1, finds both. The fixed
    # point attracts where that sigma_w rises with q: there sigma_w^2 dE[f^2]/dq < 1.
    at = moments(function, sigma_b**2 + _EXCESS)
    factor = _EXCESS / at.mean_square
    chi = factor * at.mean_square_slope
    if sigma_b == 0 and abs(chi[0] - 1) < _EXACT:
        moved = factor[abs(factor / factor[0] - 1) > _EXACT]
        if not moved.size or moved[0] > factor[0]:
            return math.sqrt(factor[0])

    def vanishes(excess: FloatArray) -> npt.NDArray[np.bool_]:
        at = moments(function, sigma_b**2 + excess)
        return np.asarray(excess * at.mean_square_slope < at.mean_square)

    explodes = chi > 1 + _EXACT
    for index in np.flatnonzero(~explodes[:-1] & explodes[1:]):
        excess = _bisect(vanishes, _EXCESS[index], _EXCESS[index + 1])
        around = excess * np.array([1 - 1e-4, 1, 1 + 1e-4])
        below, here, above = around / moments(function, sigma_b**2 + around).mean_square
        if below < above:
            return math.sqrt(here)
    return None


def _bisect(
    near_side: Callable[[FloatArray], npt.NDArray[np.bool_]], near: FloatArray, far: FloatArray
) -> FloatArray:
    """Return where `near_side` turns false between `near` and `far`, to 1e-10 of its value."""
    for _ in range(32):
        middle = np.sqrt(near * far)
        is_near = near_side(middle)
        near, far = np.where(is_near, middle, near), np.where(is_near, far, middle)
    return far
