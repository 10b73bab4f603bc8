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
    What is chosen elsewhere may have controls of its own, which `grown` returns.
    """

    controls: tuple[Control[Any], ...]
    sections: Callable[[S], Iterable[Section]]
    follows: bool = False
    field: str = ""
    grown: Callable[[Values], Iterable[Control[Any]]] = lambda _: ()


def group(caption: str, *controls: Control[Any], follows: bool = False) -> Group[Any]:
    """Return a group of one section, whatever the settings."""
    section = Section(caption, controls)
    return Group(controls, lambda _: [section], follows)


@dataclass(frozen=True, slots=True)
class Reading(Generic[S]):
    """Settings, and for each control whose value made no sense, by key, a sentence that says so.

    `values` are the settings by control key, as the values of the controls in `table`.
    """

    settings: S
    values: Values
    refusals: Mapping[str, str]
    table: Mapping[str, Control[Any]]

    @property
    def link(self) -> dict[str, list[str]]:
        """What a link says: the words of all that is not at its default, by key."""
        return {
            key: control.spell(self.values[key])
            for key, control in self.table.items()
            if self.values[key] != control.default
        }


@dataclass(frozen=True)
class Controls(Generic[S]):
    """A page's controls: in `groups` down the sidebar, and `others` that the page draws itself."""

    settings: Callable[..., S]
    groups: tuple[Group[S], ...]
    others: tuple[Control[Any], ...] = ()

    @cached_property
    def table(self) -> Mapping[str, Control[Any]]:
        """Every control that there always is, by its key."""
        grouped = [control for group in self.groups for control in group.controls]
        return MappingProxyType({control.key: control for control in (*grouped, *self.others)})

    def read(self, raw: Raw) -> Reading[S]:
        """Turn whatever widgets and links delivered, by control key, into valid settings.

        What is missing, or wrong in whatever way, gets its default; the rest is kept. Raises
        nothing.
        """
        values: dict[str, Any] = {}
        refusals: dict[str, str] = {}
        table = dict(self.table)
        for control in table.values():
            _read(control, raw, values, refusals)
        fields = dict(values)
        for group in self.groups:
            grown = {control.key: control for control in group.grown(values)}
            for control in grown.values():
                _read(control, raw, values, refusals)
            table |= grown
            if group.field:
                keys = [*(control.key for control in group.controls), *grown]
                fields[group.field] = {key: values[key] for key in keys}
                for control in group.controls:
                    del fields[control.key]
        return Reading(self.settings(**fields), values, refusals, table)


def _read(
    control: Control[Any], raw: Raw, values: dict[str, Any], refusals: dict[str, str]
) -> None:
    key = control.key
    values[key] = control.default
    if key not in raw:
        return
    try:
        values[key] = control.parse(raw[key])
    except PartlyError as partly:
        values[key] = partly.kept
        refusals[key] = f"{_sentence(control, partly)} The rest is shown."
    except ValueError as error:
        refusals[key] = f"{_sentence(control, error)} Showing the default instead."


def _sentence(control: Control[Any], error: ValueError) -> str:
    words = f"{control.label} {error}"
    return words if words.endswith("?") else f"{words}."


def controls(
    settings: Callable[..., S], *groups: Group[S], others: tuple[Control[Any], ...] = ()
) -> Controls[S]:
    """Return a page's controls; `settings` takes their values by name."""
    return Controls(settings, groups, others)
