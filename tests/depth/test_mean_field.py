import math
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import torch
from scipy import integrate
from torch import nn

from activations.depth.mean_field import chi_curve, critical_sigma_w, fixed_points, moments, predict
from activations.functions.catalog import CATALOG, function
from activations.functions.spec import Function

FUNCTIONS = {name: activation.at() for name, activation in CATALOG.items()}


@pytest.fixture(params=FUNCTIONS)
def each(request) -> Function:
    return FUNCTIONS[request.param]


SELU_SCALE = mpmath.mpf("1.0507009873554804934193349852946")
SELU_ALPHA = mpmath.mpf("1.6732632423543772848170429916717")


def sigmoid(x):
    return 1 / (1 + mpmath.exp(-x))


def normal_cdf(x):
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


# name -> f, f', and where f breaks
CLOSED_FORMS = {
    "sigmoid": (sigmoid, lambda x: sigmoid(x) * sigmoid(-x), ()),
    "tanh": (mpmath.tanh, lambda x: mpmath.sech(x) ** 2, ()),
    "relu": (lambda x: max(x, 0), lambda x: int(x > 0), (0,)),
    "leaky_relu": (
        lambda x: x if x > 0 else x / 100,
        lambda x: 1 if x > 0 else mpmath.mpf("0.01"),
        (0,),
    ),
    "selu": (
        lambda x: SELU_SCALE * (x if x > 0 else SELU_ALPHA * mpmath.expm1(x)),
        lambda x: SELU_SCALE * (1 if x > 0 else SELU_ALPHA * mpmath.exp(x)),
        (0,),
    ),
    "gelu": (
        lambda x: x * normal_cdf(x),
        lambda x: normal_cdf(x) + x * mpmath.npdf(x),
        (),
    ),
    "hardshrink": (
        lambda x: x if abs(x) > 0.5 else 0,
        lambda x: int(abs(x) > 0.5),
        (-0.5, 0.5),
    ),
}


@pytest.mark.parametrize("q", [1e-6, 0.3, 40.0, 1e4])
@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_quadrature_agrees_with_mpmath(name, q):
    f, slope, breaks = CLOSED_FORMS[name]
    scale = mpmath.sqrt(q)
    # where f turns steep or breaks, and where the Gaussian fades
    ends = {0, *range(-12, 13, 3)}
    ends |= {x / scale for x in (*breaks, -40, -15, -5, -2, 2, 5, 15, 40)}
    ends = sorted(z for z in ends if abs(z) <= 12)

    def expected(g):
        return float(mpmath.quad(lambda z: g(scale * z) * mpmath.npdf(z), ends, maxdegree=7))

    result = moments(FUNCTIONS[name], q)
    assert result.mean == pytest.approx(expected(f), rel=1e-8, abs=1e-12)
    assert result.square == pytest.approx(expected(lambda x: f(x) ** 2), rel=1e-8)
    assert result.slope_square == pytest.approx(expected(lambda x: slope(x) ** 2), rel=1e-8)


@pytest.mark.parametrize("q", [0.01, 1.0, 30.0])
def test_quadrature_agrees_with_a_fine_simpson_sum_for_every_function(each, q):
    scale = math.sqrt(q)
    reach = 12 * scale
    ends = [-reach, *(point.x for point in each.breaks if abs(point.x) < reach), reach]
    totals = np.zeros(3)
    for low, high in pairwise(ends):
        # the ends are limits from within, where f or its slope may jump
        x = np.linspace(np.nextafter(low, np.inf), np.nextafter(high, -np.inf), 40_001)
        inputs = torch.tensor(x, requires_grad=True)
        outputs = each.module().double().eval()(inputs)
        outputs.sum().backward()
        f, slope = outputs.detach().numpy(), inputs.grad.numpy()
        density = np.exp(-(x**2) / (2 * q)) / math.sqrt(2 * math.pi * q)
        totals += [integrate.simpson(g * density, x=x) for g in (f, f**2, slope**2)]
    result = moments(each, q)
    assert [result.mean, result.square, result.slope_square] == pytest.approx(
        totals, rel=1e-8, abs=1e-12
    )


def test_moments_have_the_shape_of_q():
    result = moments(function("tanh"), [[0.5, 1.0, 2.0], [0.0, 1e-300, 1e100]])
    assert result.mean.shape == result.square.shape == result.slope_square.shape == (2, 3)
    assert result.square[0, 1] == pytest.approx(moments(function("tanh"), 1.0).square, rel=1e-12)
    assert result.square[1] == pytest.approx([0, 0, 1], abs=1e-12)
    assert result.slope_square[1] == pytest.approx([1, 1, 0], abs=1e-12)


# f -> E[f^2], E[f'^2] under N(0, 1)
TABLE = {
    "sigmoid": (0.29338, 0.04484),
    "tanh": (0.39429, 0.46440),
    "relu": (0.5, 0.5),
    "leaky_relu": ((1 + 0.01**2) / 2, (1 + 0.01**2) / 2),
    "elu": (0.64495, 0.66810),
    "selu": (1, 1.07159),
    "gelu": (0.42522, 0.45585),
    "silu": (0.35578, 0.37948),
    "mish": (0.45234, 0.47908),
}


@pytest.mark.parametrize("name", TABLE)
def test_moments_are_the_tabulated_ones(name):
    result = moments(FUNCTIONS[name], 1.0)
    assert [result.square, result.slope_square] == pytest.approx(TABLE[name], abs=3e-5)


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
        q = sigma_w**2 * float(moments(each, q).square) + sigma_b**2
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
