"""Activation functions of neural networks: torch's own, with what is worth knowing about them."""

from activations import gates, plot, precision
from activations.functions.calculus import Curve, evaluate
from activations.functions.catalog import CATALOG, NOT_ELEMENTWISE
from activations.functions.facts import Facts, measure
from activations.functions.formula import FormulaError, formula
from activations.functions.gaussian import Moments, moments
from activations.functions.spec import (
    Activation,
    Break,
    Choice,
    Family,
    Function,
    Interval,
    Paper,
    Parameter,
    Parity,
    Requirement,
)

__all__ = [
    "CATALOG",
    "NOT_ELEMENTWISE",
    "Activation",
    "Break",
    "Choice",
    "Curve",
    "Facts",
    "Family",
    "FormulaError",
    "Function",
    "Interval",
    "Moments",
    "Paper",
    "Parameter",
    "Parity",
    "Requirement",
    "evaluate",
    "formula",
    "gates",
    "measure",
    "moments",
    "plot",
    "precision",
]
