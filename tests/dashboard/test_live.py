"""What the browser gets when it asks for a reel, and when it asks for what there is not."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from activations.dashboard import live
from activations.dashboard.controls import Slider
from activations.dashboard.explore.page import LENS, follow, jobs
from activations.drawing import reel
from activations.functions import calculus
from tests.browser.driver import ROOT
from tests.dashboard.components import answered


@pytest.fixture
def app():
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def answer(app, asked):
    return answered(app, "live", asked)


@pytest.mark.parametrize("key", ["range", "samples", "negative_slope"])
def test_a_slider_gets_its_reel(app, key):
    given = answer(app, key)
    assert given["reel"]["slider"] == key
    assert set(json.loads(given["reel"]["text"])) == set(reel.Reel.__slots__)


@pytest.mark.parametrize(
    "asked", ["", "functions", "output", "elu_alpha", "nonsense", 1, None, ["range"], {"a": 1}]
)
def test_what_has_no_reel_is_refused_in_silence(app, asked):
    given = answer(app, asked)
    assert given["reel"] is None
    assert given["sliders"]["negative_slope"] == ["0.01"]


def test_a_reel_says_of_which_state_it_is(app):
    app.query_params["negative_slope"] = "0.5"
    assert answer(app, "range")["state"] == {"negative_slope": ["0.5"]}


def test_a_reel_that_is_too_large_has_coarser_steps_and_else_is_not_sent(app, monkeypatch):
    monkeypatch.setattr(reel, "MOST", 5000)
    text = answer(app, "negative_slope")["reel"]["text"]
    assert len(text) <= 5000
    assert len(json.loads(text)["places"]) == 51
    monkeypatch.setattr(live, "MOST", 1000)
    assert answer(app, "negative_slope")["reel"] is None


@pytest.mark.parametrize("output", ["post", "log-slope"])
def test_a_slider_of_ones_own_formula_has_a_reel_of_what_torch_computes(output):
    link = {"functions": ["tanh"], "own": ["x*sigmoid(b*x)"], "b": ["2"], "output": [output]}
    reading = LENS.controls.read(link)
    results = [job.work(lambda _: None) for job in jobs(reading.settings)]
    own = results[-1].function.activation
    (parameter,) = own.parameters
    slider = reading.table[own.query_of(parameter)]
    found = follow(reading.settings, results, slider)
    assert set(found.charts) >= {"tanh", own.name, reading.settings.summary}
    order = int(output == "log-slope")
    (track,) = (each for each in found.tracks if f"{own.name}-{order}-curve" in each.y)
    for at in (0, 30, len(found.places) - 1):
        part = slice(track.ends[at - 1] if at else 0, track.ends[at])
        x, y = track.x[part].astype(float), track.y[f"{own.name}-{order}-curve"][part]
        truth = calculus.trace(own.at(**{parameter.name: found.places[at]}), x)
        np.testing.assert_allclose(y, abs(truth.dy) if order else truth.y, rtol=1e-4, atol=1e-5)


def test_every_slider_has_a_reel_of_no_more_places_than_it_has_pixels():
    link = {"functions": ["elu", "rrelu", "star_relu", "laplace"], "output": ["log-slope"]}
    reading = LENS.controls.read(link)
    results = [job.work(lambda _: None) for job in jobs(reading.settings)]
    for slider in (each for each in reading.table.values() if each.slides):
        shown = slider.key.startswith((*link["functions"], "range", "samples"))
        found = follow(reading.settings, results, slider)
        assert bool(found) == shown
        if isinstance(slider, Slider) and found and found.moves == "value":
            assert len(found.places) <= reel.MOST_PLACES
            step = found.places[1] - found.places[0]
            assert found.places[0] == slider.low
            assert slider.high - step < found.places[-1] <= slider.high + 1e-9
