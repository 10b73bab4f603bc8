"""Functions of several inputs, as what they are: gates of two, softmax of many."""

from activations.gates.gating import GATES, Gate, Surface, gate, surface
from activations.gates.shares import Shares, softmax
from activations.gates.signal import GateMoments, moments
from activations.gates.variants import VARIANTS, Variant

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
