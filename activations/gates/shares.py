"""What softmax and its kin make of logits: shares, their Jacobian, and how they change.

seen = softmax([2.0, 1.0, 0.1])
seen.values, seen.jacobian
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from activations.functions.calculus import FloatArray
from activations.functions.neutral import neutral
from activations.functions.reading import real_numbers
from activations.gates.variants import Options, Variant, find, gumbel

MOST_LOGITS: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """What logits become: float64 arrays.

    `values` [n] is the variant's output, `jacobian` [n, n] has d values[i] / d logits[j] in row i.
    `shares` [n] is the distribution behind it, whose rest, if any, is the `sink`'s.
    """

    variant: Variant
    options: Options
    logits: FloatArray
    values: FloatArray
    jacobian: FloatArray
    shares: FloatArray
    sink: float

    @property
    def row_sums(self) -> FloatArray:
        """The sums of the Jacobian's rows: 0 where a shift of all logits changes nothing."""
        return np.asarray(self.jacobian.sum(axis=1))


def softmax(
    logits: npt.ArrayLike,
    variant: str = "softmax",
    temperature: float = 1.0,
    *,
    sink: float = 0.0,
    cap: float = 50.0,
    seed: int = 0,
) -> Shares:
    """Return what a variant makes of a vector of logits, and its Jacobian by autograd, in float64.

    `variant` is one of VARIANTS. A logit of -inf is masked; of all masked, torch makes NaN. Raises
    ValueError, saying what is allowed, for anything else.
    """
    options = Options(temperature=temperature, sink=sink, cap=cap, seed=seed)
    return respond(logits, find(variant), options)


@neutral()
def respond(logits: npt.ArrayLike, variant: Variant, options: Options) -> Shares:
    """Return what `softmax` does, of a variant with its options."""
    x = torch.tensor(_vector(logits)).requires_grad_()
    values, shares, sink = _outcome(x, variant, options)
    rows = [torch.autograd.grad(value, x, retain_graph=True)[0] for value in values]
    return Shares(
        variant,
        options,
        x.numpy(force=True),
        values.numpy(force=True),
        torch.stack(rows).numpy(),
        shares.numpy(force=True),
        sink,
    )


@neutral()
def outcome(
    logits: npt.ArrayLike, variant: Variant, options: Options
) -> tuple[FloatArray, FloatArray, float]:
    """Return the values, the shares and the sink's that `respond` has, without derivatives."""
    values, shares, sink = _outcome(torch.tensor(_vector(logits)), variant, options)
    return values.numpy(), shares.numpy(), sink


def _outcome(
    x: torch.Tensor, variant: Variant, options: Options
) -> tuple[torch.Tensor, torch.Tensor, float]:
    values = variant.compute(x, options)
    behind = variant.shares(variant.scores(x.detach(), options))
    n = x.shape[-1]
    return values, behind[:n], float(behind[n:].sum())


def _vector(logits: npt.ArrayLike) -> FloatArray:
    x = real_numbers(logits, finite=False)
    if x.ndim != 1 or not 1 <= x.size <= MOST_LOGITS:
        raise ValueError(f"logits must be a vector of 1 to {MOST_LOGITS} numbers")
    if np.isnan(x).any() or (x == np.inf).any():
        raise ValueError("logits must be numbers or -inf, which masks one")
    return x


# --- along a line


@neutral()
def varied(
    logits: npt.ArrayLike, index: int, x: npt.ArrayLike, variant: Variant, options: Options
) -> FloatArray:
    """Return output `index` for each value in `x` of its own logit, the others as they are."""
    rows = _rows(logits, index, x)
    return np.asarray(variant.compute(rows, options)[:, index].numpy())


@neutral()
def as_sigmoid(
    logits: npt.ArrayLike, index: int, x: npt.ArrayLike, variant: Variant, options: Options
) -> FloatArray:
    """Return the sigmoid of a logit's score minus the log-sum-exp of all others'.

    That is the share of softmax, and of each variant that is a softmax of other scores.
    """
    scores = variant.scores(_rows(logits, index, x), options)
    others = torch.cat([scores[:, :index], scores[:, index + 1 :]], dim=-1)
    return np.asarray(torch.sigmoid(scores[:, index] - others.logsumexp(-1)).numpy())


def _rows(logits: npt.ArrayLike, index: int, x: npt.ArrayLike) -> torch.Tensor:
    at = np.asarray(x, dtype=float)
    rows = np.tile(_vector(logits), (at.size, 1))
    rows[:, index] = at
    return torch.tensor(rows)


@neutral()
def along_temperature(
    logits: npt.ArrayLike, temperatures: npt.ArrayLike, variant: Variant, options: Options
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the shares [t, n], their entropy in nats [t], and its derivative by the temperature.

    Of a variant with a sink the entropy counts the sink too; of a random one it is the softmax's.
    All are NaN where all logits are masked.
    """
    logits = _vector(logits)
    t = torch.tensor(np.asarray(temperatures, dtype=float)).requires_grad_()
    if np.isneginf(logits).all():
        nothing = np.full(t.shape, np.nan)
        return np.full((*t.shape, logits.size), np.nan), nothing, nothing
    found = _at_temperatures(logits, t, variant, options)
    entropy = -torch.special.xlogy(found, found.clamp(min=_LEAST)).sum(-1)
    (slope,) = torch.autograd.grad(entropy.sum(), t)
    return _of_all(logits, found), entropy.numpy(force=True), slope.numpy()


@neutral()
def trail(
    logits: npt.ArrayLike, temperatures: npt.ArrayLike, variant: Variant, options: Options
) -> FloatArray:
    """Return the shares [t, n] that `along_temperature` has, without derivatives."""
    logits = _vector(logits)
    t = torch.tensor(np.asarray(temperatures, dtype=float))
    if np.isneginf(logits).all():
        return np.full((*t.shape, logits.size), np.nan)
    return _of_all(logits, _at_temperatures(logits, t, variant, options))


def _at_temperatures(
    logits: FloatArray, t: torch.Tensor, variant: Variant, options: Options
) -> torch.Tensor:
    """Return the shares of the logits that are not masked: -inf over T has no derivative."""
    seen = torch.tensor(logits[np.isfinite(logits)])
    one = replace(options, temperature=1.0)
    return variant.shares(variant.scores(seen, one) / t[:, None])


def _of_all(logits: FloatArray, found: torch.Tensor) -> FloatArray:
    """Return shares [t, n] of all logits: 0 for those that are masked."""
    seen = np.isfinite(logits)
    shares = np.zeros((len(found), logits.size))
    shares[:, seen] = found[:, : seen.sum()].numpy(force=True)
    return shares


_LEAST: Final = float(np.finfo(float).tiny)


@neutral()
def draws(logits: npt.ArrayLike, temperature: float, count: int, seed: int) -> FloatArray:
    """Return so many draws [count, n] of Gumbel-softmax, the same for the same seed."""
    rows = torch.tensor(np.tile(_vector(logits), (count, 1)))
    return np.asarray(gumbel(rows, Options(temperature=temperature, seed=seed)).numpy())


# --- what goes wrong in practice


@neutral()
def naive(logits: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Return e^x over its sum in float32, as the formula says: NaN where e^x overflows."""
    powers = torch.tensor(_vector(logits), dtype=torch.float32).exp()
    return np.asarray((powers / powers.sum()).numpy())


@neutral()
def shifted(logits: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Return the same in float32 with the largest logit subtracted first, as torch does it."""
    x = torch.tensor(_vector(logits), dtype=torch.float32)
    powers = (x - x.max()).exp()
    return np.asarray((powers / powers.sum()).numpy())
