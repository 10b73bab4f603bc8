"""Key press to last repaint on the page "Gates", and on Streamlit's own with the same figures."""

from __future__ import annotations

from contextlib import ExitStack

from playwright.sync_api import sync_playwright

from tests.benchmarks.page import EMPTY, HERE, floor_of, judged, opened, report, rounds, stock_of
from tests.browser.driver import ROOT, launch, served

STOCK = HERE / "stock_gates"
TICKS = (("", "Gate input g", 2), ("?view=softmax", "Logit 1", 5))


def main() -> None:
    """Measure and print."""
    with ExitStack() as stack:
        ours = stack.enter_context(served(ROOT / "app.py"))
        stock = stack.enter_context(stock_of(STOCK))
        empty = stack.enter_context(served(EMPTY, EMPTY.parent))
        browser = launch(stack.enter_context(sync_playwright()))
        for query, slider, count in TICKS:
            pages = [
                opened(browser, ours, f"gates{query}", count),
                opened(browser, stock, query, count),
            ]
            floor = floor_of(opened(browser, ours, f"gates{query}", count), empty)
            tick, stock_tick = rounds(pages, slider, floor.measure)
            report(f"Gates: a tick of “{slider}”", ("ours", "stock"), (tick, stock_tick))
            judged("median over stock's", tick.median / stock_tick.median, 0.4)
            least = floor.report()
            print(f"  {'floor over stock':52}{least / stock_tick.median:7.2f}")
            print(f"  {'median over the floor':52}{tick.median / least:7.2f}")
            for driven in pages:
                driven.page.close()


if __name__ == "__main__":
    main()
