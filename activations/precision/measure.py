"""What a number format does to an activation and to its derivative, at every input that it has.

    result = measure(function("gelu"), "bfloat16", "kernel")
    print(result.f.correct, result.f.worst, result.df.zero)

An error is counted in steps: how many numbers of the format lie between a result and the exact
value, correctly rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from activations.functions import calculus
from activations.functions.calculus import FloatArray
from activations.functions.neutral import neutral
from activations.functions.spec import Function
from activations.precision import typed
from activations.precision.formats import Format, named
from activations.precision.reference import exact
from activations.precision.typed import Pair

KERNEL: Final = "kernel"
TYPED: Final = "typed"
FLOAT32: Final = "float32"

PLACES: Mapping[str, str] = MappingProxyType(
    {KERNEL: "torch's kernel", TYPED: "as typed", FLOAT32: "float32 inside"}
)
"""Where a function may be computed: on tensors of the format; as its formula, each step rounded to
the format; or in float32, rounded once."""

BINS: tuple[str, ...] = ("0", "1", "2", "3–10", "> 10")
"""Steps that are counted together."""

_LAST: Final = (0, 1, 2, 10)
"""The most steps in each bin but the last."""

Flags = npt.NDArray[np.bool_]


class Stretch(NamedTuple):
    """The first and the last of some inputs, and how many they are."""

    low: float
    high: float
    inputs: int


@dataclass(frozen=True, eq=False)
class Errors:
    """What became of f, or of f', at each input: arrays with an entry for each, rising.

    `x` and `result` hold numbers of the format, all in float64. `steps` are from 0 up; NaN where
    the result is NaN, and infinity where it is infinite although the exact value is within the
    format. Inputs for which no exact value is known, because the function has none or float64
    cannot compute it, are left out: `unknown` tells where they are.
    """

    x: FloatArray
    result: FloatArray
    exact: FloatArray
    steps: FloatArray
    unknown: Stretch | None = None

    @cached_property
    def nan(self) -> Stretch | None:
        """Where the result is NaN, if anywhere."""
        return _stretch(self.x, np.isnan(self.steps))

    @cached_property
    def infinite(self) -> Stretch | None:
        """Where the result is infinite although the exact value is not, if anywhere."""
        return _stretch(self.x, np.isinf(self.steps))

    @cached_property
    def beyond(self) -> Stretch | None:
        """Where the result is infinite, correctly rounded: the exact value is beyond the format."""
        return _stretch(self.x, np.isinf(self.result) & (self.steps == 0))

    @cached_property
    def histogram(self) -> tuple[int, ...]:
        """How many results are in each of BINS; what is NaN or infinite is in none."""
        most = [np.count_nonzero(self.steps <= last) for last in (*_LAST, np.finfo(float).max)]
        return tuple(np.diff(most, prepend=0).tolist())

    @property
    def correct(self) -> float:
        """The share of results that are correctly rounded, of those that are numbers."""
        return self.histogram[0] / max(sum(self.histogram), 1)

    @cached_property
    def worst(self) -> tuple[int, float]:
        """The largest number of steps, and the input of the least size where it is met."""
        most = float(np.max(self.steps, where=np.isfinite(self.steps), initial=0))
        if not most:
            return 0, 0.0
        places = self.x[self.steps == most]
        return int(most), float(places[np.abs(places).argmin()])

    @cached_property
    def zero(self) -> tuple[float | None, float | None]:
        """Up to where, and from where on, all results are 0, where that is rounding."""
        return self._tails(self.result == 0, self.exact != 0)

    @cached_property
    def one(self) -> tuple[float | None, float | None]:
        """Up to where, and from where on, all results are 1, where that is rounding."""
        return self._tails(self.result == 1, self.exact != 1)

    @cached_property
    def same(self) -> tuple[float | None, float | None]:
        """Up to where, and from where on, all results are x, where that is rounding."""
        return self._tails(self.result == self.x, self.exact != self.x)

    @cached_property
    def least_same(self) -> float | None:
        """The input of the least size, 0 apart, whose result is x itself, if any."""
        holds = (self.result == self.x) & (self.x != 0)
        return float(np.min(np.abs(self.x), where=holds, initial=np.inf)) if holds.any() else None

    def _tails(self, holds: Flags, rounds: Flags) -> tuple[float | None, float | None]:
        """Return the ends of the runs from the first and to the last input, if anything rounds."""
        first, last = _ends(~holds) or (holds.size, -1)
        last += 1
        return (
            float(self.x[first - 1]) if rounds[:first].any() else None,
            float(self.x[last]) if rounds[last:].any() else None,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """What a format does to a function: the errors of f and of f', which autograd computes."""

    function: Function
    format: Format
    where: str
    f: Errors
    df: Errors


