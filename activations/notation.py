"""How numbers are written: four significant digits, a real minus sign, powers of ten as powers.

A number half-way between two is rounded away from zero, as the browser does it.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _split(value: float, digits: int) -> tuple[str, int]:
    """Return mantissa and power of ten; the power is 0 where plain decimals are as short."""
    rounding = Context(prec=digits, rounding=ROUND_HALF_UP)
    near = rounding.create_decimal(float(value)) if value else value
    mantissa, power = f"{near:.{digits - 1}e}".split("e")
    if -4 <= int(power) < digits + 2:
        decimals = max(digits - 1 - int(power), 0)
        mantissa, power = f"{float(f'{mantissa}e{power}'):.{decimals}f}", "0"
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return ("0" if mantissa == "-0" else mantissa), int(power)


def plain(value: float, digits: int = 4) -> str:
    """Write a number for running text: "−0.2785", "2.061 × 10⁻⁹", "∞"."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    mantissa, power = _split(value, digits)
    text = mantissa.replace("-", "−")
    return f"{text} × 10{str(power).translate(_SUPERSCRIPTS)}" if power else text


def power_of_ten(exponent: int) -> str:
    """Write a power of ten for an axis: "10⁻⁴", "1"."""
    return f"10{str(exponent).translate(_SUPERSCRIPTS)}" if exponent else "1"


def latex(value: float, digits: int = 4) -> str:
    r"""Write a finite number for a LaTeX formula: "-0.2785", "2.061 \cdot 10^{-9}"."""
    mantissa, power = _split(value, digits)
    return rf"{mantissa} \cdot 10^{{{power}}}" if power else mantissa
