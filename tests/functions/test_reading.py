"""What is read as real numbers, and the reason why something is not."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from activations.functions.calculus import evaluate
from activations.functions.reading import real_numbers

REAL_DTYPES = [
    torch.float64,
    torch.float32,
    torch.bfloat16,
    torch.float16,
    torch.float8_e4m3fn,
    torch.float8_e5m2,
    torch.int64,
    torch.int8,
    torch.uint8,
    torch.bool,
    torch.complex64,
]


@pytest.mark.parametrize("dtype", REAL_DTYPES, ids=str)
@pytest.mark.parametrize("shape", [(), (0,), (2, 3)], ids=str)
def test_tensors_of_any_dtype_are_read(dtype, shape):
    numbers = real_numbers(torch.ones(shape).to(dtype))
    np.testing.assert_array_equal(numbers, np.ones(shape))
    assert numbers.dtype == np.float64
    assert numbers.shape == shape


@pytest.mark.parametrize(
    "tensor",
    [
        torch.tensor([0.5, -2.0], requires_grad=True),
        torch.tensor([0.5, -2.0], requires_grad=True) * 1,
        torch.nn.Parameter(torch.tensor([0.5, -2.0], dtype=torch.bfloat16)),
        torch.tensor([0.5, -2.0]).to_sparse(),
        torch.tensor([0.5 + 1j, -2.0 + 1j]).real,
        torch.tensor([1j * 0.5, -2j]).conj().imag * -1,
    ],
    ids=["leaf", "result", "half", "sparse", "real part", "negated view"],
)
def test_tensors_of_any_kind_are_read(tensor):
    np.testing.assert_allclose(real_numbers(tensor), [0.5, -2], rtol=0)


def test_a_tensor_made_in_inference_is_read():
    with torch.inference_mode():
        inside = torch.tensor([0.5])
    assert evaluate("relu", inside).dy == pytest.approx([1])


@pytest.mark.parametrize(
    "x",
    [
        [Decimal("0.5"), -2],
        [Fraction(1, 2), Fraction(-2)],
        (np.float32(0.5), -2),
        [torch.tensor(0.5, requires_grad=True), torch.tensor(-2, dtype=torch.bfloat16)],
        [np.longdouble("0.5"), np.int8(-2)],
        [0.5 + 0j, -2],
        np.array([0.5 + 0j, -2]),
        np.array([Fraction(1, 2), -2], dtype=object),
        np.ma.array([0.5, -2]),
        pd.Series([0.5, -2]),
        pd.Series([0.5, -2], dtype="Float64"),
        pd.Series([Decimal("0.5"), -2]),
        pd.Index([0.5, -2]),
        pd.Series([0.5, -2], index=["b", "a"]),
    ],
    ids=repr,
)
def test_what_stands_for_real_numbers_is_read(x):
    numbers = real_numbers(x)
    assert numbers.dtype == np.float64
    np.testing.assert_array_equal(numbers, [0.5, -2])


@pytest.mark.parametrize(
    "x",
    [
        [[1, 2], [3, 4]],
        [torch.tensor([1, 2]), [Decimal(3), Fraction(4)]],
        [torch.tensor([1.0, 2.0], requires_grad=True), np.array([3, 4])],
        pd.DataFrame({"a": [1, 3], "b": [2.0, 4.0]}),
        pd.DataFrame({"a": [1, 3], "b": [Decimal(2), Decimal(4)]}),
        (range(1, 3), pd.Series([3, 4])),
    ],
    ids=repr,
)
def test_nested_they_make_a_rectangle(x):
    np.testing.assert_array_equal(real_numbers(x), [[1, 2], [3, 4]])


def test_true_is_1_and_nothing_is_nothing():
    np.testing.assert_array_equal(real_numbers([True, False]), [1, 0])
    np.testing.assert_array_equal(real_numbers(np.True_), 1)
    assert real_numbers([]).shape == (0,)
    assert real_numbers([[], []]).shape == (2, 0)
    assert real_numbers(Decimal("0.5")).shape == ()


def test_what_is_read_is_a_copy():
    x = np.array([1.0, 2.0])
    tensor = torch.tensor([1.0, 2.0], dtype=torch.float64)
    for each in (x, tensor):
        real_numbers(each)[0] = 5
        assert float(each[0]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("x", "reason"),
    [
        ("abc", "real numbers; it holds 'abc'"),
        ("1", "real numbers; it holds '1'"),
        (b"1", "real numbers; it holds b'1'"),
        ([1, "2"], "real numbers; it holds '2'"),
        (np.array(["1"]), "real numbers; it holds '1'"),
        (None, "real numbers; it holds None"),
        ([0, None], "real numbers; it holds None"),
        ({}, "real numbers; it holds {}"),
        ({1, 2}, "real numbers; it holds {1, 2}"),
        ([object], "real numbers; it holds <class 'object'>"),
        ([1j], "real numbers; it holds 1j"),
        ([Fraction(1), 1 + 2j], r"real numbers; it holds \(1\+2j\)"),
        (torch.tensor([1, 2j]), "real numbers; it holds 2j"),
        (np.array([1, 2j]), "real numbers; it holds 2j"),
        (pd.Series([1, None], dtype="Int64"), "finite; it holds NaN"),
        (pd.Series([Decimal(1), pd.NA]), "real numbers; it holds <NA>"),
        (pd.Series(["a"]), "real numbers; it holds 'a'"),
        (np.array(["2020"], dtype="M8[ns]"), "real numbers; it holds times"),
        (np.array([3], dtype="m8[ns]"), "real numbers; it holds times"),
        ([[1], [2, 3]], "rectangular; its rows differ in length"),
        ([1, [2]], "rectangular; its rows differ in length"),
        ([torch.ones(1), torch.ones(2)], "rectangular; its rows differ in length"),
        ([math.nan], "finite; it holds NaN"),
        ([Decimal("NaN")], "finite; it holds NaN"),
        (torch.tensor([math.nan], dtype=torch.bfloat16), "finite; it holds NaN"),
        (pd.Series([1.0, None]), "finite; it holds NaN"),
        ([0, -math.inf], "finite; it holds infinity"),
        ([Decimal("Infinity")], "finite; it holds infinity"),
        (np.longdouble("inf"), "finite; it holds infinity"),
        ([10**400], "finite in float64; it holds a number beyond 1.8e308"),
        ([Decimal("1e400")], "finite in float64; it holds a number beyond 1.8e308"),
        ([Fraction(10) ** 400], "finite in float64; it holds a number beyond 1.8e308"),
        (np.array([1], np.longdouble) * 2 ** np.longdouble(2000), "finite in float64; it holds"),
        (np.ma.array([1, 2], mask=[True, False]), "complete; some of it is masked"),
        (torch.ones(2, device="meta"), "hold numbers; a tensor on the meta device has none"),
        (["", b"\x80"], "real numbers; it holds ''"),
    ],
    ids=lambda each: repr(each)[:60],
)
def test_what_is_refused_is_told_the_true_reason(x, reason):
    with pytest.raises(ValueError, match=f"x must.* {reason}") as refusal:
        evaluate("tanh", x)
    assert len(str(refusal.value)) < 120


numbers = st.one_of(
    st.floats(-1e30, 1e30),
    st.integers(-(10**30), 10**30),
    st.fractions(-(10**6), 10**6),
    st.decimals(-(10**6), 10**6),
    st.booleans(),
)


@given(st.lists(numbers, max_size=6))
@settings(deadline=None)
def test_any_real_numbers_are_read_as_pythons_float_does(x):
    expected = [float(each) for each in x]
    assert real_numbers(x).tolist() == expected
    assert real_numbers(np.array(x, dtype=object)).tolist() == expected
    assert real_numbers([x, x]).tolist() == [expected, expected]


@given(
    arrays.arrays(
        st.sampled_from([np.float64, np.float32, np.float16, np.int32, np.uint8, np.bool_]),
        arrays.array_shapes(min_dims=0, max_dims=3, min_side=0),
    )
)
@settings(deadline=None)
def test_an_array_is_read_or_told_what_it_holds(x):
    exact = x.astype(float)
    if np.isfinite(exact).all():
        np.testing.assert_array_equal(real_numbers(x), exact)
        np.testing.assert_array_equal(
            real_numbers(torch.from_numpy(np.atleast_1d(x))).ravel(), exact.ravel()
        )
    else:
        with pytest.raises(ValueError, match="x must be finite; it holds"):
            real_numbers(x)


anything = st.recursive(
    st.one_of(
        st.none(), st.text(max_size=3), st.binary(max_size=3), st.floats(), st.complex_numbers()
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=6,
)


@given(anything)
@settings(deadline=None)
def test_anything_is_read_or_refused_in_words(x):
    try:
        read = real_numbers(x)
    except ValueError as error:
        assert str(error).startswith("x must ")  # noqa: PT017  # either is right here
    else:
        assert np.isfinite(read).all()
