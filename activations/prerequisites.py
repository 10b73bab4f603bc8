"""Says what keeps the dashboard from being installed with this Python on this machine.

Make runs it before anything is installed, so also by an old Python: no syntax newer than 3.6.
"""

import importlib.util
import platform
import sys

# What the pinned torch has wheels for.
OLDEST, NEWEST = (3, 11), (3, 14)
GLIBC = (2, 28)
MACOS = (14,)


def troubles() -> str:
    """Return what is in the way, a line for each; nothing where nothing is."""
    return "\n".join(filter(None, (wrong_python(), wrong_system(), no_venv())))


def wrong_python() -> str:
    """Say so if torch has no wheel for this Python."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return ""
    return (
        f"Python {_dotted(*OLDEST)} to {_dotted(*NEWEST)} is needed, "
        f"this is {platform.python_version()}; name one: make PYTHON=python{_dotted(*NEWEST)} ..."
    )


def wrong_system() -> str:
    """Say so if torch has no wheel for this system."""
    if sys.platform == "linux":
        library, version = platform.libc_ver()
        if library != "glibc" or _numbers(version) < GLIBC:
            found = f"{library} {version}".strip() or "another C library"
            return f"torch needs glibc {_dotted(*GLIBC)} or newer, this Linux has {found}."
    if sys.platform == "darwin":
        version, chip = platform.mac_ver()[0], platform.machine()
        if chip != "arm64" or _numbers(version) < MACOS:
            return (
                f"torch needs a Mac with Apple silicon, macOS {_dotted(*MACOS)} or newer and a "
                f"Python for arm64, this is macOS {version} and a Python for {chip}."
            )
    return ""


def no_venv() -> str:
    """Say so if this Python cannot make an environment: Debian packs that separately."""
    if all(map(importlib.util.find_spec, ("venv", "ensurepip"))):
        return ""
    package = f"python{_dotted(*sys.version_info[:2])}-venv"
    return f"This Python makes no virtual environments. On Debian or Ubuntu: apt install {package}"


def _dotted(*numbers: int) -> str:
    return ".".join(map(str, numbers))


def _numbers(dotted: str) -> "tuple[int, ...]":
    return tuple(int(number) for number in dotted.split(".") if number.isdigit())


if __name__ == "__main__":
    sys.exit(troubles() or 0)
