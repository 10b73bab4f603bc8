import dataclasses
import math
import re
import string

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from activations import notation
from activations.depth.experiment import (
    LIMITS,
    MEMORY_LIMIT,
    Experiment,
    draw,
    measure,
    theory,
    verdict,
)
from activations.functions.bins import BIN_CENTERS
from activations.functions.calculus import trace
from activations.functions.catalog import CATALOG, function
from activations.functions.initial import WEIGHTS
from tests.functions.cases import Elementwise

LARGEST = 3.4028235e38  # float32's own limits, from IEEE 754
SMALLEST_NORMAL = 1.1754944e-38

HARDSHRINK = function("hardshrink")
SELU = function("selu")
SMALL = {"depth": 4, "width": 32, "batch": 80}


def is_tame(name):
    """Whether float32 can follow a deep network of it: steep slopes make chaos or infinity."""
    return np.abs(trace(function(name), np.linspace(-1e3, 1e3, 1001)).dy).max() <= 3


@pytest.fixture(params=filter(is_tame, CATALOG))
def each(request):
    return function(request.param)


# Settings


def test_the_defaults():
    experiment = Experiment()
    assert (experiment.depth, experiment.width, experiment.batch) == (20, 256, 256)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"depth": 0}, "depth must be a whole number from 1 to 100, not 0"),
        ({"depth": 101}, "depth must be a whole number from 1 to 100, not 101"),
        ({"depth": 2.5}, "depth must be a whole number"),
        ({"depth": True}, "depth must be a whole number"),
        ({"width": 8}, "width must be a whole number from 16 to 512, not 8"),
        ({"batch": 1024}, "batch must be a whole number from 64 to 512, not 1024"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"sigma_b": math.nan}, "sigma_b must be a number from 0 to 100, not nan"),
        ({"input_std": "1"}, "input_std must be a number from 0 to 100, not '1'"),
        ({"weights": "he"}, "weights must be He, Xavier, LeCun, PyTorch default or a number"),
        ({"weights": 0.0}, "weights must be He, .* or a number from 0.01 to 100, not 0.0"),
        ({"weights": []}, "weights must be He"),
        ({"weights": "PyTorch default", "sigma_b": 0.1}, "sigma_b must be 0 with PyTorch default"),
    ],
)
def test_settings_are_refused_in_words(settings, words):
    with pytest.raises(ValueError, match=words):
        Experiment(**settings)


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(string.printable, max_size=5),
    st.lists(st.integers(), max_size=2),
)


def some(name):
    limit = LIMITS[name]
    if isinstance(limit.low, int) and name not in ("sigma_b", "input_std"):
        return st.integers(limit.low, limit.high) | ANYTHING
    return st.floats(limit.low, limit.high) | ANYTHING


@given(
    st.fixed_dictionaries(
        {},
        optional={name: some(name) for name in LIMITS if name != "sigma_w"}
        | {"weights": st.sampled_from(sorted(WEIGHTS)) | some("sigma_w")},
    )
)
def test_any_settings_are_valid_or_refused_by_name(settings):
    refusal = ""
    try:
        experiment = Experiment(**settings)
    except ValueError as error:
        refusal = str(error)
    if refusal:
        assert refusal.split()[0] in settings
        return
    assert all(limit.contains(getattr(experiment, name)) for name, limit in LIMITS.items())
    assert experiment.memory <= MEMORY_LIMIT


def test_too_much_memory_is_refused_with_what_to_lower(monkeypatch):
    monkeypatch.setattr("activations.depth.experiment.MEMORY_LIMIT", 16 * 2**20)
    Experiment()
    with pytest.raises(ValueError, match=r"needs \d+ MB, more than the 16 MB allowed: lower depth"):
        Experiment(depth=100)


def test_memory_covers_what_is_drawn_and_kept():
    experiment = Experiment(depth=7, width=48, batch=96)
    network = draw(experiment)
    drawn = [network.inputs, network.gradient, *network.weights, *network.biases]
    derivatives = 7 * 48 * 96 * 4
    assert experiment.memory >= sum(tensor.nbytes for tensor in drawn) + derivatives


# What is drawn


@pytest.mark.parametrize(
    ("weights", "variance"),
    [("He", 2), ("Xavier", 1), ("LeCun", 1), ("PyTorch default", 1 / 3), (1.5, 2.25)],
)
def test_weights_have_the_variance_of_their_initialisation(weights, variance):
    experiment = Experiment(depth=2, width=512, weights=weights)
    drawn = torch.cat([each.flatten() for each in draw(experiment).weights]).double()
    # the relative error of a variance of n numbers is below sqrt(2 / n); 6 of them
    tolerance = 6 * math.sqrt(2 / drawn.numel())
    assert 512 * drawn.var().item() == pytest.approx(variance, rel=tolerance)
    assert experiment.sigma_w**2 == pytest.approx(variance, rel=1e-12)


