import dataclasses
import re

import numpy as np
import pytest

from activations.functions.catalog import function
from activations.training.born_dead import NETWORKS, measured, predicted
from activations.training.experiment import Experiment
from activations.training.presets import PRESETS
from activations.training.run import Run
from activations.training.verdict import FEWEST_SEEDS, band, compare, outcomes, sentences


def snapshot(losses, **settings):
    """A snapshot in which each function had these training losses all along, seed by seed."""
    losses = np.array(losses, dtype=float)
    names = ("relu", "tanh", "gelu", "elu")[: len(losses)]
    experiment = Experiment(task="xor", depth=1, width=2, seeds=losses.shape[1], **settings)
    found = Run(experiment, [function(name) for name in names]).snapshot()
    curves = np.stack([losses, losses])
    return dataclasses.replace(found, train_loss=curves, test_loss=curves)


# --- compare


def test_what_differs_with_every_seed_is_told_apart():
    first = np.arange(8.0)
    found = compare(first, first + 1)
    assert found.difference == pytest.approx(-1)
    assert found.low < -0.5
    assert (found.wins, found.losses, found.seeds) == (8, 0, 8)


def test_an_offset_larger_than_the_scatter_is_told_apart():
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 8))
    found = compare(one, other + 6)
    assert found.told_apart
    assert found.low <= found.difference <= found.high < 0
    turned = compare(other + 6, one)
    assert turned.told_apart
    assert (turned.difference, turned.wins) == (pytest.approx(-found.difference), found.losses)


def test_few_seeds_tell_nothing():
    few = np.zeros(FEWEST_SEEDS - 1)
    assert not compare(few, few + 1).told_apart
    enough = np.zeros(FEWEST_SEEDS)
    assert compare(enough, enough + 1).told_apart


@pytest.mark.parametrize("seeds", [6, 8, 16])
@pytest.mark.parametrize("tails", ["normal", "heavy", "paired"])
def test_equal_functions_are_seldom_told_apart(seeds, tails):
    rng = np.random.default_rng(seeds)
    trials, apart = 200, 0
    for _ in range(trials):
        one, other = (
            rng.normal(size=(2, seeds)) if tails != "heavy" else rng.standard_t(2, size=(2, seeds))
        )
        if tails == "paired":
            shared = 3 * rng.normal(size=seeds)
            one, other = one + shared, other + shared
        apart += compare(one, other).told_apart
    # 5 % is meant, the bootstrap of few gives a little more; three standard errors of 200 trials
    assert apart / trials < 0.07 + 3 * np.sqrt(0.07 * 0.93 / trials)


def test_more_comparisons_widen_the_interval():
    rng = np.random.default_rng(1)
    one, other = rng.normal(size=(2, 16))
    alone, many = compare(one, other), compare(one, other, 20)
    assert many.low < alone.low < alone.high < many.high


def test_what_diverged_is_worst():
    found = compare(np.zeros(8), np.full(8, np.nan))
    assert found.told_apart
    assert found.wins == 8


# --- sentences


def test_neighbours_are_named_the_better_one_first():
    rng = np.random.default_rng(3)
    scatter = np.exp(0.01 * rng.normal(size=(3, 8)))
    words = sentences(snapshot(scatter * [[0.4], [0.01], [0.01]]))
    assert "cannot be told apart with 8 seeds" in words[0]
    assert {"Tanh", "GELU"} == set(words[0].partition(" cannot")[0].split(" and "))
    assert "learns faster than ReLU: 8 of 8 seeds" in words[1]
    assert re.search(r"is (39\.\d|40\.?\d?) times lower", words[1])


def test_one_seed_and_one_function_rank_nothing():
    assert sentences(snapshot([[0.1], [0.2]])) == [
        "ReLU and Tanh cannot be told apart with 1 seed."
    ]
    assert sentences(snapshot([[0.1, 0.2]])) == []


def test_what_lost_its_way_is_said_without_a_number():
    (words,) = sentences(snapshot([[np.nan] * 8, [0.1] * 8]))
    assert words == "Tanh learns faster than ReLU: 8 of 8 seeds, and ReLU lost its way."


# --- outcomes


def test_outcomes_are_medians_and_shares_over_seeds():
    losses = [0.1, 0.2, 0.3, 0.4, 0.5, np.nan, 0.9, 0.05]
    (found,) = outcomes(snapshot([losses]))
    assert found.test == pytest.approx(0.35)
    assert (found.best, found.best_seed) == (0.05, 8)
    assert (found.worst, found.worst_seed) == (np.inf, 6)
    assert found.failed == pytest.approx(2 / 8)  # a constant has ln 2, or less
    assert found.low == pytest.approx(0.05)
    assert np.isinf(found.high)


def test_the_band_holds_four_of_five():
    low, high = band(np.arange(1.0, 11))
    assert (low, high) == (1, 9)


# --- born dead


@pytest.mark.parametrize(("width", "depth", "published"), [(2, 10, 0.9437), (4, 10, 0.4755)])
def test_networks_are_born_dead_as_often_as_lu_et_al_say(width, depth, published):
    assert predicted(width, depth)[-1] == pytest.approx(published, abs=5e-5)
    found = measured(width, depth)
    error = np.sqrt(published * (1 - published) / NETWORKS)
    assert abs(found[-1] - published) < 3 * error
    spread = np.sqrt(predicted(width, depth) * (1 - predicted(width, depth)) / NETWORKS)
    assert (np.abs(found - predicted(width, depth)) < 4 * spread).all()


# --- stories, with room for the last bits of a sum, which differ by processor and grow in training

TRUE = {
    "Sigmoid does not start at 8 layers": lambda found: (
        found["sigmoid"].failed == 1 and found["relu"].failed == 0
    ),
    "ReLU dies, Leaky ReLU lives": lambda found: (
        found["relu"].failed > 0.5 and found["leaky_relu"].failed < 0.1
    ),
    "Born dead": lambda found: found["relu"].failed > 0.8 and found["elu"].failed < 0.1,
    "Sine fits the chirp": lambda found: found["sine"].high < 0.05 < 0.1 < found["relu"].low,
    "SELU at depth 10": lambda found: (
        found["selu"].train < 0.1 < 0.4 < min(found["relu"].train, found["tanh"].train)
    ),
}


@pytest.mark.parametrize("title", PRESETS)
def test_a_story_is_true(title):
    preset = PRESETS[title]
    run = Run(preset.experiment, preset.functions)
    run.advance(preset.steps)
    found = {each.function.activation.name: each for each in outcomes(run.snapshot())}
    assert TRUE[title](found)
