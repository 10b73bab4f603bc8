"""The table "Facts": what is measured and declared of each function, to sort and to download."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import streamlit as st

from activations.dashboard import tables
from activations.functions.facts import FLAT, Facts
from activations.functions.gaussian import moments
from activations.functions.memory import saved_per_input
from activations.functions.spec import Function

_NUMBER = "%.4g"
_MEASURED = {
    "minimum": "Least value on the range",
    "at min": "Where it takes its least value",
    "maximum": "Greatest value on the range",
    "at max": "Where it takes its greatest value",
    "steepest f′": "Slope of the largest size on the range",
    "at f′": "Where it is steepest",
    f"|f′| < {FLAT}": "Share of the range, in percent, where the slope is that small",
    "f′ = 0": "Share of the range, in percent, where the slope is exactly 0 in float64",
    "E[f²]": "Mean square of the output for a standard normal input",
    "E[f′²]": "Mean square of the slope for a standard normal input",
    "gain": "1 / √E[f²]: weights times this keep the mean square of the signal",
    "E[f]": "Mean of the output for a standard normal input",
    "std": "Standard deviation of the output for a standard normal input",
    "1 / std": "Weights times this keep the variance of the signal",
    "torch gain": "What torch.nn.init.calculate_gain gives, where it knows the function",
    "kept": "What training keeps for the backward pass, in elements for each input",
}

_SMOOTHNESS: dict[float, str] = {-1: "jumps", 0: "kinks", 1: "differentiable once"}
_DECLARED: dict[str, Callable[[Function], str]] = {
    "output": lambda function: str(function.output),
    "monotone": lambda function: "yes" if function.monotone else "no",
    "parity": lambda function: function.parity.value,
    "smoothness": lambda function: _SMOOTHNESS.get(function.smoothness, "smooth"),
    "family": lambda function: function.activation.family.title,
    "in a sentence": lambda function: function.activation.summary,
    "paper": lambda function: function.activation.paper.url,
}


def show(functions: Sequence[Function], measured: Sequence[Facts]) -> None:
    """Draw the table, a row for each function."""
    rows = [_row(function, facts) for function, facts in zip(functions, measured, strict=True)]
    columns = dict(zip(_MEASURED, map(list, zip(*rows, strict=True)), strict=True))
    numbers = {
        name: st.column_config.NumberColumn(help=meaning, format=_NUMBER)
        for name, meaning in _MEASURED.items()
    }
    paper = {"paper": st.column_config.LinkColumn(display_text="open")}
    tables.draw(
        "What is measured of each function, and known of it",
        {"function": [function.title for function in functions]}
        | columns
        | {name: [declared(each) for each in functions] for name, declared in _DECLARED.items()},
        numbers | paper,
    )


def _row(function: Function, facts: Facts) -> tuple[float | None, ...]:
    normal = moments(function)
    return (
        facts.minimum,
        facts.minimum_at,
        facts.maximum,
        facts.maximum_at,
        facts.steepest,
        facts.steepest_at,
        100 * facts.flat_share,
        100 * facts.zero_share,
        float(normal.mean_square),
        float(normal.mean_square_slope),
        float(normal.gain),
        float(normal.mean),
        float(normal.std),
        1 / float(normal.std) if normal.std else math.inf,
        function.torch_gain,
        _kept(function),
    )


_kept = lru_cache(maxsize=512)(saved_per_input)
