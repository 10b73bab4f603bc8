"""Runs in workers: waited for by conditions, never by seconds."""

import threading

import pytest

from activations.dashboard.training import course as running
from activations.dashboard.training import pool as pools
from activations.dashboard.training.page import progress
from activations.dashboard.training.pool import Pool
from activations.dashboard.training.standing import Standing
from activations.functions.catalog import function
from activations.training.experiment import Experiment
from activations.training.run import Run
from tests.browser.driver import wait_until
from tests.training.test_run import assert_same_bits

SMALL = Experiment(task="xor", depth=1, width=2, seeds=1)
TANH = function("tanh")


def small():
    return Run(SMALL, [TANH])


@pytest.fixture
def pool():
    pool = Pool(at_once=1)
    yield pool
    for course in list(pool._known):
        course.close()
    wait_until(lambda: not pool._active)


def entered(pool, plan="plan", make=small, here=lambda: True, caller=None):
    return pool.enter(plan, make, here, caller=caller)


def test_a_course_runs_to_its_end_and_is_what_the_run_is(pool):
    course = entered(pool)
    assert course.latest.step == 0
    course.watch(130, 0)
    wait_until(lambda: not course.moves)
    assert course.standing == Standing(130, 130, False, False, 0, course.standing.rate)
    run = small()
    run.advance(130)
    assert_same_bits(course.latest, run.snapshot())
    course.watch(150, 0)  # a later end: it goes on
    wait_until(lambda: course.latest.step == 150)


def test_stopped_and_continued_it_is_the_same(pool):
    course = entered(pool)
    course.watch(100_000, 0)
    wait_until(lambda: course.latest.step)
    course.pause()
    wait_until(lambda: not course.moves and not pool._active)
    paused = course.latest.step
    assert 0 < paused < 100_000
    course.watch(100_000, 0)
    assert not pool._active
    course.step()
    course.watch(100_000, 0)
    wait_until(lambda: course.latest.step == paused + 1)
    course.play()
    course.watch(paused + 70, 0)
    wait_until(lambda: course.latest.step == paused + 70)
    run = small()
    run.advance(paused + 70)
    assert_same_bits(course.latest, run.snapshot())


def test_it_stops_at_the_step_that_is_told_though_one_is_under_way(pool):
    under_way, may_end = threading.Event(), threading.Event()

    class Slow(Run):
        def advance(self, *arguments):
            under_way.set()
            may_end.wait()
            super().advance(*arguments)

    course = entered(pool, make=lambda: Slow(SMALL, [TANH]))
    course.watch(100, 0)
    under_way.wait()
    course.pause()
    course.pause()  # a second click is none
    assert (course.standing.step, course.standing.playing) == (1, False)
    course.step()
    assert course.standing.step == 2
    may_end.set()
    wait_until(lambda: not course.moves)
    assert course.latest.step == course.standing.step == 2


@pytest.mark.parametrize("pace", [0, 500])
def test_whenever_it_is_stopped_it_stops_at_the_step_that_is_told(pool, pace):
    course = entered(pool)
    for _ in range(30):
        course.play()
        course.watch(10_000_000, pace)
        wait_until(lambda at=course.standing.step: course.standing.step > at)
        course.pause()
        told = course.standing.step
        wait_until(lambda: not course.moves)
        assert course.latest.step == told


def test_it_starts_over_while_it_runs(pool):
    course = entered(pool)
    course.watch(100_000, 0)
    wait_until(lambda: course.latest.step)
    course.restart()
    assert course.latest.step == 0
    wait_until(lambda: not pool._active)
    assert (course.latest.step, course.moves) == (0, False)
    course.play()
    course.watch(60, 0)
    wait_until(lambda: course.latest.step == 60)


def test_an_earlier_end_is_what_it_would_have_been(pool):
    course = entered(pool)
    course.watch(90, 0)
    wait_until(lambda: not course.moves)
    course.watch(30, 0)
    wait_until(lambda: course.latest.step == 30)
    run = small()
    run.advance(30)
    assert_same_bits(course.latest, run.snapshot())


