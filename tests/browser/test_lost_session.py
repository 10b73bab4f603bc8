"""A page goes on where it was after a lost connection, and after its server was lost."""

import socket
import threading
from contextlib import ExitStack, suppress

import pytest

from tests.browser.driver import PATIENCE, ROOT, served, wait_for_charts
from tests.browser.reading import ENDED, at_rest, choose, slide
from tests.browser.state import (
    agrees_with_its_link,
    settled,
    shown,
    visited,
    wait_for_query,
    wait_to_show,
    wait_until,
)
from tests.browser.test_live import PATHS, SLOPE, assert_true, grip, wait_for_reel

OFFLINE = (
    r"WebSocket|ERR_|Failed to load|Client Error|status of 404|when disconnected|is not responding"
)
"""What a browser says in its console while there is no server, and Streamlit after it."""

SMALL = "depth=5&width=16&batch=64"
CONTENT = "document.querySelector('[data-testid=stAppViewContainer]')"
CONNECTION = "document.querySelector('[data-testid=stApp]').dataset.testConnectionState"


class Line:
    """A port of 127.0.0.1 that leads to a server, and that can be cut and laid anew."""

    def __init__(self):
        self.server = None
        self.flowing = threading.Event()
        self.flowing.set()
        self._open = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def lay(self, address):
        self.server = int(address.rpartition(":")[2])

    def cut(self):
        self.server = None
        self.flowing.set()
        for each in list(self._open):
            self._end(each)

    def close(self):
        self.cut()
        self._listener.close()

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return  # closed
            try:
                far = socket.create_connection(("127.0.0.1", self.server or 0))
            except OSError:
                near.close()
                continue
            self._open |= {near, far}
            for ends in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source, target):
        with suppress(OSError):  # cut
            while data := source.recv(65536):
                self.flowing.wait()
                target.sendall(data)
        self._end(source)
        self._end(target)

    def _end(self, end):
        self._open.discard(end)
        with suppress(OSError):  # it has ended
            end.shutdown(socket.SHUT_RDWR)
        end.close()


@pytest.fixture(scope="module")
def servers(server):
    """Two servers, neither of which knows the other's visits."""
    with served(ROOT / "app.py") as other:
        yield server, other


@pytest.fixture
def line(servers):
    line = Line()
    line.lay(servers[0])
    yield line
    line.close()


@pytest.fixture
def away(new_page):
    """Opens pages that may lose their server."""
    return lambda: new_page(expected=OFFLINE)


def lose(page, line, server):
    """Cut the line and, once the page has noticed, lay it to a server."""
    line.cut()
    page.wait_for_function(f"{CONNECTION} !== 'CONNECTED'")
    line.lay(server)
    page.wait_for_function(f"{CONNECTION} === 'CONNECTED'", timeout=1000 * PATIENCE)
    settled(page)


def pill(page, label):
    page.get_by_role("button", name=label, exact=True).click()


def tick(page):
    slide(page, "Input range", "ArrowRight")
    wait_for_query(page, "range=-4.5&range=5")


def opened_download(page):
    page.get_by_role("button", name="Download", exact=True).nth(3).click()
    page.locator("[data-testid=stCode] code").wait_for()  # Streamlit fetches what draws it late


def opened_facts(page):
    page.get_by_text("Facts", exact=True).click()
    wait_for_query(page, "facts=true")
    page.locator("[role=gridcell]").first.wait_for(state="attached")


def overlaid(page):
    choose(page, "Summary", "Overlay")
    wait_for_query(page, "summary=overlay")


STATES = {
    "loaded": lambda _: None,
    "after a tick": tick,
    "with an open Download": opened_download,
    "with open facts": opened_facts,
    "overlaid": overlaid,
}
ACTIONS = {
    "a slider": (
        lambda page: slide(page, "Leaky ReLU negative slope", "ArrowRight"),
        lambda page: "negative_slope=0.02" in page.evaluate("location.href"),
    ),
    "a pill": (
        lambda page: pill(page, "f′"),
        lambda page: "derivatives=first" in page.evaluate("location.href"),
    ),
    "Reset": (
        lambda page: pill(page, "Reset"),
        lambda page: "?" not in page.evaluate("location.href"),
    ),
}


