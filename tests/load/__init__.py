"""Visitors without a browser: they speak Streamlit's protocol, to a server on this machine alone."""
