"""What a page says of its state, in all the places where it says it."""

import time

from tests.browser import driver
from tests.browser.driver import PATIENCE
from tests.browser.reading import charts

SETTLED = """() => {
  const app = document.querySelector('[data-testid=stApp]')?.dataset;
  const deaf = document.querySelector('[data-testid=stAppViewContainer][inert]');
  const charts = [...document.querySelectorAll('.activations-chart')];
  return app?.testConnectionState === 'CONNECTED' && app.testScriptState === 'notRunning' && !deaf
    && document.querySelector('[data-testid=stSlider] input')
    && document.querySelector('[data-testid=stMultiSelectTagsContainer]')
    && (charts.length || document.querySelector('[data-testid=stAlert]'))
    && charts.every(chart => chart.querySelector('.js-plotly-plot')?._fullLayout)
    && [...document.querySelectorAll('.stMain h2')].every(each => each.textContent)
    && !document.querySelector('[data-testid=stProgress]')
    && ![...document.querySelectorAll('.st-key-verdicts p')].some(p => p.textContent.endsWith('…'));
}"""
SHOWN = """() => {
  const texts = selector => [...document.querySelectorAll(selector)].map(each => each.textContent);
  return {
    address: location.pathname + location.search,
    title: texts('h1'),
    headings: texts('.stMain h2'),
    sliders: [...document.querySelectorAll('[data-testid=stSlider] input')]
      .map(each => [each.ariaLabel, each.getAttribute('aria-valuetext')]),
    options: texts('[aria-checked=true], [aria-pressed=true]'),
    tags: texts('[data-testid=stMultiSelectTagsContainer] [data-tag]'),
    open: [...document.querySelectorAll('details')].map(each => each.open),
    notes: texts('[data-testid=stAlert]'),
  };
}"""


def shown(page):
    """The address, the widgets, the notes, and what the charts hold."""
    return page.evaluate(SHOWN) | {"charts": charts(page)}


def settled(page):
    """Wait until nothing runs and every chart is drawn.

    Where verdicts come bit by bit, each run of the script ends before the next one begins, so that
    nothing must run a moment later either.
    """
    page.wait_for_function(SETTLED, timeout=1000 * PATIENCE)
    while page.locator(".st-key-verdicts p").count():
        page.wait_for_timeout(300)
        if page.evaluate(SETTLED):
            break
        page.wait_for_function(SETTLED, timeout=1000 * PATIENCE)
    return page


def visited(page, address):
    page.goto(address)
    return settled(page)


def wait_until(page, holds):
    """Wait until something holds, while the page goes on."""
    driver.wait_until(holds, lambda seconds: page.wait_for_timeout(1000 * seconds))


def wait_for_query(page, query):
    """Wait until the address says exactly that; "" is an address without a query."""
    wanted = f"?{query}" if query else ""
    page.wait_for_function(
        "query => location.search === query", arg=wanted, timeout=1000 * PATIENCE
    )
    return settled(page)


def wait_to_show(page, expected):
    """Wait until a page shows all of `expected`, which `shown` gave."""
    deadline = time.monotonic() + PATIENCE
    while (found := shown(page)) != expected and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert found == expected


def agrees_with_its_link(page, new_page):
    """Wait until a page shows what its address shows to somebody else; return that."""
    other, link = new_page(), None

    def agrees():
        nonlocal link
        if link != (address := page.evaluate("location.href")):  # a move may reach it late
            link = address
            visited(other, link)
        return shown(page) == shown(other)

    wait_until(page, agrees)
    other.context.close()
    return shown(page)
