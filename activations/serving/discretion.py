"""What a browser need not know of the server: where it keeps its files, on what it runs."""

from __future__ import annotations

from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


def discreet(data: bytes, script: bytes) -> bytes:
    """Return a message to a browser without what it says of the server.

    Such a message names the path of the script; no other is read. The version of Streamlit stays:
    its page compares it with its own, and has it in every file.
    """
    if script not in data:
        return data
    message = ForwardMsg.FromString(data)
    if message.WhichOneof("type") != "new_session":
        return data
    begun = message.new_session
    begun.main_script_path = ""
    begun.initialize.user_info.installation_id = ""
    begun.initialize.environment_info.python_version = ""
    begun.initialize.environment_info.server_os = ""
    return bytes(message.SerializeToString())


class Discretion:
    """Takes out of Streamlit's messages what they say of the server."""

    def __init__(self, app: ASGIApp, script: Path) -> None:
        """Serve this script."""
        self._app, self._script = app, str(script).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass all on."""

        async def sent(message: Message) -> None:
            if message["type"] == "websocket.send" and message.get("bytes"):
                message = {**message, "bytes": discreet(message["bytes"], self._script)}
            await send(message)

        await self._app(scope, receive, sent if scope["type"] == "websocket" else send)
