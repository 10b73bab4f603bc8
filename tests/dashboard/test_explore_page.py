"""The page without a browser: Streamlit's own AppTest runs the script."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from activations.functions.catalog import CATALOG
from tests.browser.driver import PATIENCE, ROOT

POST = ["sigmoid", "tanh", "relu", "leaky_relu"]


@pytest.fixture
def app():
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)


def message(app):
    """What the page's charts are told; all of them in one message."""
    (told,) = (
        each for each in app.get("bidi_component") if each.proto.component_name.endswith("draw")
    )
    return json.loads(told.proto.bytes)


def charts(app):
    """What each chart on the page was given, in the order of their places."""
    places = [
        json.loads(each.proto.json)["key"]
        for each in app.get("bidi_component")
        if each.proto.component_name.endswith("place")
    ]
    if not places:
        return []
    given = message(app)["charts"]
    assert sorted(given) == sorted(places)
    return [given[place] for place in places]


def figure(chart):
    return json.loads(chart["figure"])


def control(app, key):
    (widget,) = (
        widget
        for kind in (app.slider, app.select_slider, app.multiselect, app.get("button_group"))
        for widget in kind
        if widget.key == f"explore-{key}"
    )
    return widget


def test_the_page_loads_with_a_card_for_each_function_and_the_summary(app):
    app.run()
    assert not app.exception
    assert app.title[0].value == "Activation Functions in Neural Networks"
    assert [figure(chart)["layout"]["title"]["text"] for chart in charts(app)[:4]] == [
        f"{CATALOG[name].title} activation function" for name in POST
    ]
    assert len(charts(app)) == 5
    assert [each.label for each in (*app.slider, *app.select_slider)] == [
        "Input range",
        "Leaky ReLU negative slope",
        "Samples",
    ]


def test_a_widget_that_a_browser_loses_comes_back_as_it_was(app):
    app.query_params["negative_slope"] = "0.2"
    app.query_params["functions"] = ["leaky_relu", "gelu"]
    app.query_params["gelu_approximate"] = "tanh"
    app.run()
    control(app, "range").set_value((-2.0, 3.0)).run()
    assert list(control(app, "range").proto.default) == [-2, 3]
    assert list(control(app, "negative_slope").proto.default) == [0.2]
    samples = control(app, "samples").proto
    assert [samples.options[int(at)] for at in samples.default] == ["100"]
    assert list(control(app, "gelu_approximate").proto.default) == [1]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("range", (-20.0, 20.0)),
        ("range", (-20.0, -19.5)),
        ("range", (19.5, 20.0)),
        ("samples", 2),
        ("samples", 10_000),
        ("negative_slope", 0.0),
        ("negative_slope", 1.0),
    ],
)
def test_every_slider_works_to_its_ends(app, key, value):
    app.run()
    control(app, key).set_value(value)
    app.run()
    assert not app.exception
    assert not app.warning
    assert len(charts(app)) == 5


def test_the_slope_reaches_formula_card_and_file_name(app):
    app.run()
    control(app, "negative_slope").set_value(0.2)
    app.run()
    leaky = charts(app)[3]
    assert leaky["fileName"] == "leaky-relu_slope-0.2_x-5to5"
    assert any("0.2" in text.value for text in app.header if "Leaky ReLU" in text.value)


def test_reset_brings_every_default_back(app):
    app.run()
    before = [chart["figure"] for chart in charts(app)]
    control(app, "range").set_value((-2.0, 3.0))
    control(app, "samples").set_value(7)
    control(app, "negative_slope").set_value(0.5)
    control(app, "functions").set_value(["gelu", "tanh"])
    app.run()
    assert len(charts(app)) == 3
    (reset,) = (button for button in app.button if button.label == "Reset")
    reset.click()
    app.run()
    assert control(app, "range").value == (-5.0, 5.0)
    assert control(app, "samples").value == 100
    assert [chart["figure"] for chart in charts(app)] == before


@pytest.mark.parametrize("value", [(5.0, -5.0), (1.0, 1.0)])
def test_a_forged_range_is_the_default_and_the_page_says_so(app, value):
    app.run()
    control(app, "range").set_value(value)
    app.run()
    assert not app.exception
    assert "Input range must rise" in app.warning[0].value
    assert control(app, "range").value == (-5.0, 5.0)
    assert len(charts(app)) == 5


def test_a_link_that_makes_no_sense_keeps_what_does(app):
    app.query_params["samples"] = "nan"
    app.query_params["negative_slope"] = "0.3"
    app.query_params["output"] = "nonsense"
    app.run()
    assert not app.exception
    (warning,) = app.warning
    assert "Samples must be a whole number" in warning.value
    assert "Output axis must be" in warning.value
    assert charts(app)[3]["fileName"].startswith("leaky-relu_slope-0.3")


def test_nothing_selected_is_a_friendly_line(app):
    app.run()
    control(app, "functions").set_value([])
    app.run()
    assert not app.exception
    assert "Choose one" in app.info[0].value
    assert not charts(app)


def test_all_functions_with_all_their_parameters_and_derivatives(app):
    app.query_params["functions"] = [activation.title for activation in CATALOG.values()]
    app.query_params["derivatives"] = ["f′", "f″"]
    app.query_params["facts"] = "true"
    app.run()
    assert not app.exception
    assert not app.warning
    assert len(charts(app)) == len(CATALOG) + 1
    labels = {widget.label for widget in app.slider}
    for activation in CATALOG.values():
        for parameter in activation.parameters:
            if hasattr(parameter, "low"):
                assert f"{activation.title} {parameter.name.replace('_', ' ')}" in labels
    assert len(app.dataframe[0].value) == len(CATALOG)


def test_a_chart_carries_its_text_alternative(app):
    app.run()
    sigmoid = charts(app)[0]["description"]
    assert "from −5 to 5" in sigmoid
    assert "0.006693 to 0.9933" in sigmoid
    assert "0.25, at 0" in sigmoid
