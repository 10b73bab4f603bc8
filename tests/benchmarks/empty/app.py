"""The least that a Streamlit script does: part of the floor that `make bench` compares with."""

import streamlit as st

st.text(st.slider("Input range", -20.0, 20.0, (-5.0, 5.0), step=0.5))
