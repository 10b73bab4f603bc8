"""What is measured on a range, against closed forms."""

import math

import pytest

from activations.catalog import function
from activations.facts import measure


def test_sigmoid_is_flat_where_its_slope_has_fallen_below_a_hundredth():
    facts = measure(function("sigmoid"), -5, 5)
    # s (1 - s) = 0.01 at s = (1 - sqrt(0.96)) / 2
    s = (1 - math.sqrt(0.96)) / 2
    edge = math.log((1 - s) / s)
    assert facts.flat_share == pytest.approx((5 - edge) / 5, rel=1e-9)
    assert (facts.steepest, facts.steepest_at) == pytest.approx((0.25, 0), abs=1e-15)
    assert not facts.non_finite


def test_relu_is_zero_and_flat_on_the_negative_half():
    facts = measure(function("relu"), -5, 5)
    assert (facts.zero_share, facts.flat_share) == pytest.approx((0.5, 0.5), rel=1e-12)
    assert (facts.minimum, facts.minimum_at) == pytest.approx((0, 0), abs=0)
    assert (facts.steepest, facts.steepest_at) == pytest.approx((1, 0), abs=0)


@pytest.mark.parametrize(("low", "high"), [(1, 1), (5, -5), (math.nan, 1), (0, math.inf)])
def test_a_range_that_does_not_rise_is_refused(low, high):
    with pytest.raises(ValueError, match="range must rise"):
        measure(function("relu"), low, high)
