"""A link is the whole state of a page, and one choice is one entry of the history."""

import pytest

from tests.browser.reading import choose, slide
from tests.browser.state import (
    agrees_with_its_link,
    settled,
    shown,
    visited,
    wait_for_query,
    wait_to_show,
)

PROBES = "status of 404"
"""Streamlit asks for its server below a page's own address first, and takes the 404."""

SMALL = "depth=5&width=16&batch=64"

SHRINKAGE = "functions=tanhshrink&functions=softshrink&functions=hardshrink"


@pytest.fixture
def opens(new_page):
    return lambda **options: new_page(expected=PROBES, **options)


def press(page, label):
    page.get_by_role("button", name=label, exact=True).click()


def choose_family(page, family):
    page.get_by_role("button", name="Choose a family").click()
    page.get_by_text(family, exact=True).click()


def entries(page):
    return page.evaluate("history.length")


# --- links

LINKS = {
    "/?functions=silu": "functions=silu",
    "/?functions=Leaky%2BReLU&functions=Tanh&output=log%2B%7Cf%E2%80%B2%7C&summary=Overlay": (
        "functions=leaky_relu&functions=tanh&output=log-slope&summary=overlay"
    ),
    "/?derivatives=f%E2%80%B2&output=%C2%B11.5&functions=": "functions=&derivatives=first",
    "/?range=3&range=-3&derivatives=f%25E2%2580%25B2": "derivatives=first",
    "/?image_colors=As%252Bon%252Bscreen&output=Fit%20": "output=fit&image_colors=as-on-screen",
    "/?negative_slope=0.123&samples=1234": "samples=1234&negative_slope=0.123",
    f"/depth?weights=PyTorch%2Bdefault&compare=%CF%83_w+%C3%97+0.75&{SMALL}": (
        f"weights=pytorch-default&compare=sigma-w-times-0.75&{SMALL}"
    ),
    f"/depth?weights=%CF%83_w&sigma_w=1.304&compare=input%2B%C3%97%2B0.5&{SMALL}": (
        f"weights=sigma-w&sigma_w=1.304&compare=input-times-0.5&{SMALL}"
    ),
}
"""What the address becomes of links as they were written once, and as chats hand them on."""


def test_every_link_is_said_by_page_widgets_and_address(server, opens):
    page = opens()
    for link, query in LINKS.items():
        page.goto(f"{server}{link}")
        first = shown(wait_for_query(page, query))
        page.reload()
        wait_to_show(page, first | {"notes": [each for each in first["notes"] if "No f" in each]})


def test_a_note_is_short_and_shown_once(server, opens):
    page = opens()
    page.goto(f"{server}/?functions=tanh&functions=zaphod&functions=hardshring")
    state = shown(wait_for_query(page, "functions=tanh"))
    (note,) = state["notes"]
    assert "unknown activation 'zaphod'; unknown" in note
    assert "did you mean hardshrink" in note
    assert note.endswith("? The rest is shown.")
    assert state["tags"] == ["Tanh"]
    slide(page, "Input range", "ArrowRight")
    wait_for_query(page, "range=-4.5&range=5&functions=tanh")
    assert shown(page)["notes"] == []


def test_what_belongs_to_others_stays_in_the_address(server, opens):
    page = visited(opens(), f"{server}/?embed=true&utm_source=x&samples=7")
    slide(page, "Samples", "ArrowRight")
    wait_for_query(page, "embed=true&utm_source=x&samples=8")
    slide(page, "Input range", "ArrowRight")
    wait_for_query(page, "embed=true&utm_source=x&range=-4.5&range=5&samples=8")


def test_the_first_pages_name_leads_home_and_back_is_free(server, opens):
    page = opens()
    page.goto(f"{server}/_stcore/health")
    page.goto(f"{server}/explore?negative_slope=0.2")
    page.wait_for_url(f"{server}/?negative_slope=0.2")
    assert page.get_by_text("Page not found").count() == 0
    agrees_with_its_link(settled(page), opens)
    page.go_back()
    page.wait_for_url("**/health")


