"""Every catalogued function at its defaults and at each slider end, one parameter at a time."""

from oracle import FORMS

from activations.catalog import CATALOG
from activations.spec import Choice, Function


def _cases() -> list[Function]:
    found = []
    for activation in CATALOG.values():
        found.append(activation.at())
        for parameter in activation.parameters:
            ends = (
                parameter.options
                if isinstance(parameter, Choice)
                else (parameter.low, parameter.high)
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
