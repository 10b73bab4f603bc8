"""The reels hold what torch computes, at every place of every slider."""

import base64
import json
import math

import numpy as np
import pytest

from activations.drawing import curves, reel
from activations.drawing.curves import View
from activations.functions import calculus
from activations.functions.catalog import CATALOG
from activations.functions.catalog.frameworks import TRAPS
from activations.functions.spec import Parameter

PLACES = [-20 + 0.5 * step for step in range(81)]
POST = ("sigmoid", "tanh", "relu", "leaky_relu")
HALF_PIXEL = 0.5 / 200
"""Share of the height of an axis that is 200 pixels high."""


def places(parameter):
    steps = round((parameter.high - parameter.low) / parameter.step)
    pace = math.ceil((steps + 1) / reel.MOST_PLACES)
    return [parameter.low + step * parameter.step for step in range(0, steps + 1, pace)]


SLIDERS = [
    (name, parameter)
    for name, activation in CATALOG.items()
    for parameter in activation.parameters
    if isinstance(parameter, Parameter)
]
CLOSEST = [(name, each) for name, each in SLIDERS if len(places(each)) > 0.9 * reel.MOST_PLACES]


def takes(name, parameter):
    return [CATALOG[name].at(**{parameter.name: place}) for place in places(parameter)]


def track(found, uid):
    (one,) = (each for each in found.tracks if uid in each.y)
    return one


def line(found, uid, place=0):
    one = track(found, uid)
    inside = slice(one.ends[place - 1] if place else 0, one.ends[place])
    return one.x[inside].astype(float), one.y[uid][inside].astype(float)


def drawn_by_the_page(function, low, high):
    """The points of the page's own line, but for breaks and what single precision takes for one."""
    x = calculus.grid(function, low, high)
    for point in function.breaks:
        x = x[abs(x - point.x) > 1e-5]
    return calculus.trace(function, x)


def assert_drawn(points, function, order, low, high, height):
    """A reel's line is the page's to half a pixel of an axis so high, or that holds all of it."""
    x, y = (each[np.isfinite(points[1])] for each in points)
    page = drawn_by_the_page(function, low, high)
    expected = (page.y, page.dy, page.d2y)[order]
    tall = max(height, np.ptp(expected))
    np.testing.assert_allclose(np.interp(page.x, x, y), expected, atol=tall * HALF_PIXEL)


def assert_small(found, parameter):
    """A reel has all of a slider's places, or each of so many as are returned."""
    assert len(found.to_json()) <= reel.MOST
    pace = math.ceil(len(places(parameter)) / len(found.places))
    assert found.places == places(parameter)[::pace]
    return pace


@pytest.mark.parametrize(
    ("name", "parameter"), SLIDERS, ids=[f"{name}-{each.name}" for name, each in SLIDERS]
)
def test_the_reel_of_a_parameter_is_the_function_at_each_place(name, parameter):
    view = View((-5, 5), curves.POST_LIMITS, (0, 1, 2))
    chosen = takes(name, parameter)
    found = reel.of_value(chosen, places(parameter), [], view, 100)
    pace = assert_small(found, parameter)
    assert all(one.ends.size == len(found.places) for one in found.tracks)
    for place, function in enumerate(chosen[::pace]):
        for order in view.orders:
            points = line(found, f"{name}-{order}-curve", place)
            assert_drawn(points, function, order, *view.x, height=3)


