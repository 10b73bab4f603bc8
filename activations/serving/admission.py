"""How many visitors there is room for, in all and from one address."""

from __future__ import annotations

from collections import Counter
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from activations.serving.answers import Answer, log_refusal
from activations.serving.bounds import Bounds
from activations.serving.caller import address

_PARTS: Final = ("/_stcore/", "/static/", "/component/", "/media/")
"""Where the parts of a page are, which one that is open may still ask for."""


class Admission:
    """Gives each WebSocket its place, and tells who comes when there is none to come back later."""

    def __init__(self, app: ASGIApp, bounds: Bounds) -> None:
        """Begin with an empty house."""
        self._app, self._bounds = app, bounds
        self._open: Counter[str] = Counter()
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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in while there is room."""
        if scope["type"] == "lifespan" or not self._needs_room(scope):
            return await self._app(scope, receive, send)
        caller = address(scope)
        refusal = self._refusal(caller)
        if refusal:
            log_refusal("no room", scope)
            return await refusal.send(scope, send)
        if scope["type"] == "http":
            return await self._app(scope, receive, send)
        self._open[caller] += 1
        try:
            return await self._app(scope, receive, send)
        finally:
            self._open[caller] -= 1
            if not self._open[caller]:
                del self._open[caller]

    @staticmethod
    def _needs_room(scope: Scope) -> bool:
        return scope["type"] == "websocket" or not any(part in scope["path"] for part in _PARTS)

    def _refusal(self, caller: str) -> Answer | None:
        if self._open.total() >= self._bounds.sessions:
            return self._in_all
        if self._open[caller] >= self._bounds.sessions_per_address:
            return self._from_one
        return None
