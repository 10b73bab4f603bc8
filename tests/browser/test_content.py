"""The page holds the post's numbers, and the URL holds the page's state."""

import numpy as np
import pytest

from tests.browser.reading import (
    TITLES,
    chart,
    charts,
    choose,
    curve,
    opened,
    samples,
    slide,
    wait_for_formula,
)

POST = {
    "Sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "Tanh": np.tanh,
    "ReLU": lambda x: np.maximum(x, 0),
    "Leaky ReLU": lambda x: np.where(x > 0, x, 0.01 * x),
}


def test_cards_and_summary_hold_the_posts_numbers(page, server):
    opened(page, server)
    *cards, summary = charts(page)
    x = np.linspace(-5, 5, 100)
    assert summary["annotations"] == [f"{title} activation function" for title in TITLES]
    for number, (title, card) in enumerate(zip(TITLES, cards, strict=True)):
        assert card["title"] == f"{title} activation function"
        assert card["y"] == [-1.5, 1.5]
        panel = "x" if number == 0 else f"x{number + 1}"
        for drawn in (samples(card), samples(summary, panel)):
            # Fewer dots than samples may be drawn; each is one of the post's.
            np.testing.assert_allclose(drawn[0], x, atol=1e-12)
            np.testing.assert_allclose(drawn[1], POST[title](x), rtol=1e-12)


def test_slope_0_2_moves_leaky_relu_in_card_and_summary(page, server):
    opened(page, server)
    slide(page, "Leaky ReLU negative slope", "ArrowRight", times=19)
    wait_for_formula(page, "0.2")
    page.wait_for_function("() => new URL(location).searchParams.get('negative_slope') === '0.2'")
    page.wait_for_function(
        """() => {
          const plots = [...document.querySelectorAll('.js-plotly-plot')];
          return [[3, 'x'], [4, 'x4']].every(([number, axis]) => {
            const { x, y } = plots[number]._fullData.find(
              trace => trace.meta === 'curve' && trace.xaxis === axis);
            return x[0] === -5 && Math.abs(y[0] + 1) < 1e-6;
          });
        }"""
    )
    leaky, summary = charts(page)[3:]
    assert samples(leaky)[1][0] == pytest.approx(-1)
    assert samples(summary, "x4")[1][0] == pytest.approx(-1)


def test_a_link_restores_the_whole_state(page, new_page, server):
    opened(page, server)
    slide(page, "Input range", "ArrowRight", times=4)
    slide(page, "Samples", "Home")
    slide(page, "Leaky ReLU negative slope", "End")
    choose(page, "Output axis", "Fit")
    choose(page, "Image size", "Paper")
    page.get_by_role("toolbar", name="Show").get_by_role("button", name="f′").click()
    page.wait_for_function(
        """() => {
          const query = new URL(location).searchParams;
          return query.getAll('range').join() === '-3,5' && query.get('samples') === '2'
            && query.get('negative_slope') === '1' && query.get('output') === 'fit'
            && query.get('image_size') === 'paper' && query.get('derivatives') === 'first';
        }"""
    )
    page.wait_for_function(
        """() => [...document.querySelectorAll('.js-plotly-plot')].map(plot => plot._fullData
          .filter(trace => trace.meta === 'curve').length).join() === '2,2,2,2,8'"""
    )
    link = page.evaluate("location.href")
    before = charts(page)
    other = new_page()
    other.goto(link)
    other.wait_for_function(
        "() => document.querySelectorAll('.js-plotly-plot .js-line').length >= 16"
    )
    assert charts(other) == before
    assert other.url == link


def test_reset_empties_the_url(page, server):
    opened(page, server, "?samples=7&range=-2&range=3&functions=GELU", count=2)
    page.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function("() => document.querySelectorAll('.js-plotly-plot').length === 5")
    page.wait_for_function("() => location.search === ''")


HOSTILE = {
    "reversed": "?range=5&range=-5",
    "empty range": "?range=1&range=1",
    "nan": "?samples=nan&negative_slope=nan&range=nan&range=nan",
    "huge": "?samples=1e400&negative_slope=1e400&range=-1e400&range=1e400",
    "infinite": "?samples=inf&negative_slope=-inf",
    "long": "?samples=" + "9" * 4000 + "&functions=" + "x" * 4000,
    "repeated": "?samples=5&samples=7&negative_slope=0.1&negative_slope=0.2",
    "markup": "?output=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&functions=%3Cscript%3E",
    "empty": "?samples=&range=&negative_slope=&output=",
    "unknown names": "?functions=softmax&derivatives=f%E2%80%B4&summary=Pie&image_size=A0",
}


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_link_never_blanks_the_page(page, server, query):
    opened(page, server, query)
    warning = page.get_by_test_id("stAlert")
    warning.wait_for()
    assert "Showing the default instead" in warning.inner_text()
    assert page.locator(".stAlert img, .stAlert script").count() == 0
    x = np.linspace(-5, 5, 100)
    np.testing.assert_allclose(samples(charts(page)[0])[0], x, atol=1e-12)
    assert page.get_by_role("slider", name="Input range").first.input_value() == "-5"


def test_what_makes_sense_in_a_bad_link_is_kept(page, server):
    opened(page, server, "?samples=nan&negative_slope=0.3&range=-2&range=2")
    leaky = charts(page)[3]
    x, y = samples(leaky)
    assert len(x) == 100
    assert (x[0], y[0]) == pytest.approx((-2, -0.6))


def test_functions_can_be_named_as_torch_names_them(page, server):
    opened(page, server, "?functions=gelu&functions=leaky_relu", count=3)
    assert [each["title"] for each in charts(page)[:2]] == [
        "GELU activation function",
        "Leaky ReLU activation function",
    ]
    assert page.get_by_test_id("stAlert").count() == 0


def test_nothing_selected_is_a_friendly_line(page, server):
    opened(page, server)
    page.get_by_role("button", name="Clear all").click()
    page.get_by_text("No function is chosen").wait_for()
    page.get_by_role("button", name="Choose a family").click()
    page.get_by_text("Shrinkage").click()
    page.wait_for_function("() => document.querySelectorAll('.js-plotly-plot').length === 4")


def test_hover_gives_four_significant_digits(page, server):
    opened(page, server)
    box = chart(page, 0).locator(".nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + 0.72 * box["width"], box["y"] + 0.4 * box["height"])
    label = chart(page, 0).locator(".hovertext")
    label.wait_for()
    words = label.text_content().replace("−", "-")
    x, y = (float(part.split("=")[1]) for part in words.replace("y =", "|y =").split("|"))
    assert y == pytest.approx(1 / (1 + np.exp(-x)), abs=5e-4)
    assert len(str(y).lstrip("0.")) <= 4


def test_an_overlay_lists_the_functions_by_value(page, server):
    opened(page, server, "?summary=Overlay")
    chart(page, 4).scroll_into_view_if_needed()
    box = chart(page, 4).locator(".nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"])
    listed = chart(page, 4).locator(".hoverlayer .legendtext")
    listed.first.wait_for()
    values = {}
    for words in listed.all_text_contents():
        title, value = words.replace("−", "-").rsplit(" ", 1)
        values[title] = float(value)
    assert set(values) == set(TITLES)
    assert list(values.values()) == sorted(values.values(), reverse=True)


def test_the_drawn_curve_is_the_function_whatever_the_samples(page, server):
    opened(page, server, "?samples=2")
    x, y = curve(charts(page)[1])
    np.testing.assert_allclose(y, np.tanh(x), atol=1e-6)
    assert len(x) > 300
