"""What every activation should give: closed forms in mpmath, written without looking at torch.

Each entry takes the parameters by name and returns f, f' and f'' of one mpmath number. Away from
breaks they hold everywhere; at a break only f does.
"""

from __future__ import annotations

from collections.abc import Callable

from mpmath import mp, mpf

mp.dps = 60

Triple = tuple[Callable, Callable, Callable]


def sigma(x):
    return 1 / (1 + mp.exp(-x))


def sigma1(x):
    return 1 / (2 * mp.cosh(x / 2)) ** 2


def sigma2(x):
    return -sigma1(x) * mp.tanh(x / 2)


def sech2(x):
    return mp.sech(x) ** 2


def zero(_x):
    return mpf(0)


def one(_x):
    return mpf(1)


def same(x):
    return x


def pieces(*parts) -> Triple:
    """Join (upper bound, f, f', f'') from left to right; a bound belongs to its left piece."""

    def order(n):
        def value(x):
            return next(part[n + 1] for part in parts if x <= part[0])(x)

        return value

    return order(0), order(1), order(2)


def constant(value):
    return lambda _x: value


def line(slope, offset=0):
    return (lambda x: slope * x + offset, constant(mpf(slope)), zero)


IDENTITY = (same, one, zero)
NOTHING = (zero, zero, zero)


def leaky(slope):
    return pieces((0, *line(slope)), (mp.inf, *IDENTITY))


def exponential(scale, stretch, outer=1):
    """Return outer * (x, or scale (e^(x / stretch) - 1) on the negative half)."""
    return pieces(
        (
            0,
            lambda x: outer * scale * mp.expm1(x / stretch),
            lambda x: outer * scale / stretch * mp.exp(x / stretch),
            lambda x: outer * scale / stretch**2 * mp.exp(x / stretch),
        ),
        (mp.inf, *line(outer)),
    )


def selu():
    # Klambauer et al. 2017, equation 14: the fixed point at mean 0 and variance 1
    e, near, far = mp.e, mp.erfc(1 / mp.sqrt(2)), mp.erfc(mp.sqrt(2))
    short = 1 - mp.sqrt(e) * near
    alpha = mp.sqrt(2 / mp.pi) / short
    spread = 2 * far * e**2 + mp.pi * near**2 * e - 2 * (2 + mp.pi) * near * mp.sqrt(e) + mp.pi + 2
    return exponential(alpha, 1, outer=short * mp.sqrt(2 * mp.pi / spread))


def cdf(x):
    if abs(x) > 1e9:  # where mpmath's erfc fails, and 60 digits have long reached the limit
        return mpf(x > 0)
    return mp.erfc(-x / mp.sqrt(2)) / 2


def pdf(x):
    return mp.exp(-(x**2) / 2) / mp.sqrt(2 * mp.pi)


def gated(gate, gate1, gate2) -> Triple:
    """Return x times a gate, whose derivatives are given."""
    return (
        lambda x: x * gate(x),
        lambda x: gate(x) + x * gate1(x),
        lambda x: 2 * gate1(x) + x * gate2(x),
    )


def gelu(approximate):
    if approximate == "none":
        return gated(cdf, pdf, lambda x: -x * pdf(x))
    # (1 + tanh u) / 2 is sigma(2 u); here u doubled, with its derivatives
    scale, cubic = 2 * mp.sqrt(2 / mp.pi), mpf("0.044715")

    def inner(x):
        return scale * (x + cubic * x**3)

    def inner1(x):
        return scale * (1 + 3 * cubic * x**2)

    return gated(
        lambda x: sigma(inner(x)),
        lambda x: sigma1(inner(x)) * inner1(x),
        lambda x: sigma2(inner(x)) * inner1(x) ** 2 + sigma1(inner(x)) * scale * 6 * cubic * x,
    )


def mish():
    def soft(x):
        return mp.log1p(mp.exp(x))

    def bend(x):
        return sigma1(x) - 2 * mp.tanh(soft(x)) * sigma(x) ** 2

    return gated(
        lambda x: mp.tanh(soft(x)),
        lambda x: sech2(soft(x)) * sigma(x),
        lambda x: sech2(soft(x)) * bend(x),
    )


def softplus(beta, threshold):
    smooth = (
        lambda x: mp.log1p(mp.exp(beta * x)) / beta,
        lambda x: sigma(beta * x),
        lambda x: beta * sigma1(beta * x),
    )
    # torch's switch to x counts as rounding from 10 on, and as part of the function below
    return smooth if threshold >= 10 else pieces((threshold / beta, *smooth), (mp.inf, *IDENTITY))


def hardtanh(min_val, max_val):
    return pieces(
        (min_val, constant(min_val), zero, zero),
        (max_val, *IDENTITY),
        (mp.inf, constant(max_val), zero, zero),
    )


def shrink(lambd, pull):
    left, right = line(1, pull), line(1, -pull)

    def order(n):
        return lambda x: left[n](x) if x < -lambd else right[n](x) if x > lambd else mpf(0)

    return order(0), order(1), order(2)


FORMS: dict[str, Callable[..., Triple]] = {
    "sigmoid": lambda: (sigma, sigma1, sigma2),
    "tanh": lambda: (mp.tanh, sech2, lambda x: -2 * mp.tanh(x) * sech2(x)),
    "relu": lambda: leaky(0),
    "leaky_relu": lambda negative_slope: leaky(negative_slope),
    "elu": lambda alpha: exponential(alpha, 1),
    "gelu": gelu,
    "silu": lambda: gated(sigma, sigma1, sigma2),
    "softplus": softplus,
    "mish": mish,
    "selu": selu,
    "celu": lambda alpha: exponential(alpha, alpha),
    "prelu": lambda init: leaky(init),
    "rrelu": lambda lower, upper: leaky((lower + upper) / 2),
    "relu6": lambda: hardtanh(mpf(0), mpf(6)),
    "threshold": lambda threshold, value: pieces(
        (threshold, constant(value), zero, zero), (mp.inf, *IDENTITY)
    ),
    "hardtanh": hardtanh,
    "hardsigmoid": lambda: pieces(
        (-3, *NOTHING), (3, *line(mpf(1) / 6, mpf(1) / 2)), (mp.inf, one, zero, zero)
    ),
    "hardswish": lambda: pieces(
        (-3, *NOTHING),
        (3, lambda x: x * (x + 3) / 6, lambda x: (2 * x + 3) / 6, constant(mpf(1) / 3)),
        (mp.inf, *IDENTITY),
    ),
    "logsigmoid": lambda: (
        lambda x: -mp.log1p(mp.exp(-x)),
        lambda x: sigma(-x),
        lambda x: -sigma1(x),
    ),
    "softsign": lambda: (
        lambda x: x / (1 + abs(x)),
        lambda x: 1 / (1 + abs(x)) ** 2,
        lambda x: -2 * mp.sign(x) / (1 + abs(x)) ** 3,
    ),
    "tanhshrink": lambda: (
        lambda x: x - mp.tanh(x),
        lambda x: mp.tanh(x) ** 2,
        lambda x: 2 * mp.tanh(x) * sech2(x),
    ),
    "softshrink": lambda lambd: shrink(lambd, pull=lambd),
    "hardshrink": lambda lambd: shrink(lambd, pull=mpf(0)),
}


def oracle(function):
    """Return f, f' and f'' of one number for a catalogued function."""
    exact = {
        name: value if isinstance(value, str) else mpf(value)
        for name, value in function.values.items()
    }
    return FORMS[function.activation.name](**exact)
