"""Parameters, intervals and what an activation makes of them."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from activations.functions.catalog import CATALOG
from activations.functions.spec import REALS, Choice, Interval, Parameter

SLOPE = Parameter(name="slope", symbol="a", default=0.5, low=0, high=1, step=0.1, meaning="Slope")
WIDTH = Parameter(
    name="width",
    symbol="w",
    default=1,
    low=0.1,
    high=2,
    step=0.1,
    meaning="Width",
    allowed=Interval(0, 10, low_open=True),
)
FORM = Choice(name="form", default="exact", options=("exact", "fast"), meaning="Form")

anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.binary(),
    st.complex_numbers(),
    st.fractions(),
    st.decimals(),
    st.lists(st.floats(), max_size=2),
    st.just(10**400),
)


@given(anything)
@settings(deadline=None)
def test_a_parameter_takes_finite_numbers_and_refuses_all_else_by_name(value):
    if is_finite_number(value):
        number = SLOPE.check(value)
        assert type(number) is float
        assert number == pytest.approx(float(value), abs=0)
    else:
        with pytest.raises(ValueError, match=r"slope must be (a finite|one real) number"):
            SLOPE.check(value)


def is_finite_number(value):
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction | Decimal):
        return False
    try:
        return math.isfinite(float(value))
    except (OverflowError, ValueError):
        return False


@pytest.mark.parametrize(
    "value",
    [
        Decimal("0.25"),
        Fraction(1, 4),
        np.float32(0.25),
        np.array(0.25),
        torch.tensor(0.25),
        torch.tensor(0.25, dtype=torch.bfloat16, requires_grad=True),
    ],
    ids=repr,
)
def test_one_number_of_any_kind_is_taken(value):
    number = SLOPE.check(value)
    assert type(number) is float
    assert number == pytest.approx(0.25, abs=0)


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(deadline=None)
def test_a_parameter_keeps_to_what_is_allowed(value):
    if 0 < value <= 10:
        assert WIDTH.check(value) == pytest.approx(value, abs=0)
    else:
        with pytest.raises(ValueError, match=r"width must lie in \(0, 10\]"):
            WIDTH.check(value)


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, 10**5000, Decimal("inf"), Decimal("sNaN"), torch.tensor(math.nan)],
    ids=["nan", "infinity", "huge", "decimal", "signalling", "tensor"],
)
def test_what_is_not_finite_is_refused(value):
    with pytest.raises(ValueError, match="slope must be a finite number") as refusal:
        SLOPE.check(value)
    assert len(str(refusal.value)) < 100


@pytest.mark.parametrize(
    "value",
    [True, np.True_, torch.tensor(True), "1" * 500, None, 1j, np.array(1j), torch.ones(1), [1.0]],
    ids=repr,
)
def test_what_is_not_one_real_number_is_refused(value):
    with pytest.raises(ValueError, match="slope must be one real number, not") as refusal:
        SLOPE.check(value)
    assert len(str(refusal.value)) < 100


@given(anything | st.sampled_from(FORM.options))
@settings(deadline=None)
def test_a_choice_takes_its_options_only(value):
    if value in ("exact", "fast"):
        assert FORM.check(value) == value
    else:
        with pytest.raises(ValueError, match="form must be one of 'exact', 'fast'"):
            FORM.check(value)


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (Interval(0, 1, low_open=True, high_open=True), "(0, 1)"),
        (Interval(0, math.inf), "[0, ∞)"),
        (Interval(-0.27846454276107380, math.inf), "[−0.2785, ∞)"),
        (REALS, "(−∞, ∞)"),
        (Interval(-math.inf, 0, high_open=True), "(−∞, 0)"),
    ],
)
def test_intervals_are_written_as_in_a_book(interval, text):
    assert str(interval) == text


def test_an_interval_tells_inside_from_outside():
    half = Interval(0, 1, low_open=True)
    assert half.contains(0.0)
    assert half.contains(1.0)
    assert not half.contains(1.1)
    assert half.contains(1.1, tolerance=0.2)
    assert not half.contains(math.nan)
    assert half.allows(1)
    assert half.allows(0.5)
    assert not half.allows(0)
    assert not half.allows(2)
    assert not Interval(0, 1, high_open=True).allows(1)


def test_names_in_links_follow_one_rule_with_one_exception():
    elu, leaky = CATALOG["elu"], CATALOG["leaky_relu"]
    assert elu.query_of(elu.parameters[0]) == "elu_alpha"
    assert leaky.query_of(leaky.parameters[0]) == "negative_slope"


def test_parameters_reach_the_module():
    module = CATALOG["hardtanh"].module(min_val=-2)
    assert (module.min_val, module.max_val) == pytest.approx((-2, 1))
    assert CATALOG["gelu"].module(approximate="tanh").approximate == "tanh"
