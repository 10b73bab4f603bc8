"""How a run stands that goes on outside of any script."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """How a course stands: its step and where it goes, and whether it waits.

    One that was stopped is as good as at the step where it stops. `rate` is in steps a second, 0
    where it is not known; `ahead` counts the courses that wait before this one. One that `failed`
    goes nowhere until it is started over. One that is `crowded_out` waits for the memory that
    others hold, else for a worker.
    """

    step: int
    until: int
    playing: bool
    waiting: bool
    ahead: int
    rate: float
    failed: bool = False
    crowded_out: bool = False
