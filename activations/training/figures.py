"""Figures of training: snapshots in, Plotly figures out, nothing trained here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from activations.drawing import axes, frame, layers, legend
from activations.drawing.dashes import lie_together, telling_dashes
from activations.drawing.frame import MEDIUM, NARROW, Drawing, single, uid
from activations.drawing.message import Kind, Layout
from activations.drawing.style import PAPER, ink, translucent
from activations.functions.calculus import FloatArray
from activations.functions.spec import Function
from activations.functions.spread import mean, middle, quantile
from activations.training.born_dead import BornDead
from activations.training.run import Snapshot
from activations.training.tasks import Data

CARD_HEIGHT = 340
PANEL_HEIGHT = 210
FIT_HEIGHT = 290
COLUMNS = 4

_MOST_POINTS = 250
"""Points of a curve that a card as wide as a screen can show."""
_SIDE = 48
"""Points of a map of the plane along either axis."""
_EDGE = 1.25
"""The plane is shown from minus this to this."""
_ALIKE = 0.01
"""Part of an axis within which two curves are one line to the eye."""
_SETS = ("train", "test")
_TITLES = ("Training set", "Test set")
_WIDTHS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#8A6D00", "#56606E")


def losses(snapshot: Snapshot, until: int, *, every_seed: bool = False) -> Drawing:
    """Draw training and test loss against steps, up to `until`: medians, and the middle 80 %."""
    curves = snapshot.train_loss, snapshot.test_loss
    y_axis = axes.axis("", until) | layers.powers(layers.positive(curves))
    title = f"Loss: {snapshot.experiment.problem.loss_title}"
    return _curves(snapshot, title, curves, y_axis, until, every_seed=every_seed)


def accuracies(snapshot: Snapshot, until: int, *, every_seed: bool = False) -> Drawing:
    """Draw training and test accuracy against steps, as `losses` does the losses."""
    curves = snapshot.train_accuracy, snapshot.test_accuracy
    y_axis = axes.axis("", "accuracy", 0.28, 1.03, tickformat=".0%")
    return _curves(snapshot, "Accuracy", curves, y_axis, until, every_seed=every_seed)


def dead(snapshot: Snapshot, until: int) -> Drawing:
    """Draw the share of dead units of each layer against steps, the mean over seeds.

    Over those, that is, whose networks have numbers.
    """
    shares = mean(snapshot.dead, axis=2)
    y_axis = axes.axis("Dead units", "dead", -0.04, 1.04, tickformat=".0%", nticks=4)
    return _inside(snapshot, "Dead units by layer", shares, y_axis, until)


def gradients(snapshot: Snapshot, until: int) -> Drawing:
    """Draw the norm of the gradient of each layer's weights against steps, the median of seeds."""
    values = quantile(snapshot.gradient, 0.5, axis=2)
    y_axis = axes.axis("Norm", until) | layers.powers(layers.positive([values]))
    return _inside(snapshot, "Gradient by layer", values, y_axis, until, log=True)


def pre_activations(snapshot: Snapshot) -> Drawing:
    """Draw, for each function, how pre-activations are distributed in each layer."""
    shown = layers.occupied(snapshot.histogram)
    layout = frame.layout(
        title={"text": "Distribution of pre-activations by layer"},
        **_panels(snapshot.functions, COLUMNS),
        margin=frame.margin(t=72),
    )
    traces: list[Layout] = []
    for number, (each, suffix) in enumerate(
        zip(snapshot.functions, frame.suffixes(), strict=False)
    ):
        x_axis = layers.layer_axis(snapshot.experiment.depth)
        layout[f"xaxis{suffix}"] = x_axis | {"zeroline": False, "showgrid": False}
        title = "" if number % COLUMNS else "Pre-activation"
        layout[f"yaxis{suffix}"] = layers.value_axis(title, shown)
        activation = each.activation
        drawn = layers.layer_map(each.title, activation.color, snapshot.histogram[number], shown)
        traces.append(drawn | {"uid": uid(activation.name, Kind.MAP)} | frame.panel(suffix))
    return Drawing(traces, layout, _narrower(snapshot.functions), len(snapshot.functions))


