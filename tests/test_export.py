"""What is taken away, read back: numbers to the last bit, text as text."""

import ast
import csv
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import nbformat
import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from nbclient import NotebookClient

from activations import CATALOG, Choice, evaluate, export
from activations.dashboard.own import activations
from activations.export import Selection, source
from activations.export.mathml import mathml
from activations.functions import calculus
from tests.browser.driver import PATIENCE, ROOT
from tests.browser.reading import swipe

FIELDS = {"f(x)": "y", "f'(x)": "dy", "f''(x)": "d2y"}


def at_share(activation, share):
    """The activation with every slider at that share of its way, every choice at its option."""
    return activation.at(
        **{
            p.name: p.options[round(share * (len(p.options) - 1))]
            if isinstance(p, Choice)
            else p.low + share * (p.high - p.low)
            for p in activation.parameters
        }
    )


ALL = {
    "default": Selection(tuple(a.at() for a in CATALOG.values()), derivatives=(1, 2)),
    **{
        f"{share:.0%}": Selection(
            tuple(at_share(a, share) for a in CATALOG.values()), -7.3, 4.9, 99, derivatives=(1, 2)
        )
        for share in (0, 0.37, 1)
    },
}
ONE = Selection((CATALOG["leaky_relu"].at(negative_slope=1 / 3),), -7.5, 3, 61)
POST = Selection(tuple(CATALOG[name].at() for name in ("sigmoid", "tanh", "relu", "leaky_relu")))
OWN = Selection(
    tuple(
        each.at(**{parameter.name: 0.7 for parameter in each.parameters})
        for each in activations(
            ("x**2", "abs(x)**b", "where(x > 0, x, b*exp(x))", "soft_er=min(x, exp(c*x))", "None=x")
        )
    ),
    derivatives=(1, 2),
)
HOSTILE = (
    '"</script><script>alert(1)</script>',
    "<img src=x onerror=alert(1)>",
    "a,=1+1;@x\t-1\n=HYPERLINK(1)",
    "=1+1",
    '""" + exit() + """',
    "\\",
    "$$ <b> $$\n\n# x",
    "\u2028'\r\n{x}$data",
)
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text())


def for_any_text(test):
    """Run a test on hostile texts and many others, with no clock on it."""
    return settings(deadline=None)(given(TEXTS)(test))


def named(text):
    """A selection of a function whose name, title and formula are that text."""
    leaky = replace(CATALOG["leaky_relu"], name=text, title=text, formula=text)
    return Selection((leaky.at(),), count=3, derivatives=(1,))


def expected(function, selection):
    if function.activation.name in CATALOG:
        return evaluate(function.activation.name, selection.x, **function.values)
    return calculus.trace(function, selection.x)


def same(found, wanted):
    """Whether two arrays hold the same bits."""
    return np.asarray(found, dtype=np.float64).tobytes() == wanted.tobytes()


# --- the selection


@pytest.mark.parametrize(
    "change",
    [
        {"functions": ()},
        {"functions": (CATALOG["relu"].at(), CATALOG["relu"].at())},
        {"low": 5.0},
        {"high": np.nan},
        {"high": np.inf},
        {"count": 1},
        {"derivatives": (0,)},
        {"derivatives": (2, 1)},
        {"derivatives": (1, 1)},
        {"limits": (1.0, -1.0)},
    ],
)
def test_a_selection_that_makes_no_sense_is_refused(change):
    with pytest.raises(ValueError, match="must"):
        replace(POST, **change)


def test_file_names_say_function_parameters_and_range():
    assert export.file_name(Selection(POST.functions[3:]), ".csv") == (
        "leaky-relu_slope-0.01_x-5to5.csv"
    )
    assert export.file_name(replace(POST, low=-2.5), ".html") == "summary_x-2.5to5.html"


@for_any_text
def test_file_names_hold_nothing_that_a_file_system_minds(text):
    assert not set(export.file_name(named(text))) & set('/\\:*?"<>|\0\n')


# --- CSV


@pytest.mark.parametrize("selection", [*ALL.values(), ONE], ids=[*ALL, "one"])
def test_csv_reads_back_bit_for_bit(selection):
    text = export.csv(selection)
    frame = pd.read_csv(io.StringIO(text), comment="#")
    skipped = sum(line.startswith("#") for line in text.splitlines())
    assert f"skip_header={skipped})" in text
    array = np.genfromtxt(io.StringIO(text), delimiter=",", names=True, skip_header=skipped)
    fields = ["y", "dy", "d2y"] if selection.derivatives else ["y"]
    names = [f"{f.activation.name}_{field}" for f in selection.functions for field in fields]
    assert list(frame.columns) == list(array.dtype.names) == ["x", *names]
    for read in (frame, array):
        assert same(read["x"], selection.x)
        for function in selection.functions:
            curve = expected(function, selection)
            for field in fields:
                assert same(read[f"{function.activation.name}_{field}"], getattr(curve, field))


