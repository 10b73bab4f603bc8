"""The colours of what is above and below 0, the same on every map."""

from __future__ import annotations

from typing import Final

import numpy as np

from activations.drawing.style import translucent

ABOVE, BELOW = "#0072B2", "#D55E00"
_STOPS: Final = np.linspace(0, 1, 9).tolist()
_BESIDE: Final = 1e-6
"""How far the two colours of 0, which nobody sees, lie from each other on a scale."""


def diverging(full: float, power: int = 1) -> list[list[object]]:
    """Return a colour scale that is clear in its middle and as opaque as `full` at its ends.

    With a `power` of 2, what is small is seen beside what is large.
    """
    below = [[0.5 - stop**power / 2, translucent(BELOW, full * stop)] for stop in _STOPS]
    above = [[0.5 + stop**power / 2, translucent(ABOVE, full * stop)] for stop in _STOPS]
    below[0][0], above[0][0] = 0.5 - _BESIDE, 0.5
    return [*reversed(below), *above]
