"""The page "Depth" without a browser: Streamlit's own AppTest runs the script."""

import pytest
from streamlit.testing.v1 import AppTest

from activations.dashboard.depth.settings import MOST_RUNS
from activations.dashboard.jobs import TURNS
from activations.depth.presets import PRESETS
from activations.functions.catalog import CATALOG
from tests.browser.driver import PATIENCE, ROOT

SMALL = {"depth": "5", "width": "16", "batch": "64"}


def _script():
    from activations.dashboard.depth import page

    page.LENS.show()


@pytest.fixture
def app():
    return AppTest.from_function(_script, default_timeout=PATIENCE)


@pytest.fixture
def small(app):
    app.query_params.update(SMALL)
    return app


def choose(app, **values):
    """Set controls' widgets as the reader does."""
    for key, value in values.items():
        app.session_state[f"depth-{key}"] = value


def charts(app):
    """The places of charts; each has one."""
    found = app.get("bidi_component")
    return [each for each in found if each.proto.component_name.endswith("place")]


def verdicts(app):
    return [each.value for each in app.markdown if " of the gradient" in each.value]


def test_the_page_loads_at_its_defaults(app):
    app.run()
    assert not app.exception
    assert [each.split(",")[0] for each in verdicts(app)] == [
        "Sigmoid",
        "Tanh",
        "ReLU",
        "Leaky ReLU",
    ]
    assert len(charts(app)) == 5
    assert not app.warning


def test_the_frame_opens_explore():
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE).run()
    assert not app.exception
    assert app.title[0].value == "Activation Functions in Neural Networks"


@pytest.mark.parametrize("title", PRESETS)
def test_a_story_sets_the_controls_and_runs(small, title):
    small.run()
    small.button(key=f"story {title}").click().run()
    assert not small.exception
    preset = PRESETS[title]
    titles = [CATALOG[name].title for name in preset.functions]
    assert small.session_state["depth-functions"] == titles
    assert small.session_state["depth-depth"] == preset.experiment.depth
    assert len(verdicts(small)) == len(preset.experiments)


def test_bad_values_fall_back_with_one_note(app):
    app.query_params["width"] = "1e400"
    app.query_params["weights"] = "Zaphod"
    app.query_params["compare"] = ["He", "nothing"]
    app.query_params["depth"] = "5"
    app.run()
    assert not app.exception
    (note,) = (each.value for each in app.warning)
    for label in ("Width", "Weights", "Compare with"):
        assert label in note
    assert "Depth" not in note
    assert app.slider(key="depth-width").value == 256
    assert app.slider(key="depth-depth").value == 5
    assert len(verdicts(app)) == 4  # He's weights beside He's are one experiment


def test_pytorchs_default_disables_the_biases(small):
    small.run()
    choose(small, weights="pytorch-default")
    small.run()
    assert small.slider(key="depth-sigma_b").disabled
    assert all("PyTorch default" in each for each in verdicts(small))


def test_weights_of_ones_own_have_a_slider(small):
    small.run()
    assert small.slider(key="depth-sigma_w").disabled
    choose(small, weights="sigma-w")
    small.run()
    small.slider(key="depth-sigma_w").set_value(2.0).run()
    assert all("σ_w = 2" in each for each in verdicts(small))


def test_reset_brings_the_defaults_back(small):
    small.run()
    choose(small, input_std=2.0)
    small.run()
    assert small.session_state["depth-input_std"] == pytest.approx(2)
    next(each for each in small.button if each.label == "Reset").click().run()
    assert small.session_state["depth-input_std"] == pytest.approx(1)
    assert small.session_state["depth-depth"] == 20


def test_no_function_is_an_invitation(small):
    small.run()
    choose(small, functions=[])
    small.run()
    assert "No function is chosen" in small.info[0].value
    assert not charts(small)


def test_only_so_many_runs_are_done(small):
    compared = ["xavier", "input-times-2", "input-times-0.5", "sigma-w-times-0.75"]
    small.run()
    choose(small, functions=["relu", "tanh", "sigmoid", "elu", "selu", "gelu"], depth=2)
    choose(small, compare=compared)
    small.run()
    assert not small.info
    choose(small, compare=[*compared, "sigma-w-times-1.4"])
    small.run()
    assert f"first {MOST_RUNS}" in small.info[0].value
    assert len(verdicts(small)) == MOST_RUNS


def test_what_no_memory_is_there_for_is_said(small, monkeypatch):
    monkeypatch.setattr(TURNS, "memory", 2**10)
    small.run()
    assert "more than the 0 MB that it may here: lower depth" in small.info[0].value
    assert not charts(small)
    assert not small.exception


def test_what_is_done_is_not_done_again(small, monkeypatch):
    small.run()
    monkeypatch.setattr("activations.depth.repeat", None)
    choose(small, image_size="slide")
    small.run()
    assert not small.exception
    assert len(verdicts(small)) == 4
