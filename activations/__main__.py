"""Starts the dashboard on this machine: `python -m activations`."""

from __future__ import annotations

import runpy
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

_PACKAGE = Path(__file__).parent

# A wheel brings app.py and .streamlit along; in the repository they stand beside the package.
_INSTALLED = _PACKAGE / "frame"
FRAME = (_INSTALLED if _INSTALLED.exists() else _PACKAGE.parent) / "app.py"

_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve the pages, and open a browser where there is one, until Ctrl+C."""
    parser = ArgumentParser("python -m activations", description="Start the dashboard.")
    parser.add_argument(
        "--host", default="localhost", help="where to listen; 0.0.0.0 lets other machines in"
    )
    parser.add_argument("--port", type=int, help="8501, or the next free one, unless given")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    given = parser.parse_args(arguments)

    sys.argv = ["streamlit", "run", str(FRAME), "--server.address", given.host]
    if given.port is not None:
        sys.argv += ["--server.port", str(given.port)]
    if given.host in _EVERYWHERE:
        # Without a name to show, Streamlit would ask a remote host for this machine's address.
        sys.argv += ["--browser.serverAddress", "localhost"]
    if given.no_browser:
        sys.argv += ["--server.headless", "true"]
    runpy.run_module("streamlit", run_name="__main__")


if __name__ == "__main__":
    main()
