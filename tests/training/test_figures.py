from dataclasses import replace

import numpy as np
import pytest

from activations.functions.catalog import CATALOG, function
from activations.training import figures
from activations.training.born_dead import born_dead
from activations.training.experiment import Experiment
from activations.training.run import Run
from tests.drawing.drawings import assert_plotly_agrees

SMALL = Experiment(task="circle", depth=2, width=4, seeds=3)


def trained(names, steps=120, **settings):
    run = Run(replace(SMALL, **settings), [function(name) for name in names])
    run.advance(steps)
    return run.snapshot()


@pytest.fixture(scope="module")
def two():
    return trained(["relu", "tanh"])


def traces(drawing, meta):
    return [each for each in drawing.traces if each["meta"] == meta]


DRAWN = {
    "losses": lambda snapshot: figures.losses(snapshot, 2000),
    "every seed's losses": lambda snapshot: figures.losses(snapshot, 2000, every_seed=True),
    "accuracies": lambda snapshot: figures.accuracies(snapshot, 2000),
    "dead": lambda snapshot: figures.dead(snapshot, 2000),
    "gradients": lambda snapshot: figures.gradients(snapshot, 2000),
    "pre_activations": figures.pre_activations,
    "fits": lambda snapshot: figures.fits(snapshot, 2),
}


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
@pytest.mark.parametrize("names", [["gelu"], list(CATALOG)[:12]], ids=["one", "many"])
@pytest.mark.parametrize("task", ["xor", "step"])
@pytest.mark.parametrize("steps", [0, 40])
def test_plotly_takes_every_figure(draw, names, task, steps):
    assert_plotly_agrees(draw(trained(names, steps, task=task, seeds=3)))


def test_what_diverged_leaves_gaps():
    snapshot = trained(["relu", "tanh"], optimiser="SGD", learning_rate=100.0, task="sines")
    for draw in DRAWN.values():
        assert_plotly_agrees(draw(snapshot))


def test_lines_are_medians_and_bands_the_middle_of_the_seeds(two):
    drawing = figures.losses(two, 2000)
    lines = traces(drawing, "curve")
    assert [each["name"] for each in lines] == ["ReLU", "Tanh"] * 2
    for line, losses, index in zip(
        lines, [two.train_loss] * 2 + [two.test_loss] * 2, [0, 1] * 2, strict=True
    ):
        np.testing.assert_allclose(line["x"], two.steps)
        np.testing.assert_allclose(line["y"], np.median(losses[:, index], axis=1), rtol=1e-6)
    low, high = traces(drawing, "band")[:2]
    for edge, share in ((low, 0.1), (high, 0.9)):
        wanted = np.quantile(two.train_loss[:, 0], share, axis=1)
        np.testing.assert_allclose(edge["y"], wanted, rtol=1e-6)


def test_a_seed_that_diverged_takes_no_others_curve_away(two):
    losses, dead, gradient = two.train_loss.copy(), two.dead.copy(), two.gradient.copy()
    losses[3:, 0, 1] = dead[1:, 0, 1] = gradient[1:, 0, 1] = np.nan
    snapshot = replace(two, train_loss=losses, dead=dead, gradient=gradient)
    drawing = figures.losses(snapshot, 2000)
    assert_plotly_agrees(drawing)
    line, (low, high) = traces(drawing, "curve")[0], traces(drawing, "band")[:2]
    wanted = np.median(np.nan_to_num(losses[:, 0], nan=np.inf), axis=1)
    np.testing.assert_allclose(line["y"], wanted, rtol=1e-6)
    assert (low["y"] <= line["y"]).all()
    top = 10 ** drawing.layout["yaxis"]["range"][1]
    np.testing.assert_allclose(high["y"][3:], top, rtol=1e-6)  # it is beyond all others
    assert (high["y"][:3] < top).all()
    first = traces(figures.dead(snapshot, 2000), "curve")[0]
    np.testing.assert_allclose(first["y"][1:], dead[1:, 0, ::2, 0].mean(axis=1), rtol=1e-6)
    assert np.isfinite(traces(figures.gradients(snapshot, 2000), "curve")[0]["y"]).all()


