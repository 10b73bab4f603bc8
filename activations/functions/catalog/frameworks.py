"""What other frameworks call each function, with which defaults, and where a name misleads.

All of this is data, and `tests/functions/test_frameworks.py` runs the frameworks to check it; what
is not run there says in which version's source it was read. A new framework is a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from activations.functions.calculus import FloatArray, grid, trace
from activations.functions.catalog import function
from activations.functions.formula import formula
from activations.functions.spec import Function, Value

Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework; `version` is the one that the claims were checked with, by running it or not."""

    name: str
    version: str
    ran: bool

    @property
    def evidence(self) -> str:
        """How the claims were checked: "run, version 0.1" or "read in its source, version 2.2"."""
        return f"{'run' if self.ran else 'read in its source'}, version {self.version}"


@dataclass(frozen=True, slots=True)
class Called:
    """What a framework calls a function.

    `arguments` must be given to get it, and `defaults` are the framework's where they are not the
    catalogue's. `others` are more names for the same there. A name in Hugging Face is a key of
    ACT2FN, one in ONNX an operator. `source` says where a claim was read that was not run, though
    the framework was.
    """

    name: str
    defaults: Values = field(default_factory=dict)
    arguments: Values = field(default_factory=dict)
    others: tuple[str, ...] = ()
    source: str = ""

    def function(self, ours: Function) -> Function:
        """Return the framework's function at its own defaults, in the catalogue's words."""
        return ours.activation.at(**{**ours.values, **self.defaults})


@dataclass(frozen=True, slots=True)
class Trap:
    """A name under which two conventions are in use: ours first, then the other.

    `who` says where the second is met, and `evidence` how that is known.
    """

    name: str
    ours: Function
    theirs: Function
    who: str
    evidence: str

    @property
    def word(self) -> str:
        """What it is called in a link: "gelu-jax.nn"."""
        return "-".join(
            re.findall(r"[\w.]+", f"{self.name} {re.split('[,:;]', self.who)[0]}")
        ).lower()

    @property
    def sides(self) -> tuple[Function, Function]:
        """Both functions."""
        return self.ours, self.theirs

    def difference(self, x: FloatArray) -> FloatArray:
        """Return theirs minus ours at x."""
        return trace(self.theirs, x).y - trace(self.ours, x).y


@dataclass(frozen=True, slots=True)
class Difference:
    """The largest difference between two conventions on a range of inputs, of f and of f'."""

    trap: Trap
    value: float
    value_at: float
    slope: float
    slope_at: float


@dataclass(frozen=True, slots=True)
class OtherSlope:
    """A point where a framework's derivative is not torch's, though the values are the same."""

    key: str
    x: float
    framework: str
    slope: float


FRAMEWORKS: Mapping[str, Framework] = MappingProxyType(
    {
        "torch": Framework("PyTorch", "2.13.0", ran=True),
        "keras": Framework("Keras", "3.15.1", ran=True),
        "jax": Framework("JAX", "0.10.2", ran=True),
        "tensorflow": Framework("TensorFlow", "2.21", ran=False),
        "onnx": Framework("ONNX", "1.23.2", ran=True),
        "mlx": Framework("MLX", "0.32", ran=False),
        "hugging_face": Framework("Hugging Face", "5.24.0", ran=True),
    }
)


def _named(
    keras: str | Called = "",
    jax: str | Called = "",
    tensorflow: str | Called = "",
    onnx: str | Called = "",
    mlx: str | Called = "",
    hugging_face: str | Called = "",
) -> Mapping[str, Called]:
    """Return a row of the table; a framework that has no such function is left out."""
    columns = {
        "keras": ("keras.activations.", keras),
        "jax": ("jax.nn.", jax),
        "tensorflow": ("tf.nn.", tensorflow),
        "onnx": ("", onnx),
        "mlx": ("mlx.nn.", mlx),
        "hugging_face": ("", hugging_face),
    }
    row = {}
    for framework, (module, called) in columns.items():
        each = Called(called) if isinstance(called, str) else called
        if each.name:
            name = each.name if "." in each.name else f"{module}{each.name}"
            row[framework] = replace(each, name=name)
    return MappingProxyType(row)


def _everywhere(name: str, **others: str | Called) -> Mapping[str, Called]:
    """Return the row of a function that has one name in the frameworks written in Python."""
    return _named(**{"keras": name, "jax": name, "tensorflow": name, "mlx": name} | others)


