"""The drawing library, which each page asks for: read and compressed once, and not for each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PATH: Final = "/component/activations.dashboard.chart.plotly/plotly.min.js"
_NOT_THE_WHOLE: Final = ("range", "if-none-match", "if-modified-since")


class Library:
    """Keeps the drawing library as it was sent, compressed and not."""

    def __init__(self, app: ASGIApp) -> None:
        """Keep nothing before it is asked for."""
        self._app = app
        self._kept: dict[bool, Sequence[Message]] = {}
        self._asking = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept."""
        if scope["type"] != "http" or not _whole(scope):
            return await self._app(scope, receive, send)
        packed = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        async with self._asking:  # whoever comes meanwhile waits for the first one's
            if packed not in self._kept:
                answer = await self._answer(scope, receive)
                if answer[0]["status"] != 200:
                    return await _send_all(answer, send)
                self._kept[packed] = answer
        return await _send_all(self._kept[packed], send)

    async def _answer(self, scope: Scope, receive: Receive) -> Sequence[Message]:
        messages: list[Message] = []

        async def note(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, note)
        return messages


def _whole(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    asked = scope["method"] == "GET" and scope["path"].endswith(_PATH)
    return asked and not any(name in headers for name in _NOT_THE_WHOLE)


async def _send_all(messages: Sequence[Message], send: Send) -> None:
    for message in messages:
        await send(dict(message))  # to which others add headers
