"""Tables of what is on show: sorted by a click on a column, saved by Streamlit's own button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st


def draw(
    name: str, columns: Mapping[str, Sequence[object]], config: Mapping[str, Any] | None = None
) -> None:
    """Draw columns by their headings; screen readers say the table's `name`.

    `config` has what Streamlit's `column_config` takes. Where there is no value, a dash stands.
    """
    st.dataframe(
        dict(columns), hide_index=True, placeholder="–", alt=name, column_config=dict(config or {})
    )
