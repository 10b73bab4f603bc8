"""The table "Facts": what is measured of each function on show, to sort and to download."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from activations.facts import Facts, moments
from activations.spec import Function

_NUMBER = "%.4g"
_COLUMNS = {
    "minimum": "Least value on the range",
    "at min": "Where it takes its least value",
    "maximum": "Greatest value on the range",
    "at max": "Where it takes its greatest value",
    "steepest f′": "Slope of the largest size on the range",
    "at f′": "Where it is steepest",
    "|f′| < 0.01": "Share of the range, in percent, where the slope is that small",
    "f′ = 0": "Share of the range, in percent, where the slope is exactly 0 in float64",
    "E[f²]": "Mean square of the output for a standard normal input",
    "E[f′²]": "Mean square of the slope for a standard normal input",
    "gain": "1 / √E[f²]: weights times this keep the mean square of the signal",
    "torch gain": "What torch.nn.init.calculate_gain gives, where it knows the function",
}


def show(functions: Sequence[Function], measured: Sequence[Facts]) -> None:
    """Draw the table, a row for each function."""
    rows = [_row(function, facts) for function, facts in zip(functions, measured, strict=True)]
    columns = zip(*rows, strict=True)
    names = [function.title for function in functions]
    st.dataframe(
        {"function": names} | dict(zip(_COLUMNS, map(list, columns), strict=True)),
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(help=meaning, format=_NUMBER)
            for name, meaning in _COLUMNS.items()
        },
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
        normal.mean_square,
        normal.mean_square_slope,
        normal.gain,
        function.torch_gain,
    )
