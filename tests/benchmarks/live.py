"""How well curves hang on the thumb of a slider, beside the bare slider and the stock page.

Drags at constant speed alternate between our page and the same without `static/live.js`: curves
that were drawn are held against values that the bare slider went through. Single steps and keys
alternate with keys on the stock page.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, Locator, Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg

from activations import CATALOG
from activations.dashboard.explore.page import LENS, follow, jobs
from tests.benchmarks.page import HERE, Ticks, judged, opened, stock_of
from tests.benchmarks.server import rerun
from tests.browser.driver import ROOT, launch, served, wait_for_charts

DRAGS = 5
STEPS = 15
SECONDS = 2.0
PACE = 0.016
SLOPE = "Leaky ReLU negative slope"
WATCH = """([number, label]) => {
  const inputs = document.querySelectorAll(`[data-testid=stSlider] input[aria-label^="${label}"]`);
  const chart = document.querySelectorAll('.js-plotly-plot')[number];
  const live = window.live = { values: 0, curves: 0, asked: 0, drawn: [] };
  for (const kind of ['pointermove', 'keydown']) {
    addEventListener(kind, () => { live.asked = performance.now(); }, true);
  }
  const note = () => requestAnimationFrame(() => {
    live.curves++;
    if (live.asked) live.drawn.push(performance.now() - live.asked);
    live.asked = 0;
  });
  let last = '';
  new MutationObserver(() => {
    const now = [...inputs].map(input => input.getAttribute('value')).join();
    if (now !== last) live.values++;
    last = now;
  }).observe(inputs[0].closest('[role=group]'), { subtree: true, attributeFilter: ['value'] });
  const line = chart.querySelector('.js-line');
  new MutationObserver(records => note()).observe(line, { attributeFilter: ['d'] });
}"""
THUMB = """input => {
  const track = input.closest('[role=group]').firstElementChild.getBoundingClientRect();
  const thumb = input.parentElement.parentElement.getBoundingClientRect();
  return [thumb.x + thumb.width / 2, thumb.y + thumb.height / 2, track.x, track.width];
}"""


@dataclass
class Dragged:
    """A page, the slider that is dragged on it, and how often it asked the server."""

    page: Page
    thumb: Locator
    requests: int = 0

    def grip(self) -> tuple[float, float, float]:
        """Press the mouse on the thumb; return where the slider begins, how high, how wide."""
        self.page.bring_to_front()
        x, y, left, width = self.thumb.evaluate(THUMB)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        return left, y, width

    def drag(self, seconds: float = SECONDS) -> tuple[float, float]:
        """Drag over half the slider at constant speed; return values and curves a second."""
        left, y, width = self.grip()
        self.page.mouse.move(left + 0.05 * width, y)
        self.page.wait_for_timeout(600)  # for the reel
        before = self.page.evaluate("[live.values, live.curves]")
        started = time.perf_counter()
        while (spent := time.perf_counter() - started) < seconds:
            self.page.mouse.move(left + (0.05 + 0.4 * spent / seconds) * width, y)
            time.sleep(max(0.0, PACE - (time.perf_counter() - started - spent)))
        self.page.evaluate("() => new Promise(requestAnimationFrame)")
        after = self.page.evaluate("[live.values, live.curves]")
        self.page.mouse.up()
        self.page.wait_for_timeout(800)
        values, curves = ((late - early) / spent for late, early in zip(after, before, strict=True))
        return values, curves


def dragged(
    browser: Browser, address: str, query: str, label: str, number: int, *, drawing: bool = True
) -> Dragged:
    """Open the page; without `drawing` its curves wait for the release."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    if not drawing:
        script = {"body": "export function live() {}", "content_type": "text/javascript"}
        context.route("**/live.js", lambda route: route.fulfill(**script))
    page = context.new_page()
    found = Dragged(page, page.get_by_role("slider", name=label).first)

    def note(payload: str | bytes) -> None:
        if isinstance(payload, bytes):
            found.requests += BackMsg.FromString(payload).HasField("rerun_script")

    page.on("websocket", lambda socket: socket.on("framesent", note))
    page.goto(f"{address}/{query}")
    wait_for_charts(page, query.count("functions=") + 1 if query else 5)
    found.thumb.wait_for()
    page.evaluate(WATCH, [number, label])
    found.requests = 0
    return found


