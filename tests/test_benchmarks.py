"""The pages that the benchmarks compare with still run."""

import subprocess
import sys

import pytest

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
