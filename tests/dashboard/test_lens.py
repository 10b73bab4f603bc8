"""What a page does where Streamlit does not let its fragment write."""

import pytest
from streamlit.errors import StreamlitInvalidLayoutContextError

from activations.dashboard import lens
from activations.dashboard.explore.page import LENS
from activations.dashboard.session import Page


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
