"""The public server, as a visitor of the load tests finds it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.driver import ROOT, answering, free_port


@contextmanager
def public(*options: str, log: Path | None = None, **bounds: int) -> Iterator[str]:
    """Serve the public at a free port of 127.0.0.1; yield the address.

    `bounds` are set by the environment, what it says on standard error goes to `log`. All visitors
    of a test come from one address, and may come as often as they like unless it says otherwise.
    """
    bounds = {"connections_per_minute": 100_000} | bounds
    port = free_port()
    command = [sys.executable, "-m", "activations", "--public", "--host", "127.0.0.1"]
    variables = {f"ACTIVATIONS_{name.upper()}": str(bound) for name, bound in bounds.items()}
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | variables
    with (
        (log or Path(os.devnull)).open("wb") as errors,
        answering(
            [*command, "--port", str(port), *options], port, ROOT, environment, stderr=errors
        ) as address,
    ):
        yield address
