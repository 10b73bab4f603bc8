"""What every answer says to the browser: what the page may load, and who may show it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from activations.serving.answers import LOG, Answer, origins

_FAILED: Final = Answer(500, "Something went wrong", "The server could not answer this.")
_STARTS: Final = ("http.response.start", "websocket.accept", "websocket.http.response.start")


def policy(page: str, frame_ancestors: Sequence[str] = ()) -> str:
    """Return the Content-Security-Policy under which Streamlit's page and ours work.

    `page` is the HTML that Streamlit serves, whose inline scripts are allowed by their hashes.
    `frame_ancestors` are the origins that may show the page in a frame. ValueError where one is no
    origin.
    """
    hashes = [
        f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
        for script in re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    ]
    rules = {
        "default-src": "'none'",
        # Streamlit imports the few lines of each component from a blob, and its protocol's numbers
        # of 64 bits want a little WebAssembly, which is not JavaScript's eval.
        "script-src": " ".join(["'self'", "blob:", "'wasm-unsafe-eval'", *hashes]),
        # Streamlit and Plotly write styles in the page.
        "style-src": "'self' 'unsafe-inline'",
        # Saved images are drawn from a blob, icons in styles are data.
        "img-src": "'self' blob: data:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": " ".join(map(origins, frame_ancestors)) or "'none'",
    }
    return "; ".join(f"{rule} {value}" for rule, value in rules.items())


def streamlit_page() -> str:
    """Return the HTML of the page that Streamlit serves."""
    import streamlit

    return (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")


class SecurityHeaders:
    """Puts the headers on every answer, a failure's included, and takes off what names software."""

    def __init__(self, app: ASGIApp, frame_ancestors: Sequence[str] = ()) -> None:
        """Allow no frames but those of these origins."""
        self._app = app
        self._headers = {
            "Content-Security-Policy": policy(streamlit_page(), frame_ancestors),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        if not frame_ancestors:
            self._headers["X-Frame-Options"] = "DENY"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        started = False

        async def dressed(message: Message) -> None:
            nonlocal started
            if message["type"] in _STARTS:
                started = True
                message.setdefault("headers", [])
                headers = MutableHeaders(scope=message)
                for name in ("Server", "X-Powered-By"):
                    del headers[name]
                headers.update(self._headers)
            await send(message)

        try:
            await self._app(scope, receive, dressed)
        except Exception:
            LOG.exception("an answer failed")
            if not started and scope["type"] == "http":
                await _FAILED.send(scope, dressed)
        return None
