import json
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activations.drawing import curves
from activations.drawing.curves import View
from activations.drawing.frame import NARROW, Drawing
from activations.drawing.style import INK, ON_WHITE, PAPER
from activations.functions.calculus import portray
from activations.functions.catalog import CATALOG, function
from activations.functions.formula import formula
from tests.drawing.drawings import assert_plotly_agrees

POST = ("sigmoid", "tanh", "relu", "leaky_relu")
VIEW = View(x=(-5, 5), y=(-1.5, 1.5))
ALL_ORDERS = View(x=(-5, 5), y=(-1.5, 1.5), orders=(0, 1, 2))


def portraits(*names, low=-5, high=5, count=100, **parameters):
    return [portray(function(name, **parameters), low, high, count) for name in names]


def card(portrait, view):
    return curves.card(portrait, view).figure()


def summary(shown, view):
    return curves.summary(shown, view).figure()


def overlay(shown, view):
    return curves.overlay(shown, view).figure()


def part(figure, meta, name=None):
    (trace,) = (t for t in figure.data if t.meta == meta and name in (None, t.name))
    return trace


@pytest.mark.parametrize("name", CATALOG)
@pytest.mark.parametrize("view", [VIEW, ALL_ORDERS], ids=["f", "f f' f''"])
def test_every_card_is_a_valid_figure(name, view):
    assert_plotly_agrees(curves.card(*portraits(name), view))


@pytest.mark.parametrize("names", [POST[:1], POST, tuple(CATALOG)], ids=["one", "four", "all"])
def test_summary_and_overlay_are_valid_figures(names):
    shown = portraits(*names)
    for view in (VIEW, ALL_ORDERS, View((-5, 5), curves.fit_log(shown), (1,), True, True)):
        assert_plotly_agrees(curves.summary(shown, view))
        assert_plotly_agrees(curves.overlay(shown, view))


def test_a_figure_that_plotly_would_not_take_says_so():
    with pytest.raises(ValueError, match="colour"):
        Drawing([{"type": "scatter", "colour": "red"}], {}).figure()
    with pytest.raises(ValueError, match="JSON compliant"):
        Drawing([{"y": [np.inf]}], {}).to_json()
    with pytest.raises(TypeError, match="set has no place"):
        Drawing([{"y": {1, 2}}], {}).to_json()


@pytest.mark.parametrize("name", POST)
def test_a_card_is_the_posts_chart(name):
    figure = card(*portraits(name), VIEW)
    assert figure.layout.title.text == f"{CATALOG[name].title} activation function"
    assert figure.layout.xaxis.title.text == "Input x"
    assert figure.layout.yaxis.title.text == "Output y"
    assert figure.layout.yaxis.range == (-1.5, 1.5)
    low, high = figure.layout.xaxis.range
    assert low < -5 < 5 < high < 5.5


POST_VALUES = {
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
}


@pytest.mark.parametrize("name", POST)
def test_the_dots_are_the_posts_samples(name):
    dots = part(card(*portraits(name), VIEW), "samples")
    x = np.linspace(-5, 5, 100)
    np.testing.assert_array_equal(dots.x, x)
    np.testing.assert_allclose(dots.y, POST_VALUES[name](x), rtol=1e-15, atol=1e-16)
    assert dots.mode == "markers"


@pytest.mark.parametrize("name", POST)
def test_the_line_is_the_function_however_few_samples_there_are(name):
    few, many = (part(card(*portraits(name, count=count), VIEW), "curve") for count in (2, 100))
    np.testing.assert_array_equal(few.x, many.x)
    np.testing.assert_array_equal(few.y, many.y)
    truth = np.linspace(-5, 5, 20_001)
    drawn = np.interp(truth, few.x, few.y)
    pixel = 3 / 210
    assert np.abs(drawn - POST_VALUES[name](truth)).max() < 0.03 * pixel


