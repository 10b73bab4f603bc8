"""What is measured, against closed forms, mpmath, published constants and plain sampling."""

import dataclasses
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from activations.functions.calculus import samples, trace
from activations.functions.catalog import CATALOG, function
from activations.functions.facts import Facts, measure
from activations.functions.formula import formula
from tests.functions.cases import CASES, Elementwise
from tests.functions.oracle import oracle

# Extrema and steepest slopes.


@pytest.mark.parametrize(
    ("name", "parameters", "minimum", "at"),
    [
        ("silu", {}, -0.278464542761, -1.278464542761),
        ("gelu", {}, -0.169971207480, -0.751791524694),
        ("gelu", {"approximate": "tanh"}, -0.170040750571, -0.752461422),
        ("mish", {}, -0.308843413017, -1.192431214516),
        ("hardswish", {}, -0.375, -1.5),
    ],
)
@pytest.mark.parametrize(("low", "high"), [(-5, 5), (-20, 20), (-3.3, 0.7), (-17, 3)])
def test_published_minima(name, parameters, minimum, at, low, high):
    facts = measure(function(name, **parameters), low, high)
    assert facts.minimum == pytest.approx(minimum, abs=1e-12)
    assert facts.minimum_at == pytest.approx(at, abs=1e-9)


def inflexion(name, guess, **parameters):
    """Return where f'' is 0 near a guess, and f' there, by mpmath."""
    _, first, second = oracle(function(name, **parameters))
    root = mp.findroot(second, mpf(guess))
    return float(root), float(first(root))


@pytest.mark.parametrize(
    ("name", "parameters", "guess"),
    [
        ("gelu", {}, 1.4),
        ("gelu", {"approximate": "tanh"}, 1.4),
        ("silu", {}, 2.4),
        ("mish", {}, 1.5),
    ],
)
@pytest.mark.parametrize(("low", "high"), [(-5, 5), (-20, 20), (0.3, 8)])
def test_the_steepest_slope_is_at_the_inflexion(name, parameters, guess, low, high):
    at, slope = inflexion(name, guess, **parameters)
    facts = measure(function(name, **parameters), low, high)
    assert facts.steepest == pytest.approx(slope, rel=1e-13)
    assert facts.steepest_at == pytest.approx(at, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "parameters", "low", "high", "slope", "at"),
    [
        ("sigmoid", {}, -5, 5, 0.25, 0),
        ("sigmoid", {}, -7, 3, 0.25, 0),
        ("relu", {}, -5, 5, 1, 0),
        ("relu", {}, 0, 5, 1, 0),
        ("selu", {}, -5, 5, 1.7580993408473766, 0),
        ("hardswish", {}, -5, 5, 1.5, 3),
        ("hardswish", {}, -5, -2.5, -0.5, -3),
        ("hardshrink", {}, -5, 5, 1, -0.5),
        ("leaky_relu", {"negative_slope": -2}, -5, 5, -2, 0),
        ("leaky_relu", {"negative_slope": -1}, -5, 5, 1, 0),
        ("tanhshrink", {}, -3, 2, math.tanh(3) ** 2, -3),
    ],
)
def test_steepest_slopes_have_signs_and_one_sided_limits(name, parameters, low, high, slope, at):
    facts = measure(function(name, **parameters), low, high)
    assert facts.steepest == pytest.approx(slope, rel=1e-14)
    assert facts.steepest_at == pytest.approx(at, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "low", "high", "minimum_at", "maximum_at"),
    [
        ("relu", -5, 5, 0, 5),
        ("relu", -5, -1, -1, -1),
        ("relu6", -5, 9, 0, 6),
        ("hardtanh", -5, 5, -1, 1),
        ("hardsigmoid", -5, 5, -3, 3),
        ("softshrink", -0.4, 0.3, 0, 0),
        ("sigmoid", -2, 1, -2, 1),
    ],
)
def test_of_a_plateau_the_point_nearest_zero_counts(name, low, high, minimum_at, maximum_at):
    facts = measure(function(name), low, high)
    assert facts.minimum_at == pytest.approx(minimum_at, abs=1e-12)
    assert facts.maximum_at == pytest.approx(maximum_at, abs=1e-12)


def test_a_plateau_made_by_rounding_is_not_read_off_the_grid():
    # tanh rounds to 1 where 1 - tanh falls below half the gap under 1, at atanh(1 - 2**-54)
    edge = float(mp.atanh(1 - mpf(2) ** -54))
    facts = measure(function("tanh"), -20, 20)
    assert facts.maximum == pytest.approx(1, abs=1e-16)
    assert facts.maximum_at == pytest.approx(edge, rel=1e-6)
    assert facts.minimum_at == pytest.approx(-edge, rel=1e-6)
    assert facts.zero_share == pytest.approx((20 - edge) / 20, rel=1e-5)


