import pytest
from torch import nn

from activations.catalog import function
from activations.depth import draw, measure
from activations.mean_field import critical_sigma_w
from activations.presets import PRESETS


def test_presets_name_torchs_functions():
    for preset in PRESETS.values():
        assert preset.experiments
        assert all(hasattr(nn.functional, name) for name in preset.functions)


def test_the_preset_at_the_edge_of_chaos_is_there():
    below, at, above = PRESETS["tanh at the edge of chaos"].experiments
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
