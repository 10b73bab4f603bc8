"""The page "Precision" without a browser: Streamlit's own AppTest runs the script."""

import json
import math
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from activations.dashboard.precision import page, table
from activations.dashboard.precision.settings import CONTROLS, MOST_DRAWN, MOST_RUNS, values_of
from activations.functions.catalog import CATALOG
from activations.precision import FORMATS
from activations.precision.presets import PRESETS
from tests.browser.driver import PATIENCE
from tests.dashboard.components import answered


def _script():
    from activations.dashboard.precision import page

    page.LENS.show()


@pytest.fixture
def app():
    return AppTest.from_function(_script, default_timeout=PATIENCE)


@pytest.fixture
def small(app):
    app.query_params.update({"format": "float8_e5m2", "where": "typed"})
    return app


def choose(app, **values):
    """Set controls' widgets as the reader does."""
    for key, value in values.items():
        app.session_state[f"precision-{key}"] = value


def verdicts(app):
    return [
        each.value
        for each in app.markdown
        if "correctly rounded; f′" in each.value or "; f′" in each.value
    ]


def answer(app, asked):
    return answered(app, "closer", asked)


def settings(**values):
    reading = CONTROLS.read(values)
    assert not reading.refusals
    return reading.settings


def test_the_page_loads_at_its_defaults(app):
    app.run()
    assert not app.exception
    assert not app.warning
    said = [each.split(":")[0] for each in verdicts(app)]
    assert said == ["Sigmoid", "Tanh", "ReLU", "Leaky ReLU"]
    (table,) = app.dataframe
    assert list(table.value["function"]) == said
    assert set(table.value["format"]) == {"bfloat16"}


def test_the_table_has_the_figures_of_the_sentences(app):
    app.query_params.update(
        {"format": "float16", "where": "typed", "functions": ["softplus", "gelu", "relu"]}
    )
    app.run()
    (table,) = app.dataframe
    rows = table.value.set_index("function")
    assert rows["f infinite"].tolist() == [12916, 0, 0]
    assert rows["f′ NaN"]["Softplus"] == 12916
    assert rows["f worst"]["GELU"] == 3915
    assert rows["f correct"].round(2).tolist() == [64.52, 82.74, 100]
    shown = json.loads(table.proto.columns)
    for name in rows.columns.drop(["format", "computed"]):
        whole = name.split(" ", 1)[1] in ("worst", "> 10 steps", "NaN", "infinite")
        assert (shown[name]["type_config"]["format"] == "%d") == whole


def test_what_is_nearly_all_is_not_all_in_the_table():
    chosen = settings(functions=("relu",), format="float32")
    (found,) = [job.work(lambda _: None) for job in page.jobs(chosen)]
    few = replace(found.f, histogram=(found.f.inputs - 1, 1, 0, 0, 0))
    assert few.share == "99.99 %"
    assert table._found(few)["correct"] == 99.99
    assert table._found(found.f)["correct"] == 100


def test_eight_bits_have_no_kernel_and_the_page_says_so(app):
    app.query_params["format"] = "float8_e4m3fn"
    app.run()
    assert "no kernels for float8_e4m3fn" in app.info[0].value
    assert "gives 448 for 1000 and 448 for infinity" in app.info[0].value
    assert set(app.dataframe[0].value["computed"]) == {"float32 inside"}


@pytest.mark.parametrize("title", PRESETS)
def test_a_story_shows_what_it_says(title):
    chosen = settings(**values_of(PRESETS[title]))
    results = [job.work(lambda _: None) for job in page.jobs(chosen)]
    exhibits = page.exhibits(chosen, results)
    said = exhibits["errors"].description
    expected = {
        "SiLU": "at worst 6,182 steps off",
        "Soft": "infinite at 12,916 inputs",
        "GELU": "exactly 0 up to x = −3.109",
        "Tanh": "510 steps off",
        "tanh": "f′ in float32, torch's kernel",
    }
    assert expected[title[:4]] in said
    assert title[:4] != "tanh" or "NaN at" in said.split("; f′")[1]


def test_the_histogram_is_in_words():
    chosen = settings(functions=("softplus", "relu"), format="float16", where="typed")
    results = [job.work(lambda _: None) for job in page.jobs(chosen)]
    said = page.exhibits(chosen, results)["histogram"].description
    counts = results[0].f.histogram
    assert f"Softplus: {counts[0]:,} at 0, {counts[1]:,} at 1, " in said
    assert "0 at NaN, 12,916 at ∞. ReLU: 63,488 at 0, 0 at 1, 0 at 2, 0 at 3–10," in said


def test_a_story_sets_the_controls(small):
    small.run()
    small.button(key="story Softplus overflows in float16").click().run()
    assert not small.exception
    assert small.session_state["precision-functions"] == ["Softplus", "LogSigmoid"]
    assert small.session_state["precision-where"] == "typed"
    assert "infinite at 12,916 inputs" in verdicts(small)[0]


