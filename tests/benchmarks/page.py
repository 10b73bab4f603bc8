"""Key press to last repaint in Chromium: our page, the stock page and a floor, in turn.

Each round presses an arrow key once on every page, so that all of them meet the same noise. A
tick ends with the last change to any chart's drawing before half a second of quiet, in which
nothing runs: what a reel paints at the press is not the end. A chart is blank in a frame in which
it holds no line. Between its ticks a page is left alone: pages that ask for frames all the time
would take the cores from the one that is measured.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from activations import CATALOG
from tests.browser.driver import ROOT, launch, served, wait_for_charts

ROUNDS = 15
MANY = (23, 50)  # torch.nn's functions, and more
HERE = Path(__file__).parent
EMPTY = HERE / "empty" / "app.py"
WATCH = """() => {
  const charts = () => [...document.querySelectorAll('.js-plotly-plot')];
  const expected = charts().length;
  const watch = window.watch = { pressed: 0, repainted: 0, ran: 0, blank: 0, frame: 0 };
  const app = document.querySelector('[data-testid=stApp]');
  addEventListener('keydown', () => {
    const now = performance.now();
    Object.assign(watch, { pressed: now, repainted: 0, ran: 0, blank: 0, frame: now });
    requestAnimationFrame(sample);
  }, true);
  const inChart = node => (node.nodeType === 1 ? node : node.parentElement)
    ?.closest('.js-plotly-plot, .stPlotlyChart');
  new MutationObserver(records => {
    if (records.some(({ target }) => inChart(target))) {
      requestAnimationFrame(() => { watch.repainted = performance.now(); });
    }
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
  const sample = now => {
    const drawn = charts().filter(chart => chart.querySelector('.js-line')).length;
    if (drawn < expected) watch.blank += now - watch.frame;
    watch.frame = now;
    if (app.dataset.testScriptState !== 'notRunning') watch.ran = now;
    const last = Math.max(watch.repainted, watch.ran);
    if (!watch.repainted || now < last + 500) requestAnimationFrame(sample);
  };
}"""
QUIET = """() =>
  watch.repainted && performance.now() - Math.max(watch.repainted, watch.ran) > 500"""
BARE_REACT = """async () => {
  const plots = [...document.querySelectorAll('.js-plotly-plot')];
  const started = performance.now();
  for (const plot of plots) {
    const layout = structuredClone(plot.layout);
    for (const [name, axis] of Object.entries(layout)) {
      if (name.startsWith('xaxis')) {
        axis.range = axis.range.map(end => end * 1.02);
        axis.uirevision = Math.random();
      }
    }
    const data = plot.data.map(trace => ({ ...trace }));
    Plotly.react(plot, data, layout);
  }
  await new Promise(requestAnimationFrame);
  return performance.now() - started;
}"""

AWAIT_ANSWER = """() => {
  const note = () => { window.pressed = performance.now(); };
  addEventListener('keydown', note, { once: true, capture: true });
  window.answered = new Promise(resolve => {
    const observer = new MutationObserver(records => {
      if (!records.some(({ target }) => answer.contains(target))) return;
      observer.disconnect();
      resolve(performance.now());
    });
    const answer = document.querySelector('.stText');
    observer.observe(answer, { subtree: true, childList: true, characterData: true });
  });
}"""


@dataclass
class Ticks:
    """What was measured of one page under one control, a number for each tick.

    `milliseconds` go from the key press to the last repaint, `answers` to the last message.
    """

    milliseconds: list[float] = field(default_factory=list)
    blank: list[float] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return median(self.milliseconds)


@dataclass
class Driven:
    """A page with a focused slider, the bytes that its socket received, and when it last did."""

    page: Page
    received: int = 0
    answered: float = 0.0

    def __post_init__(self) -> None:
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._count))

    def _count(self, payload: str | bytes) -> None:
        self.received += len(payload)
        self.answered = time.perf_counter()

    def tick(self, slider: str, key: str, ticks: Ticks) -> None:
        self.page.bring_to_front()
        self.page.get_by_role("slider", name=slider).first.focus()
        before = self.received
        asked = time.perf_counter()
        self.page.keyboard.press(key)
        self.page.wait_for_function(QUIET, timeout=30_000)
        pressed, repainted, blank = self.page.evaluate(
            "[watch.pressed, watch.repainted, watch.blank]"
        )
        ticks.milliseconds.append(repainted - pressed)
        ticks.blank.append(blank)
        ticks.received.append(self.received - before)
        ticks.answers.append(1000 * (self.answered - asked))


def opened(browser: Browser, address: str, query: str = "", count: int = 5) -> Driven:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    driven = Driven(page)
    page.goto(f"{address}/{query}")
    wait_for_charts(page, count)
    page.evaluate(WATCH)
    return driven


def rounds(
    pages: Sequence[Driven], slider: str, between: Callable[[], None] = lambda: None
) -> list[Ticks]:
    """Press an arrow key on each page in turn, then do `between`; the first round does not count.

    Always onwards: what the browser has seen before, Streamlit does not send again.
    """
    measured = [Ticks() for _ in pages]
    for _ in range(ROUNDS + 1):
        for driven, ticks in zip(pages, measured, strict=True):
            driven.tick(slider, "ArrowRight", ticks)
        between()
    for ticks in measured:
        for values in (ticks.milliseconds, ticks.blank, ticks.received):
            del values[0]
    return measured


def report(title: str, names: Sequence[str], measured: Sequence[Ticks]) -> None:
    print(f"\n{title}")
    print(f"  {'':20}{'min':>8}{'median':>8}{'max':>8} ms{'most blank':>12} ms{'bytes':>10}")
    for name, ticks in zip(names, measured, strict=True):
        low, high = min(ticks.milliseconds), max(ticks.milliseconds)
        times = f"{low:8.0f}{ticks.median:8.0f}{high:8.0f}"
        print(f"  {name:20}{times}{max(ticks.blank):15.0f}{median(ticks.received):13.0f}")


def judged(what: str, value: float, bound: float) -> None:
    verdict = "ok" if value <= bound else "TOO MUCH"
    print(f"  {what:52}{value:7.2f}  (at most {bound:g}) {verdict}")


@dataclass
class Floor:
    """What no page can do without: drawing its figures, and a rerun of an empty script."""

    ours: Page
    empty: Page
    reacts: list[float] = field(default_factory=list)
    reruns: list[float] = field(default_factory=list)

    def measure(self) -> None:
        """Draw our page's figures with Plotly.react alone, then rerun the empty script."""
        self.ours.bring_to_front()
        self.reacts.append(self.ours.evaluate(BARE_REACT))
        self.empty.bring_to_front()
        self.empty.get_by_role("slider").first.focus()
        self.empty.evaluate(AWAIT_ANSWER)
        self.empty.keyboard.press("ArrowRight")
        self.reruns.append(self.empty.evaluate("async () => await answered - pressed"))

    def report(self) -> float:
        """Print both, and return their sum in milliseconds."""
        react, rerun = median(self.reacts), median(self.reruns)
        print(
            f"  floor: bare Plotly.react {react:.0f} ms + rerun of an empty script {rerun:.0f} ms"
        )
        return react + rerun


def floor_of(driven: Driven, empty: str) -> Floor:
    """Return the floor of a page's figures, with the empty script served at an address."""
    page = driven.page.context.browser.new_page()
    page.goto(empty)
    page.wait_for_selector(".stText")
    return Floor(driven.page, page)


def stock_of(folder: Path) -> AbstractContextManager[str]:
    """Serve a page as Streamlit makes it by itself, with our widgets, of which it would warn."""
    quiet = ("--global.disableWidgetStateDuplicationWarning", "true")
    return served(folder / "app.py", folder, *quiet)


def query_of(count: int) -> str:
    """Return the query of a page with so many functions, with both derivatives."""
    functions = [("functions", name) for name in list(CATALOG)[:count]]
    return urlencode([*functions, ("derivatives", "first"), ("derivatives", "second")])


def main() -> None:
    """Measure and print."""
    with ExitStack() as stack:
        ours = stack.enter_context(served(ROOT / "app.py"))
        stock = stack.enter_context(stock_of(HERE / "stock"))
        empty = stack.enter_context(served(EMPTY, EMPTY.parent))
        browser = launch(stack.enter_context(sync_playwright()))
        names = ("ours", "stock")

        pages = [opened(browser, ours), opened(browser, stock)]
        floor = floor_of(opened(browser, ours), empty)
        tick, stock_tick = rounds(pages, "Input range", floor.measure)
        report("Input-range tick, 100 samples", names, (tick, stock_tick))
        judged("median over stock's", tick.median / stock_tick.median, 0.33)
        judged("ms blank", max(tick.blank), 0)
        judged("bytes over stock's", median(tick.received) / median(stock_tick.received), 1)
        judged("median over the floor", tick.median / floor.report(), 1.5)

        for driven in pages:
            driven.page.close()
        pages = [opened(browser, ours), opened(browser, stock)]
        slope, stock_slope = rounds(pages, "Leaky ReLU negative slope")
        report("Slope tick, 100 samples", names, (slope, stock_slope))
        judged("median over stock's", slope.median / stock_slope.median, 0.40)
        judged("ms blank", max(slope.blank), 0)

        for driven in pages:
            driven.page.close()
        shown = [opened(browser, ours, f"?{query_of(count)}", count + 1) for count in MANY]
        some, most = rounds(shown, "Input range")
        names = tuple(f"{count} functions" for count in MANY)
        report("Input-range tick, many functions with both derivatives", names, (some, most))
        judged("seconds to the last repaint of 23, off screen too", some.median / 1000, 1.5)
        judged("median of 50 functions over that of 23", most.median / some.median, 2.3)
        for driven in shown:
            driven.page.close()

        few, many = opened(browser, ours), opened(browser, ours, "?samples=10000")
        at_few, at_many = rounds((few, many), "Input range")
        report("Input-range tick", ("100 samples", "10,000 samples"), (at_few, at_many))
        judged("median at 10,000 samples over that at 100", at_many.median / at_few.median, 1.3)
