"""The pages in the browsers that people have besides Chromium: Firefox, and Safari's engine."""

import re
import struct
import time
import xml.etree.ElementTree as ElementTree

import pytest
import streamlit as st

from activations.dashboard import component
from tests.browser.driver import CHARTS_DRAWN, PATIENCE, ROOT, wait_for_charts
from tests.browser.engines import ENGINES, missing_engines
from tests.browser.reading import ENDED, GRADIENTS, charts, ranges, samples

CLICK = """name => {
  const button = [...document.querySelectorAll('button')].find(
    ({ ariaLabel, innerText }) => [ariaLabel, innerText.split('\\n')[0]].includes(name));
  button?.click();
  return Boolean(button);
}"""
THUMB = """name => {
  const { x, y, width, height } = document.querySelector(
    `[role=group][aria-label='${name}'] [style*=left]`).getBoundingClientRect();
  return [x + width / 2, y + height / 2];
}"""
PLOT = """number => {
  const plot = document.querySelectorAll('.js-plotly-plot')[number].querySelector('.nsewdrag');
  plot.scrollIntoView({ block: 'center' });
  const { x, y, width, height } = plot.getBoundingClientRect();
  return [x, y, width, height];
}"""
STARTS_AT = """([number, axis, y]) => Math.abs(
  document.querySelectorAll('.js-plotly-plot')[number]._fullData
    .find(trace => trace.meta === 'curve' && trace.xaxis === axis).y[0] - y) < 1e-6"""


PACKAGE = ROOT / "activations"
CHARTS = {
    "": 5,
    "gates": 2,
    "depth": 5,
    "precision?functions=silu&format=float8_e5m2": 2,
    "training?task=xor&depth=1&width=4&seeds=2&steps=20": 7,
}


MISSING = missing_engines()
# As a mark, which pytest sums up in one line.
LEFT_OUT = pytest.mark.skip(
    f"not opened in {' and '.join(MISSING)}: install "
    + " ".join(package for each in MISSING.values() for package in each.packages)
)


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=[LEFT_OUT] * (name in MISSING)) for name in ENGINES],
)
def launched(request, tmp_path_factory):
    """One browser of each kind for all its tests."""
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "downloads").mkdir()
    with ENGINES[request.param].run(folder) as engine:
        yield engine


@pytest.fixture
def engine(launched):
    """The browser, whose console must stay free of errors."""
    launched.complaints()
    for file in launched.downloads.iterdir():
        file.unlink()
    yield launched
    assert launched.complaints() == []
    assert "BidiComponent Error" not in launched.evaluate("() => document.body.innerText")


def opened(engine, address, count=5):
    engine.goto(address)
    wait_for_charts(engine, count)
    return engine


def click(engine, name):
    """Click a button from within the page: a menu that opens moves away under the mouse."""
    engine.wait_for_function(CLICK, name)


def press(engine, slider, key):
    engine.evaluate(
        "name => document.querySelector(`[role=group][aria-label='${name}'] input`).focus()", slider
    )
    engine.press(key)


def downloaded(engine, name):
    """Wait until a file of that name is whole; return its content."""
    deadline = time.monotonic() + PATIENCE
    while [file.name for file in engine.downloads.iterdir() if file.stat().st_size] != [name]:
        assert time.monotonic() < deadline, list(engine.downloads.iterdir())
        time.sleep(0.05)
    return (engine.downloads / name).read_bytes()


def test_all_charts_of_every_page_are_drawn(engine, server):
    for path, count in CHARTS.items():
        opened(engine, f"{server}/{path}", count)
        assert all(chart["traces"] for chart in charts(engine))
        assert (path, engine.complaints()) == (path, [])


def test_no_script_awaits_at_its_top_level(monkeypatch):
    monkeypatch.setattr(st.components.v2, "component", lambda _, *, js, **__: js)
    scripts = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("static/*.js")]
    assert len(scripts) > 5
    for script in (*scripts, component.register("chart", "place")):
        outermost = re.findall(r"^[^\s/].*\bawait\b.*", script, re.MULTILINE)
        assert all("async" in line for line in outermost)


def test_a_curve_follows_an_arrow_key(engine, server):
    opened(engine, server)
    press(engine, "Leaky ReLU negative slope", "ArrowRight")
    engine.wait_for_function(STARTS_AT, [3, "x", -0.1])
    engine.wait_for_function(STARTS_AT, [4, "x4", -0.1])


def test_the_samples_follow_a_dragged_thumb(engine, server):
    opened(engine, server)
    x, y = engine.evaluate(THUMB, "Samples")
    engine.drag((x, y), (x + 20, y), (x + 40, y))
    engine.wait_for_function("() => new URL(location).searchParams.has('samples')")
    count = int(engine.evaluate("() => new URL(location).searchParams.get('samples')"))
    assert count > 100
    engine.wait_for_function(
        "count => document.querySelector('.js-plotly-plot')._fullData"
        ".find(trace => trace.meta === 'samples').y.length === count",
        count,
    )


def test_a_zoom_by_dragging_survives_a_tick(engine, server):
    opened(engine, server)
    before = ranges(engine, 3)
    x, y, width, height = engine.evaluate(PLOT, 3)
    engine.drag(*((x + at * width, y + at * height) for at in (0.3, 0.4, 0.6, 0.7)))
    engine.wait_for_function(
        "low => document.querySelectorAll('.js-plotly-plot')[3]._fullLayout.xaxis.range[0] > low",
        before[0][0] + 1,
    )
    zoomed = ranges(engine, 3)
    press(engine, "Leaky ReLU negative slope", "ArrowRight")
    engine.wait_for_function(STARTS_AT, [3, "x", -0.1])
    assert ranges(engine, 3) == zoomed


def test_a_png_is_saved(engine, server):
    opened(engine, f"{server}/?image_size=Slide")
    click(engine, "Save as PNG")
    content = downloaded(engine, "sigmoid_x-5to5.png")
    assert content.startswith(b"\x89PNG")
    assert content.endswith(b"IEND\xaeB`\x82")
    assert struct.unpack(">II", content[16:24]) == (1920, 1080)


def test_an_svg_is_saved(engine, server):
    opened(engine, server)
    click(engine, "Save as SVG")
    root = ElementTree.fromstring(downloaded(engine, "sigmoid_x-5to5.svg"))
    assert "Sigmoid activation function" in "".join(root.itertext())


def test_a_story_runs_to_its_end(engine, server):
    opened(engine, f"{server}/depth?functions=ReLU&depth=5")
    click(engine, "tanh at the edge of chaos")
    engine.wait_for_function(ENDED, 3)
    engine.wait_for_function(f"() => ({GRADIENTS})().length === 3")
    at, below, above = engine.evaluate(GRADIENTS)
    assert below[0] < 0.01 < 0.1 < at[0] < 10 < 100 < above[0]


def test_the_downloaded_web_page_is_drawn(engine, server):
    opened(engine, f"{server}/?samples=11")
    click(engine, "Download")
    engine.wait_for_function("() => document.body.innerText.includes('The code, to copy')")
    click(engine, "Web page")
    name = "sigmoid_x-5to5.html"
    downloaded(engine, name)
    shown = samples(charts(engine)[0])
    engine.goto((engine.downloads / name).as_uri())
    engine.wait_for_function(CHARTS_DRAWN, 1)
    x, y = samples(charts(engine)[0])
    assert (x.tolist(), y.tolist()) == (shown[0].tolist(), shown[1].tolist())