def test_csv_says_what_was_computed():
    text = export.csv(ONE)
    assert f"# leaky_relu: Leaky ReLU with negative_slope = {1 / 3!r}\n" in text
    assert "# x: 61 samples from -7.5 to 3.0\n" in text
    assert "PyTorch" in text
    assert "\r" not in text


@for_any_text
def test_no_cell_of_a_csv_is_a_formula(text):
    written = export.csv(named(text))
    comments = [line for line in written.split("\n") if line.startswith("#")]
    rows = [line for line in written.split("\n") if not line.startswith("#")]
    for delimiter in ",;\t":
        for row in csv.reader([*comments, rows[0]], delimiter=delimiter):
            assert not any(cell.strip().startswith(("=", "+", "-", "@")) for cell in row)
    assert len(rows) == 1 + 3 + 1
    assert all(len(row.split(",")) == 3 for row in rows[:-1])


# --- code


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    """The curves that scripts compute, all run in one process, by selection."""
    selections = {**ALL, "one": ONE, "post": POST, "own": OWN}
    folder = tmp_path_factory.mktemp("scripts")
    for name, selection in selections.items():
        (folder / f"{name}.py").write_text(export.script(selection), encoding="utf-8")
    run = """
import json, pathlib, runpy, sys
found = {}
for path in map(pathlib.Path, sys.argv[1:]):
    curves = runpy.run_path(str(path))["curves"]
    curves = {n: c if isinstance(c, dict) else {"f(x)": c} for n, c in curves.items()}
    found[path.stem] = {n: {k: v.tolist() for k, v in c.items()} for n, c in curves.items()}
pathlib.Path("found.json").write_text(json.dumps(found))
"""
    subprocess.run(
        [sys.executable, "-c", run, *(f"{name}.py" for name in selections)],
        cwd=folder,
        env=os.environ | {"PLOTLY_RENDERER": "json"},
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=PATIENCE,
    )
    found = json.loads((folder / "found.json").read_text())
    return {name: (selection, found[name]) for name, selection in selections.items()}


def assert_equals_evaluate(curves, selection):
    labels = list(FIELDS)[: 1 + len(selection.derivatives)]
    assert list(curves) == [function.title for function in selection.functions]
    for function in selection.functions:
        curve = expected(function, selection)
        assert list(curves[function.title]) == labels
        for label, values in curves[function.title].items():
            assert same(values, getattr(curve, FIELDS[label])), (function.title, label)


@pytest.mark.parametrize("name", [*ALL, "one", "post", "own"])
def test_a_script_computes_what_evaluate_does_to_the_last_bit(scripts, name):
    selection, curves = scripts[name]
    assert_equals_evaluate(curves, selection)


@pytest.mark.parametrize("derivatives", [(), (1,), (2,), (1, 2)])
def test_a_script_is_tidy(derivatives, tmp_path):
    written = export.Selection((CATALOG["relu_squared"].at(), CATALOG["xielu"].at(beta=0.25)))
    for selection in (POST, ONE, written):
        path = tmp_path / "script.py"
        path.write_text(export.script(replace(selection, derivatives=derivatives)))
        style = ["--isolated", "--line-length", "100", str(path)]
        for command in (["check", "--select", "E,F,I,W"], ["format", "--check"]):
            subprocess.run([sys.executable, "-m", "ruff", *command, *style], check=True)


def test_a_module_is_written_with_all_its_parameters():
    assert source.module(ONE.functions[0]) == f"nn.LeakyReLU(negative_slope={1 / 3!r})"
    assert source.module(CATALOG["gelu"].at()) == 'nn.GELU(approximate="none")'
    assert source.module(CATALOG["prelu"].at()) == "nn.PReLU(init=0.25, dtype=torch.float64)"
    assert (
        source.module(CATALOG["rrelu"].at(upper=0.5)) == "nn.RReLU(lower=0.125, upper=0.5).eval()"
    )


def test_a_function_without_a_torch_module_has_no_code():
    class Odd(torch.nn.Module):
        pass

    odd = Selection((replace(CATALOG["relu"], make=Odd).at(),))
    with pytest.raises(ValueError, match=r"no module of torch\.nn"):
        export.script(odd)


def test_a_declared_second_derivative_that_is_not_torchs_has_no_code():
    bent = replace(CATALOG["relu"], curvature=lambda x: x)
    selection = Selection((bent.at(),), derivatives=(2,))
    with pytest.raises(ValueError, match="second derivative of ReLU"):
        export.script(selection)


