"""What happens to a signal, and to its gradient, in a deep random stack of one activation.

A network is drawn once and given each activation in turn, so that functions are compared on the
same weights, inputs and gradients:

    network = draw(Experiment(depth=20, weights="Xavier"))
    result = measure(function("sigmoid"), network)
    print(verdict(result, theory(result.function, network.experiment)))
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from numbers import Integral, Real
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from activations import notation
from activations.depth.mean_field import Theory, predict
from activations.functions import initial
from activations.functions.bins import BIN_CENTERS, histogram
from activations.functions.calculus import FloatArray, evaluator, respond
from activations.functions.facts import FLAT
from activations.functions.initial import PYTORCH_DEFAULT, WEIGHTS, check, check_weights
from activations.functions.neutral import neutral
from activations.functions.spec import Function, Interval

# float32, because networks are trained in it: a signal is lost where training would lose it. It is
# also twice as fast. Sums are taken in float64, where no square of a float32 over- or underflows.
_DTYPE = torch.float32
_TINY = torch.finfo(_DTYPE).tiny

LIMITS: Mapping[str, Interval] = MappingProxyType(
    {
        "depth": Interval(1, 100),
        "width": Interval(16, 512),
        "batch": Interval(64, 512),
        "sigma_w": Interval(0.01, 100),
        "sigma_b": Interval(0, 100),
        "input_std": Interval(0, 100),
        "seed": Interval(0, 999_999),
    }
)
"""What an experiment may be set to, ends included."""

MEMORY_LIMIT = 256 * 2**20
"""Bytes that one experiment may need."""

_BINNED_SAMPLES = 64
"""Samples of the batch that a histogram counts: 1,024 activations at least, for a heat map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """The settings of a stack of `depth` linear layers of `width` units, each followed by f.

    `weights` is a name in WEIGHTS or a sigma_w; `sigma_b` is the biases' standard deviation. With
    "PyTorch default" the biases are `nn.Linear`'s own, uniform up to 1 / sqrt(fan_in), and
    `sigma_b` has to stay 0. `batch` samples enter, of `width` normal numbers each with standard
    deviation `input_std`. Raises ValueError, saying what is allowed, for settings outside LIMITS
    and for more than 256 MB.
    """

    depth: int = 20
    width: int = 256
    batch: int = 256
    weights: str | float = "He"
    sigma_b: float = 0.0
    input_std: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("depth", "width", "batch", "seed"):
            check(name, getattr(self, name), LIMITS[name], Integral, "a whole number")
        for name in ("sigma_b", "input_std"):
            check(name, getattr(self, name), LIMITS[name], Real, "a number")
        check_weights(self.weights, self.sigma_b, LIMITS["sigma_w"])
        if self.memory > MEMORY_LIMIT:
            raise ValueError(
                f"this needs {math.ceil(self.memory / 2**20)} MB, more than the "
                f"{MEMORY_LIMIT // 2**20} MB allowed: lower depth, width or batch"
            )

    @property
    def sigma_w(self) -> float:
        """The weights' standard deviation times sqrt(fan_in)."""
        return WEIGHTS[self.weights] if isinstance(self.weights, str) else self.weights

    @property
    def bias_std(self) -> float:
        """The biases' standard deviation: `sigma_b`, or that of `nn.Linear`'s own."""
        return initial.bias_std(self.weights, self.sigma_b, self.width)

    @property
    def weights_title(self) -> str:
        """The weights for a label: "He", "σ_w = 1.304"."""
        if isinstance(self.weights, str):
            return self.weights
        return f"σ_w = {notation.plain(self.weights)}"

    @property
    def title(self) -> str:
        """What tells it from others, for a label: "LeCun", "LeCun, input σ = 2"."""
        if self.input_std == 1:
            return self.weights_title
        return f"{self.weights_title}, input σ = {notation.plain(self.input_std)}"

    @property
    def memory(self) -> int:
        """Bytes needed at most: each layer's weights and derivatives, and twelve arrays at work."""
        signal = self.batch * self.width
        layer = self.width * (self.width + 1) + signal
        return _DTYPE.itemsize * (self.depth * layer + 12 * signal)


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """What an experiment draws at random, in float32.

    `inputs` and `gradient`, which is sent back from the top, have a row for each sample; `weights`
    and `biases` have an entry for each layer.
    """

    experiment: Experiment
    inputs: torch.Tensor
    gradient: torch.Tensor
    weights: tuple[torch.Tensor, ...]
    biases: tuple[torch.Tensor, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What was measured: float64 arrays with one entry a layer, the first layer first.

    Means and standard deviations are over units and samples. `gradient_norm` is the norm, over
    both, of the gradient that the layer's activations receive. `dead` is the share of units that
    let no gradient through on the whole batch (f' = 0), `saturated` the share of activations with
    |f'| < 0.01; `histogram` has a row a layer, the share of activations in each of BIN_CENTERS,
    counted on 64 samples.

    Layers are numbered from 1. `overflow_at` is the first whose values are not finite in float32,
    `underflow_at` the first whose pre-activations fall below its smallest normal number, 1.2e-38;
    the gradient's, coming down from the top, likewise. `derivative_undefined_at` is the first where
    torch's derivative of a finite pre-activation is not a number, as where it multiplies 0 by
    infinity. None where it does not happen. From an overflow on, in the direction of travel, the
    arrays hold NaN; a signal that overflows leaves no gradient. From `derivative_undefined_at` on
    `dead` and `saturated` are NaN, since what is not a number is neither; the gradient is NaN below
    a layer whose derivatives are, which is no overflow.
    """

    function: Function
    experiment: Experiment
    pre_activation_mean: FloatArray
    pre_activation_std: FloatArray
    activation_mean: FloatArray
    activation_std: FloatArray
    dead: FloatArray
    saturated: FloatArray
    histogram: FloatArray
    gradient_norm: FloatArray
    overflow_at: int | None
    underflow_at: int | None
    gradient_overflow_at: int | None
    gradient_underflow_at: int | None
    derivative_undefined_at: int | None

    @property
    def gradient(self) -> FloatArray:
        """`gradient_norm` relative to the last layer's."""
        return np.asarray(self.gradient_norm / self.gradient_norm[-1])


@neutral()
def draw(experiment: Experiment) -> Network:
    """Draw inputs, weights, biases and the gradient at the top; the same seed gives the same bits.

    The gradient has mean 0 and variance 1. Standard deviations only scale what is drawn: networks
    of one seed and shape have the same directions, except that "PyTorch default" is uniform.
    """
    generator = torch.Generator().manual_seed(int(experiment.seed))
    width, batch = experiment.width, experiment.batch
    weight_std = experiment.sigma_w / math.sqrt(width)

    inputs = initial.draw((batch, width), experiment.input_std, generator)
    gradient = initial.draw((batch, width), 1.0, generator)
    sample = partial(
        initial.draw, generator=generator, uniform=experiment.weights == PYTORCH_DEFAULT
    )
    layers = range(experiment.depth)
    weights = tuple(sample((width, width), weight_std) for _ in layers)
    biases = tuple(sample((width,), experiment.bias_std) for _ in layers)
    return Network(experiment, inputs, gradient, weights, biases)


@neutral()
def measure(
    function: Function, network: Network, progress: Callable[[float], object] | None = None
) -> Result:
    """Send the network's inputs up through its layers with `function`, and its gradient back down.

    `progress` is called after each layer, on the way up and down, with the share done, from 0 to
    1. Whatever it raises abandons the run, which leaves nothing behind. Neither overflow nor
    underflow raises or warns: both are part of the result. Modules are evaluated as after training.

    Torch lets go of the interpreter in each operation, so other threads go on meanwhile. A server
    does well to call `torch.set_num_threads(1)` once, at its start: where others use its cores, the
    many short operations lose more by waiting for a second thread than the long ones gain.
    """
    depth = network.experiment.depth
    shares = iter(np.arange(1, 2 * depth + 1) / (2 * depth))

    def advance() -> None:
        if progress is not None:
            progress(float(next(shares)))

    up = _forward(function, network, advance)
    down = _backward(network, up.slopes, advance)
    return Result(
        function=function,
        experiment=network.experiment,
        **{name: np.ascontiguousarray(up.layers[name]) for name in _LAYER.names or ()},
        gradient_norm=down.norms,
        overflow_at=up.overflow_at,
        underflow_at=up.underflow_at,
        gradient_overflow_at=down.overflow_at,
        gradient_underflow_at=down.underflow_at,
        derivative_undefined_at=up.undefined_at,
    )


_LAYER = np.dtype(
    [
        ("pre_activation_mean", np.float64),
        ("pre_activation_std", np.float64),
        ("activation_mean", np.float64),
        ("activation_std", np.float64),
        ("dead", np.float64),
        ("saturated", np.float64),
        ("histogram", np.float64, BIN_CENTERS.shape),
    ]
)


class _Up(NamedTuple):
    layers: np.ndarray
    slopes: list[torch.Tensor]
    overflow_at: int | None
    underflow_at: int | None
    undefined_at: int | None


class _Down(NamedTuple):
    norms: FloatArray
    overflow_at: int | None
    underflow_at: int | None


class _Spread(NamedTuple):
    mean: float
    std: float
    rms: float


def _forward(function: Function, network: Network, advance: Callable[[], None]) -> _Up:
    module = evaluator(function, _DTYPE)
    layers = np.full(network.experiment.depth, np.nan, dtype=_LAYER)
    slopes: list[torch.Tensor] = []
    overflow_at = underflow_at = undefined_at = None
    signal = network.inputs
    for number, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True), 1):
        pre_activation = torch.addmm(bias, signal, weight.T)
        activation, slope = respond(module, pre_activation)
        before, after = _spread(pre_activation), _spread(activation)
        steepness = slope.abs().numpy()
        steepest = steepness.max(axis=0)  # NaN where one is
        undefined = math.isfinite(before.rms) and (
            np.isnan(steepest).any() or math.isnan(after.rms)
        )
        if undefined and undefined_at is None:
            undefined_at = number
        if not math.isfinite(before.rms + after.rms):
            overflow_at = None if undefined and math.isnan(after.rms) else number
            break
        if underflow_at is None and _is_lost(before.rms, signal):
            underflow_at = number
        layers[number - 1] = (
            before.mean,
            before.std,
            after.mean,
            after.std,
            _share(steepest == 0) if undefined_at is None else np.nan,
            _share(steepness < FLAT) if undefined_at is None else np.nan,
            histogram(activation[:_BINNED_SAMPLES]),
        )
        slopes.append(slope)
        signal = activation
        advance()
    return _Up(layers, slopes, overflow_at, underflow_at, undefined_at)


