"""Rounding and steps, judged by hand, by mpmath and by NumPy's and torch's own conversions."""

import math
import struct

import mpmath
import numpy as np
import pytest
import torch

from activations.precision.formats import BESIDE_BREAK, FORMATS, SAMPLED

DIGITS = {
    "float16": (11, -14),
    "bfloat16": (8, -126),
    "float8_e4m3fn": (4, -6),
    "float8_e5m2": (3, -14),
    "float32": (24, -126),
}
"""Significant bits, and the exponent of the smallest normal number, by IEEE 754 and OCP."""

EXHAUSTIVE = [name for name, kind in FORMATS.items() if kind.exhaustive]


def rounded(name, *values):
    return FORMATS[name].round(torch.tensor(values, dtype=torch.float64)).to(torch.float64).tolist()


def order(name, *values):
    return FORMATS[name].order(torch.tensor(values, dtype=torch.float64)).tolist()


def by_hand(name, value):
    """Return an mpmath number rounded to a format: nearest, ties to even, subnormals, overflow."""
    digits, least = DIGITS[name]
    exponent = max(mpmath.frexp(value)[1] - 1, least) if value else least
    step = mpmath.ldexp(1, exponent - digits + 1)
    whole = mpmath.floor(abs(value) / step)
    rest = abs(value) / step - whole
    if rest > 0.5 or (rest == 0.5 and int(whole) % 2):
        whole += 1
    size = float(whole * step)
    if size > FORMATS[name].largest:
        size = math.inf if FORMATS[name].has_infinity else FORMATS[name].largest
    return math.copysign(size, value)


@pytest.mark.parametrize(
    ("name", "count"),
    [("bfloat16", 65280), ("float16", 63488), ("float8_e4m3fn", 254), ("float8_e5m2", 248)],
)
def test_every_finite_number_is_an_input_once(name, count):
    inputs = FORMATS[name].inputs()
    assert len(inputs) == count
    values = inputs.to(torch.float64)
    assert bool(values.isfinite().all())
    steps = values.diff()
    assert int((steps == 0).sum()) == 1  # from -0 to 0
    assert bool((steps >= 0).all())
    assert [math.copysign(1, each) for each in values[values == 0].tolist()] == [-1, 1]


def test_a_sample_of_float32_has_what_is_around_a_break():
    kind = FORMATS["float32"]
    inputs = kind.inputs((0.5, -3.0)).to(torch.float64)
    assert SAMPLED < len(inputs) <= SAMPLED + 4 * BESIDE_BREAK
    assert inputs[-1] == kind.largest == -inputs[0]
    assert bool((inputs.diff() >= 0).all())
    assert len(inputs.unique()) == len(inputs) - 1  # 0 and -0
    for point in (0.5, -3.0):
        around = kind.order(inputs) - order("float32", point)[0]
        assert set(range(-400, 400)) <= set(around.tolist())


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("float16", 1 + 2**-11, 1.0),  # a tie: to even, down
        ("float16", 1 + 3 * 2**-11, 1 + 2**-9),  # a tie: to even, up
        ("float16", 1 + 2**-11 + 2**-40, 1 + 2**-10),  # just above a tie
        ("float16", 2**-25, 0.0),  # half of the smallest subnormal number
        ("float16", 2**-25 + 2**-60, 2**-24),
        ("float16", 3 * 2**-25, 2**-23),  # a tie between subnormal numbers
        ("float16", 65519.999, 65504.0),
        ("float16", 65520.0, math.inf),  # half a step beyond the largest
        ("float16", -65520.0, -math.inf),
        ("bfloat16", 1 + 2**-8, 1.0),
        ("bfloat16", 2**-134, 0.0),
        ("bfloat16", 1.5 * 2**-133, 2**-132),
        ("bfloat16", 3.4e38, math.inf),
        ("float8_e4m3fn", 1000.0, 448.0),  # no infinity: the largest number
        ("float8_e4m3fn", math.inf, 448.0),
        ("float8_e4m3fn", 2**-10, 0.0),
        ("float8_e5m2", 61440.0, math.inf),
        ("float8_e5m2", 61439.0, 57344.0),
        ("float32", 1 + 2**-24, 1.0),
        ("float32", 1e-46, 0.0),
    ],
)
def test_rounding_by_hand(name, value, expected):
    assert rounded(name, value) == [expected]
    if math.isfinite(value):
        with mpmath.workdps(50):
            assert by_hand(name, mpmath.mpf(value)) == expected


