"""Runs that go on outside of any script: a few at once in the whole server, the others in a queue.

A course is one reader's run: it goes on while somebody watches, up to its end. What a reader left
behind, by a reload say, is taken up where it was, once the server has noticed; till then it begins
again, and comes to the same.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

import torch

from activations.training.run import Run, Snapshot

AT_ONCE: Final = 2
"""So many runs go on at once in the whole server."""

PATIENCE: Final = 15.0
"""Seconds after which a run that nobody looks at stops."""

TURN: Final = 10.0
"""Seconds after which a run makes room for one that waits, and waits itself."""

PUBLISHED_EVERY: Final = 50
"""Steps from one snapshot to the next: to draw each step would take longer than to do it."""

_KEPT: Final = 8
"""So many courses that readers left are remembered."""

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a course stands: its step and where it goes, and whether it waits for a worker.

    One that was stopped is as good as at the step where it stops. `rate` is in steps a second, 0
    where it is not known; `ahead` counts the courses that wait before this one. One that `failed`
    goes nowhere until it is started over.
    """

    step: int
    until: int
    playing: bool
    waiting: bool
    ahead: int
    rate: float
    failed: bool = False


class Course:
    """A run that goes on by itself, as long as somebody watches it."""

    def __init__(self, pool: Pool, make: Callable[[], Run]) -> None:
        """Make the run, which starts with the first `watch`."""
        self._pool, self._make = pool, make
        self._lock = threading.Lock()
        self._run = make()
        self._latest = self._run.snapshot()
        self._playing, self._target, self._until = True, 0, 0
        self._pace = 0.0
        self._rate = 0.0
        self._watched = time.monotonic()
        self.failed = False
        self.belongs: Callable[[], bool] = lambda: True

    @property
    def latest(self) -> Snapshot:
        """The latest snapshot."""
        return self._latest

    @property
    def moves(self) -> bool:
        """Whether more is to come."""
        return self._latest.step < self._goal and not self.failed

    @property
    def standing(self) -> Standing:
        """How it stands."""
        ahead = self._pool.ahead(self)
        return Standing(
            self._run.step if self._playing else self._goal,
            self._until,
            self._playing and self._run.step < self._until and not self.failed,
            ahead is not None and self.wanted,
            ahead or 0,
            self._rate,
            self.failed,
        )

    def watch(self, until: int, pace: float) -> None:
        """Say that somebody looks: the run goes on to `until`, at `pace` steps a second at most.

        A pace of 0 is as fast as it goes. A run that is past `until` begins again: it shows what
        there is at that step, whatever was done before.
        """
        if self._run.step > until:
            self.restart()
            self.play()
        self._watched = time.monotonic()
        self._until, self._pace = until, pace
        if self.wanted:
            self._pool.submit(self)

    def play(self) -> None:
        """Go on to the end."""
        self._playing, self._target = True, 0  # nothing goes on to an older stop after a pause

    def pause(self) -> None:
        """Stop after the present step; one that waits stops where it is."""
        if self._playing:
            self._playing = False
            # Now no step begins any more: at most the one that is under way is still to come.
            under_way = self._pool.works(self)
            self._stop_at(self._run.step + under_way)

    def step(self) -> None:
        """Do one step, and stop."""
        played, self._playing = self._playing, False
        self._stop_at((self._run.step if played else self._goal) + 1)

    def restart(self) -> None:
        """Stop, and go back to the beginning."""
        with self._lock:
            self._playing, self._target, self.failed = False, 0, False
            self._run = self._make()
            self._latest = self._run.snapshot()

    def close(self) -> None:
        """Say that nobody looks any more, for now."""
        self._watched = -PATIENCE
        self.belongs = lambda: False

    def _stop_at(self, step: int) -> None:
        """Go on to that step, for it may not be under way after all."""
        self._target = step
        if self.wanted:
            self._pool.submit(self)

    @property
    def _goal(self) -> int:
        return self._until if self._playing else min(self._target, self._until)

    @property
    def wanted(self) -> bool:
        """Whether there is more to do and somebody who watches."""
        watched = time.monotonic() - self._watched < PATIENCE
        return self._run.step < self._goal and watched and not self.failed

    def work(self) -> None:
        """Go on as long as it is wanted, or its turn, in this thread; fail if the run does."""
        run = self._run
        try:
            self._advance()
        except Exception:
            _LOG.exception("a run of training failed")
            with self._lock:
                self.failed = run is self._run

    def _advance(self) -> None:
        torch.set_num_threads(1)
        began, first = time.monotonic(), self._run.step
        turn = began + TURN
        while self.wanted:
            run = self._run
            run.advance(1)
            done = run.step - first
            if done <= 0:  # it was started over
                began, first = time.monotonic(), run.step - 1
                done = 1
            elapsed = time.monotonic() - began
            self._rate = done / max(elapsed, 1e-6)
            if run.step % PUBLISHED_EVERY == 0:
                self._publish(run)
            if self._pace:
                time.sleep(min(max(done / self._pace - elapsed, 0), 1 / self._pace))
            if self._pool.crowded and time.monotonic() > turn:
                break
        self._publish(self._run)

    def _publish(self, run: Run) -> None:
        snapshot = run.snapshot()
        with self._lock:
            if run is self._run:
                self._latest = snapshot


class Pool:
    """The courses of a server, and the few threads in which they go on."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        """Let so many go on at once."""
        self.at_once = at_once
        self._lock = threading.Lock()
        self._active: list[Course] = []
        self._queue: list[Course] = []
        self._known: dict[Course, Hashable] = {}

    def enter(self, plan: Hashable, make: Callable[[], Run], belongs: Callable[[], bool]) -> Course:
        """Return a course of that plan: one that belongs to nobody any more, or else a new one.

        `belongs` tells whether its reader is still there.
        """
        with self._lock:
            for course, known in self._known.items():
                if known == plan and not course.belongs() and not course.failed:
                    course.belongs = belongs
                    course.play()  # for a link that is opened starts, however it was left
                    return course
        course = Course(self, make)
        course.belongs = belongs
        with self._lock:
            self._known[course] = plan
            left = [each for each in self._known if not each.belongs()]
            for each in left[: max(len(left) - _KEPT, 0)]:
                del self._known[each]
        return course

    def submit(self, course: Course) -> None:
        """Have a course go on as soon as there is a worker, if it does not already."""
        with self._lock:
            if course not in self._active and course not in self._queue:
                self._queue.append(course)
        self._begin()

    @property
    def crowded(self) -> bool:
        """Whether courses wait."""
        return bool(self._queue)

    def works(self, course: Course) -> bool:
        """Tell whether a course goes on at present."""
        with self._lock:
            return course in self._active

    def ahead(self, course: Course) -> int | None:
        """Return how many courses wait before this one, None where it does not wait."""
        with self._lock:
            return self._queue.index(course) if course in self._queue else None

    def _begin(self) -> None:
        with self._lock:
            self._queue = [each for each in self._queue if each.wanted]
            while self._queue and len(self._active) < self.at_once:
                course = self._queue.pop(0)
                self._active.append(course)
                # A daemon: a server that is told to end does not wait for it.
                threading.Thread(target=self._work, args=(course,), daemon=True).start()

    def _work(self, course: Course) -> None:
        try:
            course.work()
        finally:
            with self._lock:
                self._active.remove(course)
                self._queue.append(course)  # where it stays if its turn alone is over
            self._begin()


POOL: Final = Pool()
"""The server's."""
