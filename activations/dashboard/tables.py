"""Tables of what is on show: sorted by a click on a column, saved by Streamlit's own button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow
import streamlit as st

_LETTER: Final = 7.2
"""Pixels of a digit, and more than most letters take."""
_RIM: Final = 18
_WIDEST: Final = 24
"""Letters from which a text may be cut."""


def draw(
    name: str, columns: Mapping[str, Sequence[object]], config: Mapping[str, Any] | None = None
) -> None:
    """Draw columns by their headings; screen readers say the table's `name`.

    `config` has what Streamlit's `column_config` takes. Where there is no value, a dash stands.
    Columns have room for the longest that they hold, which Streamlit's grid takes for an outlier.
    """
    told = dict(config or {})
    for heading, values in columns.items():
        letters = max(len(_written(each)) for each in values) if values else 0
        if len(heading) < letters <= _WIDEST:
            told[heading] = {**told.get(heading, {}), "width": _RIM + round(_LETTER * letters)}
    table = pyarrow.table(  # what Streamlit makes of columns too, by a detour of 4 ms
        {heading: pyarrow.array(each, from_pandas=True) for heading, each in columns.items()}
    )
    st.dataframe(table, hide_index=True, placeholder="–", alt=name, column_config=told)


def _written(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
