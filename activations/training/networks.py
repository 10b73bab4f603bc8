"""Many small networks as one tensor program: each function's with each seed, in lockstep.

Networks stand along the first dimension of every tensor, the seeds of the first function first.
All parameters are parts of one flat tensor, on which an optimiser works.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch.func import functional_call

from activations.functions import initial
from activations.functions.spec import Function

Shapes = list[tuple[int, ...]]


class Networks:
    """Networks of `depth` hidden layers of `width` units, for each function `seeds` of them.

    What a function learns besides weights, as its entry says, each layer of each network learns by
    itself. What is random in training is evaluated as after it.
    """

    def __init__(
        self, functions: Sequence[Function], seeds: int, inputs: int, depth: int, width: int
    ) -> None:
        """Make networks whose parameters are all 0, in float32."""
        self.functions, self.seeds, self.depth = tuple(functions), seeds, depth
        self._arguments = inputs, depth, width
        self._modules = [each.learning_module().float().requires_grad_(False) for each in functions]
        self._learned = [dict(module.named_parameters()) for module in self._modules]
        self.sizes = [inputs, *[width] * depth, 1]
        count = len(functions) * seeds
        shapes: Shapes = []
        for fan_in, fan_out in zip(self.sizes[:-1], self.sizes[1:], strict=True):
            shapes += [(count, fan_in, fan_out), (count, 1, fan_out)]
        for learned in self._learned:
            shapes += depth * [(seeds, *start.shape) for start in learned.values()]
        self.parameters = torch.zeros(sum(map(math.prod, shapes)), dtype=torch.float32)
        parts = torch.split(self.parameters, [math.prod(shape) for shape in shapes])
        self.leaves = [
            part.view(shape).requires_grad_() for part, shape in zip(parts, shapes, strict=True)
        ]
        self.weights = self.leaves[0 : 2 * depth + 2 : 2]
        self.biases = self.leaves[1 : 2 * depth + 2 : 2]
        rest = iter(self.leaves[2 * depth + 2 :])
        self.extras: list[list[dict[str, torch.Tensor]]] = [
            [{name: next(rest) for name in learned} for _ in range(depth)]
            for learned in self._learned
        ]

    def draw(
        self, weights: str | float, sigma_b: float, generators: Sequence[torch.Generator]
    ) -> None:
        """Draw weights and biases, layer by layer, from a generator for each seed.

        Functions get the same draws. What else they learn begins where their modules begin.
        """
        uniform = weights == initial.PYTORCH_DEFAULT
        with torch.no_grad():
            for seed, generator in enumerate(generators):
                for weight, bias in zip(self.weights, self.biases, strict=True):
                    fan_in, fan_out = weight.shape[1:]
                    std = initial.weight_std(weights, fan_in, fan_out)
                    # transposed, as nn.Linear keeps them
                    drawn = initial.draw((fan_out, fan_in), std, generator, uniform=uniform)
                    weight[seed :: self.seeds] = drawn.T
                    std = initial.bias_std(weights, sigma_b, fan_in)
                    bias[seed :: self.seeds] = initial.draw(
                        (fan_out,), std, generator, uniform=uniform
                    )
            for learned, layers in zip(self._learned, self.extras, strict=True):
                for layer in layers:
                    for name, values in layer.items():
                        values.copy_(learned[name].expand(values.shape))

    def activate(self, layer: int, pre_activations: torch.Tensor) -> torch.Tensor:
        """Apply each function to its networks' pre-activations, of shape (networks, ...)."""
        parts = torch.split(pre_activations, self.seeds)
        return torch.cat(
            [
                torch.vmap(lambda own, z, f=module: functional_call(f, own, (z,)))(
                    extras[layer], part
                )
                if extras[layer]
                else module(part)
                for module, extras, part in zip(self._modules, self.extras, parts, strict=True)
            ]
        )

    def forward(self, inputs: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Return outputs of shape (networks, points), and each layer's pre-activations.

        `inputs` has the shape (networks, points, inputs).
        """
        signal, pre_activations = inputs, []
        for layer in range(self.depth):
            pre_activations.append(torch.baddbmm(self.biases[layer], signal, self.weights[layer]))
            signal = self.activate(layer, pre_activations[-1])
        return torch.baddbmm(self.biases[-1], signal, self.weights[-1]).squeeze(-1), pre_activations

    def copy(self) -> Networks:
        """Return networks with the same parameters, but of their own."""
        found = Networks(self.functions, self.seeds, *self._arguments)
        found.parameters.copy_(self.parameters)
        return found

    def of_seed(self, seed: int) -> Networks:
        """Return the networks of one seed alone, with parameters of their own."""
        found = Networks(self.functions, 1, *self._arguments)
        with torch.no_grad():
            for mine, theirs in zip(found.leaves, self.leaves, strict=True):
                mine.copy_(theirs[seed :: self.seeds])
        return found
