"""Starts what the browser tests and the benchmarks drive: a Streamlit server and a Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
CHARTS_DRAWN = """count => {
  const plots = [...document.querySelectorAll('.js-plotly-plot')];
  return plots.length === count && plots.every(plot => plot.querySelector('.js-line'));
}"""


def installed_chromium() -> str | None:
    """The path of a Chromium that the system has, if any."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def launch(playwright: Playwright) -> Browser:
    """Start a headless Chromium: the system's, or else the one that Playwright installed."""
    sandbox = [] if getattr(os, "geteuid", lambda: 1)() else ["--no-sandbox"]
    return playwright.chromium.launch(executable_path=installed_chromium(), args=[*QUIET, *sandbox])


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


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def answering(
    command: list[str], port: int, folder: Path, environment: dict[str, str]
) -> Iterator[str]:
    """Run a command until it serves a Streamlit page on that port; yield the page's address."""
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/_stcore/health", process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise RuntimeError(f"no answer from {url} within {seconds:g} s")


def wait_for_charts(page: Page, count: int = 5) -> None:
    """Wait until exactly `count` charts stand on the page, each with a line."""
    page.wait_for_function(CHARTS_DRAWN, arg=count, timeout=60_000)
