"""Who reads nothing, pings without end or says half a word loses the connection, nobody else."""

import asyncio

import pytest
import uvicorn
from uvicorn.server import ServerState

from activations.serving import connection
from activations.serving.answers import LOG
from activations.serving.connection import Impatient, Request, Socket
from tests.browser.driver import PATIENCE
from tests.serving.asgi import welcome

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
NO_MASK = bytes(4)
PING, PONG = b"\x89\x80" + NO_MASK, b"\x8a\x00"
BEGINNING, PART, END = (bytes([first, 0x80]) + NO_MASK for first in (0x02, 0x00, 0x80))
LARGE = 2**20


def visited(app, story):
    """What comes of a story, which is given a connection to an application of ours."""

    async def visit():
        config = uvicorn.Config(app, http=Request, ws=Socket, lifespan="off", log_config=None)
        config.load()
        state = ServerState()
        server = await asyncio.get_running_loop().create_server(
            lambda: Request(config=config, server_state=state, app_state={}), "127.0.0.1", 0
        )
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname(), limit=1024)
        try:
            async with asyncio.timeout(PATIENCE):
                return await story(reader, writer)
        finally:
            writer.transport.abort()
            server.close()

    return asyncio.run(visit())


def ours(caplog):
    """What was logged by us, whatever others did."""
    return [each.getMessage() for each in caplog.records if each.name == LOG.name]


async def opened(reader, writer):
    writer.write(HANDSHAKE)
    assert b"101" in await reader.readuntil(b"\r\n\r\n")


async def ends(reader):
    """Wait until the connection is lost."""
    try:
        while await reader.read(2**16):
            pass
    except ConnectionError:
        pass


async def listens(asked, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] != "websocket.disconnect":
        await send({"type": "websocket.send", "bytes": message["bytes"]})


def pours(count):
    """An application that sends so many large messages; how many it sent, and when it is over."""
    sent, over = [], asyncio.Event()

    async def app(asked, receive, send):
        try:
            await receive()
            await send({"type": "websocket.accept"})
            for number in range(count):
                await send({"type": "websocket.send", "bytes": bytes(LARGE)})
                sent.append(number)
        finally:
            over.set()

    return app, sent, over


def test_who_reads_nothing_is_let_go_and_what_was_to_be_sent_with_it(monkeypatch, caplog):
    monkeypatch.setattr(Impatient, "seconds", 0.2)
    app, sent, over = pours(64)

    async def story(reader, writer):
        await opened(reader, writer)
        await over.wait()

    visited(app, story)
    assert len(sent) < 64
    assert ours(caplog) == ["nothing read, from 127.0.0.1"]


def test_who_reads_is_sent_all():
    app, sent, over = pours(8)

    async def story(reader, writer):
        await opened(reader, writer)
        for _ in range(8):
            await reader.readexactly(10 + LARGE)
        await over.wait()

    visited(app, story)
    assert len(sent) == 8


def test_some_pings_are_answered_and_a_flood_is_not(caplog):
    async def story(reader, writer):
        await opened(reader, writer)
        writer.write(PING * 10)
        assert await reader.readexactly(20) == PONG * 10
        assert not ours(caplog)
        writer.write(PING * 1000)
        await ends(reader)

    visited(listens, story)
    assert ours(caplog) == ["too many pings, from 127.0.0.1"]


def test_a_message_in_some_parts_is_one_and_one_in_many_is_none(caplog):
    async def story(reader, writer):
        await opened(reader, writer)
        writer.write(BEGINNING + PART * 10 + END)
        assert await reader.readexactly(2) == b"\x82\x00"
        assert not ours(caplog)
        writer.write(BEGINNING + PART * 1000)
        await ends(reader)

    visited(listens, story)
    assert ours(caplog) == ["too many fragments, from 127.0.0.1"]


@pytest.mark.parametrize("head", [b"", HANDSHAKE[:-2]], ids=["no word", "half a head"])
def test_half_a_head_is_not_waited_for(monkeypatch, head):
    monkeypatch.setattr(connection, "_HEAD_SECONDS", 0.2)

    async def story(reader, writer):
        writer.write(head)
        await ends(reader)

    visited(listens, story)


@pytest.mark.parametrize(("head", "answer"), [(HANDSHAKE, b"101"), (b"GET / HTTP/1.1\r\n", b"200")])
def test_who_has_asked_stays(monkeypatch, head, answer):
    seen = []
    monkeypatch.setattr(connection, "_HEAD_SECONDS", 0.0)
    monkeypatch.setattr(Request, "_must_have_begun", lambda self: seen.append(self))

    async def app(asked, receive, send):
        await (welcome if asked["type"] == "http" else listens)(asked, receive, send)

    async def story(reader, writer):
        writer.write(head if head == HANDSHAKE else head + b"Host: a\r\n\r\n")
        assert answer in await reader.readuntil(b"\r\n\r\n")
        monkeypatch.undo()
        (request,) = seen
        request._must_have_begun()
        if head == HANDSHAKE:
            writer.write(PING)
            assert await reader.readexactly(2) == PONG
        assert not request.transport.is_closing()

    visited(app, story)
