"""The page "Gates" in a browser: what is drawn is read back."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from activations import gates
from activations.notation import plain
from tests.browser.driver import wait_for_charts
from tests.browser.lettering import faults, in_a_browser, on_screen, size
from tests.browser.reading import at_rest, chart, saved, slide
from tests.browser.test_access import AXE, tabbed, violations
from tests.browser.test_drawing import assert_remembers_arrays
from tests.browser.test_first_screen import OVERHANG, WATCH
from tests.browser.test_image_layout import at_each_size
from tests.browser.test_live import grip

# Streamlit asks for its server below the page's own address first, and takes the 404 for an answer.
PROBES = "status of 404"

TRACE = """([number, uid]) => {
  const plot = document.querySelectorAll('.js-plotly-plot')[number];
  const trace = plot._fullData.find(each => each.uid === uid);
  const { z } = trace;
  return [[...trace.x], [...trace.y], z ? [...z].map(row => [...row]) : []];
}"""
PIXELS = """([number, uid]) => {
  const plot = document.querySelectorAll('.js-plotly-plot')[number];
  const { xaxis: across, yaxis: up } = plot._fullData.find(each => each.uid === uid);
  const xaxis = plot._fullLayout[across.replace('x', 'xaxis')];
  const yaxis = plot._fullLayout[up.replace('y', 'yaxis')];
  const lines = [...plot.querySelectorAll(`.trace${uid} .js-line`)]; // one between two gaps
  const path = lines.map(line => line.getAttribute('d')).join('');
  const points = [...path.matchAll(/(-?[\\d.]+),(-?[\\d.]+)/g)];
  return points.map(([, x, y]) => [xaxis.p2l(Number(x)), yaxis.p2l(Number(y))]);
}"""
BARS = """() => {
  const plot = document.querySelectorAll('.js-plotly-plot')[0];
  const { yaxis } = plot._fullLayout;
  return [...plot.querySelectorAll('.bars .point > path')].map(bar => {
    const [, foot, top] = bar.getAttribute('d').match(/^M[^,]+,([^V]+)V([^H]+)H/).map(Number);
    return yaxis.p2l(top) - yaxis.p2l(foot);
  });
}"""
DOT = """() => {
  const plot = document.querySelectorAll('.js-plotly-plot')[1];
  const { xaxis, yaxis } = plot._fullLayout;
  const point = plot.querySelector('[class*="traceslice-g-"][class*="-marks"] .point');
  const dot = point.getAttribute('transform');
  const [, x, y] = dot.match(/translate\\(([^,]+),([^)]+)\\)/).map(Number);
  return [xaxis.p2l(x), yaxis.p2l(y)];
}"""

EYE = """() => {
  const { x, y, z } = document.querySelectorAll('.js-plotly-plot')[2].layout.scene.camera.eye;
  return [x, y, z];
}"""
SLICES_END = """() =>
  document.querySelectorAll('.js-plotly-plot')[1]._fullLayout.yaxis2.range"""
MAPS = """() => [...document.querySelectorAll('.js-plotly-plot')[0].querySelectorAll(
  '.contour path, .contour text, .contour image, .hm image')].map(each =>
  ['d', 'transform', 'x', 'y', 'width', 'height', 'href', 'style'].map(
    name => (each.getAttribute(name) ?? '').replace(/url[^)]*[)]/g, '')).join())"""
WATCH_MAPS = """() => {
  window.redrawn = 0;
  const observer = new MutationObserver(records => { window.redrawn += records.length; });
  for (const map of document.querySelectorAll('.contour, .hm')) {
    observer.observe(map, { subtree: true, childList: true, attributes: true });
  }
}"""


@pytest.fixture
def opened(server, new_page):
    def open_page(query="", count=2, **options):
        page = new_page(expected=PROBES, **options)
        page.goto(f"{server}/gates{query}")
        wait_for_charts(page, count)
        return at_rest(page)

    return open_page


def test_swiglu_at_two_and_three_is_drawn_and_said(opened):
    page = opened("?g=2&u=3")
    true = gates.surface(gates.gate("swiglu"), 2, 3)
    x, y, z = page.evaluate(TRACE, [0, "swiglu-0-map-h"])
    at = z[int(np.argmin(np.abs(np.array(y) - 3)))][int(np.argmin(np.abs(np.array(x) - 2)))]
    assert at == pytest.approx(float(true.h), rel=1e-6)
    assert page.evaluate(DOT) == pytest.approx([2, float(true.h)], abs=0.1)
    words = chart(page, 0).get_by_role("definition").inner_text()
    assert words == "5.285, ∂h/∂g 3.272, ∂h/∂u 1.762"


def test_the_zero_line_and_the_clamp_are_drawn_where_they_are(opened):
    page = opened("?gates=gpt_oss&reach=10")
    up, down, left, right = page.evaluate(PIXELS, [0, "gpt_oss-0-zero"])
    assert [up[0], down[0]] == pytest.approx([0, 0], abs=0.05)
    assert [left[1], right[1]] == pytest.approx([-1, -1], abs=0.05)
    box = page.evaluate(PIXELS, [0, "gpt_oss-0-clamp"])
    corners = [[-10, 7], [7, 7], [7, -7], [-10, -7]]
    np.testing.assert_allclose(box, corners, atol=0.05)


def test_the_jacobian_is_drawn_with_its_numbers(opened):
    page = opened("?view=softmax", count=5)
    p = np.exp([2, 1, 0.1]) / np.exp([2, 1, 0.1]).sum()
    jacobian = np.diag(p) - np.outer(p, p)
    *_, z = page.evaluate(TRACE, [1, "jacobian-0-map"])
    np.testing.assert_allclose(z, jacobian, atol=1e-12)
    written = chart(page, 1).locator(".heatmap-label").all_text_contents()
    numbers = [float(each.replace("−", "-")) for each in written]
    np.testing.assert_allclose(sorted(numbers), sorted(jacobian.ravel()), atol=6e-4)
    np.testing.assert_allclose(page.evaluate(BARS), p, atol=0.01)


COUNT_LAYOUTS = """() => {
  window.layouts = 0;
  document.querySelector('.js-plotly-plot').on('plotly_relayout', () => { layouts += 1; });
}"""


def gripped(page, label, share):
    """Grip a thumb and move it until the page has its reel; return what moves it on."""
    move = grip(page, label)
    before = page.evaluate(DOT)
    move(share)
    page.wait_for_function(f"before => String(({DOT})()) !== String(before)", arg=before)
    return move


def test_the_slices_hang_on_the_thumb(opened):
    page = opened()
    move = gripped(page, "Gate input g", 0.4)
    for share in (0.45, 0.55, 0.62, 0.98):
        (g,) = move(share)
        true = float(gates.surface(gates.gate("swiglu"), g, 3).h)
        assert page.evaluate(DOT) == pytest.approx([g, true], abs=0.1)
        x, h = np.array(page.evaluate(PIXELS, [1, "slice-u-swiglu-0-curve"])).T
        low, high = page.evaluate(SLICES_END)
        assert low <= h.min() < h.max() <= high
        np.testing.assert_allclose(h, gates.surface(gates.gate("swiglu"), g, x).h, atol=0.3)
        vertical = page.evaluate(PIXELS, [0, "cross-0-at-g"])
        assert [each[0] for each in vertical] == pytest.approx([g, g], abs=0.05)
    page.mouse.up()
    expect(chart(page, 0).get_by_role("definition")).not_to_contain_text("5.285")


def test_a_map_is_left_alone_until_it_changes_and_is_always_what_plotly_draws(opened):
    page = opened("?gates=gpt_oss&gates=swiglu&show=dead")
    slide(page, "Gate input g", "ArrowRight", times=2)
    page.wait_for_url("**g=2.2**")
    at_rest(page)
    before = page.evaluate(MAPS)
    page.evaluate(WATCH_MAPS)
    slide(page, "Value u", "ArrowRight", times=2)
    page.wait_for_url("**u=3.2**")
    at_rest(page)
    assert page.evaluate("redrawn") == 0
    assert page.evaluate(MAPS) == before
    slide(page, "GPT-OSS alpha", "ArrowRight")
    slide(page, "Range of g and u, ±", "ArrowRight")
    page.wait_for_url("**reach=5.5**")
    page.set_viewport_size({"width": 1300, "height": 900})
    at_rest(page)
    query = page.evaluate("location.search")
    fresh = opened(query, viewport={"width": 1300, "height": 900})
    assert page.evaluate(MAPS) == fresh.evaluate(MAPS) != before


def test_what_is_remembered_of_arrays_is_what_plotly_finds(opened):
    for query, count in (("?show=dead&show=surface", 3), ("?view=softmax&variant=gumbel", 5)):
        assert_remembers_arrays(opened(query, count), more_than=9)


def test_the_slices_of_a_gate_hang_on_its_own_parameter(opened):
    page = opened("?gates=gpt_oss")
    move = gripped(page, "GPT-OSS alpha", 0.6)
    for share in (0.1, 0.35, 0.8):
        (alpha,) = move(share)
        true = gates.surface(gates.gate("gpt_oss", alpha=alpha), 2, 3).h
        assert page.evaluate(DOT) == pytest.approx([2, float(true)], abs=0.1)
    page.mouse.up()
    page.wait_for_url("**gpt_oss_alpha=**")


def test_the_bars_hang_on_the_thumb(opened):
    page = opened("?view=softmax", count=5)
    page.evaluate(COUNT_LAYOUTS)
    before = page.evaluate(BARS)
    move = grip(page, "Logit 2")
    move(0.7)
    page.wait_for_function(f"([first]) => ({BARS})()[0] !== first", arg=before)
    for share in (0.3, 0.5, 0.66):
        (second,) = move(share)
        p = gates.softmax([2, second, 0.1]).values
        np.testing.assert_allclose(page.evaluate(BARS), p, atol=0.01)
    assert page.evaluate("layouts") == 0  # from 0 to 1 stays from 0 to 1
    page.mouse.up()


def test_the_view_is_in_the_link_and_a_key_moves_a_logit(opened, new_page):
    page = opened()
    page.get_by_role("radio", name="Softmax", exact=True).click()
    wait_for_charts(page, 5)
    page.wait_for_url("**view=softmax**")
    slide(page, "Logit 1", "ArrowRight", times=3)
    page.wait_for_url("**x1=2.3**")
    again = new_page(expected=PROBES)
    again.goto(page.url)
    wait_for_charts(again, 5)
    expect(again.get_by_role("slider", name="Logit 1")).to_have_value("2.3")
    np.testing.assert_allclose(again.evaluate(BARS), gates.softmax([2.3, 1, 0.1]).values, atol=0.01)


def test_pasted_logits_are_drawn(opened):
    page = opened("?view=softmax", count=5)
    field = page.get_by_role("textbox", name="Paste logits")
    field.fill("0, 1, -inf, 2")
    field.press("Enter")
    wait_for_charts(page, 4)  # four shares are no point of a triangle
    page.wait_for_url(re.compile("masked=3"))
    expect(page.get_by_role("slider", name="Logit 4")).to_have_value("2")


@pytest.mark.parametrize(
    ("name", "query", "title"),
    [("softmax", "view=softmax", "Softmax"), ("glu", "gates=glu", "GLU")],
)
def test_explore_leads_here(server, new_page, name, query, title):
    page = new_page(expected=PROBES)
    page.goto(f"{server}/?functions=tanh&functions={name}")
    wait_for_charts(page, 2)
    link = page.get_by_role("alert").get_by_role("link", name="Gates")
    assert link.get_attribute("href").endswith(f"gates?{query}")
    page.goto(f"{server}/{link.get_attribute('href')}")
    expect(page.get_by_role("heading", level=2, name=title).first).to_be_visible()


def test_an_image_of_the_map_saves(opened, tmp_path):
    page = opened()
    path = tmp_path / "map.png"
    assert saved(page, 0, "PNG", path) == "map_swiglu.png"
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_surface_is_the_gates_and_turns_and_its_image_with_it(opened, tmp_path):
    page = opened("?gates=gpt_oss&show=surface", count=3)
    expect(page.locator(".gl-container canvas")).to_have_count(1)
    x, y, z = page.evaluate(TRACE, [2, "gpt_oss-0-surface"])
    true = gates.surface(gates.gate("gpt_oss"), x, np.array(y)[:, np.newaxis]).h
    np.testing.assert_allclose(z, true, rtol=1e-5, atol=1e-5)

    still, turned = tmp_path / "still.png", tmp_path / "turned.png"
    saved(page, 2, "PNG", still)
    before = page.evaluate(EYE)
    canvas = page.locator(".gl-container canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.4 * box["height"], steps=5)
    page.mouse.up()
    page.wait_for_function(f"before => String(({EYE})()) !== String(before)", arg=before)
    saved(page, 2, "PNG", turned)
    assert still.read_bytes() != turned.read_bytes()
    after = page.evaluate(EYE)
    slide(page, "GPT-OSS alpha", "ArrowRight")
    page.wait_for_url("**gpt_oss_alpha=**")
    at_rest(page)
    assert page.evaluate(EYE) == pytest.approx(after)
    shown = page.locator(".activations-chart").nth(2)
    expect(shown.locator("[data-title^='Zoom']")).to_have_count(0)
    shown.locator("[data-title='Reset camera to last save']").dispatch_event("click")
    page.wait_for_function(f"before => String(({EYE})()) === String(before)", arg=before)


def test_a_narrow_window_has_one_column(opened):
    page = opened("?gates=swiglu&gates=reglu&show=dead", viewport={"width": 375, "height": 812})
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    heights = page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot')].map(plot => plot.clientHeight)"
    )
    assert min(heights) >= 260


SEEN = {
    "gate": ("", 2),
    "gates": ("?gates=swiglu&gates=reglu&gates=gpt_oss&gates=glu&show=dead&show=dg&reach=9", 3),
    "difference": ("?gates=swiglu&gates=gpt_oss&show=difference&show=surface", 4),
    "softmax": ("?view=softmax", 5),
    "draws": ("?view=softmax&variant=gumbel&logits=8", 4),
}


@pytest.mark.parametrize("name", SEEN)
def test_no_text_of_an_image_stands_over_another(opened, new_page, tmp_path, name):
    query, count = SEEN[name]
    page, blank = opened(query, count), new_page()
    for image_size in at_each_size(page):
        for number in range(count):
            path = tmp_path / "image.svg"
            saved(page, number, "SVG", path)
            texts = in_a_browser(blank, path)
            assert texts
            assert (image_size, number, faults(texts, *size(path))) == (image_size, number, [])


@pytest.mark.parametrize("name", SEEN)
def test_the_screen_can_be_read(opened, name):
    query, count = SEEN[name]
    for width in (1440, 375):
        page = opened(query, count, viewport={"width": width, "height": 900})
        assert page.evaluate(OVERHANG) == [0, 0]
        for number, (across, down, texts) in enumerate(on_screen(page)):
            assert (width, number, faults(texts, across, down)) == (width, number, [])


@pytest.mark.parametrize(
    ("name", "scheme"), [("gates", "light"), ("gates", "dark"), ("softmax", "dark")]
)
def test_axe_finds_nothing_that_is_ours(opened, name, scheme):
    query, count = SEEN[name]
    page = opened(query, count, color_scheme=scheme)
    page.evaluate(AXE)
    assert violations(page) == []
    if name == "gates":  # of a map, slices, and maps again, keys walk along the slices alone
        roles = page.locator(".js-plotly-plot").evaluate_all("all => all.map(each => each.role)")
        assert roles == [None, "application", None]


@pytest.mark.parametrize("query", ["gates=gpt_oss&show=dg", "view=softmax&variant=sink"])
def test_nothing_is_wider_than_a_small_phone(opened, query):
    page = opened(f"?{query}", 3 if "dg" in query else 4, viewport={"width": 320, "height": 800})
    page.locator(".katex").last.wait_for()
    assert page.evaluate(OVERHANG) == [0, 0]


@pytest.mark.parametrize(("query", "count"), [("", 2), ("view=softmax", 5)])
def test_little_jumps_while_the_page_loads(server, new_page, query, count):
    page = new_page(expected=PROBES)
    page.add_init_script(f"({WATCH})()")
    page.goto(f"{server}/gates?{query}")
    wait_for_charts(page, count)
    page.locator(".katex").first.wait_for()
    at_rest(page)
    assert page.evaluate("globalThis.ours") <= 0.1


def test_tab_reaches_every_control_in_the_order_in_which_it_is_read(opened):
    page = opened("?view=softmax", count=5)
    page.get_by_role("textbox", name="Paste logits").wait_for()  # whose script comes late
    reached, expected = tabbed(page)
    assert reached == expected


def test_the_keyboard_alone_reads_the_values_of_a_slice(opened):
    page = opened()
    plot, words = chart(page, 1).locator(".js-plotly-plot"), chart(page, 1).locator(".chart-words")
    plot.focus()
    page.keyboard.press("Home")
    value = gates.surface(gates.gate("swiglu"), -5, 3).h
    assert words.inner_text() == f"SwiGLU: x −5, y {plain(float(value))}"
