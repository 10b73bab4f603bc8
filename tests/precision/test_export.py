"""What is taken away: read back, and run."""

import io
import math
import subprocess
import sys

import pandas
import pytest

from activations.functions.catalog import function
from activations.functions.formula import formula
from activations.precision import FORMATS, measure
from activations.precision.export import csv, script
from tests.browser.driver import ROOT


@pytest.mark.parametrize("order", [0, 1])
def test_a_csv_has_every_input(order):
    kind = FORMATS["float8_e5m2"]
    choices = [(function("softplus"), kind, "typed"), (function("relu"), kind, "float32")]
    table = pandas.read_csv(io.StringIO(csv(choices, order)), comment="#")
    assert list(table.groupby("function", sort=False).size()) == [248, 248]
    part = table[table.function == "softplus"]
    found = measure(*choices[0])
    expected = found.df if order else found.f
    assert part.x.tolist() == expected.x.tolist()
    assert part.bits.tolist() == [kind.pattern(each) for each in expected.x.tolist()]
    for name in ("result", "exact", "steps"):
        for one, other in zip(part[name], getattr(expected, name), strict=True):
            assert one == other or (math.isnan(one) and math.isnan(other))


def test_a_csv_is_the_same_however_few_rows_are_written_at_once(monkeypatch):
    choices = [(function("softplus"), FORMATS["float8_e5m2"], "typed")]
    whole = csv(choices, 0)
    monkeypatch.setattr("activations.precision.export._PART", 7)
    assert csv(choices, 0) == whole
    assert whole.startswith("# values, computed by PyTorch ")
    assert whole.splitlines()[1] == "function,format,computed,x,bits,result,exact,steps"
    assert whole.splitlines()[-1].startswith("softplus,float8_e5m2,typed,57344.0,0x7b,inf,57344.0,")
    assert whole.count("\n") == 2 + 248


def test_the_code_measures_the_same():
    own = formula("again = x*(1-sigmoid(-x))")
    choices = [
        (function("gelu", approximate="tanh"), FORMATS["float8_e5m2"], "float32"),
        (own.at(), FORMATS["float16"], "typed"),
    ]
    done = subprocess.run(
        [sys.executable, "-c", script(choices)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "GELU float8_e5m2 float32 f\n" in done.stdout
    assert (
        "again float16 typed f\n  75.54% correctly rounded, at worst 6182 steps off" in done.stdout
    )
