"""A real public server: what it refuses, what it survives, and a visitor who stays through it."""

import os
import random
import socket as sockets
import struct
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import streamlit
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed, InvalidStatus

from activations.dashboard import jobs, own
from activations.dashboard.training import pool
from activations.functions.formula import grammar
from activations.serving.bounds import Bounds
from activations.serving.server import _limit_work
from tests.browser.driver import PATIENCE, ROOT, free_port, wait_until
from tests.load.hosting import public
from tests.load.visitor import Visitor, socket
from tests.serving.test_headers import EXPECTED

PAGES = ("", "gates", "depth", "precision", "training")
PARTS = (
    "_stcore/health",
    "_stcore/host-config",
    "_stcore/upload_file/a/b",
    "favicon.png",
    "nothing/here",
    "static/none.js",
    "component/activations.dashboard.component.static/chart.js",
    "media/none.png",
)


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("public") / "log"


@pytest.fixture(scope="module")
def server(log):
    with public(log=log) as address:
        yield address


@pytest.fixture
def staying(server):
    """A visitor who has the page open, whatever comes, and moves a slider afterwards."""
    with Visitor(server, query="functions=relu").open() as visitor:
        yield visitor
        visitor.tick("explore-range", -2, 3)
        assert visitor.drawn == 2


def fetched(address, **headers):
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read()


@pytest.mark.parametrize("path", PAGES + PARTS)
def test_every_answer_has_the_headers(server, path):
    _, headers, body = fetched(f"{server}/{path}")
    assert {name.lower() for name in headers} >= EXPECTED
    assert "Server" not in headers
    assert str(ROOT).encode() not in body


def test_a_websocket_has_the_headers(server):
    with socket(server) as open_socket:
        assert {name.lower() for name in open_socket.response.headers} >= EXPECTED


def sessions(server):
    """How many sessions the server has begun, by its own count."""
    _, _, body = fetched(f"{server}/_stcore/metrics", Accept="text/plain")
    (line,) = [
        line
        for line in body.decode().splitlines()
        if line.startswith("session_events_total{") and 'type="connect"' in line
    ]
    return float(line.split()[1])


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Origin": "http://evil.example"}, 403), ({"Origin": "null"}, 403)],
)
def test_a_foreign_origin_is_refused_before_there_is_a_session(server, headers, status):
    before = sessions(server)
    with pytest.raises(InvalidStatus) as refused:
        socket(server, headers)
    assert refused.value.response.status_code == status
    assert fetched(server, **headers)[0] == status
    assert sessions(server) == before


def test_a_foreign_host_is_refused_before_there_is_a_session(server):
    before = sessions(server)
    assert fetched(server, Host="evil.example")[0] == 400
    port = urlsplit(server).port
    handshake = (
        "GET /_stcore/stream HTTP/1.1\r\nHost: evil.example\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with sockets.create_connection(("127.0.0.1", port), timeout=PATIENCE) as raw:
        raw.sendall(handshake.encode())
        assert raw.recv(100).startswith(b"HTTP/1.1 400")
    assert sessions(server) == before


def asks_for(file, session=""):
    """A message that asks for a file to download."""
    request = BackendOperationRequest(
        request_id="wish", session_id=session, deferred_file={"file_id": file}
    )
    return BackMsg(backend_operation_request=request)


def closes(server, data):
    """Say something, and return the code with which the server closes."""
    with socket(server) as open_socket:
        with suppress(ConnectionClosed):
            open_socket.send(data.SerializeToString() if isinstance(data, BackMsg) else data)
        try:
            while True:
                open_socket.recv(timeout=PATIENCE)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (BackMsg(clear_cache=True).SerializeToString(), 1008, "message clear_cache"),
        (BackMsg(load_git_info=True).SerializeToString(), 1008, "message load_git_info"),
        (BackMsg(debug_shutdown_runtime=True).SerializeToString(), 1008, "message debug_shutdown"),
        (b"\xff" * 10, 1008, "malformed frame"),
        ("words", 1008, "text frame"),
        (b"x" * (64 * 1024 + 1), 1009, "too large a frame"),
        (asks_for("a\n2026 b"), 1008, "malformed id"),
        (BackMsg(rerun_script=ClientState(fragment_id="a\nb")), 1008, "malformed id"),
    ],
)
@pytest.mark.usefixtures("staying")
def test_what_the_page_never_says_ends_its_connection_with_one_line(server, log, data, code, words):
    before = log.read_text()
    assert closes(server, data) == code
    wait_until(lambda: log.read_text() != before)
    said = log.read_text().removeprefix(before)
    assert len(said.splitlines()) == 1
    assert words in said


def says(log, before):
    """What the log says since then, once it says anything."""
    wait_until(lambda: log.read_text() != before)
    return log.read_text().removeprefix(before)


