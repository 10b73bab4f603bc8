"""The samples as CSV."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import torch

from activations.export.selection import LABELS, Selection
from activations.functions import calculus
from activations.functions.calculus import FloatArray
from activations.functions.spec import Function


def csv(selection: Selection) -> str:
    """Return the samples as CSV: x, and for each function its values and derivatives.

    The columns are "x", then for each function "relu_y" and, where they are shown, "relu_dy" and
    "relu_d2y". Numbers are written as Python's `repr`, so that reading them gives the same bits.
    Lines in front that start with "#" hold the parameters, the range and torch's version. The file
    loads with `pandas.read_csv(file, comment="#")`, before pandas 3.1 to the last bit only with
    `float_precision="round_trip"`, and with `numpy.genfromtxt` as its last comment says.
    """
    x = selection.x
    names, columns = ["x"], [x]
    for function in selection.functions:
        curve = calculus.trace(function, x)
        names += [f"{_identifier(function.activation.name)}_{field}" for field in selection.fields]
        columns += [getattr(curve, field) for field in selection.fields]
    lines = [*_preface(selection), ",".join(names), *_rows(np.column_stack(columns))]
    return "\n".join(lines) + "\n"


def _preface(selection: Selection) -> list[str]:
    low, high = float(selection.low), float(selection.high)
    lines = [
        "Activation functions in neural networks",
        f"Computed in float64 by PyTorch {torch.__version__}",
        f"x: {selection.count} samples from {low!r} to {high!r}",
        *(f"{field}: {LABELS[field]}" for field in selection.fields),
        *(_description(function) for function in selection.functions),
    ]
    count = len(lines) + 2
    # genfromtxt would take its names from the first comment, were it not told to skip them.
    return [f"# {one_cell(line)}" for line in lines] + [
        '# pandas.read_csv(file, comment="#")',
        f'# numpy.genfromtxt(file, delimiter=",", names=True, skip_header={count})',
    ]


def _description(function: Function) -> str:
    parameters = " and ".join(f"{name} = {value!r}" for name, value in function.values.items())
    name = f"{_identifier(function.activation.name)}: {function.title}"
    return f"{name} with {parameters}" if parameters else name


def _rows(table: FloatArray) -> Iterator[str]:
    return (",".join(map(repr, row.tolist())) for row in table)


def _identifier(name: str) -> str:
    """Keep what neither a spreadsheet takes for a formula nor NumPy strips from a name."""
    return re.sub(r"\W", "_", name, flags=re.ASCII)


def one_cell(text: str) -> str:
    """Replace what would end a line or start another cell, which might then hold a formula."""
    return "".join(each if each.isprintable() and each not in ",;" else " " for each in text)
