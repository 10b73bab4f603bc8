"""Most of the dashboard's figures, each in one line of a notebook, as Plotly's own.

    import activations as av
    av.plot.card("leaky_relu", negative_slope=0.2, derivatives=(1,))
    av.plot.summary(["sigmoid", "tanh", "relu", "leaky_relu"])
    av.plot.depth(["relu", "gelu"], "gradient", depth=50, weights="He")
    av.plot.gates(["swiglu", "reglu"], shaded=True)
    av.plot.softmax([2.0, 1.0, 0.1], "sparsemax", chart="jacobian")
    av.plot.training(["relu", "gelu"], "losses", task="spiral", steps=2000)
    av.plot.precision(["gelu"], "bfloat16", "typed", between=(-6, 0))

A function is a name of the catalogue, or what `activation.at(...)` gives.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import plotly.graph_objects as go

from activations.depth import experiment, figures
from activations.depth.edge import chi_curves
from activations.depth.experiment import Experiment
from activations.depth.repeats import networks, repeat
from activations.depth.runs import Run as DepthRun
from activations.drawing import curves
from activations.drawing.curves import Limits, View
from activations.drawing.frame import Drawing
from activations.functions import calculus
from activations.functions.calculus import Portrait
from activations.functions.catalog import function as lookup
from activations.functions.spec import Function, Value
from activations.gates import Gate, gate, share_figures
from activations.gates import figures as gate_figures
from activations.gates import softmax as shares_of
from activations.gates.shares import draws
from activations.gates.views import see
from activations.precision import figures as precision_figures
from activations.precision.figures import View as PrecisionView
from activations.precision.formats import named
from activations.precision.lines import in_full
from activations.precision.measure import KERNEL
from activations.precision.runs import Run as Measured
from activations.precision.runs import run as measured
from activations.training import figures as trained
from activations.training.experiment import Experiment as Training
from activations.training.run import Run, Snapshot


def card(
    function: str | Function,
    low: float = -5,
    high: float = 5,
    samples: int = 100,
    *,
    derivatives: tuple[int, ...] = (),
    limits: Limits | None = curves.POST_LIMITS,
    log: bool = False,
    **parameters: Value,
) -> go.Figure:
    """Return a function's chart from `low` to `high`, with its samples as dots.

    `derivatives` are the orders to show besides, 1 or 2; `limits` those of the output axis, None
    for what the curves need; a `log` chart shows the slope's size. `parameters` are the function's.
    Raises ValueError, saying what is allowed, for names and values that make no sense.
    """
    one = lookup(function, **parameters) if isinstance(function, str) else function
    portraits, view = _seen([one], low, high, samples, derivatives, limits, log=log)
    return curves.card(portraits[0], view).figure()


def summary(
    functions: Iterable[str | Function],
    low: float = -5,
    high: float = 5,
    samples: int = 100,
    *,
    derivatives: tuple[int, ...] = (),
    limits: Limits | None = curves.POST_LIMITS,
    log: bool = False,
) -> go.Figure:
    """Return the functions side by side, on equal axes; the rest is as for `card`."""
    return curves.summary(
        *_seen(_looked_up(functions), low, high, samples, derivatives, limits, log=log)
    ).figure()


def overlay(
    functions: Iterable[str | Function],
    low: float = -5,
    high: float = 5,
    *,
    derivatives: tuple[int, ...] = (),
    limits: Limits | None = curves.POST_LIMITS,
    log: bool = False,
) -> go.Figure:
    """Return the functions on the same axes; the rest is as for `card`."""
    return curves.overlay(
        *_seen(_looked_up(functions), low, high, 2, derivatives, limits, log=log)
    ).figure()


def depth(
    functions: Iterable[str | Function],
    chart: str = "gradient",
    *,
    repeats: int = 1,
    **settings: Any,
) -> go.Figure:
    """Return what a deep stack does to a signal: one chart of the page "Depth".

    `chart` is one of DEPTH_CHARTS; `settings` are those of `activations.depth.Experiment`, which is
    drawn `repeats` times. Raises ValueError, saying what is allowed, for anything else.
    """
    if chart not in DEPTH_CHARTS:
        raise ValueError(f"chart must be one of {', '.join(DEPTH_CHARTS)}, not {chart!r}")
    chosen = Experiment(**settings)
    network = networks(chosen, repeats)
    runs = []
    for each in _looked_up(functions):
        repeated = repeat(each, chosen, repeats, network=network)
        predicted = experiment.theory(each, chosen)
        runs.append(DepthRun(repeated.median, predicted, each.title, bands=repeated.bands))
    return DEPTH_CHARTS[chart](runs, chosen).figure()


def gates(
    gates: Iterable[str | Function | Gate],
    reach: float = 5.0,
    *,
    at: tuple[float, float] = (2.0, 3.0),
    shaded: bool = False,
) -> go.Figure:
    """Return maps of up to four gates over g and u, from -reach to reach both ways.

    A gate is what `activations.gates.gate` takes or gives. `at` is where the cross-hair stands;
    where it is `shaded` no gradient comes through, or little. Raises ValueError as `gate` does.
    """
    chosen = [each if isinstance(each, Gate) else gate(each) for each in gates]
    if not 1 <= len(chosen) <= max(gate_figures.MAP_HEIGHT):
        raise ValueError(f"gates must be one to {max(gate_figures.MAP_HEIGHT)}, not {len(chosen)}")
    if not (reach > 0 and math.isfinite(reach)):
        raise ValueError(f"reach must be positive and finite, not {reach!r}")
    seen = [see(each, reach) for each in chosen]
    return gate_figures.maps(seen, *at, shaded=shaded).figure()


def softmax(
    logits: Sequence[float],
    variant: str = "softmax",
    temperature: float = 1.0,
    *,
    chart: str = "bars",
    **options: Any,
) -> go.Figure:
    """Return what a variant of softmax makes of logits, as "bars", or its "jacobian".

    Of a random variant draws are points, and the bars the shares behind them; the Jacobian is that
    of the first draw. `options` are those of `activations.gates.softmax`, which says what it takes.
    Raises ValueError for anything else.
    """
    seen = shares_of(logits, variant, temperature, **options)
    if chart == "jacobian":
        return share_figures.jacobian(seen).figure()
    if chart != "bars":
        raise ValueError(f"chart must be bars or jacobian, not {chart!r}")
    if seen.variant.random:
        drawn = draws(logits, temperature, share_figures.DRAWS, seen.options.seed)
        return share_figures.bars(seen, None, drawn).figure()
    reference = None if seen.variant.is_plain else shares_of(logits, temperature=temperature).values
    return share_figures.bars(seen, reference, None).figure()


DEPTH_CHARTS: Final[Mapping[str, Callable[[Sequence[DepthRun], Experiment], Drawing]]] = (
    MappingProxyType(
        {
            "signal": lambda runs, at: figures.signal(runs, at.depth),
            "gradient": lambda runs, at: figures.gradient(runs, at.depth),
            "shares": lambda runs, at: figures.shares(runs, at.depth),
            "chi": lambda runs, at: figures.criticality(chi_curves(runs, at.bias_std), runs),
            "distribution": lambda runs, at: figures.distribution(runs, at.depth),
        }
    )
)
"""What can be seen of a deep stack, by name."""


def training(
    functions: Iterable[str | Function],
    chart: str = "losses",
    *,
    steps: int = 2000,
    **settings: Any,
) -> go.Figure:
    """Return what so many steps of training come to: one chart of the page "Training".

    `chart` is one of TRAINING_CHARTS, of which "fits" shows the first seed; `settings` are those of
    `activations.training.Experiment`. Raises ValueError, saying what is allowed, for anything else.
    """
    if chart not in TRAINING_CHARTS:
        raise ValueError(f"chart must be one of {', '.join(TRAINING_CHARTS)}, not {chart!r}")
    if steps < 1:
        raise ValueError(f"steps must be at least 1, not {steps!r}")
    run = Run(Training(**settings), _looked_up(functions))
    run.advance(steps)
    return TRAINING_CHARTS[chart](run.snapshot()).figure()


TRAINING_CHARTS: Final[Mapping[str, Callable[[Snapshot], Drawing]]] = MappingProxyType(
    {
        "losses": lambda seen: trained.losses(seen, seen.step),
        "accuracies": lambda seen: trained.accuracies(seen, seen.step),
        "fits": lambda seen: trained.fits(seen, 0),
        "gradients": lambda seen: trained.gradients(seen, seen.step),
        "dead": lambda seen: trained.dead(seen, seen.step),
        "pre_activations": trained.pre_activations,
    }
)
"""What can be seen of a training run, by name."""


def precision(
    functions: Iterable[str | Function],
    format: str = "bfloat16",  # noqa: A002
    where: str = KERNEL,
    chart: str = "errors",
    *,
    derivative: bool = False,
    between: tuple[float, float] | None = None,
) -> go.Figure:
    """Return what a number format does to functions: one chart of the page "Precision".

    `format` and `where` are what `activations.precision.measure` takes, `chart` is one of
    PRECISION_CHARTS. Inputs are drawn by their order, or on a linear axis `between` two of them.
    Raises ValueError, saying what is allowed, for anything else.
    """
    if chart not in PRECISION_CHARTS:
        raise ValueError(f"chart must be one of {', '.join(PRECISION_CHARTS)}, not {chart!r}")
    kind = named(format)
    low, high = between or (-5.0, 5.0)
    if not -math.inf < low < high < math.inf:
        raise ValueError(f"a range must rise from low to high, not go from {low!r} to {high!r}")
    runs = [measured(each, kind, where, each.title) for each in _looked_up(functions)]
    view = PrecisionView(int(derivative), between is not None, low, high)
    return PRECISION_CHARTS[chart](runs, view).figure()


PRECISION_CHARTS: Final[Mapping[str, Callable[[Sequence[Measured], PrecisionView], Drawing]]] = (
    MappingProxyType(
        {
            "errors": lambda runs, view: in_full(precision_figures.errors(runs, view)),
            "histogram": precision_figures.histogram,
        }
    )
)
"""What can be seen of a format, by name."""


def _looked_up(functions: Iterable[str | Function]) -> list[Function]:
    found = [lookup(each) if isinstance(each, str) else each for each in functions]
    if not found:
        raise ValueError("functions must name one at least")
    return found


def _seen(
    functions: Sequence[Function],
    low: float,
    high: float,
    samples: int,
    derivatives: tuple[int, ...],
    limits: Limits | None,
    *,
    log: bool,
) -> tuple[list[Portrait], View]:
    if not low < high:
        raise ValueError(f"a range must rise from low to high, not go from {low!r} to {high!r}")
    if samples < 2:
        raise ValueError(f"samples must be at least 2, not {samples!r}")
    orders = (0, *sorted(set(derivatives)))
    if not set(orders) <= {0, 1, 2}:
        raise ValueError(f"derivatives must be 1, 2 or both, not {derivatives!r}")
    portraits = [calculus.portray(each, low, high, samples) for each in functions]
    return portraits, curves.view(portraits, (low, high), orders, limits, log=log)
