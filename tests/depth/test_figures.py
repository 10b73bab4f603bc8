from dataclasses import replace

import numpy as np
import pytest

from activations.depth import figures
from activations.depth.edge import ChiCurve
from activations.depth.experiment import Experiment, measure, theory
from activations.depth.experiment import draw as draw_network
from activations.depth.mean_field import chi_curve, critical_sigma_w
from activations.depth.repeats import repeat
from activations.depth.runs import Run
from activations.functions.bins import BIN_CENTERS
from activations.functions.catalog import function
from tests.drawing.drawings import assert_plotly_agrees

SMALL = Experiment(depth=6, width=32, batch=64)


def ran(name, experiment=SMALL, **presentation):
    each = function(name)
    result = measure(each, draw_network(experiment))
    return Run(result, theory(each, experiment), **{"label": each.title} | presentation)


def curve(name):
    sigma_w = np.linspace(0.1, 3, 20)
    each = function(name)
    return ChiCurve(each, sigma_w, chi_curve(each, sigma_w), critical_sigma_w(each))


@pytest.fixture(scope="module")
def runs():
    return [ran(name) for name in ("sigmoid", "tanh", "relu", "leaky_relu")]


def drawn(runs, depth=SMALL.depth):
    curves = [curve(run.function.activation.name) for run in runs]
    return {
        "signal": figures.signal(runs, depth),
        "gradient": figures.gradient(runs, depth),
        "shares": figures.shares(runs, depth),
        "distribution": figures.distribution(runs, depth),
        "criticality": figures.criticality(curves, runs),
    }


def of_role(drawing, role):
    return [trace for trace in drawing.figure().data if trace.uid.endswith(f"-0-{role}")]


@pytest.mark.parametrize("count", [0, 1, 4])
def test_any_number_of_runs_makes_figures_that_plotly_accepts(runs, count):
    for drawing in drawn(runs[:count]).values():
        assert_plotly_agrees(drawing)


def test_one_layer_is_drawn_too():
    for drawing in drawn([ran("tanh", replace(SMALL, depth=1))], depth=1).values():
        assert_plotly_agrees(drawing)


def test_dots_are_measured_and_lines_are_theory(runs):
    layers = np.arange(1, SMALL.depth + 1)
    for drawing, measured, predicted in (
        (figures.signal(runs, SMALL.depth), "activation_std", "activation_std"),
        (figures.gradient(runs, SMALL.depth), "gradient", "gradient"),
    ):
        dots, lines = of_role(drawing, "samples"), of_role(drawing, "theory")
        assert len(dots) == len(lines) == len(runs)
        for run, dot, line in zip(runs, dots, lines, strict=True):
            np.testing.assert_array_equal(dot.x, layers)
            np.testing.assert_array_equal(line.x, layers)
            np.testing.assert_array_equal(dot.y, getattr(run.result, measured))
            np.testing.assert_array_equal(line.y, getattr(run.theory, predicted))
            assert dot.marker.color == line.line.color == run.function.activation.color


def test_each_run_is_named_once(runs):
    for name, drawing in drawn(runs).items():
        if name != "distribution":
            named = [trace.name for trace in drawing.figure().data if trace.showlegend is not False]
            assert named == ["Sigmoid", "Tanh", "ReLU", "Leaky ReLU"]
    titles = [note.text for note in drawn(runs)["distribution"].figure().layout.annotations]
    assert titles == ["Sigmoid", "Tanh", "ReLU", "Leaky ReLU"]


def test_one_function_in_several_experiments_is_told_apart_without_colour():
    variants = [
        ran("tanh", replace(SMALL, weights=sigma_w), label=f"Tanh, σ_w = {sigma_w}", variant=number)
        for number, sigma_w in enumerate((1.0, 1.5, 2.0))
    ]
    drawing = figures.signal(variants, SMALL.depth)
    assert len({trace.marker.symbol for trace in of_role(drawing, "samples")}) == 3
    assert len({trace.line.dash for trace in of_role(drawing, "theory")}) == 3
    assert "Tanh, σ<sub>w</sub> = 1.5" in [trace.name for trace in drawing.figure().data]


def test_the_gradients_axis_holds_every_value_and_the_top(runs):
    axis = figures.gradient(runs, SMALL.depth).figure().layout.yaxis
    low, high = axis.range
    assert axis.type == "log"
    for run in runs:
        assert (np.log10(run.result.gradient) > low).all()
    assert low < 0 < high
    assert "1" in axis.ticktext