def test_of_two_equal_minima_the_left_one_counts():
    doubled = dataclasses.replace(CATALOG["tanh"], make=lambda: Elementwise(torch.cos)).at()
    facts = measure(doubled, -5, 5)
    assert facts.minimum == pytest.approx(-1, abs=1e-15)
    assert facts.minimum_at == pytest.approx(-math.pi, abs=1e-9)
    assert facts.maximum_at == pytest.approx(0, abs=1e-9)


# Shares of the range.


@pytest.mark.parametrize(
    ("name", "parameters", "flat_from", "flat_to"),
    [
        ("tanh", {}, -math.acosh(10), math.acosh(10)),
        ("elu", {}, math.log(0.01), math.inf),
        ("softplus", {}, math.log(0.01 / 0.99), math.inf),
        ("logsigmoid", {}, -math.inf, math.log(99)),
        ("softsign", {}, -9, 9),
        ("sigmoid", {}, -math.log(49 + 20 * math.sqrt(6)), math.log(49 + 20 * math.sqrt(6))),
    ],
)
@pytest.mark.parametrize(("low", "high"), [(-20, 20), (-19.5, 7.3)])
def test_the_flat_share_ends_where_the_slope_is_a_hundredth(
    name, parameters, flat_from, flat_to, low, high
):
    steep = max(min(flat_to, high) - max(flat_from, low), 0)
    facts = measure(function(name, **parameters), low, high)
    assert facts.flat_share == pytest.approx(1 - steep / (high - low), rel=1e-9)


def test_the_dip_of_gelu_is_flat_at_its_bottom_though_the_grid_steps_over_it():
    _, first, _ = oracle(function("gelu"))
    left = mp.findroot(lambda x: first(x) + mpf("0.01"), mpf("-0.77"))
    right = mp.findroot(lambda x: first(x) - mpf("0.01"), mpf("-0.73"))
    far = mp.findroot(lambda x: first(x) + mpf("0.01"), mpf("-2.9"))
    for reach in (5, 20, 50):
        share = (right - left + far + reach) / (2 * reach)
        facts = measure(function("gelu"), -reach, reach)
        assert facts.flat_share == pytest.approx(float(share), rel=1e-8)


@pytest.mark.parametrize(
    ("name", "parameters", "low", "high", "zero"),
    [
        ("relu", {}, -5, 5, 0.5),
        ("relu", {}, -5, 15, 0.25),
        ("relu6", {}, -5, 15, 14 / 20),
        ("leaky_relu", {}, -5, 5, 0),
        ("hardtanh", {}, -5, 5, 0.8),
        ("hardswish", {}, -5, 5, 0.2),
        ("softshrink", {}, -5, 5, 0.1),
        ("tanhshrink", {}, -5, 5, 0),
        ("silu", {}, -5, 5, 0),
        ("threshold", {"value": 2}, -4, 4, 0.5),
    ],
)
def test_the_zero_share(name, parameters, low, high, zero):
    facts = measure(function(name, **parameters), low, high)
    assert facts.zero_share == pytest.approx(zero, rel=1e-12, abs=0)


# Any function, any range.

ends = st.tuples(st.floats(-25, 25), st.floats(-25, 25)).filter(lambda e: e[1] - e[0] > 0.5)


@given(st.sampled_from(CASES), ends)
@settings(deadline=None, max_examples=150)
def test_no_sample_beats_what_is_measured(case, ends):
    low, high = ends
    facts = measure(case, low, high)
    x = np.linspace(low, high, 20_001)
    curve = trace(case, x)
    rounding = 1e-14 * max(1, abs(low), abs(high))
    assert facts.minimum <= curve.y.min() + rounding
    assert facts.maximum >= curve.y.max() - rounding
    assert abs(facts.steepest) >= np.abs(curve.dy).max() - rounding
    for at in (facts.minimum_at, facts.maximum_at, facts.steepest_at):
        assert low <= at <= high
    near = [
        trace(case, [np.nextafter(at, -np.inf), at, np.nextafter(at, np.inf)])
        for at in (facts.minimum_at, facts.maximum_at, facts.steepest_at)
    ]
    assert np.abs(near[0].y - facts.minimum).min() <= rounding
    assert np.abs(near[1].y - facts.maximum).min() <= rounding
    assert np.abs(near[2].dy - facts.steepest).min() <= 1e-9
    assert facts.flat_share == pytest.approx((np.abs(curve.dy) < 0.01).mean(), abs=3e-4)
    assert facts.zero_share == pytest.approx((curve.dy == 0).mean(), abs=3e-4)
    assert 0 <= facts.zero_share <= facts.flat_share + 1e-6 <= 1 + 1e-6
    assert not facts.non_finite


