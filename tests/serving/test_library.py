"""The drawing library is read once for those who take it compressed, once for the others."""

import asyncio

import pytest

from activations.serving.headers import SecurityHeaders
from activations.serving.library import Library
from tests.serving.asgi import ask, headers, scope, status, told

PATH = "/component/activations.dashboard.chart.plotly/plotly.min.js"


class Shelf:
    """An application that counts what it is asked for."""

    def __init__(self, status=200):
        self.asked = []
        self._status = status

    async def __call__(self, scope, _, send):
        self.asked.append(scope)
        await asyncio.sleep(1)
        await send({"type": "http.response.start", "status": self._status, "headers": []})
        body = str(len(self.asked)).encode()
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body", "body": b"!"})


def body(sent):
    return b"".join(each["body"] for each in sent[1:])


@pytest.mark.parametrize("base", ["", "/lab/act"])
def test_it_is_read_once_for_each_way_to_take_it(base):
    shelf = Shelf()
    app = SecurityHeaders(Library(shelf))
    ways = ["gzip, br", "identity", "br, gzip"]
    answers = [ask(app, scope(base + PATH, accept_encoding=way)) for way in ways]
    assert [body(each) for each in answers] == [b"1!", b"2!", b"1!"]
    assert headers(answers[0]) == headers(answers[2])
    assert len(answers[0][0]["headers"]) == len(headers(answers[0]))


def test_a_class_that_comes_at_once_waits_for_one_reading():
    shelf = Shelf()

    async def story():
        app = Library(shelf)
        sent = [[] for _ in range(60)]

        async def visit(answer):
            async def send(message):
                answer.append(message)

            await app(scope(PATH), None, send)

        await asyncio.gather(*map(visit, sent))
        return [body(each) for each in sent], asyncio.get_running_loop().time()

    assert told(story()) == ([b"1!"] * 60, 1)


@pytest.mark.parametrize(
    "asked",
    [
        scope(PATH) | {"method": "HEAD"},
        scope(PATH, range="bytes=0-9"),
        scope(PATH, if_none_match="x"),
        scope(PATH, if_modified_since="x"),
        scope("/component/another/plotly.min.js"),
        scope("/"),
    ],
)
def test_nothing_else_is_kept(asked):
    shelf = Shelf()
    app = Library(shelf)
    assert [body(ask(app, asked)) for _ in range(2)] == [b"1!", b"2!"]
    assert shelf.asked == [asked] * 2


def test_a_failure_is_not_kept():
    app = Library(Shelf(404))
    assert [status(ask(app, scope(PATH))) for _ in range(2)] == [404, 404]
    assert body(ask(app, scope(PATH))) == b"3!"
