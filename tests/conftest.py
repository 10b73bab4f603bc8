"""Patience and one thread for all tests, one Chromium in a process: Playwright starts but once."""

import pytest
import torch
from hypothesis import HealthCheck, settings
from playwright.sync_api import expect, sync_playwright

from tests.browser.driver import PATIENCE, launch

# No test fails because the machine is slow. In a fresh clone, Hypothesis makes its table of
# characters within the first example that draws text, which alone may take seconds.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
expect.set_options(timeout=1000 * PATIENCE)


def pytest_terminal_summary(terminalreporter):
    """Say last and loudly for want of what the suite was not whole: it passes all the same."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = {report.longrepr[2].removeprefix("Skipped: ") for report in skipped}
    for reason in sorted(each for each in reasons if each.startswith("not ")):
        terminalreporter.section("LEFT OUT", sep="!", red=True, bold=True)
        terminalreporter.write_line(reason, red=True, bold=True)


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """One thread, as on the server: where cores are shared, short operations only wait for more."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def new_context(browser):
    """Opens contexts of the browser that wait with patience, and closes them after the test."""
    contexts = []

    def open_context(**options):
        context = browser.new_context(**options)
        context.set_default_timeout(1000 * PATIENCE)
        contexts.append(context)
        return context

    yield open_context
    for context in contexts:
        context.close()
