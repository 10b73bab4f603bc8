"""The same computation as Python code, in the post's manner: torch, NumPy and a plot.

The script and the notebook are put together from the same blocks. All that comes from outside
enters them through `quoted` or `repr`, so that no name can end a string and become code.
"""

from __future__ import annotations

import json
import math
from itertools import pairwise
from textwrap import indent

import torch

from activations.export.selection import LABELS, Selection
from activations.functions.formula.source import class_name
from activations.functions.spec import Function

_COLUMNS = 4
"""How many panels of the summary stand side by side."""

_STYLES = {
    "y": '{"mode": "markers", "marker": {"color": "#0072B2"}}',
    "dy": '{"mode": "lines", "line": {"color": "#D55E00", "dash": "dash"}}',
    "d2y": '{"mode": "lines", "line": {"color": "#009E73", "dash": "dot"}}',
}

_DERIVATIVE = '''\
def derivative(outputs):
    """Differentiate elementwise: each output depends on one input alone, so one sum serves all."""
    if not outputs.requires_grad:
        return torch.zeros_like(inputs)
    (slopes,) = torch.autograd.grad(
        outputs.sum(), inputs, create_graph=True, materialize_grads=True
    )
    return slopes'''

_EVALUATE = '''\
def evaluate(name):
    """Return a function's values at x."""
    return activations[name](inputs).detach().numpy()'''

_TRACES = '''\
def traces(name):
    """Draw a function's samples as dots."""
    return [go.Scatter(x=x, y=curves[name], mode="markers", showlegend=False)]'''

_EVALUATE_ALL = '''\
def evaluate(name):
    """Return a function's values and derivatives at x, each under what it is called."""
    y = activations[name](inputs)
    {steps}
    return {results}'''

_TRACES_ALL = '''\
def traces(name, **options):
    """Draw a function's samples as dots and its derivatives as lines."""
    return [
        go.Scatter(x=x, y=y, name=label, **styles[label], **options)
        for label, y in curves[name].items()
    ]'''


def script(selection: Selection) -> str:
    """Return a Python script that computes the samples with torch and plots them with Plotly.

    Run as it is, it gives the numbers of `evaluate` to the last bit, in `curves`: by each
    function's title an array, or with derivatives the arrays "f(x)", "f'(x)" and "f''(x)". Raises
    ValueError for a function that is no module of torch.nn.
    """
    titles = [function.title for function in selection.functions]
    modules = [f"{quoted(function.title)}: {module(function)}" for function in selection.functions]
    return joined(
        '"""Activation functions in neural networks: evaluated by torch, drawn by Plotly."""',
        imports(summary=len(titles) > 1),
        inputs(selection),
        *definitions(selection),
        f"activations = {_dictionary(modules)}",
        *evaluation(selection),
        "curves = {name: evaluate(name) for name in activations}",
        *drawing(selection),
        *([summary(selection)] if len(titles) > 1 else [chart(selection), show(titles[0])]),
    )


def joined(*blocks: str) -> str:
    """Join blocks of code, with two blank lines around a function or class and one elsewhere."""
    apart = ("def ", "class ")
    gaps = (
        "\n\n\n" if a.startswith(apart) or b.startswith(apart) else "\n\n"
        for a, b in pairwise(blocks)
    )
    return "".join(block + gap for block, gap in zip(blocks, [*gaps, "\n"], strict=True))


def quoted(text: str) -> str:
    """Write a string literal; JSON's are Python's too, and are quoted as this project's."""
    return json.dumps(text, ensure_ascii=False)


def definitions(selection: Selection) -> list[str]:
    """Define the modules of formulas, which torch does not have."""
    blocks: list[str] = []
    for function in selection.functions:
        if formula := function.activation.expression:
            blocks += formula.source(function.title, **function.values)
    return list(dict.fromkeys(blocks))


def module(function: Function, *, double: bool = True) -> str:
    """Write the torch module with its parameters: "nn.LeakyReLU(negative_slope=0.01)".

    Weights, where it has some, are float64 if `double`, else float32.
    """
    if function.activation.expression:
        values = (f"{name}={value!r}" for name, value in function.values.items())
        return f"{class_name(function.title)}({', '.join(values)})"
    made = function.module()
    kind = type(made)
    if getattr(torch.nn, kind.__name__, None) is not kind:
        raise ValueError(f"{function.title} is no module of torch.nn")
    arguments = [
        f"{name}={quoted(value) if isinstance(value, str) else repr(value)}"
        for name, value in function.values.items()
    ]
    if double and any(True for _ in made.parameters()):  # weights are float32 unless torch is told
        arguments.append("dtype=torch.float64")
    settled = ".eval()" if function.band else ""  # in training it draws at random
    return f"nn.{kind.__name__}({', '.join(arguments)}){settled}"


