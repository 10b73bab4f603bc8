"""What the table says of other frameworks, checked by running them.

`make test-frameworks` installs them and runs this; elsewhere it is skipped with one line.
"""

import importlib.util
import operator
import os

import numpy as np
import pytest

from activations.functions.calculus import trace
from activations.functions.catalog import CATALOG, frameworks, function, key_of
from activations.functions.catalog.frameworks import FORMS, FRAMEWORKS, NAMES, OTHER_SLOPES, TRAPS

RAN = {"keras": "keras", "jax": "jax", "onnx": "onnx", "hugging_face": "transformers"}
MISSING = [module for module in RAN.values() if not importlib.util.find_spec(module)]
runs = pytest.mark.skipif(bool(MISSING), reason=f"make test-frameworks brings {MISSING}")

ROWS = [(CATALOG[key].at(), row) for key, row in NAMES.items()]
ROWS += [(function("gelu", approximate="tanh"), FORMS["gelu", "tanh"])]
CLAIMS = [
    pytest.param(ours, framework, id=f"{framework}-{ours.slug}")
    for ours, row in ROWS
    for framework in row
    if framework in RAN and not row[framework].source
]
X = np.linspace(-10, 10, 200)


# The table itself, without any framework.


def test_every_key_and_default_is_the_catalogues():
    assert all(key_of(key) == key for key in NAMES)
    for ours, row in ROWS:
        assert frameworks.called(ours) == row
        assert set(row) <= set(FRAMEWORKS) - {"torch"}
        for called in row.values():
            assert called.function(ours).activation is ours.activation
            assert called.name


# As read in their documentation and sources; what stands behind a colon differs from torch's.
ELSEWHERE = """
torch Keras JAX TensorFlow ONNX MLX Hugging Face
relu relu relu relu Relu relu relu
leaky_relu leaky_relu:0.2 leaky_relu leaky_relu:0.2 LeakyRelu leaky_relu leaky_relu
prelu PReLU:0.0 PReLU:0.01 - PRelu PReLU prelu
rrelu - - - - - -
relu6 relu6 relu6 relu6 Clip relu6 relu6
threshold threshold - - ThresholdedRelu:1.0 - -
hardtanh hard_tanh hard_tanh clip_by_value Clip hard_tanh -
elu elu elu elu Elu elu -
celu celu celu - Celu celu -
selu selu selu selu Selu selu -
gelu gelu gelu:tanh gelu Gelu gelu gelu/gelu_python
gelu_tanh gelu gelu gelu Gelu GELU gelu_pytorch_tanh/gelu_new\
/gelu_fast/gelu_accurate/gelu_python_tanh
silu silu/swish silu/swish silu/swish Swish silu silu/swish
mish mish mish - Mish mish mish
hardswish hard_silu/hard_swish hard_silu/hard_swish - HardSwish hardswish hardswish
hardsigmoid hard_sigmoid hard_sigmoid - HardSigmoid - -
sigmoid sigmoid sigmoid sigmoid Sigmoid sigmoid sigmoid
logsigmoid log_sigmoid log_sigmoid log_sigmoid - log_sigmoid -
tanh tanh tanh tanh Tanh tanh tanh
tanhshrink tanh_shrink - - - - -
softsign softsign soft_sign softsign Softsign softsign -
softplus softplus softplus softplus Softplus softplus -
hardshrink hard_shrink - - Shrink hard_shrink -
softshrink soft_shrink - - Shrink softshrink -
"""


@pytest.mark.parametrize(
    "line", ELSEWHERE.strip().splitlines()[1:], ids=lambda line: line.split()[0]
)
def test_names_and_defaults_are_those_that_frameworks_document(line):
    name, *cells = line.split()
    found = frameworks.called(function(name))
    for framework, cell in zip(
        [each for each in FRAMEWORKS if each != "torch"], cells, strict=True
    ):
        if cell == "-":
            assert framework not in found
            continue
        names, _, default = cell.partition(":")
        called = found[framework]
        assert [called.name.split(".")[-1], *called.others] == names.split("/")
        assert [str(value) for value in called.defaults.values()] == ([default] if default else [])


