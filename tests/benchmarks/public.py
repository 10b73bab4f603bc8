"""What the public server withstands: floods, hoards, crowds, the largest jobs, many visits."""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from random import Random
from statistics import median, quantiles
from typing import Final
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed

from activations.serving.bounds import Bounds
from tests.benchmarks.page import judged
from tests.load.hosting import public
from tests.load.visitor import Visitor, cut, socket

TICKS: Final = 60
CROWD, THINKS, CROWD_SECONDS = 50, 5.0, 120.0
HOARDERS, HOARD = 20, 20_000_000
LARGE: Final = 8
HEADER: Final = "X-Forwarded-For"
FLOODED: Final = 15
"""Seconds after which a flood has used up what one client may say at once."""

SETTLES: Final = 45
"""Seconds in which the server is to let go of what was left: a little more than it keeps it."""

LARGEST_DEPTH: Final = (
    "functions=relu&functions=tanh&functions=gelu&functions=silu&depth=100&width=512&batch=512"
    "&repeats=16"
)
LARGEST_TRAINING: Final = (
    "functions=relu&functions=tanh&functions=gelu&functions=silu&functions=elu&functions=selu"
    "&task=spiral&seeds=32&width=64&depth=10&steps=20000"
)


def ticks(visitor: Visitor, count: int = TICKS, rest: float = 0.1) -> list[float]:
    """Milliseconds of each of so many ticks of the input range, with a rest after each."""
    spent = []
    for number in range(count):
        started = time.perf_counter()
        visitor.tick("explore-range", -5 + number % 8 / 2, 5)
        spent.append(1000 * (time.perf_counter() - started))
        time.sleep(rest)
    return spent


def p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1]


def report(what: str, spent: Sequence[float], idle: Sequence[float]) -> None:
    """Judge how ticks compare with those of an idle server."""
    print(f"  {what}: median {median(spent):.0f} ms, p95 {p95(spent):.0f} ms")
    judged("median of a tick over an idle server's", median(spent) / median(idle), 3)
    judged("p95 of a tick over an idle server's", p95(spent) / p95(idle), 3)


def process_at(address: str) -> int:
    """Return the process that listens at an address on this machine."""
    port = urlsplit(address).port
    found = subprocess.run(
        ["pgrep", "--full", "--", f"--public .*--port {port}"],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    return int(found.stdout.split()[0])


def memory(process: int) -> float:
    """Megabytes that a process has resident."""
    found = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(process)],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    return int(found.stdout) / 1024


@contextmanager
def beside(work: Callable[[threading.Event], None], times: int = 1) -> Iterator[None]:
    """Have so many threads work until the block is left; each is told by the event."""
    over = threading.Event()
    threads = [threading.Thread(target=work, args=(over,)) for _ in range(times)]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        over.set()
        for each in threads:
            each.join()


def idle(address: str) -> list[float]:
    """Ticks of a visitor who is alone."""
    with Visitor(address).open() as visitor:
        ticks(visitor, 5)
        return ticks(visitor)


def at(number: int) -> dict[str, str]:
    """Headers by which the proxy, that we are, says that a visitor has another's address."""
    return {HEADER: f"192.0.2.{number}"}


def flood(address: str, alone: Sequence[float]) -> None:
    """One client asks for runs without ever waiting for one."""

    def pours(over: threading.Event) -> None:
        with socket(address, at(1)) as stream, suppress(ConnectionClosed, TimeoutError):
            ask = BackMsg(rerun_script=ClientState()).SerializeToString()
            reader = threading.Thread(target=_drain, args=(stream,), daemon=True)
            reader.start()
            sender = threading.Thread(target=_pour, args=(stream, ask, over), daemon=True)
            sender.start()
            over.wait()
            cut(stream)

    with Visitor(address).open() as visitor, beside(pours):
        time.sleep(FLOODED)
        report("beside a flood of reruns", ticks(visitor), alone)


def _pour(stream, data: bytes, over: threading.Event) -> None:
    with suppress(ConnectionClosed, OSError):
        while not over.is_set():
            stream.send(data)


def _drain(stream) -> None:
    with suppress(ConnectionClosed, OSError):
        for _ in stream:
            pass


