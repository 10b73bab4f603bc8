"""Every public call gives the same answer whatever the caller has set in torch."""

import dataclasses
from contextlib import contextmanager

import numpy as np
import pytest
import torch

import activations as av
from activations import depth, export, training
from activations.depth import mean_field
from activations.functions.calculus import portray, trace
from activations.functions.catalog import CATALOG, function
from activations.functions.formula import formula
from activations.functions.memory import saved_per_input
from activations.training import born_dead

X = np.linspace(-4, 4, 41)
SMALL = depth.Experiment(depth=3, width=16, batch=64, weights=2.0, sigma_b=0.1)
SOME = [function(name) for name in ("tanh", "gelu", "prelu")]  # without weights and with
SELECTION = export.Selection(tuple(entry.at() for entry in CATALOG.values()), -4, 4, count=9)


@contextmanager
def default_dtype(dtype):
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


@contextmanager
def default_device(device):
    torch.set_default_device(device)
    try:
        yield
    finally:
        torch.set_default_device(None)


@contextmanager
def threads(count):
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


STATES = {
    "no_grad": torch.no_grad,
    "inference_mode": torch.inference_mode,
    "float16": lambda: default_dtype(torch.float16),
    "float64": lambda: default_dtype(torch.float64),
    "meta": lambda: default_device("meta"),
    "within meta": lambda: torch.device("meta"),
    "autocast": lambda: torch.autocast("cpu", dtype=torch.bfloat16),
    "1 thread": lambda: threads(1),
    "3 threads": lambda: threads(3),
}

EVERY = {
    "evaluate": lambda name: av.evaluate(name, X),
    "evaluate a tensor": lambda name: av.evaluate(name, torch.tensor(X, device="cpu")),
    "trace": lambda name: trace(function(name), X),
    "portray": lambda name: portray(function(name), -4, 4, 9),
    "measure": lambda name: av.measure(function(name), -4, 4),
    "moments": lambda name: av.moments(function(name)),
    "saved_per_input": lambda name: saved_per_input(function(name)),
}

ONCE = {
    "depth.draw": lambda: depth.draw(SMALL),
    "depth.measure": lambda: [depth.measure(each, depth.draw(SMALL)) for each in SOME],
    "depth.theory": lambda: [depth.theory(each, SMALL) for each in SOME],
    "training": lambda: trained(),
    "born_dead": lambda: [born_dead.measured(3, 4, networks=500)],
    "chi_curve": lambda: mean_field.chi_curve(function("tanh"), [0.5, 1.5], 0.1),
    "critical_sigma_w": lambda: mean_field.critical_sigma_w(function("prelu"), 0.0),
    "formula": lambda: described(formula("x*max(2*3, abs(b*x - 1)); b = 0.5").at()),
    "csv": lambda: export.csv(SELECTION),
    "script": lambda: export.script(SELECTION),
    "notebook": lambda: export.notebook(SELECTION),
    "web_page": lambda: export.web_page(SELECTION),
}


def described(each):
    """Return what is measured of a function, not declared."""
    return [each.formula, each.breaks, each.output, each.monotone, each.parity.value]


def trained():
    """Return the numbers of a short run."""
    run = training.Run(training.Experiment(depth=2, width=4, seeds=2), SOME)
    run.advance(40)
    snapshot = run.snapshot()
    inside = [snapshot.dead, snapshot.gradient, snapshot.histogram]
    return [snapshot.train_loss, *inside, snapshot.predict(1, np.zeros((3, 2)))]


def leaves(answer):
    """Return the numbers and texts of an answer, in order."""
    if isinstance(answer, torch.Tensor):
        return [answer.numpy()]
    if dataclasses.is_dataclass(answer):
        fields = (getattr(answer, field.name) for field in dataclasses.fields(answer))
        return [leaf for value in fields for leaf in leaves(value)]
    if isinstance(answer, tuple | list):
        return [leaf for value in answer for leaf in leaves(value)]
    return [answer] if isinstance(answer, np.ndarray | float | int | str | bytes) else []


def assert_same(found, expected):
    found, expected = leaves(found), leaves(expected)
    assert len(found) == len(expected) > 0
    for here, there in zip(found, expected, strict=True):
        if isinstance(there, str | bytes):
            assert here == there
        else:
            assert np.asarray(here).dtype == np.asarray(there).dtype
            # threads split sums and products at other places: that much is rounding
            np.testing.assert_allclose(here, there, rtol=2e-5, atol=1e-9)


@pytest.fixture(params=STATES)
def state(request):
    return STATES[request.param]


@pytest.mark.parametrize("call", EVERY)
def test_of_every_function_the_answer_is_the_same(state, call):
    for name in CATALOG:
        expected = EVERY[call](name)
        with state():
            found = EVERY[call](name)
        assert_same(found, expected)


@pytest.mark.parametrize("call", ONCE)
def test_the_answer_is_the_same(state, call):
    expected = ONCE[call]()
    with state():
        found = ONCE[call]()
    assert_same(found, expected)


def test_what_the_caller_has_set_is_left_as_it_was(state):
    with state():
        before = what_is_set()
        av.evaluate("tanh", X)
        depth.measure(function("tanh"), depth.draw(SMALL))
        assert what_is_set() == before


def what_is_set():
    return (
        torch.is_grad_enabled(),
        torch.is_inference_mode_enabled(),
        torch.is_autocast_enabled("cpu"),
        torch.get_default_dtype(),
        torch.get_default_device(),
        torch.get_num_threads(),
    )


def test_a_network_drawn_in_inference_is_measured_outside_and_the_other_way_round():
    with torch.inference_mode():
        drawn = depth.draw(SMALL)
    outside = depth.measure(function("tanh"), drawn)
    with torch.inference_mode():
        inside = depth.measure(function("tanh"), depth.draw(SMALL))
    assert_same(inside, outside)
