"""One's own formulas on the page: typed, linked, refused, slid."""

import importlib
import json
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from activations.dashboard.own import _TAKEN as TAKEN
from activations.dashboard.own import OWN, activations
from activations.functions.catalog import CATALOG
from activations.gates.gating import GATES
from tests.browser.driver import PATIENCE, ROOT

PAGES = ("depth", "explore", "gates", "precision", "training")


@pytest.fixture
def app():
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)


def cards(app):
    return [
        json.loads(each.proto.json)["key"]
        for each in app.get("bidi_component")
        if each.proto.component_name.endswith("place")
    ]


def typed(app, number, text):
    app.text_input(key=f"explore-own-{number}").set_value(text)
    return app.run()


def test_a_typed_formula_becomes_a_card_with_a_slider_for_each_name(app):
    app.run()
    typed(app, 0, "x*tanh(softplus(b*x)); b in [0, 2]")
    assert not app.exception
    assert cards(app) == ["sigmoid", "tanh", "relu", "leaky_relu", "f1", "grid"]
    slider = app.slider(key="explore-f1_b")
    assert (slider.min, slider.max, slider.value) == (0, 2, 1)
    assert any("f₁" in each.value for each in app.header)
    slider.set_value(1.5).run()
    assert not app.exception
    assert any("1.5" in each.value for each in app.header if "f₁" in each.value)


def test_several_are_named_by_number_or_by_themselves(app):
    app.run()
    typed(app, 0, "x**2")
    typed(app, 1, "soft = x*sigmoid(x)")
    typed(app, 2, "abs(x)")
    assert cards(app)[4:] == ["f1", "soft", "f3", "grid"]
    typed(app, 0, "")
    assert cards(app)[4:] == ["soft", "f3", "grid"]


def test_the_others_keep_their_names_and_sliders_when_one_is_cleared(app):
    app.query_params["functions"] = [""]
    app.query_params["own"] = ["b*x", "b*x**2", "soft=x*sigmoid(x)", "x**3"]
    app.query_params["f2_b"] = "1.7"
    app.run()
    looks = {each.name: each.dash for each in activations(("b*x", "b*x**2", "soft=x", "x**3"))}
    typed(app, 0, "")
    assert not app.exception
    assert not app.warning
    assert cards(app) == ["f2", "soft", "f4", "grid"]
    assert app.slider(key="explore-f2_b").value == pytest.approx(1.7)
    kept = tuple(app.session_state["explore-own"])
    assert kept == ("f2=b*x**2", "soft=x*sigmoid(x)", "f4=x**3")
    assert any(each.value.startswith("f₂") for each in app.header)
    assert {each.name: each.dash for each in activations(kept)}.items() <= looks.items()
    typed(app, 3, "abs(x)")
    assert cards(app) == ["f2", "soft", "f4", "f5", "grid"]
    typed(app, 2, "")
    typed(app, 1, "")
    assert app.session_state["explore-own"][0] == "f2=b*x**2"
    assert cards(app) == ["f2", "f5", "grid"]


def test_one_that_takes_anothers_name_is_refused_and_the_other_stays(app):
    app.run()
    typed(app, 0, "x**2")
    typed(app, 1, "x**3")
    typed(app, 0, "f2 = x")
    assert any("'f2' is taken" in each.value for each in app.caption)
    assert cards(app)[4:] == ["f1", "f2", "grid"]
    typed(app, 0, "f1 = x")
    assert cards(app)[4:] == ["f1", "f2", "grid"]
    assert app.session_state["explore-own"][:1] == ["f1=x"]


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (("x", "f1=x**2"), ["f2", "f1"]),
        (("f2=x", "x**2", "x**3"), ["f2", "f3", "f4"]),
        (("x", "soft=x", "x**3"), ["f1", "soft", "f3"]),
    ],
)
def test_what_has_no_name_takes_one_that_is_free(texts, names):
    found = activations(texts)
    assert [each.name for each in found] == names
    assert len({(each.color, each.dash) for each in found}) == len(texts)


