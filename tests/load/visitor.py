"""A visitor without a browser: connects, reads what the server draws, moves sliders, and waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from socket import SHUT_RDWR
from typing import Any, Self
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

from tests.browser.driver import PATIENCE

_NO_TOKEN = "no-token"  # noqa: S105 what stands before the session in the list of protocols


def stream(address: str) -> str:
    """Return where the WebSocket of a page at 127.0.0.1 is, by the page's address."""
    parts = urlsplit(address)
    if parts.scheme != "http" or parts.hostname != "127.0.0.1":
        raise ValueError(f"{address} is not on 127.0.0.1, and load stays on this machine")
    return f"ws://{parts.netloc}{parts.path.rstrip('/')}/_stcore/stream"


def socket(
    address: str, headers: Mapping[str, str] | None = None, session: str = ""
) -> ClientConnection:
    """Open a WebSocket as the page does, with these headers besides; `session` is one to resume."""
    words = ["streamlit", _NO_TOKEN, session] if session else ["streamlit"]
    parts = urlsplit(address)
    origin = {"Origin": f"{parts.scheme}://{parts.netloc}"}
    return connect(
        stream(address),
        additional_headers=origin | dict(headers or {}),
        subprotocols=words,  # type: ignore[arg-type]
        compression=None,
        proxy=None,
        max_size=None,
        open_timeout=PATIENCE,
        close_timeout=5,  # whoever leaves with much unread is not waited for
        ping_interval=None,
        legacy=True,
    )


def cut(connection: ClientConnection) -> None:
    """Leave without a word, as when a cable is pulled."""
    with suppress(OSError):
        connection.socket.shutdown(SHUT_RDWR)


class Visitor:
    """Somebody who looks at one page of the dashboard.

    `widgets` are the elements that hold a value, by their keys; `drawn` counts the messages by
    which charts were drawn, `received` all bytes. With a `session` that was lost it is resumed. A
    message is never said to be known already, so that none comes as a mere reference to an earlier
    one.
    """

    def __init__(
        self,
        address: str,
        page: str = "",
        query: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        session: str = "",
    ) -> None:
        """Connect; nothing is drawn before the first `open`."""
        self.page, self.query = page, query
        self.session = session
        self.widgets: dict[str, Element] = {}
        self.texts: list[str] = []
        self.drawn = self.received = 0
        self._fragments: dict[str, str] = {}
        self._states: dict[str, WidgetState] = {}
        self._page_hash = ""
        self._socket = socket(address, headers, session)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave."""
        self._socket.close()

    def abandon(self) -> None:
        """Leave without a word, as when a cable is pulled."""
        cut(self._socket)

    def open(self) -> Self:
        """Ask for the whole page, and wait until it is drawn."""
        self.ask()
        self.wait()
        return self

    def tick(self, key: str, *values: float) -> None:
        """Move a slider, by its key, and wait until what follows it is drawn."""
        self.move(key, *values)
        self.wait()

    def move(self, key: str, *values: float) -> None:
        """Move a slider, and wait for nothing."""
        state = WidgetState(id=self._widget(key).id)
        state.double_array_value.data.extend(values)
        self._change(key, state)

    def press(self, key: str) -> None:
        """Press a button, and wait for nothing."""
        self._change(key, WidgetState(id=self._widget(key).id, trigger_value=True), keep=False)

    def choose(self, key: str, options: Sequence[str]) -> None:
        """Choose options of a multiselect, and wait for nothing."""
        state = WidgetState(id=self._widget(key).id)
        state.string_array_value.data.extend(options)
        self._change(key, state)

    def ask(self, fragment: str = "", *further: WidgetState) -> None:
        """Ask for a run, of the whole page or of a fragment, and wait for nothing."""
        state = ClientState(
            query_string=self.query,
            page_name=self.page,
            page_script_hash=self._page_hash,
            fragment_id=fragment,
        )
        state.widget_states.widgets.extend([*self._states.values(), *further])
        self.send(BackMsg(rerun_script=state))

    def send(self, message: BackMsg | bytes) -> None:
        """Send a message, or whatever bytes."""
        self._socket.send(message if isinstance(message, bytes) else message.SerializeToString())

    def wait(self) -> None:
        """Read until a run has ended that was not broken off for another one."""
        while not self._ends(self.receive()):
            pass

    def receive(self) -> ForwardMsg:
        """Read one message; a TimeoutError where none comes for long."""
        frame = self._socket.recv(timeout=PATIENCE)
        if isinstance(frame, str):
            raise TypeError("the server sent a text frame")
        self.received += len(frame)
        message = ForwardMsg.FromString(frame)
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            raise ValueError("the server refers to a message that nobody said was known")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id or self.session
            self._page_hash = message.new_session.page_script_hash
        elif kind == "delta":
            self._draw(message.delta)
        return message

    def _draw(self, delta: Delta) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        kind = element.WhichOneof("type") or ""
        found: Any = getattr(element, kind, None)
        if kind == "exception":
            raise RuntimeError(f"the page fails: {found.message}")
        if kind in ("alert", "markdown"):
            self.texts.append(found.body)
        if kind == "bidi_component":
            self.drawn += "chart_draw" in found.component_name
        key = _key(getattr(found, "id", ""))
        if key:
            self.widgets[key] = element
            self._fragments[key] = delta.fragment_id

    def _widget(self, key: str) -> Any:
        if key not in self.widgets:
            raise KeyError(f"{key!r} is none of {sorted(self.widgets)}")
        element = self.widgets[key]
        return getattr(element, element.WhichOneof("type") or "")

    def _change(self, key: str, state: WidgetState, *, keep: bool = True) -> None:
        if keep:
            self._states[state.id] = state
        self.ask(self._fragments[key], *([] if keep else [state]))

    @staticmethod
    def _ends(message: ForwardMsg) -> bool:
        early = ForwardMsg.FINISHED_EARLY_FOR_RERUN
        ends = message.WhichOneof("type") == "script_finished"
        return ends and message.script_finished != early


def _key(widget: str) -> str:
    """Return the key in a widget's id, which is `$$ID-<hash>-<key>`, "" where it has none."""
    *start, key = widget.split("-", 2)
    return key if start and start[0] == "$$ID" and key != "None" else ""
