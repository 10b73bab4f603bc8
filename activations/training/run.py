"""A run: networks that learn in lockstep, step by step, and what is seen of them on the way.

A run is a pure function of its experiment and its functions: it may be stopped anywhere and goes
on as if it had not been.

    run = Run(Experiment(task="spiral"), [function("relu"), function("tanh")])
    run.advance(2000)
    run.snapshot().train_loss[-1]        # of each function, with each seed
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from activations.functions.bins import BIN_CENTERS, histogram
from activations.functions.calculus import FloatArray
from activations.functions.neutral import neutral
from activations.functions.spec import Function
from activations.training.experiment import Experiment
from activations.training.networks import Networks
from activations.training.optimisers import OPTIMISERS
from activations.training.tasks import POINTS, Data, draw_data

CURVE_EVERY = 20
"""Steps from one point of the curves to the next."""

INSIDE_EVERY = 100
"""Steps from one look into the networks to the next; a multiple of CURVE_EVERY."""

BINNED_POINTS = 64
"""So many points of the training set a distribution of pre-activations is made of."""


_ARRAY = 256
"""Bytes that each of the arrays of a look takes, however few numbers it has."""


def kept(experiment: Experiment, functions: int, steps: int) -> int:
    """Return the bytes that a snapshot at that step takes, roughly."""
    depth, width = experiment.depth, experiment.width
    networks = functions * experiment.seeds
    curves = (steps // CURVE_EVERY + 2) * 4 * (8 * networks + _ARRAY)
    inside = (steps // INSIDE_EVERY + 1) * (8 * networks * (2 * depth + 1) + 2 * _ARRAY)
    return 4 * networks * depth * width * (width + 2) + curves + inside


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """What is known of a run at a step: float64 arrays, along the first dimension over time.

    `train_loss`, `test_loss` and the accuracies, which a regression has not (NaN), have the shape
    (times, functions, seeds) and belong to `steps`; `dead`, the share of units that let no gradient
    through on the whole training set (NaN in a network that diverged), and `gradient`, the norm of
    the gradient of each layer's weights there, have a last dimension of layers besides and belong
    to `inside_steps`. `histogram` has the shape (functions, layers, bins): where each layer's
    pre-activations lay when last looked at, over all seeds that have numbers there. `networks` are
    a copy.
    """

    experiment: Experiment
    functions: tuple[Function, ...]
    step: int
    steps: npt.NDArray[np.int64]
    train_loss: FloatArray
    test_loss: FloatArray
    train_accuracy: FloatArray
    test_accuracy: FloatArray
    inside_steps: npt.NDArray[np.int64]
    dead: FloatArray
    gradient: FloatArray
    histogram: FloatArray
    networks: Networks
    train: Data
    test: Data

    @property
    def constant_loss(self) -> float:
        """The training loss of the best constant."""
        return self.experiment.problem.constant_loss(self.train.targets)

    @neutral()
    def predict(self, seed: int, inputs: FloatArray) -> FloatArray:
        """Return the outputs of the networks of one seed, of shape (functions, points).

        A class' output is its probability. `inputs` has the shape (points, inputs).
        """
        networks = self.networks.of_seed(seed)
        points = torch.tensor(inputs, dtype=torch.float32).expand(len(self.functions), -1, -1)
        with torch.no_grad():
            outputs, _ = networks.forward(points)
        if self.experiment.problem.classes:
            outputs = outputs.sigmoid()
        return outputs.double().numpy()


class Run:
    """Networks of each function that learn the same, each seed's from the same draws."""

    @neutral()
    def __init__(self, experiment: Experiment, functions: Sequence[Function]) -> None:
        """Draw data and networks, and look at them once; `functions` are one at least."""
        self.experiment, self.functions = experiment, tuple(functions)
        self.step = 0
        self._train, self._test = draw_data(experiment.task, experiment.noise, experiment.seed)
        self._generators = [
            torch.Generator().manual_seed(experiment.seed_of(seed))
            for seed in range(experiment.seeds)
        ]
        problem = experiment.problem
        self._networks = Networks(
            functions, experiment.seeds, problem.inputs, experiment.depth, experiment.width
        )
        self._networks.draw(experiment.weights, experiment.sigma_b, self._generators)
        make = OPTIMISERS[experiment.optimiser]
        self._optimiser = make(experiment.learning_rate, experiment.weight_decay)
        self._order = torch.empty(0)
        self._steps: list[int] = []
        self._curves: list[list[FloatArray]] = []
        self._inside_steps: list[int] = []
        self._dead: list[FloatArray] = []
        self._gradients: list[FloatArray] = []
        self._histogram: FloatArray = np.zeros(0)
        self._look()

    @neutral()
    def advance(self, steps: int, progress: Callable[[float], object] | None = None) -> None:
        """Do so many steps; `progress` is told the share done after each, and may raise to stop."""
        for number in range(1, steps + 1):
            self._learn()
            if self.step % CURVE_EVERY == 0:
                self._look()
            if progress is not None:
                progress(number / steps)

    @neutral()
    def snapshot(self) -> Snapshot:
        """Return what is known by now, which later steps leave as it is; curves end here."""
        steps, curves = self._steps, self._curves
        if self.step != steps[-1]:
            steps, curves = [*steps, self.step], [*curves, self._measure()]
        train_loss, test_loss, train_accuracy, test_accuracy = (
            np.stack(each) for each in zip(*curves, strict=True)
        )
        return Snapshot(
            self.experiment,
            self.functions,
            self.step,
            np.array(steps),
            train_loss,
            test_loss,
            train_accuracy,
            test_accuracy,
            np.array(self._inside_steps),
            np.stack(self._dead),
            np.stack(self._gradients),
            self._histogram,
            self._networks.copy(),
            self._train,
            self._test,
        )

    def _learn(self) -> None:
        """Do one step, with the next points of each seed's order."""
        batch = self.experiment.batch
        at = self.step % (POINTS // batch) * batch
        if at == 0:
            self._order = torch.stack(
                [torch.randperm(POINTS, generator=generator) for generator in self._generators]
            )
        chosen = self._order[:, at : at + batch]
        repeats = len(self.functions)
        inputs = self._train.inputs[chosen].repeat(repeats, 1, 1)
        targets = self._train.targets[chosen].repeat(repeats, 1)
        outputs, _ = self._networks.forward(inputs)
        losses = self.experiment.problem.loss(outputs, targets)
        gradient = self._gradient(losses)
        with torch.no_grad():
            self._optimiser.step(
                self._networks.parameters, torch.cat([each.flatten() for each in gradient])
            )
        self.step += 1

    def _gradient(self, losses: torch.Tensor) -> tuple[torch.Tensor, ...]:
        # networks have nothing in common, so the sum's gradient is that of each
        # and a function without slope, as a step has none, lets none through: it is 0 below
        return torch.autograd.grad(losses.sum(), self._networks.leaves, materialize_grads=True)

    def _look(self) -> None:
        """Take note of losses and accuracies, and now and then of what goes on inside."""
        self._steps.append(self.step)
        self._curves.append(self._measure())
        if self.step % INSIDE_EVERY == 0:
            self._look_inside()

    def _measure(self) -> list[FloatArray]:
        """Return the losses on both sets, and the accuracies."""
        problem, shape = self.experiment.problem, (len(self.functions), self.experiment.seeds)
        losses, accuracies = [], []
        for data in (self._train, self._test):
            with torch.no_grad():
                outputs, _ = self._networks.forward(self._for_all(data.inputs))
                loss = problem.loss(outputs, data.targets.expand(outputs.shape))
            right = ((outputs > 0) == (data.targets > 0.5)).double().mean(-1)
            accuracy = right if problem.classes else torch.full_like(right, torch.nan)
            losses.append(loss.double().view(shape).numpy())
            accuracies.append(accuracy.view(shape).numpy())
        return [*losses, *accuracies]

    def _for_all(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return the same inputs for each network."""
        return inputs.expand(len(self.functions) * self.experiment.seeds, -1, -1)

    def _look_inside(self) -> None:
        outputs, pre_activations = self._networks.forward(self._for_all(self._train.inputs))
        losses = self.experiment.problem.loss(outputs, self._train.targets.expand(outputs.shape))
        depth = self.experiment.depth
        shape = (len(self.functions), self.experiment.seeds, -1)
        gradient = self._gradient(losses)[0 : 2 * depth + 2 : 2]
        norms = [each.double().flatten(1).norm(dim=1) for each in gradient]
        dead, bins = [], []
        for layer, values in enumerate(pre_activations):
            values = values.detach()
            silent = (self._slopes(layer, values) == 0).all(dim=1).double().mean(dim=1)
            diverged = values.isnan().flatten(1).any(dim=1)
            dead.append(silent.masked_fill(diverged, torch.nan))
            samples = torch.split(values[:, :BINNED_POINTS], self.experiment.seeds)
            bins.append([_shares(each) for each in samples])
        self._inside_steps.append(self.step)
        self._dead.append(torch.stack(dead, dim=1).view(shape).numpy())
        self._gradients.append(torch.stack(norms, dim=1).view(shape).numpy())
        self._histogram = np.array(bins).transpose(1, 0, 2)

    def _slopes(self, layer: int, pre_activations: torch.Tensor) -> torch.Tensor:
        """Return each function's derivative at its networks' pre-activations."""
        inputs = pre_activations.requires_grad_()
        outputs = self._networks.activate(layer, inputs)
        if not outputs.requires_grad:
            return torch.zeros_like(inputs)
        (slopes,) = torch.autograd.grad(outputs.sum(), inputs, materialize_grads=True)
        return slopes


def _shares(values: torch.Tensor) -> FloatArray:
    """Return the share of those values that are numbers in each bin, NaN where none is."""
    known = values[~values.isnan()]
    return histogram(known) if known.numel() else np.full(BIN_CENTERS.size, np.nan)
