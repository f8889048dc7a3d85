"""One value in a run of bytes: where it lies, how it is written, which of its bits are meant.

It gives raw numbers; what they mean is decided in fields.py.
"""

import struct
from enum import StrEnum

from msgspec import Struct

# IEEE 11073-20601: NaN, "not at this resolution", the infinities, and one kept for later.
_NO_SFLOAT = frozenset({0x07FF, 0x0800, 0x07FE, 0x0802, 0x0801})
_NO_FLOAT = frozenset({0x007FFFFF, 0x00800000, 0x007FFFFE, 0x00800002, 0x00800001})


class Coding(StrEnum):
    """How the bytes of one value are written."""

    U8 = "u8"
    S8 = "s8"
    U16LE = "u16le"
    U16BE = "u16be"
    S16LE = "s16le"
    S16BE = "s16be"
    U24LE = "u24le"
    U24BE = "u24be"
    S24LE = "s24le"
    S24BE = "s24be"
    U32LE = "u32le"
    U32BE = "u32be"
    S32LE = "s32le"
    S32BE = "s32be"
    U40LE = "u40le"
    U40BE = "u40be"
    U48LE = "u48le"
    U48BE = "u48be"
    F32LE = "f32le"
    F32BE = "f32be"
    SFLOAT = "sfloat"  # IEEE 11073, 16 bits, little endian
    FLOAT = "float"  # IEEE 11073, 32 bits, little endian
    TEXT = "text"

    @property
    def width(self) -> int:
        """Give its bytes; 0 where the slot says how many."""
        if self is Coding.TEXT:
            return 0
        if self in (Coding.SFLOAT, Coding.FLOAT):
            return 2 if self is Coding.SFLOAT else 4
        return int("".join(c for c in self.value if c.isdigit())) // 8

    @property
    def is_whole(self) -> bool:
        """Say whether its bits can be picked out one by one."""
        return self.value[0] in "us" and self is not Coding.SFLOAT


class Slot(Struct, frozen=True):
    """A value at a place; a negative place counts from the end."""

    at: int
    coding: Coding = Coding.U8
    mask: int = 0  # 0: all of it; else what it picks is shifted down
    size: int = 0  # bytes of a text
    of: str = ""  # another element of the same advertisement; empty: the message itself
    minus: int = 0  # the bit that means "below zero", the rest being the amount
    plus: int = 0  # the bit that means "above zero"
    divide: int = 0  # only the whole part of the quotient counts
    modulo: int = 0  # only the remainder counts

    @property
    def width(self) -> int:
        """Give the number of bytes that it takes up."""
        return self.size if self.coding is Coding.TEXT else self.coding.width

    def bytes_in(self, data: bytes) -> bytes | None:
        """Give the bytes themselves; None where the data end before."""
        begin = self.at if self.at >= 0 else len(data) + self.at
        end = begin + self.width
        return data[begin:end] if begin >= 0 and end <= len(data) else None

    def read(self, data: bytes) -> int | float | str | None:
        """Give the raw value; None where there is none or where it says "not known"."""
        part = self.bytes_in(data)
        if part is None:
            return None
        value = _value(self.coding, part)
        if not isinstance(value, int) or not self._is_worked_on:
            return value
        if self.mask:
            lowest = (self.mask & -self.mask).bit_length() - 1
            value = (value & self.mask) >> lowest
        return self._worked_out(value)

    @property
    def _is_worked_on(self) -> bool:
        return bool(self.mask or self.minus or self.plus or self.divide or self.modulo)

    def _worked_out(self, value: int) -> int:
        is_below = bool(value & self.minus) or bool(self.plus and not value & self.plus)
        value &= ~(self.minus | self.plus)
        if self.divide:
            value //= self.divide
        if self.modulo:
            value %= self.modulo
        return -value if is_below else value


def _value(coding: Coding, part: bytes) -> int | float | str | None:
    match coding:
        case Coding.TEXT:
            return part.decode("ascii", errors="replace").strip("\0 ")
        case Coding.SFLOAT:
            return _medical(part, 12, _NO_SFLOAT)
        case Coding.FLOAT:
            return _medical(part, 24, _NO_FLOAT)
        case Coding.F32LE | Coding.F32BE:
            (number,) = struct.unpack("<f" if coding is Coding.F32LE else ">f", part)
            return float(number)
    order = "little" if coding.value.endswith("le") else "big"
    return int.from_bytes(part, order, signed=coding.value[0] == "s")  # type: ignore[arg-type]


def _medical(part: bytes, bits: int, nothing: frozenset[int]) -> float | None:
    """Read mantissa * 10 ** exponent, the exponent in the top bits; IEEE 11073-20601, F.8."""
    raw = int.from_bytes(part, "little")
    if raw in nothing:
        return None
    mantissa, exponent = raw & ((1 << bits) - 1), raw >> bits
    mantissa -= (mantissa >> (bits - 1)) << bits
    width = len(part) * 8 - bits
    exponent -= (exponent >> (width - 1)) << width
    return float(round(mantissa * 10.0**exponent, 6))
