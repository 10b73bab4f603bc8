import json

import numpy as np
import pytest
from playwright.sync_api import expect

from activations.functions.catalog import function
from activations.precision import FORMATS, measure
from tests.browser.state import wait_until
from tests.browser.test_access import AXE, tabbed, violations
from tests.browser.test_first_screen import OVERHANG
from tests.browser.test_print import hold, printed

# Streamlit asks for its server below the page's own address first, and takes the 404 for an answer.
PROBES = "status of 404"

DRAWN = """words => {
  const titles = [...document.querySelectorAll('.js-plotly-plot .gtitle')];
  return titles.length === 2 && titles.every(each => each.textContent.includes(words));
}"""
SEEN = """() => {
  const { data, _fullLayout } = document.querySelector('.js-plotly-plot');
  const { x, y, text, mode } = data.find(({ yaxis }) => yaxis === 'y2');
  const { range, ticktext } = _fullLayout.xaxis;
  return { x, y, text, mode, range, ticktext };
}"""
MEASURED = """runs => {
  const plots = [...document.querySelectorAll('.js-plotly-plot')];
  const done = plot => plot._fullData?.filter(({ yaxis, meta }) => yaxis === 'y2').length === runs;
  return plots.length === 2 && plots.some(done) && plots.every(plot => plot._fullLayout)
    && document.querySelector('.stApp').dataset.testScriptState === 'notRunning';
}"""
SOFTPLUS = "functions=softplus&format=float16&where=typed"


@pytest.fixture
def opened(server, new_page):
    def open_page(query, words, **options):
        page = new_page(expected=PROBES, **options)
        page.goto(f"{server}/precision?{query}")
        page.wait_for_function(DRAWN, arg=words)
        return page

    return open_page


def zoom(page, left, right):
    """Drag over a part of the chart's width."""
    area = page.locator(".js-plotly-plot").first.locator(".nsewdrag").first.bounding_box()
    assert area
    height = area["y"] + area["height"] / 2
    page.mouse.move(area["x"] + left * area["width"], height)
    page.mouse.down()
    page.mouse.move(area["x"] + right * area["width"], height, steps=5)
    page.mouse.up()


def zoom_thrice(page, left, right):
    """Zoom to the same part three times, each time once that is seen."""
    low, high = page.evaluate(SEEN)["range"]
    for closer in range(1, 4):
        zoom(page, left, right)
        page.wait_for_function(
            f"wide => {{ const {{ range }} = ({SEEN})(); return range[1] - range[0] < wide; }}",
            arg=(high - low) / 10**closer,
        )


def test_a_zoom_draws_what_it_shows_anew(opened):
    page = opened(SOFTPLUS, "f in float16")
    whole = page.evaluate(SEEN)
    assert 200 < len(whole["x"]) < 2000  # of 63,488
    assert whole["mode"] == "lines"
    assert max(whole["y"]) > 3.5  # of 4,095 steps: where it is infinite has a row above
    zoom_thrice(page, 0.5, 0.55)
    page.wait_for_function(f"() => ({SEEN})().mode === 'lines+markers'")
    close = page.evaluate(SEEN)
    steps = [b - a for a, b in zip(close["x"], close["x"][1:], strict=False)]
    assert set(steps) == {1}  # every number of the format
    page.locator(".js-plotly-plot").first.locator("[data-title='Reset axes']").click()
    page.wait_for_function(f"count => ({SEEN})().x.length === count", arg=len(whole["x"]))


def single(places):
    """Numbers of float32, by their places in the order."""
    places = np.asarray(places, dtype=np.int64)
    bits = np.where(places < 0, 2**31 - places, places).astype(np.uint32)
    return bits.view(np.float32).astype(float)


def sampled(low, high):
    """The places of all inputs of the sample of float32 that lie between two."""
    places = np.rint(np.linspace(0, 2**31 - 2**23 - 1, 2**19)).astype(int)
    near = np.concatenate([-places[:0:-1], places])
    return near[(low <= near) & (near <= high)]


def test_a_zoom_into_a_sample_draws_all_that_was_measured_there(opened):
    page = opened("functions=gelu&format=float32&where=typed", "f in float32")
    whole = page.evaluate(SEEN)
    zoom_thrice(page, 0.7, 0.74)

    def inside():
        drawn = page.evaluate(SEEN)
        low, high = drawn["range"]
        return [at for at in drawn["x"] if low <= at <= high], sampled(low, high).tolist()

    wait_until(page, lambda: len(inside()[0]) == len(inside()[1]))
    seen, expected = inside()
    assert seen == expected
    assert len(expected) > 20
    errors = measure(function("gelu"), "float32", "typed").f
    drawn = page.evaluate(SEEN)
    for at, text in zip(drawn["x"], drawn["text"], strict=True):
        (steps,) = errors.steps[errors.x == single(at)]
        assert text.endswith(f"steps {steps:.0f}")
    page.locator(".js-plotly-plot").first.locator("[data-title='Reset axes']").click()
    page.wait_for_function(f"count => ({SEEN})().x.length === count", arg=len(whole["x"]))