@pytest.mark.parametrize(
    ("state", "action"),
    [*((state, "a slider") for state in STATES), ("after a tick", "a pill"), ("overlaid", "Reset")],
)
def test_explore_goes_on_at_a_server_that_knows_nothing(line, servers, away, state, action):
    act, done = ACTIONS[action]
    page = visited(away(), line.address)
    STATES[state](page)
    before = page.evaluate("location.search")
    lose(page, line, servers[1])
    act(page)
    wait_until(page, lambda: done(page))
    if action != "Reset":
        assert before.strip("?") in page.evaluate("location.href")
    if state == "with an open Download":
        page.locator("[data-testid=stCode] code", has_text="negative_slope=0.02").wait_for()
    agrees_with_its_link(settled(page), away)


@pytest.mark.parametrize("returns", [0, 1], ids=["to the same server", "to another"])
def test_what_was_chosen_out_of_sight_is_still_chosen(line, servers, away, returns):
    page = visited(away(), f"{line.address}/?functions=gelu&samples=7&output=fit")
    explore = shown(page)
    page.get_by_role("link", name="Depth").click()
    page.get_by_role("slider", name="Width").wait_for()
    pill(page, "Sigmoid at 20 layers")
    wait_for_query(page, "functions=sigmoid&weights=xavier")
    depth = shown(page)
    lose(page, line, servers[returns])
    page.get_by_role("link", name="Explore").click()
    wait_to_show(page, explore)
    lose(page, line, servers[0])
    page.get_by_role("link", name="Depth").click()
    wait_to_show(page, depth)
    agrees_with_its_link(page, away)


def test_the_slider_in_use_keeps_the_keyboard(line, servers, away):
    page = visited(away(), line.address)
    page.get_by_role("slider", name="Samples").focus()
    lose(page, line, servers[1])
    page.wait_for_function("document.activeElement.ariaLabel === 'Samples'")
    page.keyboard.press("End")
    wait_for_query(page, "samples=10000")


def test_depth_goes_on_after_a_story(line, servers, away):
    page = visited(away(), f"{line.address}/depth?{SMALL}")
    pill(page, "Sigmoid at 20 layers")
    wait_for_query(page, "functions=sigmoid&weights=xavier")
    lose(page, line, servers[1])
    slide(page, "Bias scale", "ArrowRight")
    wait_for_query(page, "functions=sigmoid&weights=xavier&sigma_b=0.05")
    agrees_with_its_link(page, away)


def test_depth_goes_on_while_it_computes(line, servers, away):
    link = "functions=tanh&functions=relu&functions=mish&depth=100&width=512&batch=512&repeats=2"
    page, other = away(), away()
    page.goto(f"{line.address}/depth?{link}")
    page.get_by_text("Mish …").wait_for(timeout=1000 * PATIENCE)
    lose(page, line, servers[1])
    other.goto(f"{servers[0]}/depth?{link}")
    for each in (page, other):
        each.wait_for_function(ENDED, arg=3, timeout=1000 * PATIENCE)
        wait_for_query(each, link)
    wait_until(page, lambda: shown(page) == shown(other))


def test_a_server_that_was_ended_and_started_again(away):
    line = Line()
    with ExitStack() as first:
        line.lay(first.enter_context(served(ROOT / "app.py")))
        page = visited(away(), line.address)
        tick(page)
    line.cut()
    page.wait_for_function(f"{CONNECTION} !== 'CONNECTED'")
    with served(ROOT / "app.py") as second:
        line.lay(second)
        page.wait_for_function(f"{CONNECTION} === 'CONNECTED'", timeout=1000 * PATIENCE)
        page.wait_for_function(f"!{CONTENT}.inert")  # keys of that moment are passed over
        slide(settled(page), "Leaky ReLU negative slope", "ArrowRight")
        wait_for_query(page, "range=-4.5&range=5&negative_slope=0.02")
        agrees_with_its_link(page, away)
        page.context.close()
    line.close()


@pytest.mark.parametrize("number", [0, 1], ids=["its own server", "another server"])
def test_a_connection_that_breaks_in_a_drag_leaves_no_curve_of_another_value(
    away, line, servers, number
):
    page = visited(away(), line.address)
    move = grip(page, SLOPE)
    wait_for_reel(page, move, 3, 0.37)
    line.cut()
    page.wait_for_function(f"{CONNECTION} !== 'CONNECTED'")
    for share in (0.6, 0.5):
        (at,) = move(share)
        paths = page.evaluate(PATHS)[3]
        assert paths
        for path in paths:
            assert_true(path, (-5, 5), negative_slope=at)
    page.mouse.up()
    line.lay(servers[number])
    page.wait_for_function(f"{CONNECTION} === 'CONNECTED'", timeout=1000 * PATIENCE)
    page.wait_for_function(f"!{CONTENT}.inert")
    agrees_with_its_link(settled(page), away)


