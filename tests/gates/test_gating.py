"""Gates against closed forms in mpmath, at 60 digits, and against torch's own GLU."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from mpmath import mp, mpf
from torch.nn import functional

from activations import CATALOG, gates
from activations.functions.formula import formula
from activations.gates.gating import (
    GATES,
    dead_shares,
    matched_width,
    weights,
    zeros,
)
from activations.gates.orders import ORDERS
from tests.functions.oracle import one, oracle

POINTS = 300
GATED = [
    gates.gate(name, **values)
    for name, design in GATES.items()
    for values in (
        {},
        *({each.name: end} for each in design.parameters for end in (each.low, each.high)),
    )
]
IDS = [gate.slug for gate in GATED]


def by_mpmath(gate, g, u):
    """h, dh/dg and dh/du from the closed form of f, with the clamps written out."""
    same = gate.function.activation.name == "identity"
    f, slope = (mpf, one) if same else oracle(gate.function)[:2]
    g, u, limit, shift = mpf(g), mpf(u), mpf(gate.limit), mpf(gate.shift)
    value = min(max(u, -limit), limit) + shift
    gated = f(min(g, limit))
    return (
        gated * value,
        slope(g) * value if g < limit else mpf(0),
        gated if abs(u) < limit else mpf(0),
    )


@pytest.mark.parametrize("gate", GATED, ids=IDS)
def test_values_and_partial_derivatives_are_mpmaths(gate):
    chance = np.random.default_rng(14)
    g, u = chance.uniform(-12, 12, (2, POINTS))
    seen = gates.surface(gate, g, u)
    true = [by_mpmath(gate, *each) for each in zip(g, u, strict=True)]
    for found, exact in zip((seen.h, seen.dg, seen.du), zip(*true, strict=True), strict=True):
        expected = np.array([float(each) for each in exact])
        # GELU's 1 + erf cancels far out: up to an ulp of 1 for each unit of g and u
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


def sigma(x):
    return 1 / (1 + mp.exp(-x))


def tanh_gelu(x):
    return x / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (x + mpf("0.044715") * x**3)))


CLOSED = {
    "glu": (sigma, mp.inf, 0),
    "swiglu": (lambda x: x * sigma(x), mp.inf, 0),
    "geglu": (lambda x: x * mp.ncdf(x), mp.inf, 0),
    "geglu_tanh": (tanh_gelu, mp.inf, 0),
    "reglu": (lambda x: max(x, mpf(0)), mp.inf, 0),
    "bilinear": (lambda x: x, mp.inf, 0),
    "swiglu_beta": (lambda x: x * sigma(x), mp.inf, 0),
    "gpt_oss": (lambda x: x * sigma(mpf(1.702) * x), 7, 1),
    "deepseek_v4": (lambda x: x * sigma(x), 10, 0),
}
"""f, limit and shift of each gate at its defaults, as papers and models have them."""


@pytest.mark.parametrize("name", GATES)
def test_a_name_means_the_formula_that_models_have(name):
    f, limit, shift = CLOSED[name]
    g, u = np.random.default_rng(7).uniform(-15, 15, (2, 60))
    seen = gates.surface(gates.gate(name), g, u)
    for at, (x, y) in enumerate(zip(g, u, strict=True)):
        inner, outer = min(mpf(x), limit), min(max(mpf(y), -limit), limit) + shift
        assert seen.h[at] == pytest.approx(float(f(inner) * outer), rel=1e-12, abs=1e-12)
        dg = mp.diff(f, inner) * outer if x < limit else 0
        assert seen.dg[at] == pytest.approx(float(dg), rel=1e-11, abs=1e-11)
        du = f(inner) if abs(y) < limit else 0
        assert seen.du[at] == pytest.approx(float(du), rel=1e-12, abs=1e-12)


def test_a_betas_gate_is_sharper():
    seen = gates.surface(gates.gate("swiglu_beta", beta=2.0), 1.5, 3)
    assert seen.h == pytest.approx(float(4.5 * sigma(mpf(3))))


def test_swiglu_at_a_point_that_can_be_checked_by_hand():
    seen = gates.surface(gates.gate("swiglu"), 2, 3)
    sigma = 1 / (1 + math.exp(-2))
    assert seen.h == pytest.approx(6 * sigma)
    assert seen.du == pytest.approx(2 * sigma)
    assert seen.dg == pytest.approx(3 * (sigma + 2 * sigma * (1 - sigma)))


def test_glu_is_torchs_own_whose_second_half_gates():
    x = torch.randn(7, 10, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    u, g = x.chunk(2, dim=-1)
    seen = gates.surface(gates.gate("glu"), g.numpy(), u.numpy())
    np.testing.assert_allclose(seen.h, functional.glu(x).numpy(), rtol=1e-15)


@pytest.mark.parametrize("name", [*GATES, "GPT-OSS", "clamped swiglu", "SwiGLU", "GEGLU tanh"])
def test_a_gate_is_found_by_any_spelling(name):
    assert gates.gate(name).title in {design.title for design in GATES.values()}


@pytest.mark.parametrize("name", ["tanh", "prelu", "rrelu", "gcu", "leaky_relu"])
def test_any_function_gates(name):
    x = np.linspace(-4, 4, 9)
    seen = gates.surface(gates.gate(name), x, 2.0)
    module = CATALOG[name].at().evaluation_module()
    np.testing.assert_allclose(seen.h, 2 * module(torch.tensor(x)).detach().numpy())


def test_a_formula_of_ones_own_gates():
    own = formula("relu(x)**2").at()
    assert gates.surface(gates.gate(own), 3, 2).h == pytest.approx(18)
    assert gates.surface(gates.gate(formula("2").at()), 3, 2).dg == 0


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("zaphod", {}, "the gates are glu, swiglu"),
        ("swiglu", {"beta": 2}, "takes no parameters"),
        ("gpt_oss", {"limit": math.inf}, "finite"),
        ("gpt_oss", {"limit": -1}, "limit must lie"),
        ("tanh", {"alpha": 1}, "no parameter"),
    ],
)
def test_what_is_no_gate_is_refused_with_words(name, parameters, words):
    with pytest.raises(ValueError, match=words):
        gates.gate(name, **parameters)


def test_a_surface_has_the_shape_of_both_and_refuses_what_is_no_number():
    seen = gates.surface(gates.gate("reglu"), np.zeros(3), np.zeros((4, 1)))
    assert seen.h.shape == seen.dg.shape == (4, 3)
    with pytest.raises(ValueError, match="finite"):
        gates.surface(gates.gate("reglu"), math.inf, 0)


def test_far_out_the_limit_stands():
    seen = gates.surface(gates.gate("geglu_tanh"), [1e160, -1e160], [1.0, 2.0])
    assert seen.h.tolist() == [1e160, 0]
    assert seen.dg.tolist() == [1, 0]
    assert seen.du.tolist() == [1e160, 0]
    clamped = replace(gates.gate("geglu_tanh"), limit=1e150, shift=1.0)
    seen = gates.surface(clamped, [1e160, 1e120, 1e120], [1.0, 1.0, 1e160])
    assert seen.dg.tolist() == [0, 2, 1e150]
    assert seen.du.tolist() == [1e150, 1e120, 0]


def test_where_a_function_has_no_value_a_gate_is_neither_dead_nor_alive():
    root = gates.gate(formula("sqrt(x)").at())  # alive all over its half of the plane
    assert dead_shares(root, 5) == (0, 0)
    flat = gates.gate(formula("0*sqrt(x)").at())
    assert dead_shares(flat, 5) == (1, 1)
    nothing = gates.gate(formula("log(-1 - x*x)").at())
    assert all(math.isnan(each) for each in dead_shares(nothing, 5))


def test_nothing_passes_where_a_clamp_holds():
    seen = gates.surface(gates.gate("gpt_oss"), [7.5, 3, 7.5], [2, 9, -9])
    assert (seen.dg == 0).tolist() == [True, False, True]
    assert (seen.du == 0).tolist() == [False, True, True]
    assert seen.dead.tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("name", "g", "u"),
    [
        ("glu", (), (0,)),
        ("swiglu", (0,), (0,)),
        ("reglu", (0,), (0,)),
        ("gpt_oss", (0,), (-1,)),
        ("hardshrink", (-0.5, 0.5), (0,)),
        ("gcu", (-1.5 * math.pi, -0.5 * math.pi, 0, 0.5 * math.pi, 1.5 * math.pi), (0,)),
    ],
)
def test_the_zero_lines_are_where_the_gate_is_zero(name, g, u):
    found_g, found_u = zeros(gates.gate(name), -5, 5)
    assert found_g == pytest.approx(g, abs=1e-9)
    assert found_u == pytest.approx(u)


@pytest.mark.parametrize(
    ("name", "dead"), [("reglu", 0.5), ("swiglu", 0), ("bilinear", 0), ("gpt_oss", 0.3 * 0.3 / 2)]
)
def test_the_dead_share_is_what_geometry_says(name, dead):
    share, quiet = dead_shares(gates.gate(name), 10)
    assert share == pytest.approx(dead)
    assert quiet >= share


def test_little_gradient_comes_through_a_square_of_a_bilinear_gate():
    # |g| and |u| are the partial derivatives: below 0.01 on half of each side
    assert dead_shares(gates.gate("bilinear"), 0.02) == pytest.approx((0, 0.25))


def test_the_quiet_share_of_swiglu_is_what_an_integral_says():
    reach, low = 10, 0.01
    g = np.linspace(-reach, reach, 200_001)
    s = 1 / (1 + np.exp(-g))
    slope = np.abs(s + g * s * (1 - s))
    share = np.where(np.abs(g * s) < low, np.minimum(low / slope / reach, 1), 0).mean()
    assert dead_shares(gates.gate("swiglu"), reach)[1] == pytest.approx(share, abs=0.002)
    assert share > 0.05


def test_gates_differ_by_their_values_and_their_hash_agrees():
    one, same = gates.gate("gpt_oss", limit=5), gates.gate("GPT-OSS", limit=5.0)
    assert one == same
    assert hash(one) == hash(same)
    assert one != gates.gate("gpt_oss")


def test_llamas_width_gives_three_matrices_the_weights_of_two():
    assert matched_width(4 * 4096) == 11008  # LLaMA 7B's
    assert matched_width(4 * 5120) == 13824  # and 13B's
    gated, plain = weights(4096, 11008, gated=True), weights(4096, 16384, gated=False)
    assert gated == pytest.approx(plain, rel=0.01)
    assert (gated, plain) == (135_266_304, 134_217_728)


def test_each_order_is_another_function_and_torchs_is_the_first():
    x = torch.tensor([1.0, 2.0, 3.0, 4.0])
    outputs = []
    for order in ORDERS:
        names = {"x": x}
        exec(order.split, names)  # noqa: S102
        assert torch.equal(torch.stack(order.take_apart(x)), torch.stack([names["g"], names["u"]]))
        outputs.append(torch.sigmoid(names["g"]) * names["u"])
    assert torch.allclose(outputs[0], functional.glu(x))
    assert not torch.allclose(outputs[0], outputs[1])
    assert torch.allclose(outputs[2], torch.sigmoid(x[[0, 2]]) * x[[1, 3]])


def test_the_oracle_is_at_sixty_digits():
    assert mp.dps == 60
