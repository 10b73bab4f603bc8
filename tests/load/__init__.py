"""Visitors without a browser: they speak Streamlit's protocol, on this machine alone."""