def test_pytorchs_default_draws_as_linear_does():
    network = draw(Experiment(depth=20, width=64, weights="PyTorch default"))
    layer = nn.Linear(64, 64)
    for drawn, own in ((network.weights, layer.weight), (network.biases, layer.bias)):
        values = torch.cat([each.flatten() for each in drawn]).abs()
        assert values.max() <= 1 / 8
        assert values.max().item() == pytest.approx(1 / 8, rel=0.01)
        assert own.abs().max() <= 1 / 8


def test_biases_inputs_and_gradient_have_their_deviations():
    network = draw(Experiment(depth=40, width=512, batch=512, sigma_b=0.3, input_std=2.0))
    biases = torch.cat(network.biases)
    for drawn, std in ((biases, 0.3), (network.inputs, 2.0), (network.gradient, 1.0)):
        tolerance = 6 / math.sqrt(2 * drawn.numel())
        assert drawn.std().item() == pytest.approx(std, rel=tolerance)
        assert drawn.mean().item() == pytest.approx(0, abs=6 * std / math.sqrt(drawn.numel()))


def arrays(result):
    return {
        name: value
        for name in result.__dataclass_fields__
        if isinstance(value := getattr(result, name), np.ndarray)
    }


def test_the_same_seed_gives_the_same_bits_and_another_does_not(each):
    first, second, other = (
        arrays(measure(each, draw(Experiment(**SMALL, seed=seed)))) for seed in (3, 3, 4)
    )
    assert len(first) == 8
    for name, values in first.items():
        np.testing.assert_array_equal(values, second[name])
    assert (first["activation_mean"] != other["activation_mean"]).all()


def test_torchs_global_generator_is_left_alone():
    before = torch.get_rng_state()
    measure(function("relu"), draw(Experiment(**SMALL)))
    assert torch.equal(torch.get_rng_state(), before)


# What is measured


@pytest.mark.parametrize("weights", ["He", "PyTorch default", 5.0])
def test_a_plain_torch_network_in_float64_agrees(each, weights):
    network = draw(Experiment(**SMALL, weights=weights))
    result = measure(each, network)

    signal = network.inputs.double()
    activations, slopes, undefined = [], [], []
    for layer, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        before = nn.functional.linear(signal, weight.double(), bias.double())
        before.requires_grad_()
        signal = each.module().double().eval()(before)
        signal.retain_grad()
        activations.append(signal)
        alone = before.detach().requires_grad_()
        each.module().double().eval()(alone).sum().backward()
        slopes.append(alone.grad)
        single = before.detach().float().requires_grad_()
        each.module().eval()(single).sum().backward()
        undefined.append(bool(single.grad.isnan().any()))
        for name, values in (("pre_activation", before), ("activation", signal)):
            spread = values.std(correction=0).item()
            mean = getattr(result, f"{name}_mean")[layer]
            assert mean == pytest.approx(values.mean().item(), abs=1e-5 * (1 + spread))
            assert getattr(result, f"{name}_std")[layer] == pytest.approx(spread, rel=1e-4)
    signal.backward(network.gradient.double())

    # float64 has derivatives that float32, in which networks are trained, has not
    norms = np.array([values.grad.norm().item() for values in activations])
    norms[[any(undefined[layer + 1 :]) for layer in range(len(norms))]] = np.nan
    assert result.gradient_norm == pytest.approx(norms, rel=1e-3, nan_ok=True)
    assert result.gradient == pytest.approx(norms / norms[-1], rel=1e-3, nan_ok=True)
    known = [*undefined, True].index(True)
    assert result.derivative_undefined_at == (known + 1 if any(undefined) else None)
    assert np.isnan(result.saturated[known:]).all()
    for layer, slope in enumerate(slopes[:known]):
        # as many as lie near the threshold may fall on its other side in float32
        near = ((slope.abs() - 0.01).abs() < 1e-6).double().mean().item()
        share = (slope.abs() < 0.01).double().mean().item()
        assert result.saturated[layer] == pytest.approx(share, abs=near + 1e-12)
    edges = np.concatenate([[-np.inf], (BIN_CENTERS[1:] + BIN_CENTERS[:-1]) / 2, [np.inf]])
    for layer, values in enumerate(activations):
        sample = values[:64].detach().numpy().ravel()
        near = np.abs(sample[:, np.newaxis] - edges[1:-1]).min(axis=1) < 1e-4
        counts = np.histogram(sample, edges)[0] / sample.size
        assert np.abs(result.histogram[layer] - counts).sum() <= 2 * near.mean() + 1e-12


