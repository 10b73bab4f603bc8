"""The figures of a notebook are the page's, and hold the functions' own numbers."""

import subprocess
import sys

import numpy as np
import plotly.graph_objects as go
import pytest
from scipy.special import erf

import activations as av
from activations import plot


def curve(figure, axis="x"):
    (trace,) = (
        each
        for each in figure.data
        if each.meta == "curve" and (each.xaxis or "x") == axis and each.name in ("f", None)
    )
    return np.asarray(trace.x, float), np.asarray(trace.y, float)


def test_a_card_in_one_line_is_plotlys_figure_of_the_function():
    figure = av.plot.card("gelu", -3, 4)
    assert isinstance(figure, go.Figure)
    assert figure.layout.title.text == "GELU activation function"
    x, y = curve(figure)
    assert (x[0], x[-1]) == (-3, 4)
    np.testing.assert_allclose(y, x / 2 * (1 + erf(x / np.sqrt(2))), atol=1e-6)


def test_a_card_takes_parameters_and_derivatives():
    figure = av.plot.card("leaky_relu", negative_slope=0.2, derivatives=(1,), limits=None)
    names = {each.name for each in figure.data if each.meta == "curve"}
    assert names == {"f", "f′"}
    x, y = curve(figure)
    np.testing.assert_allclose(y, np.where(x > 0, x, 0.2 * x), atol=1e-6)
    low, high = figure.layout.yaxis.range
    assert low < -1
    assert high > 5


@pytest.mark.parametrize("draw", [plot.summary, plot.overlay])
def test_several_functions_stand_in_one_figure(draw):
    tall = av.CATALOG["elu"].at(alpha=2)
    figure = draw(["tanh", tall, "swish"])
    assert isinstance(figure, go.Figure)
    ends = [float(np.asarray(each.y)[0]) for each in figure.data if each.meta == "curve"]
    wanted = [np.tanh(-5), 2 * np.expm1(-5), -5 / (1 + np.exp(5))]
    np.testing.assert_allclose(sorted(ends), sorted(wanted), rtol=1e-5)


@pytest.mark.parametrize("chart", plot.DEPTH_CHARTS)
def test_depth_draws_each_of_its_charts(chart):
    figure = av.plot.depth(["relu", "tanh"], chart, depth=4, width=16, batch=64)
    assert isinstance(figure, go.Figure)
    assert len(figure.data) >= 2


def test_depth_measures_what_the_library_measures():
    settings = {"depth": 6, "width": 32, "batch": 64, "weights": "Xavier"}
    figure = av.plot.depth(["tanh"], "signal", **settings)
    from activations import depth

    network = depth.draw(depth.Experiment(**settings))
    truth = depth.measure(av.CATALOG["tanh"].at(), network).activation_std
    dots = [each for each in figure.data if each.meta == "samples"]
    np.testing.assert_allclose(np.asarray(dots[0].y, float), truth, rtol=1e-12)


@pytest.mark.parametrize("chart", plot.TRAINING_CHARTS)
def test_training_draws_each_of_its_charts(chart):
    figure = av.plot.training(["relu", "tanh"], chart, depth=1, width=4, seeds=2, steps=20)
    assert isinstance(figure, go.Figure)
    assert len(figure.data) >= 2


def test_training_learns_what_the_library_learns():
    from activations import training

    settings = {"task": "xor", "depth": 1, "width": 4, "seeds": 3}
    figure = av.plot.training(["tanh"], steps=40, **settings)
    run = training.Run(training.Experiment(**settings), [av.CATALOG["tanh"].at()])
    run.advance(40)
    line = next(each for each in figure.data if each.meta == "curve")
    truth = np.median(run.snapshot().train_loss[:, 0], axis=1)
    np.testing.assert_allclose(np.asarray(line.y, float), truth, rtol=1e-6)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: plot.card("zaphod"), "zaphod"),
        (lambda: plot.card("relu", 2, -2), "rise"),
        (lambda: plot.card("relu", float("nan"), 2), "rise"),
        (lambda: plot.card("relu", samples=1), "samples"),
        (lambda: plot.card("relu", derivatives=(3,)), "derivatives"),
        (lambda: plot.card("elu", alpha="much"), "alpha"),
        (lambda: plot.summary([]), "functions"),
        (lambda: plot.depth(["relu"], "pie"), "chart must be one of signal"),
        (lambda: plot.depth(["relu"], depth=0), "depth"),
        (lambda: plot.training(["relu"], "pie"), "chart must be one of losses"),
        (lambda: plot.training(["relu"], steps=0), "steps"),
        (lambda: plot.training(["relu"], task="moon"), "task must be one of circle"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_is_allowed(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_the_library_comes_without_streamlit():
    check = "import activations, sys; assert 'streamlit' not in sys.modules; activations.plot.card"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
