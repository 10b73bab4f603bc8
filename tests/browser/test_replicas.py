"""Two replicas behind nginx: a visit keeps to one, and goes on at the other when that is lost."""

import gzip
import itertools
import re
import shutil
import ssl
import subprocess
import urllib.error
import urllib.request
from contextlib import ExitStack

import pytest

from tests.browser.driver import PATIENCE, free_port, wait_until
from tests.browser.proxy import (
    DEPLOY,
    installed_nginx,
    proposed,
    proxied,
    replicated,
    with_nginx,
)
from tests.browser.reading import ENDED, slide
from tests.browser.state import (
    agrees_with_its_link,
    settled,
    shown,
    visited,
    wait_for_query,
    wait_to_show,
)
from tests.browser.state import wait_until as reached
from tests.browser.test_lost_session import CONNECTION, OFFLINE
from tests.browser.visitor import Returning
from tests.load.visitor import Visitor

pytestmark = with_nginx

LARGE = "functions=tanh&functions=relu&depth=100"


@pytest.fixture(scope="module")
def pair():
    with replicated(2) as replicas:
        yield replicas


@pytest.fixture(scope="module")
def proxy(pair, tmp_path_factory):
    with proxied(tmp_path_factory.mktemp("proxy"), pair) as proxy:
        yield proxy


@pytest.fixture
def away(new_page):
    """Opens pages that may lose their replica."""
    return lambda: new_page(expected=OFFLINE)


def cookie(page):
    (value,) = (each["value"] for each in page.context.cookies() if each["name"] == "replica")
    return value


# --- what the proxy answers


def test_the_files_as_they_are_belong_together(tmp_path):
    for file in DEPLOY.glob("*.conf"):
        text = file.read_text(encoding="utf-8")
        text = text.replace("listen 8080", f"listen 127.0.0.1:{free_port()}")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    command = [installed_nginx(), "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"]
    tried = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (tried.returncode, "[warn]" in tried.stderr) == (0, False), tried.stderr


def test_each_visit_keeps_to_one_replica_and_all_have_some(proxy, pair):
    led = {visit: {proxy.leads_to(f"visit-{visit}") for _ in range(3)} for visit in range(40)}
    assert all(len(names) == 1 for names in led.values())
    assert set.union(*led.values()) == {each.name for each in pair}


def test_without_cookies_an_address_keeps_to_one_replica(proxy):
    assert len({proxy.leads_to() for _ in range(10)}) == 1


def test_a_page_brings_a_cookie_to_who_has_none_and_nothing_else_does(proxy):
    def brought(path, **headers):
        return proxy.ask(path, **headers).headers.get("set-cookie", "")

    first, second = brought("/depth"), brought("/depth")
    assert first.startswith("replica=")
    assert first.endswith("; Path=/; HttpOnly; SameSite=Lax")
    assert first != second
    assert brought("/depth", Cookie="replica=a") == ""
    assert "replica" not in brought("/_stcore/health")


def test_what_is_text_comes_compressed_and_what_has_a_hash_lasts(proxy):
    index = proxy.ask("/").body.decode()
    (script,) = re.findall(r'src="\.(/static/js/index\.[^"]+)"', index)
    (font,) = re.findall(r'href="\.(/static/media/[^"]+woff2)"', index)
    library = "/component/activations.dashboard.chart.plotly/plotly.min.js"
    lasts = "public, immutable, max-age=31536000"
    for path, kept in (("/", "no-cache"), (script, lasts), (library, "public, max-age=3600")):
        plain, packed = proxy.ask(path), proxy.ask(path, Accept_Encoding="gzip")
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(packed.body) == plain.body
        assert "content-encoding" not in plain.headers
        assert "Accept-Encoding" in plain.headers["vary"]
        assert plain.headers["cache-control"] == packed.headers["cache-control"] == kept
    image = proxy.ask(font, Accept_Encoding="gzip")
    assert "content-encoding" not in image.headers
    assert image.headers["cache-control"] == lasts
    before = len(proxy.asked(library))
    proxy.ask(library, Accept_Encoding="br, gzip;q=0.5")
    wait_until(lambda: len(proxy.asked(library)) > before)
    assert proxy.asked(library)[-1].replica == "-"  # the proxy has kept it


