import math
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activations.dashboard.explore.settings import CONTROLS
from activations.dashboard.functions import POST_FUNCTIONS
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
    reading = CONTROLS.read(raw)
    assert not reading.refusals
    return reading.settings


def test_nothing_given_is_the_post():
    settings = chosen()
    assert (settings.range, settings.samples) == ((-5, 5), 100)
    assert [each.activation.name for each in settings.chosen] == list(POST_FUNCTIONS)
    assert settings.chosen[3].values == {"negative_slope": 0.01}
    assert settings.orders == (0,)
    assert not settings.fitted
    assert not settings.log


@given(st.dictionaries(st.sampled_from(sorted(CONTROLS.table)), ANYTHING))
def test_any_input_whatever_gives_valid_settings(raw):
    settings = CONTROLS.read(raw).settings
    assert -20 <= settings.range[0] < settings.range[1] <= 20
    assert settings.range[1] - settings.range[0] >= 0.5
    assert 2 <= settings.samples <= 10_000
    assert isinstance(settings.samples, int)
    names = [function.activation.name for function in settings.chosen]
    assert len(set(names)) == len(names)
    for function in settings.chosen:
        function.module()
    for activation in CATALOG.values():
        for parameter in activation.parameters:
            parameter.check(settings.parameters[activation.query_of(parameter)])


OLD_LINKS = {
    "derivatives=f%E2%80%B2": {"derivatives": ("first",)},
    "derivatives=f%E2%80%B2&derivatives=f%E2%80%B3": {"derivatives": ("first", "second")},
    "output=%C2%B11.5": {"output": "post"},
    "output=Fit": {"output": "fit"},
    "output=log+%7Cf%E2%80%B2%7C": {"output": "log-slope"},
    "output=log%2B%7Cf%E2%80%B2%7C": {"output": "log-slope"},
    "output=log%2520%257Cf%25E2%2580%25B2%257C": {"output": "log-slope"},
    "summary=Overlay": {"summary": "overlay"},
    "facts=true": {"facts": True},
    "image_size=Paper": {"image_size": "paper"},
    "image_colors=As+on+screen": {"image_colors": "as-on-screen"},
    "image_colors=As%2Bon%2Bscreen": {"image_colors": "as-on-screen"},
    "functions=Leaky%2BReLU&functions=Tanh": {"functions": ("leaky_relu", "tanh")},
    "functions=Hardtanh&functions=LogSigmoid": {"functions": ("hardtanh", "logsigmoid")},
    "functions=LeakyReLU&functions=silu": {"functions": ("leaky_relu", "silu")},
    "functions=": {"functions": ()},
    "range=-3&range=4.5&samples=7": {"range": (-3.0, 4.5), "samples": 7},
}
"""Links as they were written once, some of them as chats hand them on."""


@pytest.mark.parametrize("query", OLD_LINKS)
def test_an_old_link_is_read(query):
    reading = CONTROLS.read(parse_qs(query, keep_blank_values=True))
    assert not reading.refusals
    for key, value in OLD_LINKS[query].items():
        assert reading.values[key] == value


def test_one_unknown_function_does_not_cost_the_known_ones():
    reading = CONTROLS.read({"functions": ["tanh", "zaphod", "swish"]})
    assert reading.settings.functions == ("tanh", "silu")
    assert "zaphod" in reading.refusals["functions"]
    assert reading.refusals["functions"].endswith("The rest is shown.")


@pytest.mark.parametrize(
    "value", ["nan", "inf", "-inf", "1e400", "5.5", "1", "10001", "", "x" * 99]
)
def test_a_link_with_bad_samples_is_told_what_is_allowed(value):
    reading = CONTROLS.read({"samples": [value], "negative_slope": ["0.2"]})
    assert reading.settings.samples == 100
    assert reading.refusals["samples"] == (
        "Samples must be a whole number from 2 to 10,000. Showing the default instead."
    )
    assert reading.settings.chosen[3].values == {"negative_slope": 0.2}


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
    reading = CONTROLS.read({"range": ends})
    assert reading.settings.range == (-5, 5)
    assert words in reading.refusals["range"]


def test_a_repeated_key_is_refused():
    assert "once" in CONTROLS.read({"negative_slope": ["0.1", "0.2"]}).refusals["negative_slope"]


def test_functions_come_by_name_or_title_in_the_order_given_and_once():
    settings = chosen(functions=["Leaky ReLU", "gelu", "GELU", "tanh"])
    assert [each.title for each in settings.chosen] == ["Leaky ReLU", "GELU", "Tanh"]


def test_no_function_is_a_choice_too():
    assert chosen(functions=[""]).functions == ()
    assert chosen(functions=[]).functions == ()


def test_one_unknown_function_is_named_in_the_refusal():
    assert "softmax" in CONTROLS.read({"functions": ["tanh", "softmax"]}).refusals["functions"]


def test_every_parameter_has_a_key_of_its_own():
    keys = [
        activation.query_of(parameter)
        for activation in CATALOG.values()
        for parameter in activation.parameters
    ]
    assert len(set(keys)) == len(keys)
    assert set(keys) <= set(CONTROLS.table)
    assert CONTROLS.table["negative_slope"].label == "Leaky ReLU negative slope"


def test_derivatives_and_scale():
    assert chosen(derivatives=["f″"]).orders == (0, 2)
    assert chosen(derivatives=["f″", "f′"]).orders == (0, 1, 2)
    assert chosen(output=["Fit"]).fitted
    assert chosen(output=["log |f′|"]).log


def test_a_sample_count_is_whole_and_finite():
    assert chosen(samples=["1e3"]).samples == 1000
    assert math.isfinite(chosen(range=["-20", "20"]).range[0])
