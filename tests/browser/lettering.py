"""Where texts stand in an image, and which of them meet or are cut."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from itertools import combinations
from pathlib import Path

import resvg_py
from PIL import Image, ImageFont
from playwright.sync_api import Page

SVG = "{http://www.w3.org/2000/svg}"
CLOSE = 3
"""Pixels by which boxes may meet: a line's height is more than its letters'."""
SCALE = 2
SHAPES = {f"{SVG}{name}" for name in ("path", "rect", "line", "circle", "image")}

IN_A_BROWSER = """svg => {
  document.body.innerHTML = svg;
  document.body.style.margin = 0;
  return [...document.querySelectorAll('text')].filter(text => text.textContent.trim())
    .map(text => [text, text.getBoundingClientRect()])
    .map(([{textContent}, {left, top, right, bottom}]) => [textContent, left, top, right, bottom]);
}"""
ON_SCREEN = """() => [...document.querySelectorAll('.js-plotly-plot')].map(plot => {
  const frame = plot.getBoundingClientRect();
  const texts = [...plot.querySelectorAll('.main-svg text')].filter(text =>
    text.textContent.trim() && !text.closest('.hoverlayer'));
  return [frame.width, frame.height, texts.map(text => {
    const box = text.getBoundingClientRect();
    return [text.textContent, box.left - frame.left, box.top - frame.top,
            box.right - frame.left, box.bottom - frame.top];
  })];
})"""


@dataclass(frozen=True, slots=True)
class Text:
    """A text and its box, in pixels from the image's upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: Text) -> bool:
        """Return whether the other box lies within this one, but for a rim."""
        return (
            min(other.left - self.left, other.top - self.top) > -CLOSE
            and min(self.right - other.right, self.bottom - other.bottom) > -CLOSE
        )

    def meets(self, other: Text) -> bool:
        """Return whether the two boxes have more in common than their rims."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return min(across, down) > CLOSE


def faults(texts: Iterable[Text], width: float, height: float) -> list[str]:
    """Return what a reader cannot read: texts over texts, and beyond the image's edges."""
    texts = list(texts)
    cut = [
        f"{each.text!r} is cut"
        for each in texts
        if min(each.left, each.top) < -1 or each.right > width + 1 or each.bottom > height + 1
    ]
    met = [
        f"{one.text!r} meets {other.text!r}"
        for one, other in combinations(texts, 2)
        if one.meets(other)
    ]
    return cut + met


def size(path: Path) -> tuple[float, float]:
    """Return an SVG's width and height."""
    root = ElementTree.parse(path).getroot()
    return float(root.attrib["width"]), float(root.attrib["height"])


def in_a_browser(blank: Page, path: Path) -> list[Text]:
    """Return an SVG's texts as a browser sets them on a page that has none of our fonts."""
    return [Text(*each) for each in blank.evaluate(IN_A_BROWSER, path.read_text())]


def on_screen(page: Page) -> list[tuple[float, float, list[Text]]]:
    """Return the width, the height and the texts of each chart on the page."""
    return [
        (width, height, [Text(*each) for each in texts])
        for width, height, texts in page.evaluate(ON_SCREEN)
    ]


def in_another_program(path: Path, folder: Path) -> list[Text | None]:
    """Return an SVG's texts as resvg draws them in the one font it is given, Pillow's Aileron.

    A text is None where that font has none of its letters.
    """
    font = folder / "aileron.ttf"
    font.write_bytes(ImageFont.load_default(12).font_bytes)
    root = ElementTree.parse(path).getroot()
    for parent in root.iter():
        if parent.tag != f"{SVG}clipPath":
            for shape in [each for each in parent if each.tag in SHAPES]:
                parent.remove(shape)
    texts = [each for each in root.iter(f"{SVG}text") if "".join(each.itertext()).strip()]
    return [_drawn_alone(root, text, font) for text in texts]


def _drawn_alone(root: ElementTree.Element, text: ElementTree.Element, font: Path) -> Text | None:
    """Return the box of the ink that one of the texts leaves when no other is drawn."""
    text.set("id", "alone")
    drawn = resvg_py.svg_to_bytes(
        svg_string=ElementTree.tostring(root, encoding="unicode"),
        style_sheet="text { display: none } #alone { display: inline }",
        skip_system_fonts=True,
        font_files=[str(font)],
        sans_serif_family="Aileron",
        zoom=SCALE,
    )
    del text.attrib["id"]
    with Image.open(BytesIO(bytes(drawn))) as image:
        box = image.getchannel("A").getbbox()
    return Text("".join(text.itertext()), *(end / SCALE for end in box)) if box else None