@pytest.mark.parametrize(
    ("path", "request_", "status"),
    [
        ("/", {"method": "POST", "body": b"x" * 100_000}, 413),
        ("/", {"method": "POST", "body": b"x"}, 403),
        ("/media/x", {"method": "DELETE"}, 403),
        ("/component/x/plotly.min.js", {"method": "PUT", "body": b"x"}, 403),
        ("/?" + "x" * 10_000, {}, 414),
        ("/", {"X_Long": "x" * 10_000}, 400),
        ("/", {f"X_{number}": "x" * 7_000 for number in range(6)}, 400),
        ("/_stcore/metrics", {}, 404),
        ("/_stcore/upload_file/a/b", {"method": "PUT", "body": b"x"}, 404),
    ],
)
def test_what_no_page_asks_for_is_refused_before_a_replica_hears_of_it(
    proxy, path, request_, status
):
    before = len(proxy.asked())
    answer = proxy.ask(path, **request_)
    assert answer.status == status
    assert answer.headers["server"] == "nginx"
    wait_until(lambda: status in [each.status for each in proxy.asked()[before:]])
    (noted,) = (each for each in proxy.asked()[before:] if each.status == status)
    assert noted.replica == "-"


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/?" + "x" * 10_000])
def test_what_the_proxy_answers_itself_has_headers_too(proxy, path):
    headers = proxy.ask(path).headers
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_what_a_replica_says_of_an_answer_is_said_once(proxy):
    library = "/component/activations.dashboard.chart.plotly/plotly.min.js"
    for path in ("/", library, "/nothing/here.js"):
        with urllib.request.urlopen(f"{proxy.address}{path}", timeout=PATIENCE) as answer:
            once = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy")
            for name in (*once, "Cache-Control"):
                assert len(answer.headers.get_all(name)) == 1, (path, name)
            assert "script-src" in answer.headers["Content-Security-Policy"]


def test_a_full_replica_sends_visitors_on_and_all_full_ones_say_so(tmp_path):
    with replicated(2, sessions=1) as pair, proxied(tmp_path, pair) as proxy, ExitStack() as inside:
        full, other = pair
        cookie = next(proxy.cookies_to(full))
        visits = {"Cookie": f"replica={cookie}"}
        inside.enter_context(Visitor(proxy.address, query="functions=relu", headers=visits)).open()
        before = len(proxy.asked())
        assert proxy.ask("/", **visits).status == 200
        second = Visitor(proxy.address, query="functions=tanh", headers=visits)
        assert inside.enter_context(second).open().drawn == 1
        for _ in range(8):  # the first ask finds all full, others find none that may be asked
            refused = proxy.ask("/", **visits)
            assert refused.status == 503
            assert int(refused.headers["retry-after"]) > 0
            assert b"All places are taken" in refused.body
        # Who is full is not lost: it answers its own visits.
        assert proxy.ask("/_stcore/host-config", **visits).status == 200
        wait_until(lambda: len(proxy.asked("/_stcore/host-config")) == 1)
        assert proxy.asked("/_stcore/host-config")[0].replica == full.name
        assert proxy.asked()[before].replica == other.name


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no certificate without openssl")
def test_with_a_certificate_all_is_said_over_tls_alone(pair, tmp_path):
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1")
    files = ("-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *names, *files]
    subprocess.run(command, check=True, capture_output=True)
    port = free_port()
    site = proposed("With a certificate").replace("listen 8443", f"listen 127.0.0.1:{port}")
    with proxied(tmp_path, pair, site) as proxy:
        plain = proxy.ask("/gates?x=1", Host="127.0.0.1")
        assert (plain.status, plain.headers["location"]) == (301, "https://127.0.0.1/gates?x=1")
        trusted = ssl.create_default_context(cafile=tmp_path / "fullchain.pem")
        address = f"https://127.0.0.1:{port}/"
        with urllib.request.urlopen(address, context=trusted, timeout=PATIENCE) as answer:
            assert answer.headers["Set-Cookie"].endswith("; Secure")
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}_stcore/metrics", context=trusted, timeout=PATIENCE)
        with refused.value as answer:
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        library = f"{address}component/activations.dashboard.chart.plotly/plotly.min.js"
        with urllib.request.urlopen(library, context=trusted, timeout=PATIENCE) as answer:
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


