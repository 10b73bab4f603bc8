"""What a designer would check with a ruler: overlaps, widths, order, reach."""

import pytest

from tests.browser.reading import chart, opened, ranges, swipe, zoom
from tests.browser.test_first_screen import OVERHANG

BUTTONS = [
    "Save as PNG",
    "Save as SVG",
    "Copy image",
    "Zoom in",
    "Zoom out",
    "Drag to pan",
    "Reset axes",
    "Full screen",
]
PHONE = {"width": 375, "height": 812}


def overlap(one, other):
    return (
        min(one["x"] + one["width"], other["x"] + other["width"]) > max(one["x"], other["x"])
    ) and (min(one["y"] + one["height"], other["y"] + other["height"]) > max(one["y"], other["y"]))


@pytest.mark.parametrize("width", [375, 768, 1024, 1440, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_scrolls_sideways_and_no_mode_bar_covers_a_title(new_page, server, width, scheme):
    page = new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    opened(page, server)
    assert page.evaluate(OVERHANG) == [0, 0]
    for number in range(5):
        host = chart(page, number)
        host.scroll_into_view_if_needed()
        bar = host.locator(".modebar").bounding_box()
        titles = host.locator(".gtitle, .annotation-text").all()
        boxes = [title.bounding_box() for title in titles]
        assert not any(overlap(bar, box) for box in boxes)
        for at, box in enumerate(boxes):
            assert not any(overlap(box, other) for other in boxes[at + 1 :])
            frame = host.bounding_box()
            assert box["x"] >= frame["x"]
            assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1


def test_on_a_phone_there_is_one_column_and_a_chart_as_wide_as_its_card(new_page, server):
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    opened(page, server)
    boxes = [chart(page, number).bounding_box() for number in range(5)]
    assert len({round(box["x"]) for box in boxes[:4]}) == 1
    for box in boxes:
        assert box["width"] >= 300
        assert box["height"] >= 260
    assert page.get_by_test_id("stSidebar").get_attribute("data-collapsed") == "true"


def test_two_cards_stand_whole_on_a_laptop_and_two_more_begin(page, server):
    opened(page, server)
    boxes = [chart(page, number).bounding_box() for number in range(4)]
    assert boxes[1]["y"] + boxes[1]["height"] < 900
    assert boxes[2]["y"] < 900
    assert boxes[0]["y"] == pytest.approx(boxes[1]["y"], abs=3)


def test_the_mode_bar_holds_its_buttons_in_order_and_is_reached_by_keyboard(page, server):
    opened(page, server)
    bar = chart(page, 0).get_by_role("toolbar")
    assert [b.get_attribute("aria-label") for b in bar.get_by_role("button").all()] == BUTTONS
    assert bar.is_visible()
    bar.get_by_role("button", name="Save as PNG").focus()
    for name in BUTTONS[1:]:
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert focused == name
    bar.get_by_role("button", name="Zoom in").focus()
    before = page.evaluate("document.querySelector('.js-plotly-plot').layout.xaxis.range[0]")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "low => document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range[0] > low",
        arg=before,
    )


def test_a_chart_fills_the_screen_and_comes_back(page, server):
    opened(page, server)
    before = chart(page, 0).bounding_box()
    chart(page, 0).get_by_role("button", name="Full screen").click()
    page.wait_for_function(
        "() => document.querySelector('.js-plotly-plot')._fullLayout.height > 700"
    )
    page.evaluate("document.exitFullscreen()")
    page.wait_for_function(
        "height => document.querySelector('.js-plotly-plot')._fullLayout.height <= height",
        arg=before["height"],
    )


def test_panning_is_a_mode_that_can_be_left_again(page, server):
    opened(page, server)
    button = chart(page, 0).get_by_role("button", name="Drag to pan")
    mode = "() => document.querySelector('.js-plotly-plot')._fullLayout.dragmode"
    assert page.evaluate(mode) == "zoom"
    button.click()
    assert page.evaluate(mode) == "pan"
    button.click()
    assert page.evaluate(mode) == "zoom"


def test_a_button_that_cannot_work_is_left_out(new_page, server):
    page = new_page()
    page.add_init_script(
        """Object.defineProperty(Document.prototype, 'fullscreenEnabled', { get: () => false });
        delete window.ClipboardItem;"""
    )
    opened(page, server)
    names = [
        each.get_attribute("aria-label")
        for each in chart(page, 0).get_by_role("toolbar").get_by_role("button").all()
    ]
    assert names == [name for name in BUTTONS if name not in ("Copy image", "Full screen")]


@pytest.mark.parametrize("phone", [False, True], ids=["laptop", "phone"])
def test_a_finger_scrolls_where_a_mouse_zooms(new_page, server, phone):
    page = new_page(has_touch=True, **({"viewport": PHONE, "is_mobile": True} if phone else {}))
    opened(page, server)
    before = ranges(page, 0)
    scrolled = "() => document.querySelector('[data-testid=stMain]').scrollTop"
    for _ in range(2):
        start = page.evaluate(scrolled)
        swipe(page, chart(page, 0).locator(".nsewdrag").first)
        page.wait_for_function(f"start => ({scrolled})() > start + 50", arg=start)
        assert ranges(page, 0) == before
        page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop = 0")
        for _ in range(2):  # on and off
            chart(page, 0).get_by_role("button", name="Drag to pan").click()
    chart(page, 0).get_by_role("button", name="Drag to pan").click()
    swipe(page, chart(page, 0).locator(".nsewdrag").first)
    page.wait_for_function(
        "low => document.querySelector('.js-plotly-plot')._fullLayout.yaxis.range[0] < low",
        arg=before[1][0],
    )


def test_a_finger_scrolls_over_a_surface_and_turns_it_on_demand(new_page, server):
    page = new_page(expected="status of 404", has_touch=True)
    opened(page, server, "gates?gates=swiglu&functions=&show=surface", 3)
    chart(page, 2).scroll_into_view_if_needed()
    plot = "document.querySelectorAll('.js-plotly-plot')[2]"
    eye = f"() => JSON.stringify({plot}._fullLayout.scene._scene.getCamera().eye)"
    scrolled = "() => document.querySelector('[data-testid=stMain]').scrollTop"
    before, start = page.evaluate(eye), page.evaluate(scrolled)
    swipe(page, chart(page, 2).locator(".gl-container canvas").first)
    page.wait_for_function(f"start => ({scrolled})() > start + 50", arg=start)
    assert page.evaluate(eye) == before
    chart(page, 2).get_by_role("button", name="Turn by finger").click()
    swipe(page, chart(page, 2).locator(".gl-container canvas").first)
    page.wait_for_function(f"before => ({eye})() !== before", arg=before)


def test_a_mouse_zooms_on_a_screen_that_can_be_touched(new_page, server):
    page = new_page(has_touch=True)
    opened(page, server)
    before = ranges(page, 0)
    assert zoom(page, 0) != before


def test_keys_walk_along_the_samples_and_say_their_values(page, server):
    opened(page, server, "?samples=11")
    plot = chart(page, 1).locator(".js-plotly-plot")
    words = chart(page, 1).locator(".chart-words")
    plot.focus()
    for key, expected in {
        "Home": "Tanh: x −5, y −0.9999",
        "ArrowRight": "Tanh: x −4, y −0.9993",
        "End": "Tanh: x 5, y 0.9999",
        "ArrowLeft": "Tanh: x 4, y 0.9993",
    }.items():
        page.keyboard.press(key)
        assert words.inner_text() == expected
    chart(page, 1).locator(".hovertext", has_text="y = 0.9993").wait_for()
    assert words.get_attribute("role") == "status"


def test_keys_walk_from_curve_to_curve(page, server):
    opened(page, server, "?samples=11")
    words = chart(page, 4).locator(".chart-words")
    chart(page, 4).locator(".js-plotly-plot").focus()
    page.keyboard.press("End")
    assert words.inner_text() == "Sigmoid: x 5, y 0.9933"
    for name in ("Tanh", "ReLU", "Leaky ReLU", "Leaky ReLU"):
        page.keyboard.press("ArrowDown")
        assert words.inner_text().startswith(f"{name}: x 5, ")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_of_the_mode_bar_is_seen(new_page, server, scheme):
    page = new_page(color_scheme=scheme)
    opened(page, server)
    chart(page, 0).locator(".js-plotly-plot").focus()
    page.keyboard.press("Tab")
    ring, ink = page.evaluate(
        """() => {
          const { outlineStyle, outlineColor } = getComputedStyle(document.activeElement);
          return [[outlineStyle, outlineColor], getComputedStyle(document.body).color];
        }"""
    )
    assert ring == ["solid", ink]


def test_the_charts_of_a_row_stand_level(page, server):
    opened(page, server)
    sigmoid, tanh = (chart(page, number).bounding_box() for number in (0, 1))
    assert sigmoid["y"] == pytest.approx(tanh["y"], abs=0.1)


def test_every_control_has_a_name(page, server):
    opened(page, server)
    for role in ("slider", "button", "radio", "combobox"):
        for control in page.get_by_role(role).all():
            label = control.get_attribute("aria-label") or control.inner_text()
            assert label.strip() or control.get_attribute("aria-labelledby")