def fits(snapshot: Snapshot, seed: int) -> Drawing:
    """Draw what the networks of one seed, from 0, have learned: boundaries or curves.

    The darker the plane, the more probable is class 1; its points are filled, those of class 0 are
    not. Points are those of the test set.
    """
    draw = _plane if snapshot.experiment.problem.classes else _line
    classes = snapshot.experiment.problem.classes
    title = f"{'Decision' if classes else 'Fitted curve'} of seed {seed + 1}"
    layout = frame.layout(
        title={"text": f"{title}, step {snapshot.step:,}"},
        **_panels(snapshot.functions, COLUMNS, FIT_HEIGHT),
        margin=frame.margin(t=72),
    )
    outputs, traces = snapshot.predict(seed, _grid(snapshot)), []
    for number, (each, suffix) in enumerate(
        zip(snapshot.functions, frame.suffixes(), strict=False)
    ):
        first = number % COLUMNS == 0
        reach = _EDGE if classes else 1.03
        height = _EDGE if classes else 1.6
        titles = ("x₁", "x₂") if classes else ("x", "y")
        layout[f"xaxis{suffix}"] = axes.axis(titles[0], "plane", -reach, reach, nticks=5)
        layout[f"yaxis{suffix}"] = axes.axis(
            titles[1] if first else "", "plane", -height, height, nticks=5
        )
        traces += [
            trace | frame.panel(suffix) for trace in draw(each, outputs[number], snapshot.test)
        ]
    narrower = _narrower(snapshot.functions, FIT_HEIGHT)
    return Drawing(traces, layout, narrower, len(snapshot.functions))


def born_dead(found: Sequence[BornDead]) -> Drawing:
    """Draw the share of networks that are born dead by depth: measured dots, predicted lines."""
    labels = [f"width {each.width}" for each in found]
    depth = found[0].measured.size
    layout = frame.layout(
        title={"text": "Born dead: ReLU networks that are silent before they learn"},
        **legend.room(labels, CARD_HEIGHT, wide=True),
        showlegend=True,
        legend=legend.BELOW,
        xaxis=layers.layer_axis(depth),
        yaxis=axes.axis("Dead", "born", -0.04, 1.04, tickformat=".0%"),
    )
    traces: list[Layout] = []
    for each, label, color in zip(found, labels, _WIDTHS, strict=False):
        x = np.arange(1.0, depth + 1)
        shared = {"type": "scatter", "legendgroup": label, "name": label, "x": x}
        traces += [
            shared
            | {
                "uid": uid(f"width-{each.width}", Kind.THEORY),
                "meta": Kind.THEORY,
                "y": each.predicted,
                "mode": "lines",
                "line": {"color": color, "width": 1.2},
                "hoverinfo": "skip",
            },
            shared
            | {
                "uid": uid(f"width-{each.width}", Kind.SAMPLES),
                "meta": Kind.SAMPLES,
                "y": each.measured,
                "mode": "markers",
                "marker": {
                    "color": color,
                    "size": 7,
                    "line": {"color": f"rgb({PAPER})", "width": 1},
                },
                "showlegend": False,
                "hovertemplate": f"{label}, depth %{{x}}: %{{y:.2%}} measured<extra></extra>",
            },
        ]
    narrow = legend.room(labels, CARD_HEIGHT, wide=False)
    return Drawing(traces, layout, {NARROW: narrow})


# --- curves


def _curves(
    snapshot: Snapshot,
    title: str,
    curves: tuple[FloatArray, FloatArray],
    y_axis: Layout,
    until: int,
    *,
    every_seed: bool,
) -> Drawing:
    """Draw a quantity on both sets, side by side."""
    log = y_axis.get("type") == "log"
    top = 10.0 ** y_axis["range"][1] if log else y_axis["range"][1]
    titles = [each.title for each in snapshot.functions]
    layout = frame.layout(
        title={"text": title}, **_sets_in(titles, 2, log=log), showlegend=True, legend=legend.BELOW
    )
    looks = _looks(snapshot.functions, curves, y_axis)
    kept = _kept(snapshot.steps.size)
    traces = [_entry(each, dash) for each, dash in zip(snapshot.functions, looks, strict=True)]
    for part, values, suffix in zip(_SETS, curves, frame.suffixes(), strict=False):
        layout[f"xaxis{suffix}"] = axes.close(_steps_axis(until))
        layout[f"yaxis{suffix}"] = y_axis
        for index, (each, dash) in enumerate(zip(snapshot.functions, looks, strict=True)):
            lines = values[kept, index]
            found = _bundle(each, part, snapshot.steps[kept], lines, dash, top, log, every_seed)
            traces += [trace | frame.panel(suffix) for trace in found]
    return Drawing(traces, layout, {NARROW: _sets_in(titles, 1, log=log)}, 2)


