"""What a browser may say: what the dashboard sends, no larger and no faster than it does."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.state.common import GENERATED_ELEMENT_ID_PREFIX
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX

from activations.serving.answers import POLICY_VIOLATION, log_refusal
from activations.serving.bounds import Bounds
from activations.serving.caller import household
from activations.serving.rate import Bucket, Buckets

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

_ID: Final = re.compile(r"[\w-]{0,64}", re.ASCII)
"""What Streamlit gives to a session, a run's part, a file, and its page to what it asks: some of
these it logs as they come."""

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
        return _operation_fault(said.backend_operation_request)
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


def _operation_fault(request: BackendOperationRequest) -> str | None:
    operation = request.WhichOneof("payload")
    if operation not in ("deferred_file", "dataframe_chunk"):
        return f"message {operation}"
    of = request.deferred_file.file_id or request.dataframe_chunk.source_id
    return _no_id(request.request_id, request.session_id, of)


def _no_id(*words: str) -> str | None:
    return None if all(map(_ID.fullmatch, words)) else "malformed id"


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
    return _no_id(state.fragment_id, state.page_script_hash)


class _Ear:
    """Hears what a browser says at a bounded rate: what comes too fast waits, or is overtaken.

    `delay` tells, by the loop's time, for how long the next message must wait. While `unread` what
    the browser was sent waits for it to read on, nothing passes, so that no answers pile up.
    """

    def __init__(self, receive: Receive, bounds: Bounds, delay: Callable[[float], float]) -> None:
        self._receive, self._bounds, self._delay = receive, bounds, delay
        self._pause = 1 / (_READ_AHEAD * bounds.messages_per_second)
        self._coming: asyncio.Future[Message] | None = None
        self._held: Message | None = None
        self._read = asyncio.Event()
        self._read.set()

    @contextmanager
    def unread(self) -> Iterator[None]:
        """Let nothing pass while something is sent."""
        self._read.clear()
        try:
            yield
        finally:
            self._read.set()

    async def hear(self) -> Message:
        """Return the next message."""
        if not self._held:
            await self._comes()
            return self._take()
        message, self._held = self._held, None
        return message

    async def let_wait(self, message: Message) -> Message:
        """Wait until a message may pass; return it, or one that has overtaken it by then."""
        seconds = self._delay(asyncio.get_running_loop().time())
        if not seconds and self._read.is_set():
            return message
        passes = asyncio.ensure_future(self._passes(seconds))
        try:
            while not passes.done():
                if self._held:
                    await passes
                elif await self._comes(passes):
                    following = self._take()
                    if overtakes(following, message, self._bounds):
                        message = following
                        await asyncio.sleep(self._pause)
                    else:
                        self._held = following
        finally:
            passes.cancel()
        return message

    async def _passes(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        while not self._read.is_set():  # again, where more is sent by now
            await self._read.wait()

    async def _comes(self, *until: asyncio.Future[None]) -> bool:
        """Wait for what comes next, or for something else; tell whether it came."""
        if self._coming is None:
            self._coming = asyncio.ensure_future(self._receive())
        either: tuple[asyncio.Future[Any], ...] = (self._coming, *until)
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
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
        self._together = Buckets(bounds.burst_per_address, bounds.messages_per_second_per_address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is in order."""
        if scope["type"] != "websocket":
            return await self._app(scope, receive, send)
        ear = _Ear(receive, self._bounds, self._delay(household(scope)))
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
                with ear.unread():
                    await send(message)
            except Exception:
                closed = True
                raise

        try:
            return await self._app(scope, guarded_receive, guarded_send)
        finally:
            ear.close()

    def _delay(self, caller: str) -> Callable[[float], float]:
        """Return what tells how long a message must wait: for its connection, and its address."""
        own = Bucket(self._bounds.burst, self._bounds.messages_per_second)
        return lambda now: max(own.take(now), self._together.of(caller, now).take(now))