def test_nobody_watches_so_it_stops(pool, monkeypatch):
    course = entered(pool)
    course.watch(10_000_000, 0)
    wait_until(lambda: course.latest.step)
    monkeypatch.setattr(running, "PATIENCE", 0.0)
    wait_until(lambda: not pool._active)
    assert course.moves
    reached = course.latest.step
    monkeypatch.setattr(running, "PATIENCE", 15.0)
    course.watch(reached + 1, 0)
    wait_until(lambda: course.latest.step == reached + 1)


def test_who_comes_after_waits_and_is_told_so(pool):
    first, second, third = (entered(pool, plan) for plan in "abc")
    for course in (first, second, third):
        course.watch(10_000_000, 0)
    assert pool._active == [first]
    assert [each.standing.waiting for each in (first, second, third)] == [False, True, True]
    assert third.standing.ahead == 1
    assert "trains 2 runs at once and 1 more before this one" in progress(third.standing)
    third.pause()
    assert (third.standing.step, third.standing.waiting) == (0, False)
    third.play()
    third.watch(10_000_000, 0)
    second.close()  # who goes away frees a place in the queue
    first.pause()
    wait_until(lambda: pool._active == [third])
    assert second.latest.step == 0


def test_turns_are_taken_where_others_wait(pool, monkeypatch):
    monkeypatch.setattr(running, "TURN", 0.0)
    first, second = (entered(pool, plan) for plan in "ab")
    for course in (first, second):
        course.watch(60, 0)
    wait_until(lambda: not first.moves and not second.moves)
    run = small()
    run.advance(60)
    for course in (first, second):
        assert_same_bits(course.latest, run.snapshot())


def test_one_caller_with_many_runs_makes_others_wait_for_one_of_them(pool):
    order, steps = [], threading.Semaphore(0)

    def noted(name):
        class Noted(Run):
            def advance(self, *arguments):
                order.append(name)
                steps.acquire()
                super().advance(*arguments)

        return lambda: Noted(SMALL, [TANH])

    courses = {}
    for name in ("many 1", "many 2", "many 3", "many 4", "one", "two 1", "two 2"):
        courses[name] = entered(pool, name, noted(name), caller=name.split()[0])
        courses[name].watch(1, 0)
    wait_until(lambda: order == ["many 1"])
    waiting = ["one", "two 1", "two 2", "many 2", "many 3", "many 4"]  # while one of many's goes on
    assert [courses[name].standing.ahead for name in waiting] == list(range(6))
    for _ in courses:
        steps.release()
    wait_until(lambda: not any(course.moves for course in courses.values()))
    assert order == ["many 1", "one", "two 1", "many 2", "two 2", "many 3", "many 4"]


def test_a_caller_whose_turn_is_over_comes_after_one_who_waited(pool, monkeypatch):
    monkeypatch.setattr(running, "TURN", 0.0)
    order = []

    def noted(name):
        class Noted(Run):
            def advance(self, *arguments):
                order.append(name)
                super().advance(*arguments)

        return lambda: Noted(SMALL, [TANH])

    with pool._lock:  # none begins before all wait
        pool.at_once = 0
    courses = [entered(pool, plan, noted(plan[0]), caller=plan[0]) for plan in ("a", "aa", "b")]
    for course in courses:
        course.watch(4, 0)
    pool.at_once = 1
    courses[0].watch(4, 0)
    wait_until(lambda: not any(course.moves for course in courses))
    assert "".join(order) == "abababab" + "aaaa"


def test_no_more_runs_go_on_at_once_than_the_pool_has():
    pool, most, active = Pool(at_once=2), [], []
    lock = threading.Lock()

    class Counted(Run):
        def advance(self, steps, progress=None):
            with lock:
                active.append(self)
                most.append(len({id(each) for each in active}))
            super().advance(steps, progress)
            with lock:
                active.remove(self)

    courses = [entered(pool, n, lambda: Counted(SMALL, [TANH])) for n in range(5)]
    for course in courses:
        course.watch(30, 0)
    wait_until(lambda: not any(course.moves for course in courses))
    assert max(most) <= 2


