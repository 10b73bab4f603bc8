"""What others call a function, on the page."""

import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from activations.dashboard.explore.elsewhere import DIFFERENCE, drawing, words
from activations.functions.catalog import CATALOG
from activations.functions.catalog.frameworks import TRAPS
from activations.functions.formula import formula
from tests.browser.driver import PATIENCE, ROOT


@pytest.fixture
def app():
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)


def test_the_open_table_names_the_functions_on_show_and_their_defaults(app):
    app.query_params["elsewhere"] = "true"
    app.query_params["functions"] = ["leaky_relu", "relu_squared"]
    app.run()
    assert not app.exception
    names = app.dataframe[0].value
    shown = [CATALOG[name].title for name in ("leaky_relu", "relu_squared")]
    assert list(names["function"]) == shown
    assert names["PyTorch"][0] == "torch.nn.LeakyReLU"
    assert names["Keras"][0] == "keras.activations.leaky_relu, default negative_slope 0.2"
    traps = app.dataframe[1].value
    assert set(traps["name"]) >= {"leaky_relu"}
    row = traps[traps["where"] == "tf.nn, keras.activations"].iloc[0]
    assert row["largest difference"] == pytest.approx(0.19 * 5)
    assert row["at x"] == pytest.approx(-5)


@pytest.mark.parametrize("name", ["quick_gelu", "celu", "squareplus", "sparse_plus"])
def test_a_trap_is_told_whichever_of_its_sides_is_on_show(app, name):
    app.query_params["elsewhere"] = "true"
    app.query_params["functions"] = [name]
    app.run()
    assert not app.exception
    told = app.dataframe[1].value
    assert len(told) >= 1
    assert all(re.search(r"\b(run|read)\b", each) for each in told["how it is known"])


def test_the_table_follows_the_form_that_is_chosen(app):
    app.query_params["elsewhere"] = "true"
    app.query_params["functions"] = ["gelu"]
    app.query_params["gelu_approximate"] = "tanh"
    app.run()
    (row,) = app.dataframe[0].value.to_dict("records")
    assert row["PyTorch"] == "torch.nn.GELU(approximate='tanh')"
    assert row["Keras"] == "keras.activations.gelu(approximate=True)"
    assert row["ONNX"] == "Gelu(approximate='tanh')"
    assert "gelu_new" in row["Hugging Face"]


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (CATALOG["silu"].at(), "PyTorch `torch.nn.SiLU`, Keras `keras.activations.silu, swish`"),
        (CATALOG["gelu"].at(), "Hugging Face `gelu, gelu_python`"),
        (CATALOG["gelu"].at(approximate="tanh"), "MLX `mlx.nn.GELU(approx='precise')`"),
        (CATALOG["rrelu"].at(), "Elsewhere: PyTorch `torch.nn.RReLU`."),
        (CATALOG["hardsigmoid"].at(), "ONNX `HardSigmoid(alpha=0.1667)`"),
        (CATALOG["hardtanh"].at(), "TensorFlow `tf.clip_by_value(clip_value_min=-1, clip"),
        (CATALOG["prelu"].at(), "default init 0.01, read in the source of Flax 0.12`"),
    ],
)
def test_the_menu_of_a_card_says_what_others_call_it(function, says):
    assert says in words(function)


def test_a_menu_says_nothing_where_there_is_nothing_to_say():
    assert words(CATALOG["gcu"].at()) == ""
    assert words(formula("soft = x").at()) == ""


def test_the_table_is_closed_until_it_is_asked_for(app):
    app.run()
    assert not app.dataframe


def test_a_difference_is_drawn_on_request(app):
    app.query_params["difference"] = "gelu-jax.nn"
    app.run()
    assert not app.exception
    assert app.selectbox(key="explore-difference").value == "gelu-jax.nn"
    assert any("Difference" in each.value for each in app.header)


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.word)
def test_every_difference_can_be_drawn_and_linked(trap):
    assert re.fullmatch(r"[\w.-]+", trap.word, re.ASCII)
    assert DIFFERENCE.parse([trap.word]) == trap.word
    (line,) = drawing(trap.word, -10, 10).traces
    assert np.isfinite(line["y"]).all()
    assert np.abs(line["y"]).max() > 0


def test_the_words_of_links_are_unique():
    words = [option.value for option in DIFFERENCE.options]
    assert len(set(words)) == len(words)


def test_gelus_difference_is_the_published_one():
    (line,) = drawing("gelu-jax.nn", -10, 10).traces
    at = np.abs(line["y"]).argmax()
    assert abs(line["y"][at]) == pytest.approx(4.73e-4, rel=5e-3)
    assert abs(line["x"][at]) == pytest.approx(2.70, abs=0.05)
