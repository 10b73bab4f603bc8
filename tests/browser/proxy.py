"""Replicas of the dashboard behind a real nginx, with the configuration of `deploy/`."""

from __future__ import annotations

import http.client
import itertools
import os
import re
import shutil
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.driver import PATIENCE, ROOT, free_port, running, wait_for_answer, wait_until

DEPLOY = ROOT / "deploy"
UNPACKED = Path(sys.prefix) / "nginx"
"""Where `tests.browser.install` puts an nginx that is nobody's server."""

LINE = re.compile(
    r"(?P<method>\S*) (?P<path>\S*) (?P<status>\d+) (?P<replicas>\S+(?:(?:,| :) \S+)*) \S+$"
)


def installed_nginx() -> str | None:
    """Return the path of an nginx that the system has, or that was unpacked for us, if any."""
    folders = (os.environ.get("PATH", ""), "/usr/sbin", str(UNPACKED / "usr/sbin"))
    return shutil.which("nginx", path=os.pathsep.join(folders))


with_nginx = pytest.mark.skipif(
    installed_nginx() is None, reason="not tried behind a proxy: install nginx"
)
"""The mark of tests that are left out where there is none."""


def proposed(title: str) -> str:
    """Return what site.conf proposes under a title, as if it were not commented out."""
    text = (DEPLOY / "site.conf").read_text(encoding="utf-8").partition(f"# {title}")[2]
    block = text.partition("\n\n")[0].partition("\n# With replicas")[0]
    return "\n".join(re.findall(r"^#     (.*)$", block, re.MULTILINE))


class Replica:
    """A server of the dashboard with a port of its own, which can be killed and started again."""

    def __init__(self, base: str = "", **bounds: int) -> None:
        self.name = f"127.0.0.1:{free_port()}"
        self._base = base
        # All visitors of a test come from one address.
        self._bounds = {"connections_per_minute": 100_000} | bounds
        self._life = ExitStack()
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers, which it does once it has drawn a page."""
        address, _, port = self.name.partition(":")
        command = [
            *(sys.executable, "-m", "activations", "--public"),
            *("--host", address, "--port", port, "--base-path", self._base.strip("/")),
            *("--trusted-header", "X-Forwarded-For"),
        ]
        bounds = {f"ACTIVATIONS_{name.upper()}": str(each) for name, each in self._bounds.items()}
        environment = os.environ | {"PYTHONPATH": str(ROOT)} | bounds
        self._process = self._life.enter_context(running(command, cwd=ROOT, env=environment))
        health = f"http://{self.name}{self._base}/_stcore/health"
        wait_for_answer(lambda: urllib.request.urlopen(health, timeout=5).close(), self._process)

    def kill(self) -> None:
        """End it as a machine ends that loses its power: nobody is told."""
        self._process.kill()
        self.end()

    def end(self) -> None:
        """End it in good order."""
        self._life.close()


@contextmanager
def replicated(count: int, base: str = "", **bounds: int) -> Iterator[list[Replica]]:
    """Run so many replicas, which serve their pages below `base` within these bounds."""
    with ExitStack() as stack:
        replicas = []
        for _ in range(count):
            replicas.append(Replica(base, **bounds))
            stack.callback(replicas[-1].end)
        yield replicas


@dataclass(frozen=True, slots=True)
class Asked:
    """What nginx noted of a request; `replica` is the one that answered, "-" if none was asked."""

    method: str
    path: str
    status: int
    replica: str

    @classmethod
    def noted(cls, line: re.Match[str]) -> Asked:
        """Read a line of the log."""
        replicas = re.split(",? (?:: )?", line["replicas"])
        return cls(line["method"], line["path"], int(line["status"]), replicas[-1])


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the body as it was sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Proxy:
    """An nginx: its address, what it answers, and what it notes."""

    def __init__(self, port: int, log: Path) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._port = port
        self._log = log
        self._numbers = itertools.count()

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> Answer:
        """Ask for a path, on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, names)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()

    def asked(self, ending: str = "") -> list[Asked]:
        """Return what was noted of requests whose paths end so."""
        found = map(LINE.search, self._log.read_text(encoding="utf-8").splitlines())
        return [Asked.noted(each) for each in found if each and each["path"].endswith(ending)]

    def leads_to(self, cookie: str = "") -> str:
        """Return the name of the replica to which a visit with this cookie comes at present."""
        probe = f"/probe-{next(self._numbers)}"
        self.ask(probe, **({"Cookie": f"replica={cookie}"} if cookie else {}))
        wait_until(lambda: self.asked(probe))  # noted after it was answered
        (noted,) = self.asked(probe)
        return noted.replica

    def cookies_to(self, replica: Replica) -> Iterator[str]:
        """Yield cookies that lead to this replica at present."""
        visits = (f"visit-{number}" for number in itertools.count())
        return (visit for visit in visits if self.leads_to(visit) == replica.name)


@contextmanager
def proxied(folder: Path, replicas: Sequence[Replica], site: str = "") -> Iterator[Proxy]:
    """Run an nginx in an empty folder; `site` is what its server is told beside its port."""
    port = free_port()
    shutil.copy(DEPLOY / "nginx.conf", folder)
    (folder / "site.conf").write_text(f"listen 127.0.0.1:{port};\n{site}")
    lines = (f"server {each.name} max_fails=1 fail_timeout=5s;\n" for each in replicas)
    (folder / "replicas.conf").write_text("".join(lines))
    log = folder / "requests"
    # Root's workers would else be those of a user who may not enter the folder.
    user = "" if os.geteuid() else " user root;"
    command = [
        installed_nginx(),
        "-p",
        folder,
        "-c",
        folder / "nginx.conf",
        "-g",
        f"daemon off;{user}",
    ]
    with log.open("ab") as noted, running(command, stdout=noted, stderr=noted) as process:
        proxy = Proxy(port, log)
        wait_for_answer(lambda: proxy.ask("/") and None, process)
        yield proxy
