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


@pytest.mark.parametrize("chart", plot.PRECISION_CHARTS)
def test_precision_draws_each_of_its_charts(chart):
    figure = av.plot.precision(["gelu", "silu"], "float8_e5m2", "typed", chart)
    assert isinstance(figure, go.Figure)
    assert {each.name for each in figure.data} == {"GELU", "SiLU"}


def lines(figure):
    """The curve, the stairs and the steps of the one function of a figure."""
    return [each for each in figure.data if each.type == "scattergl"]


@pytest.mark.parametrize("derivative", [False, True])
def test_precision_draws_every_input_by_its_order(derivative):
    figure = av.plot.precision(["softplus"], "float16", "typed", derivative=derivative)
    found = av.precision.measure(av.CATALOG["softplus"].at(), "float16", "typed")
    errors = found.df if derivative else found.f
    exact, result, steps = lines(figure)
    place = found.format.place
    for each in (exact, result, steps):
        np.testing.assert_array_equal(each.x, place(errors.x))
    np.testing.assert_array_equal(result.customdata[:, 0], errors.x)
    np.testing.assert_array_equal(result.customdata[:, 1], errors.result)
    np.testing.assert_array_equal(result.customdata[:, 3], errors.steps)
    finite = np.isfinite(errors.result)
    np.testing.assert_array_equal(result.y[finite], place(errors.result[finite]))
    np.testing.assert_array_equal(np.isnan(result.y), np.isnan(errors.result))
    np.testing.assert_allclose(exact.y, place(errors.exact), rtol=1e-6, atol=1e-44)
    counted = np.isfinite(errors.steps)
    np.testing.assert_allclose(steps.y[counted], np.log10(1 + errors.steps[counted]))
    rows = figure.layout.yaxis2
    at = dict(zip(rows.ticktext, rows.tickvals, strict=True))
    assert set(steps.y[np.isinf(errors.steps)]) <= {at.get("∞")}
    assert set(steps.y[np.isnan(errors.steps)]) <= {at.get("NaN")}
    ticks = figure.layout.xaxis
    at = dict(zip(ticks.ticktext, ticks.tickvals, strict=True))
    assert 5 <= len(at) <= 11
    assert at["1"] == place(np.array(1.0))


def test_precision_draws_numbers_on_a_linear_axis():
    figure = av.plot.precision(["gelu"], "bfloat16", "typed", between=(-6, 0))
    errors = av.precision.measure(av.CATALOG["gelu"].at(), "bfloat16", "typed").f
    seen = (errors.x >= -6) & (errors.x <= 0)
    exact, result, _ = lines(figure)
    np.testing.assert_array_equal(result.x, errors.x[seen])
    np.testing.assert_array_equal(result.y, errors.result[seen])
    np.testing.assert_allclose(exact.y, errors.exact[seen], rtol=1e-4, atol=1e-40)


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
        (lambda: plot.precision(["relu"], chart="pie"), "chart must be one of errors"),
        (lambda: plot.precision(["relu"], "half"), "format must be one of bfloat16"),
        (lambda: plot.precision(["relu"], where="gpu"), "where must be one of kernel"),
        (lambda: plot.precision(["relu"], "float8_e5m2"), "no kernels"),
        (lambda: plot.precision(["relu"], between=(1, 1)), "rise"),
        (lambda: plot.precision([]), "functions must name one"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_is_allowed(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_the_library_comes_without_streamlit():
    check = "import activations, sys; assert 'streamlit' not in sys.modules; activations.plot.card"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
