"""A text becomes a function, and nothing else becomes anything."""

import ast
import math

import numpy as np
import pytest
import torch
from torch import nn

import activations as av
from activations.functions.calculus import grid, trace
from activations.functions.facts import measure
from activations.functions.formula import Formula, grammar, remarks
from activations.functions.formula.grammar import (
    CONSTANTS,
    DEEPEST,
    LONGEST,
    MOST_PARAMETERS,
    read,
    walk,
)
from activations.functions.formula.operations import FUNCTIONS
from activations.functions.formula.source import class_name
from activations.functions.gaussian import moments
from activations.functions.spec import Parity
from tests.functions import latex

X = np.concatenate([np.linspace(-5, 5, 41), [-700.0, -30.0, 30.0, 700.0]])


def run(text, x=X, **values):
    return trace(av.formula(text).at(**values), x)


# What a formula means.


@pytest.mark.parametrize(
    ("text", "numpys"),
    [
        ("2*x - 3/4 + x**2", lambda x: 2 * x - 0.75 + x**2),
        ("-x**2", lambda x: -(x**2)),
        ("2**-x", lambda x: 2.0**-x),
        ("(1 - x)*(x + 2)/(x**2 + 1)", lambda x: (1 - x) * (x + 2) / (x**2 + 1)),
        ("+x - -x", lambda x: 2 * x),
        ("max(x, 0, 1 - x)", lambda x: np.maximum(np.maximum(x, 0), 1 - x)),
        ("min(0, x)", lambda x: np.minimum(0, x)),
        ("clip(x, -1, 2)", lambda x: np.clip(x, -1, 2)),
        ("clip(3, -x, x**2)", lambda x: np.minimum(np.maximum(3, -x), x**2)),
        (
            "where(x >= 1, x, where(x != 0, -x, 7))",
            lambda x: np.where(x >= 1, x, np.where(x, -x, 7)),
        ),
        ("e*x + pi", lambda x: math.e * x + math.pi),
        ("sign(x)*abs(x)", lambda x: x),
        ("log1p(x**2) + expm1(-x**2)", lambda x: np.log1p(x**2) + np.expm1(-(x**2))),
        ("atan(x) + asinh(x) + tanh(x)", lambda x: np.arctan(x) + np.arcsinh(x) + np.tanh(x)),
        ("3", lambda x: 3 + 0 * x),
    ],
)
def test_a_formula_is_computed_as_numpy_does(text, numpys):
    np.testing.assert_allclose(run(text).y, numpys(X), rtol=1e-14, atol=1e-14)


def test_python_precedence_and_the_constants_are_the_texts():
    assert set(CONSTANTS) == {"pi", "e"}
    assert run("-2**2 + 0*x", [0.0]).y == pytest.approx([-4])
    assert run("2**3**2 + 0*x", [0.0]).y == pytest.approx([512])


ONE_ARGUMENT = [
    "exp",
    "expm1",
    "log",
    "log1p",
    "sqrt",
    "abs",
    "sign",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "asin",
    "acos",
    "atan",
    "asinh",
    "erf",
    "erfc",
    "Phi",
    "sigmoid",
    "softplus",
    "logsigmoid",
    "relu",
    "silu",
    "gelu",
    "mish",
]


def test_the_functions_are_those_of_the_grammar():
    assert set(FUNCTIONS) == {*ONE_ARGUMENT, "min", "max", "clip", "where"}