def test_every_torch_function_has_its_line():
    listed = {line.split()[0] for line in ELSEWHERE.strip().splitlines()[1:]}
    assert listed - {"gelu_tanh"} == {key for key, entry in CATALOG.items() if not entry.expression}


@pytest.mark.parametrize(
    ("framework", "arguments"),
    [
        ("keras", {"approximate": True}),
        ("jax", {}),
        ("tensorflow", {"approximate": True}),
        ("onnx", {"approximate": "tanh"}),
        ("mlx", {"approx": "precise"}),
    ],
)
def test_the_tanh_form_of_gelu_says_what_has_to_be_given(framework, arguments):
    assert frameworks.called(function("gelu_new"))[framework].arguments == arguments


NO_ONES = {"Clip", "clip_by_value"}  # clip anything
TWO_MEAN = {"softshrink": "hardshrink", "swish_beta": "silu"}  # by ONNX' Shrink and by Swish


def test_a_function_is_found_by_every_name_that_a_framework_uses():
    for ours, row in ROWS:
        key = ours.activation.name
        for called in row.values():
            for name in {called.name.split(".")[-1], *called.others} - NO_ONES:
                assert key_of(name) in (key, TWO_MEAN.get(key)), name
    for name in ("gelu_new", "gelu_fast", "gelu_accurate", "gelu_pytorch_tanh", "gelu_tanh"):
        assert function(name) == function("gelu", approximate="tanh")
    for name in ("ThresholdedRelu", "trelu"):
        assert function(name) == function("threshold", threshold=1)
    assert function("gelu_new", approximate="none") == function("gelu")
    assert function("Shrink") == function("hardshrink")


def test_what_was_not_run_says_so():
    assert {key for key, each in FRAMEWORKS.items() if each.ran} == {"torch", *RAN}
    assert FRAMEWORKS["jax"].evidence.startswith("run, version ")
    assert FRAMEWORKS["mlx"].evidence.startswith("read in its source, version ")


@pytest.mark.parametrize(
    ("index", "value", "slope"),
    [
        (0, 4.73e-4, 8.68e-4),  # as published: see the issues that the table of traps grew from
        (1, 0.0203, 0.0291),
        (2, 0.0207, 0.0292),
        (3, 1.9, 0.19),
        (4, 2.9, 0.29),
        (6, 10, 1),
        (7, 1 / 12, 1 / 6),
        (8, 1 / 3, 1 / 3),
        (10, 0.5, 1),
        (11, 2.5, 0.25),
        (14, 0.307, None),
        (15, 0.443, None),
        (16, 0.5, None),
    ],
)
def test_differences_are_those_that_were_published(index, value, slope):
    found = frameworks.differences(-10, 10)[index]
    assert found.value == pytest.approx(value, rel=3e-3)
    assert slope is None or found.slope == pytest.approx(slope, rel=3e-3)


def test_differences_follow_the_range():
    softplus = next(i for i, trap in enumerate(TRAPS) if "threshold" in trap.who)
    assert frameworks.differences(-10, 10)[softplus].value < 1e-14
    beyond = frameworks.differences(-10, 25)[softplus]
    assert beyond.value == pytest.approx(2.06e-9, rel=1e-2)
    assert beyond.value_at == pytest.approx(20, abs=1e-6)


def test_no_two_sides_of_a_trap_are_the_same():
    for found in frameworks.differences(-25, 25):
        assert found.value > 1e-9
        assert -25 <= found.value_at <= 25


# Run.


def keras():
    os.environ["KERAS_BACKEND"] = "jax"
    jax()  # in float64 before anything is computed
    return importlib.import_module("keras")


def jax():
    module = importlib.import_module("jax")
    module.config.update("jax_enable_x64", True)
    module.config.update("jax_platforms", "cpu")
    return module


def callable_of(called, framework):
    """Return a framework's own function, on and to float64 arrays, and its precision."""
    if framework == "onnx":
        return onnx_function(called), 1e-6
    if framework == "hugging_face":
        return torch_function(called), 1e-12
    modules = {"keras": keras(), "jax": jax()}
    module, name = called.name.split(".", 1)
    found = operator.attrgetter(name)(modules[module])
    if isinstance(found, type):  # a layer
        found = found(dtype="float64")
    precision = 1e-6 if framework == "keras" else 1e-12  # Keras computes tanh in float32
    return (lambda x: found(jax().numpy.asarray(x), **called.arguments)), precision


