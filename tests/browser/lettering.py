"""Where texts stand in an image, and which of them meet or are cut."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import combinations
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image, ImageFont
from playwright.sync_api import Page

SVG = "{http://www.w3.org/2000/svg}"
CLOSE = 3
"""Pixels by which boxes may meet: a line's height is more than its letters'."""
SCALE = 2
Box = tuple[float, float, float, float]
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

    A text is None where that font has none of its letters. Each is told by its own colour; where
    one hides a part of the next, that part shows when every other text is drawn alone.
    """
    font = folder / "aileron.ttf"
    font.write_bytes(ImageFont.load_default(12).font_bytes)
    root = ElementTree.parse(path).getroot()
    for parent in root.iter():
        if parent.tag != f"{SVG}clipPath":
            for shape in [each for each in parent if each.tag in SHAPES]:
                parent.remove(shape)
    texts = [each for each in root.iter(f"{SVG}text") if "".join(each.itertext()).strip()]
    for number, text in enumerate(texts):
        text.set("class", f"text-{number % 2}")
        _color(text, number + 1)
    svg = ElementTree.tostring(root, encoding="unicode")
    inks = [_inks(svg, font, hidden) for hidden in ("none", "text-0", "text-1")]
    return [
        Text("".join(text.itertext()), *_around([ink[number] for ink in inks if number in ink]))
        if any(number in ink for ink in inks)
        else None
        for number, text in enumerate(texts, start=1)
    ]


def _color(text: ElementTree.Element, number: int) -> None:
    """Draw a text in a colour that is a number, and in no other."""
    for part in text.iter():
        styles = [
            each.split(":") for each in part.attrib.pop("style", "").split(";") if ":" in each
        ]
        painted = {"fill", "stroke", "opacity", "fill-opacity", "stroke-opacity"}
        for name in painted:
            part.attrib.pop(name, None)
        kept = [f"{name}:{value}" for name, value in styles if name.strip() not in painted]
        part.set("style", ";".join([*kept, f"fill:#{number:06x}", "fill-opacity:1"]))


def _inks(svg: str, font: Path, hidden: str) -> dict[int, Box]:
    """Return the boxes of what is drawn in each colour, while texts of a class are hidden."""
    drawn = resvg_py.svg_to_bytes(
        svg_string=svg,
        style_sheet=f".{hidden} {{ display: none }}",
        text_rendering="optimize_speed",  # draws pixels whole, in no mixture of colours
        skip_system_fonts=True,
        font_files=[str(font)],
        sans_serif_family="Aileron",
        zoom=SCALE,
    )
    with Image.open(BytesIO(bytes(drawn))) as image:
        red, green, blue, alpha = np.moveaxis(np.array(image.convert("RGBA"), dtype=int), -1, 0)
    down, across = np.nonzero(alpha)
    numbers = (red * 65536 + green * 256 + blue)[down, across]
    return {
        int(number): (
            across[numbers == number].min() / SCALE,
            down[numbers == number].min() / SCALE,
            (across[numbers == number].max() + 1) / SCALE,
            (down[numbers == number].max() + 1) / SCALE,
        )
        for number in np.unique(numbers)
    }


def _around(boxes: Sequence[Box]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)
