from dataclasses import replace

import pytest
from torch import nn

from activations.depth.experiment import Experiment, draw, measure
from activations.depth.mean_field import critical_sigma_w
from activations.depth.presets import PRESETS, VARIATIONS, vary
from activations.functions.catalog import function


def test_presets_name_torchs_functions():
    for preset in PRESETS.values():
        assert preset.experiments
        assert all(hasattr(nn.functional, name) for name in preset.functions)


def test_the_preset_at_the_edge_of_chaos_is_there():
    experiments = PRESETS["tanh at the edge of chaos"].experiments
    below, at, above = sorted(experiments, key=lambda each: each.sigma_w)
    critical = critical_sigma_w(function("tanh"), at.sigma_b)
    assert at.sigma_w == pytest.approx(critical, rel=1e-3)
    assert below.sigma_w < critical < above.sigma_w


def test_the_preset_of_relu_tells_two_fates():
    (name,) = PRESETS["ReLU: He against PyTorch default"].functions
    fates = [
        measure(function(name), draw(experiment)).gradient[0]
        for experiment in PRESETS["ReLU: He against PyTorch default"].experiments
    ]
    assert fates[0] > 0.1
    assert fates[1] < 1e-6


@pytest.mark.parametrize("name", VARIATIONS)
@pytest.mark.parametrize("weights", ["He", "PyTorch default", 1.5])
def test_a_variation_changes_weights_or_input_and_nothing_else(name, weights):
    experiment = Experiment(weights=weights)
    varied = VARIATIONS[name](experiment)
    if name.startswith("input"):
        assert varied == replace(experiment, input_std=varied.input_std)
    else:
        assert varied == replace(experiment, weights=varied.weights, sigma_b=varied.sigma_b)
    if name.startswith("σ_w"):
        assert varied.bias_std == pytest.approx(experiment.bias_std)


def test_a_variation_that_changes_nothing_is_not_repeated():
    experiment = Experiment(weights="He")
    assert vary(experiment, ("He", "input × 2")) == (
        experiment,
        Experiment(weights="He", input_std=2.0),
    )
