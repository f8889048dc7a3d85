"""One value in a run of bytes: where it lies, how it is written, which of its bits are meant.

It gives raw numbers; what they mean is decided in fields.py.
"""

import struct
from enum import StrEnum
from typing import Literal

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
        return _WIDTHS[self]

    @property
    def is_whole(self) -> bool:
        """Say whether its bits can be picked out one by one."""
        return self in _WHOLE


_WIDTHS = {
    coding: int("".join(c for c in coding.value if c.isdigit()) or 0) // 8 for coding in Coding
} | {Coding.SFLOAT: 2, Coding.FLOAT: 4}
# Of whole numbers: in which order the bytes come, and whether there are numbers below zero.
_WHOLE: dict[Coding, tuple[Literal["little", "big"], bool]] = {
    coding: ("little" if coding.value.endswith("le") else "big", coding.value[0] == "s")
    for coding in Coding
    if coding.value[0] in "us" and coding is not Coding.SFLOAT
}


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
        whole = _WHOLE.get(self.coding)
        if whole is None:
            return _value(self.coding, part)
        value = int.from_bytes(part, whole[0], signed=whole[1])
        if not self._is_worked_on:
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


def _value(coding: Coding, part: bytes) -> float | str | None:
    if coding is Coding.SFLOAT:
        return _medical(part, 12, _NO_SFLOAT)
    if coding is Coding.FLOAT:
        return _medical(part, 24, _NO_FLOAT)
    if coding is Coding.TEXT:
        return part.decode("ascii", errors="replace").strip("\0 ")
    (number,) = struct.unpack("<f" if coding is Coding.F32LE else ">f", part)
    return float(number)


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
