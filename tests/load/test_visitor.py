"""The visitor sees what a browser is sent, and goes nowhere but to this machine."""

import pytest

from tests.browser.driver import ROOT, served
from tests.load.visitor import Visitor, stream


@pytest.mark.parametrize("address", ["http://example.org", "http://10.0.0.1:80", "https://a"])
def test_load_stays_on_this_machine(address):
    with pytest.raises(ValueError, match="load stays on this machine"):
        stream(address)


def test_the_stream_lies_below_the_page():
    assert stream("http://127.0.0.1:85/lab/act/") == "ws://127.0.0.1:85/lab/act/_stcore/stream"


def test_a_visitor_sees_the_charts_and_moves_a_slider():
    with served(ROOT / "app.py") as address, Visitor(address, query="functions=relu") as visitor:
        visitor.open()
        assert visitor.drawn == 1
        assert visitor.session
        visitor.tick("explore-range", -2, 3)
        assert visitor.drawn == 2
        assert list(visitor.widgets["explore-range"].slider.default) == [-2, 3]
        with pytest.raises(KeyError, match="explore-range"):
            visitor.tick("elsewhere", 1)