@pytest.mark.parametrize(
    ("low", "high"), [(1, 1), (5, -5), (math.nan, 1), (0, math.inf), (-1e308, 1e308)]
)
def test_a_range_that_does_not_rise_is_refused(low, high):
    with pytest.raises(ValueError, match="range must rise"):
        measure(function("relu"), low, high)


def broken(of):
    return dataclasses.replace(CATALOG["tanh"], make=lambda: Elementwise(of)).at()


def test_what_is_not_finite_is_said_and_passed_over():
    facts = measure(broken(torch.exp), 700, 720)
    assert facts.non_finite
    assert math.isfinite(facts.maximum)
    half = measure(broken(torch.sqrt), -4, 4)
    assert half.non_finite
    assert half.maximum == pytest.approx(2)
    assert (half.minimum_at, half.maximum_at) == pytest.approx((0.02, 4))
    assert (half.flat_share, half.zero_share) == (0, 0)


def test_beside_what_is_not_finite_extrema_are_as_exact_as_elsewhere():
    facts = measure(formula("clip(sqrt(x), 0, 1.1)").at(), -5, 5)
    assert (facts.maximum, facts.maximum_at) == pytest.approx((1.1, 1.21), rel=1e-9)
    facts = measure(formula("0.003*x*log(x)").at(), -5, 5)
    assert (facts.minimum, facts.minimum_at) == pytest.approx(
        (-0.003 / math.e, 1 / math.e), rel=1e-9
    )


def test_a_share_is_one_of_where_there_are_values():
    nothing = measure(formula("0*sqrt(x)").at(), -5, 5)
    assert (nothing.flat_share, nothing.zero_share) == pytest.approx((1, 1), abs=1e-6)
    # f' is 0.02 / (2 sqrt x), which is 0.01 at 1
    quarter = measure(formula("0.02*sqrt(x)").at(), -20, 4)
    assert quarter.flat_share == pytest.approx(3 / 4, abs=1e-3)
    assert quarter.zero_share == 0
    parts = measure(formula("where(x > 1, 0*sqrt(x), sqrt(-3 - x))").at(), -5, 5)
    assert parts.zero_share == pytest.approx(4 / 6, abs=1e-3)


def test_nothing_finite_at_all_measures_as_nan():
    facts = measure(broken(torch.sqrt), -4, -1)
    assert facts.non_finite
    found = dataclasses.asdict(facts)
    names = ("minimum", "maximum_at", "steepest", "flat_share", "zero_share")
    assert all(math.isnan(found[name]) for name in names)


def test_facts_are_python_numbers_that_a_table_can_show():
    for field, value in dataclasses.asdict(measure(function("gelu"), -5, 5)).items():
        assert type(value) is (bool if field == "non_finite" else float), field


def test_the_samples_do_not_bend_the_facts():
    facts = measure(function("mish"), -5, 5)
    assert isinstance(facts, Facts)
    assert facts.minimum < trace(function("mish"), samples(-5, 5, 100)).y.min() - 1e-6


# What torch says.


@pytest.mark.parametrize(
    ("name", "parameters", "gain"),
    [
        ("sigmoid", {}, 1),
        ("tanh", {}, 5 / 3),
        ("relu", {}, math.sqrt(2)),
        ("leaky_relu", {}, math.sqrt(2 / (1 + 0.01**2))),
        ("leaky_relu", {"negative_slope": 0.5}, math.sqrt(2 / 1.25)),
        ("selu", {}, 0.75),
    ],
)
def test_torchs_gains(name, parameters, gain):
    assert function(name, **parameters).torch_gain == pytest.approx(gain, rel=1e-15)


@pytest.mark.parametrize("name", CATALOG)
def test_torch_has_a_gain_just_where_the_entry_declares_one(name):
    declared = function(name).torch_gain
    if declared is None:
        with pytest.raises(ValueError, match="Unsupported nonlinearity"):
            torch.nn.init.calculate_gain(name)
    else:
        assert declared == pytest.approx(torch.nn.init.calculate_gain(name))
