"""How much one server does for how many: every bound, its reason, and its environment variable."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final

PREFIX: Final = "ACTIVATIONS_"


def _half_the_cores() -> int:
    """Return half of those that this process may run on, which may be few of the machine's."""
    ours = getattr(os, "sched_getaffinity", None)
    return max((len(ours(0)) if ours else os.cpu_count() or 1) // 2, 1)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Positive integers; `ACTIVATIONS_SESSIONS=50` in the environment sets `sessions`, and so on.

    Whoever is beyond a bound is told so and when to come back, or waits; nobody else notices.
    """

    sessions: int = 200
    """Pages that are open at once: each takes some MB, and a slice of one interpreter's time."""

    sessions_per_address: int = 60
    """Of these, from one client address: a school's class comes from one, a flood as well."""

    connections_per_minute: int = 120
    """WebSockets that one client address may open in a minute: a class of 60 opens the page, and
    reloads it. Each is a session that takes time to begin, however soon it ends."""

    requests: int = 1000
    """Files that are sent at once: a page that loads asks for some six at a time, and on a slow
    line they take a while."""

    frame_bytes: int = 64 * 1024
    """Bytes of a message from the browser: what all controls hold together is below 20 kB."""

    widgets: int = 512
    """Values in one message: the fullest page, all functions chosen, has some 200 controls."""

    link_characters: int = 8192
    """Characters of an address and its query: as many as proxies pass on; the longest of ours,
    with all functions and formulas of one's own, is shorter."""

    formula_characters: int = 200
    """Characters of a formula: what one has to compute grows with them. More than 200 none may
    have, here or anywhere, since what is read goes as deep as it is long."""

    burst: int = 60
    """Messages that are read at once: two seconds of a key held down on a slider."""

    messages_per_second: int = 8
    """Messages read after that: more than eyes can follow; what is beyond waits to be read, and
    gives way to what says the same later, as the next step of a slider does."""

    burst_per_address: int = 240
    """The same for all pages of one client address together: 60 pupils who open the page at a word,
    and do what they are told there, say four messages each."""

    messages_per_second_per_address: int = 32
    """Messages read after that from one client address: 60 pupils who think 5 s between two moves
    say 12 a second, 30 who watch training runs one each; one interpreter answers hardly more."""

    unread_seconds: int = 30
    """Seconds for which a browser may leave unread what it was sent before it is let go: a slow
    line takes a large chart within them, and what is unread lies in memory."""

    computations: int = field(default_factory=_half_the_cores)
    """Experiments of Depth and Precision that compute at once, and files to take away that are
    made: half the cores, so that ticks of sliders find one that is free. A container that may use
    a share of them is to be told. Client addresses take turns."""

    training_runs: int = field(default_factory=_half_the_cores)
    """Training runs that go on at once, for the same reason; for the others addresses take turns,
    and the runs of each."""

    session_megabytes: int = 256
    """Megabytes that one visitor's experiment may need while it computes: what Depth's and
    Training's sliders can ask for at the default; beyond it Depth says what to lower, and Training
    takes as many functions as fit. A visit keeps some MB of Depth's."""

    training_megabytes: int = 512
    """Megabytes that all training runs keep together, besides what a step of one takes: eight of
    the largest, of some 60 MB, or of those that the page opens with more than there are sessions.
    Runs that are paused or done give way, and begin again when they are next looked at; who finds
    no room even so waits until a run that is under way is done."""

    kept_seconds: int = 60
    """Seconds for which a session that lost its connection is kept: a train's tunnel. Later its
    page is restored from the link."""

    retry_seconds: int = 30
    """Seconds after which somebody for whom there was no room is asked to come back."""

    def __post_init__(self) -> None:
        """Raise ValueError for what is no positive integer."""
        for each in fields(self):
            value = getattr(self, each.name)
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"{each.name} must be a positive whole number, not {value!r}")


def bounds(environment: Mapping[str, str]) -> Bounds:
    """Return the bounds that the environment sets, the defaults for the others.

    A ValueError names a variable that is unknown, with those that are known, or that is no positive
    whole number.
    """
    known = {f"{PREFIX}{each.name.upper()}": each.name for each in fields(Bounds)}
    given = {key: words for key, words in environment.items() if key.startswith(PREFIX)}
    for key, words in given.items():
        if key not in known:
            raise ValueError(f"{key} is none of {', '.join(known)}")
        if not (words.isascii() and words.isdigit() and int(words)):
            raise ValueError(f"{key} must be a positive whole number, not {words!r}")
    return Bounds(**{known[key]: int(words) for key, words in given.items()})
