import dataclasses
import re

import numpy as np
import pytest

from activations.functions.catalog import CATALOG, function
from activations.functions.spread import mean, middle, quantile
from activations.training.born_dead import NETWORKS, measured, predicted
from activations.training.experiment import Experiment
from activations.training.presets import PRESETS
from activations.training.run import Run
from activations.training.verdict import compare, fewest_seeds, outcomes, sentences

NAMES = ["relu", "tanh", "gelu", "elu"]


def snapshot(losses, **settings):
    """A snapshot in which each function had these training losses all along, seed by seed."""
    losses = np.array(losses, dtype=float)
    names = list(CATALOG)[: len(losses)] if len(losses) > 4 else NAMES[: len(losses)]
    experiment = Experiment(task="xor", depth=1, width=2, seeds=losses.shape[1], **settings)
    found = Run(experiment, [function(name) for name in names]).snapshot()
    curves = np.stack([losses, losses])
    return dataclasses.replace(found, train_loss=curves, test_loss=curves)


# --- compare


def test_what_differs_with_every_seed_is_told_apart():
    first = np.arange(8.0)
    found = compare(first, first + 1)
    assert found.difference == pytest.approx(-1)
    assert found.low == found.high == pytest.approx(-1)  # resampled together, seed by seed
    assert found.told_apart
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


@pytest.mark.parametrize(
    ("comparisons", "fewest"), [(1, 6), (2, 7), (3, 7), (4, 8), (6, 8), (7, 9), (11, 9), (12, 9)]
)
def test_few_seeds_tell_nothing_and_less_the_more_is_compared(comparisons, fewest):
    assert fewest_seeds(comparisons) == fewest
    assert 2 * 0.5**fewest <= 0.05 / comparisons < 2 * 0.5 ** (fewest - 1)
    few = np.zeros(fewest - 1)
    assert not compare(few, few + 1, comparisons).told_apart
    enough = np.zeros(fewest)
    assert compare(enough, enough + 1, comparisons).told_apart


@pytest.mark.parametrize(
    ("differences", "chance"),
    [
        # Wilcoxon's two-sided table, and by hand: of 2^n equally probable signs, those as far out
        ([1, 2, 3, 4, 5, 6, 7, 8], 2 / 256),
        ([-1, 2, 3, 4, 5, 6, 7, 8], 4 / 256),
        ([-1, -2, 3, 4, 5, 6, 7, 8], 10 / 256),  # rank sums to 3: {}, 1, 2, 3, 1+2
        ([1, -1, 1, 1, 1, 1], 2 * 7 / 64),  # ties: none or one of six
        ([1, 1, 0, 0], 2 / 4),
        ([1, -1], 1),
        ([0, 0], 1),
    ],
)
def test_the_chance_of_signs_as_one_sided_is_exact(differences, chance):
    values = np.array(differences, dtype=float)
    assert compare(values, np.zeros(values.size)).chance == pytest.approx(chance)
    assert compare(np.zeros(values.size), values).chance == pytest.approx(chance)


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


@pytest.mark.parametrize(("comparisons", "seeds"), [(5, 6), (11, 7), (5, 8)])
def test_of_many_equal_pairs_seldom_is_any_told_apart(comparisons, seeds):
    rng = np.random.default_rng(comparisons)
    trials, apart = 60, 0
    for _ in range(trials):
        pairs = rng.normal(size=(comparisons, 2, seeds))
        apart += any(compare(*pair, comparisons).told_apart for pair in pairs)
    assert apart / trials < 0.05 + 2 * np.sqrt(0.05 * 0.95 / trials)


def test_of_many_equal_functions_seldom_is_one_said_to_learn_faster():
    rng = np.random.default_rng(0)
    trials, apart = 60, 0
    blank = snapshot(np.ones((6, 8)))
    for _ in range(trials):
        losses = 10 ** rng.normal(size=(1, 6, 8))
        found = sentences(dataclasses.replace(blank, train_loss=losses))
        assert len(found) == 5
        apart += any("learns faster" in each for each in found)
    assert apart / trials < 0.05 + 2 * np.sqrt(0.05 * 0.95 / trials)


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


