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


_GONE = 1e6
"""e^-x is 0 from here on to any digit, and mpmath does not come to an end where x is an e^y."""


def sech2(x):
    return mp.sech(x) ** 2 if abs(x) < _GONE else mpf(0)


def bounded(x):
    return mp.tanh(x) if abs(x) < _GONE else mp.sign(x)


def decay(x):
    return mp.exp(x) if x > -_GONE else mpf(0)


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


class Jet:
    """A value with its first two derivatives, carried through every rule of calculus."""

    def __init__(self, value, first=0, second=0):
        self.value, self.first, self.second = mpf(value), mpf(first), mpf(second)

    def through(self, f, f1, f2):
        """Return f of this, by the chain rule."""
        return Jet(f, f1 * self.first, f2 * self.first**2 + f1 * self.second)

    def __add__(self, other):
        other = jet(other)
        return Jet(self.value + other.value, self.first + other.first, self.second + other.second)

    def __mul__(self, other):
        a, b = self, jet(other)
        return Jet(
            a.value * b.value,
            a.first * b.value + a.value * b.first,
            a.second * b.value + 2 * a.first * b.first + a.value * b.second,
        )

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -jet(other)

    def __truediv__(self, other):
        return self * jet(other).power(-1)

    def power(self, n):
        x = self.value
        return self.through(x**n, n * x ** (n - 1), n * (n - 1) * x ** (n - 2))


def jet(x):
    return x if isinstance(x, Jet) else Jet(x)


def lifted(f, f1, f2):
    return lambda u: u.through(f(u.value), f1(u.value), f2(u.value))


exp = lifted(decay, decay, decay)
sin = lifted(mp.sin, mp.cos, lambda x: -mp.sin(x))
cos = lifted(mp.cos, lambda x: -mp.sin(x), lambda x: -mp.cos(x))
tanh = lifted(bounded, sech2, lambda x: -2 * bounded(x) * sech2(x))
gate = lifted(sigma, sigma1, sigma2)
erf = lifted(
    mp.erf,
    lambda x: 2 * mp.exp(-(x**2)) / mp.sqrt(mp.pi),
    lambda x: -4 * x * mp.exp(-(x**2)) / mp.sqrt(mp.pi),
)
normal = lifted(cdf, pdf, lambda x: -x * pdf(x))
soft = lifted(lambda x: mp.log1p(mp.exp(x)), sigma, sigma1)
log = lifted(mp.log, lambda x: 1 / x, lambda x: -1 / x**2)


def of(form) -> Triple:
    """Return f, f' and f'' of a function that is written for jets."""
    return (
        lambda x: form(Jet(x, 1)).value,
        lambda x: form(Jet(x, 1)).first,
        lambda x: form(Jet(x, 1)).second,
    )


def square(a, b=0):
    return pieces((0, constant(mpf(b)), zero, zero), (mp.inf, *of(lambda x: a * x * x + b)))


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
    # beyond torch.nn
    "relu_squared": lambda: square(1),
    "quick_gelu": lambda: of(lambda x: x * gate(mpf("1.702") * x)),
    "swish_beta": lambda beta: of(lambda x: x * gate(beta * x)),
    "clamped_gate": lambda alpha, limit: pieces(
        (limit, *of(lambda x: x * gate(alpha * x))),
        (mp.inf, constant(limit * sigma(alpha * limit)), zero, zero),
    ),
    "situ": lambda beta: of(lambda x: beta * tanh(x / beta) * gate(x)),
    "soft_cap": lambda c: of(lambda x: c * tanh(x / c)),
    "snake": lambda a: of(lambda x: x + sin(a * x).power(2) / a),
    "snake_beta": lambda alpha, beta: of(lambda x: x + sin(alpha * x).power(2) / beta),
    "xielu": lambda alpha_p, beta, alpha_n: pieces(
        (0, *of(lambda x: alpha_n * (exp(x) - 1 - x) + beta * x)),
        (mp.inf, *of(lambda x: alpha_p * x * x + beta * x)),
    ),
    "sqrt_softplus": lambda: of(lambda x: soft(x).power(mpf(1) / 2)),
    "dyt": lambda alpha, gamma, beta: of(lambda x: gamma * tanh(alpha * x) + beta),
    "derf": lambda alpha, s, gamma, beta: of(lambda x: gamma * erf(alpha * x + s) + beta),
    "elu_plus_one": lambda: pieces((0, *of(exp)), (mp.inf, *line(1, 1))),
    "squareplus": lambda b: (
        of(lambda x: (x + (x * x + b).power(mpf(1) / 2)) / 2) if b else leaky(0)
    ),
    "sparse_plus": lambda: pieces(
        (-1, *NOTHING), (1, *of(lambda x: (x + 1).power(2) / 4)), (mp.inf, *IDENTITY)
    ),
    "sparse_sigmoid": lambda: pieces(
        (-1, *NOTHING), (1, *line(mpf(1) / 2, mpf(1) / 2)), (mp.inf, one, zero, zero)
    ),
    "star_relu": lambda s, b: square(s, b),
    "sine": lambda omega: of(lambda x: sin(omega * x)),
    "gaussian": lambda s: of(lambda x: exp(-(x * x) / (2 * s**2))),
    "clipped_relu": lambda ceiling: hardtanh(mpf(0), ceiling),
    "clipped_relu_squared": lambda ceiling: pieces(
        (0, *NOTHING),
        (ceiling, *of(lambda x: x * x)),
        (mp.inf, constant(ceiling**2), zero, zero),
    ),
    "hard_mish": lambda: pieces(
        (-2, *NOTHING), (0, *of(lambda x: x * (x + 2) / 2)), (mp.inf, *IDENTITY)
    ),
    "laplace": lambda mu, sigma: of(lambda x: normal((x - mu) / sigma)),
    "tanhexp": lambda: of(lambda x: x * tanh(exp(x))),
    "golu": lambda: of(lambda x: x * exp(-exp(-x))),
    "acon_c": lambda p1, p2, beta: of(
        lambda x: (p1 - p2) * x * gate(beta * (p1 - p2) * x) + p2 * x
    ),
    "isru": lambda alpha: of(lambda x: x / (alpha * x * x + 1).power(mpf(1) / 2)),
    "isrlu": lambda alpha: pieces(
        (0, *of(lambda x: x / (alpha * x * x + 1).power(mpf(1) / 2))), (mp.inf, *IDENTITY)
    ),
    "pelu": lambda a, b: pieces((0, *of(lambda x: a * (exp(x / b) - 1))), (mp.inf, *line(a / b))),
    "lisht": lambda: of(lambda x: x * tanh(x)),
    "gcu": lambda: of(lambda x: x * cos(x)),
    "serf": lambda: of(lambda x: x * erf(soft(x))),
    "smish": lambda: of(lambda x: x * tanh(log(1 + gate(x)))),
}


def oracle(function):
    """Return f, f' and f'' of one number for a catalogued function."""
    exact = {
        name: value if isinstance(value, str) else mpf(value)
        for name, value in function.values.items()
    }
    return FORMS[function.activation.name](**exact)