def test_what_is_no_formula_says_where_and_the_last_good_curve_stays(app):
    app.run()
    typed(app, 0, "x*tanh(x)")
    typed(app, 0, "x*tahn(x)")
    assert cards(app)[4] == "f1"
    assert any("tahn" in each.value and "tanh" in each.value for each in app.caption)
    assert app.text_input(key="explore-own-0").value == "x*tahn(x)"
    typed(app, 0, "x*cos(x)")
    assert not any("tahn" in each.value for each in app.caption)
    assert cards(app)[4] == "f1"


def slips(app):
    return [each.value for each in app.caption if each.value.startswith(":red")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x * tahn(x)", "`tahn` at 5"),
        ("  x * tahn(x)", "`tahn` at 7"),
        ("x x", "this cannot be read at"),
        ("2 3*x", "this cannot be read at"),
    ],
)
def test_a_text_is_read_as_it_was_typed_spaces_and_all(app, text, says):
    app.run()
    typed(app, 0, text)
    (said,) = slips(app)
    assert says in said
    assert app.text_input(key="explore-own-0").value == text
    assert "f1" not in cards(app)


def test_a_reset_takes_back_what_was_no_formula(app):
    app.run()
    typed(app, 0, "x*tahn(x)")
    assert slips(app)
    next(each for each in app.button if each.label == "Reset").click().run()
    assert not slips(app)
    assert app.text_input(key="explore-own-0").value == ""


def test_a_formula_that_is_cleared_takes_the_places_below_along(app):
    app.run()
    typed(app, 0, "x*tanh(x)")
    typed(app, 1, "x*tahn(x)")
    assert slips(app)
    typed(app, 0, "")
    assert not slips(app)
    assert app.text_input(key="explore-own-0").value == ""


def test_a_slider_leaves_what_one_is_typing(app):
    app.run()
    typed(app, 0, "b*x")
    typed(app, 0, "b*x*tahn(x)")
    app.slider(key="explore-f1_b").set_value(2.0).run()
    assert slips(app)
    assert app.text_input(key="explore-own-0").value == "b*x*tahn(x)"


def test_a_page_that_is_left_forgets_what_was_no_formula():
    app = AppTest.from_function(_two_pages, default_timeout=PATIENCE)
    app.run()
    typed(app, 0, "x*tahn(x)")
    assert slips(app)
    app.session_state["page"] = "depth"
    app.run()
    app.session_state["page"] = "explore"
    app.run()
    assert not app.exception
    assert not slips(app)
    assert app.text_input(key="explore-own-0").value == ""


def _two_pages():
    import importlib

    import streamlit as st

    name = st.session_state.get("page", "explore")
    importlib.import_module(f"activations.dashboard.{name}.page").LENS.show()


@pytest.mark.parametrize(
    "texts",
    [
        ("selu = x**2",),  # a function of the catalogue, in any spelling
        ("Leaky_ReLU = x**2",),
        ("ELU1 = x**2",),  # its class in exported code
        ("grid = x**2",),  # a place of the page
        ("overlay = x**2",),
        ("difference = x**2",),
        ("image = size*x",),  # a control of the page
        ("negative = slope*x",),
        ("d = model*x",),  # a control of another page
        ("swiglu = x**2",),  # a gate
        ("soft = x**2", "soft = x**3"),
        ("soft = x**2", "Soft = x**3"),
        ("a = b_c*x", "a_b = c*x"),  # one slider for two
        ("f1 = a*x", "f1_a = x"),
    ],
    ids=" and ".join,
)
def test_a_name_that_is_taken_is_refused(texts):
    with pytest.raises(ValueError, match="is taken; write another in front"):
        activations(texts)


@pytest.mark.parametrize("name", PAGES)
def test_no_control_of_a_page_has_a_name_that_a_slider_could_take(name):
    page = importlib.import_module(f"activations.dashboard.{name}.page").LENS
    assert {key for key in page.controls.table if "_" in key} <= TAKEN


