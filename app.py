"""The dashboard; start it with `streamlit run app.py`."""

import streamlit as st

from activations.dashboard.chart import STATIC
from activations.dashboard.depth import page as depth
from activations.dashboard.explore import page as explore

st.set_page_config("Activation Functions in Neural Networks", STATIC / "icon.svg", "wide")
pages = [
    st.Page(explore.page, title="Explore", url_path="explore", default=True),
    st.Page(depth.page, title="Depth", url_path="depth"),
]
st.navigation(pages, position="top").run()