def drags(browser: Browser, address: str, what: str, least: float, *more: object) -> None:
    """Drag on our page and on the one without drawing, in turn; print and judge."""
    ours = dragged(browser, address, *more)
    bare = dragged(browser, address, *more, drawing=False)
    shares, speeds, requests = [], [], 0
    for _ in range(DRAGS):
        values, curves = ours.drag()
        requests = requests or ours.requests
        changes, _ = bare.drag()
        shares.append(curves / changes)
        speeds.append((curves, values, changes))
    curves, values, changes = (median(each) for each in zip(*speeds, strict=True))
    print(f"\n{what}: {curves:.0f} curves of {values:.0f} values a second, bare {changes:.0f}")
    judged("bare slider's changes over curves", 1 / median(shares), 1 / least)
    judged("requests of the first drag, its commit among them", requests, 2)
    ours.page.close()
    bare.page.close()


def single_steps(browser: Browser, ours: str, stock: str) -> None:
    """Move by steps and by keys on our page, and by keys on the stock page, in turn."""
    page, keys = (dragged(browser, ours, "", SLOPE, 3) for _ in range(2))
    other, ticks = opened(browser, stock), Ticks()
    keys.page.bring_to_front()
    keys.thumb.focus()
    keys.page.keyboard.press("ArrowRight")
    keys.page.wait_for_timeout(1500)
    left, y, width = page.grip()
    page.page.mouse.move(left + 0.1 * width, y)
    page.page.wait_for_timeout(1500)
    for each in (page, keys):
        each.page.evaluate("live.drawn = []")
    for step in range(STEPS):
        page.page.bring_to_front()
        page.page.mouse.move(left + (0.12 + 0.02 * step) * width, y)
        page.page.wait_for_timeout(200)
        keys.page.bring_to_front()
        keys.page.keyboard.press("ArrowRight")
        keys.page.wait_for_timeout(1000)
        other.tick(SLOPE, "ArrowRight", ticks)
    pointer, key = (median(each.page.evaluate("live.drawn")) for each in (page, keys))
    print(
        f"\nOne step: pointer {pointer:.0f} ms, key {key:.0f} ms, stock tick {ticks.median:.0f} ms"
    )
    judged("pointer step to repaint over stock's tick", pointer / ticks.median, 0.08)
    judged("arrow key to repaint over stock's tick", key / ticks.median, 0.10)
    for each in (page.page, keys.page, other.page):
        each.close()


def reels() -> None:
    """Time what the server does for a reel, beside one rerun of the script."""
    print("\nReels of the default page")
    tick = rerun(100)
    for key in ("negative_slope", "range", "samples"):
        reading = LENS.controls.read({})
        results = [job.work(lambda _: None) for job in jobs(reading.settings)]
        spent = []
        for _ in range(10):
            started = time.perf_counter()
            found = follow(reading.settings, results, reading.table[key])
            text = found.to_json() if found else ""
            spent.append(1000 * (time.perf_counter() - started))
        print(f"  {key}: {median(spent):.1f} ms, {len(text):,} bytes")
        judged(f"{key}: time over one rerun's", median(spent) / tick, 3)


def main() -> None:
    """Measure and print."""
    reels()
    with ExitStack() as stack:
        ours = stack.enter_context(served(ROOT / "app.py"))
        stock = stack.enter_context(stock_of(HERE / "stock"))
        browser = launch(stack.enter_context(sync_playwright()))
        single_steps(browser, ours, stock)
        drags(browser, ours, "Slope drag", 0.85, "", SLOPE, 3)
        elu = "?functions=elu&derivatives=first&derivatives=second"
        drags(browser, ours, "ELU's alpha, with f' and f''", 0.85, elu, "ELU alpha", 0)
        drags(browser, ours, "Input-range drag, four charts", 0.5, "", "Input range", 0)
        everything = "?" + "&".join(f"functions={name}" for name in CATALOG)
        drags(browser, ours, "Input-range drag, all functions", 0.5, everything, "Input range", 0)


if __name__ == "__main__":
    main()
