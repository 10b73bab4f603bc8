"""Saved images: their size, their look, their text."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from activations import CATALOG
from tests.browser.driver import wait_for_charts
from tests.browser.hosting import hosted
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
    assert image.size == (2 * round(box["width"]), 2 * round(box["height"]))
    # What is saved looks like what is shown: below the mode bar, the same pixels but for edges.
    page.mouse.move(0, 0)
    chart(page, 0).get_by_role("status").get_by_text("downloads").wait_for(state="hidden")
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


# --- what can go wrong, and what is said then


def said(page, words):
    expect(chart(page, 0).locator(".chart-note")).to_contain_text(words)


def press(page, name):
    chart(page, 0).get_by_role("button", name=name).click()


def test_the_reader_is_told_where_an_image_went(page, server, tmp_path):
    opened(page, server)
    saved(page, 0, "SVG", tmp_path / "image.svg")
    said(page, re.compile("^SVG sent to the browser’s downloads.$"))


def test_a_foreign_stylesheet_does_not_keep_images_from_being_made(page, server, tmp_path):
    opened(page, server)
    saved(page, 0, "PNG", tmp_path / "without.png")
    with hosted({"/foreign.css": "body { accent-color: red; }"}) as elsewhere:
        page.add_style_tag(url=f"{elsewhere}/foreign.css")
        saved(page, 0, "PNG", tmp_path / "with.png")
    assert (tmp_path / "with.png").read_bytes() == (tmp_path / "without.png").read_bytes()


def test_an_image_is_made_without_the_font_and_the_next_one_with_it(new_page, server, tmp_path):
    page = new_page(expected="Failed to load resource")
    opened(page, server)
    saved(page, 0, "PNG", tmp_path / "before.png")
    page.route("**/SourceSans*", lambda route: route.abort())
    saved(page, 0, "PNG", tmp_path / "without.png")
    page.unroute("**/SourceSans*")
    saved(page, 0, "PNG", tmp_path / "after.png")
    before, without, after = (
        (tmp_path / f"{name}.png").read_bytes() for name in ("before", "without", "after")
    )
    assert without != before
    assert after == before
    assert loaded(tmp_path / "without.png").size == loaded(tmp_path / "before.png").size


@pytest.mark.parametrize("button", ["Save as PNG", "Save as SVG", "Copy image"])
def test_a_figure_that_cannot_be_drawn_is_not_blamed_on_the_browser(
    new_page, server, tmp_path, button
):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    opened(page, server)
    page.evaluate("""() => {
      const draw = Plotly.toImage;
      Plotly.toImage = async () => { Plotly.toImage = draw; throw new Error("no"); };
    }""")
    press(page, button)
    said(page, "The image could not be drawn. Try again")
    saved(page, 0, "SVG", tmp_path / "image.svg")


@pytest.mark.parametrize("button", ["Save as PNG", "Copy image"])
def test_where_no_png_can_be_made_svg_is_offered(new_page, server, tmp_path, button):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    opened(page, server)
    page.evaluate("""() => {
      OffscreenCanvas.prototype.convertToBlob = async () => { throw new Error("no memory"); };
    }""")
    press(page, button)
    said(page, "could not make a PNG of the image. Save it as SVG instead.")
    saved(page, 0, "SVG", tmp_path / "image.svg")


def test_where_pages_have_no_clipboard_png_is_offered(page, server):
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'clipboard', {value: null})")
    opened(page, server)
    press(page, "Copy image")
    said(page, "This browser lets no page copy images. Save the image as PNG instead.")


def framed(page, elsewhere, button):
    """Open the dashboard in another page's frame and press a button; return the chart's note."""
    page.goto(elsewhere)
    shown = page.frame_locator("iframe").locator(".activations-chart").first
    shown.get_by_role("button", name=button).click(timeout=60_000)
    return shown.locator(".chart-note")


def frame(server, attributes):
    icon = '<link rel="icon" href="data:,">'  # else the browser asks for one
    return f'{icon}<iframe {attributes} width="1400" height="850" src="{server}"></iframe>'


def test_in_a_frame_that_may_not_download_nobody_is_told_that_it_did(new_page, server):
    page = new_page(expected="Download is disallowed")
    downloads = []
    page.on("download", lambda download: downloads.append(download))

    def disallowed(message):
        return "Download is disallowed" in message.text

    sandboxed = frame(server, 'sandbox="allow-scripts allow-same-origin"')
    with hosted({"/": sandboxed}) as elsewhere, page.expect_console_message(disallowed):
        note = framed(page, elsewhere, "Save as SVG")
        expect(note).to_contain_text("If no file arrives")
        expect(note).to_contain_text("open this page in a tab of its own")
        shown = page.frame_locator("iframe")
        shown.get_by_role("button", name="Download", exact=True).first.click()
        expect(shown.locator(".in-a-frame")).to_be_visible()
    assert downloads == []


def test_in_a_frame_that_may_not_copy_no_button_offers_it(page, server):
    with hosted({"/": frame(server, "")}) as elsewhere:
        page.goto(elsewhere)
        shown = page.frame_locator("iframe").locator(".activations-chart").first
        expect(shown.get_by_role("button", name="Save as PNG")).to_be_visible(timeout=60_000)
        expect(shown.get_by_role("button", name="Copy image")).to_have_count(0)