def test_a_unit_is_dead_when_no_sample_passes_it():
    experiment = Experiment(depth=2, width=64, batch=64, sigma_b=20.0)
    network = draw(experiment)
    result = measure(function("relu"), network)
    before = network.inputs @ network.weights[0].T + network.biases[0]
    dead = (before <= 0).all(dim=0).double().mean().item()
    assert 0.1 < dead < 0.9
    assert result.dead[0] == pytest.approx(dead, abs=1e-12)
    assert measure(function("leaky_relu"), network).dead == pytest.approx(0, abs=1e-12)


def test_a_histogram_holds_every_activation(each):
    result = measure(each, draw(Experiment(**SMALL, weights=50.0)))
    assert result.histogram.shape == (4, BIN_CENTERS.size)
    assert result.histogram.sum(axis=1) == pytest.approx(1, rel=1e-12)


# A relative mean square scatters from network to network, as each layer averages over a finite
# width. Its mean over networks has the error that their own scatter shows. It also misses the
# theory's by what is of the order of the scatter's square, since the recursion is curved, and of
# 1 / width for each layer.
NETWORKS = 16


def assert_within_sampling_error(squares, expected, width):
    mean = squares.mean(axis=0)
    scatter = squares.std(axis=0, ddof=1)
    layers = squares.shape[1]
    bias = (scatter / mean) ** 2 + layers / width
    tolerance = 6 * scatter / math.sqrt(NETWORKS) + expected * bias
    assert (tolerance < expected / 2).all()
    assert (np.abs(mean - expected) <= tolerance).all()


def assert_theory_agrees(each, **settings):
    results = [measure(each, draw(Experiment(**settings, seed=seed))) for seed in range(NETWORKS)]
    expected = theory(each, Experiment(**settings))

    def squares(name):
        mean = np.array([getattr(result, f"{name}_mean") for result in results])
        std = np.array([getattr(result, f"{name}_std") for result in results])
        return mean**2 + std**2

    gradient = np.array([result.gradient for result in results]) ** 2
    after = expected.activation_mean**2 + expected.activation_std**2
    assert_within_sampling_error(squares("pre_activation"), expected.pre_activation_std**2, 512)
    assert_within_sampling_error(squares("activation"), after, 512)
    assert_within_sampling_error(gradient, expected.gradient**2, 512)


# sigma_w = 2 keeps the signal where every function bends: a shrinking one would else put it out.
def test_theory_agrees_within_the_sampling_error(each):
    assert_theory_agrees(each, depth=4, width=512, batch=64, weights=2.0, sigma_b=0.2)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("weights", WEIGHTS)
def test_theory_agrees_for_each_initialisation(name, weights):
    assert_theory_agrees(function(name), depth=5, width=512, batch=64, weights=weights)


@pytest.mark.parametrize("input_std", [0.5, 2.0])
def test_selu_finds_its_fixed_point(input_std):
    experiment = Experiment(depth=30, width=512, weights="LeCun", input_std=input_std)
    result = measure(SELU, draw(experiment))
    # Averages over units of one network: 1 / sqrt(width) for the mean; the variance's scatter is
    # renewed by each layer and forgotten at the rate 1 - V', about 0.2 a layer near q = 1.
    assert result.activation_mean[-10:].mean() == pytest.approx(0, abs=5 / math.sqrt(512))
    assert result.activation_std[-10:].mean() == pytest.approx(1, abs=5 / math.sqrt(512))


# Overflow and underflow


def test_a_signal_that_overflows_says_where():
    experiment = Experiment(depth=100, width=128, batch=64, weights=100.0)
    result = measure(function("relu"), draw(experiment))
    std = theory(function("relu"), experiment).pre_activation_std
    # the largest of 8,192 normal numbers is about 4 deviations out; a factor 2 for the network
    possible = [np.argmax(reach * std > LARGEST) + 1 for reach in (8, 2)]
    assert possible[0] <= result.overflow_at <= possible[1]
    lost = result.overflow_at - 1
    for name in ("pre_activation_std", "activation_mean", "dead", "saturated", "histogram"):
        assert np.isfinite(getattr(result, name)[:lost]).all()
        assert np.isnan(getattr(result, name)[lost:]).all()
    assert np.isnan(result.gradient_norm).all()
    assert result.gradient_overflow_at is None
    assert f"overflows in layer {result.overflow_at};" in verdict(
        result, theory(function("relu"), experiment)
    )