@pytest.mark.parametrize("summary", ["grid", "overlay"])
def test_no_place_and_no_gate_has_a_name_that_a_function_could_take(summary):
    page = importlib.import_module("activations.dashboard.explore.page").LENS
    reading = page.controls.read({"summary": summary, "difference": "gelu-jax.nn"})
    assert {each.key for each in page.places(reading.settings)} - set(CATALOG) <= TAKEN
    assert set(GATES) <= TAKEN


def test_a_link_with_names_that_are_taken_shows_the_rest_of_the_page(app):
    app.query_params["own"] = ["grid=x**2", "image=size*x", "negative=slope*x", "x**2"]
    app.run()
    assert not app.exception
    assert app.warning[0].value.count("is taken") == 3
    assert cards(app)[4:] == ["f1", "grid"]


def test_a_link_brings_formulas_and_their_parameters(app):
    app.query_params["functions"] = ["tanh"]
    app.query_params["own"] = ["x*sigmoid(b*x)", "c*x+1"]
    app.query_params["f1_b"] = "1.7"
    app.run()
    assert not app.exception
    assert not app.warning
    assert cards(app) == ["tanh", "f1", "f2", "grid"]
    assert app.slider(key="explore-f1_b").value == pytest.approx(1.7)


def test_a_formula_is_the_same_whether_it_was_typed_or_came_by_a_link():
    typed = OWN.parse(["x * tanh( softplus(b*x) );b in [ 0,2 ]"])
    assert typed == ("x*tanh(softplus(b*x)); b in [0, 2]",)
    assert OWN.spell(typed) == ["x*tanh(softplus(b*x));bin[0,2]"]
    assert OWN.parse(OWN.spell(typed)) == typed
    assert OWN.parse(["x%2B1"]) == ("x+1",)


def test_a_link_says_a_formula_as_it_is_read(app):
    app.query_params["functions"] = [""]
    app.query_params["own"] = ["x * sigmoid(b*x); b = 0.5 in [0, 2]", "1 + x/(1 + e**-x)"]
    app.run()
    data = [
        json.loads(each.proto.json)
        for each in app.get("bidi_component")
        if "query" in str(each.proto.json)
    ]
    (query,) = {each["query"] for each in data if isinstance(each, dict) and "query" in each}
    assert query.startswith("functions=&own=x*sigmoid(b*x);b=0.5in")
    assert query.endswith("&own=1%2Bx/(1%2Be**-x)")
    assert OWN.parse(parse_qs(query)["own"]) == tuple(app.session_state["explore-own"])
    assert not set(query) & set(" +#<>\"'")


def test_a_refused_formula_of_a_link_costs_nothing_else(app):
    app.query_params["own"] = ["__import__('os').system('id')", "x**2"]
    app.query_params["samples"] = "7"
    app.run()
    assert not app.exception
    assert "Own function" in app.warning[0].value
    assert cards(app)[4:] == ["f1", "grid"]
    assert app.select_slider(key="explore-samples").value == 7


def test_what_is_worth_a_warning_stands_on_the_card(app):
    app.query_params["own"] = ["log(x)", "3", "abs(x - 1)"]
    app.run()
    said = " ".join(each.value for each in app.caption)
    assert "Not finite from −5 to 0" in said
    assert "does not depend on x" in said
    assert "Not differentiable at 1" in said


def test_depth_takes_ones_own_function_too(app):
    app = AppTest.from_function(_depth, default_timeout=PATIENCE)
    app.query_params["own"] = "x*sigmoid(b*x)"
    app.query_params["functions"] = ""
    app.query_params["depth"] = "4"
    app.run()
    assert not app.exception
    assert any(each.value.startswith("f₁, He") for each in app.markdown)


def _depth():
    from activations.dashboard.depth import page

    page.LENS.show()
