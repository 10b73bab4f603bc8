"""Functions as they are typed: the same as torch's modules, and rounded at every step."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from activations.functions import calculus
from activations.functions.catalog import CATALOG
from activations.functions.formula import Formula
from activations.precision import FORMATS
from activations.precision.formats import Format
from activations.precision.typed import TYPED, has_text, respond, stepwise, text
from tests.functions.cases import CASES, IDS

DOUBLE = Format("float64", torch.float64)


@pytest.mark.parametrize("function", CASES, ids=IDS)
def test_what_is_typed_is_the_function(function):
    x = np.concatenate([np.linspace(-8, 8, 129), [each.x for each in function.breaks]])
    y, dy = calculus.slopes(function, x)
    values, slopes = respond(function, DOUBLE, torch.from_numpy(x))
    assert np.allclose(values, y, rtol=1e-7, atol=1e-8)  # softplus's switch at 20 is 2e-9 high
    assert np.allclose(slopes, dy, rtol=1e-6, atol=1e-7)  # torch's 1 / 6 is a float32


def test_only_functions_of_torch_have_a_formula_here():
    assert set(TYPED) == {name for name, each in CATALOG.items() if each.expression is None}


def test_a_function_of_torch_without_a_formula_cannot_be_typed():
    new = replace(CATALOG["silu"], name="new").at()
    assert not has_text(new)
    with pytest.raises(ValueError, match="how new is typed"):
        text(new)


@pytest.mark.parametrize(
    "name", ["gelu", "silu", "softplus", "tanh", "sigmoid", "elu", "softsign", "gaussian", "golu"]
)
def test_steps_that_are_rounded_one_by_one_are_those_of_torch_in_bfloat16(name):
    kind, function = FORMATS["bfloat16"], CATALOG[name].at()
    formula = Formula(text(function))
    values = {each: float(function.values[each]) for each in formula.parameters}
    inputs = kind.inputs()
    rounded = stepwise(formula, values, kind, inputs)
    for expected, found in zip(respond(function, kind, inputs), rounded, strict=True):
        assert torch.equal(found.isnan(), expected.isnan())
        same = (found == expected.to(torch.float32)) | found.isnan()
        assert same.float().mean() > 0.999  # some kernels round their last bits otherwise


def test_eight_bits_are_rounded_at_every_step():
    kind = FORMATS["float8_e5m2"]
    x = torch.tensor([1.25], dtype=torch.float32)
    # 1.25 * 1.25 = 1.5625 is 1.5 in two bits after the point; + 1.25 = 2.75 is 3 by ties to even
    y, _ = stepwise(Formula("x*x + x"), {}, kind, x)
    assert y.tolist() == [3.0]
    exactly = x * x + x
    assert exactly.to(torch.float8_e5m2).to(torch.float32).tolist() == [3.0]
    z, _ = stepwise(Formula("x*x - x"), {}, kind, x)
    assert z.tolist() == [0.25]  # and not 0.3125, from 1.5625