def test_a_signal_that_underflows_says_where():
    # tanh x = x here, so the deviation is 0.02^l: 4e-38 in layer 22, 8e-40 in layer 23
    experiment = Experiment(depth=40, width=256, batch=64, weights=0.02)
    result = measure(function("tanh"), draw(experiment))
    assert result.underflow_at == 23
    assert result.overflow_at is None
    assert result.pre_activation_std[-1] == pytest.approx(0, abs=SMALLEST_NORMAL)
    assert np.isfinite(result.pre_activation_std).all()
    assert "the signal underflows in layer 23;" in verdict(
        result, theory(function("tanh"), experiment)
    )


def test_a_gradient_that_underflows_says_where():
    # sigmoid'(0) = 1/4, so each layer takes 0.02 / 4 of it: 1.5e-37 in layer 24, 8e-40 in layer 23
    experiment = Experiment(depth=40, width=256, batch=64, weights=0.02)
    result = measure(function("sigmoid"), draw(experiment))
    assert result.gradient_underflow_at == 23
    assert result.underflow_at is None
    assert "underflows in layer 23 (vanishes)" in verdict(
        result, theory(function("sigmoid"), experiment)
    )


def test_a_gradient_that_overflows_says_where():
    experiment = Experiment(depth=100, width=512, batch=64, weights=20.0)
    result = measure(function("tanh"), draw(experiment))
    expected = theory(function("tanh"), experiment).gradient
    # The few units that are not saturated scatter by a factor of 1000 over all layers; the largest
    # of 32,768 normal numbers is about 4 deviations out.
    first, last = (100 - np.argmax(expected[::-1] * reach > LARGEST) for reach in (4e-3, 4e3))
    assert first <= result.gradient_overflow_at <= last
    assert result.overflow_at is None
    assert np.isnan(result.gradient_norm[: result.gradient_overflow_at]).all()
    assert np.isfinite(result.gradient_norm[result.gradient_overflow_at :]).all()
    assert "overflows" in verdict(result, theory(function("tanh"), experiment))


def test_a_signal_that_a_function_puts_out_does_not_underflow():
    experiment = Experiment(**SMALL, weights=0.05)
    result = measure(HARDSHRINK, draw(experiment))
    assert (result.underflow_at, result.gradient_underflow_at) == (None, None)
    assert result.activation_std == pytest.approx(0, abs=1e-12)
    assert result.dead == pytest.approx(1, abs=1e-12)
    assert result.gradient == pytest.approx([0, 0, 0, 1], abs=1e-12)
    assert "layer 1 receives 0 of the gradient (vanishes)" in verdict(
        result, theory(HARDSHRINK, experiment)
    )


def test_a_gradient_whose_factors_multiply_to_0_in_float32_underflows():
    # of layer 3 the gradient is 1e-30, which times 1e-30 is 0, though neither is
    flat = dataclasses.replace(CATALOG["tanh"], make=lambda: Elementwise(lambda x: x * 1e-30)).at()
    result = measure(flat, draw(Experiment(**SMALL, weights=1.0, sigma_b=1.0)))
    assert result.gradient_underflow_at == 2
    assert result.dead == pytest.approx(0, abs=1e-12)


# Where torch's derivative is not a number

GELU_TANH = function("gelu", approximate="tanh")
GROWING = {"width": 64, "batch": 64, "weights": 4.0}


def test_where_torchs_derivative_is_not_a_number_is_said():
    experiment = Experiment(**GROWING, depth=60)
    result = measure(GELU_TANH, draw(experiment))
    expected = theory(GELU_TANH, experiment)
    # x^2 overflows at 1.8e19; the largest of 4,096 normal numbers is about 4 deviations out, and a
    # factor 4 for the network
    possible = [
        np.argmax(reach * expected.pre_activation_std > math.sqrt(LARGEST)) + 1 for reach in (16, 1)
    ]
    at = result.derivative_undefined_at
    assert possible[0] <= at <= possible[1]
    assert (result.overflow_at, result.gradient_overflow_at) == (None, None)
    assert np.isfinite(result.activation_std).all()
    for shares in (result.dead, result.saturated):
        assert np.isfinite(shares[: at - 1]).all()
        assert np.isnan(shares[at - 1 :]).all()
    assert np.isnan(result.gradient_norm[:-1]).all()
    words = verdict(result, expected)
    assert f"torch's derivative is not a number from layer {at} on; χ = 8" in words
    assert not re.search("gradient|dead|survives|overflows", words)