@for_any_text
def test_no_title_becomes_code(text):
    harmless = ast.parse(export.script(named("harmless")))
    tree = ast.parse(export.script(named(text)))
    for wanted, found in zip(ast.walk(harmless), ast.walk(tree), strict=True):
        if getattr(wanted, "value", None) == "harmless":
            assert found.value == text
            found.value = "harmless"
    assert ast.dump(tree) == ast.dump(harmless)


# --- the notebook


@pytest.mark.parametrize("selection", [ALL["default"], OWN], ids=["catalogue", "own"])
def test_a_notebook_runs_and_computes_what_evaluate_does(selection, tmp_path):
    book = nbformat.reads(export.notebook(selection), as_version=4)
    nbformat.validate(book)
    cell = """
import json
json.dumps({n: {k: v.tolist() for k, v in c.items()} for n, c in curves.items()})
"""
    book.cells.append(nbformat.v4.new_code_cell(cell))
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(book, timeout=PATIENCE, kernel_name="python3", resources=resources).execute()
    curves = json.loads(ast.literal_eval(book.cells[-1].outputs[0].data["text/plain"]))
    assert_equals_evaluate(curves, selection)
    shown = [out for cell in book.cells for out in cell.get("outputs", ()) if "data" in out]
    charts = [out for out in shown if "application/vnd.plotly.v1+json" in out.data]
    assert len(charts) == len(selection.functions) + 1


def test_a_notebook_is_the_post():
    book = nbformat.reads(export.notebook(POST), as_version=4)
    texts = [cell.source for cell in book.cells if cell.cell_type == "markdown"]
    headings = [line for text in texts for line in text.split("\n") if line.startswith("#")]
    assert headings == [
        "# Activation Functions in Neural Networks",
        "## Goal",
        "## Libraries",
        "## Input",
        "## Evaluating and plotting",
        *(f"## {function.title}" for function in POST.functions),
        "## Summary",
    ]
    assert rf"$$f(x) = {POST.functions[3].formula}$$" in texts[-2]
    assert export.notebook(POST) == export.notebook(POST)


def test_a_notebook_says_how_to_install_all_that_it_needs():
    book = nbformat.reads(export.notebook(POST), as_version=4)
    code = "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [node.names[0].name])
    }
    pinned = set((ROOT / "requirements.txt").read_text().split())
    # Without nbformat Plotly draws nothing in Jupyter, though no line imports it.
    wanted = {pin for pin in pinned if pin.partition("==")[0] in imported | {"nbformat"}}
    assert len(wanted) == len(imported) + 1
    libraries = next(cell.source for cell in book.cells if "## Libraries" in cell.source)
    (line,) = (line for line in libraries.split("\n") if "pip install" in line)
    assert set(line.partition("pip install ")[2].split()) == wanted


@for_any_text
def test_no_title_or_formula_becomes_markup_in_a_notebook(text):
    book = nbformat.reads(export.notebook(named(text)), as_version=4)
    nbformat.validate(book)
    section = next(c.source for c in reversed(book.cells) if c.cell_type == "markdown")
    heading, empty, formula = section.split("\n")
    assert empty == ""
    assert not any(mark in heading.replace("\\" + mark, "") for mark in "<*_$`[")
    assert formula.startswith("$$f(x) =")
    assert formula.endswith("$$")
    assert not set(formula[2:-2]) & set("$<>")


# --- formulas


