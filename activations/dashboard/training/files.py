"""What can be taken away of a run: all its curves as CSV, and a network's run as Python."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import torch

from activations.export.source import joined, module
from activations.functions.calculus import FloatArray
from activations.functions.initial import PYTORCH_DEFAULT
from activations.functions.spec import Function
from activations.training.experiment import Experiment
from activations.training.run import CURVE_EVERY, Snapshot
from activations.training.tasks import DATA_SEED, POINTS

_STDS = {
    "He": "math.sqrt(2 / fan_in)",
    "Xavier": "math.sqrt(2 / (fan_in + fan_out))",
    "LeCun": "1 / math.sqrt(fan_in)",
}
_OPTIMISERS = {
    "SGD": "torch.optim.SGD(network.parameters(), {rates})",
    "Momentum": "torch.optim.SGD(network.parameters(), momentum=0.9, {rates})",
    "Adam": "torch.optim.Adam(network.parameters(), {rates})",
}


def csv(snapshot: Snapshot) -> str:
    """Return all curves as CSV: a row for each step that was looked at, a column for each network.

    The columns are "step", then "relu_seed1_train_loss" and so on, and of what goes on inside
    "relu_seed1_layer1_dead" and "relu_seed1_layer1_gradient", where "output" is the last layer;
    they are empty at steps without such a look. Numbers are written as Python's `repr`. Lines in
    front that start with "#" say what was trained.
    """
    curves = {"train_loss": snapshot.train_loss, "test_loss": snapshot.test_loss}
    if snapshot.experiment.problem.classes:
        curves |= {
            "train_accuracy": snapshot.train_accuracy,
            "test_accuracy": snapshot.test_accuracy,
        }
    layers = [*(f"layer{number + 1}" for number in range(snapshot.experiment.depth)), "output"]
    inside = {
        f"{layer}_{name}": values[..., number]
        for name, values in (("dead", snapshot.dead), ("gradient", snapshot.gradient))
        for number, layer in enumerate(layers[: values.shape[-1]])
    }
    columns = _columns(snapshot, curves, snapshot.steps) | _columns(
        snapshot, inside, snapshot.inside_steps
    )
    steps = snapshot.steps.tolist()
    rows = zip(steps, *(map(each.get, steps) for each in columns.values()), strict=True)
    lines = [*_preface(snapshot), ",".join(["step", *columns])]
    return "\n".join([*lines, *(",".join(map(_cell, row)) for row in rows)]) + "\n"


def _columns(
    snapshot: Snapshot, curves: Mapping[str, FloatArray], steps: npt.NDArray[np.int64]
) -> dict[str, dict[int, float]]:
    """Return the numbers of each curve of each network by step."""
    return {
        f"{each.activation.name}_seed{seed + 1}_{name}": dict(
            zip(steps.tolist(), values[:, index, seed].tolist(), strict=True)
        )
        for name, values in curves.items()
        for index, each in enumerate(snapshot.functions)
        for seed in range(snapshot.experiment.seeds)
    }


def _cell(number: float | None) -> str:
    return "" if number is None else repr(number)


def _preface(snapshot: Snapshot) -> Iterator[str]:
    yield f"# Trained in float32 by PyTorch {torch.__version__}"
    yield f"# {snapshot.experiment!r}"
    for each in snapshot.functions:
        values = " and ".join(f"{name} = {value!r}" for name, value in each.values.items())
        yield f"# {each.activation.name}: {each.title}{' with ' * bool(values)}{values}"


def script(function: Function, experiment: Experiment, seed: int, steps: int) -> str:
    """Return Python that trains one network of a run in plain torch; seeds count from 0.

    Run as it is, it leaves the training loss of each step that the page's curves show in `losses`.
    """
    formula = function.activation.expression
    definitions = (
        formula.source(function.title, function.learned, **function.values) if formula else []
    )
    return joined(
        '"""One network of a run, in plain torch."""',
        "import math\n\nimport torch\nfrom torch import nn",
        *definitions,
        inspect.getsource(experiment.problem.draw).strip(),
        _data(experiment),
        _network(function, experiment, seed),
        _training(experiment, steps),
    )


def _data(experiment: Experiment) -> str:
    moved = "inputs" if experiment.problem.classes else "targets"
    draw = getattr(experiment.problem.draw, "__name__", "")
    return f'''\
def data(generator):
    """Draw a set of points, with noise."""
    inputs, targets = {draw}({POINTS}, generator)
    noise = {experiment.noise!r} * torch.randn({moved}.shape, generator=generator)
    {moved} = {moved} + noise
    return inputs, targets'''


def _network(function: Function, experiment: Experiment, seed: int) -> str:
    sizes = [experiment.problem.inputs, *[experiment.width] * experiment.depth, 1]
    if experiment.weights == PYTORCH_DEFAULT:
        draws = """\
        bound = 1 / math.sqrt(fan_in)
        linear.weight.uniform_(-bound, bound, generator=generator)
        linear.bias.uniform_(-bound, bound, generator=generator)"""
    else:
        std = _STDS.get(str(experiment.weights), f"{experiment.weights!r} / math.sqrt(fan_in)")
        draws = f"""\
        linear.weight.normal_(0, {std}, generator=generator)
        linear.bias.normal_(0, {experiment.sigma_b!r}, generator=generator)"""
    return f"""\
generator = torch.Generator().manual_seed({DATA_SEED + experiment.seed})
(inputs, targets), test = data(generator), data(generator)

generator = torch.Generator().manual_seed({experiment.seed_of(seed)})
sizes = {sizes}
layers = []
for fan_in, fan_out in zip(sizes[:-1], sizes[1:], strict=True):
    linear = nn.Linear(fan_in, fan_out)
    with torch.no_grad():
{draws}
    layers += [linear, {module(function, double=False)}]
network = nn.Sequential(*layers[:-1])"""


def _training(experiment: Experiment, steps: int) -> str:
    loss = "nn.BCEWithLogitsLoss()" if experiment.problem.classes else "nn.MSELoss()"
    rates = f"lr={experiment.learning_rate!r}, weight_decay={experiment.weight_decay!r}"
    return f"""\
optimiser = {_OPTIMISERS[experiment.optimiser].format(rates=rates)}
loss = {loss}
batches = {POINTS // experiment.batch}
losses = {{}}
for step in range({steps} + 1):
    if step % {CURVE_EVERY} == 0 or step == {steps}:
        with torch.no_grad():
            losses[step] = loss(network(inputs).squeeze(1), targets).item()
    if step % batches == 0:
        order = torch.randperm({POINTS}, generator=generator)
    start = step % batches * {experiment.batch}
    chosen = order[start : start + {experiment.batch}]
    optimiser.zero_grad()
    loss(network(inputs[chosen]).squeeze(1), targets[chosen]).backward()
    optimiser.step()
print(losses)"""
