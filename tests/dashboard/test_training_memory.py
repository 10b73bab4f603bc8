"""The memory that runs share: who finds no room waits, who rests gives way, all come to ends."""

import threading
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from activations.dashboard.training import course as running
from activations.dashboard.training import pool as pools
from activations.dashboard.training.page import progress
from activations.dashboard.training.pool import Pool
from activations.functions.catalog import function
from activations.training.experiment import Experiment
from activations.training.run import Run
from tests.browser.driver import PATIENCE, wait_until
from tests.training.test_run import assert_same_bits

SMALL = Experiment(task="xor", depth=1, width=2, seeds=1)
TANH = function("tanh")
FOR_EVER = 10_000_000


def entered(pool, plan, weight=1, make=lambda: Run(SMALL, [TANH]), here=lambda: True):
    """Return a course that weighs so much, from its first step on."""
    return pool.enter(plan, make, here, lambda _: weight / running._SNAPSHOTS)


@pytest.fixture
def pool(monkeypatch):
    monkeypatch.setattr(running, "REST", 0.0)
    pool = Pool(at_once=2, memory=3)
    yield pool
    for course in list(pool._known):
        course.close()
    wait_until(lambda: not pool._active)


def held(pool):
    """Return what all runs weigh that are there."""
    with pool._lock:
        return sum(each.weight for each in pool._holders())


def seen(course, until):
    """Look at a course as a page does, until it is where it is to go; return what is there."""

    def look():
        course.watch(until, 0)
        latest = course.latest
        return latest if latest and latest.step == until else None

    wait_until(look)
    return course.latest


def under_way(pool, plan, weight=1):
    course = entered(pool, plan, weight)
    course.watch(FOR_EVER, 0)
    wait_until(lambda: course.latest.step)
    return course


def test_who_finds_no_room_waits_until_another_one_is_gone(pool):
    first = under_way(pool, "first", 2)
    second = entered(pool, "second", 2)
    second.watch(60, 0)
    assert (second.latest, second.moves) == (None, True)
    assert pool._active == [first]
    assert progress(second.standing) == (
        "Waiting at step 0 of 60: runs of others fill the memory for training"
    )
    third = entered(pool, "third", 1)  # for which there is room, and who comes later
    third.watch(60, 0)
    assert "for training and 1 more before this one" not in progress(second.standing)
    assert third.standing.ahead == 1
    first.close()
    wait_until(lambda: second.latest and third.latest and not second.moves and not third.moves)
    assert second.latest.step == third.latest.step == 60
    assert (first.latest, first.holds) == (None, False)


@pytest.mark.parametrize("end", ["pause", "restart", "close"])
def test_who_rests_gives_way_and_begins_again(pool, end):
    first = under_way(pool, "first", 2)
    getattr(first, end)()
    wait_until(lambda: not pool._active)
    assert first.holds
    second = entered(pool, "second", 2)
    assert (first.holds, first.latest, second.latest.step) == (False, None, 0)
    assert seen(second, 20)
    first.play()
    latest = seen(first, 70)
    run = Run(SMALL, [TANH])
    run.advance(70)
    assert_same_bits(latest, run.snapshot())
    assert not second.holds


def test_who_is_looked_at_least_gives_way_first(pool):
    courses = [entered(pool, plan) for plan in "abc"]
    for course in courses:
        seen(course, 10)
    seen(courses[0], 10)
    wait_until(lambda: not pool._active)
    assert held(pool) == 3
    entered(pool, "d")
    assert [each.holds for each in courses] == [True, False, True]


def test_a_step_that_is_under_way_keeps_its_memory_though_its_reader_is_gone(pool, monkeypatch):
    monkeypatch.setattr(running, "REST", PATIENCE)  # of which nobody who is gone has any
    begun, may_end = threading.Event(), threading.Event()

    class Slow(Run):
        def advance(self, *arguments):
            begun.set()
            may_end.wait(PATIENCE)
            super().advance(*arguments)

    here = [True]
    first = entered(pool, "first", 2, lambda: Slow(SMALL, [TANH]), lambda: here[0])
    first.watch(FOR_EVER, 0)
    begun.wait(PATIENCE)
    first.close()
    second = entered(pool, "second", 3)
    second.watch(20, 0)
    assert held(pool) == 2
    assert second.standing.crowded_out
    may_end.set()
    wait_until(lambda: second.latest and not second.moves)
    assert (first.holds, held(pool)) == (False, 3)


def test_a_reader_who_is_forgotten_gives_back_what_a_step_that_was_under_way_held(pool):
    first = under_way(pool, "first")
    first.close()
    with pool._lock:
        pool._known.remove(first)
    wait_until(lambda: not pool._active)
    assert (first.holds, held(pool)) == (False, 0)


