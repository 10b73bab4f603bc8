"""The logits on the page "Gates": a slider for each, and a field in which all can be pasted."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st

from activations.dashboard.controls import Option, Slider, SomeOf
from activations.dashboard.widgets import put

FEWEST_LOGITS, MOST_LOGITS = 3, 8
_DEFAULTS: Final = (2.0, 1.0, 0.1, 0.0, -1.0, 0.5, -0.5, 1.5)
_SUBSCRIPTS: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def logit_key(number: int) -> str:
    """Return the key of a logit, which are numbered from 0: "x1"."""
    return f"x{number + 1}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logits(Slider):
    """How many logits there are, and a field in which all of them can be pasted."""

    def draw(self, key: str, *, disabled: bool = False) -> None:
        """Draw the slider and the field, which is empty again once it was read."""
        Slider.draw(self, key, disabled=disabled)
        st.text_input(
            "Paste logits",
            key=f"{key}-pasted",
            placeholder="2.0, 1.0, 0.1",
            help="Three to eight numbers; -inf masks one.",
            on_change=_paste,
            args=(key,),
            disabled=disabled,
        )
        if said := st.session_state.get(f"{key}-error"):
            st.caption(f":red[{said}]")


def read_logits(text: str) -> list[float]:
    """Return numbers that were pasted; ValueError, with words, for what are none."""
    words = [word for word in re.split(r"[\s,;\[\]()]+", text.replace("−", "-")) if word]
    try:
        found = [float(word) for word in words]
    except ValueError:
        raise ValueError("Numbers with commas or spaces between them are read.") from None
    if not FEWEST_LOGITS <= len(found) <= MOST_LOGITS:
        raise ValueError(
            f"There must be {FEWEST_LOGITS} to {MOST_LOGITS} numbers, not {len(found)}."
        )
    for value in found:
        if value != -math.inf and not X[0].low <= value <= X[0].high:
            raise ValueError(f"Numbers must lie from {X[0].low:g} to {X[0].high:g}, or be -inf.")
    return found


def _paste(key: str) -> None:
    """Set all logits to what was pasted, if it is numbers."""
    field, page = f"{key}-pasted", key.removesuffix(LOGITS.key)
    text = st.session_state[field]
    st.session_state[f"{key}-error"] = ""
    if not text.strip():
        return
    try:
        found = read_logits(text)
    except ValueError as error:
        st.session_state[f"{key}-error"] = str(error)
        return
    st.session_state[field] = ""
    put(key, len(found))
    for number, value in enumerate(found):
        if math.isfinite(value):
            put(f"{page}{logit_key(number)}", value)
    masked = [str(number + 1) for number, value in enumerate(found) if math.isinf(value)]
    put(f"{page}{MASKED.key}", masked)


LOGITS: Final = Logits(
    key="logits",
    label="Number of logits",
    default=3,
    low=FEWEST_LOGITS,
    high=MOST_LOGITS,
    step=1,
    whole=True,
)
MASKED: Final = SomeOf(
    key="masked",
    label="Masked",
    default=(),
    options=tuple(
        Option(str(number), f"x{str(number).translate(_SUBSCRIPTS)}", (f"x{number}",))
        for number in range(1, MOST_LOGITS + 1)
    ),
    help="A masked logit is −∞, as attention has it where a token must not look.",
)


def masks(count: int, masked: Collection[str]) -> SomeOf:
    """Return the control of what is masked, which offers as many logits as there are.

    Of more, those are there that are masked: they are so again when there are more.
    """
    offered = (
        each for number, each in enumerate(MASKED.options) if number < count or each.value in masked
    )
    return replace(MASKED, options=tuple(offered))


def _unmasked(word: str) -> Callable[[Any], bool]:
    return lambda settings: word not in settings.masked


X: Final = tuple(
    Slider(
        key=logit_key(number),
        label=f"Logit {number + 1}",
        default=value,
        low=-10,
        high=10,
        step=0.1,
        enabled=_unmasked(str(number + 1)),
    )
    for number, value in enumerate(_DEFAULTS)
)
