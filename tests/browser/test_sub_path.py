"""Below a path of a site, behind a proxy that strips the path and behind one that keeps it."""

import struct

import pytest

from tests.browser.proxy import proposed, proxied, replicated, with_nginx
from tests.browser.reading import saved, slide
from tests.browser.state import settled, shown, visited, wait_for_query, wait_to_show
from tests.browser.test_links import PROBES

pytestmark = with_nginx

PATH = "/lab/act"


PROXIES = {"stripped": ("", proposed("Under a path")), "kept": (PATH, "")}
"""What the replicas are told of the path, and what the proxy is told."""


@pytest.fixture(scope="module", params=PROXIES)
def site(request, tmp_path_factory):
    """The address of the site."""
    base, told = PROXIES[request.param]
    with (
        replicated(1, base) as replicas,
        proxied(tmp_path_factory.mktemp("proxy"), replicas, told) as proxy,
    ):
        yield proxy.address


@pytest.fixture
def opens(new_page):
    return lambda: new_page(expected=PROBES)


TYPED = {
    "": "/?samples=7",
    "/explore": "/?samples=7",
    "/gates/": "/gates?activation=silu",
}
"""Where addresses lead that are typed in, besides those of the pages themselves."""


def test_an_address_that_is_typed_in_leads_to_its_page_with_and_without_a_slash(site, opens):
    page = opens()
    for typed, place in TYPED.items():
        page.goto(f"{site}{PATH}{typed}?{place.partition('?')[2]}")
        page.wait_for_url(f"{site}{PATH}{place}")
        assert settled(page).url == f"{site}{PATH}{place}"
        assert shown(page)["charts"]


def test_links_back_and_forward_and_all_requests_stay_below_the_path(site, opens):
    page = opens()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url.replace("ws:", "http:")))
    visited(page, f"{site}{PATH}/?functions=gelu")
    slide(page, "Input range", "ArrowRight")
    wait_for_query(page, "range=-4.5&range=5&functions=gelu")
    explore = shown(page)
    page.get_by_role("link", name="Gates").click()
    page.wait_for_url(f"{site}{PATH}/gates")
    gates = shown(settled(page))
    page.get_by_role("link", name="Explore").click()
    wait_to_show(page, explore)
    assert page.evaluate("location.href").startswith(f"{site}{PATH}/?")
    page.go_back()
    wait_to_show(page, gates)
    page.go_back()
    wait_to_show(page, explore)
    page.go_back()
    wait_for_query(page, "functions=gelu")
    page.go_forward()
    wait_to_show(page, explore)
    page.reload()
    wait_to_show(page, explore)
    assert len(asked) > 20
    assert {
        url for url in asked if not url.startswith((f"{site}{PATH}/", "blob:", "data:"))
    } == set()


def test_images_and_files_are_taken_away(site, opens, tmp_path):
    page = visited(opens(), f"{site}{PATH}/gates")
    saved(page, 0, "PNG", tmp_path / "image.png")
    content = (tmp_path / "image.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    assert min(struct.unpack(">II", content[16:24])) > 300
    saved(page, 0, "SVG", tmp_path / "image.svg")
    assert "<svg" in (tmp_path / "image.svg").read_text(encoding="utf-8")
    visited(page, f"{site}{PATH}/?functions=tanh")
    page.get_by_role("button", name="Download", exact=True).first.click()
    for label in ("CSV", "Web page"):
        with page.expect_download() as download:
            page.get_by_role("button", name=label, exact=True).click()
        download.value.save_as(tmp_path / label)
    assert (tmp_path / "CSV").read_text(encoding="utf-8").startswith("#")
    (tmp_path / "Web page").rename(tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_function("() => document.querySelector('.js-plotly-plot .js-line')")