@pytest.mark.parametrize("name", ONE_ARGUMENT)
def test_every_function_is_written_as_it_is_computed(name):
    """In LaTeX, which our own reader evaluates, and as Python to the last bit."""
    formula = Formula(f"{name}(x/4 + b)")
    x = np.linspace(-3, 3, 31)
    y = formula.values_at(b=0.25)(x)
    known = np.isfinite(y)
    assert known.sum() > 10
    said = [latex.value(formula.latex(b=0.25), each) for each in x[known].tolist()]
    np.testing.assert_allclose(said, y[known], rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(exported(formula, b=0.25)(torch.tensor(x)).numpy(), y)


WRITTEN = [
    "x*sigmoid(b*x)",
    "where(x > 0, b*x**2 + x, where(x > -c, c*(exp(x) - 1), -c))",
    "max(b, min(x, c)) - max(x, b*x) + clip(x, -b, c)",
    "clip(x, -1, 2)*clip(b, 0, 1)",
    "-(x - (b - c))/(x**2 + b)**2",
    "2**-x + x**-2 + (-x)**3 - -b",
    "b/c + sqrt(2/pi)*exp(-x/2)/(x*x + 1)",
    "softplus(-x)*Phi(x - b) - softplus(b)",
    "where(b > 0, x, -x)",
    "min(exp(x), b) + max(-exp(-x), x, c) - clip(x**3*exp(x), b, 1) + relu(b - exp(x))",
    "b*c",
    "3",
]


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize(
    "values", [{"b": 0.5, "c": 2.0}, {"b": 0.0, "c": 1.0}, {"b": -1.5, "c": 3}]
)
def test_python_and_latex_say_what_is_computed(text, values):
    formula = Formula(text)
    values = {name: values[name] for name in formula.parameters}
    x = np.linspace(-4.03, 4.01, 33)
    y = formula.values_at(**values)(x)
    np.testing.assert_array_equal(exported(formula, **values)(torch.tensor(x)).numpy(), y)
    if "clip(b" not in text:
        said = [latex.value(formula.latex(**values), each) for each in x.tolist()]
        np.testing.assert_allclose(said, y, rtol=1e-9, atol=1e-12)


def exported(formula, **values):
    """Run the Python that a formula is written as, as a reader would."""
    space = {"torch": torch, "nn": nn}
    exec("\n\n\n".join(formula.source("my function", **values)), space)  # noqa: S102
    return space["MyFunction"](**values)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3)])
@pytest.mark.parametrize("text", WRITTEN)
def test_a_module_keeps_its_inputs_dtype_and_shape(text, shape, dtype):
    formula = Formula(text)
    module = formula.module(**dict.fromkeys(formula.parameters, 0.7))
    y = module(torch.full(shape, 0.3, dtype=dtype))
    assert (y.dtype, y.shape) == (dtype, shape)
    exact = formula.values_at(**dict.fromkeys(formula.parameters, 0.7))(np.array([0.3]))
    np.testing.assert_allclose(y.double(), np.full(shape, exact), rtol=0.1, atol=0.1)


def test_a_formula_in_latex_leaves_out_what_does_nothing():
    silu = Formula("b*x*sigmoid(c*x) + d")
    assert silu.latex(b=1, c=1, d=0) == r"x \, \sigma(x)"
    assert silu.latex(b=-2, c=0.5, d=-1) == r"-2 \, x \, \sigma(0.5 \, x) - 1"
    assert Formula("x**2/2").latex() == r"\frac{x^{2}}{2}"
    assert Formula("exp(-x**2/(2*s**2))").latex(s=3) == r"e^{-x^{2} / 18}"
    assert Formula("(p - q)*x + sqrt(2/pi)").latex(p=1, q=0.25) == (
        r"0.75 \, x + \sqrt{\frac{2}{\pi}}"
    )


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("ReLU squared", "ReLUSquared"),
        ("ELU + 1", "ELU1"),
        ("f₁", "F1"),
        ("f₁₂", "F12"),
        ("soft_er", "SoftEr"),
        ("None", "FNone"),
        ("2x", "F2x"),
    ],
)
def test_a_title_becomes_the_name_of_a_class(title, name):
    assert class_name(title) == name


# Derivatives are right where a branch is not taken.


