"""What the pages are to a keyboard, a screen reader, and eyes that need contrast."""

import importlib.resources

import pytest
from playwright.sync_api import expect

import activations as av
from activations.notation import plain
from tests.browser.driver import wait_for_charts
from tests.browser.reading import ENDED, at_rest, chart, charts, opened, slide

AXE = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
PROBES = "status of 404"
STREAMLITS = {
    "color-contrast": (
        "[data-testid=stCode] .token,"  # the inks of its syntax highlighting
        # what names a disabled widget needs no contrast, but is not tied to it in a way axe sees
        ".stElementContainer:has(input:disabled) [data-testid=stWidgetLabel] p"
    ),
    "region": "[role=listbox]",  # it is drawn outside the page's landmarks
    # a code's box of a fixed height, which Chromium and Firefox let keys scroll
    "scrollable-region-focusable": "[data-testid=stCode] pre",
}
"""What is Streamlit's own, by axe's rule: the elements that may break it."""

VIOLATIONS = """async streamlits => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
  return violations.flatMap(({ id, nodes }) => nodes
    .filter(({ target }) => !document.querySelector(target.at(-1))?.matches(streamlits[id] ?? '_'))
    .map(({ html, any, all }) => [id, html, [...any, ...all].map(check => check.message)]));
}"""
PAGES = {"explore": "?facts=true", "depth": "depth?depth=5&functions=tanh&functions=relu"}


def violations(page):
    page.mouse.move(0, 0)
    return at_rest(page).evaluate(VIOLATIONS, STREAMLITS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_that_is_ours(new_page, server, name, scheme):
    page = new_page(expected=PROBES, color_scheme=scheme)
    opened(page, server, PAGES[name])
    if name == "depth":
        page.wait_for_function(ENDED, arg=2)
    page.evaluate(AXE)
    assert violations(page) == []
    page.get_by_role("combobox", name="Functions").click()
    expect(page.get_by_role("listbox")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    for place in ("Download", "Exact values"):
        button = page.get_by_role("button", name=place).first
        if not button.count():
            continue
        button.click()
        expect(page.get_by_test_id("stPopoverBody").get_by_role("button").first).to_be_visible()
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)


def test_a_place_that_opens_closes_by_escape_and_gives_the_focus_back(page, server):
    opened(page, server)
    for place in ("Download", "Exact values"):
        button = page.get_by_role("button", name=place).first
        button.focus()
        page.keyboard.press("Enter")
        body = page.get_by_test_id("stPopoverBody")
        expect(body.get_by_role("button").first).to_be_visible()
        page.keyboard.press("Escape")
        expect(body).to_have_count(0)
        expect(button).to_be_focused()


STOPS = """() => {
  const stops = [];
  for (const each of document.querySelectorAll(
    'button, input, summary, a[href], [tabindex="0"]')) {
    if (each.tabIndex !== 0 || each.disabled) continue;
    if (!each.checkVisibility({ visibilityProperty: true })) continue;
    const stop = each.dataset.variant ? each.parentElement : each; // arrow keys walk among options
    if (!stops.includes(stop)) stops.push(stop);
    each.dataset.stop = stops.indexOf(stop);
  }
  document.activeElement.blur();
  return stops.length;
}"""


def tabbed(page):
    """Press Tab as often as there are stops; return those that it reached, and all in order."""
    stops = at_rest(page).evaluate(STOPS)
    reached = []
    for _ in range(stops):
        at_rest(page).keyboard.press("Tab")  # a slider reached asks for its reel: a run has a Stop
        reached.append(page.evaluate("document.activeElement.dataset.stop"))
    return reached, [str(stop) for stop in range(stops)]


@pytest.mark.parametrize("query", ["", PAGES["depth"]], ids=PAGES)
def test_tab_reaches_every_control_in_the_order_in_which_it_is_read(new_page, server, query):
    reached, expected = tabbed(opened(new_page(expected=PROBES), server, query))
    assert reached == expected


def test_the_keyboard_alone_reads_the_values_of_a_function(page, server):
    opened(page, server, "?samples=5&functions=gelu", count=2)
    words = chart(page, 0).locator(".chart-words")
    page.get_by_role("button", name="Download").first.focus()
    page.keyboard.press("Tab")
    expect(chart(page, 0).locator(".js-plotly-plot")).to_be_focused()
    page.keyboard.press("Home")
    curve = av.evaluate("gelu", [-5, -2.5, 0, 2.5, 5])
    for x, y in zip(curve.x, curve.y, strict=True):
        assert words.inner_text() == f"GELU: x {plain(x)}, y {plain(y)}"
        page.keyboard.press("ArrowRight")
    expect(words).to_have_attribute("role", "status")


def test_the_keyboard_alone_reads_a_measurement_by_layer(new_page, server):
    page = new_page(expected=PROBES)
    opened(page, server, "depth?depth=5&functions=tanh")
    page.wait_for_function(ENDED, arg=1)
    plot, words = chart(page, 0).locator(".js-plotly-plot"), chart(page, 0).locator(".chart-words")
    (measured,) = (each for each in charts(page)[0]["traces"] if each["meta"] == "samples")
    plot.focus()
    page.keyboard.press("Home")
    for x, y in zip(measured["x"], measured["y"], strict=True):
        assert words.inner_text() == f"{measured['name']}: x {plain(x)}, y {plain(y)}"
        page.keyboard.press("ArrowRight")


def test_a_figure_has_words_that_follow_the_settings(page, server):
    opened(page, server)
    figure = page.get_by_role("figure").nth(3)
    before = figure.get_attribute("aria-label")
    slide(page, "Leaky ReLU negative slope", "ArrowRight")
    expect(figure).not_to_have_attribute("aria-label", before)
    assert "goes from −0.1 to 5" in figure.get_attribute("aria-label")


def test_colors_that_are_forced_and_motion_that_is_reduced_leave_the_charts(new_page, server):
    page = new_page(forced_colors="active", reduced_motion="reduce")
    opened(page, server)
    line = chart(page, 0).locator(".js-line").first
    ink, ground = line.evaluate(
        """line => [getComputedStyle(line).stroke,
          getComputedStyle(line.closest('.main-svg')).backgroundColor]"""
    )
    assert ink not in (ground, "none")
    page.emulate_media(reduced_motion="reduce", forced_colors="active", color_scheme="dark")
    wait_for_charts(page)
    chart(page, 0).get_by_role("button", name="Save as PNG").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