@given(
    name=st.sampled_from(["relu", "leaky_relu", "hardtanh", "relu6", "softshrink", "hardshrink"]),
    low=st.floats(-20, -7).map(lambda x: round(x, 1)),
    count=st.integers(2, 50),
)
@settings(deadline=None, max_examples=40)
def test_the_line_holds_every_break_that_the_samples_miss(name, low, count):
    portrait = portray(function(name), low, 8, count)
    line = part(card(portrait, View((low, 8), (-2, 8))), "curve")
    for point in portrait.function.breaks:
        assert np.float32(point.x) in line.x


def test_a_straight_piece_takes_two_points():
    line = part(card(*portraits("relu"), VIEW), "curve")
    assert len(line.x) <= 5
    assert 0 in line.x


def test_a_jump_leaves_a_gap_and_a_kink_does_not():
    kink = part(card(*portraits("relu"), ALL_ORDERS), "curve", "f")
    slope = part(card(*portraits("relu"), ALL_ORDERS), "curve", "f′")
    jump = part(card(*portraits("hardshrink"), VIEW), "curve")
    assert np.isfinite(kink.y).all()
    assert np.isnan(slope.y).sum() == 1
    assert slope.x[np.isnan(slope.y)] == [0]
    assert sorted(jump.x[np.isnan(jump.y)]) == [-0.5, 0.5]
    for line in (slope, jump):  # no slanted stroke: a step happens only across a gap
        finite = np.isfinite(line.y)
        steps = np.abs(np.diff(line.y))[finite[1:] & finite[:-1]]
        assert steps.max(initial=0) <= np.diff(line.x).max() + 1e-6


def test_a_kink_says_both_slopes_and_torchs_convention():
    marks = part(card(*portraits("leaky_relu", negative_slope=0.2), VIEW), "breaks")
    assert list(marks.x) == [0]
    assert list(marks.y) == [0]
    assert "0.2 on the left, 1 on the right" in marks.text[0]
    assert "PyTorch takes 0.2" in marks.text[0]


def test_marks_stand_only_where_they_are_in_sight():
    assert not [t for t in card(*portraits("relu", low=1), VIEW).data if t.meta == "breaks"]


def test_training_draws_a_band_around_the_line_of_rrelu():
    figure = card(*portraits("rrelu"), VIEW)
    lower, upper = (trace for trace in figure.data if trace.meta == "band")
    assert sorted([lower.y[0], upper.y[0]]) == pytest.approx([-5 / 3, -5 / 8])
    assert upper.fill == "tonexty"
    assert part(figure, "curve").y[0] == pytest.approx(-5 * 11 / 48)


def test_derivatives_have_the_hue_of_the_function_and_a_dash_of_their_own():
    lines = [t for t in card(*portraits("tanh"), ALL_ORDERS).data if t.meta == "curve"]
    assert {line.line.color for line in lines} == {CATALOG["tanh"].color}
    assert {line.name: line.line.dash for line in lines} == {
        "f": "solid",
        "f′": "dash",
        "f″": "dot",
    }


def test_the_summary_repeats_the_cards():
    shown = portraits(*POST)
    figure = summary(shown, VIEW)
    assert [note.text for note in figure.layout.annotations] == [
        f"{CATALOG[name].title} activation function" for name in POST
    ]
    assert (figure.layout.grid.rows, figure.layout.grid.columns) == (1, 4)
    for number, portrait in enumerate(shown, 1):
        suffix = "" if number == 1 else str(number)
        axes = figure.layout[f"xaxis{suffix}"], figure.layout[f"yaxis{suffix}"]
        assert [axis.title.text for axis in axes] == ["Input x", "Output y"]
        assert axes[1].range == (-1.5, 1.5)
        of_panel = {
            t.meta: t for t in figure.data if t.xaxis == f"x{suffix}" and t.meta != "breaks"
        }
        alone = card(portrait, VIEW)
        for meta in ("curve", "samples"):
            np.testing.assert_array_equal(of_panel[meta].y, part(alone, meta).y)