def test_what_a_reader_left_is_taken_up_where_it_was(pool):
    here = [True]
    left = entered(pool, here=lambda: here[0])
    left.watch(20, 0)
    wait_until(lambda: not left.moves)
    assert entered(pool) is not left
    here[0] = False  # a reload
    assert entered(pool, "other plan") is not left
    again = entered(pool)
    assert again is left
    assert again.latest.step == 20
    assert entered(pool) is not left


@pytest.mark.parametrize("stop", ["pause", "restart"])
def test_what_a_reader_left_stopped_starts_for_the_next(pool, stop):
    here = [True]
    left = entered(pool, here=lambda: here[0])
    left.watch(100_000, 0)
    wait_until(lambda: left.latest.step)
    getattr(left, stop)()
    wait_until(lambda: not pool._active)
    at = left.standing.step
    here[0] = False
    again = entered(pool)
    assert again is left
    again.watch(at + 100, 0)
    assert "Paused" not in progress(again.standing)
    wait_until(lambda: again.latest.step == at + 100)


def test_a_run_that_raises_fails_and_others_go_on(pool, caplog):
    tried, here = [], [True]

    class Broken(Run):
        def advance(self, steps, progress=None):
            if self.step == 3:
                tried.append(self)
                raise RuntimeError("no such number")
            super().advance(steps, progress)

    broken = entered(pool, "broken", lambda: Broken(SMALL, [TANH]), lambda: here[0])
    other = entered(pool, "other")
    for course in (broken, other):
        course.watch(100, 0)
    wait_until(lambda: other.latest.step == 100 and broken.standing.failed)
    broken.watch(100, 0)  # a page that wakes again
    wait_until(lambda: not pool._active)
    assert len(tried) == 1
    assert not broken.moves
    assert (broken.standing.playing, broken.standing.waiting) == (False, False)
    assert "no such number" in caplog.text
    here[0] = False
    assert entered(pool, "broken") is not broken
    broken.restart()
    assert (broken.standing.failed, broken.standing.step) == (False, 0)


def test_little_is_remembered_of_what_was_left(pool):
    for number in range(30):
        entered(pool, number).close()
    entered(pool, "last")
    assert len(pool._known) <= pools._KEPT + 1


def test_a_snapshot_is_published_every_so_many_steps(pool):
    at, published = [], []

    class Watched(Run):
        def advance(self, *arguments):
            at.append(self.step)
            published.append(course.latest.step)
            super().advance(*arguments)

    course = entered(pool, make=lambda: Watched(SMALL, [TANH]))
    course.watch(130, 0)
    wait_until(lambda: not course.moves)
    every = running.PUBLISHED_EVERY
    assert at == list(range(130))
    assert published == [step // every * every for step in at]
    assert course.latest.step == 130


def test_one_run_at_once_is_said_as_one(monkeypatch):
    standing = Standing(40, 2000, True, True, 0, 9.0)
    for at_once, words in ((1, "trains 1 run at once"), (3, "trains 3 runs at once")):
        monkeypatch.setattr(pools.POOL, "at_once", at_once)
        assert progress(standing).endswith(words)


def test_a_pace_is_kept(pool):
    course = entered(pool)
    course.watch(100_000, 100.0)
    wait_until(lambda: course.latest.step >= 50)
    assert course.standing.rate < 110


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing(2000, 2000, False, False, 0, 9.0), "Done: step 2,000 of 2,000"),
        (Standing(400, 2000, False, False, 0, 9.0), "Paused at step 400 of 2,000"),
        (
            Standing(400, 2000, False, False, 0, 9.0, failed=True),
            "Failed at step 400 of 2,000: something went wrong, and may again",
        ),
        (Standing(0, 2000, True, False, 0, 0.0), "Starting at step 0 of 2,000"),
        (
            Standing(400, 2000, True, False, 0, 80.0),
            "Training: step 400 of 2,000, 80 steps/s, 20 s left",
        ),
        (
            Standing(400, 20_000, True, False, 0, 70.0),
            "Training: step 400 of 20,000, 70 steps/s, 5 min left",
        ),
    ],
)
def test_progress_says_how_it_stands(standing, words):
    assert progress(standing) == words
