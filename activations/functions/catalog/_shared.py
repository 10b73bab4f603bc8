"""What the entries share: colours, intervals, and ways to write a formula.

The first four colours are Okabe and Ito's for colour-blind readers
(https://jfly.uni-koeln.de/color/); the others are the ones that stay furthest from them and from
each other in simulated colour blindness while they contrast with light and dark backgrounds alike.
After eight the colours come again with another dash.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from activations.functions.formula import Formula
from activations.functions.spec import Activation, Interval, Paper
from activations.notation import latex

BLUE, VERMILION, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
LAVENDER, BROWN, MAGENTA, VIOLET = "#9084FC", "#846054", "#CC009C", "#9018FC"

SPARSE = "2px,7px"
"""Plotly names six dashes; this is a seventh."""

FROM_ZERO = Interval(0, math.inf)

SWISH_MINIMUM = -0.27846454276107380
"""Of x times its sigmoid."""


def written(text: str, **declared: Any) -> Activation:
    """Return the entry of a function that torch.nn does not have, from its formula."""
    own = Formula(text)
    return Activation(make=own.module, formula=own.latex, expression=own, **declared)


def lowest(value: Callable[[float], float], low: float, high: float) -> float:
    """Return the least value of a function that falls and then rises, by golden section."""
    ratio = (math.sqrt(5) - 1) / 2
    for _ in range(60):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if value(left) < value(right) else (left, high)
    return value((low + high) / 2)


def sigmoid(x: float) -> float:
    """Return 1 / (1 + e^-x) for an x above -700."""
    return 1 / (1 + math.exp(-x))


def torch_page(module: str) -> Paper:
    """Return torch's own page on a module, where no paper is known."""
    return Paper(
        title=f"PyTorch: {module}",
        url=f"https://docs.pytorch.org/docs/stable/generated/torch.nn.{module}.html",
    )


def factor(value: float) -> str:
    """Write a number as a factor in front of something: nothing for 1."""
    text = latex(value)
    return "" if text == "1" else rf"{text} \, "


def cases(*rows: tuple[str, str]) -> str:
    """Write a function in pieces: (value, condition) for each."""
    lines = r" \\ ".join(f"{value} & {condition}" for value, condition in rows)
    return rf"\begin{{cases}} {lines} \end{{cases}}"
