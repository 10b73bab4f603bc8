"""A translation puts elements of its own around texts, while the page goes on changing."""

import math
import re

import pytest
from playwright.sync_api import expect

from activations.notation import plain
from tests.browser.driver import wait_for_charts
from tests.browser.reading import ENDED, TITLES, at_rest, opened, slide, wait_for_formula
from tests.browser.state import wait_until

FROM = re.compile("inputs from −4.5 to 5:")
PROBES = "status of 404"
TRANSLATE = """() => {
  const kept = '[translate=no], .notranslate, script, style, textarea, font';
  const wrap = (root) => {
    const texts = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      if (!text.data.trim() || text.parentElement.closest(kept)) continue;
      const [outer, inner] = [document.createElement('font'), document.createElement('font')];
      outer.style.verticalAlign = inner.style.verticalAlign = 'inherit';
      inner.textContent = text.data;
      outer.append(inner);
      text.replaceWith(outer);
    }
  };
  wrap(document.body);
  let waiting;
  new MutationObserver(() => {
    clearTimeout(waiting);
    waiting = setTimeout(() => wrap(document.body));
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
}"""
HEADED = """() => [...document.querySelectorAll('.st-key-cards > .stGridCell')].map(cell => [
  cell.querySelector('h2')?.textContent.split('\u2002')[0].trim(),
  cell.querySelector('.js-plotly-plot')?.layout?.title.text,
])"""
KEPT = """:is(.st-key-cards, .st-key-wide) h2, .katex, [data-testid=stAlert],
.activations-chart dl, .js-plotly-plot, [data-tag], [data-testid=stSliderThumbValue],
.st-key-verdicts p"""
ERRORS = "[data-testid=stException], [data-testid=stAlertContentError]"


SAID = """() => [...document.querySelectorAll('.stMain :is(h1, h2, p, li)')]
  .map(each => each.textContent.trim()).filter(Boolean)"""


def drawn(page, address):
    page.goto(address)
    page.locator(".chart-drawn").first.wait_for()
    return at_rest(page)


def translated(page):
    page.evaluate(TRANSLATE)
    expect(page.locator("h1 font font")).to_have_count(1)
    return page


def left_alone(page):
    """Tell whether names, formulas and numbers are on the page, and none of them translated."""
    kept = page.locator(KEPT)
    return kept.count() > 0 and kept.locator("font").count() == 0


def wait_for_cards(page, titles):
    wait_for_charts(page, len(titles) + 1)
    page.wait_for_function(
        f"headed => JSON.stringify(({HEADED})()) === JSON.stringify(headed)",
        arg=[[title, f"{title} activation function"] for title in titles],
    )


def wait_for_verdicts(page, count):
    """Wait until the runs are over and what stands above the charts agrees with what they say."""
    page.wait_for_function(ENDED, arg=count)
    page.wait_for_function(
        """() => {
          const lines = [...document.querySelectorAll('.st-key-verdicts p')];
          const said = document.querySelector('[role=figure]').getAttribute('aria-label');
          return lines.every(line => said.includes(`${line.textContent}.`));
        }"""
    )


def test_a_translated_page_survives_all_that_changes_it(page, server):
    translated(opened(page, server))
    page.get_by_role("button", name="Remove Sigmoid").dispatch_event("click")
    wait_for_cards(page, TITLES[1:])
    page.get_by_role("combobox", name="Functions").fill("softsign")
    page.keyboard.press("Enter")
    wait_for_cards(page, [*TITLES[1:], "Softsign"])
    page.keyboard.press("Escape")
    slide(page, "Leaky ReLU negative slope", "ArrowRight", 3)
    wait_for_formula(page, "0.04")
    wait_for_cards(page, [*TITLES[1:], "Softsign"])
    slide(at_rest(page), "Input range", "ArrowRight")
    expect(page.get_by_test_id("stSliderThumbValue").first).to_have_text("-4.5")
    expect(page.get_by_role("figure").first).to_have_attribute("aria-label", FROM)
    facts = page.locator(".activations-chart dl").first
    expect(facts).to_contain_text(f"{plain(math.tanh(-4.5))} to {plain(math.tanh(5))}")
    for word, words in {"softmax": "the page Gates shows it", "zaphod": "unknown"}.items():
        page.get_by_role("combobox", name="Functions").fill(word)
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("stAlert")).to_contain_text(words)
    assert left_alone(page)
    assert page.locator(ERRORS).count() == 0


MOVES = {
    "gates": ("gates", "d_ff", 4),
    "softmax": ("gates?view=softmax", "Temperature", 4),
    "training": ("training?functions=relu&functions=tanh&steps=20&seeds=2&width=8", "Seed", 1),
}


@pytest.mark.parametrize("name", MOVES)
def test_a_translated_page_says_what_its_link_says_to_somebody_else(new_page, server, name):
    link, slider, times = MOVES[name]
    page, other = new_page(expected=PROBES), new_page(expected=PROBES)
    translated(drawn(page, f"{server}/{link}"))
    slide(page, slider, "ArrowRight", times)
    shown = ""

    def agrees():
        nonlocal shown
        if shown != page.url:  # the moves reach it one by one
            shown = page.url
            drawn(other, shown)
        return page.evaluate(SAID) == other.evaluate(SAID)

    wait_until(page, agrees)
    assert page.locator(ERRORS).count() == 0


@pytest.mark.parametrize("first", ["", "depth?depth=5"], ids=["from-explore", "from-depth"])
def test_a_translated_visit_survives_going_from_page_to_page(new_page, server, first):
    page = new_page(expected=PROBES)
    translated(opened(page, server, first))
    for _ in range(2):
        if "depth" in page.url:
            wait_for_verdicts(page, 4)
            slide(page, "Depth", "ArrowRight")
            wait_for_verdicts(page, 4)
            page.get_by_role("link", name="Explore").click()
            wait_for_cards(page, TITLES)
        else:
            page.get_by_role("link", name="Depth").click()
            wait_for_charts(page, 5)
            expect(page.get_by_role("heading", level=1)).to_have_text("What depth does to a signal")
        assert left_alone(page)
        assert page.locator(ERRORS).count() == 0