@pytest.mark.parametrize(
    ("path", "label"),
    [("", "Input range"), ("gates", "Gate input g"), (f"depth?{SMALL}", "Bias scale σ_b")],
)
def test_every_pages_sliders_are_put_back_after_a_drag_that_lost_its_connection(
    away, line, path, label
):
    page = visited(away(), f"{line.address}/{path}")
    server = line.server
    slider = page.get_by_role("slider", name=label).first
    before = slider.get_attribute("value")
    grip(page, label)(0.9)
    page.wait_for_function(
        "([slider, before]) => slider.getAttribute('value') !== before",
        arg=[slider.element_handle(), before],
    )
    line.cut()
    page.wait_for_function(f"{CONNECTION} !== 'CONNECTED'")
    page.mouse.up()
    line.server = server
    page.wait_for_function(f"{CONNECTION} === 'CONNECTED'", timeout=1000 * PATIENCE)
    page.wait_for_function(f"!{CONTENT}.inert")
    agrees_with_its_link(settled(page), away)
    assert page.get_by_role("slider", name=label).first.get_attribute("value") == before


NOTES = "[...document.querySelectorAll('.chart-note')].map(note => note.textContent)"


def test_charts_that_wait_for_an_answer_say_so(new_page, line):
    page = visited(new_page(expected=OFFLINE), line.address)
    assert page.evaluate(NOTES) == [""] * 5
    for ask in (
        lambda: slide(page, "Leaky ReLU negative slope", "ArrowRight"),
        lambda: pill(page, "f′"),
        lambda: page.get_by_role("button", name="Remove Tanh").dispatch_event("click"),
        lambda: choose(page, "Summary", "Overlay"),
        lambda: page.get_by_text("Facts", exact=True).click(),
        lambda: page.get_by_role("button", name="Download").first.click(),
        lambda: page.get_by_role("button", name="Reset", exact=True).dispatch_event("click"),
    ):
        line.flowing.clear()
        ask()
        page.wait_for_function(
            f"() => {NOTES}.every(words => words === 'Waiting for the server …')"
        )
        line.flowing.set()
        page.wait_for_function(f"() => {NOTES}.every(words => words === '')")
        settled(page)
    wait_for_query(page, "")
    line.cut()
    page.wait_for_function(f"() => {NOTES}.every(words => words.includes('the connection'))")


def test_no_chart_waits_for_a_file(page, server):
    visited(page, server).get_by_role("button", name="Download").first.click()
    button = page.get_by_role("button", name="CSV")
    button.wait_for()
    at_rest(page)
    with page.expect_download():
        button.click()
    assert page.evaluate(f"new Promise(stop => setTimeout(() => stop({NOTES}), 1500))") == [""] * 5


def takes_a_file(page):
    page.get_by_role("button", name="Download").first.click()
    page.get_by_role("button", name="CSV").wait_for()


def takes_a_slider(page):
    wait_for_reel(page, grip(page, SLOPE), 3, 0.37)


@pytest.mark.parametrize("act", [takes_a_file, takes_a_slider])
def test_no_chart_waits_for_a_run_that_was_over_before_the_page_said_that_it_runs(
    page, server, act
):
    at_rest(visited(page, server)).evaluate(
        """() => {
          const app = document.querySelector('[data-testid=stApp]');
          const say = app.setAttribute;
          app.setAttribute = function (name, value) {
            if (name !== 'data-test-script-state') say.call(this, name, value);
          };
        }"""
    )
    act(page)
    assert page.evaluate(f"new Promise(stop => setTimeout(() => stop({NOTES}), 1500))") == [""] * 5


def test_a_script_that_did_not_come_is_asked_for_again(new_page, server):
    page = new_page(expected="ERR_FAILED|Failed to (load|fetch)")
    lost = []

    def lose_the_first(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.request.url)
            route.abort()

    page.route("**/chart.js", lose_the_first)
    page.goto(server)
    wait_for_charts(page)
    assert lost
    assert page.get_by_text("BidiComponent Error").count() == 0