@pytest.mark.usefixtures("staying")
def test_what_no_page_would_say_in_a_message_of_its_own_is_one_line(server, log):
    with Visitor(server, query="functions=relu").open() as visitor:
        before = log.read_text()
        visitor.ask("0123456789abcdef")
        visitor.send(asks_for("0123456789abcdef", visitor.session))
        visitor.send(asks_for("0123456789abcdef", "another"))
        slider = visitor.widgets["explore-range"].slider.id
        visitor.ask("", WidgetState(id=slider, bool_value=True))
        with pytest.raises(RuntimeError, match="the page fails"):
            visitor.wait()
        wait_until(lambda: len(log.read_text().removeprefix(before).splitlines()) >= 4)
    said = log.read_text().removeprefix(before)
    lines = sorted(line.split(" ", 2)[2] for line in said.splitlines())
    for line, beginning in zip(lines, WORDS, strict=True):
        assert line.startswith(beginning)


WORDS = (
    "Error executing deferred callable for file_id 0123456789abcdef: MediaFileStorageError < ",
    "Rejecting backend operation request wish: session ID mismatch",
    "The fragment with id 0123456789abcdef does not exist anymore",
    "Uncaught app execution: TypeError < slider.py:",
)


@pytest.mark.usefixtures("staying")
def test_text_that_is_none_is_one_line(server, log):
    before = log.read_text()
    with socket(server) as open_socket, suppress(ConnectionClosed):
        open_socket.send(b"\xff\xfe", text=True)
        while True:
            open_socket.recv(timeout=PATIENCE)
    said = says(log, before)
    assert len(said.splitlines()) == 1
    assert "Invalid UTF-8" in said


def mangled(number):
    """A frame that is cut off, of flipped bits, too large, or noise."""
    chance = random.Random(number)  # noqa: S311
    state = ClientState(query_string="functions=relu&range=-5&range=5")
    state.widget_states.widgets.append(WidgetState(id="$$ID-0-explore-range", string_value="x"))
    data = bytearray(BackMsg(rerun_script=state).SerializeToString())
    kind = number % 4
    if kind == 0:
        return bytes(data[: chance.randrange(1, len(data))])
    if kind == 1:
        for _ in range(8):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        return bytes(data)
    if kind == 2:
        return chance.randbytes(64 * 1024 + chance.randrange(1, 100_000))
    return chance.randbytes(chance.randrange(1, 500))


@pytest.mark.usefixtures("staying")
def test_two_hundred_mangled_frames_harm_nobody_else(server, log):
    before = log.read_text()
    for number in range(200):
        with socket(server) as open_socket, suppress(ConnectionClosed):
            open_socket.send(mangled(number))
    said = log.read_text().removeprefix(before)
    assert "Traceback" not in said
    assert len(said.splitlines()) <= 200


@pytest.mark.usefixtures("staying")
def test_garbage_half_requests_and_resets_harm_nobody_else(server):
    there = ("127.0.0.1", urlsplit(server).port)
    chance = random.Random(0)  # noqa: S311
    half_open = []
    for number in range(200):
        raw = sockets.create_connection(there, timeout=PATIENCE)
        raw.sendall(b"GET /_stcore/stream HTTP/1.1\r\nHost: localhost\r\nUpgr"[: 5 + number % 45])
        half_open.append(raw)
    for number in range(100):
        with sockets.create_connection(there, timeout=PATIENCE) as raw:
            raw.sendall(chance.randbytes(200) if number % 2 else b"GET / HTTP/1.1\r\n\r\n")
            linger = struct.pack("ii", 1, 0)  # leaves with a reset
            raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, linger)
    assert fetched(f"{server}/_stcore/health")[0] == 200
    for raw in half_open:
        raw.close()


@pytest.mark.usefixtures("staying")
def test_visitors_who_are_cut_off_harm_nobody_else(server):
    for _ in range(20):
        visitor = Visitor(server, query="functions=relu")
        visitor.ask()
        visitor.abandon()


def test_the_first_message_says_nothing_of_the_server_but_streamlits_version(server):
    with Visitor(server, query="functions=relu") as visitor:
        visitor.ask()
        messages = [visitor.receive()]
        while messages[-1].WhichOneof("type") != "script_finished":
            messages.append(visitor.receive())
    (begun,) = [each.new_session for each in messages if each.HasField("new_session")]
    assert begun.initialize.session_id
    about = begun.initialize.environment_info
    assert about.streamlit_version == streamlit.__version__
    assert [about.python_version, about.server_os, begun.main_script_path] == [""] * 3
    assert not begun.initialize.user_info.installation_id
    said = b"".join(each.SerializeToString() for each in messages)
    assert str(ROOT).encode() not in said
    assert sys.prefix.encode() not in said


def test_beyond_the_bound_there_is_a_page_that_says_so(log):
    with (
        public(log=log.with_name("full"), sessions=1, retry_seconds=9) as address,
        Visitor(address, query="functions=relu").open() as inside,
    ):
        with pytest.raises(InvalidStatus) as refused:
            socket(address)
        assert refused.value.response.status_code == 503
        assert refused.value.response.headers["Retry-After"] == "9"
        status, headers, body = fetched(address)
        assert (status, headers["Retry-After"]) == (503, "9")
        assert b"come back in 9 seconds" in body
        inside.tick("explore-range", -2, 3)
        assert inside.drawn == 2


