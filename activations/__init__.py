"""Activation functions of neural networks: torch's own, with what is worth knowing about them."""

from activations.functions.calculus import Curve, evaluate
from activations.functions.catalog import CATALOG, NOT_ELEMENTWISE
from activations.functions.facts import Facts, Moments, measure, moments
from activations.functions.formula import FormulaError, formula
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
    "measure",
    "moments",
]
