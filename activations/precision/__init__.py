"""What 16 and 8 bits do to an activation: the error at every input, in steps of the format."""

from activations.precision.formats import FORMATS, Format
from activations.precision.measure import (
    BINS,
    PLACES,
    Errors,
    Measurement,
    Stretch,
    measure,
)

__all__ = [
    "BINS",
    "FORMATS",
    "PLACES",
    "Errors",
    "Format",
    "Measurement",
    "Stretch",
    "measure",
]
