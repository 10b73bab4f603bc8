"""Number formats of 8, 16 and 32 bits: their numbers in order, rounding, and steps between them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from activations.functions.calculus import FloatArray
from activations.functions.neutral import neutral

SAMPLED = 2**20
"""Inputs of a format that has too many to take all, spread evenly by their order."""

BESIDE_BREAK = 1000
"""Inputs around each break that are taken as well where not all are."""

_INTEGERS = {1: torch.int8, 2: torch.int16, 4: torch.int32}


@dataclass(frozen=True, slots=True)
class Format:
    """A floating-point format, as torch has it.

    `has_kernels` says whether torch computes in it on the CPU.
    """

    name: str
    dtype: torch.dtype
    has_kernels: bool = True

    @property
    def bits(self) -> int:
        """Bits of a number."""
        return 8 * self.dtype.itemsize

    @property
    def largest(self) -> float:
        """The largest finite number."""
        return torch.finfo(self.dtype).max

    @property
    def eps(self) -> float:
        """The step from 1 to the next number."""
        return torch.finfo(self.dtype).eps

    @property
    def tiny(self) -> float:
        """The smallest normal number."""
        return torch.finfo(self.dtype).smallest_normal

    @property
    def smallest(self) -> float:
        """The smallest number above 0."""
        return self.tiny * self.eps

    @property
    def has_infinity(self) -> bool:
        """Whether there is a number for infinity."""
        return bool(self.dtype != torch.float8_e4m3fn)

    @neutral()
    def converted(self, value: float) -> float:
        """Return what torch's conversion from float32 makes of a value."""
        return float(torch.tensor(value, dtype=torch.float32).to(self.dtype).to(torch.float32))

    @property
    def exhaustive(self) -> bool:
        """Whether all inputs are taken, and not a sample."""
        return self.bits <= 16

    @neutral()
    def inputs(self, breaks: Sequence[float] = ()) -> torch.Tensor:
        """Return finite numbers of the format in rising order, -0 before 0: all, or a sample.

        A sample has 2^20 inputs, spread evenly by their order, and 1,000 around each break, with
        either sign.
        """
        return _inputs(self, () if self.exhaustive else tuple(breaks))

    def round(self, values: torch.Tensor) -> torch.Tensor:
        """Return the numbers of the format that are nearest to float64 values; ties to even.

        What lies beyond the largest number by half a step becomes infinity, or the largest number
        in a format that has no infinity.
        """
        near = values.to(torch.float32)
        if self.dtype == torch.float32:
            return near
        # Rounding twice is rounding once if what is inexact ends in an odd bit the first time
        # (Boldo and Melquiond 2008): no tie of the format is met by chance, and none is missed.
        back = near.to(torch.float64)
        inexact, bits = back != values, near.view(torch.int32)
        odd = (bits - (back.abs() > values.abs()).to(torch.int32)) | inexact.to(torch.int32)
        near = odd.view(torch.float32)  # NaN is one still, with another bit
        if not self.has_infinity:
            near = near.clamp(-self.largest, self.largest)
        return near.to(self.dtype)

    def order(self, numbers: torch.Tensor) -> torch.Tensor:
        """Return the place of numbers of the format among all: 0 for 0 and -0.

        They may have any dtype. Neighbours are 1 apart, and infinity is the largest number's. NaN
        has a place without a meaning.
        """
        bits = numbers.to(self.dtype).view(_INTEGERS[self.dtype.itemsize])
        bits = bits.to(torch.int32 if self.bits < 32 else torch.int64)  # for their differences
        negative = bits >> self.bits  # -1 or 0
        return bits.bitwise_and_(2 ** (self.bits - 1) - 1).bitwise_xor_(negative).sub_(negative)

    def place(self, values: FloatArray) -> FloatArray:
        """Return where real numbers stand in the order of the format's: between those beside them.

        A number of the format has its `order`; what lies beyond all has the place of infinity.
        """
        sizes = np.minimum(np.abs(values), self.largest)
        mantissa, exponent = np.frexp(np.maximum(sizes, self.tiny))
        least = math.frexp(self.tiny)[1]
        places = (exponent - least + 2 * mantissa) / self.eps
        small = sizes / self.smallest
        found = np.where(sizes < self.tiny, small, places)
        return np.asarray(np.copysign(found + (np.abs(values) > self.largest), values))

    def number(self, place: float) -> float:
        """Return the number that has a place, or lies as far between two as the place does."""
        return float(self.numbers(np.asarray(place)))

    def numbers(self, places: npt.NDArray[Any]) -> FloatArray:
        """Return the numbers that have places, or lie as far between two as the places do."""
        row, part = np.divmod(np.abs(places.astype(float)) * self.eps, 1)
        sizes = np.where(row, np.exp2(np.maximum(row, 1) - 1) * (1 + part), part)
        return np.asarray(np.copysign(self.tiny * sizes, places))

    def pattern(self, number: float) -> str:
        """Return the bits of a number of the format as people write them: "0x3f80"."""
        (value,) = self.patterns(np.array([number])).tolist()
        return f"0x{value:0{self.bits // 4}x}"

    def patterns(self, numbers: FloatArray) -> npt.NDArray[np.unsignedinteger]:
        """Return the bits of numbers of the format, as unsigned integers that are as long."""
        bits = torch.from_numpy(numbers).to(self.dtype).view(_INTEGERS[self.dtype.itemsize])
        return bits.numpy().view(f"u{self.dtype.itemsize}")


@lru_cache(maxsize=8)
def _inputs(kind: Format, breaks: tuple[float, ...]) -> torch.Tensor:
    integers = _INTEGERS[kind.dtype.itemsize]
    largest = int(torch.tensor(kind.largest, dtype=kind.dtype).view(integers))
    if kind.exhaustive:
        places = torch.arange(largest + 1)
    else:
        places = torch.linspace(0, largest, SAMPLED // 2, dtype=torch.float64).round().long()
    if breaks:
        around = torch.arange(BESIDE_BREAK) - BESIDE_BREAK // 2
        near = kind.order(kind.round(torch.tensor(breaks, dtype=torch.float64)))
        sizes = (near[:, None] + around).abs().clamp(max=largest)
        places = torch.cat([places, sizes.flatten()]).sort().values
        places = places[places.diff(prepend=places.new_tensor([-1])) > 0]
    # The sign is the first bit, which makes -0 the smallest integer.
    bits = torch.cat([places.flip(0) - 2 ** (kind.bits - 1), places])
    return bits.to(integers).view(kind.dtype)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        each.name: each
        for each in (
            Format("bfloat16", torch.bfloat16),
            Format("float16", torch.float16),
            Format("float8_e4m3fn", torch.float8_e4m3fn, has_kernels=False),
            Format("float8_e5m2", torch.float8_e5m2, has_kernels=False),
            Format("float32", torch.float32),
        )
    }
)
"""The formats, by torch's names."""


def named(name: str) -> Format:
    """Return the format of this name; ValueError, with the names that there are, for another."""
    if name not in FORMATS:
        raise ValueError(f"the format must be one of {', '.join(FORMATS)}, not {name!r}")
    return FORMATS[name]