NAMES: Mapping[str, Mapping[str, Called]] = MappingProxyType(
    {
        "sigmoid": _everywhere("sigmoid", onnx="Sigmoid", hugging_face="sigmoid"),
        "tanh": _everywhere(
            "tanh", jax="jax.numpy.tanh", mlx="tanh", onnx="Tanh", hugging_face="tanh"
        ),
        "relu": _everywhere("relu", onnx="Relu", hugging_face="relu"),
        "leaky_relu": _named(
            keras=Called("leaky_relu", defaults={"negative_slope": 0.2}),
            jax="leaky_relu",
            tensorflow=Called("leaky_relu", defaults={"negative_slope": 0.2}),
            onnx="LeakyRelu",
            mlx="leaky_relu",
            hugging_face="leaky_relu",
        ),
        "elu": _everywhere("elu", onnx="Elu"),
        "gelu": _named(
            keras="gelu",
            jax=Called("gelu", defaults={"approximate": "tanh"}),
            tensorflow="gelu",
            onnx="Gelu",
            mlx="gelu",
            hugging_face=Called("gelu", others=("gelu_python",)),
        ),
        "silu": _named(
            keras=Called("silu", others=("swish",)),
            jax=Called("silu", others=("swish",)),
            tensorflow=Called("silu", others=("swish",)),
            onnx="Swish",
            mlx="silu",
            hugging_face=Called("silu", others=("swish",)),
        ),
        "softplus": _everywhere("softplus", onnx="Softplus"),
        "mish": _named(keras="mish", jax="mish", onnx="Mish", mlx="mish", hugging_face="mish"),
        "selu": _everywhere("selu", onnx="Selu"),
        "celu": _named(keras="celu", jax="celu", onnx="Celu", mlx="celu"),
        "prelu": _named(
            keras=Called("keras.layers.PReLU", defaults={"init": 0.0}),
            jax=Called("flax.linen.PReLU", defaults={"init": 0.01}, source="Flax 0.12"),
            onnx=Called("PRelu", arguments={"slope": 0.25}),
            mlx="PReLU",
            hugging_face="prelu",
        ),
        "relu6": _everywhere(
            "relu6", onnx=Called("Clip", arguments={"min": 0.0, "max": 6.0}), hugging_face="relu6"
        ),
        "threshold": _named(
            keras=Called("threshold", arguments={"threshold": 0.0, "default_value": 0.0}),
            onnx=Called("ThresholdedRelu", defaults={"threshold": 1.0}),
        ),
        "hardtanh": _named(
            keras="hard_tanh",
            jax="hard_tanh",
            tensorflow=Called(
                "tf.clip_by_value", arguments={"clip_value_min": -1.0, "clip_value_max": 1.0}
            ),
            onnx=Called("Clip", arguments={"min": -1.0, "max": 1.0}),
            mlx="hard_tanh",
        ),
        "hardsigmoid": _named(
            keras="hard_sigmoid",
            jax="hard_sigmoid",
            onnx=Called("HardSigmoid", arguments={"alpha": 1 / 6}),
        ),
        "hardswish": _named(
            keras=Called("hard_silu", others=("hard_swish",)),
            jax=Called("hard_silu", others=("hard_swish",)),
            onnx="HardSwish",
            mlx="hardswish",
            hugging_face="hardswish",
        ),
        "logsigmoid": _everywhere("log_sigmoid", tensorflow="tf.math.log_sigmoid"),
        "softsign": _everywhere("softsign", jax="soft_sign", onnx="Softsign"),
        "tanhshrink": _named(keras="tanh_shrink"),
        "softshrink": _named(
            keras="soft_shrink",
            onnx=Called("Shrink", arguments={"lambd": 0.5, "bias": 0.5}),
            mlx="softshrink",
        ),
        "hardshrink": _named(
            keras="hard_shrink", onnx=Called("Shrink", arguments={"lambd": 0.5}), mlx="hard_shrink"
        ),
        "relu_squared": _named(hugging_face="relu2"),
        "quick_gelu": _named(mlx="gelu_fast_approx", hugging_face="quick_gelu"),
        "swish_beta": _named(tensorflow="swish", onnx="Swish"),
        "squareplus": _named(keras="squareplus", jax="squareplus"),
        "sparse_plus": _named(keras="sparse_plus", jax="sparse_plus"),
        "sparse_sigmoid": _named(keras="sparse_sigmoid", jax="sparse_sigmoid"),
        "laplace": _named(hugging_face="laplace"),
        "sqrt_softplus": _named(hugging_face="sqrtsoftplus"),
    }
)
"""What each framework but torch calls an entry, by key; who is missing has no such function."""

FORMS: Mapping[tuple[str, Value], Mapping[str, Called]] = MappingProxyType(
    {
        ("gelu", "tanh"): _named(
            keras=Called("gelu", arguments={"approximate": True}),
            jax="gelu",
            tensorflow=Called("gelu", arguments={"approximate": True}),
            onnx=Called("Gelu", arguments={"approximate": "tanh"}),
            mlx=Called("GELU", arguments={"approx": "precise"}),
            hugging_face=Called(
                "gelu_pytorch_tanh",
                others=("gelu_new", "gelu_fast", "gelu_accurate", "gelu_python_tanh"),
            ),
        )
    }
)
"""The same where a choice has another option than by default, by key and option."""


def called(function: Function) -> Mapping[str, Called]:
    """Return what each framework but torch calls a function, at its present parameters."""
    key = function.activation.name
    forms = [FORMS[key, value] for value in function.values.values() if (key, value) in FORMS]
    return forms[0] if forms else NAMES.get(key, {})


