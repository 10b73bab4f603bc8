"""What the depth experiment costs, how that grows, and what other sessions notice of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median

import torch
from playwright.sync_api import sync_playwright
from torch.profiler import ProfilerActivity, profile

from activations.depth.experiment import Experiment, Network, draw, measure
from activations.functions.catalog import function
from tests.benchmarks.page import Ticks, judged, opened
from tests.browser.driver import ROOT, launch, served
from tests.browser.reading import ENDED

FUNCTIONS = [function(name) for name in ("sigmoid", "tanh", "relu", "leaky_relu")]
RUNS = 7
TICKS = 5
MATRIX_PRODUCTS = {"aten::mm", "aten::addmm"}


def run(experiment: Experiment) -> float:
    """Seconds that one network and its measurement with each function take."""
    started = time.perf_counter()
    network = draw(experiment)
    measure_all(network)
    return time.perf_counter() - started


def seconds(experiment: Experiment) -> float:
    """Median seconds of several runs, after one that warms up."""
    run(experiment)
    return median(run(experiment) for _ in range(RUNS))


def measure_all(network: Network) -> None:
    for each in FUNCTIONS:
        measure(each, network)


def share_of_products(experiment: Experiment) -> float:
    """Share of the measurements that torch spends in matrix products, the median of several.

    The network is drawn before, since drawing is no part of what is done with each function.
    """
    network = draw(experiment)
    measure_all(network)
    shares = []
    for _ in range(RUNS):
        started = time.perf_counter()
        measure_all(network)
        total = time.perf_counter() - started
        with profile(activities=[ProfilerActivity.CPU], acc_events=True) as profiler:
            measure_all(network)
        products = sum(
            event.self_cpu_time_total
            for event in profiler.key_averages()
            if event.key in MATRIX_PRODUCTS
        )
        shares.append(products / 1e6 / total)
    return median(shares)


def ticks_beside(links: Sequence[str], busy: str) -> tuple[Ticks, Ticks]:
    """What a session on "Explore" waits for its ticks, alone and while links compute.

    `busy` selects what their pages have as long as they do.

    Both sessions are drawn by one browser, whose work on the same cores counts too.
    """
    alone, ticks = Ticks(), Ticks()
    with served(ROOT / "app.py") as address, sync_playwright() as playwright:
        browser = launch(playwright)
        explore = opened(browser, address)
        for _ in links:
            explore.tick("Input range", "ArrowRight", alone)
        other = browser.new_page()
        for link in links:
            other.goto(f"{address}/{link}")
            other.wait_for_selector(busy, timeout=60_000)
            explore.tick("Input range", "ArrowRight", ticks)
    return alone, ticks


def answers_by_repeats(repeats: Sequence[int]) -> list[float]:
    """Median seconds from another seed to the last verdict on the page, by number of networks."""
    spent: dict[int, list[float]] = {each: [] for each in repeats}
    with served(ROOT / "app.py") as address, sync_playwright() as playwright:
        browser = launch(playwright)
        pages = {}
        for each in repeats:
            pages[each] = browser.new_page()
            pages[each].goto(f"{address}/depth?repeats={each}")
            pages[each].wait_for_function(ENDED, arg=len(FUNCTIONS))
        for seed in range(1, TICKS + 1):
            for each, page in pages.items():
                started = time.perf_counter()
                page.get_by_role("slider", name="Seed").press("ArrowRight")
                page.wait_for_function(f"() => location.search.includes('seed={seed}')")
                page.wait_for_function(ENDED, arg=len(FUNCTIONS))
                spent[each].append(time.perf_counter() - started)
    return [median(each) for each in spent.values()]


def main() -> None:
    """Print the times, with one thread, as `measure` advises for a server."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    default = Experiment()
    print(f"\nDepth, default experiment, {len(FUNCTIONS)} functions, one thread")
    judged("seconds, drawing included", seconds(default), 1.5)
    for width in (256, 512):
        share = share_of_products(Experiment(width=width))
        print(f"  {share:.0%} of measuring is matrix products at width {width} (60 % asked)")
    for name, values in (("depth", (10, 20, 40)), ("batch", (128, 256, 512))):
        times = [seconds(Experiment(**{name: value})) for value in values]
        ratios = ", ".join(
            f"{value}: {spent / times[0]:.2f}" for value, spent in zip(values, times, strict=True)
        )
        print(f"  time by {name}, relative to {name} {values[0]}: {ratios}")
    torch.set_num_threads(threads)
    one, eight = answers_by_repeats((1, 8))
    judged("seconds to the page's answer at 8 repeats, over 1", eight / one, 3)
    print(f"  {one:.2f} s at 1, {eight:.2f} s at 8")
    functions = "&".join(f"functions={each.title}" for each in FUNCTIONS)
    largest = f"depth?depth=100&width=512&batch=512&{functions}"
    links = [f"{largest}&seed={seed}" for seed in range(TICKS)]
    alone, ticks = ticks_beside(links, "[data-testid=stProgress]")
    judged("ms to the server's answer to another session, median", median(ticks.answers), 300)
    judged("  the same without an experiment", median(alone.answers), 300)
    repaints = f"{ticks.median:.0f}, without an experiment {alone.median:.0f}"
    print(f"  ms to the last repaint there, in a browser on the same cores: {repaints}")


if __name__ == "__main__":
    main()
