"""Starts what the browser tests and the benchmarks drive: a Streamlit server and a Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 120
"""Seconds that any wait may take: enough for a slow and busy machine, short of a hang."""
CHARTS_DRAWN = """count => {
  const plots = [...document.querySelectorAll('.js-plotly-plot')];
  const drawn = '.js-line, .hm image, .bars, .gl-container canvas';
  return plots.length === count && plots.every(plot => plot.querySelector(drawn));
}"""


def installed_chromium() -> str | None:
    """The path of a Chromium that the system has, if any."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def launch(playwright: Playwright) -> Browser:
    """Start a headless Chromium: the system's, or else the one that Playwright installed."""
    sandbox = [] if getattr(os, "geteuid", lambda: 1)() else ["--no-sandbox"]
    return playwright.chromium.launch(
        executable_path=installed_chromium(), args=[*QUIET, *sandbox], timeout=1000 * PATIENCE
    )


@contextmanager
def running(command: Sequence[str | Path], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command, without its output unless asked otherwise, while the block runs."""
    with subprocess.Popen(command, **{"stdout": subprocess.DEVNULL} | options) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(script: Path, folder: Path = ROOT, *options: str) -> Iterator[str]:
    """Serve a Streamlit script from `folder` on a free port of 127.0.0.1; yield its address."""
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(script)),
        *("--server.address", "127.0.0.1", "--server.headless", "true"),
        *("--browser.gatherUsageStats", "false", *options),
    ]
    port = free_port()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with answering([*command, "--server.port", str(port)], port, folder, environment) as address:
        yield address


@contextmanager
def answering(
    command: list[str], port: int, folder: Path, environment: dict[str, str], **options: Any
) -> Iterator[str]:
    """Run a command until it serves a Streamlit page on that port; yield the page's address."""
    address = f"http://127.0.0.1:{port}"
    health = f"{address}/_stcore/health"
    with running(command, cwd=folder, env=environment, **options) as process:
        wait_for_answer(lambda: urllib.request.urlopen(health, timeout=5).close(), process)
        yield address


def wait_until(holds: Callable[[], object], rest: Callable[[float], object] = time.sleep) -> None:
    """Wait until something holds; `rest` lets so many seconds pass."""
    deadline = time.monotonic() + PATIENCE
    while not (held := holds()) and time.monotonic() < deadline:
        rest(0.02)
    assert held


def wait_for_answer(ask: Callable[[], None], process: subprocess.Popen[bytes]) -> None:
    """Ask until it raises no OSError, while the process that is to answer lives."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with code {process.returncode}")
        try:
            return ask()
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"no answer from {process.args!r} within {PATIENCE} s")


def wait_for_charts(page: Page, count: int = 5) -> None:
    """Wait until exactly `count` charts stand on the page, each with a line, a heat map or bars."""
    page.wait_for_function(CHARTS_DRAWN, arg=count, timeout=1000 * PATIENCE)
