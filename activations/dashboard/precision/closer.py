"""Closer looks at runs of which a chart holds some inputs only: a zoom has more measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, Final

import streamlit as st

from activations.dashboard import use_one_thread
from activations.dashboard.component import register
from activations.dashboard.jobs import TURNS, Job
from activations.dashboard.precision.settings import Settings
from activations.dashboard.session import Page, visit
from activations.drawing.frame import typed_array
from activations.precision import figures
from activations.precision.runs import Run, closer

_CLOSER: Final = "closer"
_numbers = count()
_closer = register("closer", "closer")


def offer(page: Page[Settings], jobs: Sequence[Job[Run]]) -> None:
    """Answer the zooms that the browser asks about, until the page runs anew."""
    st.fragment(_answer, key=page.key(_CLOSER))(page, jobs)


def _answer(page: Page[Settings], jobs: Sequence[Job[Run]]) -> None:
    """Answer what the browser asks; no answer is like another, as for `chart.draw`."""
    use_one_thread()
    reading = page.shown
    limits = _limits(st.session_state.get(_CLOSER, {}).get("asked"))
    room = st.empty()
    runs = _measured(reading.settings, jobs, limits, room.empty) if limits else {}
    _closer(
        key=_CLOSER,
        data={
            "number": next(_numbers),
            "state": reading.link,
            "limits": limits,
            "runs": runs,
        },
        on_asked_change=lambda: None,
    )


def _limits(asked: object) -> tuple[float, float] | None:
    """Return the limits of x that were asked for, if they are any."""
    match asked:
        case [int() | float() as low, int() | float() as high]:
            return (low, high) if -math.inf < low < high < math.inf else None
        case _:
            return None


def _measured(
    settings: Settings,
    jobs: Sequence[Job[Run]],
    limits: tuple[float, float],
    rest: Callable[[], object],
) -> dict[str, dict[str, Any]]:
    """Return what the runs' lines are drawn through between the limits, by their keys.

    `rest` is called now and then, where Streamlit may abandon what is asked for no longer.
    """
    known, view = visit().results, settings.view
    drawn: list[Run] = [known[job.key] for job in jobs if job.key in known]
    drawn = [each for each in drawn if each.trails]
    found = {}
    for key, run in zip(figures.keys(drawn), drawn, strict=True):
        if run.format.exhaustive:
            continue
        between = figures.reach(run.format, view, *limits)
        with TURNS.turn(lambda _: rest()):
            trail = closer(run, view.order, between, linear=view.linear, progress=lambda _: rest())
        found[key] = {
            name: each if isinstance(each, bool) else typed_array(each)
            for name, each in figures.points(trail).items()
        }
    return found
