"""The page "Gates" without a browser: what it shows for what is chosen, and what it gives away."""

import json
import math
import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from activations import gates
from activations.dashboard import functions
from activations.dashboard.gates import follow
from activations.dashboard.gates.logits import X, read_logits
from activations.dashboard.gates.page import LENS, STORIES
from activations.dashboard.gates.settings import MOST_GATES, TEMPERATURE, G
from activations.functions.catalog import CATALOG, NOT_ELEMENTWISE
from activations.gates import figures, share_figures
from activations.notation import plain
from tests.browser.driver import PATIENCE, ROOT

ALL_SHOWN = ["dg", "du", "dead", "difference", "surface"]


def _script():
    from activations.dashboard.gates import page

    page.LENS.show()


@pytest.fixture
def app():
    return AppTest.from_function(_script, default_timeout=PATIENCE)


def opened(app, **query):
    app.query_params.update(query)
    app.run()
    assert not app.exception
    return app


def shown(**raw):
    """The exhibits for what a link says."""
    reading = LENS.controls.read(raw)
    assert not reading.refusals
    settings = reading.settings
    return settings, LENS.exhibits(settings, [job.work(float) for job in LENS.jobs(settings)])


def trace(exhibit, name):
    (found,) = (each for each in exhibit.drawing.traces if each["uid"] == name)
    return found


def charts(app):
    found = app.get("bidi_component")
    return [
        json.loads(each.proto.json)["key"]
        for each in found
        if each.proto.component_name.endswith("place")
    ]


def test_the_page_opens_with_one_gate(app):
    opened(app)
    assert not app.warning
    assert charts(app) == ["map", "slices"]
    assert app.title[0].value == "Functions of several inputs"


def test_softmax_is_the_other_view_and_the_link_says_so(app):
    opened(app, view="softmax")
    assert charts(app) == ["bars", "jacobian", "one", "entropy", "simplex"]
    assert "NaN" in " ".join(each.value for each in app.markdown)


def test_all_that_can_be_shown_of_four_gates(app):
    opened(app, gates=["swiglu", "reglu", "gpt_oss"], functions=["tanh"], show=ALL_SHOWN)
    assert not app.warning
    assert charts(app) == ["map", "slices", "partials", "difference", "surface"]


def test_there_is_room_for_four(app):
    opened(app, gates=["glu", "swiglu", "geglu"], functions=["relu", "tanh", "mish"])
    assert f"first {MOST_GATES}" in app.info[0].value


def test_none_is_an_invitation_and_one_has_no_difference(app):
    opened(app, gates=[""])
    assert "No function is chosen" in app.info[0].value
    app.session_state["gates-gates"] = ["glu"]
    app.session_state["gates-show"] = ["difference"]
    app.run()
    assert "two gates" in app.info[0].value


def test_what_makes_no_sense_falls_back_with_one_note(app):
    opened(app, g="1e400", logits="99", variant="zaphod", gates=["nothing", "glu"], reach="nan")
    (note,) = (each.value for each in app.warning)
    for label in ("Gate input g", "Number of logits", "Variant", "Gates", "Range of g and u"):
        assert label in note
    assert app.slider(key="gates-g").value == pytest.approx(2)


@pytest.mark.parametrize("title", STORIES)
def test_a_story_is_shown(app, title):
    opened(app)
    app.button(key=f"story {title}").click().run()
    assert not app.exception
    assert not app.warning
    assert charts(app)[0] == ("map" if STORIES[title]["view"] == "gates" else "bars")


def test_the_chosen_point_is_on_the_map_and_in_words():
    _, found = shown(g="2", u="3")
    sigma = 1 / (1 + math.exp(-2))
    assert "5.285" in found["map"].caption["SwiGLU at (2, 3)"]
    assert "5.285" in found["map"].description
    dot = trace(found["slices"], figures.dot_uid("g", "swiglu"))
    assert (float(dot["x"][0]), float(dot["y"][0])) == pytest.approx((2, 6 * sigma))


