"""Every catalogued function at its defaults, at each slider end and at a value between.

One parameter at a time. The value between is no binary fraction, so that rounding shows.
"""

import torch

from activations.functions.catalog import CATALOG
from activations.functions.spec import Choice, Function, Parameter
from tests.functions.oracle import FORMS


def _between(parameter: Parameter) -> float:
    return round(parameter.low + 0.37 * (parameter.high - parameter.low), 2)


def _cases() -> list[Function]:
    found = []
    for activation in CATALOG.values():
        found.append(activation.at())
        for parameter in activation.parameters:
            ends = (
                parameter.options
                if isinstance(parameter, Choice)
                else (parameter.low, parameter.high, _between(parameter))
            )
            found += [
                activation.at(**{parameter.name: end}) for end in ends if end != parameter.default
            ]
    return found


CASES = _cases()
IDS = [case.slug for case in CASES]

JUDGED = [case for case in CASES if case.activation.name in FORMS]
"""Those with closed forms to judge them by: all that are torch's own."""
JUDGED_IDS = [case.slug for case in JUDGED]


class Elementwise(torch.nn.Module):
    """Any elementwise tensor function as a module."""

    def __init__(self, of):
        super().__init__()
        self.of = of

    def forward(self, x):
        return self.of(x)