def test_what_is_larger_than_all_memory_goes_on_alone(pool):
    large = under_way(pool, "large", 7)
    other = entered(pool, "other")
    other.watch(20, 0)
    assert other.standing.crowded_out
    large.pause()
    wait_until(lambda: not pool._active)
    assert seen(other, 20)
    assert (large.holds, held(pool)) == (False, 1)


def test_a_run_that_ended_keeps_its_memory_for_its_page_to_look_at_it(pool, monkeypatch):
    monkeypatch.setattr(running, "REST", PATIENCE)
    first = entered(pool, "first", 2)
    first.watch(40, 0)
    second = entered(pool, "second", 2)
    second.watch(40, 0)
    wait_until(lambda: not first.moves and not pool._active)
    second.watch(40, 0)
    assert second.standing.crowded_out
    assert first.latest.step == 40
    monkeypatch.setattr(running, "REST", 0.0)
    assert seen(second, 40)
    assert first.latest is None


def test_who_is_to_go_further_than_there_is_room_for_begins_again_after_the_others(pool):
    grows = pool.enter(
        "grows", lambda: Run(SMALL, [TANH]), lambda: True, lambda step: (1 + step // 100) / 4
    )
    grows.watch(50, 0)
    wait_until(lambda: not grows.moves)
    first = under_way(pool, "first", 2)
    assert held(pool) == 3
    grows.watch(150, 0)
    wait_until(lambda: not grows.holds)
    assert grows.standing.crowded_out
    first.pause()
    assert seen(grows, 150)


def test_runs_are_made_one_after_the_other_and_nobody_waits_long_for_it(pool, monkeypatch):
    monkeypatch.setattr(pools, "_MAKING", 0.0)
    being_made, may_end = threading.Event(), threading.Event()

    def make():
        being_made.set()
        may_end.wait(PATIENCE)
        return Run(SMALL, [TANH])

    script = threading.Thread(target=entered, args=(pool, "first", 2, make))
    script.start()
    being_made.wait(PATIENCE)
    second = entered(pool, "second")
    assert (second.latest, held(pool)) == (None, 2)  # what is being made counts
    may_end.set()
    script.join(PATIENCE)
    second.watch(20, 0)
    wait_until(lambda: second.latest and second.latest.step == 20)


class Counting:
    """Stands for a run, and watches over the memory of those that go on."""

    def __init__(self, pool, most):
        self.step, self._pool, self._most = 0, pool, most

    def advance(self, steps):
        with self._pool._lock:
            stay = [each.weight for each in self._pool._holders() if self._pool._stays(each)]
        self._most.append((len(stay), sum(stay)))
        self.step += steps

    def snapshot(self):
        return SimpleNamespace(step=self.step)


@pytest.mark.parametrize("seed", range(8))
def test_whoever_comes_and_goes_all_come_to_ends_and_memory_comes_back(pool, seed, monkeypatch):
    monkeypatch.setattr(running, "TURN", 0.0)
    monkeypatch.setattr(running, "REST", 0.2)
    pool.memory, choose, most = 6, np.random.default_rng(seed), []
    readers, gone = {}, set()
    for number in range(120):
        act = choose.choice(["come", "come", "pause", "step", "play", "restart", "close", "leave"])
        if act == "come":
            weight = choose.choice([1, 2, 3, 5, 8])
            course = entered(
                pool,
                (number % 7, weight),
                weight,
                partial(Counting, pool, most),
                lambda me=number: me not in gone,
            )
            readers[number] = course, choose.choice([1, 40, 300])
        elif readers:
            reader = choose.choice(list(readers))
            if act in ("close", "leave"):
                course, _ = readers.pop(reader)
                gone.add(reader)
                if act == "close":
                    course.close()
            else:
                getattr(readers[reader][0], act)()
        for course, until in readers.values():
            course.watch(until, 0)
    for course, _ in readers.values():
        course.play()

    def look():
        for reader, (course, until) in list(readers.items()):
            course.watch(until, 0)
            if course.latest and course.latest.step == until:
                del readers[reader]
                gone.add(reader)
        return not readers

    wait_until(look)
    wait_until(lambda: not pool._active)
    assert all(weight <= 6 or number == 1 for number, weight in most)
    pool.memory = 0
    for course in pool._known:
        course.close()
    last = entered(pool, "last", 0)
    assert (held(pool), last.holds, last.latest.step) == (0, True, 0)
    assert [each for each in pool._known if each.holds] == [last]
