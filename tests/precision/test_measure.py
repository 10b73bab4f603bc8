"""What is measured: against mpmath, against a function without errors, against known figures."""

import math

import mpmath
import numpy as np
import pytest
import torch

from activations.functions import calculus
from activations.functions.catalog import CATALOG, function
from activations.functions.formula import formula
from activations.precision import BINS, FORMATS, PLACES, measure
from tests.functions.oracle import oracle
from tests.precision.test_formats import by_hand

_POINTS = 500
_NEAR_A_TIE = 2.0**-22
"""Where it takes more than float64 to see on which side of a tie a value lies: x + x^2 near 0."""


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def places(name):
    kind = FORMATS[name]
    return [where for where in PLACES if kind.has_kernels or where != "kernel"]


IDENTITY = formula("x*1").at()


@pytest.mark.parametrize("name", FORMATS)
def test_the_identity_has_no_error_anywhere(name):
    for where in places(name):
        found = measure(IDENTITY, name, where)
        for errors in (found.f, found.df):
            assert not errors.steps.any()
            assert errors.correct == 1
            assert errors.histogram == (errors.x.size, 0, 0, 0, 0)
        assert found.f.least_same == found.f.x[found.f.x > 0].min()


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
@pytest.mark.parametrize("activation", CATALOG)
def test_errors_are_those_that_mpmath_counts(name, activation):
    found = measure(function(activation), name)
    random = np.random.default_rng(0)
    places = random.choice(found.f.x.size, _POINTS, replace=False)
    breaks = {each.x for each in found.function.breaks}
    places = [at for at in places if found.f.x[at] not in breaks]
    kind = FORMATS[name]
    with mpmath.workdps(130):
        for errors, order in zip((found.f, found.df), oracle(found.function), strict=False):
            true = [by_hand(name, order(mpmath.mpf(errors.x[at]))) for at in places]
            expected = kind.order(torch.tensor(true, dtype=torch.float64))
            exact = torch.from_numpy(errors.exact[places])
            above, below = (kind.round(exact * near) for near in (1 + _NEAR_A_TIE, 1 - _NEAR_A_TIE))
            clear = above == below
            result = torch.from_numpy(errors.result[places])
            steps = (kind.order(result) - expected).abs().numpy()
            judged = np.isfinite(errors.steps[places]) & clear.numpy()
            assert judged.sum() > 0.6 * len(places)
            assert (errors.steps[places] == steps)[judged].all()
            assert np.isnan(result.numpy()[np.isnan(errors.steps[places])]).all()


def test_what_is_not_a_number_is_counted_apart():
    found = measure(function("softplus"), "float16", "typed")
    first = 11.09375  # the first float16 whose exponential is beyond 65,504
    assert math.exp(11.0859375) < 65504 < math.exp(first)
    assert found.f.infinite == (first, 65504.0, 12916)
    assert found.f.nan is None
    assert found.df.nan == (first, 65504.0, 12916)  # infinity divided by infinity
    assert found.df.infinite is None
    assert sum(found.f.histogram) + 12916 == 63488
    assert len(found.f.histogram) == len(BINS)


def test_an_overflow_of_the_exact_value_is_no_error():
    found = measure(function("relu_squared"), "float16")
    beyond = found.f.x > 256
    assert np.isinf(found.f.result[beyond]).all()
    assert not found.f.steps[beyond].any()
    assert found.f.beyond is not None
    assert found.f.beyond.low == 256
    assert found.f.beyond.inputs == np.isinf(found.f.result).sum()
    assert found.f.infinite is None
    assert found.df.beyond == (32768, 65504, 1024)
    assert found.f.unknown is None