def _backward(network: Network, slopes: list[torch.Tensor], advance: Callable[[], None]) -> _Down:
    depth = network.experiment.depth
    norms = np.full(depth, np.nan)
    if len(slopes) < depth:
        return _Down(norms, None, None)
    underflow_at = None
    gradient = network.gradient
    norms[-1] = _rms(gradient) * math.sqrt(gradient.numel())
    advance()
    for number in range(depth - 1, 0, -1):
        slope = slopes[number]
        received, gradient = gradient, (gradient * slope) @ network.weights[number]
        rms = _rms(gradient)
        if not math.isfinite(rms):
            undefined = bool(slope.isnan().any())
            return _Down(norms, None if undefined else number, underflow_at)
        if underflow_at is None and _is_lost(rms, received, slope):
            underflow_at = number
        norms[number - 1] = rms * math.sqrt(gradient.numel())
        advance()
    return _Down(norms, None, underflow_at)


def _spread(values: torch.Tensor) -> _Spread:
    """Return mean, standard deviation and root mean square, finite exactly if all values are."""
    exact = values.double().flatten()
    mean = exact.sum().item() / exact.numel()
    square = _mean_square(exact)
    return _Spread(mean, math.sqrt(max(square - mean**2, 0.0)), math.sqrt(square))


def _rms(values: torch.Tensor) -> float:
    """Return the root mean square, finite exactly if all values are."""
    return math.sqrt(_mean_square(values.double().flatten()))


