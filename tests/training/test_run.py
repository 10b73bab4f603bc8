import dataclasses
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from activations.functions.catalog import CATALOG, function
from activations.functions.formula import formula
from activations.functions.initial import WEIGHTS
from activations.training.experiment import LIMITS, Experiment
from activations.training.networks import Networks
from activations.training.optimisers import OPTIMISERS
from activations.training.run import INSIDE_EVERY, Run, kept
from activations.training.tasks import TASKS, draw_data
from tests.training.plain import OPTIMISERS as TORCHS
from tests.training.plain import Training

SMALL = Experiment(task="xor", depth=2, width=5, seeds=2, batch=16)
RELU, TANH, PRELU = (function(name) for name in ("relu", "tanh", "prelu"))


def arrays(snapshot):
    """All numbers of a snapshot."""
    fields = (getattr(snapshot, each.name) for each in dataclasses.fields(snapshot))
    return [
        *(each for each in fields if isinstance(each, np.ndarray)),
        snapshot.networks.parameters.numpy(),
    ]


def assert_same_bits(one, other):
    for here, there in zip(arrays(one), arrays(other), strict=True):
        assert here.tobytes() == there.tobytes()


# --- tasks


@pytest.mark.parametrize("name", TASKS)
def test_a_task_draws_what_its_kind_says(name):
    task = TASKS[name]
    train, test = draw_data(name, 0.0, seed=3)
    for data in (train, test):
        assert data.inputs.shape == (256, task.inputs)
        assert data.targets.shape == (256,)
        assert data.inputs.dtype == data.targets.dtype == torch.float32
        if task.classes:
            assert 0.3 < data.targets.mean().item() < 0.7
            assert set(data.targets.tolist()) == {0, 1}
    assert not torch.equal(train.inputs, test.inputs)
    again, _ = draw_data(name, 0.0, seed=3)
    assert torch.equal(again.inputs, train.inputs)
    other, _ = draw_data(name, 0.0, seed=4)
    assert not torch.equal(other.inputs, train.inputs)


def test_the_plane_is_divided_as_the_tasks_names_say():
    (circle, _), (xor, _) = (draw_data(name, 0.0, seed=0) for name in ("circle", "xor"))
    assert torch.equal(circle.inputs.norm(dim=1) < 0.6, circle.targets == 1)
    assert torch.equal(xor.inputs.prod(dim=1) > 0, xor.targets == 1)


@pytest.mark.parametrize("name", TASKS)
def test_noise_moves_what_it_should(name):
    (still, _), (moved, _) = (draw_data(name, noise, seed=0) for noise in (0.0, 0.25))
    inputs, targets = (moved.inputs - still.inputs), (moved.targets - still.targets)
    one, other = (inputs, targets) if TASKS[name].classes else (targets, inputs)
    assert other.abs().max() == 0
    assert one.std().item() == pytest.approx(0.25, rel=0.15)


@pytest.mark.parametrize("name", TASKS)
def test_no_constant_is_better_than_the_best(name):
    task, (train, _) = TASKS[name], draw_data(name, 0.1, seed=1)
    outputs = torch.linspace(-4, 4, 2001)[:, None].expand(-1, 256)
    losses = task.loss(outputs, train.targets.expand(outputs.shape))
    assert losses.min().item() == pytest.approx(task.constant_loss(train.targets), abs=1e-5)


# --- the batched program against torch.nn


@pytest.mark.parametrize("name", CATALOG)
def test_gradients_are_those_of_torch_nn(name):
    each = function(name)
    experiment = dataclasses.replace(SMALL, weights="LeCun", sigma_b=0.3)
    train, _ = draw_data("xor", 0.1, seed=0)
    networks = Networks([TANH, each], 2, inputs=2, depth=2, width=5)
    generators = [torch.Generator().manual_seed(experiment.seed_of(s)) for s in range(2)]
    networks.draw("LeCun", 0.3, generators)
    outputs, _ = networks.forward(train.inputs.expand(4, -1, -1))
    losses = experiment.problem.loss(outputs, train.targets.expand(4, -1))
    gradients = torch.autograd.grad(losses.sum(), networks.leaves)
    found = dict(zip(map(id, networks.leaves), gradients, strict=True))
    for seed in range(2):
        plain = Training(each, experiment, seed)
        loss = plain.loss(train.inputs, train.targets)
        loss.backward()
        at = 2 + seed
        torch.testing.assert_close(losses[at], loss, rtol=2e-5, atol=1e-6, equal_nan=True)
        linears = [layer for layer in plain.network if isinstance(layer, nn.Linear)]
        rest = [layer for layer in plain.network if not isinstance(layer, nn.Linear)]
        for linear, weight, bias in zip(linears, networks.weights, networks.biases, strict=True):
            close = {"rtol": 2e-4, "atol": 2e-5}
            torch.testing.assert_close(found[id(weight)][at].T, linear.weight.grad, **close)
            torch.testing.assert_close(found[id(bias)][at, 0], linear.bias.grad, **close)
        for layer, extras in zip(rest, networks.extras[1], strict=True):
            learned = dict(layer.named_parameters())
            assert extras.keys() == learned.keys()
            for key, values in learned.items():
                torch.testing.assert_close(found[id(extras[key])][seed], values.grad, **close)


