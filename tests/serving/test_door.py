"""Foreign hosts and origins, and what the dashboard does not have, are refused at the door."""

import pytest

from activations.serving.bounds import Bounds
from activations.serving.door import STREAM, Door
from tests.serving.asgi import ask, scope, status, welcome

SITE = "https://act.example"
LOOPBACK = ("127.0.0.1", 5000)


def door(app=welcome, **options):
    return Door(app, Bounds(), origins=[SITE], **options)


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8501", "127.0.0.1:80", "[::1]:80", "10.1.2.3", "act.example"]
)
@pytest.mark.parametrize(("path", "kind"), [("/", "http"), (STREAM, "websocket")])
def test_our_hosts_are_let_in(path, kind, host):
    site = SITE if host == "act.example" else f"http://{host}"
    asked = scope(path, kind, host=host, origin=site)
    assert status(ask(door(), asked)) == (200 if kind == "http" else 101)


@pytest.mark.parametrize("host", ["evil.example", "act.example.evil", "", "local host", "[::1"])
@pytest.mark.parametrize(("path", "kind"), [("/", "http"), (STREAM, "websocket")])
def test_a_foreign_host_is_refused(path, kind, host):
    assert status(ask(door(), scope(path, kind, host=host))) == 400


@pytest.mark.parametrize("origin", ["http://localhost:8501", SITE, "https://localhost:8501"])
def test_our_origins_are_let_in(origin):
    assert status(ask(door(), scope(STREAM, "websocket", origin=origin))) == 101


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://localhost",
        "http://localhost:8502",
        "https://act.example.evil",
        "http://act.example",
        "file://localhost:8501",
        "",
    ],
)
def test_a_foreign_origin_is_refused(origin):
    assert status(ask(door(), scope(STREAM, "websocket", origin=origin))) == 403


@pytest.mark.parametrize("origin", ["http://act.example", "https://act.example:444", "https://x"])
def test_a_listed_host_is_asked_from_its_listed_origin_alone(origin):
    def answer(origin):
        return status(ask(door(), scope(STREAM, "websocket", host="act.example", origin=origin)))

    assert answer(SITE) == 101
    assert answer(origin) == 403


def test_a_websocket_says_where_it_is_from_and_a_page_need_not():
    assert status(ask(door(), scope(STREAM, "websocket"))) == 403
    assert status(ask(door(), scope("/"))) == 200


def test_streamlit_is_not_asked_to_judge_an_origin_again():
    seen = []

    async def look(asked, receive, send):
        seen.append(dict(asked["headers"])[b"origin"])
        await welcome(asked, receive, send)

    asked = scope(STREAM, "websocket", host="act.example", origin=SITE)
    ask(door(look), asked)
    assert seen == [b"http://act.example"]
    assert dict(asked["headers"])[b"origin"] == SITE.encode()


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/upload_file/session/file",
        "/_stcore/agent/interact",
        "/_stcore/script-health-check",
        "/auth/login",
        "/oauth2callback",
        "/app/static/x",
    ],
)
@pytest.mark.parametrize("base", ["", "lab/act"])
def test_what_the_dashboard_has_not_is_not_found(path, base):
    asked = scope(f"/{base}{path}" if base else path)
    assert status(ask(door(base_path=base), asked)) == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_the_dashboard_can_only_be_read(method):
    assert status(ask(door(), scope() | {"method": method})) == 405


@pytest.mark.parametrize(
    ("client", "headers", "answer"),
    [
        (LOOPBACK, {}, 200),
        (("::1", 1), {}, 200),
        (LOOPBACK, {"x_forwarded_for": "192.0.2.1"}, 404),
        (("192.0.2.7", 1), {}, 404),
    ],
)
def test_metrics_are_for_this_machine(client, headers, answer):
    assert status(ask(door(), scope("/_stcore/metrics", client=client, **headers))) == answer


def test_health_is_told_under_any_name():
    assert status(ask(door(), scope("/_stcore/health", host="pod-7"))) == 200


def test_too_long_a_link_is_refused_and_the_longest_is_not():
    most = Bounds().link_characters - 1
    assert status(ask(door(), scope(query="x" * most))) == 200
    assert status(ask(door(), scope(query="x" * (most + 1)))) == 414


@pytest.mark.parametrize(
    "origin",
    ["act.example", "ftp://a", "https://a/b", "https://a b", "https://", "https://*.act.example"],
)
def test_what_is_no_origin_is_refused_at_the_start(origin):
    with pytest.raises(ValueError, match="is no origin"):
        Door(welcome, Bounds(), origins=[origin])
