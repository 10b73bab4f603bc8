"""Where torch itself is further from the truth than the tests allow: the one table they read.

`within` is the range of inputs, `order` the derivative. `kind` "absolute" is an error beyond 4 ulp
and 1e-15; "relative" is one beyond a millionth of a value that may be tiny, which is what a
logarithmic axis shows. `size` is the measured error, rounded up. A test fails as well where an
exception is not needed or is more than four times what is measured: the table shrinks when torch
gets better.

Far out, up to 1e300 and to 1e38 in float32, torch has no number at all for some derivatives, and
overflows before the function does: the second table. There `evaluate` shows the limit, and a
network is trained with what torch has. Where the function overflows as well, infinity is right, and
is not listed.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

NONE_FOUND = "no upstream issue found"


@dataclass(frozen=True)
class Exempt:
    name: str
    order: int
    within: tuple[float, float]
    size: float
    reason: str
    issue: str = NONE_FOUND
    kind: Literal["absolute", "relative"] = "absolute"
    parameters: dict = field(default_factory=dict)

    def concerns(self, function, order, kind):
        """Whether it is about this function, derivative and kind of error."""
        return (self.name, self.order, self.kind) == (
            function.activation.name,
            order,
            kind,
        ) and self.parameters.items() <= function.values.items()

    def holds(self, x):
        return self.within[0] <= x <= self.within[1]

    def __str__(self):
        where = "".join(f" {name}={value}" for name, value in self.parameters.items())
        return f"{self.kind} {self.name}{where} order {self.order} in {self.within}"


_ISSUES = "https://github.com/pytorch/pytorch/issues/"

_GELU = "1 + erf cancels where erfc would not"
_GELU_TANH = "1 + tanh cancels"
_OUTPUT = "the derivative is made from the output, which has rounded to 1"
_SILU = "s (1 + x (1 - s)): 1 - s rounds, and x multiplies that"
_MISH = "1 - tanh^2 rounds, and x multiplies that"
_SOFTPLUS = "torch returns x itself above its threshold, as its documentation says"
_CELU = "the backward pass takes 1 / alpha from alpha as a float32"
_SOFTSIGN = "1 / (1 + |x|) - |x| / (1 + |x|)^2 cancels"
_HARDSIGMOID = "the backward pass takes 1 / 6 as a float32"

_TANH_ROUNDS = "1 - tanh^2 rounds"
_BEFORE = "x^2 overflows before it is multiplied, or before its root is taken"
_WAVES = "the frequency times x rounds, and the sine sees the difference"

_ADDS = "1 + s rounds to 1 where s is tiny"
_GONE = "softplus underflows"
_ROOTS = "x^2 swallows what is added to it, and overflows at 1.3e154"


def _out(name, order, near, size, reason, kind="absolute"):
    """Return what holds on both sides from a size of x on, the left side first."""
    sides = ((-1.1e300, -near), (near, 1.1e300))
    return tuple(Exempt(name, order, within, size, reason, kind=kind) for within in sides)


_EXACT = {"approximate": "none"}
_TANH = {"approximate": "tanh"}
_FAR = {"threshold": 20.0}
_NEAR = {"threshold": 15.43}
_WIDE = {"beta": 0.1}

EXCEPTIONS = (
    Exempt("gelu", 1, (-7, 7), 1.6e-15, _GELU_TANH, parameters=_TANH),
    Exempt("silu", 1, (11, 40), 3.5e-15, _SILU),
    Exempt("silu", 2, (11, 40), 3.5e-15, _SILU, _ISSUES + "195682"),
    Exempt("mish", 1, (8, 20), 2e-15, _MISH),
    Exempt("mish", 2, (6, 20), 4e-15, _MISH),
    Exempt("softplus", 0, (4, 40), 2.1e-9, _SOFTPLUS, _ISSUES + "31110", parameters=_FAR),
    Exempt("softplus", 1, (4, 40), 2.1e-9, _SOFTPLUS, _ISSUES + "31110", parameters=_FAR),
    Exempt("softplus", 2, (4, 40), 1.1e-8, _SOFTPLUS, _ISSUES + "31110", parameters=_FAR),
    Exempt("softplus", 0, (15, 40), 2e-7, _SOFTPLUS, _ISSUES + "31110", parameters=_NEAR),
    Exempt("softplus", 1, (15, 40), 2e-7, _SOFTPLUS, _ISSUES + "31110", parameters=_NEAR),
    Exempt("softplus", 2, (15, 40), 2e-7, _SOFTPLUS, _ISSUES + "31110", parameters=_NEAR),
    Exempt("softplus", 0, (200, 400), 2.1e-8, _SOFTPLUS, _ISSUES + "31110", parameters=_WIDE),
    Exempt("softplus", 1, (200, 400), 2.1e-9, _SOFTPLUS, _ISSUES + "31110", parameters=_WIDE),
    Exempt("softplus", 2, (200, 400), 2.1e-10, _SOFTPLUS, _ISSUES + "31110", parameters=_WIDE),
    Exempt("celu", 1, (-40, 0), 4e-8, _CELU),
    Exempt("celu", 2, (-40, 0), 3e-7, _CELU),
    Exempt("hardsigmoid", 1, (-3, 3), 5e-9, _HARDSIGMOID),
    # Tails: the values are tiny, and of them these digits are lost.
    Exempt("sigmoid", 1, (20, 700), 1, _OUTPUT, _ISSUES + "195681", "relative"),
    Exempt("tanh", 1, (-400, -10), 1, _OUTPUT, _ISSUES + "195527", "relative"),
    Exempt("tanh", 1, (10, 400), 1, _OUTPUT, _ISSUES + "195527", "relative"),
    Exempt("gelu", 0, (-40, -6), 1, _GELU, _ISSUES + "187806", "relative", _EXACT),
    Exempt("gelu", 1, (-40, -6), 0.02, _GELU, _ISSUES + "187806", "relative", _EXACT),
    Exempt("gelu", 0, (-40, -5), 1, _GELU_TANH, kind="relative", parameters=_TANH),
    Exempt("gelu", 1, (-40, -5), 1, _GELU_TANH, kind="relative", parameters=_TANH),
    Exempt("celu", 1, (-700, -6), 2.2e-5, _CELU, kind="relative"),
    Exempt("celu", 1, (-850, -700), 2.6e-5, _CELU, kind="relative"),
    Exempt("softsign", 1, (1e9, 1e150), 1, _SOFTSIGN, kind="relative"),
    Exempt("softsign", 1, (-1e150, -1e9), 1, _SOFTSIGN, kind="relative"),
    # Formulas, as autograd goes through them.
    Exempt("quick_gelu", 1, (6, 40), 4.1e-15, _SILU),
    Exempt("quick_gelu", 2, (4, 40), 6.6e-15, _SILU),
    Exempt("swish_beta", 1, (1, 40), 3.6e-15, _SILU),
    Exempt("swish_beta", 2, (1, 40), 1.9e-14, _SILU),
    Exempt("clamped_gate", 1, (3, 20), 3.2e-15, _SILU),
    Exempt("clamped_gate", 2, (2, 20), 1.1e-14, _SILU),
    Exempt("acon_c", 1, (2, 40), 6.7e-15, _SILU),
    Exempt("acon_c", 2, (1, 40), 1.9e-14, _SILU),
    Exempt("situ", 1, (8, 40), 2e-15, _TANH_ROUNDS),
    Exempt("situ", 2, (11, 40), 2e-15, _TANH_ROUNDS),
    Exempt("lisht", 1, (-20, 20), 2e-15, _MISH),
    Exempt("lisht", 2, (-20, 20), 3.9e-15, _MISH),
    Exempt("dyt", 2, (-5, 5), 3.8e-15, _TANH_ROUNDS),
    Exempt("tanhexp", 1, (2, 3), 3.6e-15, "1 - tanh^2 rounds, and x e^x multiplies that"),
    Exempt("tanhexp", 2, (1, 3), 1e-13, "1 - tanh^2 rounds, and x e^(2 x) multiplies that"),
    Exempt(
        "serf", 2, (-40, -7), 4.4e-15, "1 - s rounds in the slope of softplus, and x multiplies"
    ),
    Exempt("smish", 1, (34, 37), 1.2e-15, _SILU),
    Exempt("smish", 2, (34, 37), 1.2e-15, _SILU),
    Exempt("snake", 1, (-700, 700), 1.9e-13, _WAVES),
    Exempt("snake", 2, (-700, 700), 4.6e-12, _WAVES),
    Exempt("snake_beta", 0, (-14, -10), 7.7e-15, _WAVES),
    Exempt("snake_beta", 1, (-700, 700), 2e-13, _WAVES),
    Exempt("snake_beta", 2, (-700, 700), 1.5e-12, _WAVES),
    Exempt("sine", 0, (-700, 700), 6.1e-13, _WAVES),
    Exempt("sine", 1, (-700, 700), 1.4e-11, _WAVES),
    Exempt("sine", 2, (-700, 700), 8.2e-10, _WAVES),
    Exempt("xielu", 0, (-40, -6), 3.9e-15, "the terms cancel where both slopes are near"),
    Exempt("sqrt_softplus", 2, (-40, -6), 5.1e-9, "two large terms cancel"),
    Exempt("squareplus", 0, (-700, -16), 2.1e-14, "x + sqrt(x^2 + b) cancels"),
    Exempt("situ", 1, (20, 2000), 1, _OUTPUT, kind="relative"),
    Exempt("soft_cap", 1, (-9000, 9000), 1, _OUTPUT, kind="relative"),
    Exempt("acon_c", 1, (40, 501), 3e-15, _SILU),
    Exempt("acon_c", 2, (40, 51), 1.1e-15, _SILU),
    Exempt("smish", 0, (-140, -130), 0.016, _ADDS, kind="relative"),
    Exempt("smish", 1, (-700, -140), 0.0067, _ADDS, kind="relative"),
    Exempt("sqrt_softplus", 0, (-1001, -740), 1, _GONE, kind="relative"),
    Exempt("sqrt_softplus", 1, (-1001, -740), 9.3e105, _GONE, kind="relative"),
    Exempt("sqrt_softplus", 2, (-741, -40), math.inf, "two large terms cancel, and overflow"),
    *_out("sine", 0, 200, 2, _WAVES),
    *_out("sine", 1, 200, 120, _WAVES),
    *_out("sine", 2, 700, 7100, _WAVES),
    *_out("sine", 0, 2e8, 834, _WAVES, "relative"),
    *_out("sine", 1, 2e8, 1585, _WAVES, "relative"),
    *_out("snake", 1, 200, 2, _WAVES),
    *_out("snake", 2, 200, 80, _WAVES),
    *_out("snake_beta", 1, 200, 20, _WAVES),
    *_out("snake_beta", 2, 200, 100, _WAVES),
    Exempt("snake", 1, (-1.1e300, -2e8), 2.5e5, _WAVES, kind="relative"),
    Exempt("snake", 1, (1e9, 1.1e300), 2.9e7, _WAVES, kind="relative"),
    Exempt("snake_beta", 1, (-1.1e300, -1e9), 350, _WAVES, kind="relative"),
    Exempt("snake_beta", 1, (1e9, 1.1e300), 130, _WAVES, kind="relative"),
    *(
        Exempt(name, 0, (1.3e154, 1.1e300), math.inf, _BEFORE, kind=kind)
        for name in ("xielu", "star_relu")
        for kind in ("absolute", "relative")
    ),
    *_out("squareplus", 0, 370, math.inf, _ROOTS),
    Exempt("squareplus", 0, (-1.1e300, -2e5), 1, _ROOTS, kind="relative"),
    Exempt("squareplus", 0, (1.3e154, 1.1e300), math.inf, _ROOTS, kind="relative"),
    *_out("squareplus", 1, 1.3e154, 0.51, _ROOTS),
    Exempt("squareplus", 1, (-1.1e300, -2e5), 1.3e61, _ROOTS, kind="relative"),
    Exempt("squareplus", 1, (1.3e154, 1.1e300), 0.51, _ROOTS, kind="relative"),
    *_out("isru", 0, 1e154, 3.2, _ROOTS),
    *_out("isru", 0, 1e154, 1, _ROOTS, "relative"),
    *_out("isru", 1, 4e4, 5.8e45, _ROOTS, "relative"),
    *_out("isrlu", 0, 1e154, 3.2, _ROOTS)[:1],
    *_out("isrlu", 0, 1e154, 1, _ROOTS, "relative")[:1],
    *_out("isrlu", 1, 4e4, 5.8e45, _ROOTS, "relative")[:1],
    Exempt("dyt", 1, (-15_000, 15_000), 1, _OUTPUT, kind="relative"),
)


@dataclass(frozen=True)
class NotFinite:
    """From where on torch gives NaN or infinity for a finite number, on these sides of 0.

    `beyond` is a size of x, or a function of the parameters that gives it.
    """

    name: str
    order: int
    dtype: Literal["float64", "float32"]
    beyond: float | Callable[..., float]
    sides: tuple[int, ...]
    reason: str
    issue: str = NONE_FOUND
    parameters: dict = field(default_factory=dict)

    def concerns(self, function, dtype):
        return (self.name, self.dtype) == (
            function.activation.name,
            dtype,
        ) and self.parameters.items() <= function.values.items()

    def starts(self, function):
        """Return the size of x from which on it holds for a function that it concerns."""
        return self.beyond(**function.values) if callable(self.beyond) else self.beyond


_LARGEST = (2 - 2**-23) * 2.0**127  # of float32


def _times(factor):
    """Return where a product of x with what is made of the parameters overflows in float32."""

    def beyond(**values):
        by = factor(**values)
        return _LARGEST / by if by else math.inf

    return beyond


_BOTH, _LEFT, _RIGHT = (-1, 1), (-1,), (1,)
_SQUARE = "x^2 overflows where the density that it multiplies is 0"
_CUBE = "x^4 overflows where what it multiplies is 0"
_EXPONENTIAL = "e^x overflows where what it multiplies is 0"
_PRODUCT = "a product of x and parameters overflows where the density that it multiplies is 0"
_WAVE = "the wave's argument overflows"
_ROOT = "softplus underflows, and its root has an infinite slope at 0"
_SIX = "x * min(max(0, x + 3), 6) overflows before it is divided by 6"

NOT_FINITE = (
    NotFinite("gelu", 2, "float64", 1.34e154, _BOTH, _SQUARE, parameters=_EXACT),
    NotFinite("gelu", 1, "float64", 1.34e154, _BOTH, _SQUARE, parameters=_TANH),
    NotFinite("gelu", 2, "float64", 1.498e103, _BOTH, _CUBE, parameters=_TANH),
    NotFinite("mish", 2, "float64", 709.8, _RIGHT, _EXPONENTIAL),
    NotFinite("gelu", 2, "float32", 1.84e19, _BOTH, _SQUARE, parameters=_EXACT),
    NotFinite("gelu", 1, "float32", 1.84e19, _BOTH, _SQUARE, parameters=_TANH),
    NotFinite("gelu", 2, "float32", 1.85e13, _BOTH, _CUBE, parameters=_TANH),
    NotFinite("mish", 2, "float32", 88.7, _RIGHT, _EXPONENTIAL),
    NotFinite("hardswish", 0, "float32", 5.67e37, _RIGHT, _SIX),
    # Formulas, as autograd goes through them.
    NotFinite("xielu", 0, "float64", 1.34e154, _RIGHT, _BEFORE),
    NotFinite("xielu", 0, "float32", 1.84e19, _RIGHT, _BEFORE),
    NotFinite("star_relu", 0, "float64", 1.34e154, _RIGHT, _BEFORE),
    NotFinite("star_relu", 0, "float32", 1.84e19, _RIGHT, _BEFORE),
    NotFinite("squareplus", 0, "float64", lambda b: 1.34e154 if b else math.inf, _BOTH, _BEFORE),
    NotFinite("squareplus", 0, "float32", lambda b: 1.84e19 if b else math.inf, _BOTH, _BEFORE),
    NotFinite("sqrt_softplus", 1, "float64", 744.0, _LEFT, _ROOT),
    NotFinite("sqrt_softplus", 2, "float64", 711.2, _LEFT, _ROOT),
    NotFinite("sqrt_softplus", 1, "float32", 102.9, _LEFT, _ROOT),
    NotFinite("sqrt_softplus", 2, "float32", 90.1, _LEFT, _ROOT),
    NotFinite("tanhexp", 1, "float64", 709.8, _RIGHT, _EXPONENTIAL),
    NotFinite("tanhexp", 2, "float64", 702.5, _RIGHT, _EXPONENTIAL),
    NotFinite("tanhexp", 1, "float32", 88.7, _RIGHT, _EXPONENTIAL),
    NotFinite("tanhexp", 2, "float32", 83.6, _RIGHT, _EXPONENTIAL),
    NotFinite("golu", 1, "float64", 709.8, _LEFT, _EXPONENTIAL),
    NotFinite("golu", 2, "float64", 703.2, _LEFT, _EXPONENTIAL),
    NotFinite("golu", 1, "float32", 88.7, _LEFT, _EXPONENTIAL),
    NotFinite("golu", 2, "float32", 84.3, _LEFT, _EXPONENTIAL),
    NotFinite("swish_beta", 2, "float32", _times(lambda beta: beta), _BOTH, _PRODUCT),
    NotFinite("clamped_gate", 2, "float32", _times(lambda alpha, **_: alpha), _LEFT, _PRODUCT),
    NotFinite(
        "acon_c", 2, "float32", _times(lambda p1, p2, beta: beta * (p1 - p2) ** 2), _BOTH, _PRODUCT
    ),
    NotFinite("derf", 2, "float32", _times(lambda alpha, **_: 2 * alpha), _BOTH, _PRODUCT),
    NotFinite("gaussian", 2, "float32", _times(lambda s: 1 / s**2), _BOTH, _PRODUCT),
    NotFinite(
        "laplace", 2, "float32", _times(lambda sigma, **_: math.sqrt(2) / sigma), _BOTH, _PRODUCT
    ),
    NotFinite("isru", 2, "float32", _times(lambda alpha: 2 * alpha), _BOTH, _PRODUCT),
    NotFinite("isrlu", 2, "float32", _times(lambda alpha: 2 * alpha), _LEFT, _PRODUCT),
    *(
        NotFinite(name, order, "float32", _times(frequency), _BOTH, _WAVE)
        for name, frequency in (
            ("snake", lambda a: a),
            ("snake_beta", lambda alpha, **_: alpha),
            ("sine", lambda omega: omega),
        )
        for order in (0, 1, 2)
    ),
)
