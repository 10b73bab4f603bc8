"""Figures of gates and shares: the numbers that they hold, for nothing, one and many."""

import numpy as np
import plotly.graph_objects as go
import pytest

import activations as av
from activations.gates import figures
from activations.gates.shares import draws
from activations.gates.views import cut, grid, largest, see

FOUR = ["swiglu", "reglu", "gpt_oss", "tanh"]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_maps_in_one_line_hold_the_gates(count):
    figure = av.plot.gates(FOUR[:count], reach=9, shaded=True)
    assert isinstance(figure, go.Figure)
    maps = [each for each in figure.data if each.type == "contour"]
    assert len(maps) == count
    for name, each in zip(FOUR, maps, strict=False):
        x, y = np.asarray(each.x, float), np.asarray(each.y, float)
        true = av.gates.surface(av.gates.gate(name), x, y[:, np.newaxis]).h
        np.testing.assert_allclose(np.asarray(each.z, float), true, rtol=1e-5, atol=1e-5)
    assert len({each.zmax for each in maps}) == 1


@pytest.mark.parametrize(
    ("gates", "options", "words"),
    [
        ([], {}, "one to 4"),
        ([*FOUR, "glu"], {}, "one to 4"),
        (["zaphod"], {}, "the gates are"),
        (["glu"], {"reach": 0}, "reach"),
    ],
)
def test_maps_of_what_makes_no_sense_are_refused(gates, options, words):
    with pytest.raises(ValueError, match=words):
        av.plot.gates(gates, **options)


def test_a_gate_may_be_one_that_was_made():
    gate = av.gates.gate("gpt_oss", limit=3)
    box = next(each for each in av.plot.gates([gate]).data if each.name == "clamp")
    assert max(box.x) == 3


@pytest.mark.parametrize("name", FOUR)
def test_contours_lie_inside_and_none_at_zero(name):
    seen = see(av.gates.gate(name), 5)
    for drawing in (figures.maps([seen], 1, 1, shaded=False), figures.partials([seen], ["dg"])):
        contours = drawing.traces[0]["contours"]
        levels = np.arange(contours["start"], contours["end"] + 1e-9, contours["size"])
        assert 2 <= len(levels) <= 12
        assert np.abs(levels).min() > 1e-9
        assert levels[-1] <= drawing.traces[0]["zmax"]


def test_a_slice_holds_every_corner_of_a_clamp():
    gate = av.gates.gate("gpt_oss")
    x = grid(gate, 9)
    assert {-7.0, 0.0, 7.0} <= set(x.tolist())
    assert 7.0 not in grid(gate, 5)
    seen = cut(gate, 9, 1.0, 8.5)
    assert seen.along_g.h.shape == x.shape
    assert float(seen.point.h) == pytest.approx(float(av.gates.surface(gate, 1, 7).h))


def sliced(*chosen):
    """Return the traces of slices by uid, with the group that a legend hides."""
    cuts = [cut(gate, 5, 1, 1) for gate in chosen]
    return {each["uid"]: each["legendgroup"] for each in figures.slices(cuts, 5, 400).traces}


def test_what_a_legend_hides_is_a_gates_whatever_stands_before_it():
    swiglu, reglu = av.gates.gate("swiglu"), av.gates.gate("reglu")
    both, one = sliced(swiglu, reglu), sliced(reglu)
    assert set(both.values()) == {"swiglu", "reglu"}
    assert one == {uid: group for uid, group in both.items() if group == "reglu"}
    twice = sliced(*[av.gates.gate("gpt_oss", limit=limit) for limit in (3, 7)])
    assert set(twice.values()) == {"gpt_oss", "gpt_oss-2"}
    assert len(twice) == 8


def test_an_axis_of_nothing_has_a_height_too():
    assert largest([np.zeros(3), np.array([np.nan])]) == 1
    nothing = av.gates.gate(av.formula("0").at())
    seen = see(nothing, 5)
    assert (seen.dead, seen.quiet) == (1, 1)
    for drawing in (
        figures.maps([seen], 0, 0, shaded=True),
        figures.slices([cut(nothing, 5, 1, 1)], 5, 400),
        figures.difference(seen, seen),
        figures.surface(seen),
    ):
        drawing.figure()
        assert drawing.to_json()


def test_a_formula_with_gaps_is_drawn_with_gaps():
    seen = see(av.gates.gate(av.formula("sqrt(x)").at()), 5)
    drawing = figures.maps([seen], 0, 0, shaded=False)
    z = drawing.traces[0]["z"]
    assert np.isnan(z[:, 0]).all()
    assert np.isfinite(z[:, -1]).all()
    assert drawing.to_json()


@pytest.mark.parametrize("variant", av.gates.VARIANTS)
def test_shares_in_one_line_are_softmaxs(variant):
    logits = [2.0, 1.0, 0.1]
    seen = av.gates.softmax(logits, variant, 2.0)
    bars = av.plot.softmax(logits, variant, 2.0).data[0]
    heights = seen.shares if seen.variant.random else seen.values
    np.testing.assert_allclose(np.asarray(bars.y, float), heights)
    heat = av.plot.softmax(logits, variant, 2.0, chart="jacobian").data[0]
    np.testing.assert_allclose(np.asarray(heat.z, float), seen.jacobian)


def test_random_shares_in_one_line_are_points():
    (dots,) = (
        each
        for each in av.plot.softmax([2.0, 1.0, 0.1], "gumbel", 0.7, seed=4).data
        if each.name == "draws"
    )
    assert dots.mode == "markers"
    true = draws([2.0, 1.0, 0.1], 0.7, len(dots.y) // 3, 4)
    np.testing.assert_allclose(np.asarray(dots.y, float), true.ravel(), rtol=1e-6)


def test_another_chart_of_shares_is_refused():
    with pytest.raises(ValueError, match="bars or jacobian"):
        av.plot.softmax([1, 2], chart="pie")