def test_a_linear_axis_has_points_of_a_sample_wherever_it_has_some(opened):
    page = opened("functions=gelu&format=float32&axis=linear&span=1&span=5", "f in float32")
    places = FORMATS["float32"].place(np.array([1.0, 5.0]))
    widest = np.diff([single(at) for at in sampled(*places)]).max()
    column = (5 - 1) / page.locator(".nsewdrag").first.bounding_box()["width"]
    wait_until(page, lambda: np.diff(page.evaluate(SEEN)["x"]).max() <= widest + 2 * column)


def test_keys_say_number_bits_result_exact_value_and_steps(opened):
    page = opened(SOFTPLUS, "f in float16")
    plot = page.get_by_role("application").first
    plot.press("Home")
    words = plot.locator("xpath=..").locator(".chart-words")
    expect(words).to_contain_text("Softplus, x −65504 (0xfbff), result 0, exact 0, steps 0")
    plot.press("End")
    expect(words).to_contain_text("x 65504 (0x7bff)")


def test_keys_walk_along_the_bars(opened):
    page = opened(SOFTPLUS, "f in float16")
    plot = page.get_by_role("application").last
    plot.press("Home")
    words = plot.locator("xpath=..").locator(".chart-words")
    expect(words).to_contain_text("Softplus, 0 steps off, ")
    plot.press("End")
    expect(words).to_have_text("Softplus, ∞, 20.34 %, 12,916 results")
    plot.press("ArrowLeft")
    expect(words).to_contain_text("Softplus, > 10 steps off, ")


def test_a_story_shows_its_chart_and_its_link_shows_it_to_others(opened, new_page):
    page = opened("functions=relu&format=float8_e5m2", "f in float8_e5m2")
    page.get_by_role("button", name="SiLU typed as").click()
    page.wait_for_function(DRAWN, arg="f in float16, as typed")
    page.wait_for_url("**span=-20**")
    said = page.get_by_text("at worst 6,182 steps off")
    expect(said).to_be_visible()
    again = new_page(expected=PROBES)
    again.goto(page.evaluate("location.href"))
    again.wait_for_function(DRAWN, arg="f in float16, as typed")
    assert json.dumps(again.evaluate(SEEN)["y"]) == json.dumps(page.evaluate(SEEN)["y"])


def test_an_image_and_the_numbers_save(opened):
    page = opened("functions=silu&format=float8_e5m2&where=typed", "f in float8_e5m2")
    chart = page.get_by_role("figure").first
    with page.expect_download() as waiting:
        chart.locator("[data-title='Save as SVG']").click()
    name = "precision_silu_float8_e5m2_typed_function"
    assert waiting.value.suggested_filename == f"{name}.svg"
    assert (
        "js-line" in waiting.value.path().read_text() or "<path" in waiting.value.path().read_text()
    )
    page.get_by_role("button", name="Download").first.click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert waiting.value.suggested_filename == f"{name}.csv"
    assert len(waiting.value.path().read_text().splitlines()) == 2 + 248


def test_a_narrow_window_has_one_column(opened):
    page = opened(SOFTPLUS, "f in float16", viewport={"width": 375, "height": 812})
    assert page.evaluate(OVERHANG) == [0, 0]
    heights = page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot')].map(plot => plot.clientHeight)"
    )
    assert min(heights) >= 260
    seen = page.evaluate(SEEN)
    assert len(seen["x"]) < 1000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_that_is_ours(opened, scheme):
    page = opened("functions=silu&format=float8_e5m2", "f in float8", color_scheme=scheme)
    page.wait_for_function(MEASURED, arg=1)
    page.evaluate(AXE)
    assert violations(page) == []


def test_tab_reaches_every_control_in_the_order_in_which_it_is_read(opened):
    page = opened("functions=silu&format=float8_e5m2", "f in float8")
    page.wait_for_function(MEASURED, arg=1)
    reached, expected = tabbed(page)
    assert reached == expected


def test_the_page_is_printed_whole(opened):
    page = opened(SOFTPLUS, "f in float16", color_scheme="dark")
    page.wait_for_function(MEASURED, arg=1)
    hold(printed(page), ["f in float16, as typed", "By error"])
