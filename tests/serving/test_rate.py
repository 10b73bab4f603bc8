"""A burst is free, what is beyond it waits, and an address is known until nothing is owed."""

import pytest

from activations.serving.rate import Bucket, Buckets


def test_a_bucket_delays_what_is_beyond_the_burst_and_forgets_nothing():
    bucket = Bucket(3, 2.0)
    assert [bucket.take(0) for _ in range(5)] == [0, 0, 0, 0.5, 1.0]
    assert bucket.take(1) == 0.5
    assert [bucket.take(100) for _ in range(4)] == [0, 0, 0, 0.5]


def test_a_bucket_tells_what_it_has_without_taking_it():
    bucket = Bucket(3, 2.0)
    assert [bucket.has(1), bucket.has(1)] == [3, 3]
    assert bucket.full(1)
    bucket.take(1)
    assert bucket.has(1.25) == pytest.approx(2.5)
    assert not bucket.full(1.25)
    assert bucket.full(1.5)


def test_an_address_keeps_its_bucket_whoever_comes_meanwhile_until_it_is_full_again():
    buckets = Buckets(1, 1.0)
    buckets.of("first", 0).take(0)
    for number in range(10_000):
        buckets.of(f"other {number}", 0.5)
    assert buckets.of("first", 0.5).has(0.5) == 0.5
    assert len(buckets._kept) < 300
    for number in range(10_000):
        buckets.of(f"another {number}", 2)
    assert buckets.of("first", 2).has(2) == 1
