"""The public server's policy, under which every page works and no rule is ever broken."""

import pytest
from playwright.sync_api import expect

from tests.browser.driver import wait_for_charts
from tests.browser.hosting import hosted
from tests.browser.reading import at_rest, chart, opened, saved, slide
from tests.load.hosting import public

VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))"""
CHARTS = {"": 5, "gates": 2, "depth": 5, "precision": 2, "training": 7}
# Streamlit asks below a page's own address first.
LOOKS_FOR_ITS_ROOT = "Failed to load resource: the server responded with a status of 404"


@pytest.fixture(scope="module")
def server():
    with public() as address:
        yield address


@pytest.fixture
def strict(new_page):
    """Opens pages in a theme, on which a broken rule is a complaint."""

    def open_page(theme="light"):
        page = new_page(expected=LOOKS_FOR_ITS_ROOT, color_scheme=theme)
        page.context.add_init_script(VIOLATIONS)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        return page

    return open_page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("name", "count"), CHARTS.items())
def test_a_page_gives_all_its_files_and_images(strict, server, tmp_path, name, count, theme):
    page = opened(strict(theme), server, name, count)
    for kind in ("PNG", "SVG"):
        assert saved(page, 0, kind, tmp_path / f"image.{kind}").endswith(kind.lower())
        assert (tmp_path / f"image.{kind}").stat().st_size > 1000
    if name == "depth":
        return  # has no files
    page.get_by_role("button", name="Download", exact=True).last.click()
    buttons = page.get_by_test_id("stDownloadButton").get_by_role("button")
    expect(buttons.first).to_be_visible()
    for button in buttons.all():
        with page.expect_download() as download:
            button.click()
        assert download.value.path().stat().st_size > 100


def test_a_page_is_used_under_the_policy(strict, server):
    page = opened(strict(), server)
    slide(page, "Negative slope", "ArrowRight", times=3)
    page.get_by_role("toolbar", name="Show").get_by_role("button", name="f′").click()
    at_rest(page)
    page.get_by_role("link", name="Gates").click()
    wait_for_charts(page, CHARTS["gates"])
    page.get_by_role("button", name="Exact values").click()
    expect(page.get_by_role("spinbutton").first).to_be_visible()


def test_an_image_is_copied_under_the_policy(strict, server):
    page = opened(strict(), server)
    chart(page, 0).get_by_role("button", name="Copy image").click()
    page.wait_for_function(
        """async () => (await navigator.clipboard.read())
          .some((item) => item.types.includes("image/png"))"""
    )


def test_a_script_that_is_not_ours_does_not_run(new_page, server):
    page = opened(new_page(expected="."), server)
    page.evaluate(
        """() => {
          for (const how of [{ textContent: "window.ran = 1" }, { src: "data:,window.ran = 1" }]) {
            document.head.append(Object.assign(document.createElement("script"), how));
          }
        }"""
    )
    at_rest(page)
    assert page.evaluate("window.ran") is None


def test_only_listed_pages_may_frame_it(new_context):
    frame = "<!DOCTYPE html><iframe src='{}' width=1200 height=900></iframe>"
    with hosted(files := {}) as school, public("--frame-ancestors", school) as server:
        files["/"] = frame.format(server)
        page = new_context().new_page()
        page.goto(school)
        expect(page.frame_locator("iframe").get_by_role("heading").first).to_be_visible()
    with hosted(files := {}) as stranger, public() as server:
        files["/"] = frame.format(server)
        page = new_context().new_page()
        page.goto(stranger)
        (inside,) = page.main_frame.child_frames
        assert inside.url.startswith("chrome-error:") or not inside.locator("#root").count()
