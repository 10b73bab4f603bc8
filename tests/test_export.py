"""What is taken away, read back: numbers to the last bit, text as text."""

import csv
import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activations import CATALOG, Choice, evaluate, export
from activations.export import Selection

FIELDS = {"f(x)": "y", "f'(x)": "dy", "f''(x)": "d2y"}


def at_share(activation, share):
    """The activation with every slider at that share of its way, every choice at its option."""
    return activation.at(
        **{
            p.name: p.options[round(share * (len(p.options) - 1))]
            if isinstance(p, Choice)
            else p.low + share * (p.high - p.low)
            for p in activation.parameters
        }
    )


ALL = {
    "default": Selection(tuple(a.at() for a in CATALOG.values()), derivatives=(1, 2)),
    **{
        f"{share:.0%}": Selection(
            tuple(at_share(a, share) for a in CATALOG.values()), -7.3, 4.9, 99, derivatives=(1, 2)
        )
        for share in (0, 0.37, 1)
    },
}
ONE = Selection((CATALOG["leaky_relu"].at(negative_slope=1 / 3),), -7.5, 3, 61)
POST = Selection(tuple(CATALOG[name].at() for name in ("sigmoid", "tanh", "relu", "leaky_relu")))
HOSTILE = (
    '"</script><script>alert(1)</script>',
    "<img src=x onerror=alert(1)>",
    "a,=1+1;@x\t-1\n=HYPERLINK(1)",
    "=1+1",
    '""" + exit() + """',
    "\\",
    "$$ <b> $$\n\n# x",
    "\u2028'\r\n{x}$data",
)
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text())


def for_any_text(test):
    """Run a test on hostile texts and many others, with no clock on it."""
    return settings(deadline=None)(given(TEXTS)(test))


def named(text):
    """A selection of a function whose name, title and formula are that text."""
    leaky = replace(CATALOG["leaky_relu"], name=text, title=text, formula=text)
    return Selection((leaky.at(),), count=3, derivatives=(1,))


def expected(function, selection):
    return evaluate(function.activation.name, selection.x, **function.values)


def same(found, wanted):
    """Whether two arrays hold the same bits."""
    return np.asarray(found, dtype=np.float64).tobytes() == wanted.tobytes()


# --- the selection


@pytest.mark.parametrize(
    "change",
    [
        {"functions": ()},
        {"functions": (CATALOG["relu"].at(), CATALOG["relu"].at())},
        {"low": 5.0},
        {"high": np.nan},
        {"high": np.inf},
        {"count": 1},
        {"derivatives": (0,)},
        {"derivatives": (2, 1)},
        {"derivatives": (1, 1)},
        {"limits": (1.0, -1.0)},
    ],
)
def test_a_selection_that_makes_no_sense_is_refused(change):
    with pytest.raises(ValueError, match="must"):
        replace(POST, **change)


def test_file_names_say_function_parameters_and_range():
    assert export.file_name(Selection(POST.functions[3:]), ".csv") == (
        "leaky-relu_slope-0.01_x-5to5.csv"
    )
    assert export.file_name(replace(POST, low=-2.5), ".html") == "summary_x-2.5to5.html"


@for_any_text
def test_file_names_hold_nothing_that_a_file_system_minds(text):
    assert not set(export.file_name(named(text))) & set('/\\:*?"<>|\0\n')


# --- CSV


@pytest.mark.parametrize("selection", [*ALL.values(), ONE], ids=[*ALL, "one"])
def test_csv_reads_back_bit_for_bit(selection):
    text = export.csv(selection)
    frame = pd.read_csv(io.StringIO(text), comment="#")
    skipped = sum(line.startswith("#") for line in text.splitlines())
    assert f"skip_header={skipped})" in text
    array = np.genfromtxt(io.StringIO(text), delimiter=",", names=True, skip_header=skipped)
    fields = ["y", "dy", "d2y"] if selection.derivatives else ["y"]
    names = [f"{f.activation.name}_{field}" for f in selection.functions for field in fields]
    assert list(frame.columns) == list(array.dtype.names) == ["x", *names]
    for read in (frame, array):
        assert same(read["x"], selection.x)
        for function in selection.functions:
            curve = expected(function, selection)
            for field in fields:
                assert same(read[f"{function.activation.name}_{field}"], getattr(curve, field))


def test_csv_says_what_was_computed():
    text = export.csv(ONE)
    assert f"# leaky_relu: Leaky ReLU with negative_slope = {1 / 3!r}\n" in text
    assert "# x: 61 samples from -7.5 to 3.0\n" in text
    assert "PyTorch" in text
    assert "\r" not in text


@for_any_text
def test_no_cell_of_a_csv_is_a_formula(text):
    written = export.csv(named(text))
    comments = [line for line in written.split("\n") if line.startswith("#")]
    rows = [line for line in written.split("\n") if not line.startswith("#")]
    for delimiter in ",;\t":
        for row in csv.reader([*comments, rows[0]], delimiter=delimiter):
            assert not any(cell.strip().startswith(("=", "+", "-", "@")) for cell in row)
    assert len(rows) == 1 + 3 + 1
    assert all(len(row.split(",")) == 3 for row in rows[:-1])