def test_the_map_holds_the_gate_and_its_zero_lines():
    _, found = shown(gates=["gpt_oss"], reach="10")
    plane = trace(found["map"], "gpt_oss-0-map-h")
    true = gates.surface(gates.gate("gpt_oss"), plane["x"], plane["y"][:, np.newaxis])
    np.testing.assert_allclose(plane["z"], true.h, rtol=1e-5, atol=1e-5)
    zero = trace(found["map"], "gpt_oss-0-zero")
    assert {0.0} == set(zero["x"][:2].tolist())
    assert {-1.0} == set(zero["y"][3:5].tolist())
    box = trace(found["map"], "gpt_oss-0-clamp")
    assert (box["x"].max(), box["y"].max(), box["y"].min()) == (7, 7, -7)


def test_gates_share_one_scale_of_colours_and_axes():
    _, found = shown(gates=["swiglu", "bilinear", "reglu"])
    maps = [each for each in found["map"].drawing.traces if each["type"] == "contour"]
    assert len(maps) == 3
    assert len({(each["zmin"], each["zmax"]) for each in maps}) == 1
    layout = found["map"].drawing.layout
    assert layout["xaxis"]["range"] == layout["yaxis3"]["range"] == [-5, 5]


def test_the_dead_half_of_reglu_is_shaded_with_its_share():
    _, found = shown(gates=["reglu"], show=["dead"])
    shade = trace(found["map"], "reglu-0-dead")["z"]
    assert np.isfinite(shade).mean() == pytest.approx(0.5, abs=0.01)
    assert "50 % dead" in found["map"].drawing.layout["annotations"][0]["text"]


def test_the_difference_is_that_of_the_first_two():
    _, found = shown(gates=["geglu", "geglu_tanh"], show=["difference"])
    z = trace(found["difference"], "geglu-0-map-difference")["z"]
    assert np.abs(z).max() == pytest.approx(5 * 4.73e-4, rel=0.02)  # where u is 5


def test_a_formula_of_ones_own_gates_with_its_slider():
    settings, found = shown(gates=[""], own=["x*sigmoid(b*x); b in [0, 2]"], f1_b="2", g="1", u="1")
    assert settings.shown[0].values["b"] == 2
    assert f"{1 / (1 + math.exp(-2)):.4f}" in " ".join(found["map"].caption.values())


def test_the_partial_derivatives_are_drawn_each_under_its_name():
    _, found = shown(gates=["swiglu"], show=["dg", "du"])
    drawing = found["partials"].drawing
    names = [each["text"] for each in drawing.layout["annotations"]]
    assert names == ["∂h/∂g, SwiGLU", "∂h/∂u, SwiGLU"]
    dg, du = drawing.traces
    g, u = np.meshgrid(dg["x"], dg["y"])
    sigma = 1 / (1 + np.exp(-g.astype(float)))
    np.testing.assert_allclose(dg["z"], u * (sigma + g * sigma * (1 - sigma)), atol=1e-5)
    np.testing.assert_allclose(du["z"], g * sigma, atol=1e-5)
    assert [each.get("xaxis", "x") for each in (dg, du)] == ["x", "x2"]


def test_the_figures_of_softmax_hold_its_closed_forms():
    _, found = shown(view="softmax", temperature="2")
    p = np.exp([1, 0.5, 0.05]) / np.exp([1, 0.5, 0.05]).sum()
    point = trace(found["simplex"], share_figures.SIMPLEX_HERE)
    middle = p[1] + p[2] / 2, p[2] * math.sqrt(3) / 2
    np.testing.assert_allclose([point["x"][0], point["y"][0]], middle, rtol=1e-6)
    trail = trace(found["simplex"], share_figures.TRAIL)
    np.testing.assert_allclose([trail["x"][0], trail["y"][0]], [0, 0], atol=1e-6)  # all on x1
    hot = np.exp(np.array([2, 1, 0.1]) / 20)
    hot /= hot.sum()
    end = hot[1] + hot[2] / 2, hot[2] * math.sqrt(3) / 2
    np.testing.assert_allclose([trail["x"][-1], trail["y"][-1]], end, rtol=1e-5)

    curve, under = (
        trace(found["one"], name) for name in (share_figures.ONE, share_figures.SIGMOID)
    )
    x = curve["x"].astype(float)
    true = 1 / (1 + np.exp(np.logaddexp(0.5, 0.05) - x / 2))
    np.testing.assert_allclose(curve["y"], true, rtol=1e-5)
    np.testing.assert_allclose(under["y"], true, rtol=1e-5)

    drawn = trace(found["entropy"], "entropy-0-curve"), trace(found["entropy"], "slope-0-curve")
    t = drawn[0]["x"].astype(float)[:, np.newaxis]
    shares = np.exp(np.array([2, 1, 0.1]) / t - 2 / t)
    shares /= shares.sum(axis=1, keepdims=True)
    entropy = -(shares * np.log(shares)).sum(axis=1)
    np.testing.assert_allclose(drawn[0]["y"], entropy, rtol=1e-4, atol=1e-6)
    variance = shares @ np.array([4, 1, 0.01]) - (shares @ np.array([2, 1, 0.1])) ** 2
    np.testing.assert_allclose(drawn[1]["y"], variance / t[:, 0] ** 3, rtol=1e-3, atol=1e-6)


