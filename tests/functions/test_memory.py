"""What is saved for the backward pass, against counts by hand."""

import pytest

from activations.functions.catalog import CATALOG, function
from activations.functions.formula import formula
from activations.functions.memory import saved_per_input


@pytest.mark.parametrize(
    ("name", "elements"),
    [
        ("relu", 1),
        ("sigmoid", 1),
        ("tanh", 1),
        ("gelu", 2),
        ("silu", 2),
        ("elu", 2),
        ("logsigmoid", 3),
        ("softsign", 3),
    ],
)
def test_elements_saved_for_each_input(name, elements):
    assert saved_per_input(function(name)) == pytest.approx(elements, abs=0.02)


def test_what_is_written_in_steps_keeps_each_step():
    assert saved_per_input(formula("tanh(x)").at()) == pytest.approx(1, abs=0.02)
    fused, stepped = function("silu"), formula("x*sigmoid(x)").at()
    assert saved_per_input(stepped) > saved_per_input(fused)


@pytest.mark.parametrize("name", CATALOG)
def test_every_function_keeps_at_least_what_the_layer_behind_it_needs(name):
    assert 1 <= saved_per_input(function(name)) < 20
