"""One contract for every entry: no declared fact that is not so."""

import dataclasses
import inspect
import itertools
import math
import re
from collections import Counter

import numpy as np
import pytest
import torch
from mpmath import mpf
from torch import nn

import activations
from activations.functions.calculus import evaluate, grid, limits, trace
from activations.functions.catalog import CATALOG, NOT_ELEMENTWISE, function, key_of
from activations.functions.catalog._names import names
from activations.functions.catalog.frameworks import NAMES
from activations.functions.facts import measure
from activations.functions.formula import formula
from activations.functions.spec import (
    Activation,
    Break,
    Choice,
    Family,
    Interval,
    Paper,
    Parameter,
    Parity,
)
from tests.functions import latex
from tests.functions.cases import CASES, IDS
from tests.functions.exceptions import EXCEPTIONS
from tests.functions.oracle import oracle

ENTRIES = list(CATALOG.values())
every_case = pytest.mark.parametrize("case", CASES, ids=IDS)
TORCHS = [entry for entry in ENTRIES if type(entry.module()).__name__ in nn.__dict__]
every_entry = pytest.mark.parametrize("entry", ENTRIES, ids=list(CATALOG))

FAR = 1e6
VISIBLE = 1e-6
"""A jump below this is rounding; the exceptions' table lists what torch's rounding comes to."""


def slack(case):
    """Return how far torch's own values are known to be off."""
    return max(
        (each.size for each in EXCEPTIONS if each.concerns(case, 0, "absolute")), default=0.0
    )


def scan(case, reach=60.0, count=24_001):
    return grid(case, -reach, reach, count)


# What each entry says of its values.


@every_case
def test_the_output_interval_holds_every_value(case):
    x = np.concatenate([scan(case), [-FAR, FAR, -1e300, 1e300]])
    assert case.output.contains(trace(case, x).y, tolerance=4e-16 + slack(case))


@every_case
def test_the_output_intervals_ends_are_approached(case):
    far = trace(case, [-FAR, FAR]).y
    facts = measure(case, -60, 60)
    for end, nearest in (
        (case.output.low, min(facts.minimum, *far)),
        (case.output.high, max(facts.maximum, *far)),
    ):
        if math.isinf(end):
            assert abs(nearest) > 999
            assert nearest * end > 0
        else:
            assert nearest == pytest.approx(end, abs=5e-6)


@every_case
def test_an_end_is_open_just_where_no_input_attains_it(case):
    at = measure(case, -3, 3)
    inputs = [at.minimum_at, at.maximum_at, 1, 7, *(point.x for point in case.breaks)]
    values = trace(case, inputs).y
    exact = [oracle(case)[0](mpf(x)) for x in (-1, -0.1, 0.1, 1)]
    for gap, inside, is_open in (
        (values.min() - case.output.low, min(exact) - case.output.low, case.output.low_open),
        (case.output.high - values.max(), case.output.high - max(exact), case.output.high_open),
    ):
        assert inside > 0 if is_open else math.isinf(gap) or abs(gap) < 1e-14


@every_case
def test_monotone_means_that_it_never_falls(case):
    steepest_fall = -np.diff(trace(case, scan(case)).y).min()
    if case.monotone:
        assert steepest_fall <= 1e-13 + slack(case)
    else:
        assert steepest_fall > 1e-5


@every_case
def test_parity(case):
    x = np.random.default_rng(7).uniform(0, 30, 200)
    right, left = trace(case, x).y, trace(case, -x).y
    odd, even = np.abs(left + right).max(), np.abs(left - right).max()
    match case.parity:
        case Parity.ODD:
            assert odd < 1e-14
        case Parity.EVEN:
            assert even < 1e-14
        case Parity.NEITHER:
            assert min(odd, even) > 1e-3


@every_case
def test_the_formula_says_what_is_computed(case):
    x = np.array([-7.3, -3.6, -2.7, -1.3, -0.4, -0.05, 0.07, 0.6, 1.6, 2.6, 3.4, 6.7])
    for point in case.breaks:
        x = x[np.abs(x - point.x) > 1e-3]
    said = [latex.value(case.formula, each) for each in x.tolist()]
    # parameters are printed to four digits
    np.testing.assert_allclose(said, trace(case, x).y, rtol=1e-3, atol=1e-6)


# What each entry says of its breaks.


