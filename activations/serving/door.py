"""Who and what is let in: our own hosts and origins, and the addresses that the dashboard has."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from activations.serving.answers import NOT_FOUND, Answer, log_refusal, origin
from activations.serving.bounds import Bounds
from activations.serving.caller import address

STREAM: Final = "/_stcore/stream"
HEALTH: Final = "/_stcore/health"
_METRICS: Final = "/_stcore/metrics"
_CORE: Final = (STREAM, HEALTH, _METRICS, "/_stcore/host-config")
_SHUT: Final = ("/_stcore/", "/auth/", "/oauth2callback", "/app/static/")
"""Streamlit's own, for uploads, programs and logins, which the dashboard has not."""

_FOREIGN_HOST: Final = Answer(400, "Another site's name", "This server has no page of that name.")
_FOREIGN_ORIGIN: Final = Answer(403, "Another site's page", "This page may not connect here.")
_TOO_LONG: Final = Answer(414, "Too long", "This link is longer than any of the dashboard's.")
_NO_METHOD: Final = Answer(405, "Not allowed", "The dashboard can be read, and nothing else.")


class Door:
    """Refuses foreign hosts and origins, long links, and what the dashboard does not have.

    A host is ours by its number, as `localhost`, or as one of `origins`, by which other names are
    given: a page elsewhere whose name is made to lead here (DNS rebinding) has none of these.
    """

    def __init__(
        self, app: ASGIApp, bounds: Bounds, origins: Sequence[str] = (), base_path: str = ""
    ) -> None:
        """Let in origins like https://example.org; a ValueError where one is none."""
        self._app, self._bounds = app, bounds
        self._base = f"/{base_path.strip('/')}".rstrip("/")
        self._origins = {origin(each) for each in origins}
        self._names = {urlsplit(each).hostname for each in self._origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in, or refuse in one line."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        refusal = self._refusal(scope)
        if refusal:
            event, answer = refusal
            log_refusal(event, scope)
            return await answer.send(scope, send)
        if scope["type"] == "websocket":
            scope = _judged(scope)
        return await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[str, Answer] | None:
        path = scope["path"].removeprefix(self._base) or "/"
        if len(scope["path"]) + len(scope["query_string"]) > self._bounds.link_characters:
            return "too long a link", _TOO_LONG
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            return f"method {scope['method'][:10]!r}", _NO_METHOD
        if path == HEALTH:  # by which a proxy asks, under whatever name
            return None
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._ours(host):
            return "foreign Host", _FOREIGN_HOST
        asking = headers.get("origin")
        if asking is None:
            if scope["type"] == "websocket":  # as no browser asks for one
                return "no Origin", _FOREIGN_ORIGIN
        elif not self._same(asking.lower(), host.lower()):
            return "foreign Origin", _FOREIGN_ORIGIN
        if path.startswith(_SHUT) and path not in _CORE:
            return "closed address", NOT_FOUND
        if path == _METRICS and not _loopback(scope, headers):
            return "metrics from elsewhere", NOT_FOUND
        return None

    def _ours(self, host: str) -> bool:
        name = _name(host)
        return name in self._names or _own(name)

    def _same(self, asking: str, host: str) -> bool:
        """Tell whether an origin is listed, or the host itself if that has no other name."""
        if asking in self._origins:
            return True
        return asking in (f"http://{host}", f"https://{host}") and _own(_name(host))


def _name(host: str) -> str:
    """Return a host's name without the port, "" where it has none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _own(name: str) -> bool:
    """Tell whether a machine has this name by itself."""
    return name == "localhost" or _number(name) is not None


def _number(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _loopback(scope: Scope, headers: Headers) -> bool:
    """Tell whether a request comes from this machine, and through no proxy on it."""
    number = _number(address(scope))
    through = any(name.startswith("x-forwarded") or name == "forwarded" for name in headers)
    return number is not None and number.is_loopback and not through


def _judged(scope: Scope) -> Scope:
    """Return a scope whose Origin is its Host.

    It was judged, and Streamlit, to judge it again, would ask a remote host for this machine's
    address.
    """
    scope = {**scope, "headers": list(scope["headers"])}
    headers = MutableHeaders(scope=scope)
    if "origin" in headers:
        headers["origin"] = f"http://{headers['host']}"
    return scope
