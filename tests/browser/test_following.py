"""What follows a slider: all of it, and nothing else."""

import re

import numpy as np
import pandas as pd
import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.driver import wait_for_charts
from tests.browser.reading import chart, charts, opened, samples, slide, wait_for_formula
from tests.browser.state import wait_until

DRAWN_FROM = """([number, low]) => document.querySelectorAll('.js-plotly-plot')[number]._fullData
  .find(trace => trace.meta === 'samples').x[0] === low"""


def open_download(page, number):
    page.get_by_role("button", name="Download", exact=True).nth(number).click()
    page.get_by_text("The code, to copy").wait_for()


@pytest.mark.parametrize("slider", ["Input range", "Samples", "Leaky ReLU negative slope"])
def test_a_tick_runs_what_follows_the_sliders_alone(page, server, slider):
    runs, elements, components = [], [], []

    def note(payload):
        message = ForwardMsg.FromString(payload)
        if message.HasField("new_session"):
            runs.append(list(message.metadata.run.fragment_ids))
        if message.HasField("delta"):
            element = message.delta.new_element
            elements.append(element.WhichOneof("type"))
            components.append(element.bidi_component.component_name.rpartition("_")[2])

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    opened(page, server)
    before = charts(page)
    components.clear()
    page.get_by_role("slider", name=slider).first.focus()
    wait_until(page, lambda: "live" in components)  # the slider's reel
    for each in (runs, elements, components):
        each.clear()
    slide(page, slider, "ArrowRight")
    page.wait_for_function(
        "words => document.querySelectorAll('[role=figure]')[3].ariaLabel !== words"
        " || document.querySelectorAll('.js-plotly-plot')[3]._fullData"
        ".find(trace => trace.meta === 'samples').x.length !== 100",
        arg=before[3]["description"],
    )
    wait_until(page, lambda: "address" in components)  # the last that a run sends
    assert len(runs[0]) == 1
    assert elements.count("slider") == 3
    assert components.count("draw") == 1  # one message for all charts
    assert "button_group" not in elements


def test_an_open_download_follows_the_slider(page, server):
    opened(page, server)
    open_download(page, 3)
    slide(page, "Leaky ReLU negative slope", "ArrowRight")
    page.locator("[data-testid=stCode] code", has_text="negative_slope=0.02").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert download.value.suggested_filename == "leaky-relu_slope-0.02_x-5to5.csv"
    table = pd.read_csv(download.value.path(), comment="#")
    assert table.iloc[0].to_list() == pytest.approx([-5, -0.1])


def test_an_open_table_of_facts_follows_the_slider(page, server):
    def cell(text):
        return page.locator("[role=gridcell]", has_text=text).first

    opened(page, server, "?facts=true&functions=Tanh", count=2)
    cell("0.9999").wait_for(state="attached")  # drawn on a canvas, and said to screen readers
    slide(page, "Input range", "ArrowLeft", times=8, thumb=1)
    cell("0.7615").wait_for(state="attached")


def test_a_range_of_no_width_is_refused_until_the_next_tick(page, server):
    opened(page, server)
    slide(page, "Input range", "ArrowRight", times=20)
    warning = page.get_by_test_id("stAlert")
    warning.wait_for()
    assert "Input range must rise" in warning.inner_text()
    page.wait_for_function(DRAWN_FROM, arg=[0, -5])
    slide(page, "Input range", "ArrowRight")
    page.wait_for_function(DRAWN_FROM, arg=[0, -4.5])
    warning.wait_for(state="detached")


def test_reset_takes_ticks_back(page, server):
    opened(page, server)
    before = charts(page)
    slide(page, "Leaky ReLU negative slope", "ArrowRight", times=3)
    slide(page, "Input range", "ArrowRight")
    wait_for_formula(page, "0.04")
    page.wait_for_function(DRAWN_FROM, arg=[4, -4.5])
    page.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function(DRAWN_FROM, arg=[4, -5])
    wait_for_formula(page, "0.01")
    page.wait_for_function(
        """words => document.querySelectorAll('[role=figure]')[3].ariaLabel === words""",
        arg=before[3]["description"],
    )
    assert charts(page) == before