@pytest.mark.parametrize("link", ["/#summary", "/?samples=banana#summary", "/#leaky-relu"])
def test_a_link_to_a_place_stands_there(server, opens, link):
    page = visited(opens(viewport={"width": 1280, "height": 500}), f"{server}{link}")
    place = link.partition("#")[2]
    stands = """place => {
      const top = document.getElementById(place).getBoundingClientRect().top;
      return top >= 0 && top < 150;
    }"""
    page.wait_for_function(stands, arg=place)
    page.mouse.move(900, 250)
    page.mouse.wheel(0, -5000)
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop === 0")
    page.set_viewport_size({"width": 1000, "height": 500})
    settled(page)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    assert page.evaluate("location.href").endswith(f"#{place}")


# --- history


def test_explore_goes_back_and_forward_over_each_kind_of_choice(server, opens):
    page = visited(opens(), server)
    states = [shown(page)]
    begun = entries(page)
    for act, query in (
        (lambda: slide(page, "Input range", "ArrowRight", times=3), "range=-3.5&range=5"),
        (lambda: press(page, "f′"), "range=-3.5&range=5&derivatives=first"),
        (
            lambda: choose_family(page, "Shrinkage"),
            f"range=-3.5&range=5&{SHRINKAGE}&derivatives=first",
        ),
        (lambda: press(page, "Reset"), ""),
    ):
        act()
        wait_for_query(page, query)
        states.append(agrees_with_its_link(page, opens))
    assert entries(page) == begun + 4
    for state in states[-2::-1]:
        page.go_back()
        wait_to_show(page, state)
    for state in states[1:]:
        page.go_forward()
        wait_to_show(page, state)
    for _ in range(3):  # faster than the page answers
        page.go_back()
        page.go_back()
        page.go_forward()
        wait_to_show(page, states[-2])
        page.go_forward()
        wait_to_show(page, states[-1])
    page.go_back()
    wait_to_show(page, states[-2])
    page.reload()
    wait_to_show(page, states[-2])
    page.go_back()
    wait_to_show(page, states[-3])


def test_a_slider_moved_before_back_is_drawn_undoes_nothing(server, opens):
    page = visited(opens(), f"{server}/?range=-3&range=3")
    press(page, "Reset")
    wait_for_query(page, "")
    page.get_by_role("slider", name="Leaky ReLU negative slope").focus()
    page.go_back()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.search.startsWith('?range=-3&range=3')")
    agrees_with_its_link(settled(page), opens)  # with the move, unless Back was opened after it
    assert page.evaluate("location.search").startswith("?range=-3&range=3")


def test_a_choice_between_two_moves_of_a_slider_parts_them(server, opens):
    page = visited(opens(), server)
    begun = entries(page)
    slide(page, "Samples", "ArrowRight")
    wait_for_query(page, "samples=110")
    slide(page, "Samples", "ArrowRight")
    wait_for_query(page, "samples=120")
    assert entries(page) == begun + 1
    choose(page, "Output axis", "Fit")
    wait_for_query(page, "samples=120&output=fit")
    slide(page, "Samples", "ArrowLeft")
    wait_for_query(page, "samples=110&output=fit")
    assert entries(page) == begun + 3