def test_theory_knows_the_derivative_that_torch_does_not():
    expected = theory(GELU_TANH, Experiment(**GROWING, depth=60))
    assert expected.chi == pytest.approx(8, rel=1e-9)
    assert expected.gradient[:-1] / expected.gradient[1:] == pytest.approx(math.sqrt(8), rel=0.1)


def test_a_signal_that_overflows_later_is_said_as_well():
    experiment = Experiment(**GROWING, depth=100)
    result = measure(GELU_TANH, draw(experiment))
    assert result.derivative_undefined_at < result.overflow_at
    words = verdict(result, theory(GELU_TANH, experiment))
    overflow, undefined = result.overflow_at, result.derivative_undefined_at
    assert f"overflows in layer {overflow}; torch's derivative is not a number from" in words
    assert f"from layer {undefined} on" in words


def test_a_derivative_that_no_gradient_passes_does_not_spoil_it():
    # e^-(e^30x) has none from 3 on, where 0 multiplies infinity: in the first layer, whose
    # derivatives reach the inputs alone. The signal halves, so the others stay below 3.
    def gap(x):
        return x / 2 + 1e-3 * torch.exp(-torch.exp(30 * x))

    made = dataclasses.replace(CATALOG["tanh"], make=lambda: Elementwise(gap)).at()
    result = measure(made, draw(Experiment(**SMALL, weights=1.0)))
    assert result.derivative_undefined_at == 1
    assert (result.overflow_at, result.gradient_overflow_at) == (None, None)
    assert np.isnan(result.dead).all()
    assert np.isfinite(result.gradient_norm).all()


def test_a_value_that_is_not_a_number_is_no_overflow():
    made = dataclasses.replace(CATALOG["tanh"], make=lambda: Elementwise(torch.sqrt)).at()
    experiment = Experiment(**SMALL)
    result = measure(made, draw(experiment))
    assert result.derivative_undefined_at == 1
    assert (result.overflow_at, result.gradient_overflow_at) == (None, None)
    assert np.isnan(result.dead).all()


def test_at_the_defaults_every_derivative_is_a_number(each):
    assert measure(each, draw(Experiment(**SMALL))).derivative_undefined_at is None


# Progress


def test_progress_rises_to_1_once_a_layer_each_way():
    shares = []
    measure(function("relu"), draw(Experiment(**SMALL)), progress=shares.append)
    assert shares == pytest.approx(np.arange(1, 9) / 8, rel=1e-12)


def test_what_progress_raises_abandons_the_run():
    class AbandonedError(Exception):
        pass

    calls = []

    def abandon(share):
        calls.append(share)
        if share >= 0.5:
            raise AbandonedError

    with pytest.raises(AbandonedError):
        measure(function("relu"), draw(Experiment(**SMALL)), progress=abandon)
    assert len(calls) == 4


# Verdicts


@pytest.mark.parametrize(
    ("name", "weights", "fate"),
    [
        ("sigmoid", "Xavier", "vanishes"),
        ("relu", "He", "survives"),
        ("relu", "PyTorch default", "vanishes"),
        ("relu", 3.0, "explodes"),
    ],
)
def test_a_verdict_says_what_was_measured(name, weights, fate):
    each = function(name)
    experiment = Experiment(width=128, batch=64, weights=weights)
    result = measure(each, draw(experiment))
    expected = theory(each, experiment)
    title = weights if isinstance(weights, str) else "σ_w = 3"
    words = (
        f"{each.title}, {title}: layer 1 receives {notation.plain(result.gradient[0], 2)} "
        f"of the gradient ({fate}); χ = {notation.plain(expected.chi, 2)}"
    )
    assert verdict(result, expected) == words


def test_sigmoid_passes_a_millionth_of_a_millionth_of_the_gradient():
    experiment = Experiment(weights="Xavier")
    result = measure(function("sigmoid"), draw(experiment))
    words = verdict(result, theory(function("sigmoid"), experiment))
    assert re.fullmatch(
        r"Sigmoid, Xavier: .* × 10⁻¹² of the gradient \(vanishes\); χ = 0\.056", words
    )


def test_a_title_says_what_tells_experiments_apart():
    assert Experiment(weights="LeCun").title == "LeCun"
    assert Experiment(weights=1.304, input_std=0.5).title == "σ_w = 1.304, input σ = 0.5"
