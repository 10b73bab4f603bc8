"""The same page with plain `st.plotly_chart`, default theme and settings: what we compare with."""

import plotly.graph_objects as go
import streamlit as st

from activations.dashboard import explore


def plain(figure: go.Figure, *, key: str, **_: object) -> None:
    """Show a figure as Plotly and Streamlit do by themselves, in place of our component."""
    layout = figure.layout.to_plotly_json()
    del layout["template"]
    st.plotly_chart(go.Figure(data=figure.data, layout=layout), key=key)


explore.chart = plain
st.set_page_config(layout="wide")
explore.page()
