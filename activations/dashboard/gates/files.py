"""What the page "Gates" gives to take away: data, Python code and a notebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import starmap

import numpy as np
import torch

from activations.dashboard.download import File
from activations.export import Selection, jupyter, source
from activations.functions.calculus import FloatArray
from activations.gates.gating import Gate
from activations.gates.shares import Shares
from activations.gates.views import Seen

_GATE_IMPORTS = """\
import numpy as np
import plotly.graph_objects as go
import torch
from torch import nn"""

_SHARE_IMPORTS = """\
import plotly.graph_objects as go
import torch
from torch.nn import functional"""

_EVALUATE = '''\
def evaluate(gate):
    """Return h, dh/dg and dh/du over the plane, a row for each u."""
    g, u = (torch.tensor(each).requires_grad_() for each in np.meshgrid(x, x))
    h = gate(g, u)
    return [h.detach(), *torch.autograd.grad(h.sum(), (g, u), materialize_grads=True)]'''

_SHOW = """\
surfaces = {name: evaluate(gate) for name, gate in gates.items()}
for name, (h, dg, du) in surfaces.items():
    figure = go.Figure(go.Contour(x=x, y=x, z=h.numpy(), colorscale="RdBu", zmid=0))
    figure.update_layout(title=name, xaxis_title="Gate g", yaxis_title="Value u")
    figure.show()"""

_JACOBIAN = """\
rows = [torch.autograd.grad(each, logits, retain_graph=True)[0] for each in p]
jacobian = torch.stack(rows)"""

_SHOW_SHARES = """\
go.Figure(go.Bar(y=p.detach().numpy())).show()
go.Figure(go.Heatmap(z=jacobian.numpy(), colorscale="RdBu", zmid=0)).show()"""

Blocks = Sequence[tuple[str, Sequence[str]]]
"""What a section of code is for, and its blocks."""


def of_gates(seen: Sequence[Seen]) -> tuple[File, ...]:
    """Return the files of some gates on one plane."""
    name = f"{seen[0].gate.slug if len(seen) == 1 else 'gates'}_{seen[0].reach:g}"
    goal = "Gates of two inputs: evaluated by torch, drawn by Plotly."
    return _files(name, goal, lambda: _gate_table(seen), lambda: _gate_blocks(seen))


def of_shares(seen: Shares) -> tuple[File, ...]:
    """Return the files of one vector of logits."""
    name = f"{seen.variant.name.replace('_', '-')}_T-{seen.options.temperature:g}"
    goal = f"{seen.variant.title}: evaluated by torch, drawn by Plotly."
    return _files(name, goal, lambda: _share_table(seen), lambda: _share_blocks(seen))


def _files(
    name: str, goal: str, table: Callable[[], str], blocks: Callable[[], Blocks]
) -> tuple[File, ...]:
    def script() -> str:
        found = [block for _, part in blocks() for block in part]
        return source.joined(f'"""{goal}"""', *found)

    def notebook() -> str:
        cells = [("markdown", f"# {goal}"), ("markdown", f"## Libraries\n\n{jupyter.libraries()}")]
        for title, part in blocks():
            cells += [("markdown", f"## {title}"), ("code", source.joined(*part).rstrip("\n"))]
        return jupyter.document(cells)

    return (
        File("CSV", f"{name}.csv", "text/csv", table),
        File("Python code", f"{name}.py", "text/x-python", script, shown=True),
        File("Jupyter notebook", f"{name}.ipynb", "application/x-ipynb+json", notebook),
    )


# --- gates


def _gate_table(seen: Sequence[Seen]) -> str:
    plane = seen[0].plane
    names, columns = ["g", "u"], [plane.g, plane.u]
    for each in seen:
        names += [f"{each.gate.name}_{part}" for part in ("h", "dg", "du")]
        columns += [each.plane.h, each.plane.dg, each.plane.du]
    return _table([_described(each.gate) for each in seen], names, columns)


def _described(gate: Gate) -> str:
    values = " and ".join(f"{name} = {value!r}" for name, value in gate.values.items())
    return f"{gate.name}: {gate.title}" + (f" with {values}" if values else "")


def _gate_blocks(seen: Sequence[Seen]) -> Blocks:
    gates = [each.gate for each in seen]
    reach = float(seen[0].reach)
    modules = [block for gate in gates for block in source.definitions(Selection((gate.function,)))]
    named = [f"    {source.quoted(gate.title)}: gate_{at}," for at, gate in enumerate(gates)]
    return [
        (
            "Inputs",
            [_GATE_IMPORTS, f"x = np.linspace({-reach!r}, {reach!r}, {len(seen[0].plane.g)})"],
        ),
        (
            "Gates",
            [
                *dict.fromkeys(modules),
                *starmap(_defined, enumerate(gates)),
                "\n".join(["gates = {", *named, "}"]),
            ],
        ),
        ("Values and partial derivatives", [_EVALUATE, _SHOW]),
    ]


def _defined(number: int, gate: Gate) -> str:
    lines = [f"def gate_{number}(g, u):", f"    # {' '.join(gate.title.split())}"]
    if gate.clamped:
        limit = float(gate.limit)
        lines.append(f"    g, u = g.clamp(max={limit!r}), u.clamp({-limit!r}, {limit!r})")
    value = f"(u + {gate.shift!r})" if gate.shift else "u"
    return "\n".join([*lines, f"    return {source.module(gate.function)}(g) * {value}"])


# --- softmax


def _share_table(seen: Shares) -> str:
    options = seen.options
    said = [
        f"{seen.variant.title} at T = {options.temperature!r}",
        *(f"{name} = {getattr(options, name)!r}" for name in seen.variant.takes),
    ]
    n = seen.logits.size
    names = ["logit", "value", *(f"d_by_x{number + 1}" for number in range(n))]
    return _table(said, names, [seen.logits, seen.values, *seen.jacobian.T])


def _share_blocks(seen: Shares) -> Blocks:
    options = seen.options
    numbers = ", ".join(_written(value) for value in seen.logits.tolist())
    taken = [f"{name} = {getattr(options, name)!r}" for name in seen.variant.takes]
    logits = f"logits = torch.tensor([{numbers}], dtype=torch.float64, requires_grad=True)"
    values = "\n".join([logits, f"T = {options.temperature!r}", *taken])
    return [
        ("Logits", [_SHARE_IMPORTS, values]),
        (seen.variant.title, [seen.variant.source]),
        ("Jacobian", [_JACOBIAN, _SHOW_SHARES]),
    ]


def _written(value: float) -> str:
    return repr(value) if np.isfinite(value) else "-torch.inf"


# --- CSV


def _table(said: Sequence[str], names: Sequence[str], columns: Sequence[FloatArray]) -> str:
    preface = [f"Computed in float64 by PyTorch {torch.__version__}", *said]
    rows = np.column_stack([each.ravel() for each in columns]).tolist()
    lines = [
        *(
            f"# {''.join(c if c.isprintable() and c not in ',;' else ' ' for c in line)}"
            for line in preface
        ),
        ",".join(names),
        *(",".join(map(repr, row)) for row in rows),
    ]
    return "\n".join(lines) + "\n"
