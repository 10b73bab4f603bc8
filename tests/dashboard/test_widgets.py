"""Who changed a widget: the reader, or the page, which the browser has not heard yet."""

import pytest
import streamlit as st

from activations.dashboard import widgets as module
from activations.dashboard.widgets import Widgets


class Browser:
    """One slider and one list, as a browser has them: it hears runs later than they end."""

    def __init__(self, monkeypatch):
        self.state = {}
        monkeypatch.setattr(st, "session_state", self.state)
        monkeypatch.setattr(st, "text_input", lambda *_, **__: None)
        self.widgets = Widgets()
        self.holds = {}

    def run(self, broken=False, echo=False, **chosen):
        """Run the page, which shows what is chosen; what was sent is what it set."""
        self.widgets.begin(echo=echo)
        sent = {}
        for key, value in chosen.items():
            if key in self.state and not self.widgets.agree(key, value):
                self.widgets.set(key, value)
            due = any(each.widget == key for each in self.widgets.said)
            self.widgets.draw(key, value)
            if due or key not in self.holds:
                sent[key] = value
        if not broken:
            self.widgets.end()
            sent["heard"] = self.state["heard"]
        return sent

    def hear(self, sent):
        self.holds |= sent

    def send(self, **moved):
        """Send all that the browser holds, once the reader has moved something; return changes."""
        self.holds |= moved
        self.state |= self.holds
        held = {key: value for key, value in self.holds.items() if key != "heard"}
        changed = self.widgets.changed(held)
        assert changed == self.widgets.changed(held)  # to ask changes nothing
        self.widgets.take(held)
        return changed


@pytest.fixture
def browser(monkeypatch):
    browser = Browser(monkeypatch)
    browser.hear(browser.run(slope=1, names=["relu"]))
    return browser


def test_a_move_of_the_reader_is_a_change_once(browser):
    assert browser.send() == {}
    assert browser.send(slope=2) == {"slope": 2}
    browser.hear(browser.run(slope=2, names=["relu"]))
    assert browser.send() == {}
    assert browser.send(slope=1) == {"slope": 1}


def test_what_the_page_set_is_no_change_before_it_is_heard_nor_after(browser):
    browser.send(slope=2)
    sent = browser.run(slope=5, names=["tanh"])
    assert browser.send() == {}
    browser.hear(sent)
    assert browser.send() == {}


def test_a_move_before_the_page_is_heard_keeps_what_the_page_set_besides(browser):
    browser.run(slope=5, names=["tanh"])
    assert browser.send(slope=3) == {"slope": 3}
    sent = browser.run(slope=3, names=["tanh"])
    assert sent["names"] == ["tanh"]
    assert sent["slope"] == 3  # else the 5 that is on its way would be the last word


def test_back_to_where_the_slider_stood_is_a_change(browser):
    assert browser.send(slope=2) == {"slope": 2}
    browser.run(slope=2, names=["relu"])  # not heard
    assert browser.send(slope=1) == {"slope": 1}


def test_what_was_said_in_a_run_that_was_broken_off_is_said_again_and_is_nobodys_choice(browser):
    browser.hear(browser.run(broken=True, slope=5, names=["tanh"]))
    assert browser.send() == {}
    assert browser.run(slope=1, names=["relu"])["slope"] == 1
    assert browser.send() == {}


def test_what_was_set_is_said_until_it_is_heard(browser):
    browser.run(slope=5, names=["relu"])
    sent = browser.run(slope=5, names=["relu"], echo=True)
    assert sent["slope"] == 5
    assert browser.send() == {}
    browser.hear(sent)
    browser.send()
    assert "slope" not in browser.run(slope=5, names=["relu"])


def test_a_run_that_nobody_asked_for_has_heard_nothing(browser):
    browser.run(slope=5, names=["relu"])
    browser.widgets.begin(echo=True)
    assert browser.widgets.changed({"slope": 5, "names": ["relu"]}) == {}
    browser.widgets.end()
    assert browser.send() == {}  # with the 1 that the browser still holds


@pytest.mark.parametrize("heard", ["", "another 99", "x", None, "{name} 99999", "{name} -1"])
def test_numbers_of_other_visits_and_forged_ones_are_borne(browser, heard):
    browser.run(slope=5, names=["relu"])
    browser.send(heard=heard and heard.format(name=browser.widgets.name))
    browser.hear(browser.run(slope=5, names=["relu"]))
    assert browser.send() == {}


def test_what_a_callback_chose_is_a_change_but_not_the_browsers(browser, monkeypatch):
    monkeypatch.setattr(module, "widgets", lambda: browser.widgets)
    module.put("slope", 7)
    assert browser.widgets.changed({"slope": 7}) == {"slope": 7}
    browser.run(slope=7, names=["relu"])
    assert browser.send() == {}  # with the 1 that the browser still holds


def test_a_browser_that_never_hears_costs_no_more_and_more_memory(browser):
    for value in range(5000):
        browser.run(slope=value, names=["relu"])
    said = browser.widgets.said
    assert len(said) < 5000
    assert said[-1].value == 4999
