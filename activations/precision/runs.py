"""What pages and figures keep of a measurement, and the sentence that says what matters of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch

from activations.functions.calculus import FloatArray
from activations.functions.spec import Function
from activations.notation import plain
from activations.precision.formats import Format
from activations.precision.measure import (
    BINS,
    Errors,
    Measurement,
    Stretch,
    measure,
)

_SAMPLE: Final = 2**14
"""Inputs of a sample that are kept to draw: those with the least and the largest error of a few."""

Tails = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Findings:
    """What is said of f or of f': the fields are those of `Errors`, `inputs` counts them."""

    inputs: int
    histogram: tuple[int, ...]
    worst: tuple[int, float]
    nan: Stretch | None
    infinite: Stretch | None
    beyond: Stretch | None
    unknown: Stretch | None
    zero: Tails
    one: Tails
    same: Tails
    least_same: float | None

    @property
    def counts(self) -> dict[str, int]:
        """How many results are in each of BINS, and how many are NaN or infinite."""
        apart = {"NaN": self.nan, "∞": self.infinite}
        return dict(zip(BINS, self.histogram, strict=True)) | {
            name: stretch.inputs if stretch else 0 for name, stretch in apart.items()
        }

    @property
    def correct(self) -> float:
        """The percentage that is correctly rounded, of what is a number: 100 only if all are."""
        total = sum(self.histogram)
        if total and self.histogram[0] == total:
            return 100.0
        return min(100 * self.histogram[0] / max(total, 1), 99.99)

    @property
    def share(self) -> str:
        """That percentage in words: "100 %", "99.99 %"."""
        return "100 %" if self.correct == 100 else f"{self.correct:.2f} %"


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """What is drawn of f or of f': arrays with an entry for each input, or for some of very many.

    It is `whole` where all inputs that were measured are there.
    `inputs`, `result` and `exact` are places in the order of the format's numbers: integers, and
    floats for what is exact. `steps` are unsigned integers, whose last but one stands for infinity
    and whose last for NaN.
    """

    inputs: npt.NDArray[np.signedinteger]
    result: npt.NDArray[np.signedinteger]
    exact: npt.NDArray[np.floating]
    steps: npt.NDArray[np.unsignedinteger]
    whole: bool

    def between(self, low: float, high: float) -> Trail:
        """Return the part whose inputs have places from `low` to `high`."""
        first, last = np.searchsorted(self.inputs, [low, np.nextafter(high, np.inf)])
        part = slice(first, last)
        inputs, result, exact, steps = self.inputs, self.result, self.exact, self.steps
        return Trail(inputs[part], result[part], exact[part], steps[part], self.whole)


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A function measured in a format, and how it is called and drawn beside others.

    `trails`, of f and of f', are missing where a run is not drawn.
    """

    function: Function
    format: Format
    where: str
    label: str
    f: Findings
    df: Findings
    trails: tuple[Trail, Trail] | None

    @property
    def orders(self) -> tuple[Findings, Findings]:
        """What is said of f and of f'."""
        return self.f, self.df


def run(
    function: Function,
    kind: Format,
    where: str,
    label: str,
    progress: Callable[[float], object] | None = None,
    *,
    drawn: bool = True,
) -> Run:
    """Measure a function as `measure` does, and keep what is said of it, and what is `drawn`."""
    measured = measure(function, kind, where, progress)
    trails = (_trail(measured, measured.f), _trail(measured, measured.df)) if drawn else None
    return Run(function, kind, where, label, findings(measured.f), findings(measured.df), trails)


def closer(
    run: Run,
    order: int,
    between: tuple[float, float],
    *,
    linear: bool = False,
    progress: Callable[[float], object] | None = None,
) -> Trail:
    """Measure f or f' (`order` 0 or 1) of a run once more, at its inputs between two alone.

    What is drawn has all of them, or of very many those with the least and the largest error of
    each few: as many everywhere by the order of inputs, or on a `linear` axis.
    """
    measured = measure(run.function, run.format, run.where, progress, between=between)
    return _trail(measured, measured.df if order else measured.f, linear=linear)