def test_a_signal_that_spans_powers_of_ten_gets_a_logarithmic_axis():
    steady = figures.signal([ran("tanh")], SMALL.depth)
    growing = figures.signal([ran("relu", replace(SMALL, weights=10.0))], SMALL.depth)
    assert steady.figure().layout.yaxis.type is None
    assert growing.figure().layout.yaxis.type == "log"


def test_overflow_and_underflow_are_marked_at_their_layer():
    deep = replace(SMALL, depth=60)
    over = ran("relu", replace(deep, weights=20.0))
    under = ran("relu", replace(deep, weights=0.05), variant=1)
    drawing = figures.signal([over, under], deep.depth)
    (overflows,), (underflows,) = of_role(drawing, "overflows"), of_role(drawing, "underflows")
    assert list(overflows.x) == [over.result.overflow_at]
    assert list(underflows.x) == [under.result.underflow_at]
    assert np.log10(overflows.y[0]) == pytest.approx(drawing.figure().layout.yaxis.range[1])
    assert_plotly_agrees(drawing)
    gradient = figures.gradient([over, under], deep.depth)
    assert np.isnan(of_role(gradient, "theory")[0].y).all()
    assert_plotly_agrees(gradient)


def test_shares_are_those_measured(runs):
    drawing = figures.shares(runs, SMALL.depth)
    dead, saturated = of_role(drawing, "dead"), of_role(drawing, "saturated")
    for run, line in zip(runs, dead, strict=True):
        np.testing.assert_array_equal(line.y, run.result.dead)
        assert line.xaxis == "x"
    for run, line in zip(runs, saturated, strict=True):
        np.testing.assert_array_equal(line.y, run.result.saturated)
        assert line.xaxis == "x2"


def test_maps_show_every_bin_that_holds_activations_on_equal_axes(runs):
    drawing = figures.distribution(runs, SMALL.depth)
    for run, trace in zip(runs, drawing.figure().data, strict=True):
        at = np.searchsorted(BIN_CENTERS, trace.y[0])
        expected = run.result.histogram[:, at : at + len(trace.y)].T
        np.testing.assert_allclose(trace.z, expected, rtol=1e-6)
        assert trace.z.sum(axis=0) == pytest.approx(1, abs=0.02)
        assert trace.colorscale[0][1].endswith(",0)")
    ranges = {
        tuple(drawing.figure().layout[f"yaxis{suffix}"].range) for suffix in ("", "2", "3", "4")
    }
    assert len(ranges) == 1


def test_chi_is_drawn_with_its_critical_points_and_the_runs(runs):
    drawing = drawn(runs)["criticality"]
    assert len(of_role(drawing, "chi-curve")) == 4
    # sigmoid's edge lies beyond the axis
    critical = [trace.x[0] for trace in of_role(drawing, "chi-marks")]
    assert critical == pytest.approx([1, 2**0.5, (2 / (1 + 0.01**2)) ** 0.5], rel=1e-6)
    for run, trace in zip(runs, of_role(drawing, "samples"), strict=True):
        assert trace.x[0] == pytest.approx(2**0.5)
        assert trace.y[0] == pytest.approx(run.theory.chi)
    assert any(shape.x0 == pytest.approx(2**0.5) for shape in drawing.figure().layout.shapes)


def test_a_long_legend_gets_room(runs):
    few, many = (
        figures.signal([replace(run, variant=n) for n in range(times) for run in runs], 6).layout
        for times in (1, 6)
    )
    assert many["height"] - few["height"] == many["margin"]["b"] - few["margin"]["b"] > 0


def test_a_legend_hides_a_run_with_all_that_belongs_to_it(runs):
    for name, drawing in drawn(runs).items():
        if name != "distribution":
            groups = {trace["uid"]: trace["legendgroup"] for trace in drawing.traces}
            of_tanh = {group for uid, group in groups.items() if uid.startswith("tanh-")}
            assert of_tanh == {"tanh-0"}
            assert list(groups.values()).count("tanh-0") < len(groups)


