"""What a gate does to a normal signal: against mpmath, closed forms and plain sampling."""

import math

import numpy as np
import pytest
from mpmath import mp, mpf

from activations import gates
from tests.functions.oracle import oracle


def by_mpmath(gate):
    """Mean, E[h^2] and kurtosis of h, and the kurtosis of f, by mpmath's own quadrature."""
    same = gate.function.activation.name == "identity"
    f = (lambda x: x) if same else oracle(gate.function)[0]
    limit, shift = mpf(min(gate.limit, 14)), mpf(gate.shift)
    with mp.workdps(25):
        edges = sorted({mpf(z) for z in (-14, -5, -1, 0, 1, 5, 14)} | {-limit, limit})

        def raw(of, n):
            return mp.quad(lambda z: of(z) ** n * mp.npdf(z), edges)

        gated = [raw(lambda z: f(min(z, limit)), n) for n in range(5)]
        value = [raw(lambda z: min(max(z, -limit), limit) + shift, n) for n in range(5)]
        alone = [raw(f, n) for n in range(5)]
        moments = [a * b for a, b in zip(gated, value, strict=True)]
        return float(moments[1]), float(moments[2]), kurtosis(moments), kurtosis(alone)


def kurtosis(raw):
    _, m, two, three, four = raw
    return float((four - 4 * m * three + 6 * m**2 * two - 3 * m**4) / (two - m**2) ** 2)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("glu", {}),
        ("swiglu", {}),
        ("geglu", {}),
        ("reglu", {}),
        ("bilinear", {}),
        ("gpt_oss", {}),
        ("gpt_oss", {"limit": 1.0}),
        ("deepseek_v4", {"limit": 2.0}),
        ("leaky_relu", {"negative_slope": 0.3}),
    ],
)
def test_the_moments_are_mpmaths(name, parameters):
    gate = gates.gate(name, **parameters)
    mean, square, fourth, alone = by_mpmath(gate)
    found = gates.moments(gate)
    assert found.mean == pytest.approx(mean, rel=1e-10, abs=1e-12)
    assert found.mean_square == pytest.approx(square, rel=1e-10)
    assert found.std == pytest.approx(math.sqrt(square - mean**2), rel=1e-10)
    assert found.kurtosis == pytest.approx(fourth, rel=1e-10)
    assert found.function_kurtosis == pytest.approx(alone, rel=1e-10)
    assert found.gain == pytest.approx(1 / math.sqrt(square), rel=1e-10)


def test_a_product_of_two_normal_numbers_has_the_kurtosis_nine():
    found = gates.moments(gates.gate("bilinear"))
    assert (found.kurtosis, found.function_kurtosis) == pytest.approx((9, 3))


def test_the_moments_are_those_of_a_sample():
    gate = gates.gate("gpt_oss", limit=1.5)
    g, u = np.random.default_rng(3).normal(size=(2, 400_000))
    h = gates.surface(gate, g, u).h
    found = gates.moments(gate)
    assert h.mean() == pytest.approx(found.mean, abs=0.01)
    assert h.std() == pytest.approx(found.std, rel=0.01)
    fourth = ((h - h.mean()) ** 4).mean() / h.var() ** 2
    assert fourth == pytest.approx(found.kurtosis, rel=0.05)


def test_the_tail_is_heavier_than_the_functions_own():
    for name in ("glu", "swiglu", "geglu", "reglu", "gpt_oss"):
        found = gates.moments(gates.gate(name))
        assert found.kurtosis > 2 * found.function_kurtosis


def test_what_is_constant_has_no_kurtosis_and_no_gain():
    found = gates.moments(gates.gate("threshold", threshold=20.0, value=0.0))
    assert math.isinf(found.gain)
    assert math.isnan(found.kurtosis)
