"""The wheel, installed where nothing else of the repository is: `python -m activations`."""

import os
import socket
import subprocess
import sys
import sysconfig
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.driver import PATIENCE, ROOT, answering, free_port, wait_for_charts
from tests.load.visitor import Visitor

# Notes whom a process connects to or looks up, itself excepted; started by the environment's .pth.
OUTGOING = """
import sys

def note(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        host = arguments[1][0] if isinstance(arguments[1], tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in (None, "localhost", "127.0.0.1", "::1", "0.0.0.0"):
        with open({log!r}, "a") as log:
            print(event, host, file=log)

sys.addaudithook(note)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """An environment with the wheel, which sees our packages and notes whom it asks in `asked`."""
    folder = tmp_path_factory.mktemp("installed")
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = ["wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", folder]
    subprocess.run([*pip, *build, ROOT], check=True)
    (wheel,) = folder.glob("activations-*.whl")
    subprocess.run(
        [*pip, "--python", python, "install", "--no-index", "--no-deps", wheel], check=True
    )
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "outgoing.py").write_text(OUTGOING.format(log=str(folder / "asked")))
    (packages / "ours.pth").write_text(f"{sysconfig.get_path('purelib')}\nimport outgoing\n")
    (folder / "empty").mkdir()
    return folder, python, packages


@contextmanager
def started(installed, module, *options):
    """Start a module of that environment in an empty folder; afterwards it has asked nobody."""
    folder, python, _ = installed
    port = free_port()
    command = [str(python), "-m", module, *options, str(port)]
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with answering(command, port, folder / "empty", alone) as address:
        yield address, port
    assert not (folder / "asked").exists()


def reachable(port):
    """Whether something else than 127.0.0.1 is listened on: another of this machine's addresses."""
    try:
        with socket.create_connection(("127.0.0.2", port), timeout=5):
            return True
    except OSError:
        return False


def test_the_installed_dashboard_draws_in_our_theme(installed, new_page):
    page = new_page(color_scheme="dark")
    with started(installed, "activations", "--no-browser", "--port") as (address, port):
        assert not reachable(port)
        page.goto(address)
        wait_for_charts(page)
        ground = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
        assert page.evaluate(ground) == "rgb(15, 18, 24)"
        page.locator("link[rel~=icon][href^='data:image/svg+xml']").wait_for(state="attached")
        page.get_by_role("link", name="Depth").click()
        expect(page.locator(".gtitle", has_text="Gradient by layer")).to_be_visible(timeout=60_000)
        page.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere 127.0.0.2 is no address")
def test_others_are_let_in_on_demand(installed):
    options = ["--no-browser", "--host", "0.0.0.0", "--port"]  # noqa: S104
    with started(installed, "activations", *options) as (_, port):
        assert reachable(port)


def test_strangers_are_served_as_well(installed):
    options = ["--public", "--host", "127.0.0.1", "--port"]
    with started(installed, "activations", *options) as (address, _):
        with Visitor(address, query="functions=relu").open() as visitor:
            assert visitor.drawn == 1
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            assert "Content-Security-Policy" in answer.headers


def test_streamlit_run_keeps_to_this_machine(installed):
    options = ["run", str(ROOT / "app.py"), "--server.headless", "true", "--server.port"]
    with started(installed, "streamlit", *options) as (_, port):
        assert not reachable(port)


def test_the_wheel_holds_every_file_of_the_package(installed):
    _, _, packages = installed

    def files(folder):
        paths = (path for path in Path(folder).rglob("*") if path.is_file())
        return {str(p.relative_to(folder)) for p in paths if "__pycache__" not in p.parts}

    frame = {"frame/app.py", "frame/.streamlit/config.toml"}
    assert files(packages / "activations") == files(ROOT / "activations") | frame
