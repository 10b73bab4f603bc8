"""Grids, values and derivatives; the one user of autograd for curves."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from activations.functions.catalog import function as lookup
from activations.functions.spec import Function, Value

FloatArray = npt.NDArray[np.float64]

FINE = 401
"""Points of a drawing grid before breaks are added; odd, so that 0 is on a symmetric one."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A function's values and first two derivatives at `x`: float64 arrays of one shape."""

    function: Function
    x: FloatArray
    y: FloatArray
    dy: FloatArray
    d2y: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """What a figure needs of one function on a range of inputs.

    `curve` is the function itself on a fine grid, `samples` the user's samples of it. `left` and
    `right` are the limits from either side at the breaks inside the range. `band` holds the two
    functions between which training draws at random, on the curve's grid, where it does.
    """

    curve: Curve
    samples: Curve
    left: Curve
    right: Curve
    band: tuple[Curve, Curve] | None

    @property
    def function(self) -> Function:
        """The function portrayed."""
        return self.curve.function


def portray(function: Function, low: float, high: float, count: int) -> Portrait:
    """Evaluate all that a figure needs of a function from `low` to `high`, with `count` samples."""
    x = grid(function, low, high)
    left, right = limits(function, low, high)
    band = function.band
    return Portrait(
        curve=trace(function, x),
        samples=trace(function, samples(low, high, count)),
        left=left,
        right=right,
        band=band and (trace(band[0], x), trace(band[1], x)),
    )


def evaluate(name: str, x: npt.ArrayLike, /, **parameters: Value) -> Curve:
    """Evaluate the activation `name` and its first two derivatives at `x`, in float64.

    `x` is an array-like of finite numbers of any shape; the result's arrays have that shape. At a
    break the derivatives are those that PyTorch's autograd gives. What is random in training is
    evaluated as in evaluation. Raises ValueError for an unknown name, for parameters that the
    activation does not have or does not take, and for numbers that are not finite.
    """
    return trace(lookup(name, **parameters), x)


def trace(function: Function, x: npt.ArrayLike) -> Curve:
    """Evaluate a function and its first two derivatives at `x`, as `evaluate` does."""
    points = _finite(x)
    with torch.enable_grad():
        inputs = torch.tensor(points).requires_grad_()
        outputs = function.evaluation_module()(inputs)
        slopes = _derivative(outputs, inputs, again=True)
        curvatures = _curvature(function, slopes, inputs)
    y, dy, d2y = (each.numpy(force=True) for each in (outputs, slopes, curvatures))
    return Curve(function, points, y, dy, d2y)


def samples(low: float, high: float, count: int) -> FloatArray:
    """Return the post's inputs, `np.linspace(low, high, count)`: both ends, evenly spaced."""
    return np.linspace(low, high, count)


def grid(function: Function, low: float, high: float, count: int = FINE) -> FloatArray:
    """Return rising points to draw from `low` to `high`: even ones, 0, and every break.

    A break comes with its two neighbouring floats, so that the limits from either side are drawn.
    """
    breaks = _breaks(function, low, high)
    extra = np.concatenate([_beside(breaks, -np.inf), breaks, _beside(breaks, np.inf), [0.0]])
    inside = extra[(low <= extra) & (extra <= high)]
    count = max(count, math.ceil((high - low) * function.detail))
    return np.union1d(np.linspace(low, high, count), inside)


def limits(function: Function, low: float = -np.inf, high: float = np.inf) -> tuple[Curve, Curve]:
    """Return the limits from the left and from the right at each break from `low` to `high`."""
    breaks = _breaks(function, low, high)
    return trace(function, _beside(breaks, -np.inf)), trace(function, _beside(breaks, np.inf))


def _breaks(function: Function, low: float, high: float) -> FloatArray:
    inside = [point.x for point in function.breaks if low <= point.x <= high]
    return np.array(inside, dtype=float)


def _beside(x: FloatArray, towards: float) -> FloatArray:
    """Return the neighbouring floats, which stand for the limits from one side."""
    return np.nextafter(x, towards)


def _finite(x: npt.ArrayLike) -> FloatArray:
    try:
        points = np.asarray(x).astype(np.float64, casting="same_kind")
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError("x must be an array-like of finite real numbers") from error
    if not np.isfinite(points).all():
        raise ValueError("x must be finite; it holds NaN or infinity")
    return points


def _derivative(
    outputs: torch.Tensor, inputs: torch.Tensor, *, again: bool = False
) -> torch.Tensor:
    """Differentiate elementwise: outputs[i] depends on inputs[i] alone, so one sum serves all.

    `again` keeps what is needed to differentiate the result.
    """
    if not outputs.requires_grad:
        return torch.zeros_like(inputs)
    (slopes,) = torch.autograd.grad(
        outputs.sum(), inputs, create_graph=again, materialize_grads=True
    )
    return slopes


def _curvature(function: Function, slopes: torch.Tensor, inputs: torch.Tensor) -> torch.Tensor:
    declared = function.activation.curvature
    return declared(inputs, **function.values) if declared else _derivative(slopes, inputs)
