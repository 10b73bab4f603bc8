"""What make says to somebody who has just come, on a machine that lacks something."""

import ast
import importlib.util
import platform
import subprocess
import sys
import tomllib
from collections import namedtuple

import pytest

from activations import prerequisites
from tests.browser.driver import ROOT

Version = namedtuple("Version", "major minor micro releaselevel serial")


@pytest.fixture
def machine(monkeypatch):
    """Makes this machine look like another one, on which nothing is missing unless said."""

    def look_like(python=(3, 12), system="linux", glibc="2.36", macos="14.5", chip="arm64"):
        monkeypatch.setattr(sys, "version_info", Version(*python, 1, "final", 0))
        monkeypatch.setattr(sys, "platform", system)
        monkeypatch.setattr(platform, "python_version", lambda: "{}.{}.1".format(*python))
        monkeypatch.setattr(platform, "libc_ver", lambda: ("glibc", glibc) if glibc else ("", ""))
        monkeypatch.setattr(platform, "mac_ver", lambda: (macos, ("", "", ""), chip))
        monkeypatch.setattr(platform, "machine", lambda: chip)

    look_like()
    return look_like


@pytest.mark.parametrize("python", [(3, 11), (3, 12), (3, 13), (3, 14)])
@pytest.mark.parametrize(
    "system",
    [
        {"system": "linux", "glibc": "2.28"},
        {"system": "darwin", "macos": "14.0"},
        {"system": "darwin", "macos": "26.1"},
        {"system": "win32"},
    ],
    ids=str,
)
def test_nothing_is_said_where_nothing_is_missing(machine, python, system):
    machine(python, **system)
    assert prerequisites.troubles() == ""


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ({"python": (2, 7)}, "Python 3.11 to 3.14 is needed, this is 2.7.1"),
        ({"python": (3, 10)}, "make PYTHON=python3.14"),
        ({"python": (3, 15)}, "Python 3.11 to 3.14 is needed, this is 3.15.1"),
        ({"glibc": "2.17"}, "glibc 2.28 or newer, this Linux has glibc 2.17"),
        ({"glibc": None}, "glibc 2.28 or newer, this Linux has another C library"),
        ({"system": "darwin", "macos": "13.6"}, "this is macOS 13.6 and"),
        ({"system": "darwin", "chip": "x86_64"}, "a Python for x86_64"),
    ],
)
def test_what_is_missing_is_said_in_one_line(machine, lacking, words):
    machine(**lacking)
    (line,) = prerequisites.troubles().splitlines()
    assert words in line


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_without_venv_hears_which_package_to_install(machine, monkeypatch, missing):
    machine(python=(3, 13))
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == missing else found(name)
    )
    assert "apt install python3.13-venv" in prerequisites.troubles()


def test_all_that_is_missing_is_said_at_once(machine):
    machine(python=(3, 9), glibc="2.17")
    assert len(prerequisites.troubles().splitlines()) == 2


def test_an_old_python_can_read_the_check():
    ast.parse((ROOT / "activations" / "prerequisites.py").read_text(), feature_version=(3, 6))


def test_the_package_asks_for_the_same_pythons():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (major, oldest), (_, newest) = prerequisites.OLDEST, prerequisites.NEWEST
    assert project["requires-python"] == f">={major}.{oldest},<{major}.{newest + 1}"


# --- make, with a Python of our own


PYTHON = """#!/bin/sh
# A Python that notes what it is asked for; its environments hold itself and a pip.
echo "$0 $*" >> {log}
case "$*" in
  activations/prerequisites.py) {check} ;;
  "-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python && cp {pip} .venv/bin/pip ;;
esac
"""
PIP = """#!/bin/sh
echo "pip $*" >> {log}
{install}
"""


@pytest.fixture
def make(tmp_path):
    """Runs make in a copy of what it needs, with a Python and a pip that do as told."""
    (tmp_path / "activations").mkdir()
    for name in ("Makefile", "activations/prerequisites.py", "requirements.txt"):
        (tmp_path / name).write_text((ROOT / name).read_text())

    def run(*arguments, check="exit 0", install="exit 0"):
        log, python, pip = (tmp_path / name for name in ("log", "python", "pip"))
        python.write_text(PYTHON.format(log=log, pip=pip, check=check))
        pip.write_text(PIP.format(log=log, install=install))
        python.chmod(0o755)
        pip.chmod(0o755)
        command = ["make", f"PYTHON={python}", *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done, log.read_text()

    return run


def test_make_run_says_what_comes_and_shows_pips_progress(make):
    done, log = make("run", install="echo Downloading torch")
    assert done.returncode == 0
    assert "up to 1.5 GB" in done.stdout.partition("Downloading torch")[0]
    assert "Downloading torch" in done.stdout
    assert "pip install --requirement requirements.txt\n" in log
    assert log.endswith(".venv/bin/python -m activations --host localhost\n")
    again, log = make("run", install="echo Downloading torch")
    assert "Downloading" not in again.stdout


def test_make_run_is_reachable_on_demand(make):
    _, log = make("run", "ADDRESS=0.0.0.0")
    assert log.endswith("-m activations --host 0.0.0.0\n")


def test_make_runs_the_check_and_goes_on_where_nothing_is_missing(make):
    done, log = make("run", check=f"exec {sys.executable} activations/prerequisites.py")
    assert done.returncode == 0
    assert "-m venv .venv" in log


def test_make_stops_at_what_the_check_says(make):
    alpine = "import platform, runpy; platform.libc_ver = lambda: ('', '')"
    run = f"{alpine}; runpy.run_path('activations/prerequisites.py', run_name='__main__')"
    done, log = make("run", check=f'exec {sys.executable} -c "{run}"')
    assert done.returncode != 0
    assert "torch needs glibc" in done.stderr
    assert "venv" not in log


def test_make_run_without_network_says_what_is_likely(make):
    refusal = "ERROR: No matching distribution found for streamlit"
    done, log = make("run", install=f"echo '{refusal}' >&2; exit 1")
    assert done.returncode != 0
    assert "network" in done.stderr.partition(refusal)[2]
    assert "activations" not in log.splitlines()[-1]