def test_a_summary_wraps_to_the_columns_that_there_is_room_for():
    wide = curves.summary(portraits(*CATALOG), VIEW)
    narrow = curves.summary(portraits(*POST), VIEW).narrower[NARROW]
    assert wide.layout["grid"]["rows"] == math.ceil(len(CATALOG) / 4)
    assert wide.layout["grid"]["columns"] == 4
    assert wide.panels == len(CATALOG)
    assert (narrow["grid"]["rows"], narrow["grid"]["columns"]) == (2, 2)
    assert narrow["annotations"][3]["text"] == "Leaky ReLU<br>activation function"


def test_an_overlay_is_told_apart_by_colour_and_dash_and_sorted_on_hover():
    figure = overlay(portraits(*CATALOG), VIEW)
    looks = [(trace.line.color, trace.line.dash) for trace in figure.data]
    assert len(set(looks)) == len(CATALOG)
    assert figure.layout.hoversort == "value descending"
    assert figure.layout.hovermode == "x unified"
    assert [trace.name for trace in figure.data] == [each.title for each in CATALOG.values()]


def test_in_an_overlay_a_curve_that_lies_on_another_is_dashed():
    def dashes(*names):
        return {t.name: t.line.dash for t in overlay(portraits(*names), VIEW).data}

    assert set(dashes("sigmoid", "tanh").values()) == {"solid"}
    assert dashes("relu", "leaky_relu") == {"ReLU": "solid", "Leaky ReLU": "dash"}


def test_an_overlay_gives_each_derivative_axes_of_its_own_and_one_legend():
    figure = overlay(portraits(*POST), ALL_ORDERS)
    assert [note.text for note in figure.layout.annotations] == ["f(x)", "f′(x)", "f″(x)"]
    assert sum(trace.showlegend for trace in figure.data) == len(POST)


def test_fit_holds_what_is_shown_and_little_more():
    shown = portraits("sigmoid", "relu")
    low, high = curves.fit(shown)
    assert -0.3 < low < 0
    assert 5 < high < 5.3
    steep = portraits("tanh", low=2, high=5)
    assert curves.fit(steep, (0, 1, 2))[0] < 0 < curves.fit(steep)[0]
    assert curves.fit([]) == (-1, 1)


def test_a_log_axis_keeps_zero_in_sight_and_its_number_true():
    shown = portraits("relu", "sigmoid", low=-20, high=20)
    view = View((-20, 20), curves.fit_log(shown), (1,), True, True)
    figure = card(shown[0], view)
    axis = figure.layout.yaxis
    assert axis.type == "log"
    assert axis.ticktext[-1] == "0"
    dots = part(figure, "samples")
    dead = dots.x < 0
    np.testing.assert_array_equal(dots.customdata[dead], 0)
    np.testing.assert_allclose(dots.y[dead], axis.tickvals[-1])
    smallest = np.exp(-20) / (1 + np.exp(-20)) ** 2
    assert axis.tickvals[-1] < smallest / 5


def test_many_samples_travel_as_start_and_step():
    portrait = portray(function("tanh"), -5, 5, 10_000)
    dots = part(card(portrait, VIEW), "samples")
    assert dots.x is None
    x = dots.x0 + dots.dx * np.arange(10_000)
    np.testing.assert_allclose(x, np.linspace(-5, 5, 10_000), atol=1e-14)
    np.testing.assert_allclose(dots.y, np.tanh(x), atol=1e-7)


def test_arrays_travel_as_typed_arrays():
    for trace in json.loads(curves.summary(portraits(*POST), VIEW).to_json())["data"]:
        if trace.get("meta") in ("curve", "samples"):
            assert set(trace["x"]) == set(trace["y"]) == {"dtype", "bdata"}


