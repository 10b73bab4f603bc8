"""Straight lines in place of a curve."""

from __future__ import annotations

import torch
from torch import nn

from activations.functions.catalog._shared import BLUE, VIOLET, torch_page
from activations.functions.spec import (
    Activation,
    Break,
    Family,
    Interval,
    Paper,
    Parameter,
    Parity,
    Requirement,
)
from activations.notation import latex

HARDTANH = Activation(
    name="hardtanh",
    title="Hardtanh",
    family=Family.PIECEWISE_LINEAR,
    make=nn.Hardtanh,
    parameters=(
        Parameter(
            name="min_val",
            symbol="a",
            default=-1.0,
            low=-3,
            high=-0.1,
            step=0.1,
            meaning="Least output",
            short="min",
        ),
        Parameter(
            name="max_val",
            symbol="b",
            default=1.0,
            low=0.1,
            high=3,
            step=0.1,
            meaning="Greatest output",
            short="max",
        ),
    ),
    requirements=(
        Requirement(lambda min_val, max_val: min_val < max_val, "min_val must be below max_val"),
    ),
    formula=lambda min_val, max_val: rf"\min(\max({latex(min_val)}, x), {latex(max_val)})",
    output=lambda min_val, max_val: Interval(min_val, max_val),
    monotone=True,
    parity=lambda min_val, max_val: Parity.ODD if min_val == -max_val else Parity.NEITHER,
    breaks=lambda min_val, max_val: (
        Break(min_val, order=1, slope=0),
        Break(max_val, order=1, slope=0),
    ),
    summary="Clips the input, the cheapest stand-in for tanh.",
    paper=torch_page("Hardtanh"),
    color=VIOLET,
    dash="dash",
)

HARDSIGMOID = Activation(
    name="hardsigmoid",
    title="Hardsigmoid",
    family=Family.PIECEWISE_LINEAR,
    make=nn.Hardsigmoid,
    formula=r"\frac{\min(\max(0, x + 3), 6)}{6}",
    output=Interval(0, 1),
    monotone=True,
    parity=Parity.NEITHER,
    breaks=(Break(-3, order=1, slope=0), Break(3, order=1, slope=0)),
    curvature=torch.zeros_like,
    summary="Straight lines in place of the sigmoid's curve, cheap to compute.",
    paper=Paper(
        title="Searching for MobileNetV3", year=2019, url="https://arxiv.org/abs/1905.02244"
    ),
    color=BLUE,
    dash="dot",
)
