"""What the default depth experiment costs, and how that grows with depth and batch."""

from __future__ import annotations

import time
from statistics import median

import torch
from torch.profiler import ProfilerActivity, profile

from activations.catalog import function
from activations.depth import Experiment, draw, measure

FUNCTIONS = [function(name) for name in ("sigmoid", "tanh", "relu", "leaky_relu")]
RUNS = 7
MATRIX_PRODUCTS = {"aten::mm", "aten::addmm"}


def run(experiment: Experiment) -> float:
    """Seconds that one network and its measurement with each function take."""
    started = time.perf_counter()
    network = draw(experiment)
    for each in FUNCTIONS:
        measure(each, network)
    return time.perf_counter() - started


def seconds(experiment: Experiment) -> float:
    """Median seconds of several runs, after one that warms up."""
    run(experiment)
    return median(run(experiment) for _ in range(RUNS))


def share_of_products(experiment: Experiment) -> float:
    """Share of a run that torch spends in matrix products: the median over profiled runs."""
    shares = []
    for _ in range(RUNS):
        with profile(activities=[ProfilerActivity.CPU], acc_events=True) as profiler:
            total = run(experiment)
        products = sum(
            event.self_cpu_time_total
            for event in profiler.key_averages()
            if event.key in MATRIX_PRODUCTS
        )
        shares.append(products / 1e6 / total)
    return median(shares)


def main() -> None:
    """Print the times, with one thread, as `measure` advises for a server."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    default = Experiment()
    print(
        f"default experiment, {len(FUNCTIONS)} functions: {seconds(default):.3f} s, "
        f"{share_of_products(default):.0%} of it in matrix products"
    )
    for name, values in (("depth", (10, 20, 40)), ("batch", (128, 256, 512))):
        times = [seconds(Experiment(**{name: value})) for value in values]
        ratios = ", ".join(
            f"{value}: {spent / times[0]:.2f}" for value, spent in zip(values, times, strict=True)
        )
        print(f"time by {name}, relative to {name} {values[0]}: {ratios}")
    torch.set_num_threads(threads)


if __name__ == "__main__":
    main()