@every_case
def test_declared_breaks_jump_in_just_the_order_that_they_declare(case):
    assert [point.x for point in case.breaks] == sorted(point.x for point in case.breaks)
    left, right = limits(case)
    jumps = np.abs([right.y - left.y, right.dy - left.dy, right.d2y - left.d2y])
    for point, sizes in zip(case.breaks, jumps.T, strict=True):
        assert sizes[point.order] > VISIBLE
        assert max(sizes[: point.order], default=0.0) < VISIBLE


@every_case
def test_the_convention_at_a_break_is_autograds(case):
    slopes = trace(case, [point.x for point in case.breaks]).dy
    np.testing.assert_allclose(
        slopes, [point.slope for point in case.breaks], rtol=1e-7, atol=1e-15
    )


@every_case
def test_nothing_jumps_that_is_not_declared(case):
    """A jump stays as large when one looks closer; a smooth rise is shared out."""
    parts = 16
    x = np.linspace(-45.003, 45.001, 9001)
    declared = np.array([point.x for point in case.breaks])
    cell = np.searchsorted(x, declared) - 1
    fine = x[:-1, None] + np.diff(x)[:, None] * np.linspace(0, 1, parts + 1)
    curve = trace(case, fine)
    for order, values in enumerate((curve.y, curve.dy, curve.d2y)):
        steps = np.abs(np.diff(values, axis=1))
        largest = steps.max(axis=1)
        jumps = np.flatnonzero((largest > VISIBLE) & (largest > np.ptp(values, axis=1) / 2))
        for index in set(jumps) - set(cell):
            part = steps[index].argmax()
            closer = trace(case, np.linspace(*fine[index, part : part + 2], parts + 1))
            again = np.abs(np.diff((closer.y, closer.dy, closer.d2y)[order])).max()
            assert again < largest[index] / 2, (order, x[index])


def test_that_scan_sees_a_jump():
    undeclared = dataclasses.replace(CATALOG["hardswish"], breaks=()).at()
    with pytest.raises(AssertionError):
        test_nothing_jumps_that_is_not_declared(undeclared)


@pytest.mark.parametrize(
    ("name", "parameters", "smoothness"),
    [
        ("hardshrink", {}, -1),
        ("threshold", {"value": 1}, -1),
        ("softplus", {"threshold": 2}, -1),
        ("threshold", {}, 0),
        ("relu", {}, 0),
        ("selu", {}, 0),
        ("elu", {"alpha": 2}, 0),
        ("elu", {"alpha": 1}, 1),
        ("celu", {"alpha": 2}, 1),
        ("softsign", {}, 1),
        ("leaky_relu", {"negative_slope": 1}, math.inf),
        ("softplus", {}, math.inf),
        ("gelu", {}, math.inf),
    ],
)
def test_smoothness_counts_continuous_derivatives(name, parameters, smoothness):
    found = function(name, **parameters).smoothness
    assert found == smoothness if math.isinf(smoothness) else found == pytest.approx(smoothness)


@pytest.mark.parametrize(
    ("name", "parameters", "x", "slope"),
    [
        ("relu", {}, 0, 0),
        ("leaky_relu", {}, 0, 0.01),
        ("leaky_relu", {"negative_slope": 3}, 0, 3),
        ("relu6", {}, 0, 0),
        ("relu6", {}, 6, 0),
        ("elu", {"alpha": 2}, 0, 2),
        ("selu", {}, 0, 1.7580993408473766),
        ("hardtanh", {}, -1, 0),
        ("hardtanh", {}, 1, 0),
        ("hardsigmoid", {}, -3, 0),
        ("hardsigmoid", {}, 3, 0),
        ("hardswish", {}, -3, 0),
        ("hardswish", {}, 3, 1),
        ("softshrink", {}, -0.5, 0),
        ("softshrink", {}, 0.5, 0),
        ("hardshrink", {}, -0.5, 0),
        ("hardshrink", {}, 0.5, 0),
    ],
)
def test_torchs_conventions_at_kinks(name, parameters, x, slope):
    assert evaluate(name, [float(x)], **parameters).dy == pytest.approx([slope], abs=1e-15)
    declared = {point.x: point.slope for point in function(name, **parameters).breaks}
    assert declared[x] == pytest.approx(slope, abs=1e-15)


# What each entry says in words, colours and links.


def test_the_posts_functions_come_first():
    assert list(CATALOG)[:4] == ["sigmoid", "tanh", "relu", "leaky_relu"]


