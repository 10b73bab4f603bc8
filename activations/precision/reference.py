"""The exact values of functions and of their derivatives, to a thousandth of any format's step.

That is torch's float64 for most. Where it cancels, rounds 1 - f to 0 or passes over to another
formula, the table below has a better expression; tests hold both against mpmath.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import torch
from torch.nn import functional

from activations.functions.calculus import FloatArray, slopes
from activations.functions.catalog import CATALOG
from activations.functions.neutral import neutral
from activations.functions.spec import Function
from activations.precision.typed import Pair

_SEEN = 10.0
"""Softplus's threshold counts as rounding from here on, as in the catalogue."""

_SIZES = np.geomspace(1e-3, 297, 40)
_ASKED = np.concatenate([-_SIZES, np.linspace(-4.03, 3.97, 33), _SIZES])
_BESIDE = 1e-6
"""Where a formula is compared with the catalogue: there, and so far beside each break."""

_ALIKE = 1e-12
"""How far it may be off for rounding, relative to the largest of 1, x and the value."""


@neutral()
def exact(function: Function, inputs: torch.Tensor) -> Pair:
    """Return f and f' at inputs of at most 24 significant bits, in float64, of their shape.

    A formula of one's own that says what a catalogued function says is taken for that; else what
    torch makes of it in float64 counts. At a break f' is torch's.
    """
    return _judged_by(_catalogued(function), inputs.to(torch.float64))


def _judged_by(known: Function, x: torch.Tensor) -> Pair:
    better = BETTER.get(known.activation.name)
    if better is not None and _is_catalogued(known):
        return better(x, **known.values)
    y, dy = slopes(known, x.numpy())
    return torch.from_numpy(y), torch.from_numpy(dy)


def proven(function: Function) -> bool:
    """Whether tests hold the reference against mpmath, as they do for the catalogue's functions."""
    return _is_catalogued(_catalogued(function))


def _is_catalogued(function: Function) -> bool:
    """Whether this is the catalogue's own function, and not one of its name."""
    return CATALOG.get(function.activation.name) is function.activation


@lru_cache(maxsize=256)
def _catalogued(function: Function) -> Function:
    """Return the catalogue's function, at its defaults, that a formula says again; else itself."""
    if _is_catalogued(function):
        return function
    catalogued = (activation.at() for activation in CATALOG.values())
    return next((known for known in catalogued if _says_again(function, known)), function)


def _says_again(function: Function, known: Function) -> bool:
    """Whether a formula has the values and slopes of a function, breaks themselves apart."""
    breaks = np.array([each.x for each in (*function.breaks, *known.breaks)])
    x = np.concatenate([_ASKED, breaks - _BESIDE, breaks + _BESIDE])
    orders = zip(slopes(function, x), _judged_by(known, torch.from_numpy(x)), strict=True)
    return all(_alike(said, exact.numpy(), x) for said, exact in orders)


def _alike(said: FloatArray, exact: FloatArray, x: FloatArray) -> bool:
    scale = np.maximum.reduce([np.ones_like(x), np.abs(x), np.abs(exact)])
    return bool((np.abs(said - exact) <= _ALIKE * scale).all())


# --- what the expressions have in common


def _gate(x: torch.Tensor) -> torch.Tensor:
    """Return the slope of the sigmoid."""
    return torch.sigmoid(x) * torch.sigmoid(-x)


def _sech2(x: torch.Tensor) -> torch.Tensor:
    """Return the slope of tanh, without the cancellation of 1 - tanh^2."""
    return 4 * _gate(2 * x)


def _wave(frequency: float, x: torch.Tensor) -> Pair:
    """Return the sine and cosine of frequency times x, which may have any size.

    The frequency is taken in two parts, whose products with 24 bits are exact.
    """
    high = float(np.float32(frequency))
    a, b = high * x, (frequency - high) * x
    sine, cosine = torch.sin(a), torch.cos(a)
    sine_b, cosine_b = torch.sin(b), torch.cos(b)
    return sine * cosine_b + cosine * sine_b, cosine * cosine_b - sine * sine_b


# --- the expressions, by the catalogue's names


def _sigmoid(x: torch.Tensor) -> Pair:
    return torch.sigmoid(x), _gate(x)


def _tanh(x: torch.Tensor) -> Pair:
    return torch.tanh(x), _sech2(x)


def _gelu(x: torch.Tensor, approximate: str) -> Pair:
    if approximate == "none":
        below = torch.erfc(-math.sqrt(0.5) * x) / 2
        density = torch.exp(-x * x / 2) / math.sqrt(2 * math.pi)
        return x * below, below + x * density
    scale = 2 * math.sqrt(2 / math.pi)
    u = scale * (x + 0.044715 * x**3)
    du = scale * (1 + 3 * 0.044715 * x**2)
    return x * torch.sigmoid(u), torch.sigmoid(u) + x * _gate(u) * du


