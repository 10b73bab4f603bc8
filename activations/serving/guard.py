"""What a browser may say: what the dashboard sends, no larger and no faster than it does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.state.common import GENERATED_ELEMENT_ID_PREFIX
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX

from activations.serving.answers import POLICY_VIOLATION, log_refusal
from activations.serving.bounds import Bounds

TOO_BIG: Final = 1009
"""The code of RFC 6455 with which the server itself closes on a frame that is too large."""

_VALUES: Final = {
    "trigger_value",
    "bool_value",
    "double_value",
    "int_value",
    "string_value",
    "double_array_value",
    "int_array_value",
    "string_array_value",
    "json_value",
    "json_trigger_value",
    "string_trigger_value",
    None,  # a widget that holds nothing
}
"""What the dashboard's controls hold; no files, tables, bytes or chats."""

_IDS: Final = (GENERATED_ELEMENT_ID_PREFIX, STREAMLIT_INTERNAL_KEY_PREFIX)
"""How all ids begin that Streamlit gives; it takes others for values of the script's own."""

_READ_AHEAD: Final = 4
"""Messages that may be read for one that passes: a key held down repeats some 30 times a second,
and a flood must wait in the client's own sockets."""

_TRIGGERS: Final = {"trigger_value", "json_trigger_value", "string_trigger_value"}
"""What is true of one message alone."""


def fault(message: Message, bounds: Bounds) -> str | None:
    """Say what is wrong with a message from a browser, None where nothing is.

    Nothing that it holds is said.
    """
    data = message.get("bytes")
    if data is None:
        return "text frame"
    if len(data) > bounds.frame_bytes:
        return "too large a frame"
    try:
        said = BackMsg.FromString(data)
    except DecodeError:
        return "malformed frame"
    kind = said.WhichOneof("type")
    if kind == "rerun_script":
        return _state_fault(said.rerun_script, bounds)
    if kind == "backend_operation_request":
        operation = said.backend_operation_request.WhichOneof("payload")
        return None if operation in ("deferred_file", "dataframe_chunk") else f"message {operation}"
    return None if kind == "stop_script" else f"message {kind}"


def overtakes(later: Message, earlier: Message, bounds: Bounds) -> bool:
    """Tell whether a message is in order and says again all that matters of an earlier one.

    Each run is asked for with the values of all widgets: the next asking for the same part of the
    page stands for the one before, unless that pressed a button.
    """
    if later["type"] != "websocket.receive" or fault(later, bounds):
        return False
    new, old = (BackMsg.FromString(each["bytes"]) for each in (later, earlier))
    if not new.HasField("rerun_script") or not old.HasField("rerun_script"):
        return False
    if any(
        each.WhichOneof("value") in _TRIGGERS for each in old.rerun_script.widget_states.widgets
    ):
        return False
    return _place(new.rerun_script) == _place(old.rerun_script)


def _place(state: ClientState) -> tuple[object, ...]:
    """Return what a run is asked for, whatever the widgets say."""
    return tuple(
        getattr(state, each.name)
        for each in state.DESCRIPTOR.fields
        if each.name != "widget_states"
    )


def _state_fault(state: ClientState, bounds: Bounds) -> str | None:
    widgets = state.widget_states.widgets
    if len(state.query_string) > bounds.link_characters:
        return "too long a link"
    if len(widgets) > bounds.widgets:
        return "too many values"
    if not all(each.id.startswith(_IDS) for each in widgets):
        return "value of no control"
    kinds = {each.WhichOneof("value") for each in widgets}
    if not kinds <= _VALUES:
        return f"value {min(map(str, kinds - _VALUES))}"
    return None


class Bucket:
    """A token bucket: a burst is free, then each token takes its time."""

    def __init__(
        self, burst: int, per_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin full."""
        self._burst, self._rate, self._clock = burst, per_second, clock
        self._tokens, self._seen = float(burst), clock()

    def take(self) -> float:
        """Take a token, and return for how many seconds to wait before it is used."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._seen) * self._rate) - 1
        self._seen = now
        return max(-self._tokens / self._rate, 0)


class _Ear:
    """Hears what a browser says at a bounded rate: what comes too fast waits, or is overtaken."""

    def __init__(self, receive: Receive, bounds: Bounds) -> None:
        self._receive, self._bounds = receive, bounds
        self._bucket = Bucket(bounds.burst, bounds.messages_per_second)
        self._pause = 1 / (_READ_AHEAD * bounds.messages_per_second)
        self._coming: asyncio.Future[Message] | None = None
        self._held: Message | None = None

    async def hear(self) -> Message:
        """Return the next message."""
        if not self._held:
            await self._comes()
            return self._take()
        message, self._held = self._held, None
        return message

    async def let_wait(self, message: Message) -> Message:
        """Wait until a message may pass; return it, or one that has overtaken it by then."""
        loop = asyncio.get_running_loop()
        due = loop.time() + self._bucket.take()
        while (left := due - loop.time()) > 0:
            if self._held:
                await asyncio.sleep(left)
            elif await self._comes(left):
                following = self._take()
                if overtakes(following, message, self._bounds):
                    message = following
                    await asyncio.sleep(self._pause)
                else:
                    self._held = following
        return message

    async def _comes(self, seconds: float | None = None) -> bool:
        """Wait so many seconds, or without end, for what comes next; tell whether it came."""
        if self._coming is None:
            self._coming = asyncio.ensure_future(self._receive())
        await asyncio.wait({self._coming}, timeout=seconds)
        return self._coming.done()

    def _take(self) -> Message:
        """Return what came."""
        came, self._coming = self._coming, None
        if came is None:
            raise RuntimeError("nothing came")
        return came.result()

    def close(self) -> None:
        """Listen no more."""
        if self._coming:
            self._coming.cancel()


class Guard:
    """Reads what a browser says at a bounded rate, and closes on what no dashboard says.

    What comes too fast is read late: nothing is cut off, and nothing lost but what is said again.
    """

    def __init__(self, app: ASGIApp, bounds: Bounds) -> None:
        """Guard the WebSockets of an app."""
        self._app, self._bounds = app, bounds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is in order."""
        if scope["type"] != "websocket":
            return await self._app(scope, receive, send)
        ear = _Ear(receive, self._bounds)
        closed = False

        async def close(event: str) -> Message:
            nonlocal closed
            closed = True
            log_refusal(event, scope)
            with suppress(OSError):  # who has gone by now need not be told
                await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": event})
            return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}

        async def guarded_receive() -> Message:
            nonlocal closed
            if closed:  # what was said before it went is of no use to anybody
                return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
            message = await ear.hear()
            if message["type"] == "websocket.disconnect":
                closed = True
                if message.get("code") == TOO_BIG:
                    log_refusal("too large a frame", scope)
            if message["type"] != "websocket.receive":
                return message
            found = fault(message, self._bounds)
            return await close(found) if found else await ear.let_wait(message)

        async def guarded_send(message: Message) -> None:
            nonlocal closed
            if closed:
                return
            try:
                await send(message)
            except Exception:
                closed = True
                raise

        try:
            return await self._app(scope, guarded_receive, guarded_send)
        finally:
            ear.close()