def imports(*, summary: bool) -> str:
    """Import what the other blocks need."""
    lines = ["import numpy as np", "import plotly.graph_objects as go", "import torch"]
    if summary:
        lines.append("from plotly.subplots import make_subplots")
    return "\n".join([*lines, "from torch import nn"])


def inputs(selection: Selection) -> str:
    """Make the samples' inputs."""
    ends = f"{_number(selection.low)}, {_number(selection.high)}, {selection.count}"
    gradient = ", requires_grad=True" if selection.derivatives else ""
    return f"x = np.linspace({ends})\ninputs = torch.tensor(x{gradient})"


def evaluation(selection: Selection) -> list[str]:
    """Define `evaluate`, and what it needs."""
    if not selection.derivatives:
        return [_EVALUATE]
    blocks = [_DERIVATIVE]
    steps = ["dy = derivative(y)"]
    if 2 in selection.derivatives:
        known = [
            f"{quoted(function.title)}: {curvature}"
            for function in selection.functions
            if (curvature := _curvature(function))
        ]
        if known:
            blocks.append(
                f"# What torch cannot differentiate twice.\ncurvatures = {_dictionary(known)}"
            )
            steps.append("d2y = curvatures[name](inputs) if name in curvatures else derivative(dy)")
        else:
            steps.append("d2y = derivative(dy)")
    results = [f"{quoted(LABELS[field])}: {field}.numpy(force=True)" for field in selection.fields]
    evaluate = _EVALUATE_ALL.format(
        steps="\n    ".join(steps), results=indent(_dictionary(results), "    ").lstrip()
    )
    return [*blocks, evaluate]


def drawing(selection: Selection) -> list[str]:
    """Define `traces`, and what it needs."""
    if not selection.derivatives:
        return [_TRACES]
    styles = [f"{quoted(LABELS[field])}: {_STYLES[field]}" for field in selection.fields]
    return [f"styles = {_dictionary(styles)}", _TRACES_ALL]


def chart(selection: Selection) -> str:
    """Define `show`, which draws one function."""
    limits = f"\n        yaxis_range={_limits(selection)}," if selection.limits else ""
    return f'''\
def show(name):
    """Draw one function."""
    figure = go.Figure(traces(name))
    figure.update_layout(
        title=f"{{name}} activation function",
        xaxis_title="Input x",
        yaxis_title="Output y",{limits}
    )
    figure.show()'''


def show(title: str) -> str:
    """Draw the function of that title."""
    return f"show({quoted(title)})"


def summary(selection: Selection) -> str:
    """Draw all functions side by side."""
    columns = min(len(selection.functions), _COLUMNS)
    rows = math.ceil(len(selection.functions) / _COLUMNS)
    limits = f", range={_limits(selection)}" if selection.limits else ""
    legend = ", showlegend=index == 0" if selection.derivatives else ""
    return f"""\
summary = make_subplots(
    rows={rows},
    cols={columns},
    subplot_titles=[f"{{name}} activation function" for name in curves],
)
for index, name in enumerate(curves):
    row, column = divmod(index, {columns})
    summary.add_traces(traces(name{legend}), rows=row + 1, cols=column + 1)
summary.update_xaxes(title="Input x")
summary.update_yaxes(title="Output y"{limits})
summary.update_annotations(font_size=12)
summary.update_layout(height={300 * rows + 100})
summary.show()"""


def _curvature(function: Function) -> str:
    """Write the second derivative that is declared for a function, as torch's own, if one is."""
    declared = function.activation.curvature
    if declared is None:
        return ""
    name = getattr(declared, "__name__", "")
    if getattr(torch, name, None) is not declared:
        raise ValueError(f"the second derivative of {function.title} is no function of torch")
    return f"torch.{name}"


def _dictionary(items: list[str]) -> str:
    """Write a dictionary on one line if it has one item, else on a line for each."""
    if len(items) == 1:
        return f"{{{items[0]}}}"
    return "{\n" + "".join(f"    {item},\n" for item in items) + "}"


def _limits(selection: Selection) -> str:
    return f"[{', '.join(map(_number, selection.limits or ()))}]"


def _number(value: float) -> str:
    return repr(float(value)).removesuffix(".0")
