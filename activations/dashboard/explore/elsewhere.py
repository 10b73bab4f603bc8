"""The table "Elsewhere": what other frameworks call the functions, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from activations.dashboard import tables
from activations.dashboard.controls import OneOf, Option, Switch
from activations.drawing import curves
from activations.drawing.frame import Drawing
from activations.functions import calculus
from activations.functions.catalog import CATALOG
from activations.functions.catalog.frameworks import (
    FRAMEWORKS,
    OTHER_SLOPES,
    TRAPS,
    Called,
    Trap,
    called,
    differences,
)
from activations.functions.spec import Choice, Function, Value
from activations.notation import plain

NO_TRAP: Final = "none"
_TRAPS: Final = {trap.word: trap for trap in TRAPS}

ELSEWHERE: Final = Switch(key="elsewhere", label="Elsewhere", default=False)
DIFFERENCE: Final = OneOf(
    key="difference",
    label="Draw a difference",
    default=NO_TRAP,
    options=(
        Option(NO_TRAP, "None"),
        *(Option(word, f"{trap.name}: {trap.who}") for word, trap in _TRAPS.items()),
    ),
    listed=True,
)


def words(function: Function) -> str:
    """Say in one line of Markdown what a function is called elsewhere."""
    if function.activation.name not in CATALOG:
        return ""
    found = {framework.name: _name(function, key) for key, framework in FRAMEWORKS.items()}
    names = [f"{framework} `{name}`" for framework, name in found.items() if name]
    return f"Elsewhere: {', '.join(names)}." if names else ""


def show(functions: Sequence[Function], low: float, high: float) -> None:
    """Draw the table of names, and those of what a name does not tell."""
    shown = [each for each in functions if each.activation.name in CATALOG]
    tables.draw(
        "What others call each function",
        {"function": [each.title for each in shown]}
        | {
            framework.name: [_name(each, key) for each in shown]
            for key, framework in FRAMEWORKS.items()
        },
    )
    evidence = "; ".join(f"{each.name} {each.evidence}" for each in FRAMEWORKS.values())
    st.caption(f"Checked: {evidence}.")
    keys = {each.activation.name for each in shown}
    met = [each for each in TRAPS if keys & {side.activation.name for side in each.sides}]
    _traps(met, low, high)
    _slopes(keys)


def trap(word: str) -> Trap | None:
    """Return the trap of a word, if it is one."""
    return _TRAPS.get(word)


def drawing(word: str, low: float, high: float) -> Drawing:
    """Draw the difference between the two functions of a trap."""
    trap = _TRAPS[word]
    x = calculus.grid(trap.ours, low, high)
    activation = trap.ours.activation
    return curves.difference(
        f"{trap.name}: {trap.who}, minus torch",
        x,
        trap.difference(x),
        activation.name,
        activation.color,
    )


def _traps(traps: Sequence[Trap], low: float, high: float) -> None:
    if not traps:
        return
    st.markdown("**Same name, other values.** Measured on the input range, by PyTorch.")
    found = differences(low, high, traps)
    tables.draw(
        "Same name, other values",
        {
            "name": [each.trap.name for each in found],
            "where": [each.trap.who for each in found],
            "torch": [_described(each.trap.ours) for each in found],
            "there": [_described(each.trap.theirs) for each in found],
            "largest difference": [each.value for each in found],
            "at x": [each.value_at for each in found],
            "largest of f′": [each.slope for each in found],
            "at x of f′": [each.slope_at for each in found],
            "how it is known": [each.trap.evidence for each in found],
        },
        {
            name: st.column_config.NumberColumn(format="%.4g")
            for name in ("largest difference", "at x", "largest of f′", "at x of f′")
        },
    )


def _slopes(keys: set[str]) -> None:
    sentences = [
        f"{CATALOG[each.key].title}′({plain(each.x)}) is {plain(each.slope)} in "
        f"{FRAMEWORKS[each.framework].name}"
        for each in OTHER_SLOPES
        if each.key in keys
    ]
    if sentences:
        st.caption(f"Same values, another derivative at one point: {'; '.join(sentences)}.")


def _name(function: Function, framework: str) -> str:
    activation = function.activation
    if framework == "torch":
        if activation.expression:
            return ""
        options = {
            each.name: function.values[each.name]
            for each in activation.parameters
            if isinstance(each, Choice) and function.values[each.name] != each.default
        }
        return _written(Called(f"torch.nn.{type(function.module()).__name__}", arguments=options))
    found = called(function).get(framework)
    return _written(found) if found else ""


def _written(name: Called) -> str:
    """Return a name with what has to be given, and the defaults that are not the catalogue's."""
    given = [f"{each}={_argument(value)}" for each, value in name.arguments.items()]
    defaults = [f"{each} {_value(value)}" for each, value in name.defaults.items()]
    words = [f"{name.name}({', '.join(given)})" if given else name.name, *name.others]
    words += [f"default {', '.join(defaults)}"] if defaults else []
    words += [f"read in the source of {name.source}"] if name.source else []
    return ", ".join(words)


def _argument(value: Value) -> str:
    return repr(value) if isinstance(value, bool | str) else f"{value:.4g}"


def _value(value: Value) -> str:
    return value if isinstance(value, str) else plain(value)


def _described(function: Function) -> str:
    expression = function.activation.expression
    if function.activation.name not in CATALOG and expression:
        return expression.text
    values = ", ".join(f"{name} {_value(value)}" for name, value in function.values.items())
    return f"{function.title}, {values}" if values else function.title
