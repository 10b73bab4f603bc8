"""Values, derivatives and grids: against mpmath at 60 digits, and for any input."""

import dataclasses
import math
from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from activations.functions.calculus import evaluate, grid, limits, samples, trace
from activations.functions.catalog import CATALOG, function
from tests.functions.cases import CASES, IDS, JUDGED, JUDGED_IDS, Elementwise
from tests.functions.exceptions import EXCEPTIONS, NOT_FINITE
from tests.functions.oracle import oracle

ULPS, ABSOLUTE, RELATIVE = 4, 1e-15, 1e-6
SPREAD = np.random.default_rng(20260724).uniform(-40, 40, 300)
HARD = [1e-300, -1e-300, 1e-8, -1e-8, 0.0, 20.0, -20.0, 700.0, -700.0]
OUTWARD = np.geomspace(50, 1e300, 400)
FAR = np.concatenate([np.linspace(50, 1000, 96), OUTWARD, -np.linspace(50, 1000, 96), -OUTWARD])


def sides(function):
    breaks = np.array([point.x for point in function.breaks])
    return np.concatenate([np.nextafter(breaks, -np.inf), breaks, np.nextafter(breaks, np.inf)])


@cache
def errors(slug):
    """Return (order, kind, x, size) of each error of a case that is beyond its bound."""
    function = next(case for case in JUDGED if case.slug == slug)
    x = np.concatenate([SPREAD, sides(function), HARD, FAR])
    curve, truth = trace(function, x), oracle(function)
    order_at = {point.x: point.order for point in function.breaks}
    found = []
    for order, values in enumerate((curve.y, curve.dy, curve.d2y)):
        for at, value in zip(x.tolist(), values.tolist(), strict=True):
            if order >= max(order_at.get(at, 3), 1):
                continue  # torch's convention, tested with the breaks
            exact = truth[order](mpf(at))
            size = float(abs(mpf(value) - exact)) if math.isfinite(value) else math.inf
            bound = max(ULPS * math.ulp(float(exact)), ABSOLUTE)
            if size > bound:
                found.append((order, "absolute", at, size))
            # infinity is right where the truth is beyond the largest number
            tail = abs(at) >= 1 and order < 2 and 1e-300 < abs(exact) < np.finfo(float).max
            if tail and size > RELATIVE * abs(exact):
                found.append((order, "relative", at, float(size / abs(exact))))
    return found


@pytest.mark.parametrize("case", JUDGED, ids=JUDGED_IDS)
def test_torch_is_right_to_four_ulp_but_for_the_listed_exceptions(case):
    unlisted = [
        (order, kind, x, size)
        for order, kind, x, size in errors(case.slug)
        if not any(
            each.concerns(case, order, kind) and each.holds(x) and size <= each.size
            for each in EXCEPTIONS
        )
    ]
    assert unlisted == []


@pytest.mark.parametrize("exempt", EXCEPTIONS, ids=str)
def test_no_exception_is_listed_that_is_not_needed(exempt):
    sizes = [
        size
        for case in JUDGED
        if case.activation.name == exempt.name
        for order, kind, x, size in errors(case.slug)
        if exempt.concerns(case, order, kind) and exempt.holds(x)
    ]
    assert sizes, "torch is as good as the bound here: take the exception out"
    assert max(sizes) >= exempt.size / 4, "torch is better than listed"


# Far out, where torch has no number: it is not shown, but it is what trains a network.


def of_torch(case, x, dtype):
    """Return f, f' and f'' as torch computes them by itself, in a dtype of that name."""
    inputs = torch.tensor(x, dtype=getattr(torch, dtype)).requires_grad_()
    found = [case.evaluation_module().to(inputs.dtype)(inputs)]
    for _ in range(1 if case.activation.curvature else 2):
        following = torch.zeros_like(inputs)
        if found[-1].requires_grad:
            (following,) = torch.autograd.grad(
                found[-1].sum(), inputs, create_graph=True, materialize_grads=True
            )
        found.append(following)
    return [values.detach().numpy() for values in found]


def overflows(case, order, x, dtype):
    """Whether the function itself, or its derivative, is larger at each x than any number."""
    exact, largest = oracle(case)[order], mpf(float(np.finfo(dtype).max))
    return np.array([abs(exact(mpf(at))) > largest for at in x.tolist()], dtype=bool)


