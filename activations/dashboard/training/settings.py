"""What the user chooses on the page "Training"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from activations.dashboard import functions, weights
from activations.dashboard.controls import OneOf, Option, Slider, SomeOf, StopSlider
from activations.dashboard.images import IMAGES, WithImages
from activations.dashboard.jobs import TURNS
from activations.dashboard.reading import controls, group
from activations.dashboard.weights import SIGMA_B, SIGMA_W, WEIGHTS, WithWeights
from activations.functions.spec import Function
from activations.training.experiment import LIMITS, Experiment
from activations.training.presets import Preset
from activations.training.tasks import TASKS, Task

_OPTIMISERS: Final = {"sgd": "SGD", "momentum": "Momentum", "adam": "Adam"}
_PACES: Final = {"slow": 20.0, "medium": 200.0, "full": 0.0}
"""Steps a second at most, by the words of speeds; 0 is as fast as it goes."""

_DEFAULT: Final = Experiment()


@dataclass(frozen=True, kw_only=True)
class Settings(functions.WithFunctions, WithWeights, WithImages):
    """What is chosen, by control key."""

    task: str
    noise: float
    depth: int
    width: int
    optimiser: str
    learning_rate: float
    batch: int
    weight_decay: float
    seeds: int
    seed: int
    steps: int
    speed: str
    lines: tuple[str, ...]
    shown: int

    @property
    def problem(self) -> Task:
        """The chosen task itself."""
        return TASKS[self.task]

    @property
    def experiment(self) -> Experiment:
        """The chosen experiment."""
        return Experiment(
            task=self.task,
            noise=self.noise,
            depth=self.depth,
            width=self.width,
            **self.initialisation,
            optimiser=_OPTIMISERS[self.optimiser],
            learning_rate=self.learning_rate,
            batch=self.batch,
            weight_decay=self.weight_decay,
            seeds=self.seeds,
            seed=self.seed,
        )

    @property
    def trained(self) -> tuple[Function, ...]:
        """The chosen functions, or as many of them as there is memory for."""
        return self.chosen[: TURNS.memory // self.experiment.memory]

    @property
    def pace(self) -> float:
        """Steps a second at most; 0 is as fast as it goes."""
        return _PACES[self.speed]

    @property
    def every_seed(self) -> bool:
        """Whether every seed has a line."""
        return bool(self.lines)

    @property
    def shown_seed(self) -> int:
        """The seed whose networks are shown, from 0."""
        return min(self.shown, self.seeds) - 1


def values_of(preset: Preset) -> dict[str, Any]:
    """Return the controls' values that show a story."""
    experiment = preset.experiment
    optimisers = {name: word for word, name in _OPTIMISERS.items()}
    parameters = {
        each.activation.query_of(parameter): each.values[parameter.name]
        for each in preset.functions
        for parameter in each.activation.parameters
    }
    same = ("task", "noise", "depth", "width", "learning_rate", "batch", "weight_decay")
    return {
        "functions": tuple(each.activation.name for each in preset.functions),
        "own": (),
        **parameters,
        **weights.values_of(experiment.weights, experiment.sigma_b),
        "optimiser": optimisers[experiment.optimiser],
        "steps": preset.steps,
        **{name: getattr(experiment, name) for name in (*same, "seeds", "seed")},
    }


_DIGITS: Final = (1, 2, 3, 5)

TASK: Final = OneOf(
    key="task",
    label="Task",
    default=_DEFAULT.task,
    options=tuple(Option(word, task.title) for word, task in TASKS.items()),
    pills=True,
    labelled=False,
)
NOISE: Final = Slider(
    key="noise",
    label="Noise",
    default=_DEFAULT.noise,
    low=0.0,
    high=0.5,
    step=0.01,
    help="The standard deviation of what is added to each point.",
)
DEPTH: Final = Slider(
    key="depth", label="Depth", default=_DEFAULT.depth, low=1, high=10, step=1, whole=True
)
WIDTH: Final = Slider(
    key="width", label="Width", default=_DEFAULT.width, low=2, high=64, step=1, whole=True
)
OPTIMISER: Final = OneOf(
    key="optimiser", label="Optimiser", default="adam", options=weights.options(_OPTIMISERS)
)
LEARNING_RATE: Final = StopSlider(
    key="learning_rate",
    label="Learning rate",
    default=_DEFAULT.learning_rate,
    low=0.0001,
    high=3.0,
    step=0.0001,
    stops=tuple(
        number
        for power in range(-4, 1)
        for digit in _DIGITS
        if (number := float(f"{digit}e{power}")) <= 3
    ),
)
BATCH: Final = StopSlider(
    key="batch",
    label="Batch size",
    default=_DEFAULT.batch,
    low=1,
    high=int(LIMITS["batch"].high),
    step=1,
    whole=True,
    stops=(4, 8, 16, 32, 64, 128, 256),
    help="Points of the 256 of the training set that each step takes.",
)
WEIGHT_DECAY: Final = StopSlider(
    key="weight_decay",
    label="Weight decay",
    default=_DEFAULT.weight_decay,
    low=0.0,
    high=1.0,
    step=0.0001,
    stops=(0.0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1),
)
SEEDS: Final = Slider(
    key="seeds",
    label="Seeds",
    default=_DEFAULT.seeds,
    low=1,
    high=32,
    step=1,
    whole=True,
    help="Networks of each function, each from draws of its own; functions share the draws.",
)
SEED: Final = Slider(
    key="seed",
    label="First seed",
    default=_DEFAULT.seed,
    low=0,
    high=99,
    step=1,
    whole=True,
    help="Another one draws other data and other networks.",
)
STEPS: Final = StopSlider(
    key="steps",
    label="Steps",
    default=2000,
    low=1,
    high=20_000,
    step=1,
    whole=True,
    stops=(100, 200, 500, 1000, 2000, 5000, 10_000, 20_000),
)
SPEED: Final = OneOf(
    key="speed",
    label="Speed",
    default="full",
    options=(Option("slow", "Slow"), Option("medium", "Medium"), Option("full", "Full")),
    help="20 steps a second, 200, or as many as the server can.",
)
LINES: Final = SomeOf(
    key="lines",
    label="Show",
    default=(),
    options=(Option("every-seed", "Every seed"),),
    help="Else a band holds the middle 80 % of the seeds.",
)
SHOWN: Final = Slider(
    key="shown",
    label="Seed shown",
    default=1,
    low=1,
    high=32,
    step=1,
    whole=True,
    help="Whose networks the boundaries or curves are; the last one, where there are fewer.",
)

CONTROLS: Final = controls(
    Settings,
    group("TASK", TASK, NOISE),
    *functions.groups(follows=False),
    group("NETWORK", DEPTH, WIDTH),
    group("WEIGHTS", WEIGHTS, SIGMA_W, SIGMA_B),
    group("OPTIMISER", OPTIMISER, LEARNING_RATE, BATCH, WEIGHT_DECAY),
    group("RUN", SEEDS, SEED, STEPS, SPEED),
    group("SHOW", SHOWN, LINES, follows=True),
    IMAGES,
)
