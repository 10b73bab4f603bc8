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
from activations.functions.catalog.frameworks import FRAMEWORKS, NAMES, OTHER_SLOPES, TRAPS

RAN = {"keras": "keras", "jax": "jax", "onnx": "onnx", "hugging_face": "transformers"}
MISSING = [module for module in RAN.values() if not importlib.util.find_spec(module)]
runs = pytest.mark.skipif(bool(MISSING), reason=f"make test-frameworks brings {MISSING}")

CLAIMS = [
    pytest.param(key, framework, id=f"{framework}-{key}")
    for key, row in NAMES.items()
    for framework in row
    if framework in RAN
]
X = np.linspace(-10, 10, 200)


# The table itself, without any framework.


def test_every_key_and_default_is_the_catalogues():
    for key, row in NAMES.items():
        assert key_of(key) == key
        assert set(row) <= set(FRAMEWORKS) - {"torch"}
        for called in row.values():
            assert called.function(key).activation is CATALOG[key]
            assert called.name


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


def callable_of(key, framework):
    """Return a framework's own function, on and to float64 arrays, and its precision."""
    called = NAMES[key][framework]
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
    return (lambda x: found(jax().numpy.asarray(x))), precision


def onnx_function(called):
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    names, constants, attributes = ["x"], [], dict(called.arguments)
    if called.name == "Clip":  # takes its bounds as inputs
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
@pytest.mark.parametrize(("key", "framework"), CLAIMS)
def test_a_name_gives_the_values_that_the_table_says(key, framework):
    called, precision = callable_of(key, framework)
    ours = trace(NAMES[key][framework].function(key), X)
    np.testing.assert_allclose(np.asarray(called(X)), ours.y, rtol=precision, atol=5 * precision)


@runs
@pytest.mark.parametrize(
    ("key", "framework"), [each for each in CLAIMS if each.values[1] in ("jax", "keras")]
)
def test_derivatives_at_zero_and_at_breaks_are_torchs_but_for_those_listed(key, framework):
    called, _ = callable_of(key, framework)
    ours = NAMES[key][framework].function(key)
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
def test_hugging_faces_tanh_gelus_are_one():
    exact = trace(function("gelu", approximate="tanh"), X).y
    for name in ("gelu_new", "gelu_fast", "gelu_accurate", "gelu_pytorch_tanh"):
        found = torch_function(frameworks.Called(name))(X)
        np.testing.assert_allclose(found, exact, rtol=0, atol=1e-12, err_msg=name)


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
