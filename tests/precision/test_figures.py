"""Figures of none, one and many runs; what the browser makes of them is tested there."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from activations.drawing.frame import Drawing
from activations.functions.catalog import function
from activations.precision import BINS, FORMATS
from activations.precision.figures import View, errors, histogram, reach, title
from activations.precision.runs import run


@pytest.fixture(scope="module")
def runs():
    return [
        run(function("softplus"), FORMATS["float16"], "typed", "Softplus"),
        run(function("relu"), FORMATS["float16"], "typed", "ReLU"),
    ]


@pytest.fixture(scope="module")
def formats():
    return [
        run(function("silu"), FORMATS[name], "typed", name) for name in ("bfloat16", "float8_e5m2")
    ]


def dense(drawing: Drawing, role: str):
    return [each for each in drawing.traces if each.get("dense", {}).get("role") == role]


def test_each_run_has_its_curve_its_stairs_and_its_errors(runs):
    drawing = errors(runs, View())
    for role, axis in (("exact", "y"), ("result", "y"), ("steps", "y2")):
        traces = dense(drawing, role)
        assert [each["name"] for each in traces] == ["Softplus", "ReLU"]
        assert {each["yaxis"] for each in traces} == {axis}
        assert all(each["dense"]["axis"] == "own" for each in traces)
        assert all(each["dense"]["inputs"].size == 63488 for each in traces)
    uids = [each["uid"] for each in drawing.traces]
    assert len(set(uids)) == len(uids)
    json.loads(drawing.to_json({}))


def test_what_a_legend_hides_is_a_runs_whatever_it_is_called(runs, formats):
    def groups(shown):
        return {
            each["uid"]: each["legendgroup"]
            for draw in (errors, histogram)
            for each in draw(shown, View()).traces
        }

    both = groups(runs)
    assert set(both.values()) == {"softplus", "relu"}
    alone = groups([replace(runs[1], label="ReLU in float16")])
    assert alone == {uid: group for uid, group in both.items() if group == "relu"}
    assert set(groups(formats).values()) == {"silu-bfloat16", "silu-float8_e5m2"}
    assert set(groups([runs[1], runs[1]]).values()) == {"relu", "relu-2"}


def test_a_linear_axis_has_what_lies_in_the_range(runs):
    drawing = errors(runs, View(linear=True, low=-1, high=2))
    (trace, _) = dense(drawing, "steps")
    described = trace["dense"]
    assert described["axis"] == "linear"
    number = FORMATS["float16"].number
    assert number(described["inputs"][0]) == -1
    assert number(described["inputs"][-1]) == 2
    assert drawing.layout["xaxis"]["range"] == [-1, 2]
    low, high = drawing.layout["yaxis"]["range"]
    assert low < 0 < math.log(1 + math.e**2) < high < 2.5


def test_places_on_an_axis_are_inputs():
    single = FORMATS["float32"]
    assert reach(single, View(linear=True), -1, 2) == (-1, 2)
    places = single.place(np.array([-1.0, 2.0])).tolist()
    assert reach(single, View(), *places) == (-1, 2)
    assert reach(single, View(), -1e30, 1e30) == (-single.largest, single.largest)


def test_what_is_infinite_or_no_number_has_a_row(runs):
    axis = errors(runs, View()).layout["yaxis2"]
    assert axis["ticktext"][-1] == "∞"
    assert "NaN" not in axis["ticktext"]
    axis = errors(runs, View(order=1)).layout["yaxis2"]
    assert axis["ticktext"][-1] == "NaN"
    assert "∞" not in axis["ticktext"]
    assert axis["ticktext"][0] == "0"
    assert axis["tickvals"] == sorted(axis["tickvals"])


def test_several_formats_stand_on_the_axis_of_the_widest(formats):
    drawing = errors(formats, View())
    own, other = dense(drawing, "steps")
    assert own["dense"]["axis"] == "own"
    assert other["dense"]["axis"] == own["dense"]["format"]
    assert other["dense"]["format"] == {
        "name": "float8_e5m2",
        "bits": 8,
        "eps": 0.25,
        "tiny": 2.0**-14,
        "end": 123.0,
        "infinite": True,
    }
    assert len(dense(drawing, "exact")) == 1  # of one function
    for role in ("result", "steps"):
        lines = [each["line"] for each in dense(drawing, role)]
        assert len({each["color"] for each in lines}) == 2
        assert [each["dash"] for each in lines] == ["solid", "dash"]


def test_ticks_stand_at_their_numbers_and_get_closer(runs):
    layout = errors(runs, View()).layout
    levels = layout["meta"]["levels"]
    counts = [len(each["tickvals"]) for each in levels]
    assert counts == sorted(counts)
    place = FORMATS["float16"].place
    for level in levels:
        assert level["tickvals"] == sorted(level["tickvals"])
        ticks = dict(zip(level["ticktext"], level["tickvals"], strict=True))
        assert ticks["0"] == 0
        assert ticks["1"] == -ticks["−1"] == place(np.array([1.0]))[0]
    assert ticks["0.02"] == place(np.array([0.02]))[0]


def test_a_histogram_counts_every_result(runs):
    drawing = histogram(runs, View())
    bars = [each for each in drawing.traces if each["type"] == "bar"]
    for each, shown in zip(runs, bars, strict=True):
        said = [text.split("<br>") for text in shown["hovertext"]]
        counts = [int(text.split()[-2].replace(",", "")) for *_, text in said]
        assert {text for text, *_ in said} == {each.label}
        assert sum(counts) == 63488
        assert counts[: len(BINS)] == list(each.f.histogram)
        assert sum(share or 0 for share in shown["y"]) == pytest.approx(1)
    assert bars[0]["hovertext"][-1] == "Softplus<br>∞<br>20.34 %, 12,916 results"
    assert "<br>1 step off<br>" in bars[0]["hovertext"][1]
    assert "<br>3–10 steps off<br>" in bars[0]["hovertext"][3]


def test_titles_say_what_runs_have_in_common(runs, formats):
    assert title(runs, View()) == "f in float16, as typed"
    assert title(formats, View(order=1)) == "SiLU: f′ in 2 formats, as typed"


def test_a_long_legend_makes_a_narrow_figure_higher(runs):
    many = [
        run(function("silu"), FORMATS["float8_e5m2"], "typed", f"a name so long {n}")
        for n in range(6)
    ]
    for draw in (errors, histogram):
        wide, narrow = draw(many, View()), draw(many, View()).narrower
        (layout,) = narrow.values()
        assert layout["height"] > wide.layout["height"]
        assert layout["margin"]["b"] > wide.layout["margin"]["b"] > 48
        alone = draw(runs[:1], View())
        assert not alone.layout["showlegend"]


def test_what_was_not_kept_cannot_be_drawn():
    bare = run(function("relu"), FORMATS["float16"], "typed", "ReLU", drawn=False)
    with pytest.raises(ValueError, match="not kept"):
        errors([bare], View())
    assert histogram([bare], View()).traces
