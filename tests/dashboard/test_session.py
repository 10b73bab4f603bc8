"""A visit without a browser: what is chosen, and what the address is told of it."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.browser.driver import ROOT
from tests.dashboard import components


@pytest.fixture
def app():
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def told(app):
    return components.told(app, "address")


def press(app, label):
    (button,) = (each for each in app.button if each.label == label)
    button.click().run()
    return app


def test_a_first_visit_has_nothing_to_say(app):
    app.run()
    assert told(app)["query"] == ""
    assert told(app)["entries"] == 0
    assert not app.warning


def test_a_link_is_corrected_without_an_entry_and_its_note_is_shown_once(app):
    app.query_params["functions"] = ["Leaky+ReLU", "zaphod"]
    app.run()
    assert told(app) | {"ours": None, "run": 1} == {
        "page": "explore",
        "query": "functions=leaky_relu",
        "ours": None,
        "entries": 0,
        "returns": 0,
        "went": 0,
        "asked_at": "functions=Leaky%2BReLU&functions=zaphod",
        "run": 1,
    }
    assert "zaphod" in app.warning[0].value
    app.slider(key="explore-range").set_value((-4.0, 5.0)).run()
    assert not app.warning


def test_a_run_that_changes_nothing_is_told_too(app):
    app.run()
    before = told(app)
    app.run()
    assert told(app).pop("run") > before.pop("run")
    assert told(app) | before == told(app)


def test_moves_of_one_slider_are_one_entry_and_other_choices_one_each(app):
    app.run()
    entries = []
    for act in (
        lambda: app.slider(key="explore-negative_slope").set_value(0.2).run(),
        lambda: app.slider(key="explore-negative_slope").set_value(0.3).run(),
        lambda: app.slider(key="explore-range").set_value((-4.0, 5.0)).run(),
        lambda: app.run(),
        lambda: app.slider(key="explore-range").set_value((-3.0, 5.0)).run(),
        lambda: press(app, "Reset"),
        lambda: app.slider(key="explore-range").set_value((-4.0, 5.0)).run(),
    ):
        act()
        entries.append(told(app)["entries"])
    assert entries == [1, 1, 2, 2, 2, 3, 4]


@pytest.mark.parametrize(
    ("key", "forged"),
    [
        ("range", (5.0, -5.0)),
        ("functions", ["zaphod"]),
        ("image_size", None),
        ("facts", "perhaps"),
    ],
)
def test_a_forged_widget_costs_its_own_value_alone(app, key, forged):
    app.query_params.update({"negative_slope": "0.2", "samples": "7"})
    app.run()
    app.session_state[f"explore-{key}"] = forged
    app.run()
    assert not app.exception
    assert told(app)["query"] == "samples=7&negative_slope=0.2"
    assert len(app.warning) == 1


def test_two_visits_do_not_see_each_other(app):
    other = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["samples"] = "7"
    app.run()
    other.run()
    app.slider(key="explore-negative_slope").set_value(0.5).run()
    other.run()
    assert told(other)["query"] == ""
    assert told(app)["query"] == "samples=7&negative_slope=0.5"


def test_a_page_is_found_again_as_it_was_left_and_the_other_inherits_nothing():
    def script():
        import streamlit as st

        from activations.dashboard.depth import page as depth
        from activations.dashboard.explore import page as explore

        (depth if st.session_state.get("elsewhere") else explore).LENS.show()

    both = AppTest.from_function(script, default_timeout=60)
    both.query_params["negative_slope"] = "0.2"
    both.run()
    both.query_params.clear()
    both.session_state["elsewhere"] = True
    both.run()
    assert told(both)["page"] == "depth"
    assert told(both)["query"] == ""
    both.session_state["elsewhere"] = False
    both.run()
    assert told(both)["page"] == "explore"
    assert told(both)["query"] == "negative_slope=0.2"
