"""What there is to see of gates: evaluated once for a plane, and again for each point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from activations.functions.calculus import FloatArray
from activations.gates.gating import Gate, Surface, dead_shares, surface, zeros

_POINTS: Final = 101
"""Points each way of a map; odd, so that 0 is on it."""
_FINE: Final = 401


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A gate on the plane from -reach to reach both ways.

    `plane` has a row for each u, as a map has. `zero_g` and `zero_u` are its zero lines, `dead` and
    `quiet` the shares of the plane that let no gradient through, or almost none.
    """

    plane: Surface
    reach: float
    zero_g: tuple[float, ...]
    zero_u: tuple[float, ...]
    dead: float
    quiet: float

    @property
    def gate(self) -> Gate:
        """The gate."""
        return self.plane.gate


@dataclass(frozen=True, slots=True, eq=False)
class Slices:
    """A gate along g at the chosen u, along u at the chosen g, and at that point."""

    along_g: Surface
    along_u: Surface
    point: Surface


def see(gate: Gate, reach: float) -> Seen:
    """Return a gate on the plane from -reach to reach both ways."""
    ends = np.linspace(-reach, reach, _POINTS)
    return Seen(
        surface(gate, ends, ends[:, np.newaxis]),
        reach,
        *zeros(gate, -reach, reach),
        *dead_shares(gate, reach),
    )


def cut(gate: Gate, reach: float, g: float, u: float) -> Slices:
    """Return a gate along both lines through a point."""
    x = grid(gate, reach)
    return Slices(surface(gate, x, u), surface(gate, g, x), surface(gate, g, u))


def grid(gate: Gate, reach: float, count: int = _FINE) -> FloatArray:
    """Return rising points to draw a slice from: even ones, and every corner."""
    corners = [each.x for each in gate.function.breaks]
    corners += [gate.limit, -gate.limit] if gate.clamped else []
    inside = [x for x in (*corners, 0.0) if abs(x) <= reach]
    return np.union1d(np.linspace(-reach, reach, count), inside)


def largest(planes: Iterable[FloatArray]) -> float:
    """Return the largest size of any finite value, or 1 where that is 0, for an axis."""
    sizes = (np.abs(values[np.isfinite(values)]) for values in planes)
    return max((float(each.max(initial=0)) for each in sizes), default=0.0) or 1.0