def test_a_cap_of_fifty_is_felt_by_large_logits():
    raw = {"view": "softmax", "variant": "capped", "x1": "8", "x2": "7", "scale": "10"}
    settings, found = shown(**raw)
    assert settings.numbers == pytest.approx((80, 70, 1))
    capped = 50 * np.tanh(np.array([80, 70, 1]) / 50)
    p = np.exp(capped) / np.exp(capped).sum()
    bars = trace(found["bars"], share_figures.bar_uid("shares"))
    np.testing.assert_allclose(bars["y"], p, rtol=1e-6)
    dashes = trace(found["bars"], share_figures.DASHES)
    assert dashes["y"][0] - bars["y"][0] > 0.1
    assert found["bars"].caption["capped logits"] == ", ".join(map(plain, capped.tolist()))
    assert trace(found["one"], share_figures.ONE)["x"][[0, -1]] == pytest.approx([-100, 100])
    reel = follow.of_shares(settings, X[0])
    track = next(each for each in reel.tracks if share_figures.ONE in each.y)
    assert track.x[[0, 80]] == pytest.approx([-100, 100])


def test_only_a_cap_scales_logits():
    settings, _ = shown(view="softmax", scale="10")
    assert settings.numbers == pytest.approx((2, 1, 0.1))


def test_the_sink_has_its_bar():
    _, found = shown(view="softmax", variant="sink", sink="1.5")
    bar = trace(found["bars"], share_figures.bar_uid("sink"))
    share = math.exp(1.5) / (np.exp([2, 1, 0.1]).sum() + math.exp(1.5))
    assert (float(bar["x"][0]), float(bar["y"][0])) == pytest.approx((3, share))


def test_the_tables_of_gates_have_their_numbers(app):
    opened(app, gates=["bilinear", "reglu"])
    table = app.dataframe[0].value.set_index("gate")
    assert table.loc["Bilinear", ["mean", "std", "E[h²]"]].tolist() == pytest.approx([0, 1, 1])
    assert table.loc["Bilinear", ["kurtosis", "kurtosis of f", "gain"]].tolist() == pytest.approx(
        [9, 3, 1]
    )
    assert table.loc["Bilinear", "dead"] == pytest.approx(0)
    # ReLU has the moments 1/2 and 3/2 of even order
    assert table.loc["ReGLU", ["E[h²]", "kurtosis", "dead"]].tolist() == pytest.approx(
        [0.5, 3 * 1.5 / 0.25, 50]
    )
    assert table.loc["ReGLU", "gain"] == pytest.approx(math.sqrt(2))


def test_the_width_and_the_orders_are_told(app):
    opened(app)
    said = " ".join(each.value for each in app.markdown)
    for number in ("134,217,728", "201,326,592", "10,922.7", "d_ff = 11,008", "135,266,304"):
        assert number in said

    def silu(x):
        return x / (1 + math.exp(-x))

    for name, outputs in (
        ("second half", (silu(3) * 1, silu(4) * 2)),
        ("first half", (silu(1) * 3, silu(2) * 4)),
        ("Every other", (silu(1) * 2, silu(3) * 4)),
    ):
        (line,) = (each.value for each in app.markdown if f"{name}" in each.value.partition(":")[0])
        assert f"is [{', '.join(map(plain, outputs))}]" in line


def test_what_goes_wrong_with_softmax_is_told(app):
    opened(app, view="softmax")
    said = " ".join(each.value for each in app.markdown)
    assert "torch makes [NaN, NaN, NaN]" in said
    assert "which gives [0, 0, 0]" in said
    rows = [list(map(str, row)) for row in app.table[0].value.to_numpy().tolist()]
    first = 1 / (1 + math.exp(-1))
    right = [plain(float(np.float32(first))), plain(float(np.float32(1 - first))), "0"]
    assert rows[0][1:] == ["NaN", "NaN", "0"]
    assert [row[1:] for row in rows[1:]] == [right, right]