def test_every_elementwise_activation_of_torch_is_here_and_every_other_refused():
    shown = {type(entry.module()) for entry in ENTRIES}
    elementwise = 0
    for name in nn.modules.activation.__all__:
        if getattr(nn, name) in shown:
            elementwise += 1
        else:
            with pytest.raises(ValueError, match="not an elementwise activation: "):
                function(name)
    assert elementwise == 23


@pytest.mark.parametrize("name", [*NOT_ELEMENTWISE, "Softmax", "LogSoftmax", "GLU"])
def test_what_is_not_elementwise_is_refused_with_the_reason(name):
    reason = {key.replace("_", ""): why for key, why in NOT_ELEMENTWISE.items()}
    with pytest.raises(ValueError, match=re.escape(reason[name.lower().replace("_", "")])):
        evaluate(name, [0.0])


@pytest.mark.parametrize("name", ["qqqq", "", None, 3, ["relu"], "relu" * 10**5])
def test_an_unknown_name_lists_the_valid_ones(name):
    with pytest.raises(ValueError, match="sigmoid, tanh, relu, leaky_relu") as refusal:
        function(name)
    assert str(refusal.value).startswith("unknown activation ")
    assert name not in CATALOG if isinstance(name, str) else True
    with pytest.raises(ValueError, match="unknown activation "):
        key_of(name)


@pytest.mark.parametrize(
    ("name", "near"),
    [("tahn", "tanh"), ("Leaky ReLUU", "leaky_relu"), ("swich", "silu"), ("gelo", "gelu")],
)
def test_a_misspelt_name_is_told_the_nearest(name, near):
    with pytest.raises(ValueError, match=rf"did you mean .*\b{near}\b.*\?"):
        key_of(name)
    with pytest.raises(KeyError, match=near):
        CATALOG[name]
    assert name not in CATALOG


@every_entry
def test_an_entry_is_found_by_every_spelling_of_all_its_names(entry):
    spellings = [*names(entry), entry.name.upper(), entry.title.replace(" ", "")]
    spellings += [name.replace("_", between) for name in names(entry) for between in " -"]
    for spelling in spellings:
        assert key_of(spelling) == entry.name
        assert spelling in CATALOG
        assert CATALOG[spelling] is entry


def test_no_name_means_two_things():
    meant = Counter(
        re.sub(r"[\s_-]", "", name).casefold()
        for entry in ENTRIES
        for name in {entry.name, *entry.aliases}
    )
    titles = Counter(entry.title.casefold() for entry in ENTRIES)
    assert max(meant.values()) == 1
    assert max(titles.values()) == 1
    for entry in ENTRIES:
        assert all(key_of(name) == entry.name for name in names(entry))
    assert not any(name in CATALOG for name in NOT_ELEMENTWISE)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("LeakyReLU", "leaky_relu"),
        ("leaky relu", "leaky_relu"),
        ("leakyrelu", "leaky_relu"),
        ("hard_swish", "hardswish"),
        ("hard-swish", "hardswish"),
        ("swish", "silu"),
        ("Log Sigmoid", "logsigmoid"),
    ],
)
def test_names_that_people_type(name, key):
    assert key_of(name) == key
    assert evaluate(name, [1.0]).function.activation.name == key


def test_torchs_class_names_are_known():
    for entry in TORCHS:
        assert key_of(type(entry.module()).__name__) == entry.name


def test_the_catalogue_is_a_mapping_of_keys():
    assert list(CATALOG) == [entry.name for entry in CATALOG.values()]
    assert len(CATALOG) == len(set(CATALOG))
    assert 3 not in CATALOG


ELEMENTWISE = [
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "prelu",
    "rrelu",
    "relu6",
    "threshold",
    "hardtanh",
    "elu",
    "celu",
    "selu",
    "gelu",
    "silu",
    "mish",
    "hardswish",
    "hardsigmoid",
    "logsigmoid",
    "tanhshrink",
    "softsign",
    "softplus",
    "hardshrink",
    "softshrink",
]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_elementwise_function_of_torch_has_its_functional_name(name):
    assert CATALOG[name].name == name
    assert callable(getattr(nn.functional, name))


