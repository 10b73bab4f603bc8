import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_access import AXE, tabbed, violations
from tests.browser.test_first_screen import OVERHANG

# Streamlit asks for its server below the page's own address first, and takes the 404 for an answer.
PROBES = "status of 404"
SMALL = "task=xor&depth=1&width=4&seeds=2"
DRAWN = """count => {
  const plots = [...document.querySelectorAll('.js-plotly-plot')];
  return plots.length === count && plots.every(plot => plot._fullLayout);
}"""
ENDS = """step => document.querySelectorAll('.js-plotly-plot').length && [
  ...document.querySelectorAll('[role=figure]')
].some(figure => figure.getAttribute('aria-label').includes(`At step ${step}:`))"""
LOSSES = """() => [...document.querySelectorAll('.js-plotly-plot')]
  .find(plot => plot.layout.title.text.startsWith('Loss'))
  ._fullData.filter(trace => trace.meta === 'curve').map(trace => [...trace.y])"""


@pytest.fixture
def opened(server, new_page):
    """Opens the page with a link's words, until its charts are there."""

    def open_page(query, charts=7, **options):
        page = new_page(expected=PROBES, **options)
        page.goto(f"{server}/training?{query}")
        page.wait_for_function(DRAWN, arg=charts)
        return page

    return open_page


def progress(page):
    return page.get_by_test_id("stProgress")


def done(page, steps):
    expect(progress(page)).to_contain_text(f"Done: step {steps:,}")
    page.wait_for_function(ENDS, arg=steps)
    return page


def step_of(page):
    return int(re.search(r"step ([\d,]+) of", progress(page).inner_text())[1].replace(",", ""))


def paused(page):
    """Pause, and return the step at which the charts stand."""
    page.get_by_role("button", name="Pause").click()
    expect(progress(page)).to_contain_text("Paused at")
    at = step_of(page)
    figure = page.get_by_role("figure").first
    expect(figure).to_have_attribute("aria-label", re.compile(f"At step {at}:"))
    return at


def test_it_trains_by_itself_and_its_link_is_the_whole_run(opened):
    page = done(opened(f"{SMALL}&steps=300"), 300)
    losses = page.evaluate(LOSSES)
    assert len(losses) == 8
    assert len(losses[0]) == 16
    assert losses[2][-1] < losses[2][0]
    expect(page.get_by_text("cannot be told apart with 2 seeds").first).to_be_visible()
    again = done(opened(page.evaluate("location.href").partition("?")[2]), 300)
    assert again.evaluate(LOSSES) == losses


def test_paused_reloaded_and_continued_it_is_what_it_would_have_been(opened):
    straight = done(opened(f"{SMALL}&steps=2500&seed=1"), 2500).evaluate(LOSSES)
    page = opened(f"{SMALL}&steps=2500&seed=1&speed=slow")  # which takes longer than any wait
    at = paused(page)
    assert at < 2500
    page.get_by_role("button", name="Step", exact=True).click()
    expect(progress(page)).to_contain_text(f"Paused at step {at + 1:,} of 2,500")
    page.get_by_role("radio", name="Full").click()
    page.get_by_role("button", name="Start", exact=True).click()
    done(page, 2500)
    assert page.evaluate(LOSSES) == straight
    page.reload()
    page.wait_for_function(DRAWN, arg=7)
    done(page, 2500)
    assert page.evaluate(LOSSES) == straight
    page.get_by_role("button", name="Start over").click()
    expect(progress(page)).to_contain_text("Paused at step 0 of 2,500")


def test_a_speed_chosen_just_before_start_is_the_speed_at_which_it_goes_on(opened):
    page = opened(f"{SMALL}&steps=2500&speed=slow")  # which takes longer than any wait
    paused(page)
    page.get_by_role("radio", name="Full").click()
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(lambda address: "speed" not in address)
    expect(page.get_by_role("radio", name="Full")).to_be_checked()
    done(page, 2500)


def test_a_changed_control_starts_anew_at_once(opened):
    page = opened(f"{SMALL}&steps=20000&speed=slow")
    page.get_by_role("slider", name="Width").press("ArrowRight")
    page.wait_for_url("**width=5**")
    page.get_by_role("button", name="Sine fits the chirp").click()
    page.wait_for_url("**task=chirp**")
    page.wait_for_function(DRAWN, arg=6)
    expect(page.get_by_role("figure").nth(1)).to_have_attribute(
        "aria-label", re.compile("What the networks of seed 1 have learned.*Sine has a median")
    )
    paused(page)


def test_who_comes_after_waits_and_is_told_so(opened):
    first, second, third = (opened(f"{SMALL}&steps=20000&speed=slow&seed={n}") for n in (3, 4, 5))
    expect(progress(third)).to_contain_text("Waiting at step")  # by turns, so some time it does
    paused(first)
    expect(progress(third)).to_contain_text("Training: step")
    paused(second)
    paused(third)


def test_what_is_shown_can_be_taken_away(opened):
    page = done(opened(f"{SMALL}&steps=40&functions=relu"), 40)
    with page.expect_download() as waiting:
        page.get_by_role("figure").first.locator("[data-title='Save as PNG']").click()
    assert waiting.value.suggested_filename == "training-loss_relu_xor_1x4_seed-0.png"
    assert waiting.value.path().read_bytes().startswith(b"\x89PNG")
    page.get_by_role("button", name="Download").first.click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert "relu_seed2_test_loss" in waiting.value.path().read_text()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Download").nth(1).click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="ReLU in plain torch").click()
    assert "nn.ReLU()" in waiting.value.path().read_text()


def test_a_narrow_window_has_one_column(opened):
    page = done(opened(f"{SMALL}&steps=20", viewport={"width": 320, "height": 812}), 20)
    assert page.evaluate(OVERHANG) == [0, 0]
    heights = page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot')].map(plot => plot.clientHeight)"
    )
    assert min(heights) >= 260


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_that_is_ours_and_tab_reaches_all_in_order(opened, scheme):
    page = done(opened(f"{SMALL}&steps=20", color_scheme=scheme), 20)
    page.evaluate(AXE)
    assert violations(page) == []
    if scheme == "light":
        reached, expected = tabbed(page)
        assert reached == expected


def test_a_hostile_link_gets_its_defaults_and_one_note(opened):
    page = opened("task=%3Cscript%3E&steps=1e400&seeds=-3&batch=nan&width=2&depth=1&steps=20")
    note = page.get_by_role("alert").first
    for label in ("Task", "Steps", "Seeds", "Batch size"):
        expect(note).to_contain_text(label)