@pytest.mark.parametrize(
    ("text", "x", "dy", "d2y"),
    [
        ("where(x > 0, x, exp(x) - 1)", 1000, 1, 0),
        ("where(x > 0, x, exp(x) - 1)", -1, math.exp(-1), math.exp(-1)),
        ("where(x > 0, log(x), x)", -2, 1, 0),
        ("where(x > 0, sqrt(x), 0)", -2, 0, 0),
        ("where(x > 0, sqrt(x), x)", 0, 1, 0),
        ("where(abs(x) < 1, asin(x), x)", 3, 1, 0),
        ("where(abs(x) < 1, acos(x), x)", 3, 1, 0),
        ("where(x != 0, sin(x)/x, 1)", 0, 0, 0),
        ("where(x > 0, x**0.5, 2*x)", -3, 2, 0),
        ("where(x > 1, log1p(-1/x), x)", 0, 1, 0),
        ("where(x < 1, tan(x), x)", math.pi / 2, 1, 0),
        ("where(x < 1, x**2*x*x, x)", 1e200, 1, 0),
        ("where(x < 1, where(x > -1, log(x + 1), x), x/(x - 1))", -1, 1, 0),
        ("3*where(x > 0, 1/x, x)**2", -1, -6, 6),
        ("where(x > 0, sinh(x) + cosh(x), x)", -2000, 1, 0),
    ],
)
def test_what_is_not_taken_leaves_no_trace_in_the_derivatives(text, x, dy, d2y):
    curve = run(text, [float(x), 0.5])
    assert curve.dy[0] == pytest.approx(dy)
    assert curve.d2y[0] == pytest.approx(d2y)


@pytest.mark.parametrize(
    ("text", "x", "dy"),
    [
        ("where(x > 0, x, exp(x) - 1)", 1000, 1),
        ("min(x, exp(x))", 1000, 1),
        ("min(exp(x), 5)", 1000, 0),
        ("max(x, -exp(-x))", -1000, 1),
        ("max(x, sqrt(x))", 0, 1),
        ("clip(exp(x), 0, 3)", 1000, 0),
        ("clip(exp(x), -x, x)", 1000, 1),
        ("relu(1 - exp(x))", 1000, 0),
        ("max(x, min(exp(x), 2), 1/x)", 1000, 1),
    ],
)
def test_a_module_has_a_slope_where_what_is_not_taken_has_none(text, x, dy):
    module = Formula(text).module()
    inputs = torch.tensor([float(x), 0.5], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(module(inputs).sum(), inputs, create_graph=True)
    assert slope[0].item() == pytest.approx(dy)
    if slope.requires_grad:
        (curvature,) = torch.autograd.grad(slope.sum(), inputs)
        assert torch.isfinite(curvature).all()


@pytest.mark.parametrize(
    "text", ["where(x > 0, x, expm1(x))", "min(x, exp(x))", "where(x > 1, log(x), min(x, 0.5))"]
)
def test_many_networks_at_once_may_compute_a_formula(text):
    module = Formula(text).module()
    x = torch.tensor([[1000.0, -1.0], [0.25, 2.0]], dtype=torch.float64)
    assert torch.equal(torch.func.vmap(module)(x), module(x))
    slopes = torch.func.vmap(torch.func.grad(lambda row: module(row).sum()))(x)
    np.testing.assert_allclose(slopes.ravel(), run(text, x.ravel()).dy, rtol=1e-14)


def test_what_a_side_passes_over_is_no_number_where_either_side_is_none():
    assert np.isnan(Formula("min(log(x), 0)").values_at()(np.array([-1.0]))).all()
    assert np.isnan(Formula("max(x, sqrt(x))").values_at()(np.array([-1.0]))).all()
    assert np.isnan(Formula("relu(log(x))").values_at()(np.array([-1.0]))).all()


# Breaks are found.


@pytest.mark.parametrize(
    ("text", "breaks"),
    [
        ("relu(x)", [(0, 1, 0)]),
        ("relu(x)**2", [(0, 2, 0)]),
        ("relu(x)**3", []),
        ("abs(x - 0.3)", [(0.3, 1, 0)]),
        ("abs(x**2)", []),
        ("sqrt((x - 0.3)**2)", [(0.3, 1, None)]),
        ("sign(x - 0.1)", [(0.1, 0, 0)]),
        ("max(x, 0)", [(0, 1, 1)]),
        ("max(0.5*x, x)", [(0, 1, 0.5)]),
        ("clip(x, -1, 2)", [(-1, 1, 1), (2, 1, 1)]),
        ("where(x > 1/3, x, 0)", [(1 / 3, 0, 0)]),
        ("where(x > 0, x, expm1(x))", [(0, 2, 1)]),
        ("where(x > 0, x, 2*expm1(x))", [(0, 1, 2)]),
        ("where(x**2 < 2, x, x)", []),
        ("where(x**2 < 2, 0, 1)", [(-math.sqrt(2), 0, 0), (math.sqrt(2), 0, 0)]),
        ("where(x != 0, sin(x)/x, 1)", []),
        ("where(x == 0, 5, x)", []),
        ("x/(1 + abs(x))", [(0, 2, 1)]),
        ("x/(x - 0.3)", [(0.3, 0, None)]),
        ("tanh(x)", []),
    ],
)
def test_breaks_are_found_and_classified(text, breaks):
    found = av.formula(text).at().breaks
    assert [point.order for point in found] == [order for _, order, _ in breaks]
    assert [point.x for point in found] == pytest.approx([x for x, _, _ in breaks], abs=1e-15)
    for point, (_, _, slope) in zip(found, breaks, strict=True):
        assert slope is None or point.slope == pytest.approx(slope)


def test_breaks_follow_the_parameters():
    soft = av.formula("where(abs(x) > a, x - a*sign(x), 0); a in [0, 3]")
    for a in (0.25, 1.0, 2.5):
        assert [point.x for point in soft.at(a=a).breaks] == pytest.approx([-a, a], abs=1e-15)
    assert soft.at(a=0).breaks == ()


def test_many_breaks_are_found_and_the_nearest_kept():
    found = av.formula("abs(sin(10*x))").at().breaks
    expected = np.arange(-100, 100) * math.pi / 10
    assert len(found) == 200
    at = np.array([point.x for point in found])
    assert np.abs(at[:, None] - np.append(expected, 10 * math.pi)).min(axis=1).max() < 1e-13


# Gaps, and what else is worth a warning.


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("log(x)", [(-5, 0)]),
        ("sqrt(1 - x**2)", [(-5, -1), (1, 5)]),
        ("1/x", [(0, 0)]),
        ("1/(x - 0.3)", [(0.3, 0.3)]),
        ("exp(1000*x)", [(0.7097827128933841, 5)]),
        ("log(-1) + x", [(-5, 5)]),
        ("tanh(x)", []),
    ],
)
def test_gaps(text, gaps):
    found = [(gap.low, gap.high) for gap in Formula(text).gaps(-5, 5)]
    np.testing.assert_allclose(np.reshape(found, (-1, 2)), np.reshape(gaps, (-1, 2)), atol=1e-12)


