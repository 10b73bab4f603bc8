"""Applications asked without a server: a request or a WebSocket in, what is sent out."""

import asyncio
from collections import deque

CLIENT = ("192.0.2.7", 5000)


class Unhurried(asyncio.SelectorEventLoop):
    """A loop whose clock stands while anything is done, and jumps to what is due next."""

    now = 0.0

    def time(self):
        return self.now

    def _run_once(self):
        if not self._ready and self._scheduled:
            self.now = max(self.now, self._scheduled[0].when())
        super()._run_once()


def told(story):
    """What comes of a coroutine, at once, however long it sleeps."""
    with asyncio.Runner(loop_factory=Unhurried) as runner:
        return runner.run(story)


def scope(path="/", kind="http", *, host="localhost:8501", client=CLIENT, query="", **headers):
    """A scope like uvicorn's; `origin="..."` and so on are headers."""
    named = {"host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "type": kind,
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "client": client,
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }


def ask(app, asked, received=()):
    """Have the application answer; return all that it sends."""
    sent, waiting = [], deque(received)

    async def receive():
        return waiting.popleft() if waiting else {"type": "websocket.disconnect", "code": 1000}

    async def send(message):
        sent.append(message)

    told(app(asked, receive, send))
    return sent


async def welcome(asked, receive, send):
    """An application that lets everybody in."""
    if asked["type"] == "http":
        headers = [(b"server", b"software/1.2"), (b"x-powered-by", b"software")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"welcome"})
    else:
        await send({"type": "websocket.accept"})


def status(sent):
    """What was answered: a status, or 101 for a WebSocket that is accepted."""
    return 101 if sent[0]["type"] == "websocket.accept" else sent[0]["status"]


def headers(sent):
    return {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