def onnx_function(called):
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    names, constants, attributes = ["x"], [], dict(called.arguments)
    if called.name in ("Clip", "PRelu"):  # take numbers as inputs
        for name, value in attributes.items():
            names.append(name)
            constants.append(helper.make_tensor(name, TensorProto.FLOAT, [], [value]))
        attributes = {}
    node = helper.make_node(called.name, names, ["y"], **attributes)
    ends = [helper.make_tensor_value_info(each, TensorProto.FLOAT, [None]) for each in "xy"]
    graph = helper.make_graph([node], "one", ends[:1], ends[1:], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 24)])
    evaluator = ReferenceEvaluator(model)
    return lambda x: evaluator.run(None, {"x": np.asarray(x, np.float32)})[0]


def torch_function(called):
    import torch
    from transformers.activations import ACT2FN

    made = ACT2FN[called.name].double()
    return lambda x: made(torch.tensor(x)).detach().numpy()


@runs
@pytest.mark.parametrize(("ours", "framework"), CLAIMS)
def test_a_name_gives_the_values_that_the_table_says(ours, framework):
    row = frameworks.called(ours)
    called, precision = callable_of(row[framework], framework)
    ours = trace(row[framework].function(ours), X)
    np.testing.assert_allclose(np.asarray(called(X)), ours.y, rtol=precision, atol=5 * precision)


@runs
@pytest.mark.parametrize(
    ("ours", "framework"), [each for each in CLAIMS if each.values[1] in ("jax", "keras")]
)
def test_derivatives_at_zero_and_at_breaks_are_torchs_but_for_those_listed(ours, framework):
    row = frameworks.called(ours)
    called, _ = callable_of(row[framework], framework)
    key, ours = ours.activation.name, row[framework].function(ours)
    listed = {
        each.x: each.slope
        for each in OTHER_SLOPES
        if (each.key, each.framework) == (key, framework)
    }
    points = sorted({0.0, *(float(point.x) for point in ours.breaks)})
    for x, torchs in zip(points, trace(ours, points).dy.tolist(), strict=True):
        found = float(jax().grad(lambda at: called(at).sum())(jax().numpy.array([x]))[0])
        assert found == pytest.approx(listed.get(x, torchs), abs=1e-7), x
        if x in listed:
            assert abs(found - torchs) > 1e-3, "listed, and torch's all the same"


@runs
@pytest.mark.parametrize(("ours", "row"), ROWS, ids=[ours.slug for ours, _ in ROWS])
def test_more_names_mean_the_same(ours, row):
    exact = trace(ours, X).y
    for name in row.get("hugging_face", frameworks.Called("")).others:
        found = torch_function(frameworks.Called(name))(X)
        np.testing.assert_allclose(found, exact, rtol=0, atol=1e-12, err_msg=name)
    for framework, module in (("keras", keras().activations), ("jax", jax().nn)):
        for name in row.get(framework, frameworks.Called("")).others:
            found = np.asarray(getattr(module, name)(jax().numpy.asarray(X)))
            np.testing.assert_allclose(found, exact, rtol=1e-6, atol=1e-6, err_msg=name)


@runs
def test_defaults_that_bite_are_as_the_traps_say():
    layers = keras().layers
    x = np.array([-1.0])
    assert float(np.asarray(layers.LeakyReLU()(x))[0]) == pytest.approx(-0.3)
    assert float(np.asarray(keras().ops.gelu(x * 2.7))[0]) == pytest.approx(-0.0088875, abs=1e-6)
    assert float(jax().nn.gelu(x * 2.7)[0]) == pytest.approx(-0.0088875, abs=1e-6)
    assert onnx_function(frameworks.Called("HardSigmoid"))([1.0]) == pytest.approx([0.7])
    assert onnx_function(frameworks.Called("Shrink"))([1.0]) == pytest.approx([1.0])


@runs
def test_the_versions_are_those_that_were_run():
    for key, module in RAN.items():
        assert importlib.import_module(module).__version__ == FRAMEWORKS[key].version
