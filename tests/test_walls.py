"""The walls of the house: imports point one way, read from the imports themselves."""

import ast
from pathlib import Path

import pytest

import activations

APP = Path(__file__).parents[1] / "app.py"
PACKAGE = APP.parent / "activations"
PUBLIC = """CATALOG NOT_ELEMENTWISE Activation Break Choice Curve Facts Family FormulaError Function
Interval Moments Paper Parameter Parity Requirement evaluate formula gates measure moments plot
precision"""

PAGES = tuple(sorted(path.parent.name for path in PACKAGE.glob("dashboard/*/page.py")))
LENSES = tuple(page for page in PAGES if (PACKAGE / page).is_dir())
FLOORS = (
    ("notation", "prerequisites"),
    ("functions",),
    ("drawing",),
    (*LENSES, "export"),
    ("plot",),
    ("dashboard",),
    ("serving",),
)
"""From the ground up: a room sees those on the floors below it, and itself."""

STREAMLIT = ("dashboard", "serving")
PLOTLY = ("drawing", "export", "plot", "dashboard.chart")


def name_of(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports(path):
    """Every module that a file imports, wherever in the file, by its whole name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports hide where they lead"
            for each in node.names:
                whole = f"{node.module}.{each.name}"
                yield whole if whole in MODULES else node.module


def inside(name):
    """What comes after "activations." in a module's name, or nothing."""
    return name.partition("activations.")[2]


def room(name):
    return inside(name).partition(".")[0]


def floor(name):
    (number,) = (at for at, rooms in enumerate(FLOORS) if room(name) in rooms)
    return number


HOUSE = [name for name in MODULES if inside(name) and room(name) != "__main__"]


@pytest.mark.parametrize("module", HOUSE)
def test_a_room_sees_what_is_below_it_alone(module):
    for other in imports(MODULES[module]):
        assert other != "activations", f"{module} imports all of it"
        if inside(other) and room(other) != room(module):
            assert floor(other) < floor(module), f"{module} imports {other}"


@pytest.mark.parametrize("module", [name for name in HOUSE if room(name) == "dashboard"])
def test_pages_do_not_see_each_other_and_what_they_share_sees_none(module):
    def page(name):
        parts = inside(name).split(".")
        return parts[1] if len(parts) > 1 and parts[1] in PAGES else None

    for other in imports(MODULES[module]):
        if room(other) == "dashboard" and page(other):
            assert page(other) == page(module), f"{module} imports {other}"


@pytest.mark.parametrize("module", MODULES)
def test_streamlit_and_plotly_stay_in_their_rooms(module):
    for other in imports(MODULES[module]):
        library = other.partition(".")[0]
        if library == "streamlit":
            assert room(module) in STREAMLIT, f"{module} imports {other}"
        if library == "plotly":
            within = inside(module)
            allowed = any(within == each or within.startswith(f"{each}.") for each in PLOTLY)
            assert allowed, f"{module} imports {other}"


def test_the_app_sees_every_page_and_is_seen_by_nobody():
    seen = {other for other in imports(APP) if other.partition(".")[0] == "activations"}
    assert {room(other) for other in seen} == {"dashboard"}
    assert seen >= {f"activations.dashboard.{page}.page" for page in PAGES}
    for module, path in MODULES.items():
        assert "app" not in imports(path), f"{module} imports app.py"


def test_public_names_stay():
    assert activations.__all__ == PUBLIC.split()
    assert all(getattr(activations, name) is not None for name in activations.__all__)


def test_every_room_has_its_floor():
    assert {room(name) for name in HOUSE} <= {each for rooms in FLOORS for each in rooms}
