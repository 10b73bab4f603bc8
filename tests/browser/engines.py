"""Firefox and WebKit, the engine of Safari, driven by the protocols that they speak themselves.

Playwright drives its own builds of them alone. Debian's Firefox speaks WebDriver BiDi with nothing
beside it, and WebKit the older WebDriver, by the program that comes with it. Both know the same
actions of keys and pointers.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.browser.driver import PATIENCE, free_port, running, wait_for_answer

WIDTH, HEIGHT = 1440, 900
KEYS = {"ArrowLeft": "\ue012", "ArrowRight": "\ue014"}
LISTEN = """() => {
  if (window.complaints || location.protocol === 'about:') return false;
  window.complaints = [];
  const note = (...words) => complaints.push(words.join(' '));
  addEventListener('error', ({ message }) => note(message));
  addEventListener('unhandledrejection', ({ reason }) => note(reason));
  const { error } = console;
  console.error = (...words) => { note(...words); error(...words); };
  return true;
}"""


class Engine(ABC):
    """A browser with one page, which reads as Playwright's page does and saves into `downloads`."""

    def __init__(self, downloads: Path) -> None:
        self.downloads = downloads

    @abstractmethod
    def goto(self, url: str) -> None:
        """Open an address."""

    @abstractmethod
    def evaluate(self, function: str, arg: object = None) -> Any:
        """Call a JavaScript function, and wait for its promise if it gives one."""

    @abstractmethod
    def act(self, kind: str, *actions: Mapping[str, object], **parameters: object) -> None:
        """Perform the W3C's actions of one "key" or "pointer" device."""

    @abstractmethod
    def complaints(self) -> list[str]:
        """Take what the console's errors said since the last call."""

    def wait_for_function(self, function: str, arg: object = None, **_: object) -> Any:
        """Wait until a JavaScript function gives something true, and return it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(LookupError):  # a page that is being left gives no answer
                if found := self.evaluate(function, arg):
                    return found
            time.sleep(0.05)
        raise TimeoutError(f"not true within {PATIENCE} s: {function}, {arg}")

    def press(self, key: str) -> None:
        """Press a key and let it go."""
        self.act("key", *({"type": kind, "value": KEYS[key]} for kind in ("keyDown", "keyUp")))

    def drag(self, *path: tuple[float, float]) -> None:
        """Press the mouse at the first point, and let it go at the last."""
        moves = [
            {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 50} for x, y in path
        ]
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        self.act("pointer", moves[0], down, *moves[1:], up, parameters={"pointerType": "mouse"})


class Firefox(Engine):
    """A Firefox behind a socket of WebDriver BiDi."""

    def __init__(self, downloads: Path, channel: ClientConnection) -> None:
        super().__init__(downloads)
        self._channel = channel
        self._numbers = itertools.count()
        self._complaints: list[str] = []
        self._ask("session.new", capabilities={})
        self._ask("session.subscribe", events=["log.entryAdded"])
        self._page = self._ask("browsingContext.getTree")["contexts"][0]["context"]
        viewport = {"width": WIDTH, "height": HEIGHT}
        self._ask("browsingContext.setViewport", context=self._page, viewport=viewport)
        allowed = {"type": "allowed", "destinationFolder": str(downloads)}
        self._ask("browser.setDownloadBehavior", downloadBehavior=allowed)

    def _ask(self, method: str, **parameters: object) -> Any:
        number = next(self._numbers)
        self._channel.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._channel.recv(timeout=PATIENCE))
            if message.get("method") == "log.entryAdded" and message["params"]["level"] == "error":
                self._complaints.append(message["params"]["text"])
            if message.get("id") == number:
                if message["type"] == "error":
                    raise RuntimeError(f"{method}: {message['message']}")
                return message["result"]

    def goto(self, url: str) -> None:
        self._ask("browsingContext.navigate", context=self._page, url=url, wait="interactive")

    def evaluate(self, function: str, arg: object = None) -> Any:
        # As JSON, since BiDi's own words for values would have to be read.
        call = f"Promise.resolve(({function})({json.dumps(arg)})).then(JSON.stringify)"
        target = {"context": self._page}
        answer = self._ask("script.evaluate", expression=call, target=target, awaitPromise=True)
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"].get("value", "null"))

    def act(self, kind: str, *actions: Mapping[str, object], **parameters: object) -> None:
        source = {"type": kind, "id": kind, "actions": actions} | parameters
        self._ask("input.performActions", context=self._page, actions=[source])

    def complaints(self) -> list[str]:
        self.evaluate("() => 1")  # an answer comes after all that was logged before it
        taken, self._complaints = self._complaints, []
        return taken


class WebKit(Engine):
    """A WebKit behind a session of WebDriver."""

    def __init__(self, downloads: Path, driver: str) -> None:
        super().__init__(downloads)
        # Not waiting for a page to load lets us listen to its console before its scripts run.
        capabilities = {"alwaysMatch": {"pageLoadStrategy": "none"}}
        self._session = driver
        session = self._ask("POST", "/session", capabilities=capabilities)
        self._session = f"{driver}/session/{session['sessionId']}"
        self._ask("POST", "/timeouts", script=1000 * PATIENCE)
        self._ask("POST", "/window/rect", x=0, y=0, width=WIDTH, height=HEIGHT)

    def _ask(self, method: str, path: str, **parameters: object) -> Any:
        content = json.dumps(parameters).encode() if method == "POST" else None
        request = urllib.request.Request(self._session + path, content, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            problem = json.load(error)["value"]
            kind = LookupError if problem["error"] == "no such frame" else RuntimeError
            raise kind(f"{path}: {problem['message']}") from error

    def goto(self, url: str) -> None:
        self._ask("POST", "/url", url=url)
        self.wait_for_function(LISTEN)

    def evaluate(self, function: str, arg: object = None) -> Any:
        script = f"return ({function})(...arguments)"
        return self._ask("POST", "/execute/sync", script=script, args=[arg])

    def act(self, kind: str, *actions: Mapping[str, object], **parameters: object) -> None:
        source = {"type": kind, "id": kind, "actions": actions} | parameters
        self._ask("POST", "/actions", actions=[source])

    def complaints(self) -> list[str]:
        return self.evaluate("() => (window.complaints ?? []).splice(0)")

    def close(self) -> None:
        """End the session, and the browser with it."""
        self._ask("DELETE", "")


@contextmanager
def firefox(folder: Path) -> Iterator[Engine]:
    """Run a Firefox whose profile and downloads lie in that folder."""
    port = free_port()
    program = shutil.which("firefox-esr") or "firefox"
    command = [program, "--headless", "--no-remote", "--remote-debugging-port", str(port)]
    with running([*command, "--profile", folder], stderr=subprocess.DEVNULL) as process:
        wait_for_answer(lambda: socket.create_connection(("127.0.0.1", port)).close(), process)
        with connect(f"ws://127.0.0.1:{port}/session", max_size=None) as channel:
            yield Firefox(folder / "downloads", channel)


@contextmanager
def webkit(folder: Path) -> Iterator[Engine]:
    """Run a WebKit on a screen of its own, whose settings and downloads lie in that folder."""
    port = free_port()
    (folder / "user-dirs.dirs").write_text(f'XDG_DOWNLOAD_DIR="{folder / "downloads"}"\n')
    screen = ["Xvfb", "-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]
    with running(screen, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as display:
        number = display.stdout.readline().decode().strip()
        homes = {"DISPLAY": f":{number}", "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        command = ["WebKitWebDriver", f"--port={port}"]
        with running(command, env=os.environ | homes, stderr=subprocess.DEVNULL) as process:
            address = f"http://127.0.0.1:{port}"
            wait_for_answer(lambda: urllib.request.urlopen(f"{address}/status").close(), process)
            engine = WebKit(folder / "downloads", address)
            yield engine
            engine.close()


@dataclass(frozen=True, slots=True)
class Installation:
    """What an engine needs: Debian's packages, programs of which each set is enough, its start."""

    packages: tuple[str, ...]
    programs: tuple[tuple[str, ...], ...]
    run: Callable[[Path], AbstractContextManager[Engine]]

    def exists(self) -> bool:
        """Whether the system has all that the engine needs."""
        return any(all(map(shutil.which, programs)) for programs in self.programs)


ENGINES: Mapping[str, Installation] = {
    "Firefox": Installation(("firefox-esr",), (("firefox-esr",), ("firefox",)), firefox),
    "WebKit": Installation(("webkit2gtk-driver", "xvfb"), (("WebKitWebDriver", "Xvfb"),), webkit),
}


def missing_engines() -> dict[str, Installation]:
    """Those of the engines that the system has not, by name."""
    return {name: each for name, each in ENGINES.items() if not each.exists()}
