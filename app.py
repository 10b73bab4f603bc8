"""The dashboard; start it with `streamlit run app.py`."""

import streamlit as st

from activations.dashboard import explore
from activations.dashboard.chart import STATIC

st.set_page_config("Activation Functions in Neural Networks", STATIC / "icon.svg", "wide")
explore.page()
