"""One Chromium for the whole run: Playwright cannot be started twice."""

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.driver import launch


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()
