"""A run that goes on outside of any script, as long as somebody watches it: pool.py says where."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Final

import torch

from activations.dashboard.training.standing import Standing
from activations.training.run import Run, Snapshot

if TYPE_CHECKING:
    from activations.dashboard.training.pool import Pool

PATIENCE: Final = 15.0
"""Seconds after which a run that nobody looks at stops."""

TURN: Final = 10.0
"""Seconds after which a run makes room for one that waits, and waits itself."""

REST: Final = 5.0
"""Seconds for which a run that ended, or was looked at, keeps its memory from others, so that each
is seen as it ended: else two that need each other's would begin again for ever."""

PUBLISHED_EVERY: Final = 50
"""Steps from one snapshot to the next: to draw each step would take longer than to do it."""

_SNAPSHOTS: Final = 4
"""A run weighs as many snapshots: its own networks with their moments, the latest, and the next."""

_LOG: Final = logging.getLogger(__name__)


class Course:
    """A run that goes on by itself, as long as somebody watches it."""

    def __init__(
        self, pool: Pool, plan: Hashable, make: Callable[[], Run], weigh: Callable[[int], int]
    ) -> None:
        """Begin without a run; it starts with the first `watch`."""
        self.plan = plan
        self._pool, self._make, self._weigh = pool, make, weigh
        self._lock = threading.Lock()
        self._run: Run | None = None
        self._latest: Snapshot | None = None
        self._playing, self._target, self._until = True, 0, 0
        self._pace = 0.0
        self._rate = 0.0
        self._watched = self._ended = time.monotonic()
        self.served = 0.0
        self.failed = False
        self.belongs: Callable[[], bool] = lambda: True
        self.caller: Hashable = None

    @property
    def latest(self) -> Snapshot | None:
        """The latest snapshot, None where the run is yet to be made."""
        return self._latest

    @property
    def holds(self) -> bool:
        """Whether there is a run."""
        return self._run is not None

    @property
    def weight(self) -> int:
        """Bytes that the run and its snapshots come to by its end, roughly."""
        return _SNAPSHOTS * self._weigh(self._until)

    @property
    def watched(self) -> float:
        """When somebody last looked."""
        return self._watched

    @property
    def moves(self) -> bool:
        """Whether more is to come."""
        latest = self._latest
        return (latest.step if latest else 0) < self._goal and not self.failed

    @property
    def standing(self) -> Standing:
        """How it stands."""
        ahead = self._pool.ahead(self)
        waiting = ahead is not None and self.wanted
        return Standing(
            self._step if self._playing else self._goal,
            self._until,
            self._playing and self._step < self._until and not self.failed,
            waiting,
            ahead or 0,
            self._rate,
            self.failed,
            waiting and not self._pool.fits(self),
        )

    def watch(self, until: int, pace: float) -> None:
        """Say that somebody looks: the run goes on to `until`, at `pace` steps a second at most.

        A pace of 0 is as fast as it goes. A run that is past `until` begins again: it shows what
        there is at that step, whatever was done before.
        """
        if self._step > until:
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
            self._stop_at(self._step + under_way)

    def step(self) -> None:
        """Do one step, and stop."""
        played, self._playing = self._playing, False
        self._stop_at((self._step if played else self._goal) + 1)

    def restart(self) -> None:
        """Stop, and go back to the beginning."""
        with self._lock:
            self._playing, self._target, self.failed = False, 0, False
            self._run = self._latest = None
        self._pool.make(self)

    def close(self) -> None:
        """Say that nobody looks any more, for now."""
        self._watched = -math.inf
        self.belongs = lambda: False

    def make(self) -> Run:
        """Make the run, for which there is room, and look at it."""
        run = self._make()
        snapshot = run.snapshot()
        with self._lock:
            self._run, self._latest = run, snapshot
        return run

    def let_go(self) -> None:
        """Keep nothing of the run, which begins again when it is next wanted."""
        with self._lock:
            self._run = self._latest = None

    def _stop_at(self, step: int) -> None:
        """Go on to that step, for it may not be under way after all."""
        self._target = step
        if self.wanted:
            self._pool.submit(self)

    @property
    def _step(self) -> int:
        run = self._run
        return run.step if run else 0

    @property
    def begun(self) -> bool:
        """Whether something is lost with the run."""
        return self._step > 0

    @property
    def rests(self) -> bool:
        """Whether there is no more to do, and whoever watches saw what there is."""
        last = max(self._watched, self._ended)
        closed = self._watched < 0
        return not self.wanted and (closed or time.monotonic() - last > REST)

    @property
    def _goal(self) -> int:
        return self._until if self._playing else min(self._target, self._until)

    @property
    def wanted(self) -> bool:
        """Whether there is more to do and somebody who watches."""
        watched = time.monotonic() - self._watched < PATIENCE
        return self._step < self._goal and watched and not self.failed

    def work(self) -> None:
        """Go on as long as it is wanted, or its turn, in this thread; fail if the run does."""
        torch.set_num_threads(1)
        run = self._run
        try:
            run = run or self.make()
            self._advance()
        except Exception:
            _LOG.exception("a run of training failed")
            with self._lock:
                self.failed = run is self._run

    def _advance(self) -> None:
        began, first = time.monotonic(), self._step
        turn = began + TURN
        while self.wanted:
            run = self._run or self.make()
            if not self.wanted:
                break  # it was started over
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
        self._ended = time.monotonic()
        if self._run:
            self._publish(self._run)

    def _publish(self, run: Run) -> None:
        snapshot = run.snapshot()
        with self._lock:
            if run is self._run:
                self._latest = snapshot
