"""A Plotly chart that is redrawn in place.

`st.plotly_chart` hashes a figure into the element's identity, so any change throws the chart away
and builds it anew: it blinks and the zoom is lost. Once Streamlit keeps the chart
(https://github.com/streamlit/streamlit/pull/16052), `st.plotly_chart` can do most of this, and this
module and `static/chart.js` are the only place that changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import plotly
import plotly.graph_objects as go
import streamlit as st
from streamlit.components import v1

from activations import style
from activations.frame import Drawing, Layout

STATIC = Path(__file__).parent / "static"

# Both folders are served over HTTP, compressed, with nothing mounted on the page: plotly.js as the
# installed plotly ships it, and the script and its styles, which would else travel with every tick.
v1.declare_component("plotly", path=str(Path(plotly.__file__).parent / "package_data"))
v1.declare_component("static", path=str(STATIC))

_mount = st.components.v2.component(
    "activations_chart",
    html='<div class="activations-chart"></div>',
    js=f"""
const url = new URL("component/{__name__}.static/chart.js", document.baseURI);
const {{ default: show }} = await import(url);
export default show;
""",
    isolate_styles=False,
)


def chart(
    figure: Drawing | go.Figure,
    *,
    key: str,
    description: str,
    file_name: str,
    image_size: str,
    image_colors: str,
    caption: Mapping[str, str] | None = None,
    arrangements: Mapping[int, Layout] | None = None,
) -> None:
    """Show a figure, drawn in the two inks of `activations.style`: any that can give its JSON.

    `description` is its text alternative and `file_name`, without an ending, names saved images;
    `caption` stands below it, labels with their values.
    `arrangements` changes the layout where the chart is narrower than so many pixels; the first
    that fits is taken, so they rise.
    """
    _mount(
        key=key,
        data={
            "figure": figure.to_json(),
            "inks": [style.INK, style.PAPER],
            "description": description,
            "caption": list((caption or {}).items()),
            "fileName": file_name,
            "imageSize": image_size,
            "imageColors": image_colors,
            "arrangements": [
                {"below": width, "layout": layout} for width, layout in (arrangements or {}).items()
            ],
            "library": f"component/{__name__}.plotly/plotly.min.js",
        },
    )
