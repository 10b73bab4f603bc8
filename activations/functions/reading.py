"""What can be read as real numbers, and why something cannot."""

from __future__ import annotations

import math
from numbers import Complex, Real
from reprlib import repr as brief
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import torch


def real_numbers(x: object, *, finite: bool = True) -> npt.NDArray[np.float64]:
    """Return `x` as a new float64 array of its shape.

    It may be an array, a tensor of any dtype, also one that requires grad, a table of pandas, a
    number that Python's `float` takes (Decimal, Fraction), or nested lists of all these. True is 1,
    and a complex number counts where its imaginary part is 0. Raises ValueError, saying why, for
    what is no rectangle of real numbers, for what float64 cannot hold, and for NaN and infinity
    unless they need not be `finite`.
    """
    if np.ma.is_masked(x):
        raise ValueError("x must be complete; some of it is masked")
    numbers = _read(_without_tensors(x))
    if finite and not np.isfinite(numbers).all():
        kind = "NaN" if np.isnan(numbers).any() else "infinity"
        raise ValueError(f"x must be finite; it holds {kind}")
    return numbers


def _read(x: Any) -> npt.NDArray[np.float64]:
    try:
        try:
            array = np.asarray(x)
        except UnicodeDecodeError:  # text beside bytes, which NumPy would make text of
            array = np.asarray(x, dtype=object)
        if array.dtype.kind == "c" and not array.imag.any():
            array = array.real
        if array.dtype.kind in "fiub":
            with np.errstate(over="ignore"):
                numbers = array.astype(np.float64)
            if np.isinf(numbers).any() and not np.isinf(array).any():
                _refuse_as_too_large()
            return numbers
        if array.dtype.kind in "mM":
            raise ValueError("x must be real numbers; it holds times")
        # As it was given: NumPy makes text of [1, "2"].
        objects = np.asarray(x, dtype=object)
    except (TypeError, RuntimeError) as error:
        raise ValueError("x must be an array-like of real numbers") from error
    except ValueError as error:
        if "inhomogeneous" in str(error):
            raise ValueError("x must be rectangular; its rows differ in length") from error
        raise
    return np.array([_number(each) for each in objects.flat], dtype=float).reshape(objects.shape)


def _number(value: object) -> float:
    if isinstance(value, Complex) and not isinstance(value, Real) and value.imag == 0:
        value = value.real
    if isinstance(value, str | bytes):  # "1" is text, though float would read it
        _refuse(value)
    try:
        number = float(value)  # type: ignore[arg-type]  # what has no __float__ raises TypeError
    except OverflowError:
        _refuse_as_too_large()
    except (TypeError, ValueError):
        _refuse(value)
    if math.isinf(number) and value != number:
        _refuse_as_too_large()
    return number


def _refuse(value: object) -> NoReturn:
    raise ValueError(f"x must be real numbers; it holds {brief(value)}") from None


def _refuse_as_too_large() -> NoReturn:
    raise ValueError("x must be finite in float64; it holds a number beyond 1.8e308") from None


def _without_tensors(x: object) -> object:
    """Return `x` with arrays for tensors, which NumPy reads of some dtypes only."""
    if isinstance(x, list | tuple):
        return [_without_tensors(each) for each in x]
    if not isinstance(x, torch.Tensor):
        return x
    if x.is_meta:
        raise ValueError("x must hold numbers; a tensor on the meta device has none")
    dense = x.detach().dequantize() if x.is_quantized else x.detach().to_dense()
    exact = dense.cpu().to(torch.complex128 if dense.is_complex() else torch.float64)
    return exact.resolve_conj().resolve_neg().numpy()