def test_the_jacobian_has_its_values_written_in():
    _, found = shown(view="softmax")
    heat = trace(found["jacobian"], "jacobian-0-map")
    p = np.exp([2, 1, 0.1]) / np.exp([2, 1, 0.1]).sum()
    np.testing.assert_allclose(heat["z"], np.diag(p) - np.outer(p, p), atol=1e-14)
    assert heat["text"][0] == ["0.225", "−0.160", "−0.065"]
    assert re.fullmatch(r"0\.0{14}\d", found["jacobian"].caption["largest sum of a row"])


@pytest.mark.parametrize("variant", gates.VARIANTS)
def test_words_say_a_sigmoid_only_where_one_logit_follows_it(variant):
    _, found = shown(view="softmax", variant=variant, temperature="0.7", x1="0.5")
    words = found["one"].description
    if gates.VARIANTS[variant].follows_sigmoid:
        value = gates.softmax([0.5, 1, 0.1], variant, 0.7).values[0]
        assert "a sigmoid, from " in words
        assert words.endswith(f", and {plain(float(value))} at 0.5.")
    else:
        assert words.endswith(("it does not follow.", "no draw follows."))


def test_words_have_the_numbers_that_charts_have():
    _, found = shown(view="softmax")
    p = np.exp([2, 1, 0.1]) / np.exp([2, 1, 0.1]).sum()
    said = ", ".join(f"x{'₁₂₃'[at]} {plain(each)}" for at, each in enumerate(p.tolist()))
    assert f"{said}; with a trail from " in found["simplex"].description
    _, found = shown(gates=["bilinear"], show=["dg", "du", "surface"])
    assert "∂h/∂g of Bilinear from −5 to 5, ∂h/∂u of Bilinear from −5 to 5" in (
        found["partials"].description
    )
    assert "from −25 to 25" in found["surface"].description


def test_a_point_beyond_the_map_is_said_to_be():
    for g, beyond in (("5", False), ("5.1", True)):
        _, found = shown(g=g)
        (words,) = found["map"].caption.values()
        assert ("beyond the map" in words) == beyond


def test_the_jacobian_of_a_random_variant_is_that_of_the_first_dot():
    settings, found = shown(view="softmax", variant="gumbel", seed="7", temperature="0.8")
    dots = trace(found["bars"], "draws-0-marks")
    first = dots["y"].reshape(-1, 3)[0]
    jacobian = trace(found["jacobian"], "jacobian-0-map")["z"]
    np.testing.assert_allclose(jacobian, (np.diag(first) - np.outer(first, first)) / 0.8, atol=1e-6)
    said = [value for name, value in found["jacobian"].caption.items() if "draw" in name]
    np.testing.assert_allclose([float(each) for each in said], first, rtol=1e-3)
    (place,) = (each for each in LENS.places(settings) if each.key == "jacobian")
    assert place.note.startswith("Of one draw")


def test_the_entropy_in_words_is_that_of_the_very_temperature():
    _, found = shown(view="softmax", x1="10", x2="9.9", x3="9.8", temperature="0.1234")
    p = np.exp(np.array([10, 9.9, 9.8]) / 0.1234)
    p /= p.sum()
    assert f"here it is {plain(float(-(p * np.log(p)).sum()))} nats" in found["entropy"].description


@pytest.mark.parametrize(
    ("raw", "numbers"),
    [({"g": "1.7", "u": "-2.3"}, ["1.7", "2.3"]), ({"temperature": "3.4"}, ["3.4"])],
)
def test_no_title_has_a_number_that_a_thumb_would_belie(raw, numbers):
    settings, found = shown(**raw, view="softmax" if "temperature" in raw else "gates")
    of, slider = (follow.of_gates, G) if settings.of_gates else (follow.of_shares, TEMPERATURE)
    for key in of(settings, slider).charts:
        layout = found[key].drawing.layout
        titles = [
            layout["title"]["text"],
            *(each["text"] for each in layout.get("annotations", [])),
        ]
        assert not [each for each in titles for number in numbers if number in each]


