"""Find a Chromium for the tests, or install one: Debian's as root, otherwise Playwright's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tests.browser.driver import installed_chromium


def main() -> None:
    """Leave at once if there is a Chromium; else install one, or say what to do."""
    if installed_chromium() or _install_package() or _install_from_playwright():
        return
    sys.exit(
        "The browser tests need a Chromium, and none could be installed. Install the package "
        "`chromium` (Debian, Ubuntu, Fedora) or Google Chrome, or run\n"
        f"    {sys.executable} -m playwright install --with-deps chromium\n"
        "where downloads are allowed, and try again."
    )


def _install_package() -> bool:
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run([apt, "--quiet", *arguments], env=environment, check=False)
    return installed_chromium() is not None


def _install_from_playwright() -> bool:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    main()