@pytest.mark.parametrize("decay", [0.0, 0.02])
@pytest.mark.parametrize("name", OPTIMISERS)
def test_optimisers_step_as_torchs(name, decay):
    generator = torch.Generator().manual_seed(0)
    ours = torch.randn(50, generator=generator)
    theirs = nn.Parameter(ours.clone())
    optimiser = OPTIMISERS[name](0.03, decay)
    torchs = TORCHS[name]([theirs], lr=0.03, weight_decay=decay)
    for _ in range(60):
        gradient = torch.randn(50, generator=generator)
        theirs.grad = gradient.clone()
        torchs.step()
        optimiser.step(ours, gradient)
        torch.testing.assert_close(ours, theirs.detach(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("task", ["xor", "chirp"])
def test_losses_are_those_of_plain_loops(optimiser, task):
    experiment = dataclasses.replace(
        SMALL, optimiser=optimiser, task=task, weight_decay=1e-3, weights="Xavier", batch=30
    )
    run = Run(experiment, [RELU, TANH, PRELU, function("snake_beta"), function("xielu")])
    run.advance(40)
    snapshot = run.snapshot()
    assert snapshot.steps.tolist() == [0, 20, 40]
    for index, each in enumerate(run.functions):
        for seed in range(2):
            plain = Training(each, experiment, seed)
            for at in range(3):
                loss = plain.loss(plain.train.inputs, plain.train.targets).item()
                assert snapshot.train_loss[at, index, seed] == pytest.approx(loss, rel=1e-4)
                loss = plain.loss(plain.test.inputs, plain.test.targets).item()
                assert snapshot.test_loss[at, index, seed] == pytest.approx(loss, rel=1e-4)
                plain.advance(20)


@pytest.mark.parametrize("weights", [*WEIGHTS, 1.7])
def test_networks_are_drawn_as_the_initialisation_says(weights):
    networks = Networks([RELU, TANH], 1, inputs=2, depth=2, width=64)
    networks.draw(weights, 0.0, [torch.Generator().manual_seed(0)])
    stds = {"He": (2 / 64) ** 0.5, "Xavier": 1 / 8, "LeCun": 1 / 8}
    expected = stds.get(weights, 1.7 / 8 if weights == 1.7 else (1 / 192) ** 0.5)
    assert networks.weights[1][0].std().item() == pytest.approx(expected, rel=0.05)
    assert torch.equal(networks.weights[1][0], networks.weights[1][1])
    last = (2 / 65) ** 0.5 if weights == "Xavier" else expected
    assert networks.weights[2][0].std().item() == pytest.approx(last, rel=0.35)


LEARNED = {
    "prelu": {"init"},
    "swish_beta": {"beta"},
    "snake": {"a"},
    "snake_beta": {"alpha", "beta"},
    "xielu": {"alpha_p", "alpha_n"},
    "dyt": {"alpha", "gamma", "beta"},
    "derf": {"alpha", "s", "gamma", "beta"},
    "star_relu": {"s", "b"},
    "acon_c": {"p1", "p2", "beta"},
    "pelu": {"a", "b"},
}


def test_what_the_entries_call_learned_is_declared():
    said = {name for name, each in CATALOG.items() if "learned" in each.note}
    assert said == set(LEARNED)
    declared = {name: set(function(name).learned) for name in CATALOG if function(name).learned}
    assert declared == LEARNED


@pytest.mark.parametrize("name", LEARNED)
def test_what_is_learned_moves_in_each_layer_of_each_network_by_itself(name):
    run = Run(SMALL, [RELU, function(name)])
    values = {key: each.clone() for key, each in run.snapshot().networks.extras[1][0].items()}
    assert len(values) == len(LEARNED[name])
    run.advance(20)
    networks = run.snapshot().networks
    assert networks.extras[0] == [{}, {}]
    for key, before in values.items():
        moved = torch.stack([layer[key] - before for layer in networks.extras[1]])
        assert (moved != 0).all()
        assert moved.unique().numel() == moved.numel()


def test_what_is_learned_as_a_logarithm_stays_positive():
    experiment = dataclasses.replace(SMALL, learning_rate=0.5)
    run = Run(experiment, [function("pelu", a=0.1, b=0.1)])
    run.advance(60)
    assert np.isfinite(run.snapshot().train_loss).all()
    assert {*function("pelu").learned.values()} == {"logarithm"}


# --- a run


def test_a_run_goes_on_as_if_it_had_not_been_stopped():
    whole, halved = Run(SMALL, [RELU, PRELU]), Run(SMALL, [RELU, PRELU])
    whole.advance(120)
    for steps in (1, 0, 50, 69):
        halved.advance(steps)
        halved.snapshot()
    assert halved.step == 120
    assert_same_bits(whole.snapshot(), halved.snapshot())


def test_a_snapshot_stays_as_it_is():
    run = Run(SMALL, [RELU])
    run.advance(20)
    before = run.snapshot()
    kept = [each.copy() for each in arrays(before)]
    run.advance(100)
    assert all(np.array_equal(*pair) for pair in zip(kept, arrays(before), strict=True))


@pytest.mark.parametrize(("functions", "depth", "width", "seeds"), [(1, 1, 2, 1), (2, 4, 16, 8)])
def test_what_a_snapshot_keeps_is_known_before(functions, depth, width, seeds):
    experiment = Experiment(depth=depth, width=width, seeds=seeds)
    run = Run(experiment, [RELU, TANH][:functions])
    run.advance(200)
    actual = sum(each.nbytes for each in arrays(run.snapshot()))
    assert actual < kept(experiment, functions, 200) < 3 * actual + 20_000


def test_curves_end_where_the_run_is():
    run = Run(SMALL, [TANH])
    run.advance(31)
    found = run.snapshot()
    assert found.steps.tolist() == [0, 20, 31]
    plain = Training(TANH, SMALL, 0)
    plain.advance(31)
    loss = plain.loss(plain.train.inputs, plain.train.targets).item()
    assert found.train_loss[-1, 0, 0] == pytest.approx(loss, rel=1e-4)
    run.advance(9)
    assert run.snapshot().steps.tolist() == [0, 20, 40]


def test_functions_and_seeds_have_nothing_in_common():
    both, alone = Run(SMALL, [RELU, TANH]), Run(SMALL, [TANH])
    more = Run(dataclasses.replace(SMALL, seeds=3), [TANH])
    for run in (both, alone, more):
        run.advance(60)
    losses = [run.snapshot().train_loss for run in (both, alone, more)]
    np.testing.assert_allclose(losses[0][:, 1], losses[1][:, 0], rtol=1e-4)
    np.testing.assert_allclose(losses[2][:, 0, :2], losses[1][:, 0], rtol=1e-4)


def test_a_network_that_diverges_harms_no_other():
    wild = formula("1e20*x**3").at()
    run, alone = Run(SMALL, [wild, TANH]), Run(SMALL, [TANH])
    run.advance(40), alone.advance(40)
    found = run.snapshot()
    assert not np.isfinite(found.train_loss[-1, 0]).any()
    np.testing.assert_allclose(
        found.train_loss[-1, 1], alone.snapshot().train_loss[-1, 0], rtol=1e-4
    )


def test_a_network_that_diverged_is_neither_dead_nor_alive_and_lies_nowhere():
    run = Run(SMALL, [formula("1e20*x**3").at(), TANH])
    run.advance(INSIDE_EVERY)
    found = run.snapshot()
    assert np.isfinite(found.dead[0]).all()
    assert np.isnan(found.dead[-1, 0]).all()
    assert np.isfinite(found.dead[-1, 1]).all()
    assert np.isnan(found.histogram[0]).all()
    np.testing.assert_allclose(found.histogram[1].sum(axis=-1), 1)


@pytest.mark.parametrize("text", ["where(x > 0, 1, 0)", "2", "sign(x)", "a; a = 0.5"])
def test_a_formula_without_a_slope_learns_by_its_output_weights_alone(text):
    step = formula(text).at()
    alone, beside = Run(SMALL, [step]), Run(SMALL, [TANH, step])
    alone.advance(INSIDE_EVERY), beside.advance(INSIDE_EVERY)
    found = alone.snapshot()
    assert (found.dead == 1).all()
    assert (found.gradient[..., :-1] == 0).all()
    assert np.isfinite(found.train_loss).all()
    assert (found.train_loss[-1] < found.train_loss[0]).all()
    np.testing.assert_allclose(
        found.train_loss[:, 0], beside.snapshot().train_loss[:, 1], rtol=1e-4
    )


DEAD = {
    "relu": lambda hidden: hidden <= 0,
    "hardtanh": lambda hidden: hidden.abs() >= 1,
    "leaky_relu": lambda hidden: torch.zeros_like(hidden, dtype=torch.bool),
    "shrunk": lambda hidden: hidden.abs() <= 2,
}


@pytest.mark.parametrize("name", DEAD)
def test_what_is_seen_inside_is_what_torch_nn_says(name):
    experiment = dataclasses.replace(
        SMALL, width=3, seeds=3, task="circle", weights=1.5, sigma_b=1.5, learning_rate=0.003
    )
    each = function(name) if name in CATALOG else formula("x*sign(max(abs(x) - 2, 0))").at()
    run = Run(experiment, [TANH, each])
    run.advance(INSIDE_EVERY)
    snapshot = run.snapshot()
    assert snapshot.inside_steps.tolist() == [0, INSIDE_EVERY]
    shares = []
    for seed in range(3):
        plain = Training(each, experiment, seed)
        for at in range(2):
            plain.network.zero_grad()
            plain.loss(plain.train.inputs, plain.train.targets).backward()
            norms = [each.weight.grad.norm().item() for each in plain.network[::2]]
            np.testing.assert_allclose(snapshot.gradient[at, 1, seed], norms, rtol=2e-3, atol=1e-7)
            signal = plain.train.inputs
            for layer in range(2):
                hidden = plain.network[2 * layer](signal)
                dead = DEAD[name](hidden).all(dim=0).double().mean().item()
                assert snapshot.dead[at, 1, seed, layer] == pytest.approx(dead)
                shares.append(dead)
                signal = plain.network[2 * layer + 1](hidden)
            plain.advance(INSIDE_EVERY)
    assert (max(shares) > 0) == (name != "leaky_relu")
    np.testing.assert_allclose(snapshot.histogram.sum(-1), 1)


def test_predictions_are_those_of_the_network():
    run = Run(dataclasses.replace(SMALL, task="sines"), [TANH, RELU])
    run.advance(20)
    grid = np.linspace(-1, 1, 7)[:, np.newaxis]
    found = run.snapshot().predict(1, grid)
    for index, each in enumerate((TANH, RELU)):
        plain = Training(each, run.experiment, 1)
        plain.advance(20)
        with torch.no_grad():
            wanted = plain.network(torch.tensor(grid, dtype=torch.float32)).squeeze(1)
        np.testing.assert_allclose(found[index], wanted, rtol=1e-3, atol=1e-5)


def test_progress_is_told_and_may_abandon():
    shares = []
    run = Run(SMALL, [RELU])
    run.advance(4, shares.append)
    assert shares == pytest.approx([0.25, 0.5, 0.75, 1])

    def stop(_):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run.advance(4, stop)
    assert run.step == 5


# --- settings


@given(name=st.sampled_from([name for name in LIMITS if name != "sigma_w"]), beyond=st.booleans())
def test_settings_outside_their_limits_are_refused(name, beyond):
    limit = LIMITS[name]
    wrong = limit.high + 1 if beyond else limit.low - 1
    with pytest.raises(ValueError, match=f"{name} must be"):
        Experiment(**{name: wrong})


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"task": "moon"}, "task must be one of circle"),
        ({"optimiser": "Newton"}, "optimiser must be one of SGD"),
        ({"weights": "Glorot"}, "weights must be He"),
        ({"weights": math.nan}, "weights must be"),
        ({"weights": "PyTorch default", "sigma_b": 1.0}, "sigma_b must be 0"),
        ({"seeds": True}, "seeds must be a whole number"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        Experiment(**settings)
