"""A visit without a browser: it speaks to the server as Streamlit's page does, and hears it."""

from __future__ import annotations

import re
import time
from contextlib import ExitStack
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests.browser.driver import PATIENCE

ADDRESS = re.compile(rb'"query": ?"([^"]*)"')
"""What the page's address is to say, in the message of the component that writes it."""


class Visitor:
    """A visit of the first page, with the query of its address and the cookie of its replica."""

    def __init__(self, address: str, query: str = "", replica: str = "") -> None:
        self.query = query
        self._address = address
        self._headers = {"Cookie": f"replica={replica}"} if replica else {}
        self._life = ExitStack()
        self._connect()

    def _connect(self) -> None:
        self._life.close()
        connection = connect(
            f"{self._address.replace('http', 'ws', 1)}/_stcore/stream",
            origin=Origin("/".join(self._address.split("/")[:3])),
            subprotocols=[Subprotocol("streamlit")],
            additional_headers=self._headers,
            max_size=None,
        )
        self._socket = self._life.enter_context(connection)

    def draw(self) -> str:
        """Ask for the page, and wait until it is whole; return what its address is to say."""
        state = ClientState(query_string=self.query)
        self._socket.send(BackMsg(rerun_script=state).SerializeToString())
        said = ""
        while True:
            message = bytes(self._socket.recv(timeout=PATIENCE))
            if found := ADDRESS.search(message):
                said = found[1].decode()
            if ForwardMsg.FromString(message).WhichOneof("type") == "script_finished":
                return said

    def draw_again(self) -> str:
        """Wait until the connection is lost, and draw the page on the next one that there is."""
        try:
            while True:
                self._socket.recv(timeout=PATIENCE)
        except WebSocketException:
            pass
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self._connect()
                return self.draw()
            except (OSError, WebSocketException):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._life.close()
