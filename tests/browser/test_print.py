"""What comes out of a printer: dark on white, every chart whole, nothing to press."""

import numpy as np
import pypdfium2
import pytest

from activations import export
from activations.export import Selection
from activations.functions.catalog import CATALOG
from tests.browser.driver import wait_for_charts
from tests.browser.reading import charts, opened

# Streamlit asks for its server below the page's own address first, and takes the 404 for an answer.
PROBES = "status of 404"
MARGIN = 1 / 2.54  # inches in a centimetre
DOTS = 100  # per inch
CONTROLS = (
    "Input range",
    "Choose a family",
    "Download",
    "Overlay",
    "Reset",
    "Image size",
    "Explore",
)
POST = ["sigmoid", "tanh", "relu", "leaky_relu"]


def printed(page):
    """The text and the pixels, as brightness from 0 to 1, of each sheet of A4 that a page fills."""
    margin = dict.fromkeys(("top", "bottom", "left", "right"), "1cm")
    document = pypdfium2.PdfDocument(page.pdf(format="A4", margin=margin, print_background=True))
    return [
        (
            sheet.get_textpage().get_text_bounded(),
            np.asarray(sheet.render(scale=DOTS / 72).to_pil().convert("L")) / 255,
        )
        for sheet in document
    ]


def hold(sheets, titles):
    """Check what holds for whatever is printed, `titles` being those of its charts."""
    for text, pixels in sheets:
        assert (pixels > 0.98).mean() > 0.85  # white ground
        assert pixels.min() < 0.35  # dark ink
        assert [control for control in CONTROLS if control in text] == []
        edge = round(MARGIN * DOTS)
        inside = pixels[edge : -edge - 1, edge : -edge - 1]
        # What goes on over the end of a sheet has its border there, at either side.
        assert inside[-2:].min() > 0.98
        assert pixels[:, : edge - 1].min() > 0.98
        assert pixels[:, -edge + 1 :].min() > 0.98
        framed = np.flatnonzero((inside < 0.98).any(axis=0))
        assert framed[0] <= 2
        assert framed[-1] >= inside.shape[1] - 3
    words = "\n".join(text for text, _ in sheets)
    assert all(title in words for title in titles)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("sidebar", [True, False], ids=["sidebar", "no sidebar"])
def test_explore_is_printed_whole_and_comes_back(new_page, server, scheme, sidebar):
    page = new_page(color_scheme=scheme)
    opened(page, server)
    if not sidebar:
        page.get_by_test_id("stSidebarContent").hover()
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
        page.wait_for_function(
            "() => document.querySelector('.activations-chart').clientWidth > 550"
        )
    before = [(each["font"], each["paper"]) for each in charts(page)]
    sheets = printed(page)
    hold(sheets, [f"{CATALOG[name].title} activation function" for name in POST])
    for text, _ in sheets:  # a card's axis is on the sheet of its title
        assert text.count("Input x") == text.count("activation function")
    assert [(each["font"], each["paper"]) for each in charts(page)] == before
    assert page.locator(".main-svg[viewBox]").count() == 0


def test_a_summary_of_many_functions_fits_on_one_sheet(new_page, server):
    page = new_page(color_scheme="dark")
    names = list(CATALOG)[:23]
    query = "&".join(f"functions={name}" for name in names)
    opened(page, server, f"?{query}", len(names) + 1)
    sheets = printed(page)
    hold(sheets, [])
    assert sheets[-1][0].count("activation function") == len(names)


def test_depth_is_printed_whole(new_page, server):
    page = new_page(PROBES, color_scheme="dark")
    page.goto(f"{server}/depth?depth=5")
    page.wait_for_function(
        """() => {
          const plots = [...document.querySelectorAll('.js-plotly-plot')];
          return plots.length === 5
            && plots.every(plot => plot._fullData?.some(({ name }) => name === 'Leaky ReLU'));
        }""",
        timeout=60_000,
    )
    hold(printed(page), ["Signal by layer", "Gradient by layer", "Distribution of activations"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_web_page_is_printed_whole(new_page, tmp_path, scheme):
    functions = tuple(CATALOG[name].at() for name in POST)
    file = tmp_path / "page.html"
    file.write_text(export.web_page(Selection(functions, -5.0, 5.0, 100)), encoding="utf-8")
    page = new_page(color_scheme=scheme)
    page.goto(file.as_uri())
    wait_for_charts(page, 5)
    hold(printed(page), [f"{function.title} activation function" for function in functions])
