"""Activation functions of neural networks: torch's own, with what is worth knowing about them."""

from activations.calculus import Curve, evaluate
from activations.catalog import CATALOG
from activations.spec import Activation, Function, Interval, Parameter

__all__ = ["CATALOG", "Activation", "Curve", "Function", "Interval", "Parameter", "evaluate"]
