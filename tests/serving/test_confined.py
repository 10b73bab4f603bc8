"""The public server as its image confines it: with no right, and nothing to write to but /tmp."""

import re
import shutil
import subprocess
import sys

import pytest
import yaml

from tests.browser.driver import ROOT, answering, free_port
from tests.load.visitor import Visitor
from tests.test_deploy import DOCKERFILE

USER, GROUP = re.search(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE).groups()
COMMAND = yaml.safe_load(re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[1])
CHECK = yaml.safe_load(re.search(r"HEALTHCHECK .* CMD (\[.*?\]$)", DOCKERFILE, re.DOTALL | re.M)[1])
VARIABLES = dict(
    words.split("=")
    for words in re.findall(r"^ENV (.*)$", DOCKERFILE, re.MULTILINE)[-1].split()
    if "PATH" not in words
)


def confined(*command):
    """A command that finds a read-only file system with a small /tmp, and has no capability."""
    places = {str(ROOT), sys.prefix, sys.base_prefix}
    walls = [
        *("bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"),
        *("--tmpfs", "/tmp", "--chdir", "/tmp", "--die-with-parent", "--unshare-pid"),  # noqa: S108
        *("--unshare-user", "--uid", USER, "--gid", GROUP, "--cap-drop", "ALL", "--clearenv"),
    ]
    for place in sorted(places):  # which may lie below /tmp
        walls += ["--ro-bind", place, place]
    for name, value in ({"PYTHONPATH": str(ROOT)} | VARIABLES).items():
        walls += ["--setenv", name, value]
    return [*walls, *command]


@pytest.fixture(scope="module", autouse=True)
def _walls():
    if shutil.which("bwrap") is None:
        pytest.skip("there is no bwrap")
    tried = subprocess.run(confined("true"), capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"bwrap does not work here: {tried.stderr}")


def test_the_walls_hold():
    write = "from pathlib import Path; [Path(place, 'mine').touch() for place in {}]"
    for places, fails in ((["/tmp"], False), (["/var/tmp"], True), ([str(ROOT)], True)):  # noqa: S108
        command = confined(sys.executable, "-c", write.format(places))
        tried = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ("Read-only file system" in tried.stderr) is fails


def test_a_page_is_drawn_where_nothing_may_be_written(tmp_path):
    port = free_port()
    told = {"0.0.0.0": "127.0.0.1", "8501": str(port), "python": sys.executable}  # noqa: S104
    command = confined(*(told.get(word, word) for word in COMMAND))
    check = [told.get(word, word).replace("8501", str(port)) for word in CHECK]
    log = tmp_path / "log"
    with (
        log.open("wb") as errors,
        answering(command, port, ROOT, {}, stderr=errors) as address,
    ):
        assert subprocess.run(check, check=False).returncode == 0
        with Visitor(address).open() as visitor:
            visitor.tick("explore-range", -3, 3)
            assert visitor.drawn
    assert log.read_text() == ""
    assert subprocess.run(check, capture_output=True, check=False).returncode