def _softplus(x: torch.Tensor, beta: float, threshold: float) -> Pair:
    u = beta * x
    y = (u.clamp(min=0) + torch.log1p(torch.exp(-u.abs()))) / beta
    dy = torch.sigmoid(u)
    if threshold >= _SEEN:
        return y, dy
    straight = u > threshold
    return torch.where(straight, x, y), torch.where(straight, torch.ones_like(x), dy)


def _celu(x: torch.Tensor, alpha: float) -> Pair:
    positive = x > 0
    return (
        torch.where(positive, x, alpha * torch.expm1(x / alpha)),
        torch.where(positive, torch.ones_like(x), torch.exp(x / alpha)),
    )


def _hardsigmoid(x: torch.Tensor) -> Pair:
    return functional.hardsigmoid(x), (x.abs() < 3).to(x.dtype) / 6


def _softsign(x: torch.Tensor) -> Pair:
    size = 1 + x.abs()
    return x / size, 1 / (size * size)


def _tanhshrink(x: torch.Tensor) -> Pair:
    y, square = torch.tanh(x), x * x
    series = x * square * (1 / 3 - square * (2 / 15 - square * (17 / 315 - square * 62 / 2835)))
    return torch.where(x.abs() < 0.03, series, x - y), y * y


def _situ(x: torch.Tensor, beta: float) -> Pair:
    bounded, gate = beta * torch.tanh(x / beta), torch.sigmoid(x)
    return bounded * gate, _sech2(x / beta) * gate + bounded * _gate(x)


def _soft_cap(x: torch.Tensor, c: float) -> Pair:
    return c * torch.tanh(x / c), _sech2(x / c)


def _snake(x: torch.Tensor, a: float) -> Pair:
    return _snake_beta(x, a, a)


def _snake_beta(x: torch.Tensor, alpha: float, beta: float) -> Pair:
    sine, cosine = _wave(alpha, x)
    ratio = alpha / beta
    return x + sine * sine / beta, (1 - ratio) + ratio * (sine + cosine) ** 2


def _sine(x: torch.Tensor, omega: float) -> Pair:
    sine, cosine = _wave(omega, x)
    return sine, omega * cosine


def _dyt(x: torch.Tensor, alpha: float, gamma: float, beta: float) -> Pair:
    return gamma * torch.tanh(alpha * x) + beta, gamma * alpha * _sech2(alpha * x)


def _squareplus(x: torch.Tensor, b: float) -> Pair:
    root = torch.sqrt(x * x + b)
    y = torch.where(x < 0, b / 2 / (root - x), (x + root) / 2)
    return y, torch.where(root > 0, y / root, torch.zeros_like(x))


def _isru(x: torch.Tensor, alpha: float) -> Pair:
    square = 1 + alpha * x * x
    return x / torch.sqrt(square), 1 / (square * torch.sqrt(square))


def _isrlu(x: torch.Tensor, alpha: float) -> Pair:
    y, dy = _isru(x, alpha)
    return torch.where(x < 0, y, x), torch.where(x < 0, dy, torch.ones_like(x))


def _pelu(x: torch.Tensor, a: float, b: float) -> Pair:
    falls = x < 0
    return (
        torch.where(falls, a * torch.expm1(x / b), a / b * x),
        a / b * torch.where(falls, torch.exp(x / b), torch.ones_like(x)),
    )


BETTER: Mapping[str, Callable[..., Pair]] = MappingProxyType(
    {
        "sigmoid": _sigmoid,  # f': s (1 - s) is 0 from 37 on
        "tanh": _tanh,  # f': 1 - tanh^2 is 0 from 19 on
        "gelu": _gelu,  # 1 + erf is 0 below -8.4, 1 + tanh below -5.6
        "softplus": _softplus,  # x above the threshold, which leaves out 2e-9 at 20
        "celu": _celu,  # f': 1 / alpha as a float32
        "hardsigmoid": _hardsigmoid,  # f': 1 / 6 as a float32
        "softsign": _softsign,  # f': a difference of two that become the same
        "tanhshrink": _tanhshrink,  # both cancel near 0
        "situ": _situ,  # f' as tanh's
        "soft_cap": _soft_cap,  # f' as tanh's
        "snake": _snake,  # f': 1 + sin near -1, and large arguments
        "snake_beta": _snake_beta,
        "sine": _sine,  # large arguments
        "dyt": _dyt,  # f' as tanh's
        "squareplus": _squareplus,  # x + sqrt(x^2 + b) cancels on the left
        "isru": _isru,  # f' is a difference
        "isrlu": _isrlu,
        "pelu": _pelu,  # e^x - 1 cancels near 0
    }
)
"""Values and derivatives of the functions for which torch's float64 does not do."""
