"""Tables of what is on show: sorted by a click on a column, saved by Streamlit's own button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow
import streamlit as st


def draw(
    name: str, columns: Mapping[str, Sequence[object]], config: Mapping[str, Any] | None = None
) -> None:
    """Draw columns by their headings; screen readers say the table's `name`.

    `config` has what Streamlit's `column_config` takes. Where there is no value, a dash stands.
    """
    table = pyarrow.table(  # what Streamlit makes of columns too, by a detour of 4 ms
        {heading: pyarrow.array(each, from_pandas=True) for heading, each in columns.items()}
    )
    st.dataframe(
        table, hide_index=True, placeholder="–", alt=name, column_config=dict(config or {})
    )
