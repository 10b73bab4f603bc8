"""Formulas as MathML, which browsers set without a library."""

from __future__ import annotations

import html
from xml.etree import ElementTree


def mathml(latex: str) -> str:
    """Return a LaTeX formula as a MathML element, or as code where it cannot be converted.

    Whatever the formula holds, its text stays text and its markup does nothing but typeset.
    """
    # Its symbol table takes 80 ms to load, and only a web page needs it.
    from latex2mathml.converter import Converter

    try:
        math = Converter().convert_to_element(latex)
    except Exception:  # the converter's errors have no common base, and some are Python's own
        return f"<code>{html.escape(latex)}</code>"
    math.set("displaystyle", "true")
    for element in math.iter():
        # The converter writes symbols as entities, and counts on their not being escaped again.
        element.text = html.unescape(element.text or "")
        element.attrib.pop("href", None)
        if element.tag == "mo" and element.text.isalpha():  # "max" is set as if it were a "+"
            element.attrib |= {"lspace": "0", "rspace": "0.1em"}
    return ElementTree.tostring(math, encoding="unicode")