@pytest.mark.parametrize("variant", gates.VARIANTS)
@pytest.mark.parametrize("query", [{}, {"logits": "8"}, {"masked": ["1", "3"]}, {"masked": "123"}])
def test_every_variant_is_drawn_whatever_the_logits(variant, query):
    settings, found = shown(
        view="softmax", variant=variant, **{k: list(v) for k, v in query.items()}
    )
    assert list(found) == [place.key for place in LENS.places(settings)]
    for exhibit in found.values():
        assert exhibit.drawing.to_json()
        exhibit.drawing.figure()


def test_draws_are_points_and_never_one_curve():
    _, found = shown(view="softmax", variant="gumbel", seed="3")
    for key in ("bars", "one", "simplex"):
        drawn = [each for each in found[key].drawing.traces if each.get("name") == "draws"]
        assert [each["mode"] for each in drawn] == ["markers"]


@pytest.mark.parametrize(
    ("moves", "place", "traces"),
    [
        ("g", 3.5, 3 * (2 + 3)),  # in each panel two parts of the cross-hair, a line, two dots
        ("u", 3.5, 3 * (2 + 3)),
        ("gpt_oss_alpha", 1.5, 4),  # the one gate's two lines and two dots
        ("gpt_oss_limit", 4, 4),
        ("elu_alpha", 2, 4),
    ],
)
def test_a_reel_of_a_gate_is_what_the_page_draws_there(moves, place, traces):
    chosen = {"gates": ["gpt_oss", "swiglu"], "functions": ["elu"], "reach": "9"}
    settings, _ = shown(**chosen)
    reel = follow.of_gates(settings, LENS.controls.table[moves])
    at = int(np.argmin(np.abs(np.array(reel.places) - place)))
    _, found = shown(**chosen, **{moves: str(reel.places[at])})
    seen = 0
    for track in reel.tracks:
        start = track.ends[at - 1]
        for name, y in track.y.items():
            drawn = [
                each
                for key in reel.charts
                for each in found[key].drawing.traces
                if each["uid"] == name
            ]
            (target,) = drawn
            x, y = track.x[start : track.ends[at]], y[start : track.ends[at]]
            if target["mode"] == "lines" and np.ptp(target["x"]):
                between = np.interp(x, target["x"], target["y"])
                np.testing.assert_allclose(between, y, atol=0.01)
            else:
                np.testing.assert_allclose([x, y], [target["x"], target["y"]], atol=1e-5)
            seen += 1
    assert seen == traces
    for axis in ("yaxis", "yaxis2"):
        limits = found["slices"].drawing.layout[axis]["range"]
        np.testing.assert_allclose(reel.own["slices"][at], limits, rtol=1e-6)


@pytest.mark.parametrize("moves", ["g", "u", "gpt_oss_alpha"])
def test_no_slice_leaves_its_axis_wherever_the_thumb_is(moves):
    settings, _ = shown(gates=["gpt_oss", "swiglu"])
    reel = follow.of_gates(settings, LENS.controls.table[moves])
    lines = {figures.slice_uid(axis, key) for axis in "gu" for key in settings.gates}
    for track in reel.tracks:
        for name in lines & track.y.keys():
            parts = np.split(track.y[name], track.ends[:-1])
            for (low, high), part in zip(reel.own["slices"], parts, strict=True):
                assert low <= part.min()
                assert part.max() <= high


@pytest.mark.parametrize("moves", ["reach", "d_ff", "swiglu_beta_beta", "gelu_approximate"])
def test_what_bends_no_line_has_no_reel(moves):
    settings, _ = shown(gates=["gpt_oss"], functions=["gelu"])
    assert follow.of_gates(settings, LENS.controls.table[moves]) is None


@pytest.mark.parametrize("variant", ["softmax", "log_softmax", "sink", "sparsemax"])
@pytest.mark.parametrize("slider", [X[1], TEMPERATURE])
def test_a_reel_of_softmax_is_what_the_page_draws_there(variant, slider):
    settings, _ = shown(view="softmax", variant=variant)
    reel = follow.of_shares(settings, slider)
    at = reel.places.index(pytest.approx(3))
    _, found = shown(view="softmax", variant=variant, **{slider.key: "3"})
    bars = trace(found["bars"], share_figures.bar_uid("shares"))
    track = next(each for each in reel.tracks if share_figures.bar_uid("shares") in each.y)
    heights = track.y[share_figures.bar_uid("shares")][track.ends[at - 1] : track.ends[at]]
    np.testing.assert_allclose(heights, bars["y"], rtol=1e-5, atol=1e-6)
    limits = found["bars"].drawing.layout["yaxis"]["range"]
    np.testing.assert_allclose(reel.own["bars"][at], limits, rtol=1e-6)
    assert len(reel.to_json()) < 1_000_000


