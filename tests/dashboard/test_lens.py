"""What a page does where Streamlit breaks its run off, or a browser misses one."""

from collections import Counter
from urllib.parse import parse_qs

import pytest
from streamlit.errors import StreamlitInvalidLayoutContextError
from streamlit.testing.v1 import AppTest

from activations.dashboard import lens
from activations.dashboard.explore.page import LENS
from activations.dashboard.session import Page
from tests.browser.driver import PATIENCE, ROOT, served
from tests.load.visitor import Visitor


class RunsAgain(Exception):  # noqa: N818
    """In the place of what ends a run of Streamlit's."""


@pytest.mark.parametrize(
    ("in_fragment", "ends_in"), [(True, RunsAgain), (False, StreamlitInvalidLayoutContextError)]
)
def test_a_fragment_without_its_rooms_has_the_whole_page_run(monkeypatch, in_fragment, ends_in):
    def refused(*_):
        raise StreamlitInvalidLayoutContextError("no room")

    def run_again(_):
        raise RunsAgain

    monkeypatch.setattr(lens, "_draw_following", refused)
    monkeypatch.setattr(lens, "in_fragment", lambda: in_fragment)
    monkeypatch.setattr(Page, "run_again", run_again)
    with pytest.raises(ends_in):
        lens._follow(LENS, None)


KINDS = ("slider", "select_slider", "multiselect", "button_group", "selectbox", "text_input")
LINKS = {
    "explore": "functions=elu&derivatives=first&difference=gelu-jax.nn&own=x**2&samples=5",
    "gates": "gates=geglu&show=dg&g=3&functions=relu&functions=elu",
    "depth": "functions=relu&compare=xavier&depth=3&width=16",
    "precision": "functions=gelu&format=float16&span=-2&span=3",
    "training": "functions=relu&lines=every-seed&depth=1&width=4&seeds=2&steps=5&task=xor",
}
"""Links that choose of every kind of control something that is not its default."""


def holds_at_first(proto):
    """What a browser holds that draws this widget for the first time."""
    name = "raw_values" if hasattr(proto, "raw_values") else "raw_value"
    if proto.set_value:
        value = getattr(proto, name, None) or proto.value
        return [value] if isinstance(value, str) else list(value)
    default, options = proto.default, list(getattr(proto, "options", ()))
    if isinstance(default, str):
        return [default]
    places = [default] if isinstance(default, int) else list(default)
    return [
        getattr(options[int(at)], "content", options[int(at)]) if options else at for at in places
    ]


@pytest.mark.parametrize(("name", "link"), LINKS.items(), ids=LINKS)
def test_a_browser_that_is_slow_and_draws_the_second_run_first_holds_what_the_link_says(name, link):
    app = AppTest.from_string(
        f"from activations.dashboard.{name} import page\npage.LENS.show()", default_timeout=PATIENCE
    )
    app.query_params.update(parse_qs(link))

    def held():
        app.run()
        assert not app.exception
        assert not app.warning
        drawn = [each for kind in KINDS for each in app.get(kind)]
        return {each.key: holds_at_first(each.proto) for each in drawn if each.key != "heard"}

    first = held()
    assert len(first) > 10
    assert held() == first


@pytest.fixture(scope="module")
def server():
    with served(ROOT / "app.py") as address:
        yield address


def sent_by_a_tick(visitor, key, *values):
    """The elements that a slider's move has the server send, by their kinds."""
    elements = []
    visitor.move(key, *values)
    while (message := visitor.receive()).WhichOneof("type") != "script_finished":
        if message.delta.WhichOneof("type") == "new_element":
            elements.append(message.delta.new_element)
    return Counter(element.WhichOneof("type") for element in elements)


@pytest.mark.parametrize(
    ("page", "query", "key", "values", "sent"),
    [
        ("", "functions=relu&functions=tanh", "explore-range", [-2, 3], {}),
        ("", "functions=leaky_relu", "explore-negative_slope", [0.5], {"heading": 1}),
        ("gates", "", "gates-g", [1.5], {"dataframe": 1}),
        ("gates", "gates=gpt_oss&functions=", "gates-g", [1.5], {"dataframe": 1, "heading": 1}),
        ("gates", "view=softmax&variant=sparsemax", "gates-x1", [1.5], {}),
    ],
)
def test_a_tick_sends_nothing_that_does_not_follow_it(server, page, query, key, values, sent):
    with Visitor(server, page, query) as visitor:
        visitor.open()
        found = sent_by_a_tick(visitor, key, *values)
    assert found.pop("slider") > 0
    drawn = {"bidi_component": found.pop("bidi_component"), "text_input": found.pop("text_input")}
    assert drawn == {"bidi_component": 2, "text_input": 1}  # charts, address, what was heard
    assert found.pop("markdown") > 0
    assert found == sent


def test_a_remark_comes_and_goes_with_what_a_slider_says(server):
    with Visitor(server, "", "functions=&own=log(x)&range=1&range=5") as visitor:
        visitor.open()
        for _ in range(2):
            visitor.texts.clear()
            visitor.tick("explore-range", -2, 3)
            assert any("Not finite" in text for text in visitor.texts)
            visitor.texts.clear()
            visitor.tick("explore-range", 1, 3)
            assert not any("Not finite" in text for text in visitor.texts)
