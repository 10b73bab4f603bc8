"""The post, rebuilt as a notebook for what was chosen."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from importlib.metadata import version

from activations import notation
from activations.export import source
from activations.export.selection import Selection
from activations.functions.spec import Function

Cell = tuple[str, str]
"""A cell's kind, "markdown" or "code", and its text."""


def notebook(selection: Selection) -> str:
    """Return a Jupyter notebook: goal, libraries, input, each function and a summary.

    Run from top to bottom it gives the same `curves` as the script. Its Libraries cell names what
    that needs, in the versions installed here. Equal selections give equal notebooks. Raises
    ValueError as `script` does.
    """
    return document(_cells(selection))


def document(cells: Iterable[Cell]) -> str:
    """Return a Jupyter notebook of these cells; equal cells give equal notebooks."""
    # Loading nbformat takes as long as all the rest, and few people want a notebook.
    import nbformat
    from nbformat import v4

    made = [
        getattr(v4, f"new_{kind}_cell")(text, id=f"cell-{number}")
        for number, (kind, text) in enumerate(cells, start=1)
    ]
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    return str(nbformat.writes(v4.new_notebook(cells=made, metadata=metadata))) + "\n"


def _cells(selection: Selection) -> list[Cell]:
    several = len(selection.functions) > 1
    cells = [
        ("markdown", f"# Activation Functions in Neural Networks\n\n## Goal\n\n{_goal(selection)}"),
        ("markdown", f"## Libraries\n\n{libraries()}"),
        ("code", source.imports(summary=several)),
        ("markdown", "## Input"),
        ("code", source.inputs(selection)),
        ("markdown", "## Evaluating and plotting\n\nThe modules and their curves, by name."),
        (
            "code",
            _cell(
                "activations = {}\ncurves = {}",
                *source.definitions(selection),
                *source.evaluation(selection),
            ),
        ),
        ("code", _cell(*source.drawing(selection), source.chart(selection))),
    ]
    for function in selection.functions:
        cells += _section(function)
    if several:
        cells += [("markdown", "## Summary"), ("code", source.summary(selection))]
    return cells


def _section(function: Function) -> list[Cell]:
    name = source.quoted(function.title)
    code = (
        f"activations[{name}] = {source.module(function)}\n"
        f"curves[{name}] = evaluate({name})\n"
        f"{source.show(function.title)}"
    )
    text = f"## {_plain(function.title)}\n\n$$f(x) = {_formula(function.formula)}$$"
    return [("markdown", text), ("code", code)]


def _goal(selection: Selection) -> str:
    names = [_plain(function.title) for function in selection.functions]
    low, high = notation.plain(selection.low), notation.plain(selection.high)
    plotted = {"y": "each function", "dy": "its slope", "d2y": "its curvature"}
    return (
        f"Evaluate {_listed(names)} with torch at {selection.count:,} inputs from {low} to {high}, "
        f"and plot {_listed([plotted[field] for field in selection.fields])}."
    )


def libraries() -> str:
    """Say how to install what running needs, and nbformat, by which Plotly shows a figure."""
    packages = ("torch", "numpy", "plotly", "nbformat")
    # A build of torch's own, "2.13.0+cpu", is in no index.
    pinned = [f"{package}=={version(package).partition('+')[0]}" for package in packages]
    return (
        "Running needs torch, NumPy and Plotly; showing the figures in Jupyter needs nbformat too. "
        f"Where one is missing:\n\n    %pip install {' '.join(pinned)}"
    )


def _listed(words: list[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _cell(*blocks: str) -> str:
    return source.joined(*blocks).rstrip("\n")


def _plain(text: str) -> str:
    """Write text so that Markdown shows it as it is."""
    return re.sub(rf"([{re.escape(string.punctuation)}])", r"\\\1", " ".join(text.split()))


def _formula(latex: str) -> str:
    """Keep a formula inside its $$: no end of math, no empty line, no HTML."""
    line = " ".join(latex.replace("$", "").split())
    return line.replace("<", r"\lt ").replace(">", r"\gt ")
