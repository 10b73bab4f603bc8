"""Moments under a normal input: against mpmath, published constants and closed forms."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from mpmath import mp, mpf
from scipy import integrate

from activations.functions.catalog import CATALOG, function
from activations.functions.gaussian import moments
from tests.functions.cases import JUDGED, JUDGED_IDS
from tests.functions.oracle import oracle

TORCHS_SLOPES = {"hardsigmoid": 1e-7, "celu": 2e-8}
"""How far moments of torch's float32 slopes are off; see the exceptions' table."""


def by_mpmath(case, variance, bends=()):
    """Return mean, std, E[f^2] and E[f'^2], integrated between breaks and bends of f."""
    f, first, _ = oracle(case)
    with mp.workdps(30):
        scale = mp.sqrt(mpf(variance))
        inside = [x / scale for x in (*(point.x for point in case.breaks), *bends)]
        edges = sorted({mpf(z) for z in (-12, -4, -1, 0, 1, 4, 12)} | set(inside))
        edges = [z for z in edges if abs(z) <= 12]

        def expected(of):
            return mp.quad(lambda z: of(scale * z) * mp.npdf(z), edges)

        mean, square = expected(f), expected(lambda x: f(x) ** 2)
        slope_square = expected(lambda x: first(x) ** 2)
        return [float(each) for each in (mean, mp.sqrt(square - mean**2), square, slope_square)]


def assert_moments(found, mean, std, square, slope_square, slopes=1e-12):
    assert found.mean == pytest.approx(mean, rel=1e-12, abs=1e-13 * math.sqrt(square))
    assert found.std == pytest.approx(std, rel=1e-12)
    assert found.mean_square == pytest.approx(square, rel=1e-12)
    assert found.mean_square_slope == pytest.approx(slope_square, rel=slopes)


@pytest.mark.parametrize("case", JUDGED, ids=JUDGED_IDS)
def test_moments_are_mpmaths_to_twelve_digits(case):
    slopes = TORCHS_SLOPES.get(case.activation.name, 1e-12)
    assert_moments(moments(case), *by_mpmath(case, 1), slopes=slopes)


@pytest.mark.parametrize("variance", [0.3, 1.0, 40.0])
@pytest.mark.parametrize("name", ["tanh", "relu", "gelu"])
def test_a_square_scatters_as_mpmath_says(name, variance):
    f, *_ = oracle(function(name))
    edges = [-12, -4, -2, -1, -0.3, 0, 0.3, 1, 2, 4, 12]
    with mp.workdps(30):
        scale = mp.sqrt(mpf(variance))
        second, fourth = (
            mp.quad(lambda z, n=n: f(scale * z) ** n * mp.npdf(z), edges) for n in (2, 4)
        )
        expected = float(mp.sqrt(fourth - second**2))
    assert moments(function(name), variance).square_std == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("variance", [1e-6, 0.3, 40.0, 1e4])
@pytest.mark.parametrize(
    "name", ["sigmoid", "tanh", "relu", "leaky_relu", "selu", "gelu", "hardshrink"]
)
def test_so_they_are_at_any_variance(name, variance):
    case = function(name)
    bends = (-40, -15, -5, -2, 2, 5, 15, 40)
    assert_moments(moments(case, variance), *by_mpmath(case, variance, bends))


@pytest.mark.parametrize("name", CATALOG)
@pytest.mark.parametrize("variance", [0.01, 1.0, 30.0])
def test_they_agree_with_a_fine_simpson_sum_for_every_function(name, variance):
    each = CATALOG[name].at()
    reach = 12 * math.sqrt(variance)
    ends = [-reach, *(point.x for point in each.breaks if abs(point.x) < reach), reach]
    totals = np.zeros(3)
    for low, high in pairwise(ends):
        # the ends are limits from within, where f or its slope may jump
        x = np.linspace(np.nextafter(low, np.inf), np.nextafter(high, -np.inf), 40_001)
        inputs = torch.tensor(x, requires_grad=True)
        outputs = each.module().double().eval()(inputs)
        outputs.sum().backward()
        f, slope = outputs.detach().numpy(), inputs.grad.numpy()
        density = np.exp(-(x**2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)
        totals += [integrate.simpson(g * density, x=x) for g in (f, f**2, slope**2)]
    found = moments(each, variance)
    assert [found.mean, found.mean_square, found.mean_square_slope] == pytest.approx(
        totals, rel=1e-8, abs=1e-12
    )


@pytest.mark.parametrize(
    ("name", "square", "slope_square"),
    [
        ("sigmoid", 0.29338, 0.04484),
        ("tanh", 0.39429, 0.46440),
        ("relu", 0.5, 0.5),
        ("leaky_relu", (1 + 0.01**2) / 2, (1 + 0.01**2) / 2),
        ("elu", 0.64495, 0.66810),
        ("selu", 1, 1.07157),
        ("gelu", 0.42522, 0.45585),
        ("silu", 0.35578, 0.37948),
        ("mish", 0.45234, 0.47908),
    ],
)
def test_published_moments(name, square, slope_square):
    found = moments(function(name))
    assert found.mean_square == pytest.approx(square, abs=6e-6)
    assert found.mean_square_slope == pytest.approx(slope_square, abs=6e-6)


# The constants by which normalizer-free networks multiply (Brock et al. 2021, arXiv 2102.06171):
# 1/std, found there on samples, so they agree to a thousandth.
@pytest.mark.parametrize(
    ("name", "parameters", "inverse"),
    [
        ("tanh", {}, 1.5939117670059204),
        ("sigmoid", {}, 4.803835391998291),
        ("relu", {}, 1.7139588594436646),
        ("relu6", {}, 1.7131484746932983),
        ("leaky_relu", {}, 1.70590341091156),
        ("gelu", {"approximate": "tanh"}, 1.7015043497085571),
        ("silu", {}, 1.7881293296813965),
        ("softplus", {}, 1.9203323125839233),
        ("logsigmoid", {}, 1.9193484783172607),
        ("softsign", {}, 2.338853120803833),
        ("elu", {}, 1.2716004848480225),
        ("selu", {}, 1.0008515119552612),
    ],
)
def test_published_standard_deviations(name, parameters, inverse):
    assert 1 / moments(function(name, **parameters)).std == pytest.approx(inverse, rel=1.5e-3)


def test_relus_moments_in_closed_form():
    found = moments(function("relu"), [0.25, 4.0])
    assert found.mean == pytest.approx(np.array([0.5, 2]) / math.sqrt(2 * math.pi), rel=1e-13)
    spread = (1 - 1 / math.pi) / 2
    assert found.std == pytest.approx(np.array([0.5, 2]) * math.sqrt(spread), rel=1e-13)


@pytest.mark.parametrize("slope", [-1.5, 0, 0.01, 0.3, 1, 2])
def test_leaky_relus_moments_in_closed_form(slope):
    found = moments(function("leaky_relu", negative_slope=slope))
    assert found.mean_square == pytest.approx((1 + slope**2) / 2, rel=1e-14)
    assert found.gain == pytest.approx(math.sqrt(2 / (1 + slope**2)), rel=1e-14)


@pytest.mark.parametrize("variance", [1.0, 1e4])
def test_a_sharp_bend_is_resolved(variance):
    # softplus with a large beta is nearly a ReLU
    found = moments(function("softplus", beta=1e5), variance)
    missing = 1e-5 / math.sqrt(2 * math.pi * variance)
    assert found.mean_square == pytest.approx(variance / 2, rel=1e-9)
    assert found.mean_square_slope == pytest.approx(0.5 - missing, rel=1e-9)


@pytest.mark.parametrize("variance", [0.01, 1.0, 1e4])
@pytest.mark.parametrize(("mu", "sigma"), [(-2, 0.01), (2, 0.1), (1, 1e-4)])
def test_a_steep_rise_away_from_zero_is_resolved(mu, sigma, variance):
    # a normal distribution function of a normal input is one of the sum of two
    found = moments(function("laplace", mu=mu, sigma=sigma), variance)
    expected = math.erfc(mu / math.sqrt(2 * (sigma**2 + variance))) / 2
    assert found.mean == pytest.approx(expected, rel=1e-12, abs=1e-13)


def test_a_small_spread_about_a_large_mean_keeps_its_digits():
    # sigmoid is 1/2 + x/4 - x^3/48 near 0
    q = 1e-10
    expected = math.sqrt(q) / 4 * (1 - q / 4)
    assert moments(function("sigmoid"), q).std == pytest.approx(expected, rel=1e-9)


def test_a_function_that_is_zero_has_infinite_gain():
    assert math.isinf(moments(function("hardshrink", lambd=20)).gain)


def test_moments_have_the_shape_of_the_variance():
    found = moments(function("tanh"), [[0.5, 1.0, 2.0], [0.0, 1e-300, 1e100]])
    for values in (
        found.mean,
        found.std,
        found.mean_square,
        found.square_std,
        found.mean_square_slope,
        found.gain,
    ):
        assert values.shape == (2, 3)
        assert values.dtype == np.float64
    one = moments(function("tanh"))
    assert found.mean_square[0, 1] == pytest.approx(one.mean_square, rel=1e-12)
    assert found.mean_square[1] == pytest.approx([0, 0, 1], abs=1e-12)
    assert found.mean_square_slope[1] == pytest.approx([1, 1, 0], abs=1e-12)
    assert moments(function("tanh"), []).mean.shape == (0,)


def test_moments_of_one_variance_are_numbers():
    found = moments(function("tanh"))
    for number in (
        found.mean,
        found.std,
        found.mean_square,
        found.square_std,
        found.mean_square_slope,
        found.gain,
    ):
        assert isinstance(number, float)