@pytest.mark.parametrize("name", FORMATS)
def test_rounding_is_as_by_hand_anywhere(name):
    kind = FORMATS[name]
    random = np.random.default_rng(1)
    low, high = math.log2(2.0 ** DIGITS[name][1]) - 12, math.log2(kind.largest) + 1
    values = random.choice([-1, 1], 500) * np.exp2(random.uniform(low, high, 500))
    with mpmath.workdps(50):
        expected = [by_hand(name, mpmath.mpf(value)) for value in values]
    assert rounded(name, *values) == expected


@pytest.mark.parametrize("name", FORMATS)
def test_rounding_keeps_the_numbers_of_the_format_and_what_is_none(name):
    kind = FORMATS[name]
    values = kind.inputs().to(torch.float64)
    assert torch.equal(kind.round(values).to(torch.float64), values)
    assert math.isnan(*rounded(name, math.nan))


@pytest.mark.parametrize(
    ("name", "a", "b", "steps"),
    [
        ("float16", -0.0, 0.0, 0),
        ("float16", 2**-24, -(2**-24), 2),  # across zero
        ("float16", 1.0, 1 + 2**-10, 1),
        ("float16", 1.0, 2.0, 2**10),
        ("float16", 65504.0, math.inf, 1),
        ("float16", 2**-14, 2**-14 - 2**-24, 1),  # to the largest subnormal number
        ("float16", 0.0, 2**-14, 2**10),
        ("bfloat16", 1.0, 1 - 2**-8, 1),  # below a power of two steps are half as wide
        ("bfloat16", 0.0, 1.0, 127 * 2**7),
        ("bfloat16", -1.0, 1.0, 2 * 127 * 2**7),
        ("float8_e4m3fn", 416.0, 448.0, 1),
        ("float8_e5m2", 57344.0, math.inf, 1),
        ("float32", 1.0, 1 + 2**-23, 1),
    ],
)
def test_steps_between_two_numbers(name, a, b, steps):
    one, other = order(name, a, b)
    assert abs(one - other) == steps


@pytest.mark.parametrize("name", EXHAUSTIVE)
def test_neighbours_are_a_step_apart(name):
    kind = FORMATS[name]
    places = kind.order(kind.inputs()).diff().tolist()
    assert sorted(set(places)) == [0, 1]
    assert places.count(0) == 1


@pytest.mark.parametrize("name", FORMATS)
def test_the_place_of_a_number_is_its_order(name):
    kind = FORMATS[name]
    inputs = kind.inputs()
    places = kind.place(inputs.to(torch.float64).numpy())
    assert (places == kind.order(inputs).numpy()).all()


def test_what_lies_between_two_numbers_has_a_place_between():
    kind = FORMATS["float16"]
    assert kind.place(np.array([1 + 2**-11])) == order("float16", 1.0)[0] + 0.5
    assert kind.place(np.array([-(2**-26)])) == -0.25
    assert kind.place(np.array([math.inf, 1e9])).tolist() == order("float16", math.inf) * 2


def test_patterns_are_the_bits_that_python_writes():
    for value in (1.0, -2.5, 6e-8, 0.0, -0.0):
        (bits,) = struct.unpack("<H", struct.pack("<e", value))
        assert FORMATS["float16"].pattern(value) == f"0x{bits:04x}"
        (bits,) = struct.unpack("<I", struct.pack("<f", value))
        assert FORMATS["float32"].pattern(value) == f"0x{bits:08x}"
    assert FORMATS["bfloat16"].pattern(1.0) == "0x3f80"
    assert FORMATS["float8_e4m3fn"].pattern(-448.0) == "0xfe"


def test_torch_converts_to_8_bits_as_the_page_says():
    beyond = torch.tensor([1000.0, math.inf])
    assert beyond.to(torch.float8_e4m3fn).to(torch.float32).tolist() == [448.0, 448.0]
    assert beyond.to(torch.float8_e5m2).to(torch.float32).tolist() == [1024.0, math.inf]