def test_remarks_say_what_is_worth_a_warning():
    assert remarks(av.formula("tanh(x)").at(), -5, 5) == []
    assert remarks(av.CATALOG["relu"].at(), -5, 5) == []
    assert remarks(av.formula("b").at(), -5, 5) == ["The formula does not depend on x."]
    assert remarks(av.formula("log(x)").at(), -5, 5) == ["Not finite from −5 to 0."]
    assert remarks(av.formula("log(x)").at(), 1, 5) == []
    assert remarks(av.formula("abs(x - 2)").at(), -5, 5) == ["Not differentiable at 2."]
    assert remarks(av.formula("abs(x**3 - x)").at(), -5, 5) == ["Not differentiable at −1, 0, 1."]
    many = remarks(av.formula("abs(sin(3*x))").at(), -2.2, 2.2)
    assert many == ["Not differentiable at −2.094, −1.047, 0 and 2 more."]


# An activation of one's own.


def test_a_formula_becomes_an_activation_whose_free_names_are_parameters():
    own = av.formula("x*sigmoid(b*x)", b=1.7)
    (b,) = own.parameters
    assert (b.name, b.default, b.low, b.high, b.step) == pytest.approx(("b", 1.7, -5, 5, 0.1))
    assert own.at().formula == r"x \, \sigma(1.7 \, x)"
    assert trace(own.at(), [2.0]).y == pytest.approx([2 / (1 + math.exp(-3.4))])
    assert trace(own.at(b=0), [2.0]).y == pytest.approx([1])
    assert measure(own.at(), -5, 5).minimum == pytest.approx(-0.27846454276107 / 1.7)
    assert own.at().output.low == pytest.approx(-0.27846454276107 / 1.7)
    assert math.isinf(own.at().output.high)
    assert (own.at().monotone, own.at().parity) == (False, Parity.NEITHER)


