"""What a figure shows of each run, and by which colour, dash and symbol it is told apart.

A function has its usual colour and dash; where it is run in several experiments, each has a symbol
and a dash of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from activations.depth.experiment import Result
from activations.depth.mean_field import Theory
from activations.depth.repeats import Band
from activations.drawing.frame import uid
from activations.drawing.message import Kind, Layout
from activations.drawing.style import PAPER
from activations.functions.calculus import FloatArray
from activations.functions.spec import Function

SIGMA_W = "σ<sub>w</sub>"

_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star")
_TOUCHING = 0.02
"""Share of a value within which two are one dot to the eye."""
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What was measured of a function in an experiment, and what theory predicts.

    `variant` numbers the experiments of one figure; `label` tells the run from others there. One
    that lies on another is drawn as rings `around` its dots. `bands` say how far single networks
    stray, where the result is the median of several.
    """

    result: Result
    theory: Theory
    label: str
    variant: int = 0
    around: bool = False
    bands: Mapping[str, Band] = field(default_factory=dict)

    @property
    def function(self) -> Function:
        """The function that ran."""
        return self.result.function

    @property
    def name(self) -> str:
        """The function's key in the catalogue."""
        return self.function.activation.name

    @property
    def text(self) -> str:
        """The label as figures write it, its σ_w with a true index."""
        return self.label.replace("σ_w", SIGMA_W)

    @property
    def group(self) -> str:
        """What the legend knows the run by, whatever its experiment is set to."""
        return f"{self.name}-{self.variant}"

    @property
    def color(self) -> str:
        """The function's colour."""
        return self.function.activation.color

    @property
    def symbol(self) -> str:
        """The symbol of the experiment's dots."""
        return _SYMBOLS[self.variant % len(_SYMBOLS)]

    @property
    def dash(self) -> str:
        """The dash of the run's lines: the function's, or the variant's where it is one."""
        dashes = (self.function.activation.dash, *_DASHES[1:])
        return dashes[(self.variant + self.around) % len(dashes)]


def told_apart(runs: Sequence[Run], values: Sequence[FloatArray]) -> list[Run]:
    """Return the runs such that of two whose values lie on each other both are seen."""
    found: list[Run] = []
    for number, (run, mine) in enumerate(zip(runs, values, strict=True)):
        below = any(
            _together(mine, values[other]) and not found[other].around for other in range(number)
        )
        found.append(replace(run, around=below))
    return found


def _together(one: FloatArray, other: FloatArray) -> bool:
    known = np.isfinite(one) & np.isfinite(other)
    if not known.any():
        return False
    largest = np.maximum(abs(one), abs(other))[known]
    return bool((abs(one - other)[known] <= _TOUCHING * largest).mean() > 0.5)


def entries(runs: Sequence[Run], mode: str, dashes: Sequence[str] = ()) -> list[Layout]:
    """Return traces of no points that name the runs, which may have other `dashes` than usual."""
    return [
        {
            "type": "scatter",
            "uid": uid(run.name, Kind.LEGEND, variant=run.variant),
            "meta": Kind.LEGEND,
            "legendgroup": run.group,
            "x": [None],
            "y": [None],
            "mode": mode,
            "name": run.text,
            "line": {"color": run.color, "width": 2, "dash": dash},
            "marker": marker(run),
        }
        for run, dash in zip(runs, dashes or [run.dash for run in runs], strict=True)
    ]


def of(run: Run, kind: Kind, role: str = "") -> Layout:
    """Return what a run's trace is known by; `role` tells it from others of its kind."""
    return {
        "type": "scatter",
        "uid": uid(run.name, role or kind, variant=run.variant),
        "meta": kind,
        "name": run.label,
        "legendgroup": run.group,
        "showlegend": False,
    }


def marker(run: Run) -> Layout:
    """Return the dots of a run."""
    if run.around:
        ring = {"color": run.color, "width": 1.5}
        return {"color": run.color, "symbol": f"{run.symbol}-open", "size": 11, "line": ring}
    rim = {"color": f"rgb({PAPER})", "width": 1}
    return {"color": run.color, "symbol": run.symbol, "size": 7, "line": rim}
