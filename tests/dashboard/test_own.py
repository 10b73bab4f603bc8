"""One's own formulas on the page: typed, linked, refused, slid."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from activations.dashboard.own import OWN
from tests.browser.driver import PATIENCE, ROOT


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
    assert cards(app)[4:] == ["soft", "f2", "grid"]


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


def test_a_name_that_is_taken_is_refused(app):
    app.run()
    typed(app, 0, "selu = x**2")
    assert "f1" not in cards(app)
    assert any("is taken" in each.value for each in app.caption)


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
