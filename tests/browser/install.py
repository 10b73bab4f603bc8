"""Find browsers and a proxy for the tests, or install them: Debian's as root, else Playwright's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.browser.driver import installed_chromium
from tests.browser.engines import missing_engines
from tests.browser.proxy import UNPACKED, installed_nginx


def main() -> None:
    """Leave at once if all is there; else install what can be, or say what to do.

    Only Chromium is a must: the tests say themselves what else they went without.
    """
    _install_packages()
    if installed_nginx() is None:
        _unpack_nginx()
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
    names = " ".join(name for packages in wanted for name in packages)
    sys.stderr.write(f"Installing for the browser tests, which takes some minutes: {names}.\n")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    # Each browser by itself: a system that lacks one package may still have the others.
    for arguments in (
        ["update"],
        *(["install", "--yes", "--no-install-recommends", *packages] for packages in wanted),
    ):
        command = [apt, "-qq", "--option=Dpkg::Use-Pty=0", *arguments]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)


def _unpack_nginx() -> None:
    """Take the program out of Debian's package, for once installed it would run as a server."""
    apt, dpkg = shutil.which("apt-get"), shutil.which("dpkg-deb")
    if apt is None or dpkg is None:
        return
    with TemporaryDirectory() as folder:
        for arguments in (["update"], ["download", "nginx"]):  # only root may do the first
            command = [apt, "-qq", *arguments]
            subprocess.run(command, cwd=folder, stderr=subprocess.DEVNULL, check=False)
        for package in Path(folder).glob("nginx_*.deb"):
            subprocess.run([dpkg, "--extract", package, UNPACKED], check=True)


def _install_from_playwright() -> bool:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    main()
