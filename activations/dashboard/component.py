"""Scripts in the page: served once over HTTP, and called by Streamlit as components."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components import v1

STATIC = Path(__file__).parent / "static"

# Served compressed, with nothing mounted on the page: what a component brings along itself travels
# with every tick.
v1.declare_component("static", path=str(STATIC))

_TRIES = 30
"""How often a script is asked for, a second apart, where the connection is lost before it came."""


def register(script: str, function: str, html: str = "<span></span>") -> Any:
    """Register a component that a script of `static/` serves by its function of this name.

    Streamlit imports a component once for each instance, all at the same time, and WebKit fails on
    concurrent imports of a module that awaits at its top level
    (https://bugs.webkit.org/show_bug.cgi?id=242740): the promise is awaited in the call instead.
    """
    return st.components.v2.component(
        f"activations_{script}_{function}",
        html=html,
        js=f"""
const address = new URL("component/{__name__}.static/{script}.js", document.baseURI);
const rest = () => new Promise((resume) => setTimeout(resume, 1000));
const load = (left) => import(address).catch((error) => {{
  if (!left) throw error;
  return rest().then(() => load(left - 1));
}});
const script = load({_TRIES});
export default async (component) => (await script).{function}(component);
""",
        isolate_styles=False,
    )
