"""Take it away: data, code, notebook and web page, all made from one selection.

    from pathlib import Path

    from activations import CATALOG, export

    selection = export.Selection((CATALOG["leaky_relu"].at(negative_slope=0.2),), -5, 5, 100)
    Path(export.file_name(selection, ".csv")).write_text(export.csv(selection), encoding="utf-8")

Every text is meant to be stored as UTF-8, with lines ended by a line feed alone.
"""

from activations.export.jupyter import notebook
from activations.export.page import web_page
from activations.export.selection import Selection, file_name
from activations.export.source import script
from activations.export.table import csv

__all__ = ["Selection", "csv", "file_name", "notebook", "script", "web_page"]
