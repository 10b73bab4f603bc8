"""The page "Gates" as Streamlit has it out of the box: the same figures, by st.plotly_chart."""

import streamlit as st

from activations.dashboard.gates.page import LENS

view = st.query_params.get("view", "gates")
with st.sidebar:
    if view == "gates":
        values = {
            "g": st.slider("Gate input g", -12.0, 12.0, 2.0, 0.1),
            "u": st.slider("Value u", -12.0, 12.0, 3.0, 0.1),
        }
    else:
        values = {
            f"x{number}": st.slider(f"Logit {number}", -10.0, 10.0, default, 0.1)
            for number, default in ((1, 2.0), (2, 1.0), (3, 0.1))
        }
settings = LENS.controls.read({"view": view, **values}).settings
exhibits = LENS.exhibits(settings, [job.work(float) for job in LENS.jobs(settings)])
columns = st.columns(2)
for number, (key, exhibit) in enumerate(exhibits.items()):
    with columns[number % 2]:
        st.plotly_chart(exhibit.drawing.figure(), key=key)
