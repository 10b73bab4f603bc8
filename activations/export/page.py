"""Charts, formulas and settings as one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import gzip
import html
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from string import Template

import torch
from plotly.offline import get_plotlyjs, get_plotlyjs_version

from activations import drawing, notation
from activations.drawing import curves, style
from activations.drawing.curves import View
from activations.drawing.message import TypedArray
from activations.export.mathml import mathml
from activations.export.selection import Selection, file_name
from activations.functions.calculus import Portrait, portray


def web_page(selection: Selection) -> str:
    """Return an HTML page with the interactive charts, formulas and settings.

    The page carries plotly.js, compressed, and asks the network for nothing: it opens offline, in
    browsers from 2023 on, light or dark as the reader prefers. It takes 2 MB, and about 50 kB more
    for each function with many samples.
    """
    low, high, count = selection.low, selection.high, selection.count
    portraits = [portray(function, low, high, count) for function in selection.functions]
    orders = (0, *selection.derivatives)
    limits = selection.limits or curves.fit(portraits, orders)
    view = View((low, high), limits, orders, fitted=selection.limits is None)
    return _template().substitute(
        settings=html.escape(_settings(selection)),
        cards="\n".join(_card(each, index, selection) for index, each in enumerate(portraits)),
        summary=_summary(selection) if len(portraits) > 1 else "",
        data=_data(portraits, view),
        ink=style.ON_WHITE[style.INK],
        paper=style.ON_WHITE[style.PAPER],
        font=style.FONT,
        height=curves.CARD_HEIGHT,
        drawing=_script("drawing"),
        lettering=_script("lettering"),
        version=get_plotlyjs_version(),
        library=_library(),
    )


def _settings(selection: Selection) -> str:
    low, high = notation.plain(selection.low), notation.plain(selection.high)
    return (
        f"Inputs from {low} to {high}, {selection.count:,} samples; "
        f"computed in float64 by PyTorch {torch.__version__.partition('+')[0]}."
    )


def _card(portrait: Portrait, index: int, selection: Selection) -> str:
    function = portrait.function
    parameters = ", ".join(
        f"{name} = {value if isinstance(value, str) else notation.plain(value)}"
        for name, value in function.values.items()
    )
    alone = replace(selection, functions=(function,))
    return f"""\
<article>
<header>
<h2>{html.escape(function.title)}</h2>
<div class="formula">{mathml(f"f(x) = {function.formula}")}</div>
{_paragraph(parameters)}</header>
{_chart(index, curves.title_of(portrait), file_name(alone))}
{_paragraph(function.activation.note)}</article>"""


def _paragraph(text: str) -> str:
    return f"<p>{html.escape(text)}</p>\n" if text else ""


def _summary(selection: Selection) -> str:
    return f"""\
<section>
<h2>Summary</h2>
{_chart(len(selection.functions), "All functions side by side", file_name(selection))}
</section>"""


def _chart(index: int, label: str, file: str) -> str:
    attributes = {"role": "figure", "aria-label": label, "data-chart": index, "data-file": file}
    written = " ".join(f'{name}="{html.escape(str(value))}"' for name, value in attributes.items())
    return f'<div class="chart" {written}></div>'


def _data(portraits: Sequence[Portrait], view: View) -> str:
    """Write the charts as JSON, with their arrays apart, which cards and summary share."""
    figures = [curves.card(portrait, view) for portrait in portraits]
    if len(portraits) > 1:
        figures.append(curves.summary(portraits, view))
    arrays: dict[str, TypedArray] = {}
    data = {
        "charts": [figure.message(arrays) for figure in figures],
        "arrays": arrays,
        "inks": style.ON_WHITE,
    }
    return json.dumps(data).replace("<", r"\u003c")  # else a title could end the script


@cache
def _script(name: str) -> str:
    return (Path(drawing.__file__).parent / "static" / f"{name}.js").read_text(encoding="utf-8")


@cache
def _library() -> str:
    packed = gzip.compress(get_plotlyjs().encode(), mtime=0)
    return base64.b64encode(packed).decode("ascii")


@cache
def _template() -> Template:
    return Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
