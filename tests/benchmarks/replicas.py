"""What a lost replica costs its visitors: 20 of them, until each has the page again elsewhere."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.page import judged
from tests.browser.proxy import installed_nginx, proxied, replicated
from tests.browser.visitor import Returning

VISITORS = 20


def main() -> None:
    """Measure and print."""
    print(f"\nA replica of two killed under {VISITORS} visitors")
    if installed_nginx() is None:
        print("  left out: there is no nginx")
        return
    with (
        TemporaryDirectory() as folder,
        replicated(2) as replicas,
        proxied(Path(folder), replicas) as proxy,
        ThreadPoolExecutor(VISITORS) as pool,
    ):
        cookies = itertools.islice(proxy.cookies_to(replicas[0]), VISITORS)
        visitors = [
            Returning(proxy.address, f"samples={10 + number}", cookie).open()
            for number, cookie in enumerate(cookies)
        ]

        def again(visitor: Returning) -> tuple[float, bool]:
            with visitor.again() as returned:
                return time.perf_counter() - killed, returned.said == visitor.query

        killed = time.perf_counter()
        returned = [pool.submit(again, each) for each in visitors]
        replicas[0].kill()
        seconds, kept = zip(*(each.result() for each in returned), strict=True)
    print(f"  drawn again after {median(seconds):.2f} s in the median")
    judged("seconds until all are drawn again", max(seconds), 10)
    judged("visitors who lost what they had chosen", VISITORS - sum(kept), 0)
