"""What a browser may say: what the dashboard sends, no larger and no faster than it does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState

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


def _state_fault(state: ClientState, bounds: Bounds) -> str | None:
    widgets = state.widget_states.widgets
    if len(state.query_string) > bounds.link_characters:
        return "too long a link"
    if len(widgets) > bounds.widgets:
        return "too many values"
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


class Guard:
    """Reads what a browser says at a bounded rate, and closes on what no dashboard says.

    What comes too fast is read late, and so sent late: nothing is lost or cut off.
    """

    def __init__(self, app: ASGIApp, bounds: Bounds) -> None:
        """Guard the WebSockets of an app."""
        self._app, self._bounds = app, bounds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is in order."""
        if scope["type"] != "websocket":
            return await self._app(scope, receive, send)
        bucket = Bucket(self._bounds.burst, self._bounds.messages_per_second)
        closed = False

        async def close(event: str) -> Message:
            nonlocal closed
            closed = True
            log_refusal(event, scope)
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": event})
            return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}

        async def guarded_receive() -> Message:
            nonlocal closed
            if closed:  # what was said before it went is of no use to anybody
                return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
            message = await receive()
            if message["type"] == "websocket.disconnect":
                closed = True
                if message.get("code") == TOO_BIG:
                    log_refusal("too large a frame", scope)
            if message["type"] != "websocket.receive":
                return message
            found = fault(message, self._bounds)
            if found:
                return await close(found)
            await asyncio.sleep(bucket.take())
            return message

        async def guarded_send(message: Message) -> None:
            nonlocal closed
            if closed:
                return
            try:
                await send(message)
            except Exception:
                closed = True
                raise

        return await self._app(scope, guarded_receive, guarded_send)
