"""What the activation does to learning: many small networks trained in lockstep, seed by seed."""

from activations.training.experiment import LIMITS, Experiment
from activations.training.optimisers import OPTIMISERS
from activations.training.run import Run, Snapshot
from activations.training.tasks import TASKS
from activations.training.verdict import compare, outcomes, sentences

__all__ = [
    "LIMITS",
    "OPTIMISERS",
    "TASKS",
    "Experiment",
    "Run",
    "Snapshot",
    "compare",
    "outcomes",
    "sentences",
]
