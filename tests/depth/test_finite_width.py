"""What one network of finite width strays from theory, against many networks."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from activations.depth.experiment import Experiment, draw, measure, theory
from activations.depth.mean_field import predict, spread
from activations.depth.repeats import repeat
from activations.functions.catalog import CATALOG, function

NETWORKS = 2000
DEPTH = 8


def outcomes(each, width, sigma_w, sigma_b, depth):
    """The q of many networks, by layer, for one input.

    Given the activations of a layer, the pre-activations of the next are independent and normal, so
    that these are random networks exactly, without their matrices.
    """
    random = np.random.default_rng(width)
    module = each.evaluation_module()
    q = np.full(NETWORKS, sigma_w**2 + sigma_b**2)
    found = [q]
    for _ in range(depth - 1):
        before = np.sqrt(q)[:, np.newaxis] * random.normal(size=(NETWORKS, width))
        after = module(torch.tensor(before)).numpy(force=True)
        q = sigma_w**2 * (after**2).mean(axis=1) + sigma_b**2
        found.append(q)
    return np.array(found)


@pytest.mark.parametrize("width", [128, 512])
@pytest.mark.parametrize(
    ("name", "sigma_w", "sigma_b"),
    [("tanh", 1.3, 0.2), ("gelu", 1.5, 0.0), ("relu", math.sqrt(2), 0.0)],
)
def test_the_spread_is_that_of_many_networks(name, sigma_w, sigma_b, width):
    each = function(name)
    found = outcomes(each, width, sigma_w, sigma_b, DEPTH)
    expected = predict(each, DEPTH, sigma_w=sigma_w, sigma_b=sigma_b)
    q = expected.pre_activation_std**2
    predicted = spread(each, q, sigma_w) / math.sqrt(width)
    measured = found.std(axis=1) / q
    assert predicted[0] == measured[0] == pytest.approx(0, abs=1e-12)
    # of a deviation: its own sampling error, and what is left out, of the order of depth / width
    tolerance = 4 / math.sqrt(2 * NETWORKS) + 2 * DEPTH / width
    assert measured[1:] == pytest.approx(predicted[1:], rel=tolerance)


def one_input(experiment):
    """The experiment's network, of which all inputs are one, of mean square 1."""
    network = draw(experiment)
    alone = network.inputs[:1]
    return replace(network, inputs=(alone / alone.square().mean().sqrt()).expand(64, -1))


@pytest.mark.parametrize("width", [128, 512])
@pytest.mark.parametrize(
    ("name", "sigma_w", "sigma_b"),
    [("tanh", 1.3, 0.2), ("gelu", 1.5, 0.0), ("relu", math.sqrt(2), 0.0)],
)
def test_the_spread_is_that_of_networks_that_are_drawn_and_measured(name, sigma_w, sigma_b, width):
    each, networks = function(name), 64
    settings = {"width": width, "batch": 64, "weights": sigma_w, "sigma_b": sigma_b, "depth": 4}
    results = [
        measure(each, one_input(Experiment(**settings, seed=seed))) for seed in range(networks)
    ]
    squares = np.array([found.activation_mean**2 + found.activation_std**2 for found in results])
    q = sigma_w**2 * squares + sigma_b**2  # of the next layer
    expected = predict(each, 5, sigma_w=sigma_w, sigma_b=sigma_b)
    predicted = spread(each, expected.pre_activation_std**2, sigma_w)[1:] / math.sqrt(width)
    # of a deviation: three times its own sampling error, and what the first order leaves out
    tolerance = 3 / math.sqrt(2 * networks) + 8 / width
    assert np.log(q).std(axis=0) == pytest.approx(predicted, rel=tolerance)
    repeated = repeat(each, Experiment(**settings), 16, network=one_input)
    low, high = repeated.bands["activation_std"]
    assert (low < repeated.median.activation_std).all()
    assert (repeated.median.activation_std < high).all()
    np.testing.assert_allclose(
        high, np.quantile([found.activation_std for found in results[:16]], 0.9, axis=0), rtol=1e-12
    )


def test_relus_variance_grows_by_five_a_layer():
    q = predict(function("relu"), 30, sigma_w=math.sqrt(2)).pre_activation_std ** 2
    found = spread(function("relu"), q, math.sqrt(2))
    assert found**2 == pytest.approx(5 * np.arange(30), rel=1e-6, abs=1e-9)


def test_the_band_holds_most_dots_of_many_draws_and_is_no_wider_than_they_need():
    each = function("relu")
    settings = {"depth": 12, "width": 128, "batch": 64}
    expected = theory(each, Experiment(**settings))
    dots = np.array(
        [measure(each, draw(Experiment(**settings, seed=n))).activation_std for n in range(40)]
    )
    inside = (expected.low <= dots) & (dots <= expected.high)
    assert inside.mean() > 0.85
    off = np.abs(np.log(dots[:, -1] / expected.activation_std[-1]))
    assert np.quantile(off, 0.9) > math.log(expected.high[-1] / expected.activation_std[-1]) / 3


@pytest.mark.parametrize("name", list(CATALOG)[:16])
def test_a_wide_network_does_not_stray(name):
    found = predict(function(name), 5, sigma_w=1.2, sigma_b=0.1)
    for end in (found.low, found.high):
        known = np.isfinite(end)
        assert end[known] == pytest.approx(found.activation_std[known], rel=1e-9)
    narrow = predict(function(name), 5, sigma_w=1.2, sigma_b=0.1, width=16)
    assert np.isfinite(narrow.low[np.isfinite(narrow.activation_std)]).all()


def test_what_dies_out_has_no_band():
    found = predict(function("relu"), 3, sigma_w=1.0, input_std=0.0, width=64)
    assert np.isnan(found.low).all()
