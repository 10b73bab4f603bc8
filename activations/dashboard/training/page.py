"""The page "Training": networks that learn side by side while one looks on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from activations.dashboard import tables
from activations.dashboard.download import File
from activations.dashboard.functions import nothing_chosen
from activations.dashboard.jobs import TURNS, Job, Progress
from activations.dashboard.jobs import Course as AnyCourse
from activations.dashboard.lens import Exhibit, Lens, Place
from activations.dashboard.reading import Reading
from activations.dashboard.session import Page, visit
from activations.dashboard.training import files
from activations.dashboard.training.course import Course
from activations.dashboard.training.pool import POOL
from activations.dashboard.training.settings import CONTROLS, Settings, values_of
from activations.dashboard.training.standing import Standing
from activations.drawing.frame import Drawing
from activations.functions.spec import Function
from activations.notation import plain
from activations.training import figures, verdict
from activations.training.born_dead import NETWORKS, born_dead
from activations.training.experiment import Experiment
from activations.training.presets import PRESETS
from activations.training.run import BINNED_POINTS, INSIDE_EVERY, Run, Snapshot, kept
from activations.training.tasks import POINTS

_PULSE: Final = 1.0
"""Seconds between two looks at a run that goes on."""

_LOSS = """Lines are medians over the seeds; a band holds the middle 80 % of them. All networks of
a seed begin with the same weights and see the same points in the same order."""
_ACCURACY = """The share of points on the right side of the boundary. Half of it is chance."""
_FITS = """The networks of one seed, which “Seed shown” chooses, and the points of the test set."""
_PLANES = (
    f"""{_FITS} The darker the plane, the more probable is class 1, whose points are filled."""
)
_DEAD = r"""Units with $f' = 0$ on the whole training set, which gradients no longer reach: the mean
over the seeds. The palest line is the first layer
([Maas et al., 2013](https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf))."""
_GRADIENT = """The norm of the gradient of each layer's weights on the whole training set: the
median over the seeds. Where that of the first layer, the palest, is small from the start, it does
not learn ([Glorot and Bengio, 2010](https://proceedings.mlr.press/v9/glorot10a.html))."""
_INSIDE = f"""What the function is given, in each layer, over all seeds: it learns where it bends.
Of {BINNED_POINTS} of the {POINTS} points of the training set. Here, as above for dead units and
gradients, a look is taken every {INSIDE_EVERY} steps."""
_BORN = rf"""With zero biases a layer of width $N$ lets nothing through with probability $2^{{-N}}$,
so that of networks with $L$ layers $1 - (1 - 2^{{-N}})^L$ are dead on an input (lines;
[Lu et al., 2020](https://arxiv.org/abs/1903.06733),
[Rister and Rubin, 2021](https://arxiv.org/abs/2007.06192)). Dots are measured, on {NETWORKS:,}
networks each."""


def places(settings: Settings) -> list[Place]:
    """Return the cards of the curves, and below them what the networks do and hold."""
    if not settings.trained:
        return []
    one_row = len(settings.trained) <= figures.COLUMNS
    height = figures.FIT_HEIGHT + 60 if one_row else 2 * figures.FIT_HEIGHT
    loss = Place("loss", figures.CARD_HEIGHT, "Loss", note=_LOSS, has_files=True)
    if settings.problem.classes:
        first = [
            loss,
            Place("accuracy", figures.CARD_HEIGHT, "Accuracy", note=_ACCURACY),
            Place("fits", height, "Decision boundaries", note=_PLANES, wide=True, has_files=True),
        ]
    else:
        fits = Place("fits", height, "Fitted curves", note=_FITS, wide=True, has_files=True)
        first = [replace(loss, wide=True), fits]
    return [
        *first,
        Place("gradient", figures.PANEL_HEIGHT + 60, note=_GRADIENT, wide=True),
        Place("dead", figures.PANEL_HEIGHT + 60, note=_DEAD, wide=True),
        Place("inside", figures.PANEL_HEIGHT + 60, note=_INSIDE, wide=True),
        Place("born", figures.CARD_HEIGHT, note=_BORN, wide=True),
    ]


def jobs(settings: Settings) -> list[Job[Snapshot]]:
    """Return the run, which goes on by itself."""
    functions, experiment = settings.trained, settings.experiment
    if not functions:
        return []
    plan = experiment, functions

    def course(known: AnyCourse[Snapshot] | None) -> Course:
        found, present = known, _presence()
        # While a reader was away, another one may have taken the run up.
        if not isinstance(found, Course) or found.belongs != present:
            weigh = partial(kept, experiment, len(functions))
            make = partial(Run, experiment, functions)
            found = POOL.enter(plan, make, present, weigh, TURNS.caller())
        found.watch(settings.steps, settings.pace)
        return found

    work = partial(_trained, experiment, functions, settings.steps)
    return [Job(plan, "Training", work, course)]


def _trained(
    experiment: Experiment,
    functions: Sequence[Function],
    steps: int,
    progress: Progress | None = None,
) -> Snapshot:
    """Return what comes of a run in this thread."""
    run = Run(experiment, functions)
    run.advance(steps, progress)
    return run.snapshot()


@dataclass(frozen=True, slots=True)
class _Presence:
    """Tells whether the reader of a session is still there."""

    session: str

    def __call__(self) -> bool:
        return get_instance().is_active_session(self.session)


def _presence() -> Callable[[], bool]:
    """Return what tells whether the reader of this session is still there."""
    context = get_script_run_ctx()
    return _Presence(context.session_id if context else "")


def notice(settings: Settings) -> str:
    """Say what is not trained."""
    trained, chosen = len(settings.trained), len(settings.chosen)
    if chosen and not trained:
        return TURNS.too_large(settings.experiment.memory, "lower depth, width, batch or seeds")
    if trained < chosen:
        return (
            f"Of the {chosen} functions chosen, the first {trained} are trained: fewer seeds, or "
            "smaller networks, leave room for more."
        )
    return nothing_chosen(settings)


def concluded(snapshot: Snapshot) -> str:
    """Say what can be concluded, and what not: a line for each pair of neighbours."""
    lines = verdict.sentences(snapshot) if snapshot.step else []
    if len(snapshot.functions) == 1:
        lines = [f"{snapshot.functions[0].title} is alone: there is nothing to compare it with."]
    return "  \n".join(lines or ["Nothing is learned yet, so nothing can be concluded."])


def exhibits(settings: Settings, snapshots: Sequence[Snapshot]) -> dict[str, Exhibit]:
    """Return the charts of the run."""
    (snapshot,) = snapshots
    plan = snapshot.experiment, snapshot.functions
    until, seed = settings.steps, settings.shown_seed
    every = settings.every_seed
    standing = " ".join(_in_words(each) for each in verdict.outcomes(snapshot))

    def exhibit(name: str, drawing: Drawing, words: str, some: Sequence[File] = ()) -> Exhibit:
        return Exhibit(
            drawing,
            description=f"{words} At step {snapshot.step}: {standing}",
            file_name=f"training-{name}_{_slug(settings)}",
            files=some,
        )

    shown = {
        "loss": exhibit(
            "loss",
            figures.losses(snapshot, until, every_seed=every),
            "Training loss and test loss against steps, on a logarithmic axis.",
            [
                File(
                    "CSV",
                    f"training_{_slug(settings)}.csv",
                    "text/csv",
                    partial(_curves, visit().courses.get(plan), *plan, snapshot.step),
                )
            ],
        )
    }
    if settings.problem.classes:
        shown["accuracy"] = exhibit(
            "accuracy",
            figures.accuracies(snapshot, until, every_seed=every),
            "Training accuracy and test accuracy against steps.",
        )
    return shown | {
        "fits": exhibit(
            "fits",
            figures.fits(snapshot, seed),
            f"What the networks of seed {seed + 1} have learned, a panel for each function.",
            [_code(each, settings.experiment, seed, snapshot.step) for each in snapshot.functions],
        ),
        "gradient": exhibit(
            "gradient",
            figures.gradients(snapshot, until),
            "The norm of the gradient of each layer's weights against steps.",
        ),
        "dead": exhibit(
            "dead",
            figures.dead(snapshot, until),
            "The share of dead units in each layer against steps.",
        ),
        "inside": exhibit(
            "inside",
            figures.pre_activations(snapshot),
            "The distribution of the pre-activations in each layer, as one heat map a function.",
        ),
        "born": _born_dead(settings),
    }


def _curves(
    course: AnyCourse[Snapshot] | None,
    experiment: Experiment,
    functions: Sequence[Function],
    step: int,
) -> str:
    """Return the curves of a run: what is open to be taken away has no snapshot of its own."""
    snapshot = course.latest if course else None
    # Where its memory went to another run, it is done again, and comes to the same.
    return files.csv(snapshot or _trained(experiment, functions, step))


def _born_dead(settings: Settings) -> Exhibit:
    found = born_dead(settings.seed)
    last = ", ".join(
        f"{plain(100 * each.measured[-1], 3)} % of width {each.width} "
        f"(predicted: {plain(100 * each.predicted[-1], 3)} %)"
        for each in found
    )
    return Exhibit(
        figures.born_dead(found),
        description=f"The share of random ReLU networks that are dead, by depth. Last: {last}.",
        file_name="training-born-dead",
    )


def _code(function: Function, experiment: Experiment, seed: int, step: int) -> File:
    return File(
        f"{function.title} in plain torch",
        f"{function.slug}_seed-{seed + 1}.py",
        "text/x-python",
        partial(files.script, function, experiment, seed, step),
    )


def _in_words(outcome: verdict.Outcome) -> str:
    return (
        f"{outcome.function.title} has a median test loss of {plain(outcome.test, 3)}, and "
        f"{plain(100 * outcome.failed, 3)} % of its seeds failed."
    )


def _slug(settings: Settings) -> str:
    functions = settings.trained
    who = functions[0].slug if len(functions) == 1 else f"{len(functions)}-functions"
    return f"{who}_{settings.task}_{settings.depth}x{settings.width}_seed-{settings.seed}"


# --- steering


def steer(page: Page[Settings]) -> None:
    """Draw the buttons of the run, and how far it is."""
    for course in visit().courses.values():
        standing = course.standing
        ended = standing.step >= standing.until or standing.failed
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            _button(
                page,
                "Pause" if standing.playing else "Start",
                ":material/pause:" if standing.playing else ":material/play_arrow:",
                course.pause if standing.playing else course.play,
                disabled=ended,
            )
            _button(page, "Step", ":material/skip_next:", course.step, disabled=ended)
            _button(page, "Start over", ":material/replay:", course.restart)
        share = min(standing.step / standing.until, 1.0)
        st.progress(share, text=progress(standing))


def _button(
    page: Page[Settings], label: str, icon: str, act: Callable[[], None], *, disabled: bool = False
) -> None:
    def click() -> None:
        act()
        st.rerun()  # of the whole page, which settles whether it wakes by itself

    key = page.key("play" if label in ("Start", "Pause") else label.lower().replace(" ", "-"))
    st.button(label, key=key, icon=icon, on_click=click, disabled=disabled)


def progress(standing: Standing) -> str:
    """Say how far a run is, how fast it goes, or what it waits for."""
    steps = f"step {standing.step:,} of {standing.until:,}"
    if standing.step >= standing.until:
        return f"Done: {steps}"
    if standing.failed:
        return f"Failed at {steps}: something went wrong, and may again"
    if standing.waiting:
        others = f" and {standing.ahead} more before this one" if standing.ahead else ""
        if standing.crowded_out:
            return f"Waiting at {steps}: runs of others fill the memory for training{others}"
        runs = f"{POOL.at_once} run{'s' * (POOL.at_once > 1)}"
        return f"Waiting at {steps}: this server trains {runs} at once{others}"
    if not standing.playing:
        return f"Paused at {steps}"
    if not standing.rate:
        return f"Starting at {steps}"
    left = (standing.until - standing.step) / standing.rate
    return f"Training: {steps}, {standing.rate:,.0f} steps/s, {_duration(left)} left"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


# --- the table


def _table(
    page: Page[Settings], reading: Reading[Settings]
) -> Callable[[Settings, Sequence[Snapshot]], None]:
    """Draw the place of the table of outcomes, below the charts."""
    del page, reading
    st.header("Where it stands", anchor="table")
    room = st.container()

    def fill(settings: Settings, snapshots: Sequence[Snapshot]) -> None:
        del settings
        with room:
            for snapshot in snapshots:
                _show(snapshot)

    return fill


def _show(snapshot: Snapshot) -> None:
    percent: dict[str, Any] = {"format": "percent"}
    number: dict[str, Any] = {"format": "%.4g"}
    helped = {
        "train loss": ("Median over the seeds", number),
        "test loss": ("Median over the seeds", number),
        "10 %": ("A tenth of the seeds have a test loss of at most this", number),
        "90 %": ("Nine tenths of the seeds have a test loss of at most this", number),
        "best": ("The least test loss", number),
        "worst": ("The greatest test loss", number),
        "failed": ("Share of seeds whose training loss is not 1 % below a constant's", percent),
        "accuracy": ("Median over the seeds, on the test set", percent),
    }
    found = verdict.outcomes(snapshot)
    columns: dict[str, list[Any]] = {
        "function": [each.function.title for each in found],
        "train loss": [each.train for each in found],
        "test loss": [each.test for each in found],
        "10 %": [each.low for each in found],
        "90 %": [each.high for each in found],
        "best": [each.best for each in found],
        "best seed": [each.best_seed for each in found],
        "worst": [each.worst for each in found],
        "worst seed": [each.worst_seed for each in found],
        "failed": [each.failed for each in found],
    }
    if snapshot.experiment.problem.classes:
        columns["accuracy"] = [each.accuracy for each in found]
    tables.draw(
        "Where each function stands",
        columns,
        {
            name: st.column_config.NumberColumn(help=words, **form)
            for name, (words, form) in helped.items()
        },
    )
    constant = plain(snapshot.constant_loss, 3)
    st.caption(
        f"A network has failed whose training loss is not 1 % below that of a constant, {constant}."
    )


LENS: Final = Lens(
    name="training",
    title="What the activation does to learning",
    introduction=(
        "Networks that differ in nothing but their activation learn the same task from the same "
        "draws, with several seeds at once. One seed says little; the verdict says what several do."
    ),
    controls=CONTROLS,
    places=places,
    jobs=jobs,
    exhibits=exhibits,
    verdict=concluded,
    stories={title: values_of(preset) for title, preset in PRESETS.items()},
    notice=notice,
    more=_table,
    steer=steer,
    pulse=_PULSE,
)