def test_bad_values_fall_back_with_one_note(app):
    app.query_params.update({"format": "posit16", "span": "nan", "functions": "relu", "axis": "9"})
    app.run()
    assert not app.exception
    (note,) = (each.value for each in app.warning)
    for label in ("Format", "Input range", "Inputs"):
        assert label in note
    assert app.dataframe[0].value["format"].tolist() == ["bfloat16"]


def test_no_function_is_an_invitation(small):
    small.run()
    choose(small, functions=[])
    small.run()
    assert "No function is chosen" in small.info[0].value
    assert not small.dataframe


def test_formats_and_places_are_compared(small):
    small.query_params["functions"] = "silu"
    small.run()
    choose(small, compare="formats")
    small.run()
    assert small.dataframe[0].value["format"].tolist() == list(FORMATS)
    choose(small, compare="places", format="bfloat16")
    small.run()
    assert small.dataframe[0].value["computed"].tolist() == ["torch's kernel", "as typed"]
    choose(small, format="float8_e5m2")
    small.run()
    assert small.dataframe[0].value["computed"].tolist() == ["float32 inside", "as typed"]


def test_what_is_not_known_as_a_formula_is_computed_by_its_kernel(monkeypatch):
    monkeypatch.setattr("activations.precision.typed.TYPED", {})
    for kind, where in (("float16", "kernel"), ("float8_e5m2", "float32")):
        chosen = settings(functions=("silu", "golu"), where="typed", format=kind)
        assert [each[2] for each in chosen.choices] == [where, "typed"]


def test_the_range_counts_on_a_linear_axis_alone(small):
    small.run()
    assert small.slider(key="precision-span").disabled
    choose(small, axis="linear")
    small.run()
    assert not small.slider(key="precision-span").disabled


def test_of_very_many_runs_some_are_drawn_and_more_are_listed(small):
    small.query_params["functions"] = list(CATALOG)
    small.run()
    assert not small.exception
    runs = len(CATALOG)
    assert f"The first {MOST_DRAWN} are drawn; the table has all {runs}." in small.info[0].value
    assert len(small.dataframe[0].value) == runs <= MOST_RUNS
    many = settings(functions=tuple(CATALOG), compare="formats", where="typed")
    assert len(page.jobs(many)) == MOST_RUNS
    assert f"the first {MOST_RUNS} of them" in page.notice(many)


def test_charts_that_are_whole_are_not_drawn_again_while_the_table_grows():
    chosen = settings(functions=tuple(CATALOG), format="float8_e5m2", where="typed")
    results = [job.work(lambda _: None) for job in page.jobs(chosen)]
    assert page.exhibits(chosen, results[:MOST_DRAWN])
    assert not page.exhibits(chosen, results[:-1])
    assert page.exhibits(chosen, results)


def test_what_is_done_is_not_done_again(small, monkeypatch):
    small.run()
    monkeypatch.setattr("activations.precision.runs.measure", None)
    choose(small, image_size="slide", slope="slope")
    small.run()
    assert not small.exception
    assert len(verdicts(small)) == 4


def test_a_function_without_any_value_leaves_the_charts_empty():
    chosen = settings(functions=(), own=("log(-1-x*x)",), axis="linear")
    results = [job.work(lambda _: None) for job in page.jobs(chosen)]
    for exhibit in page.exhibits(chosen, results).values():
        assert exhibit.drawing.to_json({})


def test_what_is_a_sample_is_said_to_be_one():
    assert "these are 1,048,576" in page.notice(settings(format="float32"))
    assert not page.notice(settings(format="float16"))


@pytest.mark.parametrize(
    "asked",
    [None, [], [1], ["1", "2"], [2, 1], [1, 1], [1, math.inf], [math.nan, 1], {"low": 1}, "12"],
)
def test_what_is_no_zoom_is_not_answered(small, asked):
    assert answer(small, asked)["limits"] is None


def test_a_zoom_is_answered_for_what_is_a_sample_alone(app):
    app.query_params.update({"functions": "relu", "compare": "formats"})
    app.run()
    given = answer(app, [0, 1e9])
    assert given["limits"] == [0, 1e9]
    assert list(given["runs"]) == ["relu-float32-kernel"]
    assert given["state"] == {"functions": ["relu"], "compare": ["formats"]}
    assert given["runs"]["relu-float32-kernel"]["inputs"]["dtype"] == "i4"


def test_of_a_formula_it_is_said_what_judges_it():
    assert "no test holds" in page.notice(settings(functions=(), own=("x*cos(3*x)",)))
    assert not page.notice(settings(functions=(), own=("x*(1-sigmoid(-x))",)))


def test_files_are_named_after_what_is_on_view():
    chosen = settings(functions=("gelu",), format="float8_e5m2", where="typed", slope="slope")
    results = [job.work(lambda _: None) for job in page.jobs(chosen)]
    csv, code = page.exhibits(chosen, results)["errors"].files
    assert csv.name == "precision_gelu_approximate-none_float8_e5m2_typed_slope.csv"
    assert csv.make().count("\n") == 2 + 248
    assert '"float8_e5m2", "typed"' in code.make()
