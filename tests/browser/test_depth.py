import struct

from playwright.sync_api import expect

from tests.browser.reading import ENDED, GRADIENTS
from tests.browser.test_first_screen import OVERHANG

CHARTS = 5
# Streamlit asks for its server below the page's own address first, and takes the 404 for an answer.
PROBES = "status of 404"

DRAWN = """count => {
  const plots = [...document.querySelectorAll('.js-plotly-plot')];
  return plots.length === count && plots.every(plot => plot._fullLayout);
}"""


def opened(page, address):
    page.goto(address)
    page.wait_for_function(DRAWN, arg=CHARTS)
    return page


def verdicts(page):
    return page.get_by_text("χ = ").filter(has_text="of the gradient").all_inner_texts()


def test_the_page_opens_from_the_other(server, page):
    page.goto(server)
    page.get_by_role("link", name="Depth").click()
    page.wait_for_function(DRAWN, arg=CHARTS)
    page.wait_for_function(ENDED, arg=4)
    expect(page.get_by_role("heading", level=1)).to_have_text("What depth does to a signal")


def test_a_story_runs_to_its_end_and_its_link_restores_it(server, new_page):
    page = opened(new_page(expected=PROBES), f"{server}/depth?functions=ReLU&depth=5")
    page.get_by_role("button", name="tanh at the edge of chaos").click()
    page.wait_for_function(ENDED, arg=3)
    page.wait_for_url("**depth=50**")
    page.wait_for_function(f"() => ({GRADIENTS})().length === 3")
    at, below, above = page.evaluate(GRADIENTS)
    assert below[0] < 0.01 < 0.1 < at[0] < 10 < 100 < above[0]

    again = opened(new_page(expected=PROBES), page.evaluate("location.href"))
    again.wait_for_function(ENDED, arg=3)
    assert verdicts(again) == verdicts(page)


def test_each_page_keeps_what_was_chosen_on_it(server, new_page):
    page = opened(new_page(expected=PROBES), f"{server}/depth?functions=GELU&depth=7")
    page.get_by_role("link", name="Explore").click()
    expect(page.get_by_role("heading", name="Sigmoid", exact=False)).to_be_visible()
    page.get_by_role("link", name="Depth").click()
    page.wait_for_function(ENDED, arg=1)
    page.wait_for_url("**functions=gelu**")
    expect(page.get_by_role("slider", name="Depth")).to_have_value("7")


def test_a_changed_control_abandons_the_run(server, new_page):
    names = ("Sigmoid", "Tanh", "ReLU", "Mish")
    largest = "&".join(
        ["depth=100", "width=512", "batch=512", *(f"functions={name}" for name in names)]
    )
    page = new_page(expected=PROBES)
    page.goto(f"{server}/depth?{largest}")
    page.wait_for_selector("[data-testid=stProgress]")
    page.get_by_role("button", name="Sigmoid at 20 layers").click()
    page.wait_for_function(ENDED, arg=1)
    assert verdicts(page)[0].startswith("Sigmoid, Xavier")


def test_an_image_saves(server, new_page):
    page = opened(new_page(expected=PROBES), f"{server}/depth?functions=ReLU&depth=5")
    chart = page.get_by_role("figure").first
    with page.expect_download() as waiting:
        chart.locator("[data-title='Save as PNG']").click()
    assert waiting.value.suggested_filename == "depth-signal_relu_He_5-layers.png"
    content = waiting.value.path().read_bytes()
    assert content.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", content[16:24])
    assert width > height > 400


def test_a_narrow_window_has_one_column(server, new_page):
    page = new_page(expected=PROBES, viewport={"width": 375, "height": 812})
    opened(page, f"{server}/depth?depth=5")
    assert page.evaluate(OVERHANG) == [0, 0]
    heights = page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot')].map(plot => plot.clientHeight)"
    )
    assert min(heights) >= 260
