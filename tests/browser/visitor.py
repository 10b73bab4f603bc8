"""A visitor without a browser who comes back, at another replica, when the connection is lost."""

from __future__ import annotations

import json
import time
from contextlib import suppress

from streamlit.proto.Delta_pb2 import Delta
from websockets.exceptions import WebSocketException

from tests.browser.driver import PATIENCE
from tests.load.visitor import Visitor


class Returning(Visitor):
    """A visit of the first page; `said` is the query that the page last gave its address."""

    def __init__(self, address: str, query: str = "", replica: str = "") -> None:
        """Connect, by the cookie of a replica."""
        self.said = ""
        self._arguments = (address, query, replica)
        super().__init__(
            address, query=query, headers={"Cookie": f"replica={replica}"} if replica else {}
        )

    def again(self) -> Returning:
        """Wait until the connection is lost; draw the page on the next one that there is."""
        with suppress(WebSocketException):
            while True:
                self.receive()
        self.close()
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return Returning(*self._arguments).open()
            except (OSError, WebSocketException):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def _draw(self, delta: Delta) -> None:
        super()._draw(delta)
        component = delta.new_element.bidi_component
        if component.component_name.endswith("address"):
            self.said = str(json.loads(component.json)["query"])
