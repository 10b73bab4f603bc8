"""The choice of functions, and of their parameters, which all pages share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from reprlib import repr as brief
from typing import Any, Final

import streamlit as st

from activations.dashboard import own
from activations.dashboard.controls import Control, OneOf, Option, Slider, distinct, respell
from activations.dashboard.reading import Group, Section, Values, group
from activations.dashboard.widgets import put
from activations.functions.catalog import CATALOG, NotElementwiseError, key_of
from activations.functions.spec import Activation, Choice, Family, Function, Parameter, Value

POST_FUNCTIONS: Final = ("sigmoid", "tanh", "relu", "leaky_relu")
ELSEWHERE: Final[Mapping[str, str]] = {
    "softmax": "gates?view=softmax",
    "softmax2d": "gates?view=softmax",
    "log_softmax": "gates?view=softmax&variant=log_softmax",
    "softmin": "gates?view=softmax&variant=softmin",
    "gumbel_softmax": "gates?view=softmax&variant=gumbel",
    "sparsemax": "gates?view=softmax&variant=sparsemax",
    "glu": "gates?gates=glu",
    "swiglu": "gates?gates=swiglu",
    "geglu": "gates?gates=geglu",
    "reglu": "gates?gates=reglu",
}
"""Links to what shows functions that are not elementwise, from any page."""

_THE_POSTS = "The post's four"
_ALL = "All"


@dataclass(frozen=True, slots=True, kw_only=True)
class Functions(Control[tuple[str, ...]]):
    """Functions of the catalogue, by key; links and the box take any name that it knows."""

    def parse(self, raw: object) -> tuple[str, ...]:
        """Read distinct functions' names."""
        return distinct(raw, _named)

    def spell(self, value: tuple[str, ...]) -> list[str]:
        """Return the functions' keys."""
        return list(value) or [""]

    def draw(self, key: str, *, disabled: bool = False) -> None:
        """Draw the box of functions, and below it a menu of families."""
        st.multiselect(
            self.label,
            _listed(),
            st.session_state[key],
            format_func=_label,
            placeholder="Choose functions",
            accept_new_options=True,  # any spelling of a name, "leaky_relu" say
            filter_mode="prefix",  # "swish" is SiLU, which "Hardswish" would stand before
            select_all=False,
            key=key,
            disabled=disabled,
            label_visibility="collapsed",
        )
        family = f"{key}-family"
        st.menu_button(
            "Choose a family",
            list(_sets()),
            key=family,
            on_click=_choose_family,
            args=(key, family),
            width="stretch",
            disabled=disabled,
        )

    def widget_value(self, value: tuple[str, ...]) -> object:
        """Return the titles, which the box holds: what is typed there may be a key."""
        return [CATALOG[name].title for name in value]


FUNCTIONS: Final = Functions(key="functions", label="Functions", default=POST_FUNCTIONS)


@dataclass(frozen=True, kw_only=True)
class WithFunctions:
    """Settings of a page that shows functions: keys, formulas, and all parameters by their keys."""

    functions: tuple[str, ...]
    own: tuple[str, ...]
    parameters: Mapping[str, Value]

    @cached_property
    def chosen(self) -> tuple[Function, ...]:
        """The functions on show, in order, at the chosen parameters; one's own come last."""
        activations = (*(CATALOG[name] for name in self.functions), *own.activations(self.own))
        return tuple(self._at_chosen(each) for each in activations)

    def _at_chosen(self, activation: Activation) -> Function:
        return activation.at(
            **{
                parameter.name: self.parameters[activation.query_of(parameter)]
                for parameter in activation.parameters
            }
        )


def _parameter(activation: Activation, parameter: Parameter | Choice) -> Control[Any]:
    shared: dict[str, Any] = {
        "key": activation.query_of(parameter),
        "label": f"{activation.title} {parameter.name.replace('_', ' ')}",
        "default": parameter.default,
        "help": parameter.meaning,
    }
    if isinstance(parameter, Choice):
        return OneOf(options=tuple(Option(each, each) for each in parameter.options), **shared)
    return Slider(low=parameter.low, high=parameter.high, step=parameter.step, **shared)


def _parameters(activation: Activation) -> tuple[Control[Any], ...]:
    return tuple(_parameter(activation, parameter) for parameter in activation.parameters)


PARAMETERS: Final = tuple(
    control for activation in CATALOG.values() for control in _parameters(activation)
)
"""The control of every parameter that the catalogue has."""


def _grown(values: Values) -> list[Control[Any]]:
    """Return the controls of the parameters of one's own functions."""
    return [
        control
        for activation in own.activations(values[own.OWN.key])
        for control in _parameters(activation)
    ]


def _sections(settings: WithFunctions) -> Iterator[Section]:
    for function in settings.chosen:
        controls = _parameters(function.activation)
        if controls:
            yield Section(function.title.upper(), controls)


def groups(*, follows: bool) -> tuple[Group[Any], Group[Any]]:
    """Return the choice of functions, and the parameters of those that are chosen."""
    return (
        group("FUNCTIONS", FUNCTIONS, own.OWN),
        Group(PARAMETERS, _sections, follows, field="parameters", grown=_grown),
    )


def _named(word: object) -> str:
    if not isinstance(word, str):
        raise ValueError(f"{brief(word)} is no name")
    try:
        return key_of(word if word in CATALOG else respell(word))
    except NotElementwiseError as error:
        lead = ELSEWHERE.get(error.name)
        words = f"{error}; the page [Gates]({lead}) shows it" if lead else str(error)
        raise ValueError(words) from None
    except ValueError as error:  # without all that there are, which the box lists
        words = str(error).removesuffix(f"; the catalogue has {', '.join(CATALOG)}")
        raise ValueError(words) from None


@cache
def _listed() -> tuple[str, ...]:
    """Return the titles of all functions, and what else those are called.

    Other names come last, or before a title of another function that begins with one: the first
    match is what Enter takes.
    """
    listed = [CATALOG[name].title for members in _families().values() for name in members]
    for name in _other_names():
        begun = (index for index, title in enumerate(listed) if _begins(title, name))
        listed.insert(next(begun, len(listed)), name)
    return tuple(listed)


@cache
def _other_names() -> tuple[str, ...]:
    return tuple(
        alias
        for activation in CATALOG.values()
        for alias in activation.aliases
        if not _begins(activation.title, alias)
    )


def _begins(title: str, name: str) -> bool:
    return title.casefold().startswith(name.casefold())


def _label(word: str) -> str:
    return f"{word} ({CATALOG[word].title})" if word in _other_names() else word


def _families() -> dict[Family, list[str]]:
    return {
        family: [name for name, each in CATALOG.items() if each.family is family]
        for family in Family
    }


def _sets() -> dict[str, list[str]]:
    families = {family.title: members for family, members in _families().items()}
    return {_THE_POSTS: list(POST_FUNCTIONS)} | families | {_ALL: list(CATALOG)}


def _choose_family(key: str, family: str) -> None:
    put(key, FUNCTIONS.widget_value(tuple(_sets()[st.session_state[family]])))


def nothing_chosen(settings: WithFunctions) -> str:
    """Return an invitation where no function is chosen."""
    if settings.chosen:
        return ""
    return "No function is chosen. Choose one, or a whole family, under “Functions”."