@pytest.mark.parametrize(("dtype", "furthest"), [("float64", 1e300), ("float32", 1e38)])
@pytest.mark.parametrize("case", JUDGED, ids=JUDGED_IDS)
def test_torch_has_a_finite_number_but_where_it_is_listed(case, dtype, furthest):
    sizes = np.geomspace(1, furthest, 6000).astype(dtype).astype(float)
    listed = [each for each in NOT_FINITE if each.concerns(case, dtype)]
    for side in (-1, 1):
        for order, values in enumerate(of_torch(case, side * sizes, dtype)):
            starts = [
                each.starts(case) for each in listed if each.order == order and side in each.sides
            ]
            beyond = min(starts, default=math.inf)
            certain = np.abs(sizes / beyond - 1) > 0.01
            expected = sizes > beyond
            rest = np.isinf(values) & ~expected
            expected[rest] = overflows(case, order, side * sizes[rest], dtype)
            np.testing.assert_array_equal(~np.isfinite(values)[certain], expected[certain])


@pytest.mark.parametrize(
    ("name", "parameters", "slopes"),
    [
        ("gelu", {"approximate": "tanh"}, [0, 1]),
        ("gelu", {}, [0, 1]),
        ("mish", {}, [0, 1]),
        ("silu", {}, [0, 1]),
        ("tanhshrink", {}, [1, 1]),
        ("softsign", {}, [0, 0]),
    ],
)
@pytest.mark.parametrize("size", [750.0, 1e104, 1e160, 1e300, 1.7e308])
def test_far_out_the_derivatives_are_their_limits(name, parameters, slopes, size):
    curve = evaluate(name, [-size, size], **parameters)
    assert curve.dy == pytest.approx(slopes, abs=2e-6)
    assert curve.d2y == pytest.approx([0, 0], abs=1e-8)


def test_what_has_no_limit_stays_undefined():
    def swing(x):
        return torch.sin(x) + 0 * torch.exp(x)

    swinging = dataclasses.replace(CATALOG["tanh"], make=lambda: Elementwise(swing)).at()
    curve = trace(swinging, [600.0, 800.0])
    assert curve.dy[0] == pytest.approx(math.cos(600), rel=1e-12)
    assert np.isnan(curve.dy[1])


def test_the_oracle_covers_all_that_is_torchs_own():
    judged = {case.activation.name for case in JUDGED}
    for name, entry in CATALOG.items():
        assert name in judged or not hasattr(torch.nn, type(entry.module()).__name__)


