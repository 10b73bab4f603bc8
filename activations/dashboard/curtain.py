"""Rooms that have their height before anything is in them, so that nothing jumps as it comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.layout_utils import Gap

_OPEN: Final = "flex: none !important; height: auto !important; overflow: visible !important"
_WRAPPER: Final = '[data-testid="stLayoutWrapper"]'


def curtain(key: str) -> DeltaGenerator:
    """Return a container that `reserve` opens: what is in it is first seen where it will stay."""
    return st.container(height=1, border=False, key=key)


def reserved_room(key: str, height: int | None, gap: Gap = "small") -> DeltaGenerator:
    """Return a container that has its height, if it is known, before anything is in it."""
    return st.container(height=height or "content", border=False, gap=gap, key=key)


def reserve(heights: Mapping[str, int]) -> None:
    """Let rooms grow with what they hold, and open the curtains, now that nothing will jump."""
    opened = ", ".join(
        f".st-key-{key}, {_WRAPPER}:has(> .st-key-{key})" for key in ("page", "sidebar", *heights)
    )
    at_least = "".join(
        f".st-key-{key} {{ min-height: {height}px }}" for key, height in heights.items()
    )
    st.html(f"<style>{opened} {{ {_OPEN} }} {at_least}</style>")
