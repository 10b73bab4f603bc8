"""How numbers are written."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activations.notation import latex, plain


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-0.2784645, "−0.2785"),
        (0.01, "0.01"),
        (2.0611536e-9, "2.061 × 10⁻⁹"),
        (100.0, "100"),
        (99999.6, "100000"),
        (1234567.0, "1.235 × 10⁶"),
        (-5.5625, "−5.563"),  # a tie
        (1.0625, "1.063"),
        (1.7976931348623157e308, "1.798 × 10³⁰⁸"),
        (5e-324, "4.941 × 10⁻³²⁴"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "NaN"),
    ],
)
def test_plain(value, text):
    assert plain(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.01, "0.01"),
        (-1.5, "-1.5"),
        (2.0611536e-9, r"2.061 \cdot 10^{-9}"),
        (1e300, r"1 \cdot 10^{300}"),
    ],
)
def test_latex(value, text):
    assert latex(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
@settings(deadline=None)
def test_four_significant_digits_are_kept(value):
    mantissa, _, power = latex(value).partition(r" \cdot 10^")
    read = float(mantissa) * 10.0 ** int(power.strip("{}") or 0)
    assert read == pytest.approx(value, rel=5.1e-4, abs=1e-320)
