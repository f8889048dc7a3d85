"""The way back from a value to what stands for it on a wire: raw numbers, words and bytes.

It knows single values; the messages around them are draft.py's.
"""

import math
import struct
from collections.abc import Iterator
from itertools import chain, pairwise

from edge.model import Value
from gateway.wire.conditions import Condition
from gateway.wire.fields import Binary, Constant, Field, Number
from gateway.wire.slots import Coding, Slot

_DECIMALS = 9  # behind which a number is only the noise of its arithmetic


class Undraftable(ValueError):
    """A message that cannot be taken apart, changed or put together like this."""


def is_same(one: object, other: Value) -> bool:
    """Say whether two values are one; 1 is not True."""
    return one == other and isinstance(one, bool) is isinstance(other, bool)


def raws(field: Field, value: Value) -> Iterator[object]:
    """Give what a field can read as this value, the likeliest first; nothing where it cannot."""
    if isinstance(field, Constant):
        # Whether the message is there says it all.
        yield from [None] if is_same(field.value, value) else []
        return
    guesses = _words(field) if isinstance(field, Binary) else _numbers(field, value)
    seen: list[object] = []
    for raw in guesses:
        if (type(raw), raw) not in seen and is_same(field.read(raw), value):
            seen.append((type(raw), raw))
            yield raw


def fulfilling(condition: Condition) -> Iterator[object]:
    """Give raw values that fulfil a condition."""
    ends = [end for end in (condition.low, condition.high) if end is not None]
    near = chain.from_iterable((math.ceil(end), math.floor(end), end) for end in ends)
    for raw in chain((value for _, value in condition.values), near, range(4), ("",)):
        if condition.holds(raw):
            yield raw


def written(slot: Slot, data: bytes, raw: object) -> bytes | None:
    """Give the data with a raw value in its place; None where it does not fit in there."""
    part = slot.bytes_in(data)
    if part is None or isinstance(raw, bool):
        return None
    try:
        coded = _coded(slot, part, raw)
    except (OverflowError, TypeError, ValueError, struct.error):
        return None
    begin = slot.at if slot.at >= 0 else len(data) + slot.at
    whole = data[:begin] + coded + data[begin + slot.width :]
    return whole if slot.read(whole) == raw else None


# -- from a value to raw ones


def _words(field: Binary) -> Iterator[object]:
    yield from (word for _, word in field.meanings)
    for border in (field.above, field.below):
        if border is not None:
            yield from (math.floor(border), math.ceil(border), border + 1, border - 1, border)


def _numbers(field: Number, value: Value) -> Iterator[object]:
    target = (float(value) - field.offset) / (field.scale or 1.0)
    for raw in _before_curve(field, target) if field.curve else (target,):
        for number in _near(raw):
            yield str(number) if field.is_text else number


def _before_curve(field: Number, target: float) -> Iterator[float]:
    for (left, low), (right, high) in pairwise(field.curve):
        if min(low, high) <= target <= max(low, high):
            share = 0.0 if low == high else (target - low) / (high - low)
            yield left + share * (right - left)
    yield from (raw for raw, value in field.curve if value == target)


def _near(raw: float) -> Iterator[int | float]:
    whole = round(raw)
    yield from [whole] if math.isclose(whole, raw, abs_tol=1e-9) else []
    yield round(raw, _DECIMALS)
    yield from (whole, whole + 1, whole - 1)


# -- from raw values to bytes


def _coded(slot: Slot, part: bytes, raw: object) -> bytes:
    coding = slot.coding
    if coding is Coding.TEXT:
        return str(raw).encode("ascii", errors="strict").ljust(slot.width, b"\0")[: slot.width]
    if not isinstance(raw, int | float):
        raise TypeError(f"{raw!r} is no number")
    if coding in (Coding.F32LE, Coding.F32BE):
        return struct.pack("<f" if coding is Coding.F32LE else ">f", raw)
    if coding in (Coding.SFLOAT, Coding.FLOAT):
        return _medical(raw, 12 if coding is Coding.SFLOAT else 24)
    order = "little" if coding.value.endswith("le") else "big"
    if raw != int(raw):
        raise ValueError(f"{raw!r} is no whole number")
    old = int.from_bytes(part, order)  # type: ignore[arg-type]
    number = _inlaid(slot, old, int(raw))
    return (number & ((1 << 8 * len(part)) - 1)).to_bytes(len(part), order)  # type: ignore[arg-type]


def _inlaid(slot: Slot, old: int, raw: int) -> int:
    """Give the number with `raw` where the slot reads it, and everything else as it was."""
    mask = slot.mask
    shift = (mask & -mask).bit_length() - 1 if mask else 0
    inner, signs = (old & mask) >> shift if mask else old, slot.minus | slot.plus
    amount = _enlarged(slot, inner & ~signs, abs(raw) if signs else raw)
    if signs:
        amount |= slot.minus if raw < 0 else slot.plus
    return (old & ~mask) | ((amount << shift) & mask) if mask else amount


def _enlarged(slot: Slot, old: int, amount: int) -> int:
    """Undo quotient and remainder; what they leave out stays as it was."""
    quotient = old // slot.divide if slot.divide else old
    if slot.modulo:
        amount += quotient - quotient % slot.modulo
    return amount * slot.divide + old % slot.divide if slot.divide else amount


def _medical(value: float, bits: int) -> bytes:
    """Write mantissa * 10 ** exponent, with the exponent that loses nothing; IEEE 11073-20601."""
    width = 4 if bits == 12 else 8
    for exponent in range(0, -(1 << (width - 1)) - 1, -1):
        mantissa = round(value * 10.0**-exponent)
        if math.isclose(mantissa * 10.0**exponent, value, rel_tol=1e-12, abs_tol=1e-9):
            break
    raw = (exponent & ((1 << width) - 1)) << bits | (mantissa & ((1 << bits) - 1))
    return raw.to_bytes((bits + width) // 8, "little")
