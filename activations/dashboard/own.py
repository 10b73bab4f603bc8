"""One's own functions: formulas that the reader types, or that a link brings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

import streamlit as st

from activations.dashboard.controls import Control, distinct
from activations.dashboard.widgets import put
from activations.functions.catalog import CATALOG
from activations.functions.formula import formula
from activations.functions.spec import Activation

MOST: Final = 8

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_LOOKS: Final = tuple(
    (color, dash)
    for dash in ("dashdot", "longdashdot")
    for color in ("#CC009C", "#0072B2", "#D55E00", "#009E73")
)
"""Colours and dashes that lie furthest from those of the post's functions, which often stay."""


@lru_cache(maxsize=256)
def activations(texts: tuple[str, ...]) -> tuple[Activation, ...]:
    """Return the functions that valid formulas give, named as they say or f₁, f₂, ...

    Raises ValueError for one whose name is taken.
    """
    found: list[Activation] = []
    for number, text in enumerate(texts, 1):
        activation = formula(text)
        named = activation.expression is not None and activation.expression.name
        name = activation.name if named else f"f{number}"
        if name in CATALOG or name in {each.name for each in found}:
            raise ValueError(f"the name {name!r} is taken; write another in front, as in g = x**2")
        color, dash = _LOOKS[(number - 1) % len(_LOOKS)]
        title = activation.title if named else name.translate(_SUBSCRIPTS)
        found.append(replace(activation, name=name, title=title, color=color, dash=dash))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Own(Control[tuple[str, ...]]):
    """Formulas, each in a field of its own, and an empty field for the next."""

    def parse(self, raw: object) -> tuple[str, ...]:
        """Read formulas; of several that are none the others are kept."""
        kept: list[str] = []

        def read(word: object) -> str:
            if not isinstance(word, str):
                raise ValueError("what is no text")
            if len(kept) == MOST:
                raise ValueError(f"more than {MOST} formulas")
            kept.append(_formula(word, kept))
            return kept[-1]

        return distinct(raw, read)

    def spell(self, value: tuple[str, ...]) -> list[str]:
        """Return the formulas, without spaces."""
        return [text.replace(" ", "") for text in value]

    def draw(self, key: str, *, disabled: bool = False) -> None:
        """Draw the fields; one that holds no formula says why, and changes nothing."""
        texts: Sequence[str] = st.session_state[key]
        for number in range(min(len(texts) + 1, MOST)):
            field = f"{key}-{number}"
            said = st.session_state.get(f"{field}-error")
            if not said:
                st.session_state[field] = texts[number] if number < len(texts) else ""
            st.text_input(
                self.label if not number else f"{self.label} {number + 1}",
                key=field,
                placeholder="x*tanh(softplus(b*x))" if not number else "Another formula",
                help=self.help if not number else None,
                on_change=_typed,
                args=(key, number),
                disabled=disabled,
            )
            if said:
                st.caption(f":red[{said}]")

    def widget_value(self, value: tuple[str, ...]) -> object:
        """Return the formulas as a list."""
        return list(value)


def _formula(text: str, before: Sequence[str]) -> str:
    """Return a formula, spaced evenly; ValueError with the reason for what is none."""
    for spelling in (text, unquote(text)):
        tight = "".join(spelling.split())
        try:
            activations((*before, tight))
        except ValueError as error:
            reason = error
        else:
            ranged = re.sub(r"(\w)in\[([^,]*),", r"\1 in [\2, ", tight)
            return ranged.replace(";", "; ")
    raise reason


def _typed(key: str, number: int) -> None:
    """Take what was typed into a field, if it is a formula or nothing."""
    field = f"{key}-{number}"
    texts = list(st.session_state[key])
    typed = st.session_state[field].strip()
    st.session_state[f"{field}-error"] = ""
    try:
        others = [*texts[:number], *texts[number + 1 :]]
        new = [_formula(typed, others)] if typed else []
    except ValueError as error:
        st.session_state[f"{field}-error"] = str(error)
        return
    put(key, [*texts[:number], *new, *texts[number + 1 :]])


OWN: Final = Own(
    key="own",
    label="Own function",
    default=(),
    help=(
        "A formula in x. Each other name becomes a slider: `x*sigmoid(b*x); b in [0, 2]`. "
        "A name in front names it: `soft = x*sigmoid(x)`."
    ),
)