def _mean_square(exact: torch.Tensor) -> float:
    return torch.dot(exact, exact).item() / exact.numel()


def _is_lost(rms: float, *factors: torch.Tensor) -> bool:
    """Whether float32 lost a signal: it is tiny, though the product of its factors is not all 0."""
    return rms < _TINY and bool(torch.stack([each != 0 for each in factors]).all(dim=0).any())


def _share(mask: npt.NDArray[np.bool_]) -> float:
    """Return the share of true values."""
    return np.count_nonzero(mask) / mask.size


def theory(function: Function, experiment: Experiment) -> Theory:
    """Return what mean-field theory predicts for the experiment."""
    return predict(
        function,
        experiment.depth,
        sigma_w=experiment.sigma_w,
        sigma_b=experiment.bias_std,
        input_std=experiment.input_std,
        width=experiment.width,
    )


_VANISHED = 0.01
"""A gradient vanishes where less than this share arrives, and explodes where 1 over it does."""


def verdict(result: Result, theory: Theory) -> str:
    """Say in one sentence what became of the signal and its gradient, and name chi."""
    head = f"{result.function.title}, {result.experiment.title}"
    clauses = [*_fates(result), f"χ = {notation.plain(theory.chi, 2)}"]
    return f"{head}: {'; '.join(clauses)}"


def _fates(result: Result) -> list[str]:
    """Say what was lost on the way up, and then what became of the gradient, if one was sent."""
    fates = []
    if result.underflow_at is not None:
        fates.append(f"the signal underflows in layer {result.underflow_at}")
    if result.overflow_at is not None:
        fates.append(f"the signal overflows in layer {result.overflow_at}")
    if result.derivative_undefined_at is not None:
        fates.append(
            f"torch's derivative is not a number from layer {result.derivative_undefined_at} on"
        )
    if result.gradient_overflow_at is not None:
        fates.append(f"the gradient overflows in layer {result.gradient_overflow_at} (explodes)")
    elif result.gradient_underflow_at is not None:
        fates.append(f"the gradient underflows in layer {result.gradient_underflow_at} (vanishes)")
    elif math.isfinite(received := result.gradient[0]):
        fate = "survives"
        if received < _VANISHED:
            fate = "vanishes"
        elif received > 1 / _VANISHED:
            fate = "explodes"
        fates.append(f"layer 1 receives {notation.plain(received, 2)} of the gradient ({fate})")
    return fates