def _sets_in(labels: Sequence[str], columns: int, *, log: bool) -> Layout:
    grid = frame.grid(list(_TITLES), columns, CARD_HEIGHT if columns == 2 else 280)
    return grid | legend.room(labels, grid["height"], wide=columns == 2, top=68, log=log)


def _bundle(
    function: Function,
    part: str,
    steps: npt.NDArray[np.int64],
    values: FloatArray,
    dash: str,
    top: float,
    log: bool,
    every_seed: bool,
) -> list[Layout]:
    """Return the traces of one function on one set: a band or every seed, and the median."""
    name, color = function.activation.name, function.activation.color
    shared = {
        "type": "scatter",
        "legendgroup": function.title,
        "showlegend": False,
        "x": steps.astype(np.float32),
        "mode": "lines",
    }

    def drawn(heights: FloatArray) -> npt.NDArray[np.float32]:
        return single(_above_0(heights) if log else heights)

    def plain(role: str, heights: FloatArray, kind: Kind, **more: object) -> Layout:
        known = {"uid": uid(name, f"{part}-{role}"), "meta": kind, "y": drawn(heights)}
        return shared | known | {"hoverinfo": "skip"} | more

    if every_seed:
        thin = {"color": translucent(color, 0.35), "width": 1}
        others = [
            plain(f"seed-{seed}", each, Kind.BAND, line=thin) for seed, each in enumerate(values.T)
        ]
    else:
        # The end of the axis is where seeds that diverged are: a gap would leave an area open.
        low, high = (np.where(np.isfinite(each), each, top) for each in middle(values, axis=1))
        fill = {"fill": "tonexty", "fillcolor": translucent(color, 0.16)}
        none = {"width": 0}
        others = [
            plain("low", low, Kind.BAND, line=none),
            plain("high", high, Kind.BAND, line=none, **fill),
        ]
    number = "%{y:.4~g}" if log else "%{y:.1%}"
    line = {
        **plain("median", quantile(values, 0.5, axis=1), Kind.CURVE),
        "name": function.title,
        "line": {"color": color, "width": 2, "dash": dash},
        "hoverinfo": "all",
        "hovertemplate": f"{function.title}, step %{{x:,}}: {number}<extra></extra>",
    }
    return [*others, line]


def _above_0(heights: FloatArray) -> FloatArray:
    """Return what a logarithmic axis can hold, with gaps for the rest."""
    return np.where(heights > 0, heights, np.nan)


def _looks(
    functions: Sequence[Function], curves: Sequence[FloatArray], y_axis: Layout
) -> list[str]:
    """Return a dash for each function: its own, or one that lets a curve below it be seen."""
    medians = [quantile(each, 0.5, axis=2).T for each in curves]
    low, high = y_axis["range"]
    if y_axis.get("type") == "log":
        medians = [np.log10(_above_0(each)) for each in medians]
    looks = [(each.activation.color, each.activation.dash) for each in functions]
    return telling_dashes(
        looks, lie_together([list(each) for each in medians], _ALIKE * (high - low))
    )


def _entry(function: Function, dash: str) -> Layout:
    return {
        "type": "scatter",
        "uid": uid(function.activation.name, Kind.LEGEND),
        "meta": Kind.LEGEND,
        "legendgroup": function.title,
        "name": function.title,
        "x": [None],
        "y": [None],
        "mode": "lines",
        "line": {"color": function.activation.color, "width": 2, "dash": dash},
    }


def _steps_axis(until: int) -> Layout:
    return axes.axis("Step", until, 0, until, nticks=5)


def _kept(count: int) -> npt.NDArray[np.int64]:
    """Return which of so many points are drawn, the first and the last among them."""
    return np.unique(np.linspace(0, count - 1, min(count, _MOST_POINTS)).round().astype(int))


# --- small multiples


def _panels(functions: Sequence[Function], columns: int, height: int = PANEL_HEIGHT) -> Layout:
    grid = frame.grid([each.title for each in functions], columns, height)
    return grid | {"height": grid["height"] + 60}


def _narrower(functions: Sequence[Function], height: int = PANEL_HEIGHT) -> dict[int, Layout]:
    return {NARROW: _panels(functions, 1, height), MEDIUM: _panels(functions, 2, height)}


