"""Beyond the bounds there is a plain page with a time to come back, and no session."""

import asyncio

import pytest

from activations.serving.admission import Admission
from activations.serving.bounds import Bounds
from activations.serving.caller import Caller
from activations.serving.door import STREAM
from tests.serving.asgi import ask, headers, scope, status, told, welcome

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

    async def looks(self):
        sent = []

        async def send(message):
            sent.append(message)

        await self.app(scope("/"), None, send)
        return status(sent)

    async def all_leave(self):
        self._leave.set()
        await asyncio.gather(*self._inside)
        self._inside.clear()
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

    told(story())


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

    told(story())


def test_a_line_of_ipv6_is_one_address_whatever_it_chooses_of_it():
    async def story():
        rooms = Rooms(Bounds(sessions_per_address=1))
        assert await rooms.comes(client=("2001:db8::1", 1)) == 101
        assert await rooms.comes(client=("2001:db8::ffff:1", 1)) == 503
        assert await rooms.comes(client=("2001:db8:0:1::1", 1)) == 101
        assert await rooms.comes(client=("::ffff:192.0.2.1", 1)) == 101
        assert await rooms.comes(client=("192.0.2.1", 1)) == 503
        assert await rooms.comes(client=("::ffff:192.0.2.2", 1)) == 101
        await rooms.all_leave()

    told(story())


def test_who_comes_and_goes_is_slowed_and_a_class_that_reloads_is_not():
    async def story():
        rooms = Rooms(Bounds())
        for _ in range(2):
            assert [await rooms.comes() for _ in range(60)] == [101] * 60
            await rooms.all_leave()
        assert await rooms.comes() == 503
        assert await rooms.looks() == 503
        assert await rooms.comes(client=("192.0.2.8", 1)) == 101
        await asyncio.sleep(30)
        assert [await rooms.comes() for _ in range(60)] == [101] * 60
        assert await rooms.comes() == 503
        await rooms.all_leave()

    told(story())


def test_no_more_is_sent_at_once_than_may_and_health_is_told_all_the_same():
    async def story():
        held = asyncio.Event()

        async def slow(asked, receive, send):
            await held.wait()
            await welcome(asked, receive, send)

        async def answers(path):
            sent = []

            async def send(message):
                sent.append(message)

            await app(scope(path), None, send)
            return status(sent)

        app = Admission(slow, Bounds(requests=2))
        asked = [asyncio.ensure_future(answers("/static/js/a.js")) for _ in range(2)]
        await asyncio.sleep(0)
        assert await answers("/static/js/a.js") == 503
        health = asyncio.ensure_future(answers("/_stcore/health"))
        held.set()
        assert await asyncio.gather(*asked, health, answers("/")) == [200] * 4

    told(story())


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

    sent = told(story())
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
