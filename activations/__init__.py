"""Activation functions of neural networks: torch's own, with what is worth knowing about them."""

from activations.calculus import Curve, evaluate
from activations.catalog import CATALOG
from activations.facts import Facts, measure
from activations.spec import Activation, Function, Interval, Parameter

__all__ = [
    "CATALOG",
    "Activation",
    "Curve",
    "Facts",
    "Function",
    "Interval",
    "Parameter",
    "evaluate",
    "measure",
]
