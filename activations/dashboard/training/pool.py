"""Runs that go on outside of any script: a few at once in the whole server, the others in a queue.

Callers take turns in it, and the runs of each: who opens many makes others wait for one of them.

A course is one reader's run: it goes on while somebody watches, up to its end. What a reader left
behind, by a reload say, is taken up where it was, once the server has noticed; till then it begins
again, and comes to the same. So does a run that is paused or done, or that nobody watches, where
another one needed its memory: only what is under way keeps its own whatever comes.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable
from typing import Final

from activations.dashboard.training.course import Course
from activations.training.run import Run

AT_ONCE: Final = 2
"""So many runs go on at once in the whole server."""

MEMORY: Final = 512 * 2**20
"""So many bytes runs hold together in the whole server."""

_KEPT: Final = 8
"""So many courses that readers left are remembered."""

_MAKING: Final = 1.0
"""Seconds for which a script waits to make its run; they are made one after the other, since a look
at networks takes much more memory than they do, and is no slower for it."""


class Pool:
    """The courses of a server, the few threads in which they go on, and the memory they share.

    Who finds no room in it waits like who finds no worker, and holds nothing meanwhile: so who
    holds something never waits for another's memory, and comes to its end.
    """

    def __init__(self, at_once: int = AT_ONCE, memory: int = MEMORY) -> None:
        """Let so many go on at once, and all of them hold so many bytes."""
        self.at_once, self.memory = at_once, memory
        self._lock = threading.Lock()
        self._making_one = threading.Lock()
        self._active: list[Course] = []
        self._queue: list[Course] = []
        self._known: list[Course] = []
        self._made: Course | None = None

    def enter(
        self,
        plan: Hashable,
        make: Callable[[], Run],
        belongs: Callable[[], bool],
        weigh: Callable[[int], int] = lambda _: 0,
        caller: Hashable = None,
    ) -> Course:
        """Return a course of that plan: one that belongs to nobody any more, or else a new one.

        `belongs` tells whether its reader is still there, `weigh` the bytes of a snapshot at a
        step, `caller` whose turn it takes. The run is made at once if there is room for it.
        """
        with self._lock:
            left = [each for each in self._known if not each.belongs()]
            known = (each for each in left if each.plan == plan and not each.failed)
            course = next(known, None) or Course(self, plan, make, weigh)
            course.belongs, course.caller = belongs, caller
            course.play()  # for a link that is opened starts, however it was left
            if course in left:
                left.remove(course)
            else:
                self._known.append(course)
            for each in left[: max(len(left) - _KEPT, 0)]:
                self._known.remove(each)
                if each not in self._active:
                    each.let_go()
        if not course.holds:
            self.make(course)
        return course

    def make(self, course: Course) -> None:
        """Make the run of a course, if there is room for it and not too many others do so."""
        if not self.fits(course) or not self._making_one.acquire(timeout=_MAKING):
            return
        try:
            with self._lock:
                if not self._has_room(course):
                    return
                self._made = course
            course.make()
        finally:
            self._made = None
            self._making_one.release()

    def submit(self, course: Course) -> None:
        """Have a course go on as soon as there is a worker, if it does not already."""
        with self._lock:
            if course not in self._known:  # its reader is back
                self._known.append(course)
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
            return self._in_turn().index(course) if course in self._queue else None

    def fits(self, course: Course) -> bool:
        """Tell whether there is room for a course beside those that are under way."""
        with self._lock:
            return self._fits(course)

    def _fits(self, course: Course) -> bool:
        others = [each for each in self._holders() if each is not course and self._stays(each)]
        # One that is too large for the server goes on alone.
        return not others or sum(each.weight for each in (*others, course)) <= self.memory

    def _has_room(self, course: Course) -> bool:
        """Tell the same, and have so many of the other runs let go, the longest unwatched first."""
        if not self._fits(course):
            return False
        others = [each for each in self._holders() if each is not course]
        over = sum(each.weight for each in (*others, course)) - self.memory
        for each in sorted(others, key=lambda other: (other.wanted, other.watched)):
            if over > 0 and not self._stays(each):
                over -= each.weight
                each.let_go()
        return True

    def _holders(self) -> list[Course]:
        busy = self._active if self._made is None else [*self._active, self._made]
        return [*busy, *(each for each in self._known if each.holds and each not in busy)]

    def _stays(self, course: Course) -> bool:
        """Tell whether a course keeps its memory: it is under way, or loses what is to be seen."""
        return course in self._active or course is self._made or (course.begun and not course.rests)

    def _in_turn(self) -> list[Course]:
        """Return who waits in order: one of each caller, who was served longest ago first."""
        served: dict[Hashable, float] = defaultdict(float)
        for each in (*self._known, *self._active):
            served[each.caller] = max(served[each.caller], each.served)
        rounds = Counter(each.caller for each in self._active)
        places: dict[Course, tuple[int, float]] = {}
        for each in self._queue:
            places[each] = rounds[each.caller], served[each.caller]
            rounds[each.caller] += 1
        return sorted(self._queue, key=places.__getitem__)

    def _begin(self) -> None:
        with self._lock:
            self._queue = [each for each in self._queue if each.wanted]
            full = False
            for course in self._in_turn():
                if len(self._active) >= self.at_once:
                    return
                if full and not course.begun:
                    continue  # or a small one after the other would overtake who needs much
                if not self._has_room(course):
                    full = True
                    if course.begun:  # and is to go further now than there was room for
                        course.let_go()
                    continue
                self._queue.remove(course)
                self._active.append(course)
                course.served = time.monotonic()
                # A daemon: a server that is told to end does not wait for it.
                threading.Thread(target=self._work, args=(course,), daemon=True).start()

    def _work(self, course: Course) -> None:
        try:
            course.work()
        finally:
            with self._lock:
                self._active.remove(course)
                if course in self._known:
                    self._queue.append(course)  # where it stays if its turn alone is over
                else:
                    course.let_go()
            self._begin()


POOL: Final = Pool()
"""The server's."""
