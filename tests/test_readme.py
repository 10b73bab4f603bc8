"""What the README shows works as it stands there."""

import re
import sys
from types import ModuleType

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.browser.driver import PATIENCE, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title):
    return re.search(rf"^## {title}\n(.*?)(?=^## )", README, re.MULTILINE | re.DOTALL).group(1)


@pytest.fixture
def tangent(monkeypatch):
    """The lens that the README adds, as a module of its own."""
    (code,) = re.findall(r"```python\n(.*?)```", section("Add a lens"), re.DOTALL)
    assert len(code.splitlines()) <= 60
    module = ModuleType("tangent")
    monkeypatch.setitem(sys.modules, "tangent", module)
    exec(compile(code, "README.md", "exec"), module.__dict__)  # noqa: S102
    return module


@pytest.mark.usefixtures("tangent")
def test_the_added_lens_is_a_page():
    def script():
        import tangent

        tangent.LENS.show()

    app = AppTest.from_function(script, default_timeout=PATIENCE)
    app.query_params["point"] = "2"
    app.query_params["functions"] = ["relu", "tanh"]
    app.run()
    assert not app.exception
    assert not app.warning
    assert app.slider(key="tangent-point").value == 2
    assert app.title[0].value == "Tangents"


def test_the_added_lens_draws_the_tangent(tangent):
    controls = tangent.LENS.controls
    settings = controls.read({"point": "0.5", "functions": ["tanh"]}).settings
    results = [job.work(float) for job in tangent.jobs(settings)]
    drawing = tangent.exhibits(settings, results)["tanh"].drawing
    curve, line = drawing.traces
    slope = 1 - np.tanh(0.5) ** 2
    np.testing.assert_allclose(curve["y"], np.tanh(tangent.X), atol=1e-12)
    np.testing.assert_allclose(line["y"], np.tanh(0.5) + slope * (tangent.X - 0.5), atol=1e-12)
    assert drawing.figure().layout.height == 300


def test_the_library_call_gives_what_the_readme_says():
    lines = section("In a notebook").splitlines()
    code = "\n".join(line.strip() for line in lines if line.startswith("    "))
    shown = {}
    exec(compile(code.partition("from activations")[0], "README.md", "exec"), shown)  # noqa: S102
    np.testing.assert_allclose(shown["curve"].y, [-1, 0, 3])
    np.testing.assert_allclose(shown["curve"].dy, [0.2, 0.2, 1])
    found = shown["found"]
    assert found.f.correct == pytest.approx(0.84, abs=0.001)
    assert found.f.worst == (9, pytest.approx(-17.34, abs=0.01))
    assert found.df.steps.size == found.df.exact.size == found.df.x.size == 63488
