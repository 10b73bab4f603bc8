"""What the page "Gates" gives to take away: data, Python code and a notebook."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import starmap
from textwrap import indent

import numpy as np
import torch

from activations.dashboard.download import File
from activations.export import Selection, jupyter, source
from activations.functions.calculus import FloatArray
from activations.gates.gating import Gate, surface
from activations.gates.shares import Shares
from activations.gates.views import Seen, grid

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

_SLICE = '''\
def slices(gate):
    """Return h along g at the chosen u, and along u at the chosen g."""
    along = torch.tensor(x)
    at_g, at_u = torch.full_like(along, g), torch.full_like(along, u)
    return gate(along, at_u).detach(), gate(at_g, along).detach()'''

_SHOW_SLICES = """\
for name, gate in gates.items():
    along_g, along_u = slices(gate)
    figure = go.Figure()
    figure.add_scatter(x=x, y=along_g.numpy(), name=f"against g, at u = {u}")
    figure.add_scatter(x=x, y=along_u.numpy(), name=f"against u, at g = {g}")
    figure.update_layout(title=name)
    figure.show()"""

_DIFFERENCE = """\
first, second = list(surfaces)[:2]
difference = surfaces[first][0] - surfaces[second][0]
figure = go.Figure(go.Contour(x=x, y=x, z=difference.numpy(), colorscale="RdBu", zmid=0))
figure.update_layout(title=f"{first} minus {second}")
figure.show()"""

_SURFACE = """\
name, (h, _, _) = next(iter(surfaces.items()))
figure = go.Figure(go.Surface(x=x, y=x, z=h.numpy()))
figure.update_layout(title=name)
figure.show()"""

_MOMENTS = '''\
def moments(gate):
    """Return mean, standard deviation, E[h^2] and kurtosis of h for standard normal g and u."""
    z = torch.linspace(-9, 9, 1801, dtype=torch.float64)
    density = torch.exp(-(z**2) / 2)
    density = torch.outer(density, density) / density.sum() ** 2
    u, g = torch.meshgrid(z, z, indexing="ij")
    h = gate(g, u).detach()
    mean, square = (density * h).sum().item(), (density * h**2).sum().item()
    fourth = (density * (h - mean) ** 4).sum().item()
    variance = square - mean**2
    return mean, variance**0.5, square, fourth / variance**2 if variance > 1e-12 else np.nan


for name, gate in gates.items():
    print(name, *moments(gate))'''

_JACOBIAN = """\
rows = [torch.autograd.grad(each, logits, retain_graph=True)[0] for each in p]
jacobian = torch.stack(rows)"""

_VARIED = """\
x = torch.linspace({low!r}, {high!r}, {count}, dtype=torch.float64)
rows = logits.detach().repeat(len(x), 1)
rows[:, {index}] = x
curve = torch.stack([respond(row)[{index}] for row in rows])
go.Figure(go.Scatter(x=x.numpy(), y=curve.numpy(), mode="{mode}")).show()"""

_SHOW_SHARES = """\
go.Figure(go.Bar(y=p.detach().numpy())).show()
go.Figure(go.Heatmap(z=jacobian.numpy(), colorscale="RdBu", zmid=0)).show()"""

_ENTROPY = """\
unmasked = logits.detach()[logits.detach().isfinite()]  # -inf over T has no derivative


def entropy(T):
    \"\"\"Return the entropy of the shares in nats, and its derivative by the temperature.\"\"\"
    T = torch.tensor(T, dtype=torch.float64, requires_grad=True)
    p = {shares}
    h = -torch.special.xlogy(p, p.clamp(min=1e-300)).sum()
    return h.item(), torch.autograd.grad(h, T)[0].item()


temperatures = torch.logspace({low!r}, {high!r}, {count}, dtype=torch.float64)
entropies = [entropy(each) for each in temperatures.tolist()]
figure = go.Figure()
for name, column in zip(["entropy", "derivative"], zip(*entropies)):
    figure.add_scatter(x=temperatures.numpy(), y=column, name=name)
