"""What is taken away: the functions, where they are sampled, and what else is shown of them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from activations.functions import calculus
from activations.functions.calculus import FloatArray
from activations.functions.spec import Function

LABELS = {"y": "f(x)", "dy": "f'(x)", "d2y": "f''(x)"}
"""What people call the arrays of a Curve; at place n stands the n-th derivative."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Functions, sampled at `count` points from `low` to `high`, with the derivatives to show.

    `derivatives` holds orders in rising order, 1 or 2 or both; `limits` are those of the output
    axis, by default the post's, or None for what the curves need. Raises ValueError for anything
    else, for a range that does not rise, and for an activation that comes twice.
    """

    functions: tuple[Function, ...]
    low: float = -5.0
    high: float = 5.0
    count: int = 100
    derivatives: tuple[int, ...] = ()
    limits: tuple[float, float] | None = (-1.5, 1.5)

    def __post_init__(self) -> None:
        titles = [function.title for function in self.functions]
        names = [function.activation.name for function in self.functions]
        if not names or len(set(names)) < len(names) or len(set(titles)) < len(titles):
            raise ValueError(f"functions must be different ones, at least one, not {titles}")
        _check_rise("the range", (self.low, self.high))
        if self.limits is not None:
            _check_rise("the limits", self.limits)
        if self.count < 2:
            raise ValueError(f"count must be at least 2, not {self.count!r}")
        if self.derivatives not in ((), (1,), (2,), (1, 2)):
            raise ValueError(f"derivatives must be 1, 2 or both, not {self.derivatives!r}")

    @property
    def fields(self) -> tuple[str, ...]:
        """The arrays of a Curve that are shown: "y", and "dy" and "d2y" if they are asked for."""
        return tuple(tuple(LABELS)[order] for order in (0, *self.derivatives))

    @property
    def x(self) -> FloatArray:
        """The samples' inputs."""
        return calculus.samples(self.low, self.high, self.count)


def file_name(selection: Selection, suffix: str = "") -> str:
    """Name a file by function, parameters and range: "leaky-relu_slope-0.01_x-5to5.csv".

    Several functions are "summary_x-5to5.csv". Holds nothing that a file system minds.
    """
    functions = selection.functions
    stem = functions[0].slug if len(functions) == 1 else "summary"
    stem = re.sub(r"[^\w.+-]+", "-", stem)
    return f"{stem}_x{selection.low:g}to{selection.high:g}{suffix}"


def _check_rise(what: str, ends: tuple[float, float]) -> None:
    low, high = ends
    if not (low < high and math.isfinite(high - low)):
        raise ValueError(f"{what} must rise from low to high, not go from {low!r} to {high!r}")