# --- pages


def at(replica, proxy, page):
    """Have a page's visit begin at that replica."""
    value = next(proxy.cookies_to(replica))
    page.context.add_cookies([{"name": "replica", "value": value, "url": proxy.address}])
    return page


def held_thumb(page):
    """Drag a thumb, and do not let it go."""
    thumb = page.get_by_role("group", name="Samples").locator("[style*=left]").first
    box = thumb.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2, steps=3)


def test_all_that_a_visit_asks_for_goes_to_its_replica(proxy, pair, away):
    page = at(pair[1], proxy, away())
    before = len(proxy.asked())
    visited(page, proxy.address)
    page.get_by_role("link", name="Gates").click()
    page.wait_for_url("**/gates")
    settled(page)
    page.context.close()
    wait_until(lambda: 101 in [each.status for each in proxy.asked()[before:]])
    asked = proxy.asked()[before:]
    assert len(asked) > 20
    assert {each.replica for each in asked} <= {pair[1].name, "-"}


def opened_download(page):
    page.get_by_role("button", name="Download", exact=True).first.click()
    page.get_by_text("The code, to copy").wait_for()


def taken_away(page):
    with page.expect_download(timeout=1000 * PATIENCE) as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    return download.value.path().read_text(encoding="utf-8")


def test_visitors_of_a_killed_replica_go_on_at_the_other(proxy, pair, away):
    victim, other = pair
    moved, held, computing, taking = pages = [at(victim, proxy, away()) for _ in range(4)]

    slide(visited(moved, f"{proxy.address}/?functions=gelu"), "Samples", "End")
    explore = shown(wait_for_query(moved, "samples=10000&functions=gelu"))
    moved.get_by_role("link", name="Gates").click()
    moved.wait_for_url("**/gates")
    settled(moved)
    opened_download(visited(taking, f"{proxy.address}/?functions=tanh&samples=7"))
    held_thumb(visited(held, f"{proxy.address}/?functions=relu&derivatives=first"))
    computing.goto(f"{proxy.address}/depth?{LARGE}")
    computing.get_by_role("slider", name="Width").wait_for()

    back = set()
    for page in pages:
        page.on("websocket", lambda _, page=page: back.add(page))
    cookies = itertools.islice(proxy.cookies_to(victim), 16)
    others = [
        Returning(proxy.address, f"samples={10 + n}", each).open() for n, each in enumerate(cookies)
    ]
    assert [each.said for each in others] == [each.query for each in others]
    victim.kill()
    for page in pages:
        reached(page, lambda page=page: page in back)
        page.wait_for_function(f"() => {CONNECTION} === 'CONNECTED'", timeout=1000 * PATIENCE)

    settled(held).mouse.up()
    held.wait_for_url("**/?*samples=*")
    agrees_with_its_link(settled(held), away)
    assert "functions=relu&derivatives=first" in held.url
    settled(moved).get_by_role("link", name="Explore").click()
    wait_to_show(moved, explore)
    computing.wait_for_function(ENDED, arg=2, timeout=1000 * PATIENCE)
    wait_for_query(computing, LARGE)

    for each in others:
        with each.again() as returned:
            assert returned.said == each.query

    # The lost one comes back: what the cookie leads to holds nothing of the visit.
    victim.start()
    wait_until(lambda: proxy.leads_to(cookie(taking)) == victim.name)
    before = len(proxy.asked())
    table = taken_away(settled(taking))
    assert len([line for line in table.splitlines() if not line.startswith("#")]) == 1 + 7
    files = [each for each in proxy.asked()[before:] if each.path.startswith("/media/")]
    assert {(each.status, each.replica) for each in files} == {(200, other.name)}
