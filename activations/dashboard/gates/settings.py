"""What the user chooses on the page "Gates"."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from activations.dashboard import functions, own
from activations.dashboard.controls import Control, OneOf, Option, Slider, SomeOf
from activations.dashboard.gates.logits import LOGITS, MASKED, MOST_LOGITS, X, logit_key, masks
from activations.dashboard.images import IMAGES, WithImages
from activations.dashboard.reading import Group, Section, controls, group
from activations.functions.spec import Parameter, Value
from activations.gates.gating import GATES, Design, Gate, gate
from activations.gates.variants import VARIANTS, Options, Variant

MOST_GATES: Final = 4


@dataclass(frozen=True, kw_only=True)
class Settings(functions.WithFunctions, WithImages):
    """What is chosen, by control key; `gate_parameters` and `vector` have theirs together."""

    view: str
    gates: tuple[str, ...]
    gate_parameters: Mapping[str, Value]
    g: float
    u: float
    reach: float
    show: tuple[str, ...]
    d_model: int
    d_ff: int
    variant: str
    logits: int
    masked: tuple[str, ...]
    vector: Mapping[str, float]
    temperature: float
    sink: float
    cap: float
    scale: float
    seed: int
    vary: int

    @property
    def of_gates(self) -> bool:
        """Whether gates are on view, instead of softmax."""
        return self.view == "gates"

    @cached_property
    def wanted(self) -> tuple[Gate, ...]:
        """All gates that are chosen: those with names, then those that functions make."""
        return (
            *(self._at_chosen_parameters(GATES[name]) for name in self.gates),
            *(gate(function) for function in self.chosen),
        )

    @property
    def shown(self) -> tuple[Gate, ...]:
        """The gates that there is room for."""
        return self.wanted[:MOST_GATES]

    def _at_chosen_parameters(self, design: Design) -> Gate:
        return design.at(
            **{
                each.name: self.gate_parameters[_key(design, each.name)]
                for each in design.parameters
            }
        )

    @property
    def partials(self) -> tuple[str, ...]:
        """The partial derivatives on show."""
        return tuple(name for name in ("dg", "du") if name in self.show)

    @property
    def chosen_variant(self) -> Variant:
        """The variant of softmax."""
        return VARIANTS[self.variant]

    @property
    def numbers(self) -> tuple[float, ...]:
        """The logits, scaled up for a cap, and -inf where they are masked."""
        return tuple(
            -math.inf
            if str(number + 1) in self.masked
            else self._times * self.vector[logit_key(number)]
            for number in range(self.logits)
        )

    @property
    def _times(self) -> float:
        """What logits are multiplied by, which only a cap needs."""
        return self.scale if "cap" in self.chosen_variant.takes else 1.0

    @property
    def span(self) -> float:
        """How far logits reach from 0."""
        return X[0].high * self._times

    @property
    def options(self) -> Options:
        """What the variant takes."""
        return Options(
            temperature=self.temperature, sink=self.sink, cap=self.cap, seed=int(self.seed)
        )

    @property
    def index(self) -> int:
        """The logit that is varied, from 0."""
        return int(min(self.vary, self.logits)) - 1


# --- gates


def _key(design: Design, parameter: str) -> str:
    return f"{design.name}_{parameter}"


def _parameter(design: Design, parameter: Parameter) -> Slider:
    return Slider(
        key=_key(design, parameter.name),
        label=f"{design.title} {parameter.name}",
        default=parameter.default,
        low=parameter.low,
        high=parameter.high,
        step=parameter.step,
        help=parameter.meaning,
    )


def _parameters(design: Design) -> tuple[Slider, ...]:
    return tuple(
        _parameter(design, each) for each in design.parameters if isinstance(each, Parameter)
    )


VIEW: Final = OneOf(
    key="view",
    label="View",
    default="gates",
    options=(Option("gates", "Gates"), Option("softmax", "Softmax")),
    labelled=False,
)
CHOSEN: Final = SomeOf(
    key="gates",
    label="Gates",
    default=("swiglu",),
    options=tuple(
        Option(name, design.title, (name.replace("_", "-"), *design.aliases))
        for name, design in GATES.items()
    ),
    placeholder="Choose gates",
)
FUNCTIONS: Final = functions.Functions(key="functions", label="Functions", default=())
G: Final = Slider(key="g", label="Gate input g", default=2.0, low=-12, high=12, step=0.1)
U: Final = Slider(key="u", label="Value u", default=3.0, low=-12, high=12, step=0.1)
REACH: Final = Slider(
    key="reach",
    label="Range of g and u, ±",
    default=5.0,
    low=1,
    high=20,
    step=0.5,
    help="Both inputs go from minus this to this.",
)
SHOW: Final = SomeOf(
    key="show",
    label="Show",
    default=(),
    options=(
        Option("dg", "∂h/∂g"),
        Option("du", "∂h/∂u"),
        Option("dead", "Dead part"),
        Option("difference", "Difference"),
        Option("surface", "Surface"),
    ),
    help="The difference is that of the first two gates; the surface is the first one's.",
)
D_MODEL: Final = Slider(
    key="d_model",
    label="d_model",
    default=4096,
    low=128,
    high=16384,
    step=128,
    whole=True,
    help="The width of the model: LLaMA 7B has 4,096.",
)
D_FF: Final = Slider(
    key="d_ff",
    label="d_ff without a gate",
    default=16384,
    low=256,
    high=65536,
    step=256,
    whole=True,
    help="The hidden width of a layer of two matrices, 4 d_model for most.",
)

# --- softmax


VARIANT: Final = OneOf(
    key="variant",
    label="Variant",
    default="softmax",
    options=tuple(
        Option(name, variant.title, (name.replace("_", "-"),)) for name, variant in VARIANTS.items()
    ),
    listed=True,
)


TEMPERATURE: Final = Slider(
    key="temperature", label="Temperature T", default=1.0, low=0.1, high=10, step=0.1
)
SINK: Final = Slider(
    key="sink",
    label="Sink's logit s",
    default=0.0,
    low=-10,
    high=10,
    step=0.1,
)
CAP: Final = Slider(
    key="cap",
    label="Cap c",
    default=50.0,
    low=1,
    high=100,
    step=1,
    help="Gemma 2 has 50 in attention and 30 at its head.",
)
SCALE: Final = Slider(
    key="scale",
    label="Logits times",
    default=1.0,
    low=1,
    high=10,
    step=0.5,
    help="A cap of 50 or 30 is felt by large logits only: at 10 they reach ±100.",
)
SEED: Final = Slider(
    key="seed",
    label="Seed",
    default=0,
    low=0,
    high=99,
    step=1,
    whole=True,
)
VARY: Final = Slider(
    key="vary",
    label="Logit to vary",
    default=1,
    low=1,
    high=MOST_LOGITS,
    step=1,
    whole=True,
    help="The one whose output is drawn against it.",
)


# --- all of them


def _only(view: str, caption: str, *found: Control[Any]) -> Callable[[Settings], Iterator[Section]]:
    """Return sections that are there in one of the views."""

    def sections(settings: Settings) -> Iterator[Section]:
        if settings.view == view:
            yield Section(caption, found)

    return sections


def _gate_sections(settings: Settings) -> Iterator[Section]:
    for name in settings.gates if settings.of_gates else ():
        if GATES[name].parameters:
            yield Section(GATES[name].title.upper(), _parameters(GATES[name]))


def _function_sections(settings: Settings) -> Iterator[Section]:
    if settings.of_gates:
        yield from _PARAMETERS.sections(settings)


def _logit_sections(settings: Settings) -> Iterator[Section]:
    if not settings.of_gates:
        yield Section("LOGITS", X[: settings.logits])


def _option_sections(settings: Settings) -> Iterator[Section]:
    if not settings.of_gates:
        takes = settings.chosen_variant.takes
        taken = (each for each in _TAKEN if (each is SCALE and "cap" in takes) or each.key in takes)
        yield Section("OPTIONS", (TEMPERATURE, *taken, VARY))


def _count_sections(settings: Settings) -> Iterator[Section]:
    if not settings.of_gates:
        yield Section("HOW MANY", (LOGITS, masks(settings.logits, settings.masked)))


_, _PARAMETERS = functions.groups(follows=True)
_GATE_PARAMETERS: Final = tuple(
    control for design in GATES.values() for control in _parameters(design)
)
_POINT: Final = (G, U, REACH)
_LAYER: Final = (D_MODEL, D_FF)
_TAKEN: Final = (SINK, CAP, SCALE, SEED)

CONTROLS: Final = controls(
    Settings,
    group("VIEW", VIEW),
    Group((CHOSEN,), _only("gates", "GATES", CHOSEN)),
    Group(_POINT, _only("gates", "POINT", *_POINT), follows=True),
    Group(_GATE_PARAMETERS, _gate_sections, follows=True, field="gate_parameters"),
    Group((SHOW,), _only("gates", "SHOW", SHOW)),
    Group((FUNCTIONS, own.OWN), _only("gates", "ANY FUNCTION AS A GATE", FUNCTIONS, own.OWN)),
    Group(
        _PARAMETERS.controls,
        _function_sections,
        follows=True,
        field="parameters",
        grown=_PARAMETERS.grown,
    ),
    Group(_LAYER, _only("gates", "LAYER", *_LAYER), follows=True),
    Group((VARIANT,), _only("softmax", "SOFTMAX", VARIANT)),
    Group(X, _logit_sections, follows=True, field="vector"),
    Group((TEMPERATURE, *_TAKEN, VARY), _option_sections, follows=True),
    Group((LOGITS, MASKED), _count_sections),
    IMAGES,
)