def test_every_seed_has_its_line(two):
    faint = traces(figures.losses(two, 2000, every_seed=True), "band")
    assert len(faint) == 2 * 2 * 3
    np.testing.assert_allclose(faint[1]["y"], two.train_loss[:, 0, 1], rtol=1e-6)


def test_curves_that_lie_on_each_other_are_both_seen():
    drawing = figures.losses(trained(["threshold", "relu"]), 2000)  # threshold 0 is ReLU
    one, other, *_ = traces(drawing, "curve")
    np.testing.assert_allclose(one["y"], other["y"], rtol=1e-5)
    assert one["line"]["dash"] != other["line"]["dash"]


def test_accuracies_that_lie_on_each_other_are_both_seen_however_the_losses_lie():
    snapshot = trained(["tanh", "relu"], task="gaussians")
    all_right = np.ones(snapshot.train_accuracy.shape)
    losses = snapshot.train_loss * [[[1.0], [10.0]]]
    snapshot = replace(
        snapshot,
        train_loss=losses,
        test_loss=losses,
        train_accuracy=all_right,
        test_accuracy=snapshot.test_accuracy,
    )
    one, other, *_ = traces(figures.accuracies(snapshot, 2000), "curve")
    assert one["line"]["dash"] != other["line"]["dash"]
    one, other, *_ = traces(figures.losses(snapshot, 2000), "curve")
    assert one["line"]["dash"] == other["line"]["dash"] == "solid"


def test_losses_are_on_a_logarithmic_axis_and_planes_on_equal_ones(two):
    layout = figures.losses(two, 2000).layout
    for name in ("yaxis", "yaxis2"):
        low, high = layout[name]["range"]
        assert layout[name]["type"] == "log"
        assert low <= np.log10(two.train_loss.min())
        assert high >= np.log10(np.median(two.train_loss[0], axis=-1).max())
    layout = figures.fits(two, 0).layout
    for suffix in ("", "2"):
        x_axis, y_axis = layout[f"xaxis{suffix}"], layout[f"yaxis{suffix}"]
        assert x_axis["range"] == y_axis["range"] == layout["xaxis"]["range"]


def test_each_layer_has_its_line_in_each_functions_panel(two):
    lines = traces(figures.gradients(two, 2000), "curve")
    assert len(lines) == 2 * 3
    np.testing.assert_allclose(
        lines[4]["y"], np.median(two.gradient[:, 1, :, 1], axis=1), rtol=1e-6
    )
    shares = traces(figures.dead(two, 2000), "curve")
    np.testing.assert_allclose(shares[1]["y"], two.dead[:, 0, :, 1].mean(axis=1), rtol=1e-6)


def test_a_map_of_the_plane_is_what_the_network_says(two):
    drawing = figures.fits(two, 1)
    (relu, _) = traces(drawing, "map")
    x, y, z = np.asarray(relu["x"]), np.asarray(relu["y"]), np.asarray(relu["z"])
    found = two.predict(1, np.array([[x[7], y[30]], [x[40], y[2]]]))[0]
    np.testing.assert_allclose([z[30, 7], z[2, 40]], found, rtol=1e-5)
    dots = traces(drawing, "samples")[:2]
    assert sum(each["x"].size for each in dots) == 256
    assert np.hypot(dots[1]["x"], dots[1]["y"]).max() < np.hypot(dots[0]["x"], dots[0]["y"]).max()


def test_a_long_run_is_thinned_to_its_ends():
    drawing = figures.losses(replace_steps(trained(["relu"]), 2000), 40_000)
    line = traces(drawing, "curve")[0]
    assert line["x"].size <= 250
    assert (line["x"][0], line["x"][-1]) == (0, 20 * 1999)


def replace_steps(snapshot, count):
    """The same snapshot with so many points in time."""
    losses = np.repeat(snapshot.train_loss[:1], count, axis=0)
    return replace(snapshot, steps=20 * np.arange(count), train_loss=losses, test_loss=losses)


def test_the_born_dead_stand_by_their_prediction():
    drawing = figures.born_dead(born_dead(0, (2, 4), 6))
    assert_plotly_agrees(drawing)
    lines, dots = traces(drawing, "theory"), traces(drawing, "samples")
    for line, dot in zip(lines, dots, strict=True):
        np.testing.assert_allclose(line["y"], dot["y"], atol=0.02)
