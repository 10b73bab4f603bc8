"""The page: all that imports Streamlit, beside app.py."""
