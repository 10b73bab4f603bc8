"""Origins as browsers write them; a name for all below it may frame a page, and be no origin."""

import pytest

from activations.serving.answers import origin, origins


@pytest.mark.parametrize("words", ["https://School.example/", "http://[::1]:80", "http://a"])
def test_an_origin_is_written_as_browsers_do(words):
    assert origin(words) == origins(words) == words.lower().rstrip("/")


def test_all_below_a_name_are_no_single_origin():
    assert origins("https://*.school.example") == "https://*.school.example"
    with pytest.raises(ValueError, match="is no origin"):
        origin("https://*.school.example")


@pytest.mark.parametrize("words", ["*", "https://*", "https://*.", "https://a.*.b", "ftp://*.a"])
def test_what_is_neither_is_refused(words):
    with pytest.raises(ValueError, match="is no origin"):
        origins(words)
