"""A proxy says last who asks, and nobody else is believed."""

import logging

import pytest

from activations.serving.answers import log_refusal
from activations.serving.caller import Caller
from tests.serving.asgi import ask, scope, welcome

PROXY = ("127.0.0.1", 1)


@pytest.mark.parametrize(
    ("trusted", "said", "caller"),
    [
        ("X-Forwarded-For", "192.0.2.1", "192.0.2.1"),
        ("X-Forwarded-For", "203.0.113.7, 192.0.2.1", "192.0.2.1"),
        ("X-Real-IP", "192.0.2.1", "127.0.0.1"),
        (None, "192.0.2.1", "127.0.0.1"),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_who_asks_is_who_the_proxy_says(trusted, said, caller, kind, caplog):
    async def refuses(asked, receive, send):
        log_refusal("refused", asked)
        await welcome(asked, receive, send)

    asked = scope(kind=kind, client=PROXY, x_forwarded_for=said)
    with caplog.at_level(logging.WARNING):
        ask(Caller(refuses, trusted), asked)
    assert caplog.messages == [f"refused, from {caller}"]