def _written(text: str) -> Function:
    return formula(text).at()


_at = function

TRAPS: tuple[Trap, ...] = (
    Trap(
        "gelu",
        _at("gelu"),
        _at("gelu", approximate="tanh"),
        "jax.nn, Flax, keras.ops",
        "JAX and Keras run, Flax read",
    ),
    Trap("gelu", _at("gelu"), _at("quick_gelu"), "CLIP and its kin", "Hugging Face run"),
    Trap(
        "gelu_fast",
        _at("gelu", approximate="tanh"),
        _at("quick_gelu"),
        "MLX; the first: HF",
        "Hugging Face run, MLX read",
    ),
    Trap(
        "leaky_relu",
        _at("leaky_relu"),
        _at("leaky_relu", negative_slope=0.2),
        "tf.nn, keras.activations",
        "Keras run, TensorFlow read",
    ),
    Trap(
        "leaky_relu",
        _at("leaky_relu"),
        _at("leaky_relu", negative_slope=0.3),
        "Keras' layer",
        "run",
    ),
    Trap("leaky_relu", _at("leaky_relu"), _at("leaky_relu", negative_slope=0.1), "Darknet", "read"),
    Trap(
        "leaky_relu with slope 2",
        _at("leaky_relu", negative_slope=2),
        _written("max(2*x, x)"),
        "MLX, Keras on NumPy: the sides swap",
        "read",
    ),
    Trap(
        "hard_sigmoid",
        _at("hardsigmoid"),
        _written("clip(0.2*x + 0.5, 0, 1)"),
        "Keras before version 3, ONNX unless alpha is set",
        "ONNX run, Keras 2 read",
    ),
    Trap("hard_sigmoid", _at("hardsigmoid"), _at("sparse_sigmoid"), "textbooks", "read"),
    Trap(
        "swish with beta 2",
        _at("swish_beta", beta=2),
        _written("2*x*sigmoid(x)"),
        "E-Swish: beta outside the sigmoid",
        "read",
    ),
    Trap(
        "elu with alpha 2", _at("elu", alpha=2), _at("celu", alpha=2), "CELU, the same alpha", "run"
    ),
    Trap("prelu before training", _at("prelu"), _at("prelu", init=0), "Keras", "run"),
    Trap("prelu before training", _at("prelu"), _at("prelu", init=0.01), "Flax", "read"),
    Trap(
        "softplus",
        _at("softplus"),
        _written("softplus(x)"),
        "all others: no threshold",
        "Keras, JAX and ONNX run",
    ),
    Trap("softplus", _at("softplus"), _at("squareplus"), "squareplus in JAX and Keras", "run"),
    Trap("softplus", _at("softplus"), _at("sparse_plus"), "sparse_plus in JAX and Keras", "run"),
    Trap("shrink", _at("softshrink"), _at("hardshrink"), "ONNX' Shrink unless bias is set", "run"),
)
"""Where one name, or one parameter, means other values: each a pair of our own functions."""

OTHER_SLOPES: tuple[OtherSlope, ...] = (
    OtherSlope("leaky_relu", 0, "jax", 1.0),
    OtherSlope("leaky_relu", 0, "keras", 1.0),
    OtherSlope("hardtanh", -1, "jax", 1.0),
    OtherSlope("hardtanh", 1, "jax", 1.0),
    OtherSlope("hardtanh", -1, "keras", 1.0),
    OtherSlope("hardtanh", 1, "keras", 1.0),
    OtherSlope("sparse_sigmoid", -1, "jax", 0.25),
    OtherSlope("sparse_sigmoid", 1, "jax", 0.25),
    OtherSlope("sparse_sigmoid", -1, "keras", 0.25),
    OtherSlope("sparse_sigmoid", 1, "keras", 0.25),
)
"""Derivatives at single points that differ from torch's, as run."""


def differences(low: float, high: float, traps: Iterable[Trap] = TRAPS) -> list[Difference]:
    """Measure, on the inputs from `low` to `high`, how far the two sides of each trap are apart."""
    return [_difference(trap, low, high) for trap in traps]


def _difference(trap: Trap, low: float, high: float) -> Difference:
    x = np.union1d(grid(trap.ours, low, high), grid(trap.theirs, low, high))
    for _ in range(4):  # closer and closer around what is largest
        largest = [int(each.argmax()) for each in _apart(trap, x)]
        around = [np.linspace(x[max(i - 1, 0)], x[min(i + 1, x.size - 1)], 33) for i in largest]
        x = np.union1d(x, np.concatenate(around))
    value, slope = _apart(trap, x)
    here, there = int(value.argmax()), int(slope.argmax())
    return Difference(
        trap, float(value[here]), float(x[here]), float(slope[there]), float(x[there])
    )


def _apart(trap: Trap, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    ours, theirs = trace(trap.ours, x), trace(trap.theirs, x)
    return np.abs(ours.y - theirs.y), np.abs(ours.dy - theirs.dy)
