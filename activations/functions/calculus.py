"""Grids, values and derivatives; the one user of autograd for curves."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from activations.functions.catalog import function as lookup
from activations.functions.neutral import neutral
from activations.functions.reading import real_numbers
from activations.functions.spec import Function, Value

FloatArray = npt.NDArray[np.float64]

FINE = 401
"""Points of a drawing grid before breaks are added; odd, so that 0 is on a symmetric one."""

_FAR: FloatArray = np.exp2(np.arange(1024))
"""Where it is looked how far out torch has numbers; the last is half of the largest float64."""


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

    `x` is whatever can be read as finite real numbers, of any shape (see `reading`); the result's
    arrays have that shape. At a break the derivatives are those that PyTorch's autograd gives; far
    out, where torch's arithmetic ends in NaN, the limit stands. What is random in training is
    evaluated as in evaluation. Raises ValueError for an unknown name, for parameters that the
    activation does not have or does not take, and for `x` with the reason why it is not read.
    """
    return trace(lookup(name, **parameters), x)


@neutral()
def trace(function: Function, x: npt.ArrayLike) -> Curve:
    """Evaluate a function and its first two derivatives at `x`, as `evaluate` does."""
    points = real_numbers(x)
    return Curve(function, points, *_true(function, points, orders=2))


@neutral()
def slopes(function: Function, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a function's values and first derivatives at finite `x`: `trace` without f''."""
    y, dy = _true(function, x, orders=1)
    return y, dy


def evaluator(function: Function, dtype: torch.dtype) -> nn.Module:
    """Return the function's module as it is after training, with fixed parameters of `dtype`."""
    return function.evaluation_module().to(dtype).requires_grad_(False)


@neutral()
def respond(module: nn.Module, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what torch makes of `inputs`, in their dtype and shape: values and derivatives.

    Far out, torch's derivatives may not be numbers; `slopes` has the true ones.
    """
    inputs = inputs.detach().requires_grad_()
    outputs = module(inputs)
    return outputs.detach(), _derivative(outputs, inputs)


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


def _true(function: Function, x: FloatArray, orders: int) -> list[FloatArray]:
    """Return f and its first derivatives: torch's, and their limits where it has no number."""
    found = _of_torch(function, x, orders)
    if any(np.isnan(values).any() for values in found):
        for side in (-_FAR, _FAR):
            for values, known in zip(found, _of_torch(function, side, orders), strict=True):
                _put_limit(values, x, known, side)
    return found


def _put_limit(values: FloatArray, x: FloatArray, known: FloatArray, far: FloatArray) -> None:
    """Replace NaN beyond the last of `far` where torch has a number by that, if it is the limit.

    0 times infinity is NaN: by then a function has long been as flat or as straight as it gets, so
    the last two numbers, at x and 2 x, are the same.
    """
    finite = np.flatnonzero(np.isfinite(known))
    if finite.size < 2:
        return
    last = finite[-1]
    if abs(known[last] - known[last - 1]) <= np.finfo(float).eps * max(abs(known[last]), 1):
        values[np.isnan(values) & (x / far[last] > 1)] = known[last]


def _of_torch(function: Function, x: FloatArray, orders: int) -> list[FloatArray]:
    """Return f and its first derivatives as torch computes them in float64, NaN and all."""
    inputs = torch.tensor(x).requires_grad_()
    found = [function.evaluation_module()(inputs)]
    for order in range(1, orders + 1):
        declared = function.activation.curvature if order == 2 else None
        found.append(
            declared(inputs, **function.values)
            if declared
            else _derivative(found[-1], inputs, again=order < orders)
        )
    return [values.numpy(force=True) for values in found]


def _derivative(
    outputs: torch.Tensor, inputs: torch.Tensor, *, again: bool = False
) -> torch.Tensor:
    """Differentiate elementwise: outputs[i] depends on inputs[i] alone.

    `again` keeps what is needed to differentiate the result.
    """
    if not outputs.requires_grad:
        return torch.zeros_like(inputs)
    (slopes,) = torch.autograd.grad(
        outputs,
        inputs,
        inputs.new_ones(()).expand_as(inputs),
        create_graph=again,
        materialize_grads=True,
    )
    return slopes