@pytest.mark.parametrize(
    ("text", "name", "default", "low", "high"),
    [
        ("x*tanh(softplus(b*x))", "f", 1, -5, 5),
        ("x*tanh(softplus(b*x)); b in [0, 2]", "f", 1, 0, 2),
        ("soft = x*b;b in[2,3]", "soft", 2, 2, 3),
        ("f2=x*b ; b = 0.5 in [0, 2];", "f2", 0.5, 0, 2),
        ("x*b; b = -7", "f", -7, -7, 5),
        ("x*b; b=1e-3in[-.5,+2.]", "f", 0.001, -0.5, 2),
        ("x*b; b in [-3, -1]", "f", -1, -3, -1),
    ],
)
def test_a_text_may_name_the_function_and_give_defaults_and_ranges(text, name, default, low, high):
    own = av.formula(text)
    (b,) = own.parameters
    assert own.title == name
    assert (b.default, b.low, b.high) == pytest.approx((default, low, high))
    assert 0 < b.step <= (high - low) / 50


def test_spaces_do_not_matter_so_that_a_link_needs_none():
    text = "soft = x * tanh( softplus( b*x ) ) ; b = 0.5 in [0, 2]"
    ours, linked = av.formula(text), av.formula(text.replace(" ", ""))
    assert (ours.title, ours.parameters) == (linked.title, linked.parameters)
    assert ours.at().formula == linked.at().formula


def test_defaults_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="no parameter 'c'; it has b"):
        av.formula("b*x", c=1)
    with pytest.raises(ValueError, match="no parameters"):
        av.formula("x", c=1)
    with pytest.raises(ValueError, match="b must be a finite number"):
        av.formula("b*x", b=math.nan)
    with pytest.raises(ValueError, match=r"b must lie in \[0, 2\]"):
        av.formula("b*x; b in [0, 2]", b=3)
    assert av.formula("b*x", b=9).parameters[0].high == pytest.approx(9)


@pytest.mark.parametrize(
    ("text", "low", "high", "monotone", "parity"),
    [
        ("tanh(x)", -1, 1, True, Parity.ODD),
        ("abs(x)", 0, math.inf, False, Parity.EVEN),
        (
            "x*exp(-x**2)",
            -math.exp(-0.5) / math.sqrt(2),
            math.exp(-0.5) / math.sqrt(2),
            False,
            Parity.ODD,
        ),
        ("sin(x)", -1, 1, False, Parity.ODD),
        ("1/x", -math.inf, math.inf, False, Parity.ODD),
        ("exp(x)", 0, math.inf, True, Parity.NEITHER),
        ("clip(x, -1, 2)", -1, 2, True, Parity.NEITHER),
    ],
)
def test_what_is_not_declared_is_measured(text, low, high, monotone, parity):
    own = av.formula(text).at()
    assert (own.output.low, own.output.high) == pytest.approx((low, high), abs=1e-9)
    assert (own.monotone, own.parity) == (monotone, parity)


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("sin(b*x)", 1.3),
        ("cos(b*x) + 3", 1.3),
        ("x + sin(b*x)**2/b", 2.6),
        ("sin(b*x)*exp(-x**2)", 1.3),
        ("abs(sin(b*x))", 2.6),
        ("where(sin(b*x) > 0, 1, -1)", 1.3),
    ],
)
@pytest.mark.parametrize("b", [5, 30, 100])
def test_waves_are_drawn_as_closely_as_the_catalogues(text, detail, b):
    own = av.formula(text).at(b=b) if b <= 5 else av.formula(text, b=b).at()
    assert 0.98 <= own.detail / (detail * b) <= 1.15
    per_wave = np.diff(grid(own, -20, 20)).max() / (2 * math.pi / b)
    assert per_wave < 1 / 7


def test_waves_of_a_formula_are_those_that_the_catalogue_declares():
    for name, text in (("sine", "sin(w*x)"), ("snake", "x + sin(w*x)**2/w")):
        entry = av.CATALOG[name]
        (parameter,) = entry.parameters
        for value in (1, 7.5, parameter.high):
            own = av.formula(text, w=value).at()
            assert own.detail == pytest.approx(entry.at(**{parameter.name: value}).detail, rel=0.1)


