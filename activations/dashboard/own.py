"""One's own functions: formulas that the reader types, or that a link brings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count
from typing import Final
from urllib.parse import unquote

import streamlit as st

from activations.dashboard.controls import Control, distinct
from activations.dashboard.widgets import put, widgets
from activations.functions.catalog import CATALOG
from activations.functions.formula import formula, grammar
from activations.functions.formula.source import class_name
from activations.functions.spec import Activation

MOST: Final = 8

_NUMBERED: Final = re.compile(r"f[1-9]\d{0,2}")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_LOOKS: Final = tuple(
    (color, dash)
    for dash in ("dashdot", "longdashdot")
    for color in ("#CC009C", "#0072B2", "#D55E00", "#009E73")
)
"""Colours and dashes that lie furthest from those of the post's functions, which often stay."""

_TAKEN: Final = {
    "difference",
    "grid",
    "overlay",
    "bilinear",
    "deepseek_v4",
    "geglu",
    "geglu_tanh",
    "glu",
    "gpt_oss",
    "reglu",
    "swiglu",
    "swiglu_beta",
    "d_ff",
    "d_model",
    "image_colors",
    "image_size",
    "input_std",
    "learning_rate",
    "sigma_b",
    "sigma_w",
    "weight_decay",
    "deepseek_v4_limit",
    "gpt_oss_alpha",
    "gpt_oss_limit",
    "swiglu_beta_beta",
    *(each.query_of(parameter) for each in CATALOG.values() for parameter in each.parameters),
}
"""What else pages call by a name that a function or its slider could have."""


@lru_cache(maxsize=256)
def activations(texts: tuple[str, ...]) -> tuple[Activation, ...]:
    """Return the functions that valid formulas give, named as they say or f₁, f₂, ...

    Raises ValueError for a name that is taken, or would be in a link or in exported code.
    """
    written = [formula(text) for text in texts]
    names = _names([_said(each) for each in written])
    found = [
        replace(each, name=name, title=_title(name), color=color, dash=dash)
        for each, name, (color, dash) in zip(written, names, _looks(names), strict=True)
    ]
    keys = set(_TAKEN)
    classes = {class_name(each.title).casefold() for each in CATALOG.values() if each.expression}
    for each in found:
        ours = [each.name, *(each.query_of(parameter) for parameter in each.parameters)]
        spelling = class_name(each.title).casefold()
        alike = each.name in CATALOG or spelling in classes
        clash = next((key for key in ours if key in keys), each.name if alike else "")
        if clash:
            raise ValueError(f"the name {clash!r} is taken; write another in front, as in g = x**2")
        keys.update(ours)
        classes.add(spelling)
    return tuple(found)


def _said(activation: Activation) -> str:
    return activation.expression.name if activation.expression else ""


def _names(said: Sequence[str]) -> list[str]:
    """Return the names of formulas that say one or, with "", none: that of the place, or later."""
    names: list[str] = []
    for place, name in enumerate(said, 1):
        free = (each for n in count(place) if (each := f"f{n}") not in (*said, *names))
        names.append(name or next(free))
    return names


def _title(name: str) -> str:
    return name.translate(_SUBSCRIPTS) if _NUMBERED.fullmatch(name) else name


def _looks(names: Sequence[str]) -> list[tuple[str, str]]:
    """Return a colour and a dash for each: those of a number, or else of the place, if free."""
    looks: list[int] = []
    for place, name in enumerate(names, 1):
        first = int(name[1:]) if _NUMBERED.fullmatch(name) else place
        free = (look for n in count(first - 1) if (look := n % len(_LOOKS)) not in looks)
        looks.append(next(free))
    return [_LOOKS[look] for look in looks]


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
        slips = widgets().slips.get(key, {})
        for number in range(min(len(texts) + 1, MOST)):
            field = f"{key}-{number}"
            said = slips.get(number)
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
        read = re.sub(r"\s", " ", spelling)
        try:
            activations((*before, read))
        except ValueError as error:
            reason = error
        else:
            return _even(read)
    raise reason


def _even(text: str) -> str:
    tight = text.replace(" ", "")
    ranged = re.sub(r"(\w)in\[([^,]*),", r"\1 in [\2, ", tight)
    return ranged.replace(";", "; ")


def _typed(key: str, number: int) -> None:
    """Take what was typed into a field, if it is a formula or nothing."""
    texts = tuple(st.session_state[key])
    slips = widgets().slips.setdefault(key, {})
    slips.pop(number, None)
    try:
        put(key, list(_changed(texts, number, st.session_state[f"{key}-{number}"])))
    except ValueError as error:
        slips[number] = str(error)
        return
    if len(st.session_state[key]) < len(texts):
        slips.clear()  # the fields below moved


def _changed(texts: tuple[str, ...], number: int, typed: str) -> tuple[str, ...]:
    """Return the formulas with one typed anew; the others keep their names, in front if need be.

    Their sliders, links and places in legends go by the names. Raises ValueError as `_formula`.
    """
    names = [each.name for each in activations(texts)]
    held = [_under(name, text) for name, text in zip(names, texts, strict=True)]
    before, after = held[:number], held[number + 1 :]
    new = [_formula(typed, [*before, *after])] if typed.strip() else []
    named = tuple(map(_even, (*before, *new, *after)))
    plain = (*texts[:number], *new, *texts[number + 1 :])
    same = [each.name for each in activations(plain)] == [each.name for each in activations(named)]
    return plain if same else named


def _under(name: str, text: str) -> str:
    """Return a formula with its name in front, if there is room for it."""
    named = f"{name}={text}"
    return text if formula(text).name == name or len(named) > grammar.LONGEST else named


OWN: Final = Own(
    key="own",
    label="Own function",
    default=(),
    help=(
        "A formula in x. Each other name becomes a slider: `x*sigmoid(b*x); b in [0, 2]`. "
        "A name in front names it: `soft = x*sigmoid(x)`."
    ),
)
