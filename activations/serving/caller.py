"""Who asks, where a proxy stands before the server and only it knows."""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send


class Caller:
    """Takes the address that the proxy says last, in the header that it sets, for who asks.

    What stands before that in the header is the client's own word.
    """

    def __init__(self, app: ASGIApp, trusted_header: str | None) -> None:
        """Believe a header, or none."""
        self._app, self._header = app, trusted_header

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request as from whom it is."""
        if self._header and scope["type"] != "lifespan":
            values = Headers(scope=scope).getlist(self._header)
            if values:
                scope = {**scope, "client": (values[-1].rpartition(",")[2].strip(), 0)}
        return await self._app(scope, receive, send)


def address(scope: Scope) -> str:
    """Return where a request comes from."""
    client = scope.get("client")
    return client[0] if client else "unknown"


def household(scope: Scope) -> str:
    """Return whose address it is: an IPv6 line is given 64 bits of its own to choose from."""
    words = address(scope)
    try:
        number = ipaddress.ip_address(words)
    except ValueError:
        return words
    if number.version == 4:
        return words
    if number.ipv4_mapped:
        return str(number.ipv4_mapped)
    return str(ipaddress.ip_network((number.packed, 64), strict=False))