@pytest.mark.parametrize("text", ["x*tanh(x)", "sin(x)**2 + cos(x)**2", "cos(b)*x", "sin(x)/0"])
def test_what_has_no_waves_needs_no_more_points(text):
    assert av.formula(text).at().detail == 0


def test_no_wave_costs_more_points_than_a_screen_has():
    for text in ("sin(9999*x)", "sin(1/x)", "sin(exp(x))", "tan(500*x)"):
        assert av.formula(text).at().detail <= 400


def test_moments_of_quick_waves_are_exact():
    for b in (30, 100):
        found = moments(av.formula(f"sin({b}*x)").at())
        assert found.mean_square == pytest.approx(0.5, rel=1e-12)
        assert found.mean_square_slope == pytest.approx(b**2 / 2, rel=1e-12)


# What is no formula is refused with a sentence, at its place.


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x*tahn(x)", "unknown function `tahn` at 3; did you mean tanh?"),
        ("softplu(x)", "unknown function `softplu` at 1; did you mean softplus?"),
        ("Exp(x)", "unknown function `Exp` at 1; did you mean exp?"),
        ("qqqq(x)", "unknown function `qqqq` at 1; there are Phi, abs, acos"),
        ("x**", "something is missing after `**` at 2"),
        ("sin(x*)", "something is missing after `*` at 6"),
        ("x x", "this cannot be read at"),
        ("2x", "a * is missing after `2` at 1"),
        ("1 + 2(x)", "a * is missing after `2` at 5"),
        ("x(2)", "a * is missing after `x` at 1"),
        ("(x", "`(` at 1 is never closed"),
        ("x + 1)", "`)` at 6 closes nothing"),
        ("x^2", "`^` at 2: a power is written **"),
        ("x − 1", "`−` at 3: minus is written -"),
        ("|x|", "`|` at 1: a size is written abs(...)"),
        ("exp", "`exp` at 1 is a function: write exp(...)"),
        ("exp(x, 1)", "`exp` at 1 takes 1 argument, not 2"),
        ("max(x)", "`max` at 1 takes 2 arguments, not 1"),
        ("clip(x, 1)", "`clip` at 1 takes 3 arguments, not 2"),
        ("x > 0", "`x > 0` at 1 belongs into where(..., this, that)"),
        ("where(x, 1, 2)", "`x` at 7 is not one comparison, such as x > 0"),
        ("where(0 < x < 1, 1, 2)", "`0 < x < 1` at 7 is not one comparison"),
        ("x if x else 1", "`x if x else 1` at 1 is no part of a formula"),
        ("x and x", "`x and x` at 1 is no part of a formula"),
        ("x//2", "`x//2` at 1 is no part of a formula"),
        ("1e999*x", "`1e999` at 1 is too large a number"),
        ("self*x", "`self` at 1 cannot be a parameter's name"),
        ("forward*x", "`forward` at 1 cannot be a parameter's name"),
        ("x*float", "`float` at 3 cannot be a parameter's name"),
        ("super + x", "`super` at 1 cannot be a parameter's name"),
        ("training*x", "`training` at 1 cannot be a parameter's name"),
        ("_b*x", "`_b` at 1 cannot be a parameter's name"),
        ("sin = x", "`sin` at 1 cannot be a formula's name"),
        ("a+b+c+d+f+g+h", "at most 6 parameters, not 7: a, b, c, d, f, g, h"),
        ("x*b; c in [0, 1]", "`c` at 6 is no parameter of the formula"),
        ("x*b; b in [1, 0]", "`b in [1, 0]` at 6: the range must rise"),
        ("x*b; b = 3 in [0, 1]", "the default lies outside the range"),
        ("x*b; b", "write a parameter as `b in [0, 2]`"),
        ("x*b; b in [0, 1e999]", "has a number that is too large"),
        ("", "there is no formula yet"),
        ("f = ", "there is no formula yet"),
        (" ; b in [0, 1]", "there is no formula yet"),
    ],
)
def test_an_error_points_at_the_place(text, says):
    with pytest.raises(av.FormulaError) as refusal:
        av.formula(text)
    sentence = str(refusal.value)
    assert says in sentence
    assert 1 <= refusal.value.at <= len(text) + 1
    assert len(sentence) < 300


