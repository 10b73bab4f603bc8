"""The page "Depth", top to bottom: what became of each signal, and the charts that show it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from activations import depth
from activations.dashboard import use_one_thread
from activations.dashboard.chart import Chart, draw, place
from activations.dashboard.depth import sidebar
from activations.dashboard.depth.settings import MOST_RUNS, Settings
from activations.dashboard.panel import something_to_show, warn
from activations.depth import figures, mean_field
from activations.depth.experiment import Experiment, Result
from activations.depth.figures import ChiCurve, Run
from activations.depth.mean_field import Theory
from activations.drawing.frame import Drawing, Layout
from activations.functions.calculus import FloatArray
from activations.functions.catalog import CATALOG
from activations.functions.spec import Function, Value
from activations.notation import plain

Values: TypeAlias = tuple[tuple[str, Value], ...]
Key: TypeAlias = tuple[str, Values, Experiment]
Done: TypeAlias = dict[Key, tuple[Result, Theory]]

_DONE = "depth_done"
"""Session key: what is done of the runs on show, by key."""

_PATIENCE = 0.4
"""Seconds of computing after which the page shows what there is."""

_AT_ONCE = 0.2
"""Seconds that a run may take before its progress is shown: less would only flicker."""

_CHI_SHOWN = 3.0
_CHI_POINTS = 60
_ROWS_SHOWN = 8
_ROWS_HEIGHT = 270

_SIGNAL = r"""Theory follows the variance of the pre-activations,
$q \leftarrow \sigma_w^2\, \mathbb{E}[f(\sqrt q\, z)^2] + \sigma_b^2$ with $z$ standard normal
([Poole et al., 2016](https://arxiv.org/abs/1606.05340)). He's weights keep it for ReLU
([He et al., 2015](https://arxiv.org/abs/1502.01852))."""
_GRADIENT = r"""On its way down each layer multiplies the gradient's mean square by
$\chi = \sigma_w^2\, \mathbb{E}[f'(\sqrt q\, z)^2]$
([Schoenholz et al., 2017](https://arxiv.org/abs/1611.01232)). A cross marks the layer where float32
runs out of numbers."""
_SHARES = """A dead unit lets no gradient through on the whole batch; a saturated activation lets
almost none through, which is what stopped deep sigmoid networks
([Glorot and Bengio, 2010](https://proceedings.mlr.press/v9/glorot10a.html))."""
_CHI = r"""At the fixed point of $q$, a gradient vanishes with depth where $\chi < 1$ and explodes
where $\chi > 1$. A ring marks the edge between the two."""
_DISTRIBUTION = """The darker, the more of a layer's activations lie there; the outermost bins hold
all beyond. SELU is made so that mean and variance come to rest at 0 and 1
([Klambauer et al., 2017](https://arxiv.org/abs/1706.02515))."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A run that is wanted, and how it is shown."""

    function: Function
    experiment: Experiment
    label: str
    variant: int

    @property
    def values(self) -> Values:
        """The function's parameters."""
        return tuple(self.function.values.items())

    @property
    def key(self) -> Key:
        """What the run is known by."""
        return self.function.activation.name, self.values, self.experiment


class _Rows:
    """A line for each run: its progress, then its verdict.

    A line is begun when there is something to say, so that until then the reader keeps what the
    page said before.
    """

    def __init__(self, area: DeltaGenerator) -> None:
        self._area = area
        self._rows: list[DeltaGenerator] = []

    def at(self, index: int) -> DeltaGenerator:
        """Return the line of this number, which replaces what was written there."""
        while len(self._rows) <= index:
            self._rows.append(self._area.empty())
        return self._rows[index]


def page() -> None:
    """Draw the page.

    What takes longer than a moment is shown as it comes: the script draws what is done, does the
    next part and runs again. A changed control ends it at any layer.
    """
    use_one_thread()
    reading = sidebar.show()
    settings = reading.settings
    st.title("What depth does to a signal", anchor=False)
    st.markdown(
        "Random weights, the signal on its way up through the layers, the gradient on its way back "
        "down. Dots are measured, thin lines are theory."
    )
    sidebar.stories()
    warn(reading)
    if not something_to_show(settings):
        return
    plans = _plans(settings)
    if len(plans) > MOST_RUNS:
        st.info(f"Of the {len(plans)} runs chosen, the first {MOST_RUNS} are shown.")
        plans = plans[:MOST_RUNS]

    known: Done = st.session_state.get(_DONE, {})
    done = {plan.key: known[plan.key] for plan in plans if plan.key in known}
    st.session_state[_DONE] = done
    many = len(plans) > _ROWS_SHOWN
    rows = _Rows(st.container(gap="xsmall", height=_ROWS_HEIGHT if many else "content"))
    if done:
        _tell(plans, done, rows)
    else:
        _advance(plans, done, rows)
    runs = [
        Run(*done[plan.key], label=plan.label, variant=plan.variant)
        for plan in plans
        if plan.key in done
    ]
    _charts(runs, settings)
    if len(done) < len(plans):
        _advance(plans, done, rows)
        sidebar.run_again(reading)


def _plans(settings: Settings) -> list[_Plan]:
    experiments = settings.experiments
    return [
        _Plan(
            function,
            experiment,
            f"{function.title}, {experiment.title}" if len(experiments) > 1 else function.title,
            variant,
        )
        for variant, experiment in enumerate(experiments)
        for function in settings.functions
    ]


def _tell(plans: Sequence[_Plan], done: Done, rows: _Rows) -> None:
    for index, plan in enumerate(plans):
        if plan.key in done:
            rows.at(index).markdown(depth.verdict(*done[plan.key]))
        else:
            rows.at(index).markdown(f":gray[{plan.label} …]")


def _advance(plans: Sequence[_Plan], done: Done, rows: _Rows) -> None:
    """Do at least one run that is still to do, and more until patience is over."""
    started = time.monotonic()
    network = None
    for index, plan in enumerate(plans):
        if plan.key in done:
            continue
        if network is not None and time.monotonic() - started > _PATIENCE:
            return
        if network is None or network.experiment != plan.experiment:
            network = depth.draw(plan.experiment)
        result = depth.measure(plan.function, network, _progress(plan.label, rows, index))
        theory = depth.theory(plan.function, plan.experiment)
        done[plan.key] = result, theory
        rows.at(index).markdown(depth.verdict(result, theory))


def _progress(label: str, rows: _Rows, index: int) -> Callable[[float], None]:
    """Return what shows a run's progress, and where Streamlit abandons the run."""
    started = time.monotonic()

    def show(share: float) -> None:
        if time.monotonic() - started > _AT_ONCE:
            rows.at(index).progress(share, text=label)

    return show


# --- charts


def _charts(runs: Sequence[Run], settings: Settings) -> None:
    curves = _curves(runs, settings.experiment)
    captions = {
        "signal": _SIGNAL,
        "gradient": _GRADIENT,
        "shares": _SHARES,
        "chi": f"{_CHI} {_edges(curves)}",
    }
    with st.grid(2, min_column_width=380, border=True) as grid:
        for name, caption in captions.items():
            with grid.cell():
                place(name)
                st.caption(caption)
    with st.container(border=True):
        place("distribution")
        st.caption(_DISTRIBUTION)
    draw(_drawn(runs, curves, settings), **settings.image)


def _drawn(runs: Sequence[Run], curves: Sequence[ChiCurve], settings: Settings) -> dict[str, Chart]:
    layers = settings.experiment.depth
    narrow = figures.NARROW
    legend = partial(figures.legend_arrangement, runs, wide=False)
    signal = figures.signal(runs, layers)
    log = signal.layout["yaxis"].get("type") == "log"

    rows: list[tuple[str, Drawing, str, dict[int, Layout]]] = [
        (
            "signal",
            signal,
            "The standard deviation of the activations, layer by layer.",
            {narrow: legend(log=log)},
        ),
        (
            "gradient",
            figures.gradient(runs, layers),
            "The norm of the gradient that each layer receives, relative to the last layer's.",
            {narrow: legend(log=True)},
        ),
        (
            "shares",
            figures.shares(runs, layers),
            "The shares of dead units and of saturated activations, layer by layer.",
            {narrow: figures.shares_arrangement(runs, columns=1)},
        ),
        (
            "chi",
            figures.criticality(curves, runs),
            "The gradient factor χ against σ_w.",
            {narrow: legend()},
        ),
        (
            "distribution",
            figures.distribution(runs, layers),
            "The distribution of the activations in each layer, as one heat map for each run.",
            {
                480: figures.map_arrangement(runs, columns=1),
                800: figures.map_arrangement(runs, columns=2),
            },
        ),
    ]
    return {
        name: Chart(
            drawing,
            description=f"{words} {' '.join(_verdicts(runs))}",
            file_name=f"depth-{name}_{_slug(settings)}",
            arrangements=arrangements,
        )
        for name, drawing, words, arrangements in rows
    }


def _verdicts(runs: Sequence[Run]) -> list[str]:
    return [f"{depth.verdict(run.result, run.theory)}." for run in runs]


def _slug(settings: Settings) -> str:
    functions, experiment = settings.functions, settings.experiment
    who = functions[0].slug if len(functions) == 1 else f"{len(functions)}-functions"
    weights = experiment.weights_title.replace(" = ", "-").replace(" ", "-")
    return f"{who}_{weights}_{experiment.depth}-layers"


def _curves(runs: Sequence[Run], experiment: Experiment) -> list[ChiCurve]:
    """Return a curve for each function that ran, with the biases of one experiment."""
    furthest = max(run.result.experiment.sigma_w for run in runs)
    end = max(_CHI_SHOWN, float(math.ceil(1.2 * furthest)))
    functions = {run.function.activation.name: run.function for run in runs}
    return [
        ChiCurve(each, *_curve(name, tuple(each.values.items()), experiment.bias_std, end))
        for name, each in functions.items()
    ]


@st.cache_data(max_entries=512, show_spinner=False)
def _curve(
    name: str, values: Values, sigma_b: float, end: float
) -> tuple[FloatArray, FloatArray, float | None]:
    """Return values of sigma_w up to `end`, chi there, and the critical sigma_w."""
    function = CATALOG[name].at(**dict(values))
    sigma_w = np.linspace(end / _CHI_POINTS, end, _CHI_POINTS)
    chi = mean_field.chi_curve(function, sigma_w, sigma_b)
    return sigma_w, chi, mean_field.critical_sigma_w(function, sigma_b)


def _edges(curves: Sequence[ChiCurve]) -> str:
    """Say where the functions have their edge of chaos."""
    edges = [
        f"{plain(curve.critical)} ({curve.function.title})" for curve in curves if curve.critical
    ]
    without = [curve.function.title for curve in curves if not curve.critical]
    sentences = []
    if edges:
        sentences.append(f"Here χ rises through 1 at σ_w = {', '.join(edges)}.")
    if without:
        sentences.append(f"There is none for {', '.join(without)}.")
    return " ".join(sentences)
