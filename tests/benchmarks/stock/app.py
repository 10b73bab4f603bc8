"""The same page with plain figures, `st.plotly_chart` and default settings: what we compare with.

Only what draws is replaced: controls, texts and numbers are the page's own.
"""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from activations import figures
from activations.calculus import Portrait
from activations.dashboard import explore
from activations.figures import View


def traces(portrait: Portrait) -> list[go.Scatter]:
    """Return a function's curve and its samples."""
    curve, samples = portrait.curve, portrait.samples
    return [
        go.Scatter(x=curve.x, y=curve.y, mode="lines", name="f"),
        go.Scatter(x=samples.x, y=samples.y, mode="markers", name="samples"),
    ]


def card(portrait: Portrait, view: View) -> go.Figure:
    """Draw one function."""
    figure = go.Figure(traces(portrait))
    figure.update_layout(title=figures.title_of(portrait), height=300)
    figure.update_xaxes(title="Input x")
    figure.update_yaxes(title="Output y", range=view.y)
    return figure


def summary(portraits: Sequence[Portrait], view: View) -> go.Figure:
    """Draw the functions side by side."""
    titles = [figures.title_of(portrait) for portrait in portraits]
    figure = make_subplots(1, len(portraits), subplot_titles=titles)
    for column, portrait in enumerate(portraits, 1):
        figure.add_traces(traces(portrait), rows=1, cols=column)
    figure.update_layout(height=300)
    figure.update_xaxes(title="Input x")
    figure.update_yaxes(title="Output y", range=view.y)
    return figure


def chart(
    figure: go.Figure, *, key: str, caption: Mapping[str, str] | None = None, **_: object
) -> None:
    """Show a figure, and its caption below."""
    st.plotly_chart(figure, key=key)
    if caption:
        st.markdown(", ".join(f"{label} {value}" for label, value in caption.items()))


figures.card, figures.summary, explore.chart = card, summary, chart
st.set_page_config(layout="wide")
st.navigation([st.Page(explore.page, title="Explore")], position="top").run()
