"""The yardstick: one network at a time, in plain torch.nn and torch.optim."""

from itertools import pairwise

import torch
from torch import nn

from activations.functions.initial import PYTORCH_DEFAULT, bias_std, draw, weight_std
from activations.training.tasks import POINTS, draw_data

OPTIMISERS = {
    "SGD": torch.optim.SGD,
    "Momentum": lambda *given, **more: torch.optim.SGD(*given, momentum=0.9, **more),
    "Adam": torch.optim.Adam,
}


def network(function, experiment, generator):
    """A torch.nn network, drawn by the generator layer by layer."""
    sizes = [experiment.problem.inputs, *[experiment.width] * experiment.depth, 1]
    uniform = experiment.weights == PYTORCH_DEFAULT
    layers = []
    for fan_in, fan_out in pairwise(sizes):
        linear = nn.Linear(fan_in, fan_out)
        std = weight_std(experiment.weights, fan_in, fan_out)
        with torch.no_grad():
            linear.weight.copy_(draw((fan_out, fan_in), std, generator, uniform=uniform))
            std = bias_std(experiment.weights, experiment.sigma_b, fan_in)
            linear.bias.copy_(draw((fan_out,), std, generator, uniform=uniform))
        layers += [linear, function.learning_module()]
    return nn.Sequential(*layers[:-1])


class Training:
    """One network's training; `losses` are its training losses before each step."""

    def __init__(self, function, experiment, number):
        self.experiment = experiment
        self.train, self.test = draw_data(experiment.task, experiment.noise, experiment.seed)
        self.generator = torch.Generator().manual_seed(experiment.seed_of(number))
        self.network = network(function, experiment, self.generator)
        self.optimiser = OPTIMISERS[experiment.optimiser](
            self.network.parameters(),
            lr=experiment.learning_rate,
            weight_decay=experiment.weight_decay,
        )
        self.step = 0

    def loss(self, inputs, targets):
        outputs = self.network(inputs).squeeze(1)
        if self.experiment.problem.classes:
            return nn.functional.binary_cross_entropy_with_logits(outputs, targets)
        return nn.functional.mse_loss(outputs, targets)

    def advance(self, steps):
        batch = self.experiment.batch
        for _ in range(steps):
            at = self.step % (POINTS // batch) * batch
            if at == 0:
                self.order = torch.randperm(POINTS, generator=self.generator)
            chosen = self.order[at : at + batch]
            self.optimiser.zero_grad()
            self.loss(self.train.inputs[chosen], self.train.targets[chosen]).backward()
            self.optimiser.step()
            self.step += 1