def test_random_draws_do_not_follow():
    settings, _ = shown(view="softmax", variant="gumbel")
    assert follow.of_shares(settings, X[0]) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.0, 1.0, 0.1", [2, 1, 0.1]),
        ("[1; −2\t3]", [1, -2, 3]),
        ("0 -inf 1", [0, -math.inf, 1]),
    ],
)
def test_logits_are_pasted(text, expected):
    assert read_logits(text) == expected


@pytest.mark.parametrize(
    "text", ["1, 2", "one two three", "1 2 3 4 5 6 7 8 9", "1 2 1e4", "1 2 nan"]
)
def test_what_is_no_vector_of_logits_is_refused(text):
    with pytest.raises(ValueError, match=r"must|read"):
        read_logits(text)


def test_pasting_sets_every_logit(app):
    opened(app, view="softmax")
    app.text_input(key="gates-logits-pasted").set_value("0.5, -inf, 3, 1").run()
    assert not app.exception
    values = [app.session_state[f"gates-x{number}"] for number in (1, 3, 4)]
    assert values == pytest.approx([0.5, 3, 1])
    assert app.session_state["gates-masked"] == ["2"]
    assert app.session_state["gates-logits"] == 4
    app.text_input(key="gates-logits-pasted").set_value("0.5, x").run()
    assert any("commas" in each.value for each in app.caption)


@pytest.mark.parametrize(
    "raw",
    [
        {"gates": ["gpt_oss", "swiglu"], "functions": ["tanh"], "show": ["difference", "surface"]},
        {"gates": ["bilinear"]},
    ],
)
def test_the_code_and_the_table_give_the_pages_numbers(raw, monkeypatch):
    monkeypatch.setattr("plotly.graph_objects.Figure.show", lambda _: None)
    settings, found = shown(**raw)
    files = {each.label: each for each in found["map"].files}
    names = {}
    exec(files["Python code"].make(), names)  # noqa: S102
    lines = [each for each in files["CSV"].make().splitlines() if not each.startswith("#")]
    table = np.genfromtxt(lines, delimiter=",", names=True)
    for gate in settings.shown:
        h, dg, du = names["surfaces"][gate.title]
        seen = gates.surface(gate, table["g"], table["u"])
        np.testing.assert_allclose(h.numpy().ravel(), seen.h, atol=1e-14)
        np.testing.assert_allclose(dg.numpy().ravel(), seen.dg, atol=1e-14)
        np.testing.assert_allclose(du.numpy().ravel(), seen.du, atol=1e-14)
        moments = gates.moments(gate)
        numbers = moments.mean, moments.std, moments.mean_square, moments.kurtosis
        np.testing.assert_allclose(
            names["moments"](names["gates"][gate.title]), numbers, rtol=1e-4, atol=1e-9
        )
        for part in ("h", "dg", "du"):
            np.testing.assert_allclose(table[f"{gate.name}_{part}"], getattr(seen, part))
    lines = [each for each in files["Slices (CSV)"].make().splitlines() if each[0] != "#"]
    table = np.genfromtxt(lines, delimiter=",", names=True)
    for gate in settings.shown:
        for axis, made in zip("gu", names["slices"](names["gates"][gate.title]), strict=True):
            drawn = trace(found["slices"], figures.slice_uid(axis, gate.name))
            column = np.interp(drawn["x"], table["x"], table[f"{gate.name}_along_{axis}"])
            np.testing.assert_allclose(column, drawn["y"], atol=1e-5)
            np.testing.assert_allclose(
                made,
                np.interp(names["x"], table["x"], table[f"{gate.name}_along_{axis}"]),
                atol=1e-5,
            )
    assert ("difference" in names) == ("difference" in settings.show)
    notebook = json.loads(files["Jupyter notebook"].make())
    code = "\n\n".join(
        "".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"
    )
    exec(code, {})  # noqa: S102