# What was published against simpleeval, asteval, numexpr, sympy and home-made walkers.

ATTACKS = {
    "a class": "().__class__.__bases__",
    "a class of a number": "(1).__class__",
    "subclasses": "(x).__class__.__mro__[1].__subclasses__()",
    "import": "__import__('os').system('id')",
    "import without quotes": "__import__(x)",
    "a call of an attribute": "x.numpy()",
    "builtins": "__builtins__",
    "eval": "eval(x)",
    "a subscript": "x[0]",
    "a lambda": "(lambda: x)()",
    "a walrus": "(y:=x)",
    "a list comprehension": "[x for x in x]",
    "a generator": "max(x for x in x)",
    "a generator alone": "(x for x in x)",
    "a set": "{x}",
    "an f-string": "f'{x.__class__}'",
    "a format": "'{0.__class__}'.format(x)",
    "a string": "'x'*9**9",
    "bytes": "b'x'",
    "a starred argument": "max(*x)",
    "keywords": "clip(x, min=0, max=1)",
    "double starred": "max(**x)",
    "await": "await x",
    "yield": "(yield x)",
    "an ellipsis": "...",
    "a complex number": "1j*x",
    "a truth value": "True*x",
    "none": "None",
    "a shift": "1<<99999999",
    "a matrix product": "x @ x",
    "a statement": "import os",
    "two statements": "x; import os",
    "a line feed": "x\nimport os",
    "a null byte": "x\0",
    "a backslash": "x\\\n",
    "a comment": "x # y",
    "full-width letters": "ｅｘｐ(x)",
    "a Greek x": "χ + 1",
    "a Cyrillic function": "ехр(x)",
    "italic mathematical letters": "𝑥 + 1",
    "a zero-width space": "x\u200b + 1",
    "a right-to-left mark": "x\u202e + 1",
    "a superscript": "x²",
    "deep brackets": "(" * 95 + "x" + ")" * 95,
    "deep signs": "-" * 190 + "x",
    "deep calls": "sin(" * 39 + "x" + ")" * 39,
    "deep powers": "**".join(["x"] * 60),
    "long digits": "9" * 100_000,
    "100 kB": "x+" * 50_000 + "x",
    "100 kB of brackets": "(" * 100_000,
    "100 kB of declarations": "x" + ";b in [0, 1]" * 8_000,
    "a long name": "b" * 150,
}


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
def test_attacks_are_refused_with_a_sentence(text, monkeypatch):
    parsed = []

    def parse(source, *args, **options):
        parsed.append(source)
        return real(source, *args, **options)

    real = ast.parse
    monkeypatch.setattr(grammar.ast, "parse", parse)
    monkeypatch.setattr(torch, "tensor", None)  # nothing is computed
    with pytest.raises(av.FormulaError) as refusal:
        av.formula(text)
    assert 10 < len(str(refusal.value)) < 300
    assert str(refusal.value).isprintable()
    assert all(len(each) <= LONGEST for each in parsed)
    assert len(parsed) <= 1
    if len(text) > LONGEST or not text.isascii():
        assert parsed == [], "refused before anything is parsed"


def test_an_exponent_tower_is_infinity_in_no_time():
    formula = Formula("9**9**9**9*x")
    assert formula.values_at()(np.array([-1.0, 1.0])).tolist() == [-math.inf, math.inf]
    assert "inf" in formula.source("f")[-1]
    assert remarks(av.formula("9**9**9*x").at(), -1, 1) == ["Not finite from −1 to 1."]


def test_the_caps_leave_room_for_what_people_write():
    assert sum(1 for _ in walk(read("x" + "+x" * 99).tree)) == LONGEST - 1
    assert read("-" * (DEEPEST - 1) + "x").tree
    with pytest.raises(av.FormulaError, match="levels deep"):
        read("-" * DEEPEST + "x")
    names = "+".join("abcdfg")
    assert len(read(names).parameters) == MOST_PARAMETERS


def test_what_is_no_text_is_refused():
    for thing in (None, 3, b"x", ["x"]):
        with pytest.raises(av.FormulaError, match="a formula is a text"):
            av.formula(thing)
