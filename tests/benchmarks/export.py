"""What the largest exports take: 10,000 samples of all functions with both derivatives."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

from activations import CATALOG, export
from activations.export import Selection

COUNT = 10_000


def main() -> None:
    """Print time, memory and size of each export."""
    functions = tuple(activation.at() for activation in CATALOG.values())
    print(f"{len(functions)} functions, {COUNT:,} samples, two derivatives")
    selection = Selection(functions, count=COUNT, derivatives=(1, 2))
    for make in (export.csv, export.script, export.notebook, export.web_page):
        make(Selection(functions))  # imports and caches are no part of it
        seconds, peak, size = measure(make, selection)
        print(
            f"{make.__name__:10} {1000 * seconds:6.0f} ms {peak / 1e6:8.1f} MB of memory"
            f"{size / 1e6:8.2f} MB of UTF-8"
        )


def measure(make: Callable[[Selection], str], selection: Selection) -> tuple[float, int, int]:
    """Return the seconds, the peak of memory in bytes, and the bytes of the result.

    In two runs, for watching the memory slows down what it watches.
    """
    start = time.perf_counter()
    size = len(make(selection).encode())
    seconds = time.perf_counter() - start
    tracemalloc.start()
    make(selection)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return seconds, peak, size


if __name__ == "__main__":
    main()