def test_a_seed_that_diverged_does_not_put_the_other_seven_last():
    better, worse = np.full(8, 0.01), np.full(8, 0.4)
    better[3] = np.nan
    (words,) = sentences(snapshot([worse, better]))  # ReLU, Tanh
    assert "ReLU learns faster" not in words
    assert words.startswith("Tanh ") or "cannot be told apart" in words
    (words,) = sentences(snapshot([np.full(16, 0.4), [*better, *np.full(8, 0.01)]]))
    assert words.startswith("Tanh learns faster than ReLU: 15 of 16 seeds; over the run")
    (words,) = sentences(snapshot([np.full(8, 0.01), np.where(np.arange(8) < 2, np.nan, 0.4)]))
    assert words.endswith("times lower (40 or more).")


def test_a_loss_of_nothing_is_better_than_any():
    assert "Tanh learns faster than ReLU: 8 of 8" in sentences(snapshot([[1e-9] * 8, [0.0] * 8]))[0]
    (words,) = sentences(snapshot([[0.1] * 8, [0.0] * 8]))
    assert "lost its way" not in words


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
        "ReLU and Tanh cannot be told apart with 1 seed; that takes 6 at least."
    ]
    (words,) = sentences(snapshot([[0.1] * 8, [0.1] * 8]))
    assert words == "ReLU and Tanh cannot be told apart with 8 seeds."
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
    assert found.train == pytest.approx(0.35)
    assert found.low == pytest.approx(0.085)  # a tenth of 7 steps from 0.05 to 0.1, and so on
    assert np.isinf(found.high)


def test_the_middle_is_numpys_and_what_is_no_number_is_beyond_it():
    values = np.array([[3.0, 1, 2, 5, 4], [3, np.nan, 2, 5, 4], [np.inf, np.nan, 2, 5, 4]])
    low, high = middle(values, axis=1)
    np.testing.assert_allclose(low, [1.4, 2.4, 2.8])
    np.testing.assert_allclose(high, [4.6, np.nan, np.nan])
    np.testing.assert_allclose(quantile(values, 0.5, axis=1), [3, 4, 5])
    np.testing.assert_allclose(mean(values, axis=1), [3, 3.5, 11 / 3])
    assert np.isnan(mean(np.full(3, np.nan)))


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
    "Sigmoid does not start at 8 layers": lambda found, _: (
        found["sigmoid"].failed == 1 and found["relu"].failed == 0
    ),
    "ReLU dies, Leaky ReLU lives": lambda found, dead: (
        found["relu"].failed > 0.5
        and found["leaky_relu"].failed < 0.1
        and dead["relu"][-1] > 0.6 > 0.3 > dead["relu"][0]
        and dead["leaky_relu"].max() == 0
    ),
    "Born dead": lambda found, dead: (
        found["relu"].failed > 0.8
        and found["elu"].failed < 0.1
        and dead["relu"][0] > 0.5
        and dead["elu"].max() == dead["leaky_relu"].max() == 0
    ),
    "Sine fits the chirp": lambda found, _: found["sine"].high < 0.05 < 0.1 < found["relu"].low,
    "SELU at depth 10": lambda found, _: (
        found["selu"].train < 0.1 < 0.4 < min(found["relu"].train, found["tanh"].train)
    ),
}


@pytest.mark.parametrize("title", PRESETS)
def test_a_story_is_true(title):
    preset = PRESETS[title]
    run = Run(preset.experiment, preset.functions)
    run.advance(preset.steps)
    snapshot = run.snapshot()
    found = {each.function.activation.name: each for each in outcomes(snapshot)}
    dead = {
        each.activation.name: snapshot.dead[:, index].mean(axis=(1, 2))
        for index, each in enumerate(preset.functions)
    }
    assert TRUE[title](found, dead)
