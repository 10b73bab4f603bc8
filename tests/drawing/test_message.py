"""The two descriptions of the message between Python and the browser are one."""

import json
import re
from pathlib import Path
from typing import get_type_hints

import pytest

from activations.drawing import curves, message
from activations.drawing.frame import NARROW
from activations.drawing.style import INK, ON_WHITE, PAPER
from tests.drawing.test_curves import VIEW, portraits

SCRIPT = Path(message.__file__).parent / "static" / "drawing.js"
TYPES = {
    "str": "string",
    "int": "number",
    "dict[str, typing.Any]": "Layout",
    "list[str]": "string[]",
    "list[tuple[str, str]]": "[string, string][]",
}


def described(name):
    """The properties of a type in the script, by name."""
    (block,) = re.findall(
        rf"@typedef \{{object\}} {name}\n(.*?)(?:\* *\n|\*/)", SCRIPT.read_text(), re.S
    )
    return {key.strip("[]"): kind for kind, key in re.findall(r"@property \{(.+)\} (\S+)", block)}


def in_javascript(kind):
    """A type of Python's in the words of JSDoc."""
    words = str(getattr(kind, "__name__", kind) if "[" not in str(kind) else kind)
    words = words.replace("activations.drawing.message.", "")
    if words in TYPES:
        return TYPES[words]
    if found := re.fullmatch(r"list\[(.+)\]", words):
        return f"{found[1]}[]"
    if found := re.fullmatch(r"dict\[str, (.+)\]", words):
        return f"Record<string, {TYPES.get(found[1], found[1])}>"
    return words


@pytest.mark.parametrize("name", ["TypedArray", "Arrangement", "Figure", "Images", "Message"])
def test_python_and_javascript_describe_the_same(name):
    hints = get_type_hints(getattr(message, name))
    assert described(name) == {key: in_javascript(kind) for key, kind in hints.items()}


def test_a_chart_is_a_figure_and_its_own_parts():
    parts = {key: in_javascript(kind) for key, kind in get_type_hints(message.Chart).items()}
    assert described("Figure") | described("ChartParts") == parts


def test_a_drawing_travels_as_it_is_described():
    arrays = {}
    sent = curves.summary(portraits("tanh", "relu"), VIEW).message(arrays)
    assert set(sent) == set(described("Figure"))
    assert [set(each) for each in sent["arrangements"]] == [set(described("Arrangement"))] * 2
    assert sent["panels"] == 2
    assert all(set(each) <= set(described("TypedArray")) for each in arrays.values())
    assert set(ON_WHITE) == {INK, PAPER} <= set(json.loads(json.dumps(sent))["figure"])


def test_figures_and_mode_bar_are_narrow_below_the_same_width():
    (width,) = re.findall(r"^const NARROW = (\d+);", SCRIPT.read_text(encoding="utf-8"), re.M)
    assert int(width) == NARROW