@pytest.mark.parametrize("entry", TORCHS, ids=[entry.name for entry in TORCHS])
def test_parameters_and_defaults_are_torchs(entry):
    made = vars(type(entry.module())).get("__init__", object.__init__)
    signature = {
        name: parameter
        for name, parameter in inspect.signature(made).parameters.items()
        if parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    }
    # not of the function itself, or deprecated
    beside = {"self", "inplace", "num_parameters", "device", "dtype", "min_value", "max_value"}
    assert {parameter.name for parameter in entry.parameters} == set(signature) - beside
    for parameter in entry.parameters:
        torchs = signature[parameter.name].default
        if torchs is inspect.Parameter.empty:
            assert "our choice" in parameter.meaning
        elif isinstance(parameter, Choice):
            assert parameter.default == torchs
        else:
            assert parameter.default == pytest.approx(torchs, rel=1e-15)


@every_entry
def test_sliders_hold_the_default_and_never_make_an_invalid_combination(entry):
    numbers = [each for each in entry.parameters if isinstance(each, Parameter)]
    for parameter in numbers:
        assert parameter.low <= parameter.default <= parameter.high
        assert 0 < parameter.step <= (parameter.high - parameter.low) / 2
    for corner in itertools.product(*((each.low, each.high) for each in numbers)):
        values = dict(zip((each.name for each in numbers), corner, strict=True))
        assert torch.isfinite(entry.module(**values)(torch.zeros(2))).all()


@every_entry
def test_words(entry):
    assert re.fullmatch(r"[A-Z][^.0-9]*\.", entry.summary), "one sentence, no numbers"
    assert entry.note == "" or entry.note.endswith(".")
    assert entry.paper.url.startswith("https://")
    assert entry.paper.year is None or 1980 < entry.paper.year < 2030
    assert all(each.meaning and not each.meaning.endswith(".") for each in entry.parameters)


LEARNED = {
    "prelu",
    "swish_beta",
    "snake",
    "snake_beta",
    "xielu",
    "dyt",
    "derf",
    "star_relu",
    "acon_c",
    "pelu",
}


def test_what_torch_does_not_have_says_where_it_is_met():
    for name, entry in CATALOG.items():
        assert not entry.expression or entry.note or name in NAMES, name
        if "none of the frameworks" in entry.note:
            assert name not in NAMES


SLIDERS = {
    "swish_beta": [(0, 10)],
    "clamped_gate": [(0.5, 4), (1, 20)],
    "situ": [(0.5, 20)],
    "soft_cap": [(5, 100)],
    "snake": [(0.1, 20)],
    "xielu": [(0.05, 3), (0.05, 1), (0.05, 3)],
    "dyt": [(0.05, 4), (0.1, 3), (-2, 2)],
    "squareplus": [(0, 16)],
    "sine": [(1, 60)],
    "gaussian": [(0.05, 3)],
}


@pytest.mark.parametrize(("name", "ends"), SLIDERS.items())
def test_sliders_reach_as_far_as_people_go(name, ends):
    assert [(each.low, each.high) for each in CATALOG[name].parameters] == ends


def test_what_is_learned_or_random_is_said_to_be_so():
    assert {name for name, entry in CATALOG.items() if "learned" in entry.note} == LEARNED
    assert "training" in CATALOG["rrelu"].note


@every_entry
def test_families_keep_what_their_names_promise(entry):
    default = entry.at()
    if entry.family is Family.SMOOTH_RECTIFIERS:
        assert default.smoothness >= 1
    if entry.family is Family.PIECEWISE_LINEAR:
        assert np.abs(trace(default, scan(default)).d2y).max() == pytest.approx(0, abs=1e-15)
    if entry.family is Family.SHRINKAGE:
        x = np.linspace(0.01, 5, 50)
        assert (np.abs(trace(default, x).y) <= x).all()
    if entry.family is Family.SIGMOID_LIKE:
        assert default.monotone
        assert math.isfinite(default.output.high - default.output.low)


def test_every_family_has_a_member():
    assert {entry.family for entry in ENTRIES} == set(Family)