@pytest.mark.parametrize(
    ("name", "parameter"), CLOSEST, ids=[f"{name}-{each.name}" for name, each in CLOSEST]
)
def test_a_reel_that_would_be_too_large_has_coarser_steps(name, parameter):
    chosen = takes(name, parameter)
    shown = [calculus.portray(chosen[0], -5, 5, 100)]
    view = curves.view(shown, (-5, 5), (0, 1), None, log=True)
    found = reel.of_value(chosen, places(parameter), [], view, 100)
    pace = assert_small(found, parameter)
    assert len(found.limits) == len(found.places)
    for place in (0, len(found.places) // 2, len(found.places) - 1):
        function = chosen[pace * place]
        x, y = line(found, f"{name}-1-curve", place)
        far = np.all([abs(x - each.x) > 1e-5 for each in function.breaks] or [x == x], axis=0)
        expected = abs(calculus.trace(function, x[far]).dy)
        np.testing.assert_allclose(y[far], expected, rtol=1e-3, atol=1e-37)


def test_windows_that_would_be_too_large_have_coarser_lines(monkeypatch):
    functions = [CATALOG[name].at() for name in POST]
    view = View((-5, 5), curves.POST_LIMITS, (1,), log=True)
    whole = reel.of_window(functions, PLACES, view, 100)
    monkeypatch.setattr(reel, "MOST", len(whole.to_json()) // 2)
    found = reel.of_window(functions, PLACES, view, 100)
    assert len(found.to_json()) <= reel.MOST
    assert found.places == PLACES
    x, y = line(found, "tanh-1-curve")
    np.testing.assert_allclose(y, calculus.evaluate("tanh", x).dy, rtol=1e-5, atol=1e-14)


def test_a_reel_has_bands_breaks_and_hairlines_that_move():
    view = View((-5, 5), curves.POST_LIMITS)
    upper = next(each for name, each in SLIDERS if each.name == "upper")
    found = reel.of_value(takes("rrelu", upper), places(upper), [], view, 100)
    x, y = line(found, "rrelu-0-band-high", 10)
    np.testing.assert_allclose(y[x < 0], x[x < 0] * places(upper)[10], rtol=1e-6)
    lambd = next(each for name, each in SLIDERS if name == "hardshrink")
    found = reel.of_value(takes("hardshrink", lambd), places(lambd), [], view, 100)
    x, y = line(found, "hardshrink-0-breaks", 4)
    np.testing.assert_allclose(x, [-places(lambd)[4], places(lambd)[4]], rtol=1e-6)
    np.testing.assert_array_equal(y, 0)
    gap = line(found, "hardshrink-0-curve", 4)[1]
    assert np.isnan(gap).sum() == 2
    alpha = next(each for name, each in SLIDERS if name == "elu")
    found = reel.of_value(takes("elu", alpha), places(alpha), [], view, 100)
    assert np.isnan(found.levels["elu-low"][0])
    np.testing.assert_allclose(found.levels["elu-low"][1:], -np.array(places(alpha))[1:], rtol=1e-6)


@pytest.mark.parametrize("log", [False, True])
def test_limits_that_follow_are_those_of_the_page(log):
    others = [CATALOG[name].at() for name in ("tanh", "relu6")]
    portraits = [calculus.portray(each, -5, 5, 100) for each in others]
    (name, parameter), *_ = SLIDERS
    chosen = takes(name, parameter)
    shown = [*portraits, calculus.portray(chosen[0], -5, 5, 100)]
    view = curves.view(shown, (-5, 5), (0, 1), None, log=log)
    rest = [each.curve for each in portraits]
    found = reel.of_value(chosen, places(parameter), rest, view, 100)
    for place in (0, 17, 100):
        shown[-1] = calculus.portray(chosen[place], -5, 5, 100)
        expected = curves.view(shown, (-5, 5), (0, 1), None, log=log).y
        np.testing.assert_allclose(found.limits[place], expected, rtol=1e-6)
        assert not log or "{:g},{:g}".format(*expected) in found.powers


@pytest.mark.parametrize("orders", [(0,), (0, 1, 2)])
def test_every_window_of_the_inputs_can_be_cut_out(orders):
    functions = [activation.at() for activation in CATALOG.values()]
    view = View((-5, 5), curves.POST_LIMITS, orders)
    found = reel.of_window(functions, PLACES, view, 100)
    for function in functions:
        name = function.activation.name
        for low, high in ((-20, 20), (-5, 5), (-0.5, 0), (0, 0.5), (-3.5, -3), (1, 2.5)):
            for order in orders:
                assert_drawn(line(found, f"{name}-{order}-curve"), function, order, low, high, 3)


@pytest.mark.parametrize("log", [False, True])
def test_the_limits_of_every_window_are_those_of_the_page(log):
    functions = [CATALOG[name].at() for name in POST]
    portraits = [calculus.portray(each, -5, 4.75, 100) for each in functions]
    view = curves.view(portraits, (-5, 4.75), (0, 1), None, log=log)
    found = reel.of_window(functions, PLACES, view, 100)
    assert found.places == PLACES
    table = found.limits.reshape(len(found.places), len(found.places), 2)
    for low, high in ((-20, 20), (-5, 5), (0, 0.5), (-3, -1), (19.5, 20)):
        shown = [calculus.portray(each, low, high, 100) for each in functions]
        expected = curves.view(shown, (low, high), (0, 1), None, log=log).y
        limits = table[found.places.index(low), found.places.index(high)]
        np.testing.assert_allclose(limits, expected, atol=np.ptp(expected) * HALF_PIXEL)


@pytest.mark.parametrize("trap", TRAPS, ids=[each.word for each in TRAPS])
def test_a_difference_follows_the_inputs_on_an_axis_of_its_own(trap):
    view = View((-5, 5), curves.POST_LIMITS)
    found = reel.of_window([], PLACES, view, 100, [("difference", trap)])
    limits = found.own["difference"].reshape(len(PLACES), len(PLACES), 2)
    for low, high in ((-20, 20), (-5, 5), (-1, 0.5), (2, 2.5)):
        x = calculus.grid(trap.ours, low, high)
        drawn = curves.difference("", x, trap.difference(x), trap.ours.activation.name, "")
        expected = drawn.layout["yaxis"]["range"]
        tall = np.ptp(expected)
        reached = limits[PLACES.index(low), PLACES.index(high)]
        np.testing.assert_allclose(reached, expected, atol=tall * HALF_PIXEL + 1e-13)
        (trace,) = drawn.traces
        points = line(found, trace["uid"])
        far = np.all([abs(trace["x"] - point.x) > 0.02 for point in breaks(trap)], axis=0)
        y = np.interp(trace["x"], *points)
        np.testing.assert_allclose(y[far], trace["y"][far], atol=tall * HALF_PIXEL + 1e-13)


def breaks(trap):
    return [*trap.ours.breaks, *trap.theirs.breaks]


def test_samples_need_nothing_but_their_number():
    functions = [CATALOG[name].at() for name in POST]
    found = reel.of_count(functions, [2, 3], View((-5, 5), curves.POST_LIMITS), 100)
    assert not found.tracks
    assert found.dots["tanh-0-samples"] == "tanh-0-curve"


def test_a_reel_is_small_and_travels_as_typed_arrays():
    functions = [activation.at() for activation in CATALOG.values()]
    portraits = [calculus.portray(each, -5, 5, 100) for each in functions]
    view = curves.view(portraits, (-5, 5), (0, 1, 2), None)
    found = reel.of_window(functions, PLACES, view, 100)
    text = found.to_json()
    assert len(text) < 1_000_000
    sent = json.loads(text)
    assert set(sent) == set(type(found).__slots__)
    values = sent["tracks"][0]["y"]["sigmoid-0-curve"]
    decoded = np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"])
    np.testing.assert_array_equal(decoded, found.tracks[0].y["sigmoid-0-curve"])
