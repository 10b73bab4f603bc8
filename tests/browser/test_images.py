"""Saved images: their size, their look, their text."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PIL import Image

from activations import CATALOG
from tests.browser.driver import wait_for_charts
from tests.browser.reading import TITLES, chart, opened, saved

SVG = "{http://www.w3.org/2000/svg}"
SIZES = {"Slide": (1920, 1080), "Paper": (1050, 750)}


def texts(path):
    root = ElementTree.parse(path).getroot()
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def loaded(path):
    with Image.open(path) as image:
        image.load()
        return image


def corner(image):
    return image.convert("RGB").getpixel((2, image.height - 3))


@pytest.mark.parametrize("size", SIZES)
def test_a_png_has_the_size_that_was_chosen(page, server, tmp_path, size):
    opened(page, server, f"?image_size={size}")
    name = saved(page, 0, "PNG", tmp_path / "image.png")
    assert name == "sigmoid_x-5to5.png"
    image = loaded(tmp_path / "image.png")
    assert image.size == SIZES[size]
    if size == "Paper":
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_a_png_of_the_screen_is_the_chart_at_twice_its_size(page, server, tmp_path):
    opened(page, server)
    saved(page, 0, "PNG", tmp_path / "image.png")
    plot = chart(page, 0).locator(".js-plotly-plot")
    box = plot.bounding_box()
    image = loaded(tmp_path / "image.png")
    assert image.size == (2 * round(box["width"]), 600)
    # What is saved looks like what is shown: below the mode bar, the same pixels but for edges.
    page.mouse.move(0, 0)
    chart(page, 0).get_by_role("status").get_by_text("Saved").wait_for(state="hidden")
    plot.screenshot(path=tmp_path / "screen.png")
    screen = loaded(tmp_path / "screen.png").convert("RGB")
    small = image.convert("RGB").resize(screen.size, Image.Resampling.BOX)
    below = (0, 45, screen.width, screen.height)
    difference = np.abs(
        np.asarray(screen.crop(below), dtype=int) - np.asarray(small.crop(below), dtype=int)
    )
    assert difference.mean() < 2.5


def test_file_names_say_function_parameters_and_range(page, server, tmp_path):
    opened(page, server, "?negative_slope=0.2&range=-2&range=3.5")
    assert saved(page, 3, "PNG", tmp_path / "a") == "leaky-relu_slope-0.2_x-2to3.5.png"
    assert saved(page, 4, "SVG", tmp_path / "b") == "summary_x-2to3.5.svg"


def test_an_svg_is_vector_with_real_text(page, server, tmp_path):
    opened(page, server)
    saved(page, 4, "SVG", tmp_path / "image.svg")
    written = texts(tmp_path / "image.svg")
    for title in TITLES:
        assert f"{title} activation function" in written
    assert written.count("Input x") == 4
    root = ElementTree.parse(tmp_path / "image.svg").getroot()
    assert not list(root.iter(f"{SVG}image"))
    assert not list(root.iter(f"{SVG}foreignObject"))
    assert len([p for p in root.iter(f"{SVG}path") if "js-line" in p.get("class", "")]) == 4


@pytest.mark.parametrize(
    ("colors", "expected"), [("Dark on white", (255, 255, 255)), ("As on screen", (15, 18, 24))]
)
def test_images_are_white_in_dark_mode_unless_asked_otherwise(
    new_page, server, tmp_path, colors, expected
):
    page = new_page(color_scheme="dark")
    opened(page, server, f"?image_colors={colors.replace(' ', '+')}")
    saved(page, 0, "PNG", tmp_path / "image.png")
    image = loaded(tmp_path / "image.png")
    assert corner(image) == expected
    colours = {colour for _, colour in image.convert("RGB").getcolors(maxcolors=1 << 20)}
    assert (0, 114, 178) in colours


def test_a_slide_of_many_panels_has_room_for_each(page, server, tmp_path):
    opened(page, server, "?image_size=Slide")
    page.get_by_role("button", name="Choose a family").click()
    page.get_by_text("All", exact=True).click()
    wait_for_charts(page, len(CATALOG) + 1)
    height_on_screen = chart(page, len(CATALOG)).bounding_box()["height"]
    saved(page, len(CATALOG), "SVG", tmp_path / "image.svg")
    root = ElementTree.parse(tmp_path / "image.svg").getroot()
    width, height = (float(root.get(side)) for side in ("width", "height"))
    assert width / height == pytest.approx(16 / 9)
    panels = [
        (float(box.get("width")), float(box.get("height")))
        for clip in root.iter(f"{SVG}clipPath")
        if clip.get("class") == "plotclip"
        for box in clip
    ]
    assert len(panels) == len(CATALOG)
    assert min(panels)[0] > 150
    assert min(height for _, height in panels) > 70
    assert chart(page, len(CATALOG)).bounding_box()["height"] == height_on_screen


def test_the_summary_on_paper_is_two_by_two(page, server, tmp_path):
    opened(page, server, "?image_size=Paper")
    saved(page, 4, "PNG", tmp_path / "image.png")
    assert loaded(tmp_path / "image.png").size == (1050, 1500)


def test_an_image_can_be_copied(new_page, server):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    opened(page, server)
    chart(page, 0).get_by_role("button", name="Copy image").click()
    chart(page, 0).get_by_role("status").get_by_text("Copied").wait_for()
    kinds = page.evaluate("async () => (await navigator.clipboard.read()).map(i => i.types)")
    assert kinds == [["image/png"]]