def test_back_from_the_other_page_gives_all_that_was_chosen(server, opens):
    page = visited(opens(), server)
    choose(page, "Output axis", "Fit")
    wait_for_query(page, "output=fit")
    slide(page, "Leaky ReLU negative slope", "ArrowRight", times=4)
    wait_for_query(page, "negative_slope=0.05&output=fit")
    press(page, "f″")
    wait_for_query(page, "negative_slope=0.05&derivatives=second&output=fit")
    explore = shown(page)
    page.get_by_role("link", name="Depth").click()
    page.get_by_role("slider", name="Width").wait_for()
    first = shown(wait_for_query(page, ""))
    assert "Leaky ReLU" in first["tags"]  # as it comes to everybody: nothing is inherited
    assert ["Leaky ReLU negative slope", "0.01"] in first["sliders"]
    press(page, "Sigmoid at 20 layers")
    wait_for_query(page, "functions=sigmoid&weights=xavier")
    story = shown(page)
    for state in (first, explore):
        page.go_back()
        wait_to_show(page, state)
    for state in (first, story):
        page.go_forward()
        wait_to_show(page, state)
    page.reload()
    wait_to_show(page, story)
    page.get_by_role("link", name="Explore").click()
    wait_to_show(page, explore)


def test_a_story_is_one_entry(server, opens):
    page = visited(opens(), f"{server}/depth?functions=relu&{SMALL}")
    before, begun = shown(page), entries(page)
    press(page, "SELU finds its fixed point")
    page.wait_for_url("**weights=lecun**")
    assert entries(settled(page)) == begun + 1
    page.go_back()
    wait_to_show(page, before)


# --- the box of functions


@pytest.mark.parametrize(
    ("typed", "key", "title"),
    [
        ("elu", "elu", "ELU"),
        ("leaky_relu", "leaky_relu", "Leaky ReLU"),
        ("swish", "silu", "SiLU"),
        ("LeakyReLU", "leaky_relu", "Leaky ReLU"),
        ("swish-", "swish_beta", "Swish-β"),
    ],
)
def test_enter_adds_the_one_function_of_that_name(server, opens, typed, key, title):
    page = visited(opens(), f"{server}/?functions=tanh")
    page.get_by_role("combobox").fill(typed)
    page.keyboard.press("Enter")
    wait_for_query(page, f"functions=tanh&functions={key}")
    assert agrees_with_its_link(page, opens)["tags"] == ["Tanh", title]


def test_an_unknown_name_costs_a_note_alone(server, opens):
    page = visited(opens(), f"{server}/?functions=tanh")
    before = shown(page)
    page.get_by_role("combobox").fill("zaphod")
    page.keyboard.press("Enter")
    page.get_by_test_id("stAlert").wait_for()
    assert "zaphod" in shown(page)["notes"][0]
    wait_to_show(page, before | {"notes": shown(page)["notes"]})


def test_a_default_is_found_again_by_keys(server, opens):
    page = visited(opens(), f"{server}/?functions=rrelu")
    for name in ("RReLU upper", "RReLU lower", "Samples"):
        slide(page, name, "ArrowRight")
        page.wait_for_url("**&**")
        slide(page, name, "ArrowLeft")
        wait_for_query(page, "functions=rrelu")


def test_enter_adds_the_first_match_alone_to_what_depth_compares(server, opens):
    page = visited(opens(), f"{server}/depth?functions=relu&{SMALL}")
    box = page.get_by_role("combobox", name="Compare with")
    box.fill("σ_w")
    page.keyboard.press("Enter")
    page.wait_for_url("**&compare=**")
    assert len(settled(page).url.split("compare=")) == 2


# --- exact values


def test_a_number_is_typed_by_keyboard_alone(server, opens):
    page = visited(opens(), server)
    page.get_by_role("button", name="Exact values").focus()
    page.keyboard.press("Enter")
    page.get_by_role("spinbutton", name="Leaky ReLU negative slope").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("0.123")
    page.keyboard.press("Enter")
    wait_for_query(page, "negative_slope=0.123")
    assert ["Leaky ReLU negative slope", "0.123"] in shown(page)["sliders"]
    page.keyboard.press("Control+A")
    page.keyboard.type("abc9")  # of this a field for numbers takes the 9, beyond the slider's end
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    assert ["Leaky ReLU negative slope", "0.123"] in shown(settled(page))["sliders"]