def findings(errors: Errors) -> Findings:
    """Return what is said of errors."""
    return Findings(
        errors.x.size,
        errors.histogram,
        errors.worst,
        errors.nan,
        errors.infinite,
        errors.beyond,
        errors.unknown,
        errors.zero,
        errors.one,
        errors.same,
        errors.least_same,
    )


def _trail(measured: Measurement, errors: Errors, *, linear: bool = False) -> Trail:
    kind = measured.format
    whole = kind.exhaustive or errors.steps.size <= _SAMPLE
    kept: slice | npt.NDArray[np.intp] = slice(None)
    if not whole:
        across = errors.x if linear else np.arange(errors.x.size)
        kept = _extremes(across, errors.steps)
    size = max(kind.bits // 8, 2)
    steps = errors.steps[kept]
    last = 2 ** (8 * size) - 1
    coded = np.where(np.isnan(steps), last, np.where(np.isinf(steps), last - 1, steps))
    inputs, result = (
        kind.order(torch.from_numpy(each[kept])).numpy().astype(f"i{size}")
        for each in (errors.x, errors.result)
    )
    exact = kind.place(errors.exact[kept]).astype(f"f{2 * size}")
    return Trail(inputs, result, exact, coded.astype(f"u{size}"), whole)


def _extremes(across: npt.NDArray[Any], steps: FloatArray) -> npt.NDArray[np.intp]:
    """Return where the least and the largest steps are in each of many columns, in order."""
    columns = np.floor((across - across[0]) / (across[-1] - across[0]) * (_SAMPLE // 2 - 1))
    firsts = np.flatnonzero(np.diff(columns, prepend=-1))
    counts = np.diff(firsts, append=steps.size)
    sizes = np.where(np.isnan(steps), np.inf, steps)
    kept = []
    for extreme in (np.minimum, np.maximum):
        found = np.flatnonzero(sizes == np.repeat(extreme.reduceat(sizes, firsts), counts))
        kept.append(found[np.unique(columns[found], return_index=True)[1]])
    return np.union1d(*kept)


# --- in words


def words(run: Run) -> str:
    """Say in a sentence what matters of a run."""
    return f"{run.label}: f {_said(run.f, run.format)}; f′ {_said(run.df)}"


def counted(run: Run, order: int) -> str:
    """Say how many results, of f or of f' (`order` 0 or 1), are how many steps off."""
    counts = run.orders[order].counts
    return f"{run.label}: " + ", ".join(f"{count:,} at {steps}" for steps, count in counts.items())


def _said(found: Findings, of: Format | None = None) -> str:
    """Say what matters of f, in a format, or of f', which may be 0 but is not likened to x."""
    steps, at = found.worst
    of_numbers = " (of what is a number)" if found.nan or found.infinite else ""
    parts = [f"{found.share} correctly rounded{of_numbers}"]
    if steps:
        parts.append(f"at worst {steps:,} step{'s' * (steps > 1)} off, at x = {plain(at)}")
    for stretch, name in (
        (found.nan, "NaN"),
        (found.infinite, "infinite"),
        (found.beyond, "rightly infinite"),
        (found.unknown, "no exact value known"),
    ):
        if stretch:
            parts.append(f"{name} {_stretch(stretch)}")
    tails = [(found.zero, "exactly 0")]
    if of:
        tails += [(found.one, "exactly 1"), (found.same, "exactly x")]
    for (low, high), name in tails:
        if low is not None:
            parts.append(f"{name} up to x = {plain(low)}")
        if high is not None:
            parts.append(f"{name} from x = {plain(high)}")
    if of and found.least_same is not None and found.least_same > of.smallest:
        parts.append(f"equal to x first at |x| = {plain(found.least_same)}")
    return ", ".join(parts)


def _stretch(found: Stretch) -> str:
    if found.inputs == 1:
        return f"at x = {plain(found.low)}"
    return f"at {found.inputs:,} inputs from x = {plain(found.low)} to {plain(found.high)}"
