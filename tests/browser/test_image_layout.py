"""No text of an image stands over another, is cut or is lost, whatever is shown, at every size."""

import pytest

from activations import CATALOG
from activations.dashboard.depth.settings import MOST_RUNS
from tests.browser import test_depth, test_precision
from tests.browser.lettering import faults, in_a_browser, in_another_program, on_screen, size
from tests.browser.reading import choose, opened, saved

SIZES = ["Screen", "Slide", "Paper"]
ALL = len(CATALOG)
DERIVATIVES = "derivatives=first&derivatives=second"
LOG = "output=log-slope"
OVERLAY = "summary=overlay"
RAN = """size => new URL(location).searchParams.get('image_size') === size &&
  document.querySelector('.stApp').dataset.testScriptState === 'notRunning'"""


def query(count, *parts):
    chosen = [f"functions={name}" for name in list(CATALOG)[:count]]
    return "?" + "&".join([*chosen, *filter(None, parts)])


def titles(count):
    return [each.title for each in list(CATALOG.values())[:count]]


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


def at_each_size(page):
    """Yield once the page makes images of the next size."""
    for image_size in SIZES[1:] + SIZES[:1]:
        choose(page, "Image size", image_size)
        words = None if image_size == SIZES[0] else image_size.lower()
        page.wait_for_function(RAN, arg=words)
        yield image_size


@pytest.mark.parametrize(
    ("count", "view"),
    [*((count, "") for count in (1, 2, 4, 8, ALL)), (4, DERIVATIVES), (ALL, DERIVATIVES), (4, LOG)],
)
def test_an_overlay_can_be_read(page, server, lettering, count, view):
    opened(page, server, query(count, OVERLAY, view), count + 1)
    for _ in at_each_size(page):
        assert {*titles(count), "Input x"} <= lettering(page, count)


@pytest.mark.parametrize(
    ("count", "view"), [(1, DERIVATIVES), (2, LOG), (4, ""), (8, DERIVATIVES), (ALL, DERIVATIVES)]
)
def test_a_summary_can_be_read(page, server, lettering, count, view):
    opened(page, server, query(count, view), count + 1)
    named = {f"{title}activationfunction".replace(" ", "") for title in titles(count)}
    for _ in at_each_size(page):
        assert named | {"Inputx"} <= {text.replace(" ", "") for text in lettering(page, count)}


def test_every_card_can_be_read(page, server, lettering):
    opened(page, server, query(ALL, DERIVATIVES, "image_size=paper"), ALL + 1)
    for number, title in enumerate(titles(ALL)):
        expected = {f"{title} activation function", "Input x", "Output y", "f", "f′", "f″"}
        assert expected <= lettering(page, number)


@pytest.mark.parametrize(("count", "compared"), [(1, False), (4, False), (8, True), (ALL, False)])
def test_what_depth_shows_can_be_read(new_page, server, lettering, count, compared):
    page = new_page(expected=test_depth.PROBES)
    compare = "compare=sigma-w-times-0.75" if compared else ""
    chosen = query(count, compare, "depth=4", "width=32")
    test_depth.opened(page, f"{server}/depth{chosen}")
    runs = min(2 * count if compared else count, MOST_RUNS)
    page.wait_for_function(test_depth.ENDED, arg=runs)
    for _ in at_each_size(page):
        for number in range(test_depth.CHARTS):
            texts = lettering(page, number)
            assert len([text for text in texts if text.startswith(tuple(titles(count)))]) >= runs


@pytest.mark.parametrize(
    ("chosen", "runs"),
    [
        ("functions=softplus&format=float16&where=typed", 1),
        ("functions=gelu&compare=formats&slope=slope", 5),
        ("functions=gelu&functions=softplus&compare=places&axis=linear", 4),
    ],
)
def test_what_precision_shows_can_be_read(new_page, server, lettering, chosen, runs):
    page = new_page(expected=test_precision.PROBES)
    page.goto(f"{server}/precision?{chosen}")
    page.wait_for_function(test_precision.MEASURED, arg=runs)
    for _ in at_each_size(page):
        assert "Error in steps" in lettering(page, 0)
        assert {"Share of results", "Steps off", "100 %", "NaN"} <= lettering(page, 1)


@pytest.mark.parametrize("width", [1440, 768, 375])
def test_the_screen_can_be_read(new_page, server, width):
    page = new_page(viewport={"width": width, "height": 900})
    for count, view in [(4, OVERLAY), (ALL, OVERLAY), (4, DERIVATIVES)]:
        opened(page, server, query(count, view), count + 1)
        for number, (across, down, texts) in enumerate(on_screen(page)):
            assert (view, number, faults(texts, across, down)) == (view, number, [])


@pytest.mark.parametrize(
    ("count", "view", "image_size"),
    [
        (4, DERIVATIVES, "paper"),
        (8, "", "slide"),
        (ALL, OVERLAY, "paper"),
        (ALL, f"{OVERLAY}&{DERIVATIVES}", "slide"),
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
    assert {"Input x", *(titles(count) if OVERLAY in view else [])} <= read
