"""The log of a server for strangers: one line an event, whatever they say and whatever fails."""

from __future__ import annotations

import logging
import re
import traceback
from pathlib import Path
from typing import Any, Final

_LONGEST: Final = 400
"""Characters of a line: the longest of Streamlit's warnings, whose end says little."""

_PLACES: Final = 6
"""Places in the code that a failure names, from where it happened outwards."""

_NO_TEXT: Final = re.compile(r"[^\x20-\x7e\xa0-\uffff]+|[\u2028\u2029]")


def one_line(words: str) -> str:
    """Return a text without line breaks and what else steers a terminal, and not too long."""
    return _NO_TEXT.sub(" ", words).strip()[:_LONGEST]


def failure(error: BaseException) -> str:
    """Return of what kind an error is, and where it happened; what it says may be a visitor's."""
    frames = traceback.extract_tb(error.__traceback__)[-_PLACES:]
    places = [f"{Path(each.filename).name}:{each.lineno}" for each in reversed(frames)]
    return " < ".join([type(error).__name__, *places])


class Line(logging.LogRecord):
    """A record that says all it has to say in one line."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Write it."""
        super().__init__(*args, **options)
        words = one_line(self.getMessage())
        if self.exc_info and self.exc_info[1]:
            words = f"{words}: {failure(self.exc_info[1])}"
        self.msg, self.args, self.exc_info, self.stack_info = words, (), None, None


def keep() -> None:
    """Have this process log so from now on, whoever does."""
    logging.setLogRecordFactory(Line)
