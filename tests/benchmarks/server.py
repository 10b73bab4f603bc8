"""What the server does alone: one rerun of the script, and the way from start to first chart."""

from __future__ import annotations

import logging
import time
from statistics import median

from playwright.sync_api import sync_playwright
from streamlit.testing.v1 import AppTest

from tests.browser.driver import ROOT, launch, served

RERUNS = 20
STARTS = 3
FIRST_CHART = "() => document.querySelector('.js-plotly-plot .js-line')"


def rerun(samples: int) -> float:
    """Median milliseconds of one run of the script, in-process, after a warm-up."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["samples"] = samples
    app.run()
    spent = []
    for _ in range(RERUNS):
        started = time.perf_counter()
        app.run()
        spent.append(time.perf_counter() - started)
    return 1000 * median(spent)


def first_chart() -> float:
    """Seconds from `streamlit run` to the first chart painted in a browser that already runs."""
    with sync_playwright() as playwright:
        page = launch(playwright).new_page()
        started = time.perf_counter()
        with served(ROOT / "app.py") as address:
            page.goto(address)
            page.wait_for_function(FIRST_CHART, timeout=60_000)
            return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    logging.disable(logging.WARNING)  # AppTest runs the script outside a server, and says so
    few, many = rerun(100), rerun(1000)
    print("\nServer, one rerun")
    print(f"  100 samples {few:.1f} ms (at most 40), 1,000 samples {many:.1f} ms")
    print(f"  ratio {many / few:.2f} (at most 2)")
    start = median(first_chart() for _ in range(STARTS))
    print(f"\nFrom `streamlit run` to the first chart painted: {start:.1f} s")