def test_as_many_logits_can_be_masked_as_there_are(app):
    def offered():
        (pills,) = (each for each in app.button_group if each.key == "gates-masked")
        return list(pills.options)

    opened(app, view="softmax", masked=["2", "7"])
    assert offered() == ["x₁", "x₂", "x₃", "x₇"]
    app.slider(key="gates-logits").set_value(8).run()
    assert len(offered()) == 8
    assert app.session_state["gates-masked"] == ["2", "7"]
    app.button_group(key="gates-masked").set_value(["2"]).run()
    app.slider(key="gates-logits").set_value(4).run()
    assert offered() == ["x₁", "x₂", "x₃", "x₄"]
    assert app.session_state["gates-masked"] == ["2"]


@pytest.mark.parametrize("variant", gates.VARIANTS)
@pytest.mark.parametrize("masked", [[], ["2"]])
def test_the_code_of_softmax_gives_the_pages_numbers(variant, masked, monkeypatch):
    monkeypatch.setattr("plotly.graph_objects.Figure.show", lambda _: None)
    settings, found = shown(view="softmax", variant=variant, masked=masked, temperature="0.7")
    files = {each.label: each.make() for each in found["bars"].files}
    notebook = json.loads(files["Jupyter notebook"])
    cells = "\n\n".join(
        "".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"
    )
    seen = gates.softmax(settings.numbers, variant, 0.7)
    lines = [each for each in files["Entropy (CSV)"].splitlines() if not each.startswith("#")]
    entropies = np.genfromtxt(lines, delimiter=",", names=True)
    for code in (files["Python code"], cells):
        names = {}
        exec(code, names)  # noqa: S102
        np.testing.assert_allclose(names["p"].detach().numpy(), seen.values, rtol=1e-14)
        np.testing.assert_allclose(names["jacobian"].numpy(), seen.jacobian, atol=1e-14)
        for number, drawn in enumerate(("entropy", "dH_dT")):
            column = [each[number] for each in names["entropies"]]
            np.testing.assert_allclose(column, entropies[drawn], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(names["temperatures"].numpy(), entropies["T"], rtol=1e-12)
    lines = [each for each in files["CSV"].splitlines() if not each.startswith("#")]
    table = np.genfromtxt(lines, delimiter=",", names=True)
    np.testing.assert_allclose(table["logit"], settings.numbers)
    np.testing.assert_allclose(table["value"], seen.values)
    for number in range(3):
        np.testing.assert_allclose(table[f"d_by_x{number + 1}"], seen.jacobian[:, number])
    tables = {
        label: np.genfromtxt(
            [each for each in text.splitlines() if each[0] != "#"], delimiter=",", names=True
        )
        for label, text in files.items()
        if label.endswith("(CSV)")
    }
    drawn = trace(found["entropy"], "entropy-0-curve")
    np.testing.assert_allclose(tables["Entropy (CSV)"]["entropy"], drawn["y"], atol=1e-6)
    assert ("Draws (CSV)" in tables) == gates.VARIANTS[variant].random
    if gates.VARIANTS[variant].random:
        dots = trace(found["bars"], "draws-0-marks")["y"].reshape(-1, 3)
        np.testing.assert_allclose(tables["Draws (CSV)"]["p2"], dots[:, 1], atol=1e-6)
    else:
        drawn = trace(found["one"], share_figures.ONE)
        np.testing.assert_allclose(tables["One logit (CSV)"]["p"], drawn["y"], rtol=1e-5, atol=1e-9)
        np.testing.assert_allclose(names["curve"].numpy(), drawn["y"], rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("name", functions.ELSEWHERE)
def test_what_is_not_elementwise_leads_here(name):
    assert name in NOT_ELEMENTWISE
    with pytest.raises(ValueError, match=re.escape(f"[Gates]({functions.ELSEWHERE[name]})")):
        functions.FUNCTIONS.parse([name.replace("_", "")])
    query = functions.ELSEWHERE[name].partition("?")[2]
    raw = dict(each.split("=") for each in query.split("&"))
    assert not LENS.controls.read({key: [value] for key, value in raw.items()}).refusals


def test_choosing_softmax_on_explore_offers_a_link_here():
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    app.run()
    (box,) = (each for each in app.multiselect if each.key == "explore-functions")
    box.set_value(["Tanh", "softmax"]).run()
    assert not app.exception
    (note,) = (each.value for each in app.warning)
    assert "[Gates](gates?view=softmax)" in note


def test_any_function_of_the_catalogue_gates_on_the_page():
    for name in CATALOG:
        _, found = shown(gates=[""], functions=[name])
        assert found["map"].description
