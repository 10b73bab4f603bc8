"""Dashes by which curves that lie on each other are both seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_TELLING = ("dash", "dot", "dashdot", "longdash", "longdashdot")


def telling_dashes(looks: Sequence[tuple[str, str]], together: npt.NDArray[np.bool_]) -> list[str]:
    """Return a dash for each curve: its own, or one that lets an earlier curve below be seen.

    `looks` are the curves' colours and dashes, `together` says which of them lie on each other. No
    two curves of one colour get the same dash, if they have not the same before.
    """
    used = set(looks)
    dashes: list[str] = []
    for number, (color, dash) in enumerate(looks):
        below = {other for at, other in enumerate(dashes) if together[number, at]}
        if dash in below:
            free = (each for each in _TELLING if each not in below)
            dash = next((each for each in free if (color, each) not in used), dash)
            used.add((color, dash))
        dashes.append(dash)
    return dashes


def lie_together(
    panels: Sequence[Sequence[npt.NDArray[np.float64]]], alike: float
) -> npt.NDArray[np.bool_]:
    """Return which curves are one to the eye, for `telling_dashes`: for half of their points.

    `panels` holds the curves of each, all of them in heights on the axis; one panel is enough.
    """
    heights = np.array(panels, dtype=np.float64)
    if not heights.size:
        return np.zeros((0, 0), dtype=np.bool_)
    with np.errstate(invalid="ignore"):
        apart = np.abs(heights[:, :, np.newaxis] - heights[:, np.newaxis, :])
    return np.asarray(((apart <= alike).mean(axis=-1) >= 0.5).any(axis=0))