class Markup(HTMLParser):
    """Collects the elements and the text of HTML, as a browser reads it."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.text = [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("function", ALL["0%"].functions + ALL["100%"].functions)
def test_every_formula_has_a_mathml(function):
    parsed = Markup(mathml(f"f(x) = {function.formula}"))
    text = parsed.text
    assert parsed.elements[0][0] == "math"
    assert text.startswith("f(x)=")
    assert not set(text) & set("\\&}_^#")


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{</math><script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\color{'><b>}x",
    ],
)
def test_a_hostile_formula_only_typesets(latex):
    assert_only_typesets(latex)


@for_any_text
def test_no_formula_becomes_markup(text):
    assert_only_typesets(text)


def assert_only_typesets(latex):
    parsed = Markup(mathml(latex))
    assert {tag for tag, _ in parsed.elements} <= {"code", "math"} | {
        tag for tag, _ in parsed.elements if tag.startswith("m")
    }
    assert not any(
        "href" in name or name.startswith("on") for _, a in parsed.elements for name in a
    )


# --- the web page


@pytest.fixture
def opened(new_context, tmp_path):
    """Opens a web page offline; afterwards nothing may have gone wrong or been asked for."""
    context = new_context(offline=True, has_touch=True)
    page = context.new_page()
    trouble = []
    page.on("console", lambda message: message.type == "error" and trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("dialog", lambda dialog: (trouble.append("a script ran"), dialog.dismiss()))
    context.on("request", lambda request: requests.append(request.url))
    requests = []

    def open_page(selection, **media):
        path = tmp_path / export.file_name(selection, ".html")
        path.write_text(export.web_page(selection), encoding="utf-8")
        page.emulate_media(**media)
        page.goto(path.as_uri())
        page.wait_for_function(
            "() => [...document.querySelectorAll('.chart')].every(c => c.querySelector('.js-line'))"
        )
        return page

    yield open_page
    assert trouble == []
    assert all(url.startswith("file:") for url in requests)


CHARTS = """[...document.querySelectorAll('.chart')].map(chart => chart._fullData.map(trace => ({
  meta: trace.meta, name: trace.name, x: [...trace.x], y: [...trace.y],
})))"""


def test_a_web_page_opens_offline_with_all_its_data(opened):
    selection = ALL["default"]
    page = opened(selection)
    *cards, summary = page.evaluate(CHARTS)
    together = [trace for trace in summary if trace["meta"] == "samples"]
    for chart, panel, function in zip(cards, together, selection.functions, strict=True):
        (samples,) = (trace for trace in chart if trace["meta"] == "samples")
        curve = expected(function, selection)
        for trace in (samples, panel):
            assert same(trace["x"], curve.x)
            assert same(trace["y"], curve.y)
        assert [t["name"] for t in chart if t["meta"] == "curve"] == ["f″", "f′", "f"]
    assert page.locator("math").count() == len(selection.functions)
    assert page.locator("h2").all_inner_texts() == [
        *(function.title for function in selection.functions),
        "Summary",
    ]
    assert "negative_slope = 0.01" in page.inner_text("main")
    assert "Inputs from −5 to 5, 100 samples" in page.inner_text("body")


def test_a_web_page_follows_the_readers_colours_and_width_and_keeps_what_a_legend_hides(opened):
    page = opened(replace(POST, derivatives=(1,)), color_scheme="dark")
    page.locator(".chart").first.locator(".legendtoggle").last.click()
    hidden = """() => document.querySelector('.chart')._fullData
      .filter(({ visible }) => visible === 'legendonly').map(({ name }) => name)"""
    page.wait_for_function(f"() => ({hidden})().length")
    names = page.evaluate(hidden)
    paper = "getComputedStyle(document.querySelector('.chart .main-svg')).backgroundColor"
    assert page.evaluate(paper) == "rgb(15, 18, 24)"
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"() => {paper} === 'rgb(255, 255, 255)'")
    page.set_viewport_size({"width": 375, "height": 800})
    page.wait_for_function(
        "() => [...document.querySelectorAll('.main-svg')].every(svg => svg.clientWidth < 375)"
    )
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    assert page.evaluate(hidden) == names


def test_a_web_page_saves_images_and_scrolls_under_a_finger(opened):
    page = opened(POST)
    with page.expect_download() as download:
        page.locator(".chart").first.locator("[data-title='Save as SVG']").click()
    assert download.value.suggested_filename == "sigmoid_x-5to5.svg"
    assert "textLength" in download.value.path().read_text(encoding="utf-8")
    limits = "() => String(document.querySelector('.chart')._fullLayout.yaxis.range)"
    before = page.evaluate(limits)
    swipe(page, page.locator(".chart .nsewdrag").first)
    page.wait_for_function("scrollY > 50")
    assert page.evaluate(limits) == before


def test_a_chart_of_a_web_page_that_cannot_be_drawn_says_so(new_context, tmp_path):
    path = tmp_path / "page.html"
    page_of_one = export.web_page(replace(POST, functions=POST.functions[:1]))
    path.write_text(page_of_one.replace("function paint(host) {", "function paint(host) { no();"))
    page = new_context().new_page()
    page.goto(path.as_uri())
    page.get_by_text("This chart cannot be drawn. no is not defined").wait_for()


def test_no_title_or_formula_becomes_markup_in_a_web_page(opened):
    functions = tuple(named(text).functions[0] for text in HOSTILE)
    page = opened(Selection(functions, count=3))
    titles = [text.replace("\r\n", "\n") for text in HOSTILE]
    assert page.locator("h2").evaluate_all("all => all.map(each => each.textContent)") == [
        *titles,
        "Summary",
    ]
    assert page.locator("script").count() == 4  # data, library, code, and plotly.js unpacked
    assert page.locator("img, b").count() == 0


def test_the_largest_web_page_can_be_mailed():
    largest = replace(ALL["default"], count=10_000)
    assert len(export.web_page(largest).encode()) < 6_000_000
