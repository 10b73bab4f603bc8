from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activations.dashboard.depth.settings import COMPARE, CONTROLS, WEIGHTS, values_of
from activations.depth.experiment import Experiment
from activations.depth.presets import PRESETS, VARIATIONS

SENSIBLE = {
    "weights": st.sampled_from([option.value for option in WEIGHTS.options]),
    "compare": st.lists(st.sampled_from([option.value for option in COMPARE.options])),
    "sigma_w": st.floats(0.1, 4),
    "sigma_b": st.floats(0, 2),
    "input_std": st.floats(0.1, 5),
    "depth": st.integers(1, 100),
    "width": st.integers(16, 512),
    "batch": st.integers(64, 512),
    "seed": st.integers(0, 99),
}


def test_nothing_given_is_the_default_experiment():
    settings = CONTROLS.read({}).settings
    assert settings.experiments == (Experiment(),)
    assert settings.repeats == 8
    assert [each.title for each in settings.chosen] == ["Sigmoid", "Tanh", "ReLU", "Leaky ReLU"]


@given(st.fixed_dictionaries(SENSIBLE))
def test_what_makes_sense_is_kept_and_every_comparison_can_be_run(raw):
    reading = CONTROLS.read(raw)
    assert not reading.refusals
    settings = reading.settings
    for name in ("depth", "width", "batch", "seed"):
        assert getattr(settings.experiment, name) == raw[name]
    assert 1 <= len(settings.experiments) <= 1 + len(raw["compare"])


def test_every_variation_can_be_chosen():
    assert {option.label for option in COMPARE.options} == set(VARIATIONS)


OLD_LINKS = {
    "weights=PyTorch+default": {"weights": "pytorch-default"},
    "weights=PyTorch%2Bdefault": {"weights": "pytorch-default"},
    "weights=%CF%83_w&sigma_w=1.304": {"weights": "sigma-w", "sigma_w": 1.304},
    "compare=%CF%83_w+%C3%97+0.75": {"compare": ("sigma-w-times-0.75",)},
    "compare=%CF%83_w%2B%C3%97%2B1.4": {"compare": ("sigma-w-times-1.4",)},
    "compare=input+%C3%97+0.5&compare=He": {"compare": ("input-times-0.5", "he")},
}
"""Links as they were written once, some of them as chats hand them on."""


@pytest.mark.parametrize("query", OLD_LINKS)
def test_an_old_link_is_read(query):
    reading = CONTROLS.read(parse_qs(query))
    assert not reading.refusals
    for key, value in OLD_LINKS[query].items():
        assert reading.values[key] == value


def test_a_links_strings_are_understood():
    link = {"depth": ["7"], "weights": ["σ_w"], "sigma_w": ["1.3"], "compare": ["input × 2"]}
    settings = CONTROLS.read(link).settings
    assert settings.experiments == (
        Experiment(depth=7, weights=1.3),
        Experiment(depth=7, weights=1.3, input_std=2.0),
    )


def test_pytorchs_default_leaves_no_choice_of_biases():
    settings = CONTROLS.read({"weights": "PyTorch default", "sigma_b": 0.5}).settings
    assert settings.draws_own_biases
    assert settings.experiment == Experiment(weights="PyTorch default")


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_a_storys_values_are_read_as_its_experiments(preset):
    reading = CONTROLS.read(values_of(preset))
    assert not reading.refusals
    assert reading.settings.experiments == preset.experiments
    names = [function.activation.name for function in reading.settings.chosen]
    assert tuple(names) == preset.functions
