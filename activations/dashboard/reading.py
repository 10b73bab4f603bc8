"""A page's controls as a whole: their order in the sidebar, their settings, and their link."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
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
    Settings have a field for each control, or one `field` for all of the group, by their keys.
    """

    controls: tuple[Control[Any], ...]
    sections: Callable[[S], Iterable[Section]]
    follows: bool = False
    field: str = ""


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


@dataclass(frozen=True)
class Controls(Generic[S]):
    """A page's controls: in `groups` down the sidebar, and `others` that the page draws itself."""

    settings: Callable[..., S]
    groups: tuple[Group[S], ...]
    others: tuple[Control[Any], ...] = ()

    @cached_property
    def table(self) -> Mapping[str, Control[Any]]:
        """Every control, by its key."""
        grouped = [control for group in self.groups for control in group.controls]
        return MappingProxyType({control.key: control for control in (*grouped, *self.others)})

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
        return Reading(self._settings(values), values, refusals)

    def _settings(self, values: Values) -> S:
        fields = dict(values)
        for group in self.groups:
            if group.field:
                keys = [control.key for control in group.controls]
                fields[group.field] = {key: fields.pop(key) for key in keys}
        return self.settings(**fields)

    def link(self, values: Values) -> dict[str, list[str]]:
        """Return what a link says: the words of all that is not at its default, by key."""
        return {
            key: control.spell(values[key])
            for key, control in self.table.items()
            if values[key] != control.default
        }


def controls(
    settings: Callable[..., S], *groups: Group[S], others: tuple[Control[Any], ...] = ()
) -> Controls[S]:
    """Return a page's controls; `settings` takes their values by name."""
    return Controls(settings, groups, others)
