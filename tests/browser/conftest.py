"""A server for the whole process, and for each test a fresh page that must not complain."""

import re

import pytest

from tests.browser.driver import ROOT, served


@pytest.fixture(scope="session")
def server():
    with served(ROOT / "app.py") as address:
        yield address


@pytest.fixture
def new_page(new_context):
    """Opens pages whose console must stay free of errors, and which ask nobody but the server."""
    complaints = []

    def open_page(expected=None, **options):
        options = {"viewport": {"width": 1440, "height": 900}} | options
        page = new_context(**options).new_page()

        def note(words):
            if not (expected and re.search(expected, words)):
                complaints.append(words)

        page.on("console", lambda message: message.type == "error" and note(message.text))
        page.on("pageerror", lambda error: note(str(error)))
        page.on(
            "request",
            lambda request: (
                re.match(r"(https?|wss?)://(?!127\.0\.0\.1)", request.url)
                and complaints.append(f"asked {request.url}")
            ),
        )
        return page

    yield open_page
    assert complaints == []


@pytest.fixture
def page(new_page):
    return new_page()
