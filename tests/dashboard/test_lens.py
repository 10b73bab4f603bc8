"""What a page does where Streamlit breaks its run off, or a browser misses one."""

from urllib.parse import parse_qs

import pytest
from streamlit.errors import StreamlitInvalidLayoutContextError
from streamlit.testing.v1 import AppTest

from activations.dashboard import lens
from activations.dashboard.explore.page import LENS
from activations.dashboard.session import Page
from tests.browser.driver import PATIENCE


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