def _inside(
    snapshot: Snapshot,
    title: str,
    values: FloatArray,
    y_axis: Layout,
    until: int,
    *,
    log: bool = False,
) -> Drawing:
    """Draw a line for each layer in a panel for each function; the first layer is the palest."""
    layout = frame.layout(
        title={"text": title},
        **_panels(snapshot.functions, COLUMNS),
        margin=frame.margin(t=72, log=log),
    )
    traces: list[Layout] = []
    kept = _kept(snapshot.inside_steps.size)
    count = values.shape[-1]
    for number, (each, suffix) in enumerate(
        zip(snapshot.functions, frame.suffixes(), strict=False)
    ):
        layout[f"xaxis{suffix}"] = _steps_axis(until)
        layout[f"yaxis{suffix}"] = (
            y_axis if number % COLUMNS == 0 else y_axis | {"title": {"text": ""}}
        )
        for layer in range(count):
            line = values[kept, number, layer]
            strength = 0.3 + 0.7 * (layer + 1) / count
            place = "output" if layer == snapshot.experiment.depth else f"layer {layer + 1}"
            number_format = "%{y:.3~g}" if log else "%{y:.1%}"
            traces.append(
                {
                    "type": "scatter",
                    "uid": uid(each.activation.name, f"layer-{layer}"),
                    "meta": Kind.CURVE,
                    **frame.panel(suffix),
                    "x": snapshot.inside_steps[kept].astype(np.float32),
                    "y": single(_above_0(line) if log else line),
                    "name": f"{each.title}, {place}",
                    "mode": "lines",
                    "line": {
                        "color": translucent(each.activation.color, strength),
                        "width": 1 + strength,
                    },
                    "showlegend": False,
                    "hovertemplate": f"{place}, step %{{x:,}}: {number_format}<extra></extra>",
                }
            )
    return Drawing(traces, layout, _narrower(snapshot.functions), len(snapshot.functions))


def _grid(snapshot: Snapshot) -> FloatArray:
    """Return the inputs at which a figure shows what was learned."""
    if not snapshot.experiment.problem.classes:
        return np.linspace(-1.03, 1.03, 257)[:, np.newaxis]
    along = np.linspace(-_EDGE, _EDGE, _SIDE)
    return np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)


def _plane(function: Function, outputs: FloatArray, data: Data) -> list[Layout]:
    """Return a map of the probability of class 1, and the points of both classes."""
    name, color = function.activation.name, function.activation.color
    inputs, classes = data.inputs.numpy(), data.targets.numpy()
    stops = np.linspace(0, 1, 9)
    along = np.linspace(-_EDGE, _EDGE, _SIDE)
    plane = {
        "type": "heatmap",
        "uid": uid(name, Kind.MAP),
        "meta": Kind.MAP,
        "x": along,
        "y": along,
        "z": single(outputs.reshape(_SIDE, _SIDE)),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[stop, translucent(color, 0.75 * stop)] for stop in stops.tolist()],
        "showscale": False,
        "name": function.title,
        "hovertemplate": "(%{x:.2f}, %{y:.2f}): %{z:.1%}<extra></extra>",
    }
    fills = (f"rgb({PAPER})", color)
    return [plane] + [
        {
            "type": "scatter",
            "uid": uid(name, f"class-{number}"),
            "meta": Kind.SAMPLES,
            "x": single(inputs[classes == number, 0]),
            "y": single(inputs[classes == number, 1]),
            "name": f"class {number}",
            "mode": "markers",
            "marker": {"color": fill, "size": 5, "line": {"color": ink(0.75), "width": 0.8}},
            "showlegend": False,
            "hoverinfo": "skip",
        }
        for number, fill in enumerate(fills)
    ]


def _line(function: Function, outputs: FloatArray, data: Data) -> list[Layout]:
    """Return the points of a regression, and the curve that was learned."""
    name, x = function.activation.name, np.linspace(-1.03, 1.03, outputs.size)
    dots = {
        "type": "scatter",
        "uid": uid(name, Kind.SAMPLES),
        "meta": Kind.SAMPLES,
        "x": single(data.inputs[:, 0].double().numpy()),
        "y": single(data.targets.double().numpy()),
        "mode": "markers",
        "marker": {"color": ink(0.45), "size": 3},
        "showlegend": False,
        "hoverinfo": "skip",
    }
    curve = {
        "type": "scatter",
        "uid": uid(name, Kind.CURVE),
        "meta": Kind.CURVE,
        "x": single(x),
        "y": single(outputs),
        "name": function.title,
        "mode": "lines",
        "line": {"color": function.activation.color, "width": 2},
        "showlegend": False,
        "hovertemplate": "f(%{x:.2f}) = %{y:.3f}<extra></extra>",
    }
    return [dots, curve]
