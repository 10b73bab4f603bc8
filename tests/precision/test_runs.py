"""What is kept of a measurement to draw and to say."""

import math

import numpy as np
import pytest

from activations.functions.catalog import function
from activations.functions.formula import formula
from activations.precision import FORMATS, measure
from activations.precision.runs import closer, run, words


def kept(name, kind, where, order=0):
    """Return a measurement's errors, and the trail that is kept of them."""
    activation = function(name)
    measured = measure(activation, kind, where)
    found = run(activation, FORMATS[kind], where, activation.title)
    return (measured.f, measured.df)[order], found.trails[order]


@pytest.mark.parametrize("kind", ["bfloat16", "float16", "float8_e4m3fn", "float8_e5m2"])
def test_a_trail_has_the_numbers_of_every_input(kind):
    errors, trail = kept("logsigmoid", kind, "typed")
    numbers = FORMATS[kind].numbers
    assert numbers(trail.inputs).tolist() == errors.x.tolist()
    finite = np.isfinite(errors.result)
    assert numbers(trail.result[finite]).tolist() == errors.result[finite].tolist()
    within = np.abs(errors.exact) < FORMATS[kind].largest
    exact = numbers(trail.exact[within])
    # a place in float32 is good to a hundredth of a step
    assert np.allclose(exact, errors.exact[within], rtol=1e-2 * FORMATS[kind].eps, atol=1e-45)


def test_what_is_no_number_of_steps_is_coded_apart():
    errors, trail = kept("softplus", "float16", "typed")
    infinite = np.isinf(errors.steps)
    assert infinite.any()
    assert (trail.steps[infinite] == 2**16 - 2).all()
    errors, trail = kept("softplus", "float16", "typed", order=1)
    nan = np.isnan(errors.steps)
    assert nan.any()
    assert (trail.steps[nan] == 2**16 - 1).all()
    assert (trail.steps[~nan] == errors.steps[~nan]).all()


def test_of_a_sample_those_inputs_with_the_least_and_the_largest_errors_are_kept():
    errors, trail = kept("gelu", "float32", "typed")
    assert errors.x.size >= 2**20
    assert 2**12 < trail.inputs.size <= 2**14 + 1
    assert trail.steps.max() == errors.worst[0]
    assert (np.diff(trail.inputs) >= 0).all()
    assert trail.inputs[0] == FORMATS["float32"].place(errors.x[:1])[0]


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("linear", [False, True])
def test_a_closer_look_has_more_of_the_inputs_between_two(order, linear):
    activation = function("gelu")
    errors = (measure(activation, "float32", "typed").f, measure(activation, "float32", "typed").df)
    found = run(activation, FORMATS["float32"], "typed", "GELU")
    assert not found.trails[order].whole
    low, high = 1.0, 3.0
    inside = (low <= errors[order].x) & (errors[order].x <= high)
    near = closer(found, order, (low, high), linear=linear)
    assert near.whole
    numbers = FORMATS["float32"].numbers
    assert numbers(near.inputs).tolist() == errors[order].x[inside].tolist()
    assert near.steps.tolist() == errors[order].steps[inside].tolist()


def test_a_closer_look_that_has_too_many_inputs_keeps_extremes_in_each_column_of_its_axis():
    activation = function("gelu")
    found = run(activation, FORMATS["float32"], "typed", "GELU")
    errors = measure(activation, "float32", "typed", between=(-5, 5)).f
    for linear in (False, True):
        near = closer(found, 0, (-5, 5), linear=linear)
        assert not near.whole
        assert 2**11 < near.inputs.size <= 2**14
        assert (np.diff(near.inputs) >= 0).all()
        assert near.steps.max() == errors.worst[0]
        across = errors.x if linear else FORMATS["float32"].place(errors.x)
        kept = FORMATS["float32"].numbers(near.inputs) if linear else near.inputs
        for first, last in zip(np.linspace(-5, 5, 11), np.linspace(-5, 5, 11)[1:], strict=False):
            ends = (first, last) if linear else FORMATS["float32"].place(np.array([first, last]))
            worst = errors.steps[(ends[0] <= across) & (across <= ends[1])].max()
            assert near.steps[(ends[0] <= kept) & (kept <= ends[1])].max() == worst


