"""Finding an entry by any of its names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from reprlib import repr as brief

from activations.functions.spec import Activation, Value

_LONG = 100
"""No name is so long, and looking for near ones would take its time."""


class NotElementwiseError(ValueError):
    """Says why a function is no function of one number; `name` is what torch calls it."""

    def __init__(self, words: str, name: str) -> None:
        """Keep the name."""
        super().__init__(words)
        self.name = name


class Catalog(Mapping[str, Activation]):
    """A read-only mapping from keys to entries, in the order of teaching.

    Looking up accepts every spelling of a name; iterating gives the keys alone. `refused` maps
    names that stay out to the reason.
    """

    def __init__(self, entries: Iterable[Activation], refused: Mapping[str, str]) -> None:
        self._entries = {entry.name: entry for entry in entries}
        self._refused = {_plain(name): (name, reason) for name, reason in refused.items()}
        self._keys = {
            _plain(name): entry.name for entry in self._entries.values() for name in names(entry)
        }

    def key_of(self, name: str) -> str:
        """Return the key of the entry that some name means, in whatever spelling.

        Raises ValueError for an unknown name, with the nearest ones or else all keys, and for one
        that is not elementwise, with the reason.
        """
        spelling = _plain(name) if isinstance(name, str) and len(name) < _LONG else ""
        if spelling in self._keys:
            return self._keys[spelling]
        if spelling in self._refused:
            refused, reason = self._refused[spelling]
            words = f"{brief(name)} is not an elementwise activation: {reason}"
            raise NotElementwiseError(words, refused)
        near = [self._keys[each] for each in get_close_matches(spelling, self._keys)]
        hint = (
            f"did you mean {' or '.join(dict.fromkeys(near))}?"
            if near
            else f"the catalogue has {', '.join(self)}"
        )
        raise ValueError(f"unknown activation {brief(name)}; {hint}")

    def meant(self, name: str) -> Mapping[str, Value]:
        """Return the parameters that a name means where it is used; by most it means none."""
        elsewhere = self._entries[self.key_of(name)].elsewhere
        return {_plain(each): values for each, values in elsewhere.items()}.get(_plain(name), {})

    def __getitem__(self, name: str) -> Activation:
        try:
            return self._entries[self.key_of(name)]
        except ValueError as error:
            raise KeyError(str(error)) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<catalogue of {', '.join(self)}>"


def names(entry: Activation) -> tuple[str, ...]:
    """Return all that an entry is called; torch.nn's class name is a spelling of its key."""
    return (entry.name, entry.title, *entry.aliases, *entry.elsewhere)


def _plain(name: str) -> str:
    """Return a name without what spellings differ in: case, spaces, underscores and hyphens."""
    return re.sub(r"[\s_-]", "", name).casefold()
