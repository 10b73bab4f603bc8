"""Stories: choices of functions and formats whose errors are worth a look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from activations.functions.spec import Value
from activations.precision.figures import View
from activations.precision.measure import KERNEL, TYPED


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A story: functions and formulas, where they are computed, and what is looked at.

    `parameters` are the functions', by the name of the first. `all_places` compares torch's kernel
    with what is typed.
    """

    functions: tuple[str, ...]
    format: str
    where: str = KERNEL
    own: tuple[str, ...] = ()
    parameters: Mapping[str, Value] = field(default_factory=dict)
    all_places: bool = False
    view: View = field(default_factory=View)


PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        "SiLU typed as x(1 − σ(−x))": Preset(
            functions=("silu",),
            own=("again=x*(1-sigmoid(-x))",),
            format="float16",
            where=TYPED,
            view=View(linear=True, low=-20, high=0),
        ),
        "Softplus overflows in float16": Preset(
            functions=("softplus", "logsigmoid"),
            format="float16",
            where=TYPED,
        ),
        "GELU's tail in bfloat16": Preset(
            functions=("gelu",),
            format="bfloat16",
            all_places=True,
            view=View(linear=True, low=-14, high=-2),
        ),
        "Tanhshrink cancels": Preset(functions=("tanhshrink",), format="float16"),
        "tanh-GELU's gradient is NaN at 10³⁰": Preset(
            functions=("gelu",),
            parameters={"approximate": "tanh"},
            format="float32",
            view=View(order=1),
        ),
    }
)