def luminance(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@every_entry
@pytest.mark.parametrize("background", ["#ffffff", "#171b23", "#0f1218"])
def test_colours_read_on_light_and_dark(entry, background):
    light, dark = sorted((luminance(entry.color), luminance(background)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3


def test_lines_are_told_apart_by_colour_and_dash():
    assert len({(entry.color, entry.dash) for entry in ENTRIES}) == len(ENTRIES)
    assert len({entry.color for entry in ENTRIES[:8]}) == 8
    assert {entry.dash for entry in ENTRIES[:8]} == {"solid"}
    dashes = {entry.dash for entry in ENTRIES} - {"2px,7px"}
    assert dashes <= {"solid", "dash", "dot", "dashdot", "longdash", "longdashdot"}


def test_names_in_links_are_unique_and_keep_their_contract():
    names = [entry.query_of(each) for entry in ENTRIES for each in entry.parameters]
    assert len(set(names)) == len(names)
    assert "negative_slope" in names
    assert {"elu_alpha", "celu_alpha", "gelu_approximate", "prelu_init"} <= set(names)
    assert not {"range", "samples", "functions", "derivatives", "output"} & set(names)


@pytest.mark.parametrize(
    ("name", "parameters", "slug"),
    [
        ("leaky_relu", {}, "leaky-relu_slope-0.01"),
        ("gelu", {"approximate": "tanh"}, "gelu_approximate-tanh"),
        ("tanh", {}, "tanh"),
    ],
)
def test_slugs(name, parameters, slug):
    assert function(name, **parameters).slug == slug


# Written as formulas.

WRITTEN = [case for case in CASES if case.activation.expression]
every_formula = pytest.mark.parametrize("case", WRITTEN, ids=[case.slug for case in WRITTEN])


@every_formula
def test_the_breaks_that_are_found_are_those_that_are_declared(case):
    found = case.activation.expression.breaks(**case.values)
    assert [point.order for point in found] == [point.order for point in case.breaks]
    for field in ("x", "slope"):
        np.testing.assert_allclose(
            [getattr(point, field) for point in found],
            [getattr(point, field) for point in case.breaks],
            rtol=1e-12,
            atol=1e-15,
        )


def test_everything_beyond_torch_is_a_formula_with_its_parameters():
    for entry in ENTRIES:
        if entry in TORCHS:
            assert entry.expression is None
        else:
            assert {each.name for each in entry.parameters} == set(entry.expression.parameters)
            assert entry.family in (Family.BEYOND_TORCH, Family.RARELY_MET)
    assert len(ENTRIES) - len(TORCHS) >= 25


@pytest.mark.parametrize(
    ("name", "parameters", "same"),
    [
        ("telu", {}, formula("x*(2*sigmoid(2*exp(x)) - 1)")),  # TanhExp is TeLU, tanh by sigmoid
        ("silu", {}, formula("(a + tanh(b*x))*c*x").at(b=0.5, c=0.5)),  # APTx(1, 1/2, 1/2)
        ("silu", {}, CATALOG["swish_beta"].at(beta=1)),
        ("quick_gelu", {}, CATALOG["swish_beta"].at(beta=1.702)),
        ("swish_beta", {"beta": 2.5}, CATALOG["acon_c"].at(p1=1, p2=0, beta=2.5)),  # ACON-A
        ("relu", {}, CATALOG["squareplus"].at(b=0)),
        ("squareplus", {"b": 0}, formula("(x + sqrt(x**2))/2")),
        ("tanh", {}, CATALOG["dyt"].at(alpha=1)),
        ("tanh", {}, CATALOG["soft_cap"].at(c=1)),
        ("snake", {"a": 2}, CATALOG["snake_beta"].at(alpha=2, beta=2)),
        ("elu", {}, CATALOG["pelu"]),
        ("celu", {"alpha": 0.7}, CATALOG["pelu"].at(a=0.7, b=0.7)),
        ("relu_squared", {}, CATALOG["star_relu"].at(s=1, b=0)),
        ("quick_gelu", {}, CATALOG["clamped_gate"].at(limit=1000)),
        ("sparse_sigmoid", {}, formula("clip((x + 1)/2, 0, 1)")),
        ("hard_mish", {}, formula("x*clip(x + 2, 0, 2)/2")),
    ],
)
def test_identities(name, parameters, same):
    x = np.linspace(-30, 30, 998)  # without 0, where a square root has no slope
    same = same.at() if isinstance(same, Activation) else same
    ours, theirs = trace(function(name, **parameters), x), trace(same, x)
    np.testing.assert_allclose(ours.y, theirs.y, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(ours.dy, theirs.dy, rtol=1e-7, atol=1e-7)


# Random in training.


def test_training_draws_from_the_declared_band():
    torch.manual_seed(0)
    for entry in ENTRIES:
        default = entry.at()
        module = default.module()
        x = torch.linspace(-5, -0.1, 2000)
        assert module.training
        drawn = module(x).detach().numpy().astype(float)
        line = trace(default, x.numpy()).y
        if default.band is None:
            np.testing.assert_allclose(drawn, line, atol=1e-5)
            continue
        edges = [trace(edge, x.numpy()).y for edge in default.band]
        low, high = np.minimum(*edges), np.maximum(*edges)
        assert ((low - 1e-6 <= drawn) & (drawn <= high + 1e-6)).all()
        assert ((low <= line) & (line <= high)).all()
        share = (drawn - low) / (high - low)
        assert share.min() < 0.01
        assert share.max() > 0.99


def test_the_band_follows_the_parameters():
    low, high = function("rrelu", lower=0.1, upper=0.9).band
    assert trace(low, [-1.0]).y == pytest.approx([-0.1])
    assert trace(high, [-1.0]).y == pytest.approx([-0.9])


# What does not go together.


@pytest.mark.parametrize(
    ("name", "parameters", "says"),
    [
        ("hardtanh", {"min_val": 1, "max_val": 1}, "min_val must be below max_val"),
        ("hardtanh", {"min_val": 2}, "min_val must be below max_val"),
        ("rrelu", {"lower": 0.5}, "lower must be at most upper"),
        ("celu", {"alpha": 0}, "alpha must differ from 0"),
        ("softshrink", {"lambd": -0.1}, "lambd must lie in"),
        ("softplus", {"beta": 0}, "beta must lie in"),
        ("softplus", {"beta": -1}, "beta must lie in"),
        ("gelu", {"approximate": "sigmoid"}, "approximate must be one of 'none', 'tanh'"),
        ("gelu", {"approximate": 1}, "approximate must be one of"),
        ("relu", {"alpha": 1}, "no parameters"),
        ("elu", {"beta": 1}, "it takes alpha"),
        ("elu", {"alpha": math.nan}, "alpha must be a finite number"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(name, parameters, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        function(name, **parameters)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("leaky_relu", {"negative_slope": -1}),
        ("leaky_relu", {"negative_slope": -0.5}),
        ("leaky_relu", {"negative_slope": 2}),
        ("prelu", {"init": -0.25}),
        ("rrelu", {"lower": -1, "upper": 0.5}),
        ("elu", {"alpha": -1}),
        ("celu", {"alpha": -2}),
        ("hardtanh", {"min_val": 1, "max_val": 2}),
        ("threshold", {"threshold": 1, "value": 3}),
        ("threshold", {"threshold": -1, "value": -2}),
        ("softplus", {"beta": 2, "threshold": -3}),
    ],
)
def test_the_contract_holds_beyond_the_sliders_too(name, parameters):
    case = function(name, **parameters)
    test_the_output_interval_holds_every_value(case)
    test_monotone_means_that_it_never_falls(case)
    test_parity(case)
    test_declared_breaks_jump_in_just_the_order_that_they_declare(case)
    test_the_convention_at_a_break_is_autograds(case)
    test_nothing_jumps_that_is_not_declared(case)


def test_a_new_function_is_one_new_entry():
    class SquaredReLU(nn.Module):
        def forward(self, x):
            return torch.relu(x) ** 2

    entry = Activation(
        name="squared_relu",
        title="Squared ReLU",
        family=Family.SMOOTH_RECTIFIERS,
        make=SquaredReLU,
        formula=r"\max(0, x)^{2}",
        output=Interval(0, math.inf),
        monotone=True,
        parity=Parity.NEITHER,
        breaks=(Break(0, order=2, slope=0),),
        summary="A ReLU that grows with the square.",
        paper=Paper("Primer", "https://arxiv.org/abs/2109.08668", 2021),
        color="#9018FC",
        dash="dot",
    )
    case = entry.at()
    test_the_output_interval_holds_every_value(case)
    test_the_formula_says_what_is_computed(case)
    test_monotone_means_that_it_never_falls(case)
    test_declared_breaks_jump_in_just_the_order_that_they_declare(case)
    test_nothing_jumps_that_is_not_declared(case)
    test_words(entry)
    assert measure(case, -2, 2).steepest == pytest.approx(4)


def test_public_names_are_all_there():
    for name in activations.__all__:
        assert getattr(activations, name) is not None
    with pytest.raises(TypeError):
        activations.CATALOG["relu"] = None


def test_modules_are_fresh():
    entry = CATALOG["prelu"]
    first, second = entry.module(), entry.module()
    assert first is not second
    assert first.weight is not second.weight