@pytest.mark.parametrize(
    ("options", "environment", "words"),
    [
        ([], {"ACTIVATIONS_SESSIONS": "many"}, "ACTIVATIONS_SESSIONS must be a positive"),
        (["--origin", "example.org"], {}, "'example.org' is no origin"),
        (["--frame-ancestors", "*"], {}, "'*' is no origin"),
    ],
)
def test_what_is_given_wrongly_ends_it_with_one_line(options, environment, words):
    done = subprocess.run(
        [sys.executable, "-m", "activations", "--public", *options],
        env=environment | {"PATH": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode != 0
    assert len(done.stderr.strip().splitlines()) == 1
    assert words in done.stderr


TOLD = """
import sys
import uvicorn
from streamlit import config
from activations.__main__ import main

def tell(app, **options):
    print(options["ws_max_size"], options["access_log"], options["server_header"])
    print(options["ws"].seconds, options["http"].seconds)
    for name in sys.argv[1].split():
        print(config.get_option(name))

uvicorn.run = tell
main(["--public", "--host", "127.0.0.1", "--base-path", "lab/act"])
"""


def test_uvicorn_and_streamlit_are_told_what_is_bound_and_what_is_not_public():
    expected = {
        "client.showErrorDetails": "none",
        "client.toolbarMode": "viewer",
        "browser.gatherUsageStats": "False",
        "logger.enableRich": "False",
        "server.address": "127.0.0.1",
        "server.port": "8501",
        "server.baseUrlPath": "lab/act",
        "server.headless": "True",
        "server.disconnectedSessionTTL": "7",
        "server.maxWidgetStateSize": "1",
        "server.maxUploadSize": "1",
        "server.enableStaticServing": "False",
        "server.enableXsrfProtection": "True",
    }
    bounds = {"KEPT_SECONDS": "7", "FRAME_BYTES": "4321", "UNREAD_SECONDS": "9"}
    told = subprocess.run(
        [sys.executable, "-c", TOLD, " ".join(expected)],
        env=os.environ | {f"ACTIVATIONS_{name}": value for name, value in bounds.items()},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    ).stdout.splitlines()
    assert told[:2] == ["4321 False False", "9 9"]
    assert dict(zip(expected, told[2:], strict=True)) == expected


@pytest.fixture
def unbound(monkeypatch):
    """Put back afterwards what a server is told."""
    for place in (jobs.TURNS, jobs.FILES, pool.POOL):
        monkeypatch.setattr(place, "at_once", None)
    for place in (jobs.TURNS, pool.POOL):
        monkeypatch.setattr(place, "memory", None)
    monkeypatch.setattr(jobs.TURNS, "caller", None)
    monkeypatch.setattr(grammar, "LONGEST", grammar.LONGEST)


@pytest.mark.usefixtures("unbound")
def test_what_computes_is_told_its_bounds():
    _limit_work(Bounds(computations=3, session_megabytes=5, training_runs=7, training_megabytes=9))
    assert [each.at_once for each in (jobs.TURNS, jobs.FILES, pool.POOL)] == [3, 3, 7]
    assert jobs.TURNS.memory == 5 * 2**20
    assert pool.POOL.memory == 9 * 2**20


@pytest.mark.usefixtures("unbound")
@pytest.mark.parametrize(("characters", "longest"), [(40, 40), (900, grammar.LONGEST)])
def test_a_formula_is_as_long_as_its_bound_and_the_grammar_say(characters, longest):
    _limit_work(Bounds(formula_characters=characters))
    own.OWN.parse(["x".ljust(longest)])
    with pytest.raises(ValueError, match=f"at most {longest} characters, not {longest + 1}"):
        own.OWN.parse(["x".ljust(longest + 1)])


@pytest.mark.parametrize(
    ("address", "caller"),
    [("192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:db8::/64"), (None, "")],
)
@pytest.mark.usefixtures("unbound")
def test_turns_are_taken_by_whoever_has_an_address(monkeypatch, address, caller):
    _limit_work(Bounds())
    monkeypatch.setattr(streamlit, "context", SimpleNamespace(ip_address=address))
    assert jobs.TURNS.caller() == caller


@pytest.mark.parametrize("script", ["raise ValueError", "if"])
def test_a_server_whose_first_page_fails_does_not_open(tmp_path, script):
    (tmp_path / "app.py").write_text(script)
    begin = (
        "import sys; from pathlib import Path; import activations.__main__ as start; "
        "start.FRAME = Path(sys.argv[1]); start.main(['--public', '--port', sys.argv[2]])"
    )
    done = subprocess.run(
        [sys.executable, "-c", begin, tmp_path / "app.py", str(free_port())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode != 0
    assert "The first page fails" in done.stderr
    assert "open" not in done.stdout