# Whatever else is catalogued has at least its derivatives judged, by central differences.


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_derivatives_are_those_of_the_values_beside_them(case):
    h = 1e-5 / max(1, case.detail / 10)  # less for waves
    x = SPREAD[np.abs(SPREAD) < 12]
    for point in case.breaks:
        x = x[np.abs(x - point.x) > 1e-3]
    curve, above, below = (trace(case, x + step) for step in (0, h, -h))
    np.testing.assert_allclose(curve.dy, (above.y - below.y) / (2 * h), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(curve.d2y, (above.dy - below.dy) / (2 * h), rtol=1e-5, atol=1e-8)


# The same derivatives from the oracle's own values, so that a slip in a closed form shows.


@pytest.mark.parametrize("case", JUDGED, ids=JUDGED_IDS)
def test_the_oracles_derivatives_are_those_of_its_function(case):
    breaks = [point.x for point in case.breaks]
    f, first, second = oracle(case)
    for x in (-7.3, -3.7, -2.9, -1.1, -0.3, -0.01, 0.02, 0.4, 0.9, 2.2, 3.6, 6.5):
        if min((abs(x - at) for at in breaks), default=1) < 1e-3:
            continue
        assert abs(mp.diff(f, mpf(x)) - first(mpf(x))) < 1e-20
        assert abs(mp.diff(first, mpf(x)) - second(mpf(x))) < 1e-20


@pytest.mark.parametrize("name", CATALOG)
@pytest.mark.parametrize("shape", [(), (0,), (5,), (3, 2), (2, 3, 4)])
def test_the_results_have_the_inputs_shape_in_float64(name, shape):
    curve = evaluate(name, np.full(shape, 0.7))
    for values in (curve.x, curve.y, curve.dy, curve.d2y):
        assert values.shape == shape
        assert values.dtype == np.float64


@pytest.mark.parametrize("name", CATALOG)
def test_values_are_those_of_torchs_own_module_in_evaluation(name):
    x = np.linspace(-5, 5, 101)
    module = CATALOG[name].module().double().eval()
    with torch.no_grad():
        expected = module(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(evaluate(name, x).y, expected, rtol=1e-15, atol=1e-16)


def test_evaluation_is_not_random():
    x = np.linspace(-5, 5, 101)
    first, second = evaluate("rrelu", x), evaluate("rrelu", x)
    np.testing.assert_array_equal(first.y, second.y)
    np.testing.assert_allclose(first.y[:50], x[:50] * 11 / 48, rtol=1e-15)


def test_evaluation_works_without_gradients_and_leaves_them_off():
    with torch.no_grad():
        assert evaluate("tanh", [0.0]).dy == pytest.approx([1.0])
        assert not torch.is_grad_enabled()


@pytest.mark.parametrize(
    "bad",
    ["abc", [1, "2"], [[1], [2, 3]], [1j], [None], {}, [math.nan], [math.inf, 0], [10**400]],
    ids=str,
)
def test_evaluate_refuses_what_is_not_finite_numbers(bad):
    with pytest.raises(ValueError, match="x must be"):
        evaluate("tanh", bad)


finite = st.floats(-1e300, 1e300)  # a parameter times x must be finite too
any_case = st.sampled_from(CASES)


@settings(deadline=None)
@given(any_case, st.lists(finite, max_size=8))
def test_evaluate_takes_any_finite_numbers(case, x):
    curve = trace(case, x)
    assert curve.x.tolist() == x
    assert not np.isnan([curve.y, curve.dy, curve.d2y]).any()


def test_samples_are_the_posts():
    np.testing.assert_array_equal(samples(-5, 5, 100), np.linspace(-5, 5, 100))


ends = st.tuples(st.floats(-50, 50), st.floats(-50, 50)).filter(lambda e: e[1] - e[0] > 1e-3)


@settings(deadline=None)
@given(any_case, ends)
def test_the_drawing_grid_rises_and_holds_ends_zero_and_breaks_with_both_sides(case, ends):
    low, high = ends
    x = grid(case, low, high)
    assert x[0] == pytest.approx(low, abs=0)
    assert x[-1] == pytest.approx(high, abs=0)
    assert (np.diff(x) > 0).all()
    needed = [at for at in [0.0, *sides(case)] if low <= at <= high]
    assert set(needed) <= set(x.tolist())


@settings(deadline=None)
@given(any_case, ends, st.integers(2, 1000))
def test_a_kink_that_the_samples_miss_is_still_drawn(case, ends, count):
    low, high = ends
    seen = set(samples(low, high, count).tolist())
    drawn = set(grid(case, low, high).tolist())
    missed = {at for at in sides(case) if low <= at <= high} - seen
    assert missed <= drawn


def test_the_posts_samples_do_miss_the_kink_of_relu():
    assert 0.0 not in samples(-5, 5, 100)
    assert 0.0 in grid(function("relu"), -5, 5)


def test_limits_come_from_both_sides():
    left, right = limits(function("hardswish"))
    np.testing.assert_allclose(left.dy, [0, 1.5], atol=1e-14)
    np.testing.assert_allclose(right.dy, [-0.5, 1], atol=1e-14)
    left, right = limits(function("hardshrink", lambd=0.25))
    np.testing.assert_allclose(left.y, [-0.25, 0], atol=1e-14)
    np.testing.assert_allclose(right.y, [0, 0.25], atol=1e-14)
    assert limits(function("tanh"))[0].y.shape == (0,)


# Mistakes that other tools make.


@pytest.mark.parametrize("slope", [1.5, 2.0, 5.0])
def test_leaky_relu_is_not_the_larger_of_ax_and_x_for_slopes_above_one(slope):
    x = np.array([-2.0, -1.0, 1.0, 2.0])
    ours = evaluate("leaky_relu", x, negative_slope=slope).y
    np.testing.assert_allclose(ours, [-2 * slope, -slope, 1, 2], rtol=1e-15)
    assert np.abs(ours - np.maximum(slope * x, x)).min() > 0.4


def test_exact_and_tanh_gelu_do_not_share_derivatives():
    x = np.linspace(-3, 3, 61)
    exact, tanh = (evaluate("gelu", x, approximate=form) for form in ("none", "tanh"))
    h = 1e-6
    for form, curve in (("none", exact), ("tanh", tanh)):
        above, below = (evaluate("gelu", x + step, approximate=form).y for step in (h, -h))
        np.testing.assert_allclose(curve.dy, (above - below) / (2 * h), atol=1e-9)
    assert np.abs(exact.dy - tanh.dy).max() > 1e-4


def test_selus_slope_carries_its_scale_once():
    slope = evaluate("selu", [-1.0, 2.0]).dy
    alpha, scale = 1.6732632423543773, 1.0507009873554805
    np.testing.assert_allclose(slope, [scale * alpha * math.exp(-1), scale], rtol=1e-14)