def test_a_function_that_comes_later_is_drawn_as_the_sliders_stand(page, server):
    opened(page, server, "?functions=Tanh&elu_alpha=2", count=2)
    slide(page, "Input range", "ArrowRight")
    page.wait_for_function(DRAWN_FROM, arg=[0, -4.5])
    page.get_by_role("combobox").fill("ELU")
    page.get_by_role("option").filter(has_text=re.compile("^ELU$")).click()
    page.keyboard.press("Escape")
    wait_for_charts(page, 3)
    page.wait_for_function(DRAWN_FROM, arg=[1, -4.5])
    assert page.get_by_role("slider", name="ELU alpha").input_value() == "2"
    x, y = samples(charts(page)[1])
    np.testing.assert_allclose(y, np.where(x > 0, x, 2 * np.expm1(x)), atol=1e-9)


def test_a_held_key_ends_where_the_slider_ends(page, server):
    opened(page, server)
    slide(page, "Leaky ReLU negative slope", "ArrowRight", times=40)
    wait_for_formula(page, "0.41")
    page.wait_for_function(
        """() => Math.abs(document.querySelectorAll('.js-plotly-plot')[4]._fullData
          .find(trace => trace.meta === 'curve' && trace.xaxis === 'x4').y[0] + 2.05) < 1e-6"""
    )
    assert "0.41" in page.evaluate("location.search")
    assert chart(page, 3).get_attribute("aria-label").startswith("Leaky ReLU")


def test_ticks_that_overtake_a_choice_break_nothing(page, server):
    opened(page, server)
    page.evaluate(
        """() => new MutationObserver(() => {
          window.failed ||= !!document.querySelector('[data-testid=stException]');
        }).observe(document.body, { subtree: true, childList: true })"""
    )
    for family, key in (("All", "Right"), ("Shrinkage", "Left"), ("Rectifiers", "Right")) * 2:
        page.get_by_role("button", name="Choose a family").click()
        page.get_by_text(family, exact=True).click()
        slide(page, "Input range", f"Arrow{key}", times=3)
    page.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function("() => location.search === ''")
    wait_for_charts(page)
    slide(page, "Input range", "ArrowRight")
    page.wait_for_function(DRAWN_FROM, arg=[4, -4.5])
    assert not page.evaluate("window.failed")


def test_ticks_outlast_a_visit_to_the_other_page(page, server):
    opened(page, server)
    slide(page, "Input range", "ArrowRight")
    page.wait_for_function(DRAWN_FROM, arg=[4, -4.5])
    page.get_by_role("link", name="Depth").click()
    page.get_by_text("What depth does to a signal").wait_for()
    page.get_by_role("link", name="Explore").click()
    page.get_by_text("Activation Functions in Neural Networks").wait_for()
    wait_for_charts(page)
    page.wait_for_function(DRAWN_FROM, arg=[4, -4.5])
    assert page.get_by_role("slider", name="Input range").first.input_value() == "-4.5"


def test_charts_that_moved_to_another_place_are_followed(page, server):
    for _ in range(3):  # in which order the old places go and the new ones come is chance
        opened(page, server)
        page.get_by_role("button", name="Remove Sigmoid").dispatch_event("click")
        wait_for_charts(page, 4)
        page.get_by_role("combobox", name="Functions").fill("softsign")
        page.keyboard.press("Enter")
        wait_for_charts(page, 5)
        page.keyboard.press("Escape")
        slide(page, "Leaky ReLU negative slope", "ArrowRight", times=3)
        slide(page, "Input range", "ArrowRight")
        for number in range(5):
            page.wait_for_function(DRAWN_FROM, arg=[number, -4.5])
        said = page.locator("[role=figure]").evaluate_all("all => all.map(one => one.ariaLabel)")
        assert all("from −4.5 to 5" in each for each in said[:4])


def test_a_warning_about_a_formula_comes_and_goes_with_the_range(page, server):
    opened(page, server, "?functions=&own=log(x%2B6)", count=2)
    warning = page.get_by_text("Not finite from")
    assert warning.count() == 0
    slide(page, "Input range", "ArrowLeft", times=4)
    warning.wait_for()
    slide(page, "Input range", "ArrowRight", times=4)
    warning.wait_for(state="detached")
