"""What networks are trained to do: small tasks in one or two dimensions that can be seen whole."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch.nn import functional

from activations.functions.neutral import neutral

POINTS = 256
"""Points of a training set, and of a test set."""

DATA_SEED = 2**32
"""Added to the seed of what is drawn as data, which no network is drawn with."""


@dataclass(frozen=True, slots=True)
class Task:
    """A relation between inputs, from -1 to 1 or so, and one target.

    `draw` makes as many points with a generator: inputs of shape (count, inputs) and targets of
    shape (count,), both float32, without noise. It calls nothing but torch and math, since its
    source is exported. A class is 0 or 1, and noise moves its points; of a regression noise moves
    the targets.
    """

    title: str
    inputs: int
    classes: bool
    draw: Callable[[int, torch.Generator], tuple[torch.Tensor, torch.Tensor]]

    @property
    def loss_title(self) -> str:
        """What the loss is called."""
        return "cross-entropy" if self.classes else "mean squared error"

    def loss(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the mean loss over the last dimension; a class' output is its logit."""
        each = functional.binary_cross_entropy_with_logits if self.classes else functional.mse_loss
        return each(outputs, targets, reduction="none").mean(-1)

    def constant_loss(self, targets: torch.Tensor) -> float:
        """Return the loss of the best constant output."""
        mean = targets.double().mean()
        if not self.classes:
            return float((targets.double() - mean).square().mean())
        return float(functional.binary_cross_entropy(mean.expand(targets.shape), targets.double()))


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """The points of a set: float32 `inputs` of shape (points, inputs), `targets` of (points,)."""

    inputs: torch.Tensor
    targets: torch.Tensor


@neutral()
def draw_data(task: str, noise: float, seed: int) -> tuple[Data, Data]:
    """Return a training set and a test set of POINTS each; the same seed gives the same bits."""
    generator = torch.Generator().manual_seed(DATA_SEED + int(seed))
    train, test = (_noisy(TASKS[task], noise, generator) for _ in range(2))
    return train, test


def _noisy(task: Task, noise: float, generator: torch.Generator) -> Data:
    inputs, targets = task.draw(POINTS, generator)
    if task.classes:
        inputs = inputs + noise * torch.randn(
            inputs.shape, generator=generator, dtype=torch.float32
        )
    else:
        targets = targets + noise * torch.randn(
            targets.shape, generator=generator, dtype=torch.float32
        )
    return Data(inputs, targets)


def circle(count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw points in a disc, and as many in a ring around it."""
    inside = (torch.arange(count) % 2).float()
    along, around = torch.rand(2, count, generator=generator, dtype=torch.float32)
    radius = torch.where(inside == 1, 0.5 * along, 0.7 + 0.3 * along)
    angle = 2 * math.pi * around
    return radius[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1), inside


def xor(count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw points in a square, whose class is whether both coordinates have the same sign."""
    inputs = 2 * torch.rand(count, 2, generator=generator, dtype=torch.float32) - 1
    return inputs, (inputs[:, 0] * inputs[:, 1] > 0).float()


def gaussians(count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw points around two centres."""
    classes = (torch.arange(count) % 2).float()
    centers = 0.8 * classes[:, None] - 0.4
    return centers + 0.2 * torch.randn(count, 2, generator=generator, dtype=torch.float32), classes


def spiral(count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw points on two arms that wind around each other."""
    arm = (torch.arange(count) % 2).float()
    radius = torch.rand(count, generator=generator, dtype=torch.float32)
    angle = 3.5 * math.pi * radius + math.pi * arm
    return radius[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1), arm


def sines(count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw points on the sum of a slow wave and a fast one."""
    x = 2 * torch.rand(count, generator=generator, dtype=torch.float32) - 1
    return x[:, None], (torch.sin(math.pi * x) + 0.5 * torch.sin(5 * math.pi * x)) / 1.5


def step(count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw points on a line that jumps."""
    x = 2 * torch.rand(count, generator=generator, dtype=torch.float32) - 1
    return x[:, None], torch.sign(x)


def chirp(count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw points on a wave that gets faster."""
    x = 2 * torch.rand(count, generator=generator, dtype=torch.float32) - 1
    return x[:, None], torch.sin(2.5 * math.pi * (x + 1).square())


TASKS: Mapping[str, Task] = MappingProxyType(
    {
        "circle": Task("Circle", 2, True, circle),
        "xor": Task("XOR", 2, True, xor),
        "gaussians": Task("Two Gaussians", 2, True, gaussians),
        "spiral": Task("Spiral", 2, True, spiral),
        "sines": Task("Sine mixture", 1, False, sines),
        "step": Task("Step", 1, False, step),
        "chirp": Task("Chirp", 1, False, chirp),
    }
)
"""The tasks by their words: classification in the plane, regression on a line."""
