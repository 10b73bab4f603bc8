"""Every download is clicked in the real page, and what comes is what the page shows."""

import ast
import html
import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from activations import evaluate
from tests.browser.reading import charts, opened, samples

STATE = "?range=-3&range=4&samples=11&negative_slope=0.3&derivatives=f%E2%80%B2"
STEM = "leaky-relu_slope-0.3_x-3to4"


def open_place(page, number):
    """Open a place "Download": of a card, in order, or, as the last one, of the summary."""
    page.get_by_role("button", name="Download", exact=True).nth(number).click()
    page.get_by_text("The code, to copy").wait_for()


def fetched(page, label):
    with page.expect_download() as download:
        page.get_by_role("button", name=label, exact=True).click()
    return download.value.suggested_filename, download.value.path()


@pytest.fixture
def leaky(page, server):
    opened(page, server, STATE)
    open_place(page, 3)
    expect(page.locator(".in-a-frame")).to_be_hidden()
    return page


def test_the_csv_is_evaluate_bit_for_bit(leaky):
    name, path = fetched(leaky, "CSV")
    assert name == f"{STEM}.csv"
    table = pd.read_csv(path, comment="#")
    truth = evaluate("leaky_relu", np.linspace(-3, 4, 11), negative_slope=0.3)
    np.testing.assert_array_equal(table.to_numpy().T, [truth.x, truth.y, truth.dy])
    np.testing.assert_array_equal(table.iloc[:, 1], samples(charts(leaky)[3])[1])


def test_the_code_is_what_stands_on_the_page(leaky):
    name, path = fetched(leaky, "Python code")
    assert name == f"{STEM}.py"
    code = path.read_text(encoding="utf-8")
    ast.parse(code)
    assert "negative_slope=0.3" in code
    shown = leaky.locator("[data-testid=stCode] code").inner_text()
    assert [line.rstrip() for line in shown.split("\n") if line.strip()] == [
        line.rstrip() for line in code.split("\n") if line.strip()
    ]


def test_the_notebook_is_valid(leaky):
    name, path = fetched(leaky, "Jupyter notebook")
    assert name == f"{STEM}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert any("negative_slope=0.3" in cell.source for cell in notebook.cells)


def test_the_web_page_opens_offline_and_holds_the_same_samples(leaky, new_page):
    name, path = fetched(leaky, "Web page")
    assert name == f"{STEM}.html"
    before = samples(charts(leaky)[3])
    text = path.read_text(encoding="utf-8")
    assert len(text) < 6e6
    assert not re.search(r"""(src|href)=["']?https?:""", html.unescape(text))
    offline = new_page()
    offline.context.set_offline(True)
    copy = path.with_suffix(".html")
    copy.write_text(text, encoding="utf-8")
    offline.goto(copy.as_uri())
    offline.wait_for_function("() => document.querySelector('.js-plotly-plot .js-line')")
    x, y = offline.evaluate(
        """() => {
          const plot = document.querySelector('.js-plotly-plot');
          const { x, y } = plot._fullData.find(trace => trace.meta === 'samples');
          return [[...x], [...y]];
        }"""
    )
    np.testing.assert_array_equal([x, y], before)


def test_the_summary_takes_all_functions_away(page, server):
    opened(page, server, STATE)
    open_place(page, 4)
    name, path = fetched(page, "CSV")
    assert name == "summary_x-3to4.csv"
    table = pd.read_csv(path, comment="#")
    assert table.shape == (11, 1 + 4 * 2)
    truth = evaluate("tanh", np.linspace(-3, 4, 11))
    np.testing.assert_array_equal(table["tanh_y"], truth.y)
    np.testing.assert_array_equal(table["tanh_dy"], truth.dy)


def test_nothing_of_a_hostile_link_gets_into_a_file(page, server):
    opened(page, server, "?functions=%3Cscript%3Ealert(1)%3C/script%3E&samples=%3D1%2B1&range=nan")
    open_place(page, 4)
    for label in ("CSV", "Python code", "Jupyter notebook", "Web page"):
        _, path = fetched(page, label)
        text = path.read_text(encoding="utf-8")
        assert "alert(1)" not in text
        assert "=1+1" not in text
