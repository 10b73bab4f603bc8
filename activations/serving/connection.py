"""A connection's bytes, which no application sees: who reads none, who pings, who says no word."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from activations.serving.answers import LOG
from activations.serving.rate import Bucket

_PINGS: Final = 20
"""Pings in a row, of which one a second is forgotten: no browser sends any, some proxies one every
few seconds."""

_FRAGMENTS: Final = 64
"""Parts of one message: browsers send ours in one."""

_HEAD_SECONDS: Final = 20.0
"""Seconds that the head of a first request may take."""


class Impatient(asyncio.Protocol):
    """Lets go of a peer that leaves unread what waits for it, even where all else has ended."""

    seconds: ClassVar[float] = 30
    transport: asyncio.Transport
    loop: asyncio.AbstractEventLoop
    client: tuple[str, int] | None
    _unread: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        """Begin to wait."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.seconds, self.cut, "nothing read")

    def resume_writing(self) -> None:
        """Go on: it was read."""
        super().resume_writing()
        self._wait_no_more()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        super().connection_lost(exc)
        self._wait_no_more()

    def _wait_no_more(self) -> None:
        if self._unread:
            self._unread.cancel()
            self._unread = None

    def cut(self, event: str) -> None:
        """Lose the connection without a word to the peer, and with one line in the log."""
        LOG.warning("%s, from %s", event, self.client[0] if self.client else "unknown")
        self.transport.abort()


class Request(Impatient, H11Protocol):
    """A request whose head comes within some seconds, or never: half a head holds a place."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait."""
        super().connection_made(transport)
        self.loop.call_later(_HEAD_SECONDS, self._must_have_begun)

    def _must_have_begun(self) -> None:
        ours: Any = self.transport.get_protocol()  # a WebSocket has one of its own
        if ours is self and self.cycle is None:
            self.transport.close()


class Socket(Impatient, WebSocketsSansIOProtocol):
    """A WebSocket whose peer cannot be a browser loses its connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note each byte that is not read: a message may be large."""
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=0)
        self._pings = Bucket(_PINGS, 1)

    def handle_ping(self) -> None:
        """Answer, though not without end: answers are written whether they are read or not."""
        if self._pings.take(self.loop.time()):
            self._refuse("too many pings")
        else:
            super().handle_ping()

    def handle_cont(self, event: Frame) -> None:
        """Take a part of a message: empty ones count as no bytes."""
        if len(self.frames) >= _FRAGMENTS:
            self._refuse("too many fragments")
        else:
            super().handle_cont(event)

    def _refuse(self, event: str) -> None:
        if not self.transport.is_closing():  # what was read with it is still looked at
            self.cut(event)
