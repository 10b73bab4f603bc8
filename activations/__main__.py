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
    _add_public(parser)
    given = parser.parse_args(arguments)
    if given.public:
        from activations.serving.server import serve

        serve(FRAME, given)
        return

    sys.argv = ["streamlit", "run", str(FRAME), "--server.address", given.host]
    if given.port is not None:
        sys.argv += ["--server.port", str(given.port)]
    if given.host in _EVERYWHERE:
        # Without a name to show, Streamlit would ask a remote host for this machine's address.
        sys.argv += ["--browser.serverAddress", "localhost"]
    if given.no_browser:
        sys.argv += ["--server.headless", "true"]
    runpy.run_module("streamlit", run_name="__main__")


def _add_public(parser: ArgumentParser) -> None:
    """Add what a server for strangers is told; its bounds are in the environment."""
    group = parser.add_argument_group("a server for the public")
    group.add_argument(
        "--public", action="store_true", help="serve strangers: bounded and guarded, see README"
    )
    origin = "https://example.org"
    group.add_argument(
        "--origin",
        nargs="+",
        default=[],
        metavar=origin,
        help="where the page is, as the browser's address line says",
    )
    group.add_argument(
        "--frame-ancestors",
        nargs="+",
        default=[],
        metavar=origin,
        help="who may show the page in a frame; nobody, unless given",
    )
    group.add_argument(
        "--trusted-header",
        metavar="X-Forwarded-For",
        help="in which a proxy, through which all come, says last who asks",
    )
    group.add_argument("--base-path", default="", metavar="lab/act", help="a path before all")


if __name__ == "__main__":
    main()
