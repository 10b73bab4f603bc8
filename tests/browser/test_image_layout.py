"""No text of an image stands over another, is cut or is lost, whatever is shown, at every size."""

import pytest

from activations import CATALOG
from tests.browser import test_depth
from tests.browser.lettering import (
    faults,
    in_a_browser,
    in_another_program,
    size,
)
from tests.browser.reading import opened, saved

SIZES = ["Screen", "Slide", "Paper"]
COUNTS = [1, 2, 4, 8, len(CATALOG)]
DERIVATIVES = "derivatives=f′&derivatives=f″"
LOG = "output=log+%7Cf%E2%80%B2%7C"
OVERLAYS = {
    "values": "summary=Overlay",
    "derivatives": f"summary=Overlay&{DERIVATIVES}",
    "log": f"summary=Overlay&{LOG}",
}
GRIDS = {"values": "", "derivatives": DERIVATIVES, "log": LOG}


def query(count, *parts):
    titles = [each.title for each in CATALOG.values()][:count]
    chosen = [f"functions={title.replace(' ', '+')}" for title in titles]
    return "?" + "&".join([*chosen, *filter(None, parts)])


def titles(count):
    return {each.title for each in list(CATALOG.values())[:count]}


@pytest.fixture
def blank(new_page):
    return new_page()


@pytest.fixture
def lettering(blank, tmp_path):
    """Saves a chart's image and returns its texts, none of which may be hard to read."""

    def read(page, number):
        path = tmp_path / "image.svg"
        saved(page, number, "SVG", path)
        texts = in_a_browser(blank, path)
        assert faults(texts, *size(path)) == []
        return {each.text for each in texts}

    return read


@pytest.mark.parametrize("image_size", SIZES)
@pytest.mark.parametrize("view", OVERLAYS)
def test_an_overlay_can_be_read(page, server, lettering, view, image_size):
    for count in COUNTS:
        link = query(count, OVERLAYS[view], f"image_size={image_size}")
        opened(page, server, link, count + 1)
        texts = lettering(page, count)
        assert titles(count) | {"Input x"} <= texts


@pytest.mark.parametrize("image_size", SIZES)
@pytest.mark.parametrize("view", GRIDS)
def test_a_summary_and_its_cards_can_be_read(page, server, lettering, view, image_size):
    for count in COUNTS:
        opened(page, server, query(count, GRIDS[view], f"image_size={image_size}"), count + 1)
        texts = {text.replace(" ", "") for text in lettering(page, count)}
        named = {f"{title} activation function".replace(" ", "") for title in titles(count)}
        assert named | {"Inputx"} <= texts
    for number in range(count):
        assert f"{list(CATALOG.values())[number].title} activation function" in lettering(
            page, number
        )


@pytest.mark.parametrize("image_size", SIZES)
@pytest.mark.parametrize("compare", ["", "compare=%CF%83_w+%C3%97+0.75"])
def test_what_depth_shows_can_be_read(new_page, server, lettering, compare, image_size):
    page = new_page(expected=test_depth.PROBES)
    for count in [1, 8] if compare else COUNTS:
        chosen = query(count, compare, f"image_size={image_size}", "depth=4", "width=32")
        test_depth.opened(page, f"{server}/depth{chosen}")
        runs = 2 * count if compare else count
        page.wait_for_function(test_depth.ENDED, arg=runs, timeout=60_000)
        page.wait_for_function(
            """runs => [...document.querySelectorAll('.js-plotly-plot')].slice(0, 4).every(plot =>
              plot._fullData.filter(trace => trace.showlegend).length === runs)""",
            arg=runs,
        )
        for number in range(test_depth.CHARTS):
            texts = lettering(page, number)
            if not compare:
                assert titles(count) <= texts


@pytest.mark.parametrize(
    ("count", "view", "image_size"),
    [
        (4, DERIVATIVES, "Paper"),
        (8, "", "Slide"),
        (len(CATALOG), OVERLAYS["values"], "Paper"),
        (len(CATALOG), OVERLAYS["derivatives"], "Slide"),
    ],
)
def test_another_program_that_lacks_the_font_sets_the_same(
    page, server, blank, tmp_path, count, view, image_size
):
    opened(page, server, query(count, view, f"image_size={image_size}"), count + 1)
    path = tmp_path / "image.svg"
    saved(page, count, "SVG", path)
    pairs = zip(in_a_browser(blank, path), in_another_program(path, tmp_path), strict=True)
    drawn = [(place, text) for place, text in pairs if text]
    assert faults([text for _, text in drawn], *size(path)) == []
    assert [text for place, text in drawn if not place.holds(text)] == []
    read = {text.text for _, text in drawn}
    assert {"Input x"} | (titles(count) if "Overlay" in view else set()) <= read