def test_where_a_function_has_no_value_nothing_is_counted():
    found = measure(formula("sqrt(x)").at(), "bfloat16")
    assert found.f.x.min() == 0
    assert found.f.x.size == 65280 // 2 + 1  # sqrt(-0) is -0
    assert found.f.unknown == (-FORMATS["bfloat16"].largest, -(2.0**-133), 65280 // 2 - 1)


def test_a_function_without_any_value_has_no_errors():
    found = measure(formula("log(-1 - x*x)").at(), "float16")
    assert found.f.x.size == 0
    assert found.f.worst == (0, 0.0)
    assert found.f.nan is found.f.infinite is found.f.least_same is None
    assert found.f.zero == found.f.one == (None, None)


def test_what_is_said_of_tails():
    found = measure(function("sigmoid"), "float16")
    low, high = found.f.zero
    assert high is None
    result = dict(zip(found.f.x, found.f.result, strict=True))
    above = float(torch.tensor(low, dtype=torch.float16).nextafter(torch.tensor(0.0).half()))
    assert result[low] == 0 < result[above]
    assert 1 / (1 + math.exp(-low)) < 2**-25 * 1.1
    assert found.f.one[0] is None
    assert 7 < found.f.one[1] < 9
    assert found.df.zero == (low, found.f.one[1])  # s (1 - s) is 0 where s is 1
    relu = measure(function("relu"), "float16")
    assert relu.f.zero == relu.f.same == relu.df.zero == (None, None)  # exactly so


def test_the_gradient_of_tanh_gelu_is_no_number_far_out():
    found = measure(function("gelu", approximate="tanh"), "float32")
    assert found.df.nan is not None
    at = found.df.x.searchsorted(1e30)
    assert math.isnan(found.df.result[at])
    assert found.df.exact[at] == 1


@pytest.mark.parametrize(
    ("format", "where", "words"),
    [
        ("float64", "kernel", "must be one of bfloat16"),
        ("float16", "here", "must be one of kernel"),
        ("float8_e5m2", "kernel", "no kernels"),
    ],
)
def test_what_makes_no_sense_is_refused(format, where, words):  # noqa: A002
    with pytest.raises(ValueError, match=words):
        measure(function("relu"), format, where)


def test_progress_is_told_and_may_abandon():
    told = []
    measure(function("relu"), "float8_e5m2", "typed", told.append)
    assert told == sorted(told)
    assert told[-1] == 1

    def abandon(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure(function("relu"), "float16", progress=abandon)


# --- the figures of the issue that asked for this lens, measured with torch 2.13 on x86-64


def torchs(errors, found):
    """Return the steps as they are if torch's own float64 is taken for the exact value."""
    y, dy = calculus.slopes(found.function, errors.x)
    kind = found.format
    true = kind.order(kind.round(torch.from_numpy(y if errors is found.f else dy)))
    result = torch.from_numpy(errors.result)
    steps = (kind.order(result) - true).abs().numpy()
    return steps[np.isfinite(errors.steps)]


def share(steps):
    return round(100 * float((steps == 0).mean()), 2)


SILU_AGAIN = formula("x*(1 - sigmoid(-x))").at()

TYPED = [
    ("gelu", "float16", 82.74, {"worst": 3915}),
    ("gelu", "bfloat16", 98.32, {"far": 287}),
    ("silu", "float16", 83.99, {"worst": 9}),
    ("silu", "bfloat16", 98.57, {"worst": 647}),
    (SILU_AGAIN, "float16", 75.54, {"worst": 6182}),
    (SILU_AGAIN, "bfloat16", 97.29, {}),
    ("softplus", "float16", 64.52, {"infinite": 12916}),
    ("softplus", "bfloat16", 95.40, {"infinite": 15566}),
    ("mish", "float16", 74.21, {}),
    ("mish", "bfloat16", 63.33, {}),
    ("logsigmoid", "float16", 65.61, {"infinite": 12202}),
    ("logsigmoid", "bfloat16", 95.83, {"infinite": 15566}),
]


@pytest.mark.parametrize(("name", "format", "correct", "more"), TYPED)
def test_the_figures_of_what_is_typed(name, format, correct, more):  # noqa: A002
    judged = function(name) if isinstance(name, str) else name
    found = measure(judged, format, "typed")
    if judged is not SILU_AGAIN:
        steps = torchs(found.f, found)
        assert share(steps) == correct
        if "far" in more:
            assert (steps > 2).sum() == more["far"]
    infinite = found.f.infinite
    assert (infinite.inputs if infinite else 0) == more.get("infinite", 0)
    if "worst" in more:
        assert found.f.worst[0] == more["worst"]
    if judged.activation.name != "gelu":  # whose tail torch's float64 takes for 0
        assert round(100 * found.f.correct, 2) == correct


def test_a_better_reference_moves_the_figure_of_gelu():
    found = measure(function("gelu"), "bfloat16", "typed")
    assert round(100 * found.f.correct, 2) == 98.19  # not 98.32: torch's own tail is 0 too early
    assert sum(found.f.histogram[3:]) == 369


# Kernels differ by processor: vector instructions round their last bits otherwise, and oneDNN has
# a GELU of its own for some. A share may be off by 0.1 %, a count by a fiftieth.
KERNELS = [
    ("tanhshrink", "float16", 74.17, 12114),
    ("tanhshrink", "bfloat16", 89.76, 6382),
]
WORST = [
    ("gelu", "float16", {99.28: 2, 99.09: 6}),  # with AVX-512, and without
    ("softsign", "float16", {81.79: 1}),
    ("softsign", "bfloat16", {98.25: 1}),
]


@pytest.mark.parametrize(("name", "format", "correct", "far"), KERNELS)
def test_the_figures_of_torchs_kernels(name, format, correct, far):  # noqa: A002
    found = measure(function(name), format)
    steps = torchs(found.f, found)
    assert share(steps) == pytest.approx(correct, abs=0.1)
    assert (steps > 2).sum() == pytest.approx(far, rel=0.02)


@pytest.mark.parametrize(("name", "format", "worst"), WORST)
def test_the_worst_of_torchs_kernels(name, format, worst):  # noqa: A002
    found = measure(function(name), format)
    steps = torchs(found.f, found)
    nearest = min(worst, key=lambda correct: abs(share(steps) - correct))
    assert share(steps) == pytest.approx(nearest, abs=0.1)
    assert 1 <= steps.max() <= worst[nearest]


@pytest.mark.parametrize("name", FORMATS)
def test_torch_has_the_kernels_that_a_format_is_said_to_have(name):
    kind = FORMATS[name]
    inputs = torch.linspace(-1, 1, 8).to(kind.dtype)
    for activation in ("relu", "silu", "gelu", "tanh", "sigmoid", "softplus", "mish", "elu"):
        compute = calculus.evaluator(function(activation), torch.float32)
        if kind.has_kernels:
            assert compute(inputs).dtype == kind.dtype
        else:
            with pytest.raises(NotImplementedError, match="not implemented for 'Float8"):
                compute(inputs)


@pytest.mark.filterwarnings("ignore:TF32")  # which is set again with oneDNN
def test_the_figure_of_gelu_in_bfloat16_without_onednn():
    with torch.backends.mkldnn.flags(enabled=False):
        found = measure(function("gelu"), "bfloat16")
    steps = torchs(found.f, found)
    assert share(steps) == pytest.approx(99.82, abs=0.1)
    far = found.f.x[steps > 2]
    assert far.size == pytest.approx(103, rel=0.02)
    assert far.min() >= -8.4
    assert far.max() <= -4.7


def test_a_better_reference_moves_the_figure_of_tanhshrink():
    found = measure(function("tanhshrink"), "bfloat16")
    # not 89.76: below 1e-8 torch's float64 is 0 too, where x^3 / 3 is a number of the format
    assert round(100 * found.f.correct, 2) == pytest.approx(82.64, abs=0.1)
