"""Every answer carries the headers, a failure's and a refusal's too, and names no software."""

import re

import pytest

from activations.serving.headers import SecurityHeaders, policy, streamlit_page
from tests.serving.asgi import ask, headers, scope, status, welcome

EXPECTED = {
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
}


async def fails(asked, receive, send):
    raise RuntimeError("at /home/somebody/secret.py")


@pytest.mark.parametrize(
    ("app", "kind"), [(welcome, "http"), (welcome, "websocket"), (fails, "http")]
)
def test_each_answer_has_them_and_names_no_software(app, kind):
    sent = ask(SecurityHeaders(app), scope(kind=kind))
    found = headers(sent)
    assert found.keys() >= EXPECTED
    assert not found.keys() & {"server", "x-powered-by"}
    assert found["x-content-type-options"] == "nosniff"


def test_a_failure_is_a_plain_page_without_a_trace():
    sent = ask(SecurityHeaders(fails), scope())
    assert status(sent) == 500
    assert b"secret" not in sent[1]["body"]
    assert b"Traceback" not in sent[1]["body"]


def test_no_rule_allows_eval_or_another_origin():
    found = policy(streamlit_page())
    assert "'unsafe-eval'" not in found
    assert "http" not in found
    assert not re.search(r"script-src[^;]*'unsafe-inline'", found)
    assert re.search(r"script-src[^;]*'sha256-[A-Za-z0-9+/]{43}='", found)


def test_a_changed_script_gets_another_hash():
    assert policy("<script>1</script>") != policy("<script>2</script>")


def test_nobody_may_frame_the_page_but_who_is_listed():
    alone = headers(ask(SecurityHeaders(welcome), scope()))
    assert "frame-ancestors 'none'" in alone["content-security-policy"]
    assert alone["x-frame-options"] == "DENY"
    listed = headers(ask(SecurityHeaders(welcome, ["https://school.example"]), scope()))
    assert "frame-ancestors https://school.example" in listed["content-security-policy"]
    assert "x-frame-options" not in listed


@pytest.mark.parametrize("words", ["school.example", "https://a; script-src *", "*", "https://"])
def test_what_is_no_origin_may_not_frame(words):
    with pytest.raises(ValueError, match="is no origin"):
        policy("", [words])
