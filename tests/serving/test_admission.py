"""Beyond the bounds there is a plain page with a time to come back, and no session."""

import asyncio

import pytest

from activations.serving.admission import Admission
from activations.serving.bounds import Bounds
from activations.serving.caller import Caller
from activations.serving.door import STREAM
from tests.serving.asgi import ask, headers, scope, status, welcome

FEW = Bounds(sessions=3, sessions_per_address=2, retry_seconds=17)


class Rooms:
    """An admission whose WebSockets stay until they are let go."""

    def __init__(self, bounds=FEW, trusted_header=None):
        self._leave = asyncio.Event()
        self._inside = []
        self.app = Caller(Admission(self._stay, bounds), trusted_header)

    async def _stay(self, asked, receive, send):
        await welcome(asked, receive, send)
        if asked["type"] == "websocket":
            await self._leave.wait()

    async def comes(self, **asked):
        sent = []

        async def send(message):
            sent.append(message)

        self._inside.append(
            asyncio.create_task(self.app(scope(STREAM, "websocket", **asked), None, send))
        )
        await asyncio.sleep(0)
        return status(sent)

    async def all_leave(self):
        self._leave.set()
        await asyncio.gather(*self._inside)
        self._leave.clear()


def test_there_is_room_for_so_many_in_all_and_from_one_address():
    async def story():
        rooms = Rooms()
        assert [await rooms.comes(client=("192.0.2.1", port)) for port in range(3)] == [
            *(101, 101),
            503,
        ]
        assert await rooms.comes(client=("192.0.2.2", 1)) == 101
        assert await rooms.comes(client=("192.0.2.3", 1)) == 503
        await rooms.all_leave()
        assert await rooms.comes(client=("192.0.2.3", 1)) == 101
        await rooms.all_leave()

    asyncio.run(story())


def test_a_proxy_says_last_who_asks_and_nobody_else_is_believed():
    async def story():
        proxy = ("127.0.0.1", 1)
        rooms = Rooms(Bounds(sessions_per_address=1), trusted_header="X-Forwarded-For")
        forged = [f"203.0.113.{each}, 192.0.2.1" for each in range(2)]
        answers = [await rooms.comes(client=proxy, x_forwarded_for=each) for each in forged]
        assert answers == [101, 503]
        assert await rooms.comes(client=proxy, x_forwarded_for="192.0.2.2") == 101
        await rooms.all_leave()
        rooms = Rooms(Bounds(sessions_per_address=1))
        answers = [await rooms.comes(client=proxy, x_forwarded_for=each) for each in "ab"]
        assert answers == [101, 503]
        await rooms.all_leave()

    asyncio.run(story())


@pytest.mark.parametrize(
    ("path", "answer"),
    [("/", 503), ("/gates", 503), ("/static/js/a.js", 200), ("/_stcore/health", 200)],
)
def test_a_full_house_says_so_on_its_pages_alone(path, answer):
    async def story():
        rooms = Rooms(Bounds(sessions=1, retry_seconds=17))
        await rooms.comes()
        sent = []

        async def send(message):
            sent.append(message)

        await rooms.app(scope(path), None, send)
        await rooms.all_leave()
        return sent

    sent = asyncio.run(story())
    assert status(sent) == answer
    if answer == 503:
        assert headers(sent)["retry-after"] == "17"
        assert b"come back in 17 seconds" in sent[1]["body"]


def test_a_visitor_who_fails_leaves_room():
    async def fails(asked, receive, send):
        raise RuntimeError

    app = Admission(fails, Bounds(sessions=1))
    for _ in range(3):
        with pytest.raises(RuntimeError):
            ask(app, scope(STREAM, "websocket"))
