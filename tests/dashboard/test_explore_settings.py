import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activations.dashboard.explore.settings import CONTROLS, POST_FUNCTIONS, read
from activations.functions.catalog import CATALOG

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.binary(),
    st.lists(st.one_of(st.text(), st.floats(), st.integers(), st.none()), max_size=4),
    st.tuples(st.floats(), st.floats()),
    st.dictionaries(st.text(), st.integers(), max_size=2),
)


def chosen(**raw):
    reading = read(raw)
    assert not reading.refusals
    return reading.settings


def test_nothing_given_is_the_post():
    settings = chosen()
    assert (settings.low, settings.high, settings.samples) == (-5, 5, 100)
    assert [each.activation.name for each in settings.functions] == list(POST_FUNCTIONS)
    assert settings.functions[3].values == {"negative_slope": 0.01}
    assert settings.orders == (0,)
    assert not settings.fitted
    assert not settings.log


@given(st.dictionaries(st.sampled_from(sorted(CONTROLS)), ANYTHING))
def test_any_input_whatever_gives_valid_settings(raw):
    reading = read(raw)
    settings = reading.settings
    assert -20 <= settings.low < settings.high <= 20
    assert settings.high - settings.low >= 0.5
    assert 2 <= settings.samples <= 10_000
    assert isinstance(settings.samples, int)
    names = [function.activation.name for function in settings.functions]
    assert len(set(names)) == len(names)
    for function in settings.functions:
        function.module()
    for activation in CATALOG.values():
        for parameter in activation.parameters:
            parameter.check(settings.values[activation.query_of(parameter)])
    assert set(reading.refusals) <= set(raw)


@given(st.dictionaries(st.sampled_from(sorted(CONTROLS)), ANYTHING))
def test_what_is_refused_is_the_default_and_reading_again_changes_nothing(raw):
    reading = read(raw)
    for key in reading.refusals:
        assert reading.settings.values[key] == CONTROLS[key].default
    again = read(reading.settings.values)
    assert not again.refusals
    assert again.settings == reading.settings


@pytest.mark.parametrize(
    "value", ["nan", "inf", "-inf", "1e400", "5.5", "1", "10001", "", "x" * 99]
)
def test_a_link_with_bad_samples_is_told_what_is_allowed(value):
    reading = read({"samples": [value], "negative_slope": ["0.2"]})
    assert reading.settings.samples == 100
    assert reading.refusals["samples"] == "Samples must be a whole number from 2 to 10,000."
    assert reading.settings.functions[3].values == {"negative_slope": 0.2}


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (["5", "-5"], "rise"),
        (["1", "1"], "rise"),
        (["1"], "a lower and an upper end"),
        (["1", "2", "3"], "a lower and an upper end"),
        (["nan", "5"], "from -20 to 20"),
        (["-21", "5"], "from -20 to 20"),
        (["-1e400", "5"], "from -20 to 20"),
    ],
)
def test_a_range_that_makes_no_sense_is_the_default(ends, words):
    reading = read({"range": ends})
    assert (reading.settings.low, reading.settings.high) == (-5, 5)
    assert words in reading.refusals["range"]


def test_a_repeated_key_is_refused():
    assert "once" in read({"negative_slope": ["0.1", "0.2"]}).refusals["negative_slope"]


def test_functions_come_by_name_or_title_in_the_order_given_and_once():
    settings = chosen(functions=["Leaky ReLU", "gelu", "GELU", "tanh"])
    assert [each.title for each in settings.functions] == ["Leaky ReLU", "GELU", "Tanh"]


def test_no_function_is_a_choice_too():
    assert chosen(functions=[""]).functions == ()
    assert chosen(functions=[]).functions == ()


def test_one_unknown_function_is_named_in_the_refusal():
    assert "softmax" in read({"functions": ["tanh", "softmax"]}).refusals["functions"]


def test_every_parameter_has_a_key_of_its_own():
    keys = [
        activation.query_of(parameter)
        for activation in CATALOG.values()
        for parameter in activation.parameters
    ]
    assert len(set(keys)) == len(keys)
    assert set(keys) <= set(CONTROLS)
    assert CONTROLS["negative_slope"].label == "Leaky ReLU negative slope"


def test_derivatives_and_scale():
    assert chosen(derivatives=["f″"]).orders == (0, 2)
    assert chosen(derivatives=["f″", "f′"]).orders == (0, 1, 2)
    assert chosen(output=["Fit"]).fitted
    assert chosen(output=["log |f′|"]).log


def test_a_sample_count_is_whole_and_finite():
    assert chosen(samples=["1e3"]).samples == 1000
    assert math.isfinite(chosen(range=["-20", "20"]).low)