figure.update_xaxes(title="Temperature", type="log")
figure.show()"""

Blocks = Sequence[tuple[str, Sequence[str]]]
"""What a section of code is for, and its blocks."""


def of_gates(seen: Sequence[Seen], g: float, u: float, show: Collection[str]) -> tuple[File, ...]:
    """Return the files of some gates on one plane, and of what else is on `show` of them."""
    name = f"{seen[0].gate.slug if len(seen) == 1 else 'gates'}_{seen[0].reach:g}"
    goal = "Gates of two inputs: evaluated by torch, drawn by Plotly."
    return (
        *_files(name, goal, lambda: _gate_table(seen), lambda: _gate_blocks(seen, g, u, show)),
        _csv("Slices", f"{name}_g-{g:g}_u-{u:g}", lambda: _slice_table(seen, g, u)),
    )


def of_shares(
    seen: Shares, index: int, curves: Mapping[str, Mapping[str, FloatArray]]
) -> tuple[File, ...]:
    """Return the files of one vector of logits, one of which is varied, and of its `curves`.

    Those are the columns of a table by their names, for each of the tables.
    """
    name = f"{seen.variant.name.replace('_', '-')}_T-{seen.options.temperature:g}"
    goal = f"{seen.variant.title}: evaluated by torch, drawn by Plotly."
    x, temperatures = curves["One logit"]["x"], curves["Entropy"]["T"]
    said = _said(seen)

    def blocks() -> Blocks:
        return [*_share_blocks(seen, index, x), *_entropy_blocks(seen, temperatures)]

    return (
        *_files(name, goal, lambda: _share_table(seen), blocks),
        *(
            _csv(
                label,
                f"{name}_{label.lower().replace(' ', '-')}",
                partial(_table, said, list(columns), list(columns.values())),
            )
            for label, columns in curves.items()
        ),
    )


def _csv(label: str, name: str, make: Callable[[], str]) -> File:
    return File(f"{label} (CSV)", f"{name}.csv", "text/csv", make)


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


def _slice_table(seen: Sequence[Seen], g: float, u: float) -> str:
    gates = [each.gate for each in seen]
    x = np.unique(np.concatenate([grid(gate, seen[0].reach) for gate in gates]))
    names, columns = ["x"], [x]
    for gate in gates:
        names += [f"{gate.name}_along_g", f"{gate.name}_along_u"]
        columns += [surface(gate, x, u).h, surface(gate, g, x).h]
    said = f"Along g at u = {u!r}, and along u at g = {g!r}"
    return _table([said, *map(_described, gates)], names, columns)


def _described(gate: Gate) -> str:
    values = " and ".join(f"{name} = {value!r}" for name, value in gate.values.items())
    return f"{gate.name}: {gate.title}" + (f" with {values}" if values else "")


def _gate_blocks(seen: Sequence[Seen], g: float, u: float, show: Collection[str]) -> Blocks:
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
        ("Slices", [f"g, u = {g!r}, {u!r}", _SLICE, _SHOW_SLICES]),
        *([("Difference", [_DIFFERENCE])] if "difference" in show and len(gates) > 1 else []),
        *([("Surface", [_SURFACE])] if "surface" in show else []),
        ("What each gate does to a normal signal", [_MOMENTS]),
    ]


def _defined(number: int, gate: Gate) -> str:
    lines = [f"def gate_{number}(g, u):", f"    # {' '.join(gate.title.split())}"]
    if gate.clamped:
        limit = float(gate.limit)
        lines.append(f"    g, u = g.clamp(max={limit!r}), u.clamp({-limit!r}, {limit!r})")
    value = f"(u + {gate.shift!r})" if gate.shift else "u"
    return "\n".join([*lines, f"    return {source.module(gate.function)}(g) * {value}"])


# --- softmax


def _said(seen: Shares) -> list[str]:
    return [
        f"{seen.variant.title} at T = {seen.options.temperature!r}",
        *(f"{name} = {getattr(seen.options, name)!r}" for name in seen.variant.takes),
    ]


def _share_table(seen: Shares) -> str:
    n = seen.logits.size
    names = ["logit", "value", *(f"d_by_x{number + 1}" for number in range(n))]
    return _table(_said(seen), names, [seen.logits, seen.values, *seen.jacobian.T])


def _share_blocks(seen: Shares, index: int, x: FloatArray) -> Blocks:
    options = seen.options
    numbers = ", ".join(_written(value) for value in seen.logits.tolist())
    taken = [f"{name} = {getattr(options, name)!r}" for name in seen.variant.takes]
    logits = f"logits = torch.tensor([{numbers}], dtype=torch.float64, requires_grad=True)"
    values = "\n".join([logits, f"T = {options.temperature!r}", *taken])
    return [
        ("Logits", [_SHARE_IMPORTS, values]),
        (seen.variant.title, [_function(seen.variant.source), "p = respond(logits)"]),
        ("Jacobian", [_JACOBIAN, _SHOW_SHARES]),
        (
            f"Output {index + 1} against its own logit",
            [
                _VARIED.format(
                    low=float(x[0]),
                    high=float(x[-1]),
                    count=np.unique(x).size,
                    index=index,
                    mode="markers" if seen.variant.random else "lines",
                )
            ],
        ),
    ]


def _entropy_blocks(seen: Shares, temperatures: FloatArray) -> Blocks:
    """Return code of the entropy of shares, of softmax's where those are random."""
    if not np.isfinite(seen.logits).any():
        return []
    variant = seen.variant
    shares = "respond(unmasked, T)"
    if variant.random:
        shares = "functional.softmax(unmasked / T, dim=-1)"
    elif variant.logarithmic:
        shares += ".exp()"
    elif "sink" in variant.takes:
        shares += "\n    p = torch.cat([p, 1 - p.sum(0, keepdim=True)])  # the sink has the rest"
    low, high = np.log10(temperatures[[0, -1]]).tolist()
    code = _ENTROPY.format(shares=shares, low=low, high=high, count=temperatures.size)
    return [("Entropy against temperature", [code])]


def _function(source: str) -> str:
    """Return a function of what makes p of logits."""
    return f"def respond(logits, T=T):\n{indent(source, '    ')}\n    return p"


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
