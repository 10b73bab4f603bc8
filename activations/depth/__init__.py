"""What depth does to a signal: a deep random stack, measured layer by layer, beside its theory."""

from activations.depth.experiment import (
    LIMITS,
    MEMORY_LIMIT,
    Experiment,
    Network,
    Result,
    draw,
    measure,
    theory,
    verdict,
)
from activations.depth.repeats import REPEATS, Repeated, repeat
from activations.functions.initial import PYTORCH_DEFAULT, WEIGHTS

__all__ = [
    "LIMITS",
    "MEMORY_LIMIT",
    "PYTORCH_DEFAULT",
    "REPEATS",
    "WEIGHTS",
    "Experiment",
    "Network",
    "Repeated",
    "Result",
    "draw",
    "measure",
    "repeat",
    "theory",
    "verdict",
]