def hoard(address: str, process: int) -> None:
    """Clients forge states of many megabytes, in one frame and in as many as are let through."""
    before = memory(process)
    whole = ClientState()
    whole.widget_states.widgets.append(WidgetState(id="a", string_value="x" * HOARD))
    large = BackMsg(rerun_script=whole).SerializeToString()

    def forge(over: threading.Event) -> None:
        with socket(address) as stream, suppress(ConnectionClosed):
            stream.send(large)
        with socket(address) as stream, suppress(ConnectionClosed, TimeoutError):
            for number in range(20):
                state = ClientState()
                state.widget_states.widgets.append(
                    WidgetState(id=f"$$ID-{number}-forged", string_value="x" * 60_000)
                )
                stream.send(BackMsg(rerun_script=state).SerializeToString())
            over.wait()
            cut(stream)

    with beside(forge, HOARDERS):
        time.sleep(15)
        during = memory(process)
    time.sleep(SETTLES)
    after = memory(process)
    print(f"  {HOARDERS} clients with {HOARD / 1e6:.0f} MB of forged state each")
    judged("MB by which memory grows", during - before, 150)
    judged("MB of them that stay", after - before, 50)


def crowd(address: str, alone: Sequence[float]) -> None:
    """Visitors move a slider, think, and move it again."""
    spent: list[float] = []
    failures: list[Exception] = []
    deadline = time.monotonic() + CROWD_SECONDS
    numbers = iter(range(CROWD))

    def visit(_: threading.Event) -> None:
        thinks = Random(next(numbers))  # noqa: S311
        try:
            time.sleep(thinks.uniform(0, THINKS))
            with Visitor(address).open() as visitor:
                while time.monotonic() < deadline:
                    time.sleep(thinks.uniform(0.5, 1.5) * THINKS)
                    spent.extend(ticks(visitor, 1, 0))
        except Exception as failure:
            failures.append(failure)

    with beside(visit, CROWD):
        pass
    report(f"{CROWD} visitors who think {THINKS:.0f} s ({len(spent)} ticks)", spent, alone)
    judged(f"failures {failures[:1] or ''}", len(failures), 0)


def largest(address: str, process: int, alone: Sequence[float], page: str, query: str) -> None:
    """Visitors ask for the largest job of a page, all at once, and one moves a slider meanwhile."""
    before = memory(process)
    with ExitStack() as stack:
        for seed in range(LARGE):
            # The seed makes each one a job of its own.
            visitor = Visitor(address, page, f"{query}&seed={seed}", headers=at(seed))
            stack.callback(visitor.abandon)
            visitor.ask()
        onlooker = stack.enter_context(Visitor(address).open())
        time.sleep(3)
        report(f"{LARGE} visitors' largest {page}", ticks(onlooker), alone)
        most = LARGE * Bounds().session_megabytes
        judged("MB by which memory grows", memory(process) - before, most)


def soak(address: str, process: int, visits: int = 1000) -> None:
    """Visitors come and go, one after the other."""
    found = {}
    for number in range(1, visits + 1):
        with Visitor(address, query="functions=relu").open() as visitor:
            visitor.tick("explore-range", -3, 3)
        if number in (100, visits):
            time.sleep(SETTLES)
            found[number] = memory(process)
    print(f"  memory after 100 visits {found[100]:.0f} MB, after {visits} {found[visits]:.0f} MB")
    judged(f"memory after {visits} visits over that after 100", found[visits] / found[100], 1.1)


def main() -> None:
    """Measure and print; takes about five minutes."""
    logging.getLogger("websockets").setLevel(logging.CRITICAL)  # whom we cut off complains
    print("\nThe public server")
    with public("--trusted-header", HEADER, kept_seconds=20) as address:
        process = process_at(address)
        alone = idle(address)
        print(
            f"  idle: median {median(alone):.0f} ms, p95 {p95(alone):.0f} ms; "
            f"memory {memory(process):.0f} MB"
        )
        flood(address, alone)
        hoard(address, process)
        largest(address, process, alone, "depth", LARGEST_DEPTH)
        largest(address, process, alone, "training", LARGEST_TRAINING)
        crowd(address, alone)
        soak(address, process)


if __name__ == "__main__":
    main()
