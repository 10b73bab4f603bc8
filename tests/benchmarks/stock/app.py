"""The same page with plain figures, `st.plotly_chart` and default settings: what we compare with.

Only what draws is replaced, and each tick runs the whole script, as Streamlit does by itself:
controls, texts and numbers are the page's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots
from streamlit.delta_generator import DeltaGenerator

from activations.dashboard import chart, lens
from activations.dashboard.explore import page as explore
from activations.drawing import curves
from activations.drawing.curves import View
from activations.functions.calculus import Portrait

places: dict[str, DeltaGenerator] = {}


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
    figure.update_layout(title=curves.title_of(portrait), height=300)
    figure.update_xaxes(title="Input x")
    figure.update_yaxes(title="Output y", range=view.y)
    return figure


def summary(portraits: Sequence[Portrait], view: View) -> go.Figure:
    """Draw the functions side by side."""
    titles = [curves.title_of(portrait) for portrait in portraits]
    figure = make_subplots(1, len(portraits), subplot_titles=titles)
    for column, portrait in enumerate(portraits, 1):
        figure.add_traces(traces(portrait), rows=1, cols=column)
    figure.update_layout(height=300)
    figure.update_xaxes(title="Input x")
    figure.update_yaxes(title="Output y", range=view.y)
    return figure


def place(key: str, *_: object) -> None:
    """Keep a chart's place."""
    places[key] = st.container()


def draw(charts: Mapping[str, chart.Chart], **_: object) -> None:
    """Show each figure in its place, and its caption below."""
    for key, each in charts.items():
        with places[key]:
            st.plotly_chart(each.figure, key=key)
            if each.caption:
                words = (f"{label} {value}" for label, value in each.caption.items())
                st.markdown(", ".join(words))


curves.card, curves.summary, lens.place, lens.draw = card, summary, place, draw
st.fragment = lambda function, **_: function
st.set_page_config(layout="wide")
stock = replace(explore.LENS, reel=None)
st.navigation([st.Page(stock.show, title="Explore")], position="top").run()
