"""The table of all runs, to sort and to download."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from activations.dashboard import tables
from activations.precision import PLACES
from activations.precision.runs import Findings, Run

_NAMED = {
    "function": "What is computed",
    "format": "The number format",
    "computed": "Where it is computed",
}
_FOUND = {
    "correct": "Percent correctly rounded, of the results that are numbers; infinity counts as one "
    "where the exact value is beyond the format",
    "worst": "The largest error, in steps",
    "worst at": "The input of the least size where it is met",
    "> 10 steps": "Results that are more than ten steps off",
    "NaN": "Results that are NaN, although the exact value is a number of the format",
    "infinite": "Results that are infinite, although the exact value is a number of the format",
    "no value": "Inputs that are not counted, because no exact value is known for them",
    "0 up to": "All results up to this input are 0, where that is rounding",
    "0 from": "All results from this input on are 0, where that is rounding",
}
_OF_F = {
    "1 up to": "All results up to this input are 1, where that is rounding",
    "1 from": "All results from this input on are 1, where that is rounding",
    "x up to": "All results up to this input are x, where that is rounding",
    "x from": "All results from this input on are x, where that is rounding",
    "x at": "The least size of an input, 0 apart, whose result is x itself",
}
_SHARE, _WHOLE, _NUMBER = "%.2f", "%d", "%.4g"
_FORMATS = {
    "correct": _SHARE,
    "worst": _WHOLE,
    "> 10 steps": _WHOLE,
    "NaN": _WHOLE,
    "infinite": _WHOLE,
    "no value": _WHOLE,
}


def show(runs: Sequence[Run]) -> None:
    """Draw the table, a row for each run."""
    if not runs:
        return
    rows = [_row(run) for run in runs]
    helps = {f"{order} {name}": words for order in ("f", "f′") for name, words in _FOUND.items()}
    helps |= {f"f {name}": words for name, words in _OF_F.items()}
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    tables.draw(
        "What was measured of each function",
        {
            name: values
            for name, values in columns.items()
            if any(each is not None for each in values)
        },
        {
            name: st.column_config.NumberColumn(
                help=words, format=_FORMATS.get(name.split(" ", 1)[1], _NUMBER)
            )
            for name, words in helps.items()
        }
        | {name: st.column_config.TextColumn(help=words) for name, words in _NAMED.items()},
    )


def _row(run: Run) -> dict[str, Any]:
    f = dict(zip(_OF_F, (*run.f.one, *run.f.same, run.f.least_same), strict=True))
    return {
        "function": run.function.title,
        "format": run.format.name,
        "computed": PLACES[run.where],
        **{f"f {name}": value for name, value in _found(run.f).items()},
        **{f"f {name}": value for name, value in f.items()},
        **{f"f′ {name}": value for name, value in _found(run.df).items()},
    }


def _found(found: Findings) -> dict[str, Any]:
    steps, at = found.worst
    counts = [
        found.histogram[-1],
        *(each.inputs if each else 0 for each in (found.nan, found.infinite)),
        found.unknown and found.unknown.inputs,
    ]
    return dict(zip(_FOUND, (found.correct, steps, at, *counts, *found.zero), strict=True))
