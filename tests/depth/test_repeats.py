"""An experiment on several networks: medians and bands, held against the networks one by one."""

import numpy as np
import pytest

from activations.depth import Experiment, draw, measure, repeat, theory
from activations.functions.catalog import function

SMALL = Experiment(depth=6, width=32, batch=64, seed=5)
MEASURED = ("pre_activation_std", "activation_std", "dead", "saturated")


def one_by_one(name, experiment, repeats):
    return [
        measure(function(name), draw(Experiment(**given(experiment, experiment.seed + number))))
        for number in range(repeats)
    ]


def given(experiment, seed):
    names = ("depth", "width", "batch", "weights", "sigma_b", "input_std")
    return {name: getattr(experiment, name) for name in names} | {"seed": seed}


def test_one_network_is_what_it_is():
    repeated = repeat(function("tanh"), SMALL, 1)
    (alone,) = one_by_one("tanh", SMALL, 1)
    assert repeated.bands == {}
    for name in (*MEASURED, "gradient_norm", "histogram"):
        np.testing.assert_array_equal(getattr(repeated.median, name), getattr(alone, name))


@pytest.mark.parametrize("name", ["relu", "gelu", "selu"])
@pytest.mark.parametrize("repeats", [2, 5, 8])
def test_medians_and_bands_are_numpys(name, repeats):
    repeated = repeat(function(name), SMALL, repeats)
    alone = one_by_one(name, SMALL, repeats)
    for each in MEASURED:
        expected = np.median([getattr(one, each) for one in alone], axis=0)
        np.testing.assert_allclose(getattr(repeated.median, each), expected, rtol=1e-12)
    gradients = [one.gradient for one in alone]
    np.testing.assert_allclose(repeated.median.gradient, np.median(gradients, axis=0), rtol=1e-12)
    np.testing.assert_allclose(repeated.median.histogram.sum(axis=1), 1, rtol=1e-12)
    for low, high, values in (
        (*repeated.bands["gradient"], gradients),
        (*repeated.bands["activation_std"], [one.activation_std for one in alone]),
    ):
        np.testing.assert_allclose(low, np.quantile(values, 0.1, axis=0), rtol=1e-12)
        np.testing.assert_allclose(high, np.quantile(values, 0.9, axis=0), rtol=1e-12)


def test_an_event_is_where_half_of_the_networks_had_it():
    experiment = Experiment(depth=60, width=16, batch=64, weights=8.0)
    alone = [each.overflow_at for each in one_by_one("relu", experiment, 5)]
    assert None not in alone
    repeated = repeat(function("relu"), experiment, 5)
    assert repeated.median.overflow_at == sorted(alone)[2]
    assert np.isnan(repeated.median.activation_std[repeated.median.overflow_at - 1])
    assert np.isfinite(repeated.median.activation_std[: repeated.median.overflow_at - 1]).all()


def test_progress_goes_on_through_all_networks():
    shares = []
    repeat(function("relu"), SMALL, 3, shares.append)
    assert shares == sorted(shares)
    assert len(shares) == 3 * 2 * SMALL.depth
    assert shares[-1] == 1


@pytest.mark.parametrize("repeats", [0, 17, 2.5, True, "8"])
def test_repeats_say_what_is_allowed(repeats):
    with pytest.raises(ValueError, match="repeats must be a whole number from 1 to 16"):
        repeat(function("relu"), SMALL, repeats)


def share_of_expected(name, experiment):
    """The middle 80 % of networks in the unit of theory's band: 2.56 / 4 where both are normal."""
    expected = theory(function(name), experiment)
    low, high = repeat(function(name), experiment, 16).bands["activation_std"]
    return (high - low)[1:] / (expected.high - expected.low)[1:]


@pytest.mark.parametrize("name", ["tanh", "gelu", "relu"])
def test_inputs_that_go_apart_stray_less_together(name):
    shares = share_of_expected(name, Experiment(depth=5, width=128, batch=64))
    assert 0 < shares.max() < 0.64
