"""The pages that the benchmarks compare with still run."""

import subprocess
import sys

import pytest

from activations.depth.mean_field import critical_sigma_w
from activations.functions.catalog import function
from tests.benchmarks import training
from tests.browser.driver import ROOT

STOCK = sorted(ROOT.glob("tests/benchmarks/stock*/app.py"))
RUN = """
import sys
from streamlit.testing.v1 import AppTest

app = AppTest.from_file(sys.argv[1], default_timeout=300).run()
assert not app.exception, app.exception[0].message
assert app.get("plotly_chart")
"""


@pytest.mark.parametrize("script", STOCK, ids=lambda path: path.parent.name)
def test_a_stock_page_draws(script):
    # In a process of its own: it replaces what draws in all modules.
    done = subprocess.run(
        [sys.executable, "-c", RUN, script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_there_are_two():
    assert len(STOCK) == 2


@pytest.mark.parametrize(
    ("at_60", "stands"),
    [
        ((0.5, 0.99, 0.99, 1.0, 0.96, 0.55), True),  # as measured
        ((0.5, 0.5, 0.5, 1.0, 0.96, 0.55), False),  # elsewhere
        ((0.99, 0.99, 0.99, 1.0, 0.96, 0.55), False),  # no end below
        ((0.5, 0.5, 0.5, 0.5, 0.5, 0.5), False),  # none
    ],
)
def test_the_ridge_of_trainable_depths_is_judged(at_60, stands):
    found = {
        sigma_w: [1.0, 1.0, last] for sigma_w, last in zip(training.SIGMA_WS, at_60, strict=True)
    }
    critical = critical_sigma_w(function("tanh"), training.SIGMA_B)
    assert training.ridge_stands(found, critical) == stands
