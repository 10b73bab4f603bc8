"""Turns: no more compute at once than may, in the order in which they came, and all of them do."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from activations.dashboard.download import File, made
from activations.dashboard.jobs import FILES, Turns
from tests.browser.driver import PATIENCE


def held(turns, done, go, began=lambda: None):
    """Start somebody who waits for a turn, holds it until told, and says so in `done`."""
    waits, inside = threading.Event(), threading.Event()

    def work():
        with turns.turn(lambda _: waits.set()):
            done.append(len(done))
            began()
            inside.set()
            go.wait(PATIENCE)

    thread = threading.Thread(target=work)
    thread.start()
    return thread, waits, inside


def test_so_many_at_once_and_the_others_in_their_order():
    turns, done, go = Turns(2), [], threading.Event()
    first = [held(turns, done, go) for _ in range(2)]
    assert all(inside.wait(PATIENCE) for _, _, inside in first)
    third, waits, inside = held(turns, done, go)
    assert waits.wait(PATIENCE)
    assert not inside.is_set()
    go.set()
    assert inside.wait(PATIENCE)
    for thread in (third, *(each for each, *_ in first)):
        thread.join(PATIENCE)
    assert done == [0, 1, 2]


def test_one_caller_with_many_jobs_makes_others_wait_for_a_round_alone():
    turns, done, order, go = Turns(1), [], [], threading.Event()
    threads = []
    for caller in ["many", "many", "many", "many", "one", "two", "one", "many"]:
        turns.caller = lambda caller=caller: caller
        thread, waits, inside = held(turns, done, go, lambda caller=caller: order.append(caller))
        assert (waits if threads else inside).wait(PATIENCE)
        threads.append(thread)
    go.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert order == ["many", "one", "two", "many", "one", "many", "many", "many"]


def test_a_round_that_is_on_takes_whoever_comes():
    turns, done, order, go = Turns(2), [], [], threading.Event()
    threads = []
    for caller in ["many", "many", "many", "one"]:
        turns.caller = lambda caller=caller: caller
        thread, waits, inside = held(turns, done, go, lambda caller=caller: order.append(caller))
        assert (waits if len(threads) > 1 else inside).wait(PATIENCE)
        threads.append(thread)
    assert [each.caller for each in turns._queue] == ["many", "many", "one", "many"]
    go.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(order) == ["many", "many", "many", "one"]


def test_who_waits_hears_how_many_come_first():
    turns, ahead = Turns(1), []

    class EnoughError(Exception):
        """Stands for what Streamlit raises where a run is abandoned."""

    def hear(number):
        ahead.append(number)
        raise EnoughError

    with turns.turn(ahead.append):
        for _ in range(2):
            with pytest.raises(EnoughError), turns.turn(hear):
                pass
    assert ahead == [1, 1]  # who gave up is nobody's predecessor
    with turns.turn(hear):
        pass


def test_nobody_waits_where_there_is_no_bound():
    turns = Turns()
    with turns.turn(pytest.fail), turns.turn(pytest.fail):
        pass


def test_a_failure_passes_the_turn_on():
    turns = Turns(1)
    with pytest.raises(ZeroDivisionError), turns.turn(pytest.fail):
        raise ZeroDivisionError
    with turns.turn(pytest.fail):
        pass


def test_files_are_made_in_their_turns(monkeypatch):
    monkeypatch.setattr(FILES, "at_once", 1)
    at_once, most = [], []

    def make():
        at_once.append(1)
        most.append(len(at_once))
        threading.Event().wait(0.01)
        at_once.pop()
        return "text"

    file = File("Text", "a.txt", "text/plain", make)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(made, [file] * 8)) == [b"text"] * 8
    assert most == [1] * 8
