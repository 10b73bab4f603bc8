"""Softmax and its kin against closed forms in mpmath, at 60 digits, and against torch."""

import math

import numpy as np
import pytest
import torch
from mpmath import mp, mpf

from activations import gates
from activations.gates.shares import (
    along_temperature,
    as_sigmoid,
    draws,
    naive,
    shifted,
    varied,
)
from activations.gates.variants import VARIANTS, Options

mp.dps = 60
VECTORS = 300
LOGITS = [2.0, 1.0, 0.1]
MASKED = -math.inf


def vectors(name):
    """Random logits, of three to eight, with what the variant takes."""
    chance = np.random.default_rng(list(map(ord, name)))
    for seed in range(VECTORS):
        yield (
            chance.normal(0, 3, chance.integers(3, 9)),
            {
                "temperature": chance.uniform(0.2, 4),
                "sink": chance.normal(),
                "cap": chance.uniform(2, 60),
                "seed": seed,
            },
        )


def noise(logits, seed):
    """The Gumbel numbers that torch draws for a seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        drawn = torch.empty(len(logits), dtype=torch.float64).exponential_()
    return [-mp.log(mpf(float(each))) for each in drawn]


def shares(scores):
    powers = [mp.exp(score - max(scores)) for score in scores]
    return [power / sum(powers) for power in powers]


def outer(p, slopes):
    """diag(p) - p p^T, each column times the slope of its score."""
    return [
        [p[i] * ((i == j) - p[j]) * slopes[j] for j in range(len(slopes))] for i in range(len(p))
    ]


def by_softmax(slopes, scores, keep=None):
    p = shares(scores)
    jacobian = outer(p, slopes)
    return p[:keep], jacobian[:keep]


def by_sparsemax(x, t):
    scores = [each / t for each in x]
    falling = sorted(scores, reverse=True)
    size = max(k for k in range(1, len(x) + 1) if 1 + k * falling[k - 1] > sum(falling[:k]))
    threshold = (sum(falling[:size]) - 1) / size
    p = [max(each - threshold, mpf(0)) for each in scores]
    inside = [each > 0 for each in p]
    jacobian = [
        [mpf(a and b) * ((i == j) - mpf(1) / size) / t for j, b in enumerate(inside)]
        for i, a in enumerate(inside)
    ]
    return p, jacobian


def by_mpmath(name, logits, options):
    x, t = [mpf(each) for each in logits], mpf(options["temperature"])
    n = len(x)
    even = [1 / t] * n
    if name == "softmax":
        return by_softmax(even, [each / t for each in x])
    if name == "log_softmax":
        p = shares([each / t for each in x])
        return [mp.log(each) for each in p], [
            [((i == j) - p[j]) / t for j in range(n)] for i in range(n)
        ]
    if name == "softmin":
        return by_softmax([-1 / t] * n, [-each / t for each in x])
    if name == "sparsemax":
        return by_sparsemax(x, t)
    if name == "sink":
        return by_softmax(even, [each / t for each in [*x, mpf(options["sink"])]], n)
    if name == "capped":
        c = mpf(options["cap"])
        slopes = [mp.sech(each / c) ** 2 / t for each in x]
        return by_softmax(slopes, [c * mp.tanh(each / c) / t for each in x])
    assert name == "gumbel"
    moved = [each + drawn for each, drawn in zip(x, noise(logits, options["seed"]), strict=True)]
    return by_softmax(even, [each / t for each in moved])


@pytest.mark.parametrize("name", VARIANTS)
def test_values_and_jacobians_are_mpmaths(name):
    for logits, options in vectors(name):
        found = gates.softmax(logits, name, **options)
        values, jacobian = by_mpmath(name, logits, options)
        expected = np.array([float(each) for each in values])
        np.testing.assert_allclose(found.values, expected, rtol=1e-12, atol=1e-15)
        slopes = np.array([[float(each) for each in row] for row in jacobian])
        np.testing.assert_allclose(found.jacobian, slopes, rtol=1e-11, atol=1e-14)


def test_the_jacobian_at_logits_that_can_be_checked_by_hand():
    found = gates.softmax(LOGITS)
    p = np.exp(LOGITS) / np.exp(LOGITS).sum()
    np.testing.assert_allclose(found.values, p, rtol=1e-14)
    np.testing.assert_allclose(found.jacobian, np.diag(p) - np.outer(p, p), atol=1e-15)
    assert np.abs(found.row_sums).max() < 1e-15


@pytest.mark.parametrize(
    "logits",
    [
        torch.tensor(LOGITS, requires_grad=True),
        torch.tensor(LOGITS, dtype=torch.bfloat16),
        torch.tensor(LOGITS).half().requires_grad_(),
        [torch.tensor(each) for each in LOGITS],
        np.array(LOGITS, dtype=object),
        tuple(LOGITS),
    ],
    ids=["grad", "bfloat16", "float16", "scalars", "objects", "tuple"],
)
def test_logits_are_read_whatever_holds_them(logits):
    found = gates.softmax(logits)
    assert found.logits == pytest.approx(LOGITS, abs=1e-3)
    assert found.values == pytest.approx(gates.softmax(LOGITS).values, abs=1e-3)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "softmin", "sparsemax", "gumbel"])
def test_a_shift_of_all_logits_changes_nothing(name):
    found = gates.softmax(LOGITS, name, 0.7)
    assert np.abs(found.row_sums).max() < 1e-15


def test_a_sink_takes_its_share():
    found = gates.softmax(LOGITS, "sink", sink=1.0)
    assert found.values.sum() + found.sink == pytest.approx(1)
    assert found.sink == pytest.approx(math.e / (np.exp(LOGITS).sum() + math.e))


@pytest.mark.parametrize("name", VARIANTS)
def test_a_masked_logit_gets_nothing_and_gives_nothing(name):
    found = gates.softmax([2.0, MASKED, 0.1, 1.0], name)
    assert found.values[1] == (MASKED if name == "log_softmax" else 0)
    assert (found.jacobian[:, 1] == 0).all() or name == "log_softmax"
    rest = gates.softmax([2.0, 0.1, 1.0], name)
    if not VARIANTS[name].random:  # torch draws for masked logits too
        np.testing.assert_allclose(found.values[[0, 2, 3]], rest.values, rtol=1e-14)


def test_of_all_masked_torch_makes_nan_and_a_sink_zero():
    assert np.isnan(gates.softmax([MASKED] * 3).values).all()
    assert (gates.softmax([MASKED] * 3, "sink").values == 0).all()


def test_a_seed_gives_the_same_draw_and_leaves_torchs_generator_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    one, two = (gates.softmax(LOGITS, "gumbel", seed=8).values for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert torch.equal(torch.rand(3), expected)
    assert not np.allclose(one, gates.softmax(LOGITS, "gumbel", seed=9).values)


def test_the_largest_of_a_draw_is_drawn_by_softmax():
    drawn = draws(LOGITS, 0.5, 20_000, 1)
    counts = np.bincount(drawn.argmax(axis=1), minlength=3) / len(drawn)
    often = gates.softmax(LOGITS, "gumbel", 0.5).shares
    np.testing.assert_allclose(often, gates.softmax(LOGITS).values, rtol=1e-14)
    np.testing.assert_allclose(counts, often, atol=0.015)


def test_all_but_the_sparse_and_the_random_follow_a_sigmoid():
    assert [name for name, each in VARIANTS.items() if not each.follows_sigmoid] == [
        "sparsemax",
        "gumbel",
    ]


@pytest.mark.parametrize("name", ["softmax", "softmin", "sink", "capped"])
def test_one_logit_alone_moves_its_share_along_a_sigmoid(name):
    x = np.linspace(-9, 9, 37)
    for index in range(3):
        at = Options(temperature=0.8, sink=0.4, cap=3)
        moved = varied(LOGITS, index, x, VARIANTS[name], at)
        curve = as_sigmoid(LOGITS, index, x, VARIANTS[name], at)
        np.testing.assert_allclose(moved, curve, rtol=1e-13)
    by_hand = 1 / (1 + np.exp(np.logaddexp(2.0, 0.1) - x))
    plain = as_sigmoid(LOGITS, 1, x, VARIANTS["softmax"], Options())
    np.testing.assert_allclose(plain, by_hand, rtol=1e-12)


def test_entropy_falls_with_the_cold_and_its_slope_is_the_variance_of_the_logits():
    t = np.geomspace(0.1, 10, 25)
    shares, entropy, slope = along_temperature(LOGITS, t, VARIANTS["softmax"], Options())
    mean = shares @ LOGITS
    variance = shares @ np.square(LOGITS) - mean**2
    np.testing.assert_allclose(slope, variance / t**3, rtol=1e-9)
    np.testing.assert_allclose(entropy, -(shares * np.log(shares)).sum(axis=1), rtol=1e-12)
    assert entropy[-1] < math.log(3)
    assert (np.diff(entropy) > 0).all()


def test_entropy_of_a_sparse_or_masked_distribution_is_a_number():
    for name, logits in (("sparsemax", LOGITS), ("softmax", [2.0, MASKED, 0.0])):
        _, entropy, slope = along_temperature(logits, [0.1, 1, 5], VARIANTS[name], Options())
        assert np.isfinite(entropy).all()
        assert np.isfinite(slope).all()


def test_large_logits_overflow_unless_the_largest_is_subtracted():
    large = [1e4, 1e4 - 1, 0.0]
    assert np.isnan(naive(large)).any()
    np.testing.assert_allclose(shifted(large), gates.softmax(large).values, rtol=1e-6)
    np.testing.assert_allclose(naive(LOGITS), shifted(LOGITS), rtol=1e-6)


@pytest.mark.parametrize(
    ("logits", "options", "words"),
    [
        (["1", 2], {}, "it holds '1'"),
        ([[1, 2], [3]], {}, "rectangular"),
        ([math.nan, 1], {}, "logits must be numbers"),
        ([math.inf, 1], {}, "logits must be numbers"),
        ([[1, 2]], {}, "vector"),
        ([], {}, "vector"),
        (LOGITS, {"temperature": 0}, "temperature"),
        (LOGITS, {"temperature": math.inf}, "temperature"),
        (LOGITS, {"cap": -1}, "cap"),
        (LOGITS, {"sink": math.nan}, "sink"),
        (LOGITS, {"variant": "zaphod"}, "softmax, log_softmax"),
    ],
)
def test_what_makes_no_sense_is_refused_with_words(logits, options, words):
    with pytest.raises(ValueError, match=words):
        gates.softmax(logits, **options)
