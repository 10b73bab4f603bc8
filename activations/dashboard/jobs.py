"""What a page computes: quick jobs within a tick, slow ones bit by bit, with progress in place."""

from __future__ import annotations

import math
import threading
import time
from bisect import insort
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from streamlit.delta_generator import DeltaGenerator

from activations.dashboard.session import visit

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

Progress = Callable[[float], None]
"""Is told the share of a job that is done; whatever it raises abandons the job."""

_PATIENCE: Final = 0.4
"""Seconds of computing after which the page shows what there is."""

_AT_ONCE: Final = 0.2
"""Seconds that a job may take before its progress is shown: less would only flicker."""


_WORD_EVERY: Final = 0.5
"""Seconds from one word to who waits to the next, at which Streamlit may abandon the waiting."""


@dataclass(frozen=True, slots=True, eq=False)
class _Ticket:
    """Whose turn it is, and in which round: each has one of a round."""

    caller: Hashable
    round: int


class Turns:
    """Who computes now in the whole server, and who waits: one of each caller, in rounds.

    `at_once` is how many may, None where all may; `memory` is how many bytes one visitor's
    experiment may need. `caller` tells who asks in this thread: of one, and of different ones with
    a turn each, the first to come is the first served.
    """

    def __init__(self, at_once: int | None = None, memory: int = 256 * 2**20) -> None:
        """Begin with nobody."""
        self.at_once = at_once
        self.memory = memory
        self._changed = threading.Condition()
        self.caller: Callable[[], Hashable] = lambda: None
        self._queue: list[_Ticket] = []

    @contextmanager
    def turn(self, waits: Callable[[int], object]) -> Iterator[None]:
        """Wait for a turn and hold it; `waits` is told now and then how many come before."""
        ticket = self._ticket(self.caller())
        try:
            while ahead := self._ahead(ticket):
                waits(ahead)
                with self._changed:
                    self._changed.wait(_WORD_EVERY)
            yield
        finally:
            with self._changed:
                self._queue.remove(ticket)
                self._changed.notify_all()

    def _ticket(self, caller: Hashable) -> _Ticket:
        """Queue for the round that is on, or the one after the caller's last."""
        with self._changed:
            on = [each.round for each in self._queue[: self.at_once]][-1:]
            last = [each.round + 1 for each in self._queue if each.caller == caller]
            ticket = _Ticket(caller, max(on + last, default=0))
            insort(self._queue, ticket, key=lambda each: each.round)
            return ticket

    def _ahead(self, ticket: _Ticket) -> int:
        with self._changed:
            at_once = len(self._queue) if self.at_once is None else self.at_once
            return max(self._queue.index(ticket) - at_once + 1, 0)

    def too_large(self, memory: int, remedy: str) -> str:
        """Say that an experiment needs more bytes than it may, and what helps; "" if it fits."""
        if memory <= self.memory:
            return ""
        needed, given = math.ceil(memory / 2**20), self.memory // 2**20
        return f"This needs {needed} MB, more than the {given} MB that it may here: {remedy}."


TURNS: Final = Turns()
"""The server's, for jobs that take longer than a tick."""

FILES: Final = Turns()
"""The server's, for files to take away, who need not wait for the long jobs of others."""


class Course(Protocol[R_co]):
    """Work that goes on by itself, outside of any script, as long as it is looked at."""

    @property
    def latest(self) -> R_co | None:
        """What has come of it by now, None where nothing has."""

    @property
    def moves(self) -> bool:
        """Whether more is to come."""

    def close(self) -> None:
        """Say that nobody looks any more."""


@dataclass(frozen=True, slots=True)
class Job(Generic[R]):
    """Something to compute: what it is known by, what it is called, and how it is done.

    What a page need not wait for has a `course` besides, which is looked at in each run of the
    page: it takes the one that is on for this job, if one is, and returns it or a new one.
    """

    key: Hashable
    label: str
    work: Callable[[Progress], R]
    course: Callable[[Course[R] | None], Course[R]] | None = None


class Work(Generic[R]):
    """A page's jobs, what is done of them in this visit, and a line of text for each.

    A line is begun when there is something to say, so that until then the reader keeps what the
    page said before. Without a `verdict` on what came of a job there are no lines.
    """

    def __init__(
        self, jobs: Sequence[Job[R]], verdict: Callable[[R], str] | None, area: DeltaGenerator
    ) -> None:
        """Take what is done already; what else was done is forgotten."""
        now = visit()
        now.results = {job.key: now.results[job.key] for job in jobs if job.key in now.results}
        for key in now.courses.keys() - {job.key for job in jobs}:
            now.courses.pop(key).close()
        for job in jobs:
            if job.course:
                now.courses[job.key] = job.course(now.courses.get(job.key))
        self._jobs = jobs
        self._done: dict[Hashable, R] = now.results
        # What goes on keeps what came of it, and lets it go where others need the memory.
        self._latest: dict[Hashable, R] = {
            key: course.latest for key, course in now.courses.items() if course.latest is not None
        }
        self._verdict = verdict
        self._area = area
        self._lines: list[DeltaGenerator] = []

    @property
    def results(self) -> list[R]:
        """What is done, in the order of the jobs."""
        known = self._done | self._latest
        return [known[job.key] for job in self._jobs if job.key in known]

    @property
    def finished(self) -> bool:
        """Whether nothing is to do here: what goes on by itself is not waited for."""
        return all(job.course or job.key in self._done for job in self._jobs)

    @property
    def moves(self) -> bool:
        """Whether more is to come by itself."""
        return any(course.moves for course in visit().courses.values())

    def tell(self) -> None:
        """Write the verdicts that there are, and what is still to come."""
        known = self._done | self._latest
        if not known:
            return
        for index, job in enumerate(self._jobs):
            if job.key in known:
                self._conclude(index, known[job.key])
        self._announce()

    def advance(self, *, quick: bool) -> None:
        """Do at least one job that is still to do, and more until patience is over."""
        over = math.inf if quick else time.monotonic() + _PATIENCE
        for index, job in enumerate(self._jobs):
            if job.course or job.key in self._done:
                continue
            turn = nullcontext() if quick else TURNS.turn(self._waiting(index, job.label))
            with turn:
                self._done[job.key] = job.work(self._progress(index, job.label))
            self._conclude(index, self._done[job.key])
            if time.monotonic() > over:
                self._announce()
                return

    def _announce(self) -> None:
        """Write what is still to come."""
        for index, job in enumerate(self._jobs):
            if self._verdict and not job.course and job.key not in self._done:
                self._line(index).markdown(f":gray[{job.label} …]")

    def _conclude(self, index: int, result: R) -> None:
        if self._verdict:
            self._line(index).markdown(self._verdict(result))

    def _progress(self, index: int, label: str) -> Progress:
        """Return what shows a job's progress, and where Streamlit abandons the job."""
        started = time.monotonic()

        def show(share: float) -> None:
            if time.monotonic() - started > _AT_ONCE:
                self._line(index).progress(share, text=label)

        return show

    def _waiting(self, index: int, label: str) -> Callable[[int], object]:
        """Return what says how many of others' jobs come first."""

        def say(ahead: int) -> None:
            others = "another visitor's" if ahead == 1 else f"{ahead} of other visitors'"
            self._line(index).markdown(f":gray[{label} waits for {others}.]")

        return say

    def _line(self, index: int) -> DeltaGenerator:
        """Return the line of this number, which replaces what was written there."""
        while len(self._lines) <= index:
            self._lines.append(self._area.empty())
        return self._lines[index]
