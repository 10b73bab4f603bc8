"""One line an event, whatever was said and whatever failed."""

import logging

import pytest

from activations.serving.journal import Line, one_line


@pytest.fixture
def said():
    """Logs, and returns the text that a handler with the usual format would write."""

    def log(message, *args, **options):
        logger, lines = logging.Logger("any"), []
        handler = logging.Handler()
        handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
        handler.emit = lambda record: lines.append(handler.format(record))
        logger.addHandler(handler)
        factory = logging.getLogRecordFactory()
        logging.setLogRecordFactory(Line)
        try:
            logger.error(message, *args, **options)
        finally:
            logging.setLogRecordFactory(factory)
        (line,) = lines
        return line

    return log


def test_a_plain_line_stays_as_it_is(said):
    assert said("%s of %d%%: f′ ≥ ½", "a", 3) == "ERROR a of 3%: f′ ≥ ½"


@pytest.mark.parametrize("steers", ["\n", "\r\n", "\x1b[2J", "\x85", "\u2028", "\0", "\x9b"])
def test_what_steers_is_left_out(said, steers):
    line = said("id %s end", f"a{steers}b")
    assert line.isprintable()
    assert line.startswith("ERROR id a ")


def test_a_line_has_an_end(said):
    assert len(said("%s", "x" * 65_536)) < 500


def test_a_failure_says_its_kind_and_place_and_nothing_that_it_was_told(said):
    try:
        raise ValueError("visitor's\nwords")
    except ValueError:
        line = said("failed\n", exc_info=True, stack_info=True)
    assert line.startswith("ERROR failed: ValueError < test_journal.py:")
    assert "visitor" not in line
    assert line.isprintable()


def test_an_empty_line_is_empty():
    assert one_line("\n\n") == ""
