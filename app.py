"""The dashboard; start it with `streamlit run app.py`."""

import streamlit as st

from activations.dashboard.component import STATIC
from activations.dashboard.depth import page as depth
from activations.dashboard.explore import page as explore
from activations.dashboard.gates import page as gates
from activations.dashboard.precision import page as precision
from activations.dashboard.session import lead_home
from activations.dashboard.training import page as training

st.set_page_config("Activation Functions in Neural Networks", STATIC / "icon.svg", "wide")
pages = [
    st.Page(explore.LENS.show, title="Explore", default=True),
    st.Page(gates.LENS.show, title="Gates", url_path="gates"),
    st.Page(depth.LENS.show, title="Depth", url_path="depth"),
    st.Page(precision.LENS.show, title="Precision", url_path="precision"),
    st.Page(training.LENS.show, title="Training", url_path="training"),
    st.Page(lead_home, title="Explore", url_path="explore", visibility="hidden"),
]
st.navigation(pages, position="top").run()
