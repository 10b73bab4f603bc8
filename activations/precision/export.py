"""What is taken away of measurements: every input as CSV, and code that measures again."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from io import StringIO

import torch

from activations.functions.catalog import CATALOG
from activations.functions.spec import Function
from activations.precision.formats import Format
from activations.precision.measure import measure

Choice = tuple[Function, Format, str]
"""A function, in a format, computed somewhere: what `measure` takes."""

_COLUMNS = "function,format,computed,x,bits,result,exact,steps"
_PART = 2**12
"""Rows that are written at once."""

_REPORT = """\
]:
    found = measure(*choice)
    for name, errors in (("f", found.f), ("f'", found.df)):
        steps, x = errors.worst
        print(found.function.title, *choice[1:], name)
        print(f"  {errors.correct:.2%} correctly rounded, at worst {steps} steps off, at {x}")
        print(f"  NaN: {errors.nan}, infinite: {errors.infinite}, 0: {errors.zero}")
"""


def csv(choices: Sequence[Choice], order: int) -> str:
    """Return a row for each input of each choice, of f or of f' (`order` 0 or 1).

    Numbers are written as Python's `repr`, `bits` are the input's pattern. Steps are nan where the
    result is NaN and inf where it is infinite, although the exact value is within the format.
    Lines in front that start with "#" say what computed it: `pandas.read_csv(file, comment="#")`.
    """
    text = StringIO()
    text.write(f"# {'derivatives' if order else 'values'}, computed by PyTorch {torch.__version__}")
    text.write(f"\n{_COLUMNS}\n")
    for choice in choices:
        text.writelines(_parts(choice, order))
    return text.getvalue()


def _parts(choice: Choice, order: int) -> Iterator[str]:
    """Return the rows of a choice, some at a time: as numbers of Python they take much memory."""
    function, kind, where = choice
    measured = measure(function, kind, where)
    errors = measured.df if order else measured.f
    name = re.sub(r"\W", "_", function.activation.name, flags=re.ASCII)
    columns = (errors.x, kind.patterns(errors.x), errors.result, errors.exact, errors.steps)
    digits = kind.bits // 4
    for first in range(0, errors.x.size, _PART):
        some = (each[first : first + _PART].tolist() for each in columns)
        yield "".join(
            f"{name},{kind.name},{where},{x!r},0x{bits:0{digits}x},{result!r},{exact!r},"
            f"{int(steps) if math.isfinite(steps) else steps}\n"
            for x, bits, result, exact, steps in zip(*some, strict=True)
        )


def script(choices: Sequence[Choice]) -> str:
    """Return Python that measures the choices again, by this library, and prints what matters."""
    functions = list(dict.fromkeys(function for function, *_ in choices))
    names = [f"function_{number}" for number, _ in enumerate(functions, 1)]
    known = dict(zip(functions, names, strict=True))
    defined = [f"{known[each]} = {_written(each)}" for each in functions]
    measured = [
        f"    ({known[function]}, {json.dumps(kind.name)}, {json.dumps(where)}),"
        for function, kind, where in choices
    ]
    return "\n".join(
        [
            '"""What a number format does to activations, measured at every input."""',
            "",
            "import activations as av",
            "from activations.precision import measure",
            "",
            *defined,
            "",
            "for choice in [",
            *measured,
            _REPORT,
        ]
    )


def _written(function: Function) -> str:
    activation = function.activation
    values = ", ".join(f"{name}={value!r}" for name, value in function.values.items())
    if activation.name in CATALOG:
        return f"av.CATALOG[{json.dumps(activation.name)}].at({values})"
    text = activation.expression.text if activation.expression else ""
    return f"av.formula({json.dumps(text)}).at({values})"
