"""What a reader sees without scrolling, on screens from 320 px to 1920 px wide."""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from activations.depth.presets import PRESETS
from activations.functions.catalog import CATALOG
from activations.functions.spec import Choice
from tests.browser.reading import chart, opened

# Streamlit asks for its server below the page's own address first, and takes the 404 for an answer.
PROBES = "status of 404"

PLOT = """number => {
  const plot = document.querySelectorAll('.js-plotly-plot')[number];
  const { _offset, _length } = plot._fullLayout.yaxis;
  return { top: plot.getBoundingClientRect().top + _offset, height: _length };
}"""
OVERHANG = """() => [document.documentElement, document.querySelector('[data-testid=stMain]')]
  .map(part => part.scrollWidth - part.clientWidth)"""


WATCH = """() => {
  globalThis.ours = 0;
  const inside = '.st-key-page, .st-key-sidebar';
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) {
      const nodes = sources.map(({ node }) => node?.parentElement).filter(Boolean);
      const frame = nodes.some((node) => !node.closest(`${inside}, .stMain .stVerticalBlock`));
      if (!frame) globalThis.ours += value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
}"""
SETTLED = """([heading, lines]) => {
  const plots = [...document.querySelectorAll('.js-plotly-plot')];
  return plots.length === 5 && plots.every(plot => plot._fullLayout)
    && document.querySelector(`${heading} .katex`)
    && !document.querySelector('[data-testid=stSkeleton], [data-testid=stProgress]')
    && document.querySelectorAll('.st-key-verdicts p').length === lines;
}"""


def bottom(locator):
    box = locator.bounding_box()
    return box["y"] + box["height"]


def test_the_posts_four_cards_and_the_summary_are_in_sight_on_a_laptop(page, server):
    opened(page, server)
    for number in range(4):
        caption = chart(page, number).locator("dl")
        assert bottom(caption) < 900
        assert page.evaluate(PLOT, number)["height"] >= 200
    assert bottom(page.get_by_role("heading", name="Summary", exact=True)) < 900
    one, other = (page.locator(f".st-key-head-{name} h2") for name in ("relu", "leaky_relu"))
    assert one.bounding_box()["height"] == pytest.approx(other.bounding_box()["height"], abs=1)


def test_two_cards_and_the_curves_of_two_more_are_in_sight_on_a_small_laptop(new_page, server):
    page = new_page(viewport={"width": 1280, "height": 720})
    opened(page, server)
    for number in (0, 1):
        assert bottom(chart(page, number).locator("dl")) < 720
    for number in (2, 3):
        plot = page.evaluate(PLOT, number)
        zero = plot["top"] + plot["height"] / 2
        assert zero + 10 < 720


@pytest.mark.parametrize(("functions", "columns"), [(4, 2), (7, 3)])
def test_a_wide_screen_has_room_for_more_columns(new_page, server, functions, columns):
    page = new_page(viewport={"width": 1920, "height": 1080})
    query = urlencode({"functions": list(CATALOG)[:functions]}, doseq=True)
    opened(page, server, f"?{query}", functions + 1)
    boxes = [chart(page, number).bounding_box() for number in range(functions)]
    assert len({round(box["x"]) for box in boxes}) == columns


def test_charts_stand_level_however_high_their_formulas_are(page, server):
    opened(page, server, "?functions=relu&functions=elu", 3)
    one, other = (chart(page, number).bounding_box() for number in (0, 1))
    assert one["y"] == pytest.approx(other["y"], abs=0.1)


def ends(end):
    """A link to all functions, with each parameter at one end of its slider."""
    parameters = {
        activation.query_of(each): each.options[-1] if isinstance(each, Choice) else end(each)
        for activation in CATALOG.values()
        for each in activation.parameters
    }
    return urlencode({"functions": list(CATALOG)} | parameters, doseq=True)


@pytest.mark.parametrize("height", [256, 800], ids=["400 % zoom", "small phone"])
@pytest.mark.parametrize("end", ["low", "high"])
def test_no_formula_is_wider_than_a_phone(new_page, server, height, end):
    page = new_page(viewport={"width": 320, "height": height})
    query = ends(lambda parameter: getattr(parameter, end))
    opened(page, server, f"?{query}&derivatives=first&derivatives=second", len(CATALOG) + 1)
    page.locator(".katex").last.wait_for()
    assert page.evaluate(OVERHANG) == [0, 0]
    for card in page.locator("[class*='st-key-head-'] .katex").all():
        box = card.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320


def test_nothing_of_depth_is_wider_than_a_phone(new_page, server):
    page = new_page(PROBES, viewport={"width": 320, "height": 256})
    page.goto(f"{server}/depth?functions=selu&functions=relu&depth=3")
    page.wait_for_function(
        """() => {
          const plots = [...document.querySelectorAll('.js-plotly-plot')];
          return plots.length === 5 && plots.every(plot => plot._fullLayout);
        }""",
        timeout=60_000,
    )
    page.locator(".katex").last.wait_for()
    assert page.evaluate(OVERHANG) == [0, 0]


@pytest.mark.parametrize(
    ("path", "row", "buttons", "below"),
    [
        ("depth", ".st-key-stories", len(PRESETS), ".st-key-verdicts"),
        ("training", ".st-key-steering .stHorizontalBlock", 3, "[data-testid=stProgress]"),
    ],
)
def test_buttons_that_come_late_have_no_narrow_places_from_which_to_jump(
    new_page, server, path, row, buttons, below
):
    page, held = new_page(PROBES), []
    page.route(re.compile(r"/js/Button\.[^/]*$"), lambda route: held.append(route))
    page.goto(f"{server}/{path}", wait_until="commit")
    waiting = page.locator(f"{row} > :has([data-testid=stSkeleton])")
    expect(waiting).to_have_count(buttons)
    for each in waiting.all():
        expect(each).to_be_hidden()
    before = page.locator(below).bounding_box()["y"]
    (script,) = held
    script.continue_()
    page.locator(f"{row} button").last.wait_for()
    assert page.locator(below).bounding_box()["y"] == before


@pytest.mark.parametrize(
    ("path", "formula", "lines"),
    [("", ".st-key-head-leaky_relu", 0), ("depth", ".st-key-exhibit-signal", 4)],
    ids=["explore", "depth"],
)
def test_little_of_ours_jumps_while_the_page_loads(new_page, server, path, formula, lines):
    page = new_page(PROBES)
    page.add_init_script(f"({WATCH})()")
    page.goto(f"{server}/{path}")
    page.wait_for_function(SETTLED, arg=[formula, lines], timeout=60_000)
    assert page.evaluate("globalThis.ours") <= 0.1