def test_a_card_and_the_summary_have_their_arrays_in_common():
    shown = portraits("tanh", "relu")
    arrays = {}
    drawings = [curves.card(shown[0], VIEW), curves.summary(shown, VIEW)]
    texts = [drawing.to_json(arrays) for drawing in drawings]

    def put_in(part):
        return arrays[part["array"]] if "array" in part else part

    for drawing, text in zip(drawings, texts, strict=True):
        assert json.loads(text, object_hook=put_in) == json.loads(drawing.to_json())
    named = [{part["x"]["array"] for part in json.loads(text)["data"]} for text in texts]
    assert named[0] < named[1]
    other = curves.card(*portraits("tanh", count=99), VIEW).to_json({})
    assert other != texts[0]  # what is in an array is told by its name


def test_values_that_are_not_finite_leave_a_gap():
    portrait = portray(function("sigmoid"), -5, 5, 100)
    portrait.curve.y[7] = np.nan
    portrait.curve.y[9] = np.inf
    line = part(card(portrait, VIEW), "curve")
    assert np.isnan(line.y[[7, 9]]).all()
    low, high = curves.fit([portrait])
    assert np.isfinite([low, high]).all()


def test_a_figure_is_drawn_in_two_inks_beside_the_functions_colours():
    drawing = curves.card(*portraits("sigmoid"), VIEW)
    colours = set(re.findall(r"rgba?\([^)]*\)|#[0-9A-Fa-f]{3,8}\b", drawing.to_json()))
    own = {colour for colour in colours if INK not in colour and PAPER not in colour}
    assert own == {"rgba(0,0,0,0)", "#0072B2"}
    on_white = drawing.figure().to_json()
    assert INK not in on_white
    assert f"rgb({ON_WHITE[PAPER]})" in on_white


def test_traces_are_known_by_function_order_and_role_wherever_they_stand():
    alone = [trace["uid"] for trace in curves.card(*portraits("leaky_relu"), ALL_ORDERS).traces]
    assert alone == [
        "leaky_relu-2-curve",
        "leaky_relu-1-curve",
        "leaky_relu-0-curve",
        "leaky_relu-0-samples",
        "leaky_relu-0-breaks",
    ]
    together = curves.summary(portraits("tanh", "leaky_relu"), ALL_ORDERS).traces
    assert alone == [trace["uid"] for trace in together][-len(alone) :]


def test_a_legend_hides_all_of_an_order_in_a_card_and_all_of_a_function_in_an_overlay():
    card_, overlay_ = (
        {trace["uid"]: trace["legendgroup"] for trace in drawing.traces}
        for drawing in (
            curves.card(*portraits("tanh"), ALL_ORDERS),
            curves.overlay(portraits("tanh"), ALL_ORDERS),
        )
    )
    assert card_["tanh-0-curve"] == card_["tanh-0-samples"] == "f"
    assert card_["tanh-1-curve"] == "f′"
    assert set(overlay_.values()) == {"tanh"}


def test_the_axes_keep_their_zoom_until_their_own_control_changes():
    def revisions(view):
        layout = card(*portraits("relu"), view).layout
        return layout.xaxis.uirevision, layout.yaxis.uirevision

    base = revisions(VIEW)
    assert revisions(View((-4, 5), (-1.5, 1.5)))[0] != base[0]
    assert revisions(View((-4, 5), (-1.5, 1.5)))[1] == base[1]
    fitted = revisions(View((-5, 5), (-1, 5), fitted=True))
    assert fitted[0] == base[0]
    assert fitted[1] != base[1]
    assert revisions(View((-5, 5), (-2, 5), fitted=True)) == fitted


def test_what_single_precision_cannot_hold_is_a_gap():
    steep = formula("exp(x**2)")
    x_end = 12.0
    drawing = curves.card(portray(steep.at(), -x_end, x_end, 5), VIEW)
    (line,) = (each for each in drawing.traces if each["meta"] == "curve")
    assert np.isnan(line["y"][0])
    assert not np.isinf(line["y"]).any()
    assert line["y"][line["x"] == 0] == 1
