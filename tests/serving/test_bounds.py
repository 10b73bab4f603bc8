"""Every bound is a positive number that the environment sets, and a wrong one is named."""

from dataclasses import fields

import pytest

from activations.serving.bounds import PREFIX, Bounds, bounds

NAMES = [each.name for each in fields(Bounds)]


@pytest.mark.parametrize("name", NAMES)
def test_the_environment_sets_each_bound(name):
    found = bounds({f"{PREFIX}{name.upper()}": "7", "PATH": "/bin"})
    assert getattr(found, name) == 7
    others = [each for each in NAMES if each != name]
    assert [getattr(found, each) for each in others] == [getattr(Bounds(), each) for each in others]


@pytest.mark.parametrize("words", ["0", "-3", "many", "", "1.5", "1e3", "٣"])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_positive_whole_number_is_refused_by_name(name, words):
    variable = f"{PREFIX}{name.upper()}"
    with pytest.raises(ValueError, match=f"{variable}|{name}"):
        bounds({variable: words})


def test_an_unknown_bound_is_named_with_those_that_are_known():
    with pytest.raises(ValueError, match="ACTIVATIONS_SESION is none of ACTIVATIONS_SESSIONS"):
        bounds({"ACTIVATIONS_SESION": "5"})


@pytest.mark.parametrize(("cores", "half"), [(1, 1), (2, 1), (3, 1), (8, 4)])
def test_what_computes_takes_half_the_cores_that_the_process_may_run_on(monkeypatch, cores, half):
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(cores)), raising=False)
    assert (Bounds().computations, Bounds().training_runs) == (half, half)
    monkeypatch.delattr("os.sched_getaffinity")
    assert (Bounds().computations, Bounds().training_runs) == (32, 32)
