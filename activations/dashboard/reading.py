"""A page's controls as a whole: their order in the sidebar, their settings, and their link."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from activations.dashboard.controls import Control, PartlyError

S = TypeVar("S")

Raw = Mapping[str, object]
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """Controls that stand together, under a caption."""

    caption: str
    controls: tuple[Control[Any], ...]


@dataclass(frozen=True, slots=True)
class Group(Generic[S]):
    """A part of the sidebar: its controls, and the sections that given settings make of them.

    What `follows` is drawn with what its controls move, so that a tick of theirs runs nothing else.
    """

    controls: tuple[Control[Any], ...]
    sections: Callable[[S], Iterable[Section]]
    follows: bool = False


def group(caption: str, *controls: Control[Any], follows: bool = False) -> Group[Any]:
    """Return a group of one section, whatever the settings."""
    section = Section(caption, controls)
    return Group(controls, lambda _: [section], follows)


@dataclass(frozen=True, slots=True)
class Reading(Generic[S]):
    """Settings, and for each control whose value made no sense, by key, a sentence that says so.

    `values` are the settings by control key, as the controls' own values.
    """

    settings: S
    values: Values
    refusals: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Controls(Generic[S]):
    """A page's controls by key, and what makes settings of their values.

    `settings` takes a value for each control by its key; those of `parameters`, which depend on
    the catalogue, it takes together, as `parameters`.
    """

    table: Mapping[str, Control[Any]]
    settings: Callable[..., S]
    parameters: frozenset[str] = frozenset()

    def read(self, raw: Raw) -> Reading[S]:
        """Turn whatever widgets and links delivered, by control key, into valid settings.

        What is missing, or wrong in whatever way, gets its default; the rest is kept. Raises
        nothing.
        """
        values: dict[str, Any] = {}
        refusals: dict[str, str] = {}
        for key, control in self.table.items():
            values[key] = control.default
            if key not in raw:
                continue
            try:
                values[key] = control.parse(raw[key])
            except PartlyError as partly:
                values[key] = partly.kept
                refusals[key] = f"{control.label} {partly}. The rest is shown."
            except ValueError as error:
                refusals[key] = f"{control.label} {error}. Showing the default instead."
        fields = {key: value for key, value in values.items() if key not in self.parameters}
        if self.parameters:
            fields["parameters"] = {key: values[key] for key in self.parameters}
        return Reading(self.settings(**fields), values, refusals)

    def link(self, values: Values) -> dict[str, list[str]]:
        """Return what a link says: the words of all that is not at its default, by key."""
        return {
            key: control.spell(values[key])
            for key, control in self.table.items()
            if values[key] != control.default
        }


def controls(
    settings: Callable[..., S],
    *controls: Control[Any],
    parameters: Sequence[Control[Any]] = (),
) -> Controls[S]:
    """Return a page's controls, its functions' `parameters` among them."""
    table = {control.key: control for control in (*controls, *parameters)}
    return Controls(
        MappingProxyType(table), settings, frozenset(control.key for control in parameters)
    )
