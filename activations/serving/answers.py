"""What the middlewares share: whom they answer, with what, and one line a refusal in the log."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from html import escape
from typing import Final

from starlette.types import Scope, Send

from activations.serving.caller import address

LOG: Final = logging.getLogger("activations.serving")

POLICY_VIOLATION: Final = 1008
"""The code of RFC 6455 with which a WebSocket is closed whose client does what it must not."""

_ORIGIN: Final = re.compile(r"https?://[a-z0-9.\[\]:-]+")

_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1rem/1.5 sans-serif; margin: 15vh auto; max-width: 32rem; padding: 0 1rem }}
</style>
<h1>{title}</h1>
<p>{words}</p>
</html>
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A plain page that says why there is nothing else."""

    status: int
    title: str
    words: str
    retry_seconds: int | None = None

    async def send(self, scope: Scope, send: Send) -> None:
        """Answer a request, or a WebSocket's before it is accepted."""
        body = _PAGE.format(title=escape(self.title), words=escape(self.words)).encode()
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        if self.retry_seconds is not None:
            headers.append((b"retry-after", str(self.retry_seconds).encode()))
        kind = "http" if scope["type"] == "http" else "websocket.http"
        start = {"type": f"{kind}.response.start", "status": self.status, "headers": headers}
        await send(start)
        alone = scope.get("method") == "HEAD"
        await send({"type": f"{kind}.response.body", "body": b"" if alone else body})


NOT_FOUND: Final = Answer(404, "Not found", "There is nothing at this address.")


def origin(words: str) -> str:
    """Return an origin like https://example.org as browsers write it; ValueError for all else."""
    written = words.lower().rstrip("/")
    if not _ORIGIN.fullmatch(written):
        raise ValueError(f"{words!r} is no origin like https://example.org")
    return written


def origins(words: str) -> str:
    """Return an origin, or all below a name like https://*.example.org; ValueError for all else."""
    origin(words.replace("://*.", "://", 1))
    return words.lower().rstrip("/")


def log_refusal(event: str, scope: Scope) -> None:
    """Log a refusal in one line: what it was, and the address that a reader needs to stop it."""
    LOG.warning("%s, from %s", event, address(scope))