def measure(
    function: Function,
    format: str | Format,  # noqa: A002
    where: str = KERNEL,
    progress: Callable[[float], object] | None = None,
    *,
    between: tuple[float, float] | None = None,
) -> Measurement:
    """Compute a function and its derivative at all finite inputs of a format, and count errors.

    `format` is a name in FORMATS; float32 has too many inputs, of which a sample is taken. `where`
    is a name in PLACES. `progress` is told the share that is done, and may raise to abandon it.
    `between` are the least and the largest input that are wanted, if not all are.
    Raises ValueError for another name, and for torch's kernels in a format that has none on the
    CPU. Modules are evaluated as after training.
    """
    kind = format if isinstance(format, Format) else named(format)
    if where not in PLACES:
        raise ValueError(f"where must be one of {', '.join(PLACES)}, not {where!r}")
    if where == KERNEL and not kind.has_kernels:
        raise ValueError(f"torch has no kernels for {kind.name} on the CPU: take typed or float32")
    tell = progress or (lambda _: None)
    inputs = kind.inputs(tuple(each.x for each in function.breaks))
    if between:
        inputs = inputs[_inside(inputs, *between)]
    results = _respond(function, kind, where, inputs)
    tell(0.4)
    truths = exact(function, inputs)
    tell(0.7)
    f, df = (
        _errors(kind, inputs, result, truth) for result, truth in zip(results, truths, strict=True)
    )
    tell(1.0)
    return Measurement(function, kind, where, f, df)


@neutral()
def _inside(inputs: torch.Tensor, low: float, high: float) -> torch.Tensor:
    """Return which inputs of a format are from `low` to `high`."""
    numbers = inputs.to(torch.float64)
    return (low <= numbers) & (numbers <= high)


@neutral()
def _respond(function: Function, kind: Format, where: str, inputs: torch.Tensor) -> Pair:
    """Return f and f' as they are computed, in the format."""
    if where == TYPED:
        found = typed.respond(function, kind, inputs)
    else:
        dtype = kind.dtype if where == KERNEL else torch.float32
        found = calculus.respond(calculus.evaluator(function, dtype), inputs.to(dtype))
    values, slopes = found
    return values.to(kind.dtype), slopes.to(kind.dtype)


@neutral()
def _errors(
    kind: Format, inputs: torch.Tensor, result: torch.Tensor, truth: torch.Tensor
) -> Errors:
    lacking = truth.isnan()
    unknown = _stretch(inputs.to(torch.float64).numpy(), lacking.numpy())
    if unknown:
        inputs, result, truth = (each[~lacking] for each in (inputs, result, truth))
    rounded = kind.round(truth)
    steps = (kind.order(result) - kind.order(rounded)).abs_().to(torch.float64)
    computed, true = result.to(torch.float32), rounded.to(torch.float32)
    steps.masked_fill_(computed.isnan(), torch.nan)
    steps.masked_fill_(computed.isinf() & ~true.isinf(), torch.inf)
    x, found = inputs.to(torch.float64), computed.to(torch.float64)
    return Errors(x.numpy(), found.numpy(), truth.numpy(), steps.numpy(), unknown)


def _stretch(x: FloatArray, holds: Flags) -> Stretch | None:
    ends = _ends(holds)
    if ends is None:
        return None
    return Stretch(float(x[ends[0]]), float(x[ends[1]]), int(np.count_nonzero(holds)))


def _ends(holds: Flags) -> tuple[int, int] | None:
    """Return the first and the last place where something holds, if it does anywhere.

    Like all that looks at results it makes no list of places, for which NumPy would keep the
    interpreter, and other visitors, waiting.
    """
    if not holds.any():
        return None
    first = int(holds.argmax())
    return first, holds.size - 1 - int(holds[::-1].argmax())
