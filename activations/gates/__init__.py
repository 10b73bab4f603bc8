"""Functions of several inputs, as what they are: gates of two, softmax of many."""

from activations.gates.gating import GATES, Gate, Surface, gate, surface
from activations.gates.shares import VARIANTS, Shares, Variant, softmax
from activations.gates.signal import GateMoments, moments

__all__ = [
    "GATES",
    "VARIANTS",
    "Gate",
    "GateMoments",
    "Shares",
    "Surface",
    "Variant",
    "gate",
    "moments",
    "softmax",
    "surface",
]
