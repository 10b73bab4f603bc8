"""What measuring a number format costs, beside mpmath, and what other sessions notice of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from statistics import median

import numpy as np
import torch
from mpmath import mp, mpf
from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg

from activations.functions.catalog import CATALOG, function
from activations.precision import FORMATS, measure
from tests.benchmarks.page import HERE, ROUNDS, Ticks, judged, opened, stock_of
from tests.benchmarks.public import ticks
from tests.browser.driver import ROOT, launch, served
from tests.functions.oracle import oracle
from tests.load.visitor import Visitor

FUNCTIONS = ("gelu", "silu", "softplus")
RUNS = 7
TICKS = 15
DIGITS = 60
"""Of mpmath: those with which it judges in the tests."""


def seconds(work: Callable[[], object]) -> float:
    """Median seconds of several runs, after one that warms up."""
    work()
    spent = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        spent.append(time.perf_counter() - started)
    return median(spent)


def by_mpmath(name: str, inputs: list[float]) -> None:
    """Compute f and f' of each input."""
    value, slope, _ = oracle(function(name))
    for each in inputs:
        value(mpf(each))
        slope(mpf(each))


def ticks_beside(places: Sequence[str]) -> tuple[list[float], list[float]]:
    """Ticks of a visitor alone, and while another one's page measures all functions in float32.

    Neither has a browser here: each reader's draws on a machine of its own.
    """
    functions = "&".join(f"functions={name}" for name in CATALOG)
    alone, beside = [], []
    with served(ROOT / "app.py") as address, Visitor(address).open() as onlooker:
        ticks(onlooker, 5)
        for where in places:
            alone += ticks(onlooker, TICKS)
            query = f"format=float32&where={where}&{functions}"
            with Visitor(address, "precision", query) as busy:
                busy.ask()
                while not any("…" in words for words in busy.texts):
                    busy.receive()
                beside += ticks(onlooker, TICKS)
                busy.send(BackMsg(stop_script=True))
                busy.wait()
                through = {words for words in busy.texts if "correctly rounded" in words}
                if len(through) == len(CATALOG):
                    raise RuntimeError("the other page was through before the last tick")
    return alone, beside


def answers() -> tuple[Ticks, Ticks]:
    """Ticks of a parameter, after each of which all inputs are measured, and of a stock page."""
    ours, beside = Ticks(), Ticks()
    with ExitStack() as stack:
        address = stack.enter_context(served(ROOT / "app.py"))
        stock = stack.enter_context(stock_of(HERE / "stock"))
        browser = launch(stack.enter_context(sync_playwright()))
        page = opened(browser, address, "precision?functions=celu&format=float16", 2)
        other = opened(browser, stock)
        for turn in range(ROUNDS + 1):
            kept = (ours, beside) if turn else (Ticks(), Ticks())  # the first one warms up
            page.tick("CELU alpha", "ArrowRight", kept[0])
            other.tick("Input range", "ArrowRight", kept[1])
    return ours, beside


def main() -> None:
    """Print the times, with one thread, as the page measures."""
    threads, digits = torch.get_num_threads(), mp.dps
    torch.set_num_threads(1)
    mp.dps = DIGITS
    kind = FORMATS["bfloat16"]
    inputs = kind.inputs().to(torch.float64).numpy()
    part = np.random.default_rng(0).choice(inputs, inputs.size // 100).tolist()
    print(f"\nPrecision, f and f' at all {inputs.size:,} inputs of bfloat16, one thread")
    for name in FUNCTIONS:
        oracles = seconds(lambda name=name: by_mpmath(name, part))  # type: ignore[misc]
        for where in ("kernel", "typed"):
            spent = seconds(lambda name=name, where=where: measure(function(name), kind, where))  # type: ignore[misc]
            judged(f"{name}, {where}: of mpmath's time for 1 % of them", spent / oracles, 0.15)
            print(f"    {1000 * spent:.1f} ms, mpmath {1000 * oracles:.0f} ms")
    every = seconds(lambda: [measure(each.at(), kind) for each in CATALOG.values()])
    print(f"  all {len(CATALOG)} functions: {every:.2f} s")
    torch.set_num_threads(threads)
    mp.dps = digits
    answer, stock = answers()
    judged("a parameter's tick, of a stock page's range tick", answer.median / stock.median, 1)
    print(f"    {answer.median:.0f} ms, stock {stock.median:.0f} ms")
    alone, beside = ticks_beside(("kernel", "typed", "float32"))
    share = median(beside) / median(alone)
    judged("another visitor's ticks beside all functions in float32, of those alone", share, 1.5)
    print(f"    {median(beside):.0f} ms, alone {median(alone):.0f} ms")


if __name__ == "__main__":
    main()
