"""How many visitors there is room for, in all and from one address."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from activations.serving.answers import Answer, log_refusal
from activations.serving.bounds import Bounds
from activations.serving.caller import household
from activations.serving.door import HEALTH
from activations.serving.rate import Buckets

_PARTS: Final = ("/_stcore/", "/static/", "/component/", "/media/")
"""Where the parts of a page are, which one that is open may still ask for."""


class Admission:
    """Gives each WebSocket its place, and tells who comes when there is none to come back later."""

    def __init__(self, app: ASGIApp, bounds: Bounds) -> None:
        """Begin with an empty house."""
        self._app, self._bounds = app, bounds
        self._open: Counter[str] = Counter()
        arrivals = bounds.connections_per_minute
        self._arrivals = Buckets(arrivals, arrivals / 60)
        self._answering = 0
        self._in_all = Answer(
            503,
            "All places are taken",
            f"{bounds.sessions} people are looking at the dashboard, as many as there is room "
            f"for. Please come back in {bounds.retry_seconds} seconds or later.",
            bounds.retry_seconds,
        )
        self._from_one = Answer(
            503,
            "All places are taken",
            f"{bounds.sessions_per_address} pages are open at your address, as many as there is "
            f"room for. Please close one, or come back in {bounds.retry_seconds} seconds or later.",
            bounds.retry_seconds,
        )
        self._too_many = Answer(
            503,
            "Too much at once",
            "More is asked for than can be sent at once. Please come back in "
            f"{bounds.retry_seconds} seconds or later.",
            bounds.retry_seconds,
        )
        self._too_often = Answer(
            503,
            "Too many at once",
            f"{bounds.connections_per_minute} pages were opened at your address within a minute, "
            f"as many as may be. Please come back in {bounds.retry_seconds} seconds or later.",
            bounds.retry_seconds,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in while there is room."""
        if scope["type"] == "lifespan" or scope["path"].endswith(HEALTH):
            return await self._app(scope, receive, send)
        caller = household(scope)
        refusal = self._refusal(scope, caller)
        if refusal:
            log_refusal("no room", scope)
            return await refusal.send(scope, send)
        with self._asks() if scope["type"] == "http" else self._stays(caller):
            return await self._app(scope, receive, send)

    @contextmanager
    def _asks(self) -> Iterator[None]:
        self._answering += 1
        try:
            yield
        finally:
            self._answering -= 1

    @contextmanager
    def _stays(self, caller: str) -> Iterator[None]:
        self._open[caller] += 1
        try:
            yield
        finally:
            self._open[caller] -= 1
            if not self._open[caller]:
                del self._open[caller]

    def _refusal(self, scope: Scope, caller: str) -> Answer | None:
        """Say why there is no room; for a WebSocket, if there is, it is taken."""
        stays = scope["type"] == "websocket"
        if not stays and self._answering >= self._bounds.requests:
            return self._too_many
        if not stays and any(part in scope["path"] for part in _PARTS):
            return None
        if self._open.total() >= self._bounds.sessions:
            return self._in_all
        if self._open[caller] >= self._bounds.sessions_per_address:
            return self._from_one
        now = asyncio.get_running_loop().time()
        arrivals = self._arrivals.of(caller, now)
        if arrivals.has(now) < 1:
            return self._too_often
        if stays:
            arrivals.take(now)
        return None
