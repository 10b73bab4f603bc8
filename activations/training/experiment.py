"""What is trained: the settings of a run, which say all that it depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from types import MappingProxyType

from activations.functions.initial import check, check_weights
from activations.functions.spec import Interval
from activations.training.optimisers import OPTIMISERS
from activations.training.tasks import POINTS, TASKS, Task

LIMITS: Mapping[str, Interval] = MappingProxyType(
    {
        "noise": Interval(0, 10),
        "depth": Interval(1, 100),
        "width": Interval(2, 256),
        "sigma_w": Interval(0.01, 100),
        "sigma_b": Interval(0, 100),
        "learning_rate": Interval(0, 100),
        "weight_decay": Interval(0, 10),
        "batch": Interval(1, POINTS),
        "seeds": Interval(1, 32),
        "seed": Interval(0, 999_999),
    }
)
"""What an experiment may be set to, ends included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """Networks of `depth` hidden layers of `width` units that learn a task, `seeds` of a function.

    `task` is a name in TASKS, `noise` the standard deviation of what is added to its points.
    `weights` is a name in WEIGHTS of `functions.initial` or a sigma_w, `sigma_b` the biases'
    standard deviation, as on Depth. `optimiser` is a name in OPTIMISERS; each step takes `batch`
    points of the training set, in an order that each seed draws anew for each pass. Raises
    ValueError, saying what is allowed, for settings outside LIMITS.
    """

    task: str = "spiral"
    noise: float = 0.03
    depth: int = 3
    width: int = 16
    weights: str | float = "He"
    sigma_b: float = 0.0
    optimiser: str = "Adam"
    learning_rate: float = 0.01
    batch: int = 32
    weight_decay: float = 0.0
    seeds: int = 8
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("depth", "width", "batch", "seeds", "seed"):
            check(name, getattr(self, name), LIMITS[name], Integral, "a whole number")
        for name in ("noise", "sigma_b", "learning_rate", "weight_decay"):
            check(name, getattr(self, name), LIMITS[name], Real, "a number")
        check_weights(self.weights, self.sigma_b, LIMITS["sigma_w"])
        for name, known in (("task", TASKS), ("optimiser", OPTIMISERS)):
            if getattr(self, name) not in known:
                allowed = ", ".join(known)
                raise ValueError(f"{name} must be one of {allowed}, not {getattr(self, name)!r}")

    @property
    def problem(self) -> Task:
        """The task itself."""
        return TASKS[self.task]

    def seed_of(self, network: int) -> int:
        """Return what the network of this number, from 0, is drawn with."""
        return 1_000_000 * (network + 1) + int(self.seed)

    @property
    def memory(self) -> int:
        """Bytes that one function's networks need, roughly: what they learn, and its traces."""
        weights = self.depth * self.width * (self.width + 2)
        signal = 4 * self.depth * self.width * POINTS
        return 4 * self.seeds * (8 * weights + signal)
