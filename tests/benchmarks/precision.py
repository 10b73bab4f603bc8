"""What measuring a number format costs, beside mpmath, and what other sessions notice of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import numpy as np
import torch
from mpmath import mp, mpf

from activations.functions.catalog import CATALOG, function
from activations.precision import FORMATS, measure
from tests.benchmarks.depth import ticks_beside
from tests.benchmarks.page import judged
from tests.functions.oracle import oracle

FUNCTIONS = ("gelu", "silu", "softplus")
RUNS = 7
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
    functions = "&".join(f"functions={name}" for name in CATALOG)
    link = f"precision?format=float32&{functions}"
    links = [f"{link}&where={where}" for where in ("kernel", "typed") * 3]
    alone, ticks = ticks_beside(links, ".st-key-verdicts :text('…')")
    share = median(ticks.answers) / median(alone.answers)
    judged("another session's ticks beside all functions in float32, of those alone", share, 1.5)


if __name__ == "__main__":
    main()
