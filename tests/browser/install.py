"""Find browsers for the tests, or install them: Debian's as root, else Playwright's Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tests.browser.driver import installed_chromium
from tests.browser.engines import missing_engines


def main() -> None:
    """Leave at once if all is there; else install what can be, or say what to do.

    Only Chromium is a must: the tests say themselves which other browser they went without.
    """
    _install_packages()
    if installed_chromium() or _install_from_playwright():
        return
    sys.exit(
        "The browser tests need a Chromium, and none could be installed. Install the package "
        "`chromium` (Debian, Ubuntu, Fedora) or Google Chrome, or run\n"
        f"    {sys.executable} -m playwright install --with-deps chromium\n"
        "where downloads are allowed, and try again."
    )


def _install_packages() -> None:
    wanted = [] if installed_chromium() else [("chromium",)]
    wanted += [each.packages for each in missing_engines().values()]
    apt = shutil.which("apt-get")
    if not wanted or apt is None or os.geteuid() != 0:
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    # Each browser by itself: a system that lacks one package may still have the others.
    for arguments in (
        ["update"],
        *(["install", "--yes", "--no-install-recommends", *packages] for packages in wanted),
    ):
        command = [apt, "-qq", "--option=Dpkg::Use-Pty=0", *arguments]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)


def _install_from_playwright() -> bool:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    main()
