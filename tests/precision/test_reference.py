"""The exact values against mpmath: to a thousandth of a step of float32, and so of any format."""

import math
from dataclasses import replace

import mpmath
import numpy as np
import pytest
import torch

from activations.functions.calculus import slopes
from activations.functions.catalog import CATALOG
from activations.functions.formula import Formula, formula
from activations.precision.reference import BETTER, exact, proven
from activations.precision.typed import TYPED, text
from tests.functions.cases import JUDGED, JUDGED_IDS
from tests.functions.oracle import oracle

_POINTS = 24
_SMALLEST, _STEP = -126, 23
"""Of float32: the exponent of the smallest normal number, and of a step below a number."""

_THOUSANDTH = mpmath.mpf("1e-3")


def points(function):
    """Return float32 numbers of all sizes, more of them where functions bend, and no breaks."""
    random = np.random.default_rng(0)
    sizes = random.integers(1, 0x7F800000, size=_POINTS, dtype=np.int32).view(np.float32)
    near = random.normal(scale=8, size=_POINTS).astype(np.float32)
    # the tails, where small numbers are made
    far = random.uniform(-110, 110, size=_POINTS // 2).astype(np.float32)
    found = np.concatenate([sizes, -sizes, near, far]).astype(float)
    return np.setdiff1d(found, [each.x for each in function.breaks])


def steps(value, true):
    """Return how many steps of float32 lie between a value and the truth; 0 beyond its numbers."""
    largest = float(np.finfo(np.float32).max)
    if abs(true) > largest and abs(value) > largest:
        return 0
    exponent = mpmath.frexp(true)[1] - 1 if true else _SMALLEST
    step = mpmath.ldexp(1, max(exponent, _SMALLEST) - _STEP)
    return abs(mpmath.mpf(float(value)) - true) / step


def judged(function, values):
    """Return the largest error, in steps, of values and derivatives at the points."""
    with mpmath.workdps(130):
        truth = oracle(function)
        return [
            max(
                steps(value, order(mpmath.mpf(x)))
                for value, x in zip(found, points(function), strict=True)
            )
            for found, order in zip(values, truth, strict=False)
        ]


@pytest.mark.parametrize("function", JUDGED, ids=JUDGED_IDS)
def test_the_exact_values_are_right_to_a_thousandth_of_a_step(function):
    found = exact(function, torch.tensor(points(function)))
    assert max(judged(function, found)) < _THOUSANDTH


@pytest.mark.parametrize("name", BETTER)
def test_every_better_expression_is_needed(name):
    cases = [case for case in JUDGED if case.activation.name == name]
    found = [max(judged(case, slopes(case, points(case)))) for case in cases]
    assert max(found) > _THOUSANDTH


def test_a_formula_that_says_what_the_catalogue_says_is_judged_by_that():
    x = torch.tensor([-50.0])
    own = formula("x*(1-sigmoid(-x))").at()
    assert float(slopes(own, x.double().numpy())[0][0]) == 0  # which is the cancellation
    y, _ = exact(own, x)
    assert float(y[0]) == pytest.approx(-50 * float(mpmath.exp(-50)), rel=1e-12)
    assert proven(own)


@pytest.mark.parametrize(
    ("text", "x", "y", "dy"),
    [
        ("clip(x, 0, 5)", 8, 5, 0),
        ("where(x > 50, 2*x, relu(x))", 60, 120, 2),
        ("where(x > 200, x - 1e-9, relu(x))", 250, 250 - 1e-9, 1),
        ("where(x > 0.52, x, where(x < -0.5, x, 0))", 0.51, 0, 0),  # of Hardshrink all but a bit
    ],
)
def test_a_formula_that_says_it_in_part_alone_is_judged_by_itself(text, x, y, dy):
    own = formula(text).at()
    assert not proven(own)
    found = exact(own, torch.tensor([x], dtype=torch.float64))
    assert [float(each[0]) for each in found] == pytest.approx([y, dy], rel=1e-14)


def test_a_function_that_only_has_a_name_of_the_catalogue_is_judged_by_itself():
    named = replace(formula("x*cos(3*x)"), name="tanh").at()
    y, _ = exact(named, torch.tensor([2.0]))
    assert float(y[0]) == pytest.approx(2 * math.cos(6), rel=1e-14)
    assert not proven(named)


@pytest.mark.parametrize(
    ("text", "x", "y", "dy"),
    [
        ("clip(x, 0, 6)", 8, 6, 0),
        ("where(x > 0, where(x < 6, x, 6), 0)", 8, 6, 0),
        ("log(1 + exp(x))", 21, 21 + math.log1p(math.exp(-21)), 1 / (1 + math.exp(-21))),
        ("x*exp(x)/(1 + exp(x))", 1000, 1000, 1),
    ],
)
def test_what_the_catalogue_says_is_found_with_its_ends(text, x, y, dy):
    own = formula(text).at()
    assert proven(own)
    found = exact(own, torch.tensor([x], dtype=torch.float64))
    assert [float(each[0]) for each in found] == pytest.approx([y, dy], rel=1e-14)


@pytest.mark.parametrize("name", [name for name in TYPED if CATALOG[name].expression is None])
def test_each_function_as_typed_is_judged_by_the_catalogue(name):
    function = CATALOG[name].at()
    values = {each: function.values[each] for each in Formula(text(function)).parameters}
    assert proven(formula(text(function)).at(**values))


def test_another_formula_is_judged_by_itself_in_float64():
    own = formula("x*cos(3*x)").at()
    x = torch.linspace(-4, 4, 33)
    y, dy = exact(own, x)
    expected = x.double()
    assert torch.allclose(y, expected * torch.cos(3 * expected), rtol=1e-14, atol=0)
    assert torch.allclose(dy, torch.cos(3 * expected) - 3 * expected * torch.sin(3 * expected))
    assert not proven(own)
