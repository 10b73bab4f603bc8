"""The page "Depth": what became of each signal, and the charts that show it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from activations import depth
from activations.dashboard.depth.settings import CONTROLS, MOST_RUNS, Settings, values_of
from activations.dashboard.functions import nothing_chosen
from activations.dashboard.jobs import Job, Progress
from activations.dashboard.lens import Exhibit, Lens, Place
from activations.depth import figures
from activations.depth.edge import ChiCurve, chi_curves
from activations.depth.experiment import Experiment
from activations.depth.presets import PRESETS
from activations.depth.repeats import networks
from activations.depth.runs import Run
from activations.drawing.frame import Drawing
from activations.functions.spec import Function
from activations.notation import plain

_SIGNAL = r"""Theory follows the variance of the pre-activations,
$q \leftarrow \sigma_w^2\, \mathbb{E}[f(\sqrt q\, z)^2] + \sigma_b^2$ with $z$ standard normal
([Poole et al., 2016](https://arxiv.org/abs/1606.05340)). He's weights keep it for ReLU
([He et al., 2015](https://arxiv.org/abs/1502.01852)). A single network strays from it, the more
the deeper and the narrower it is: the pale band is two standard deviations of that
for one input ([Roberts, Yaida and Hanin, 2022](https://arxiv.org/abs/2106.10165)). A darker one,
for several repeats, holds the middle 80 % of the networks, each with its whole batch."""
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


def places(settings: Settings) -> list[Place]:
    """Return four cards, and the distributions below them."""
    if not settings.chosen or settings.too_large:
        return []
    return [
        Place("signal", figures.CARD_HEIGHT, note=_SIGNAL),
        Place("gradient", figures.CARD_HEIGHT, note=_GRADIENT),
        Place("shares", figures.CARD_HEIGHT, note=_SHARES),
        Place("chi", figures.CARD_HEIGHT),
        Place("distribution", figures.MAP_HEIGHT, note=_DISTRIBUTION, wide=True),
    ]


def jobs(settings: Settings) -> list[Job[Run]]:
    """Return the runs that are wanted, those of one experiment side by side, on one network."""
    if settings.too_large:
        return []
    network = networks(settings.experiment, settings.repeats)
    several = len(settings.experiments) > 1

    def run(function: Function, experiment: Experiment, label: str, progress: Progress) -> Run:
        repeated = depth.repeat(function, experiment, settings.repeats, progress, network)
        return Run(
            repeated.median,
            depth.theory(function, experiment),
            label,
            settings.experiments.index(experiment),
            bands=repeated.bands,
        )

    found = []
    for function, experiment in settings.runs[:MOST_RUNS]:
        label = f"{function.title}, {experiment.title}" if several else function.title
        key = (function, experiment, settings.repeats, several)
        found.append(Job(key, label, partial(run, function, experiment, label)))
    return found


def verdict(run: Run) -> str:
    """Say what became of a run."""
    return depth.verdict(run.result, run.theory)


def notice(settings: Settings) -> str:
    """Say what is not shown."""
    if settings.too_large:
        return settings.too_large
    runs = len(settings.runs)
    if runs > MOST_RUNS:
        return f"Of the {runs} runs chosen, the first {MOST_RUNS} are shown."
    return nothing_chosen(settings)


def exhibits(settings: Settings, runs: Sequence[Run]) -> dict[str, Exhibit]:
    """Return the five charts of what the runs did."""
    layers = settings.depth
    curves = chi_curves(runs, settings.experiment.bias_std)
    verdicts = " ".join(f"{verdict(run)}." for run in runs)

    def exhibit(name: str, drawing: Drawing, words: str, note: str = "") -> Exhibit:
        return Exhibit(
            drawing,
            description=f"{words} {verdicts}",
            file_name=f"depth-{name}_{_slug(settings)}",
            note=note,
        )

    return {
        "signal": exhibit(
            "signal",
            figures.signal(runs, layers),
            "The standard deviation of the activations, layer by layer.",
        ),
        "gradient": exhibit(
            "gradient",
            figures.gradient(runs, layers),
            "The norm of the gradient that each layer receives, relative to the last layer's.",
        ),
        "shares": exhibit(
            "shares",
            figures.shares(runs, layers),
            "The shares of dead units and of saturated activations, layer by layer.",
        ),
        "chi": exhibit(
            "chi",
            figures.criticality(curves, runs),
            "The gradient factor χ against σ_w.",
            note=f"{_CHI} {_edges(curves)}",
        ),
        "distribution": exhibit(
            "distribution",
            figures.distribution(runs, layers),
            "The distribution of the activations in each layer, as one heat map for each run.",
        ),
    }


def _slug(settings: Settings) -> str:
    functions, experiment = settings.chosen, settings.experiment
    who = functions[0].slug if len(functions) == 1 else f"{len(functions)}-functions"
    weights = experiment.weights_title.replace(" = ", "-").replace(" ", "-")
    return f"{who}_{weights}_{experiment.depth}-layers"


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


LENS: Final = Lens(
    name="depth",
    title="What depth does to a signal",
    introduction=(
        "Random weights, the signal on its way up through the layers, the gradient on its way back "
        "down. Dots are medians of what was measured, thin lines are theory."
    ),
    controls=CONTROLS,
    places=places,
    jobs=jobs,
    exhibits=exhibits,
    verdict=verdict,
    stories={title: values_of(preset) for title, preset in PRESETS.items()},
    quick=False,
    notice=notice,
)
