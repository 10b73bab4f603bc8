import math

import numpy as np
import pytest
from torch import nn

from activations.depth.mean_field import chi_curve, critical_sigma_w, fixed_points, predict
from activations.functions.catalog import CATALOG, function
from activations.functions.gaussian import moments
from activations.functions.spec import Function

FUNCTIONS = {name: activation.at() for name, activation in CATALOG.items()}


@pytest.fixture(params=FUNCTIONS)
def each(request) -> Function:
    return FUNCTIONS[request.param]


@pytest.mark.parametrize(
    ("sigma_b", "sigma_w", "q"),
    [(0.1, 1.19340, 0.27330), (0.2, 1.30415, 0.51208), (0.3, 1.39558, 0.76347)],
)
def test_tanh_is_critical_where_the_papers_say(sigma_b, sigma_w, q):
    critical = critical_sigma_w(function("tanh"), sigma_b)
    assert critical == pytest.approx(sigma_w, abs=5e-6)
    fixed_point = fixed_points(function("tanh"), critical, sigma_b)
    assert fixed_point == pytest.approx(q, abs=1e-5)


def test_relu_is_critical_at_2_and_0_alone():
    assert critical_sigma_w(function("relu"), 0.0) ** 2 == pytest.approx(2, rel=1e-12)
    assert critical_sigma_w(function("relu"), 0.1) is None
    assert critical_sigma_w(function("relu"), 1.0) is None


@pytest.mark.parametrize("slope", [0.0, 0.01, 0.25, 1.0])
def test_without_biases_leaky_relu_is_critical_at_torchs_gain(slope):
    critical = critical_sigma_w(function("leaky_relu", negative_slope=slope))
    assert critical == pytest.approx(nn.init.calculate_gain("leaky_relu", slope), rel=1e-9)


@pytest.mark.parametrize("name", ["gelu", "silu", "mish", "hardshrink"])
def test_without_biases_an_unstable_origin_has_no_critical_sigma_w(name):
    # sigma_w = 1/f'(0) makes chi 1 at q = 0, but the fixed point repels what is not 0
    assert critical_sigma_w(FUNCTIONS[name]) is None


HAVE_AN_EDGE = [name for name in FUNCTIONS if critical_sigma_w(FUNCTIONS[name], 0.5) is not None]


def test_bounded_functions_have_an_edge_of_chaos():
    assert {"sigmoid", "tanh", "hardsigmoid"} <= set(HAVE_AN_EDGE)


@pytest.mark.parametrize("name", HAVE_AN_EDGE)
def test_chi_passes_1_at_the_critical_sigma_w(name):
    critical = critical_sigma_w(FUNCTIONS[name], 0.5)
    around = critical * np.array([1 - 1e-5, 1 + 1e-5])
    below, above = chi_curve(FUNCTIONS[name], around, 0.5, start=0.25)
    assert below < 1 < above


def iterate(each, sigma_w, sigma_b, q, steps):
    for _ in range(steps):
        q = sigma_w**2 * float(moments(each, q).mean_square) + sigma_b**2
        if not math.isfinite(q):
            return math.inf
    return q


@pytest.mark.parametrize("start", [0.1, 5.0])
@pytest.mark.parametrize(("sigma_w", "sigma_b"), [(0.5, 0.0), (0.8, 0.5)])
def test_the_recursion_comes_to_the_fixed_point(each, sigma_w, sigma_b, start):
    fixed_point = float(fixed_points(each, sigma_w, sigma_b, start))
    reached = iterate(each, sigma_w, sigma_b, start, steps=100)
    if math.isinf(fixed_point):
        assert reached > 10 * start
    else:
        assert reached == pytest.approx(fixed_point, rel=1e-6, abs=1e-8)


def test_fixed_points_in_closed_form():
    relu = function("relu")
    # q = sigma_w^2 q / 2 + sigma_b^2
    sigma_w = np.array([0.1, 0.5, 1.0, 1.4])
    expected = 0.3**2 / (1 - sigma_w**2 / 2)
    assert fixed_points(relu, sigma_w, 0.3) == pytest.approx(expected, rel=1e-9)
    assert fixed_points(relu, [1.0, math.sqrt(2), 1.5], start=3.0) == pytest.approx(
        [0, 3, math.inf]
    )
    assert fixed_points(relu, [[1.0], [2.0]]).shape == (2, 1)


@pytest.mark.parametrize("input_std", [0.5, 1.0, 2.0])
def test_selu_comes_to_mean_0_and_variance_1(input_std):
    theory = predict(function("selu"), 60, sigma_w=1.0, input_std=input_std)
    assert theory.fixed_point == pytest.approx(1, abs=1e-8)
    assert theory.activation_mean[-1] == pytest.approx(0, abs=1e-4)
    assert theory.activation_std[-1] == pytest.approx(1, abs=1e-4)


def test_pytorchs_default_takes_a_sixth_of_relus_gradient_in_each_layer():
    theory = predict(function("relu"), 20, sigma_w=1 / math.sqrt(3))
    assert theory.chi == pytest.approx(1 / 6, rel=1e-9)
    assert theory.depth_scale == pytest.approx(1 / math.log(6), rel=1e-9)
    assert theory.gradient == pytest.approx(6.0 ** (-np.arange(19, -1, -1) / 2), rel=1e-9)


def test_hes_weights_keep_relus_signal_and_gradient():
    theory = predict(function("relu"), 100, sigma_w=math.sqrt(2), input_std=0.7)
    assert theory.pre_activation_std == pytest.approx(math.sqrt(2) * 0.7, rel=1e-9)
    assert theory.gradient == pytest.approx(1, rel=1e-9)
    assert theory.activation_mean == pytest.approx(0.7 / math.sqrt(math.pi), rel=1e-9)
    assert math.isinf(theory.depth_scale)


def test_a_variance_without_limit_is_infinite_and_its_chi_the_limit():
    theory = predict(function("relu"), 100, sigma_w=100.0)
    assert math.isinf(theory.fixed_point)
    assert theory.chi == pytest.approx(5000, rel=1e-9)
    assert np.isfinite(theory.pre_activation_std[0])
    assert np.isinf(theory.pre_activation_std[-1])
    assert theory.gradient[0] == pytest.approx(math.sqrt(5000) ** 99, rel=1e-6)


def test_a_signal_that_dies_out_keeps_the_chi_of_its_last_traces():
    theory = predict(function("relu"), 20, sigma_w=1.0)
    assert theory.fixed_point == pytest.approx(0, abs=1e-12)
    assert theory.chi == pytest.approx(0.5, rel=1e-9)


def test_where_no_gradient_passes_the_depth_scale_is_0():
    theory = predict(function("softshrink"), 5, sigma_w=0.1)
    assert theory.chi == pytest.approx(0, abs=1e-12)
    assert theory.depth_scale == pytest.approx(0, abs=1e-12)