def test_what_a_legend_hides_is_the_same_run_whatever_its_experiment_is():
    def groups(sigma_w):
        runs = [
            ran("tanh", replace(SMALL, weights=each), label=f"Tanh, {each}", variant=number)
            for number, each in enumerate((sigma_w, 1.5))
        ]
        return {
            name: {trace["uid"]: trace["legendgroup"] for trace in drawing.traces}
            for name, drawing in drawn(runs).items()
            if name != "distribution"
        }

    before = groups(1.0)
    assert before == groups(1.1)
    signal = before["signal"]
    assert {signal["tanh-0-samples"], signal["tanh-v1-0-samples"]} == {"tanh-0", "tanh-1"}
    assert before["criticality"]["tanh-0-chi-curve"] == "tanh-0"  # with the function's first run


def test_a_run_is_known_by_function_and_experiment_whatever_stands_before_it(runs):
    alone = {trace["uid"] for trace in figures.signal(runs[1:2], SMALL.depth).traces}
    assert alone <= {trace["uid"] for trace in figures.signal(runs, SMALL.depth).traces}


def test_a_band_says_what_one_network_may_stray():
    run = ran("relu")
    low, high = (
        each for each in figures.signal([run], SMALL.depth).traces if each["meta"] == "band"
    )
    np.testing.assert_allclose(low["y"], run.theory.low, rtol=1e-6)
    np.testing.assert_allclose(high["y"], run.theory.high, rtol=1e-6)
    assert high["fill"] == "tonexty"


def test_of_chis_and_shares_that_lie_on_each_other_both_are_seen():
    runs = [ran(name) for name in ("relu", "leaky_relu", "tanh")]
    chi, shares = drawn(runs)["criticality"], drawn(runs)["shares"]
    relu, leaky, _ = (each for each in chi.traces if each["meta"] == "curve")
    assert relu["line"]["dash"] == "solid" != leaky["line"]["dash"]
    symbols = [each["marker"]["symbol"] for each in chi.traces if each["meta"] == "samples"]
    assert symbols == ["circle", "circle-open", "circle"]
    named = [each["line"]["dash"] for each in shares.traces if each["meta"] == "legend"]
    lines = [each for each in shares.traces if each["meta"] == "samples"]
    assert [each["line"]["dash"] for each in lines] == named * 2
    assert len(set(named)) == 3  # no unit is dead of any


@pytest.mark.parametrize(
    ("draw", "name"), [(figures.signal, "activation_std"), (figures.gradient, "gradient")]
)
def test_the_band_of_repeats_is_drawn_as_it_was_measured(draw, name):
    each = function("relu")
    repeated = repeat(each, SMALL, 8)
    run = Run(repeated.median, theory(each, SMALL), each.title, bands=repeated.bands)
    drawing = draw([run], SMALL.depth)
    assert_plotly_agrees(drawing)
    found = {trace["uid"]: trace for trace in drawing.traces}
    alone = [measure(each, draw_network(replace(SMALL, seed=seed))) for seed in range(8)]
    for end, share in (("low", 0.1), ("high", 0.9)):
        trace = found[f"relu-0-measured-{end}"]
        wanted = np.quantile([getattr(one, name) for one in alone], share, axis=0)
        np.testing.assert_allclose(trace["y"], wanted, rtol=1e-6)
        assert trace["legendgroup"] == "relu-0"
    assert found["relu-0-measured-high"]["fill"] == "tonexty"
    uids = list(found)
    low = uids.index("relu-0-measured-low")
    assert uids[low + 1] == "relu-0-measured-high"  # what is filled lies between the two
    dots = found["relu-0-samples"]
    wanted = np.median([getattr(one, name) for one in alone], axis=0)
    np.testing.assert_allclose(dots["y"], wanted, rtol=1e-12)
    # one network strays from nothing
    alone = draw([ran("relu")], SMALL.depth)
    assert not any("measured" in trace["uid"] for trace in alone.traces)


@pytest.mark.parametrize("draw", [figures.signal, figures.gradient])
def test_of_runs_that_lie_on_each_other_both_are_seen(draw):
    runs = [ran(name) for name in ("relu", "leaky_relu", "tanh")]
    relu, leaky, tanh = (each for each in draw(runs, 6).traces if each["meta"] == "samples")
    assert relu["marker"]["symbol"] == tanh["marker"]["symbol"] == "circle"
    assert leaky["marker"]["symbol"] == "circle-open"
    assert leaky["marker"]["size"] > relu["marker"]["size"]
    under, over, _ = (each for each in draw(runs, 6).traces if each["meta"] == "theory")
    assert under["line"]["dash"] != over["line"]["dash"]