def test_a_closer_look_between_two_inputs_has_none():
    found = run(function("gelu"), FORMATS["float32"], "typed", "GELU")
    near = closer(found, 0, (1 + 1e-12, 1 + 2e-12))
    assert near.whole
    assert near.inputs.size == 0


def test_a_part_of_a_trail():
    _, trail = kept("relu", "bfloat16", "kernel")
    low, high = FORMATS["bfloat16"].place(np.array([-1.0, 2.0]))
    part = trail.between(low, high)
    assert part.inputs[0] == low
    assert part.inputs[-1] == high
    assert part.steps.size == part.exact.size == part.inputs.size


def test_what_is_said_of_a_run():
    said = words(run(function("softplus"), FORMATS["float16"], "typed", "Softplus"))
    assert said.startswith(
        "Softplus: f 64.52 % correctly rounded (of what is a number), at worst 4,095 steps off, at"
    )
    assert "infinite at 12,916 inputs from x = 11.09 to 65500" in said
    assert "f′ 74.79 % correctly rounded" in said
    assert "NaN at 12,916 inputs" in said
    exact = words(run(function("relu"), FORMATS["float16"], "typed", "ReLU", drawn=False))
    assert exact == "ReLU: f 100 % correctly rounded; f′ 100 % correctly rounded"


def test_it_is_said_from_where_on_a_result_is_a_bound_or_its_input():
    # Ends lie many float32 apart: no processor's last bits move them.
    def said(name):
        return words(run(function(name), FORMATS["float16"], "float32", name, drawn=False))

    f, slope = said("sigmoid").split("; f′")
    assert ", exactly 0 up to x = −17.34, exactly 1 from x = 8.32, " in f
    assert f.endswith(", equal to x first at |x| = 0.6592")
    assert slope.endswith(", exactly 0 up to x = −17.34, exactly 0 from x = 16.64")
    f, _ = said("softplus").split("; f′")
    assert f.endswith(", exactly x from x = 6.238, equal to x first at |x| = 6.238")
    assert "exactly 1" not in f
    for text in (said("relu"), said("leaky_relu")):
        assert "exactly" not in text
        assert "equal to x" not in text


def test_nearly_all_is_not_all():
    found = run(function("softplus"), FORMATS["float16"], "kernel", "Softplus")
    wrong = sum(found.f.histogram[1:])
    assert found.f.share == ("99.99 %" if wrong else "100 %")
    assert found.f.correct == (99.99 if wrong else 100)
    assert wrong < 10


def test_it_is_said_where_infinity_is_right():
    said = words(run(function("relu_squared"), FORMATS["float16"], "float32", "R", drawn=False))
    # 256 squared is beyond 65,504 by half a step
    right = "rightly infinite at 8,192 inputs from x = 256 to 65500"
    assert said.startswith(f"R: f 100 % correctly rounded, {right}, exactly 0 up to")


def test_it_is_said_where_there_is_nothing_to_compare_with():
    # In float64 e^(1.5 x) is infinite from 474 on, though the function is x there.
    own = formula("x*exp(1.5*x)/(1 + exp(1.5*x))").at()
    found = run(own, FORMATS["bfloat16"], "kernel", "Own", drawn=False)
    first = 474.0
    assert math.isfinite(math.exp(1.5 * 472))
    assert found.f.unknown is not None
    assert found.f.unknown.low == first
    assert found.f.inputs + found.f.unknown.inputs == 65280
    assert f"no exact value known at {found.f.unknown.inputs:,} inputs from x = 474" in words(found)
    assert run(function("silu"), FORMATS["bfloat16"], "kernel", "", drawn=False).f.unknown is None


def test_what_is_not_drawn_is_not_kept():
    assert run(function("relu"), FORMATS["float16"], "typed", "ReLU", drawn=False).trails is None
