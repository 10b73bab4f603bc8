"""The page "Precision": what a format does to functions, and the charts and table that show it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import streamlit as st

from activations.dashboard.download import File
from activations.dashboard.functions import nothing_chosen
from activations.dashboard.jobs import Job
from activations.dashboard.lens import Exhibit, Lens, Place
from activations.dashboard.precision import closer, table
from activations.dashboard.precision.settings import (
    CONTROLS,
    MOST_DRAWN,
    MOST_RUNS,
    Settings,
    values_of,
)
from activations.dashboard.reading import Reading
from activations.dashboard.session import Page
from activations.notation import plain
from activations.precision import export, figures
from activations.precision.formats import BESIDE_BREAK, SAMPLED
from activations.precision.presets import PRESETS
from activations.precision.reference import proven
from activations.precision.runs import Run, counted, run, words

_ERRORS = """The pale line is exact, the thin one what the format gives: zoom in and it is a
staircase. A step leads from a number of the format to the next; 0 steps is the exact value,
correctly rounded."""
_HISTOGRAM = """Shares are of all results. Those that are NaN or infinite, although the exact
value is a number of the format, are counted apart; what is said in words and in the table is a
share of the others."""


def places(settings: Settings) -> list[Place]:
    """Return the chart by input, and the histogram beside it."""
    if not settings.chosen:
        return []
    return [
        Place("errors", figures.HEIGHT, heading="By input", has_files=True, note=_ERRORS),
        Place("histogram", figures.HEIGHT, heading="By error", note=_HISTOGRAM),
    ]


def jobs(settings: Settings) -> list[Job[Run]]:
    """Return what is to be measured; of the first few runs, what is drawn is kept."""
    found = []
    for number, (function, kind, where) in enumerate(settings.choices[:MOST_RUNS]):
        label, drawn = settings.label((function, kind, where)), number < MOST_DRAWN
        work = partial(run, function, kind, where, label, drawn=drawn)
        found.append(Job((function, kind, where, label, drawn), label, work))
    return found


def notice(settings: Settings) -> str:
    """Say what is not shown, and what is shown instead of what was chosen."""
    if not settings.chosen:
        return nothing_chosen(settings)
    said = []
    runs = len(settings.choices)
    if runs > MOST_DRAWN:
        most = f", the first {MOST_RUNS} of them" if runs > MOST_RUNS else ""
        said.append(f"The first {MOST_DRAWN} are drawn; the table has all {runs}{most}.")
    kinds = dict.fromkeys(kind for _, kind, _ in settings.choices)
    said += [
        f"The CPU has no kernels for {kind.name}, whose results are rounded from float32: torch's "
        f"conversion gives {plain(kind.converted(1000))} for 1000 and "
        f"{plain(kind.converted(math.inf))} for infinity."
        for kind in kinds
        if not kind.has_kernels
    ]
    said += [
        f"{kind.name} has too many inputs to take all: these are {SAMPLED:,}, spread evenly by "
        f"their order, and {BESIDE_BREAK:,} around each break."
        for kind in kinds
        if not kind.exhaustive
    ]
    own = [each.title for each in settings.chosen if not proven(each)]
    if own:
        said.append(
            f"For {', '.join(own)} the exact value is torch's in float64, which no test holds."
        )
    return " ".join(said)


def exhibits(settings: Settings, results: Sequence[Run]) -> dict[str, Exhibit]:
    """Return the two charts of the runs that are drawn."""
    if 2 * MOST_DRAWN < len(results) < len(settings.choices[:MOST_RUNS]):
        return {}  # the charts stay as they are, until the table is whole
    drawn = [each for each in results if each.trails]
    view = settings.view
    choices = settings.choices[:MOST_DRAWN]
    title = figures.title(drawn, view)
    said = " ".join(f"{words(each)}." for each in drawn)
    bins = " ".join(f"{counted(each, view.order)}." for each in drawn)
    name = _file_name(settings)
    return {
        "errors": Exhibit(
            figures.errors(drawn, view),
            description=f"{title}: the exact curve, what comes out, and the error in steps. {said}",
            file_name=name,
            files=(
                File("CSV", f"{name}.csv", "text/csv", partial(export.csv, choices, view.order)),
                File(
                    "Python code",
                    f"{name}.py",
                    "text/x-python",
                    partial(export.script, choices),
                    shown=True,
                ),
            ),
        ),
        "histogram": Exhibit(
            figures.histogram(drawn, view),
            description=f"{title}: how many results are how many steps off. {bins} {said}",
            file_name=f"{name}_histogram",
        ),
    }


def _file_name(settings: Settings) -> str:
    chosen = settings.chosen
    who = chosen[0].slug if len(chosen) == 1 else f"{len(chosen)}-functions"
    what = settings.varies or f"{settings.format}_{settings.where}"
    return f"precision_{who}_{what}_{settings.slope}"


def _more(
    page: Page[Settings], reading: Reading[Settings]
) -> Callable[[Settings, Sequence[Run]], None]:
    """Draw the place of the table, and answer closer looks at the charts."""
    room = st.container(key=page.key("table"))
    closer.offer(page, jobs(reading.settings))

    def fill(settings: Settings, results: Sequence[Run]) -> None:
        del settings
        with room:
            table.show(results)

    return fill


LENS: Final = Lens(
    name="precision",
    title="What 16 and 8 bits do to an activation",
    introduction=(
        "Every finite input of a number format, and what becomes of it: how many steps of the "
        "format lie between the result and the exact value, correctly rounded."
    ),
    controls=CONTROLS,
    places=places,
    jobs=jobs,
    exhibits=exhibits,
    verdict=words,
    stories={title: values_of(preset) for title, preset in PRESETS.items()},
    quick=False,
    notice=notice,
    more=_more,
)
