"""What a frame carries: objects of one type, counted (GB/T 26875.3-2011, 8.2 and 8.3).

type 1 | count 1 | object | object ...
"""

import struct
from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum, IntFlag

from msgspec import Struct

from gateway.wire.gbt26875.frame import time_bytes, time_from, time_or_first

TEXT = 31  # bytes of a component's text, its closing zero among them
PART = struct.Struct("<BBBIH31s6s")
BITS = struct.Struct("<B6s")
MOST_PARTS = 22


class Type(IntEnum):
    """What the objects of a frame are: 1 to 28 go up, 81 to 91 are what the centre asks."""

    SYSTEM_STATE = 1
    PART_STATE = 2
    PART_VALUE = 3
    SELF_STATE = 21
    SELF_OPERATED = 24
    READ_SELF_STATE = 81
    INITIALISE = 89
    SET_CLOCK = 90
    DUTY_CHECK = 91


class PartBits(IntFlag):
    """State of a component. Without NORMAL the message is a test."""

    NORMAL = 1
    FIRE = 2
    FAULT = 4
    SHIELDED = 8
    SUPERVISORY = 16
    STARTED = 32
    FEEDBACK = 64
    DELAYED = 128
    POWER_FAULT = 256


class SelfBits(IntFlag):
    """State of the transmitter itself, which is our gateway."""

    NORMAL = 1
    FIRE = 2
    FAULT = 4
    MAINS_FAULT = 8
    BATTERY_FAULT = 16
    LINK_FAULT = 32
    LINE_FAULT = 64


class PartState(Struct, frozen=True):
    """One component, a smoke alarm say, and how it stands."""

    system_type: int  # 1: fire alarm; from 128 on by agreement
    system_address: int
    part_type: int  # 40: smoke; from 128 on by agreement
    part_address: int  # 32 bits
    state: PartBits
    text: str
    at: datetime


class SelfState(Struct, frozen=True):
    """How the transmitter itself stands."""

    state: SelfBits
    at: datetime


class Asked(Struct, frozen=True):
    """What the centre wants of us: a clock set, somebody on duty, the state."""

    type: Type
    at: datetime | None = None  # of SET_CLOCK
    minutes: int | None = None  # of DUTY_CHECK: to answer within


class Unreadable(Exception):
    """Data of a type that we do not know, or not as long as it says."""


def part_states(parts: Sequence[PartState]) -> bytes:
    """Give the data of a frame with these components. Raises ValueError for none or too many."""
    if not 1 <= len(parts) <= MOST_PARTS:
        raise ValueError(f"{len(parts)} components in a frame, 1 to {MOST_PARTS} go in")
    body = b"".join(
        PART.pack(
            part.system_type,
            part.system_address,
            part.part_type,
            part.part_address,
            part.state,
            text_bytes(part.text),
            time_bytes(part.at),
        )
        for part in parts
    )
    return bytes((Type.PART_STATE, len(parts))) + body


def self_state(state: SelfState) -> bytes:
    """Give the data of a frame that says how the transmitter stands."""
    return bytes((Type.SELF_STATE, 1)) + BITS.pack(state.state, time_bytes(state.at))


def read(data: bytes) -> list[PartState] | list[SelfState] | Asked | None:
    """Read a frame's data; None for no data at all, a heartbeat. Raises Unreadable."""
    if not data:
        return None
    if len(data) < 2:
        raise Unreadable("a type without a count")
    kind, count, body = data[0], data[1], data[2:]
    try:
        match kind:
            case Type.PART_STATE:
                return [_part(each) for each in _cut(body, PART, count)]
            case Type.SELF_STATE:
                return [_self(each) for each in _cut(body, BITS, count)]
            case Type.SET_CLOCK:
                return Asked(Type.SET_CLOCK, at=time_from(body))
            case Type.DUTY_CHECK:
                return Asked(Type.DUTY_CHECK, minutes=body[0] if body else None)
            case Type.READ_SELF_STATE | Type.INITIALISE:
                return Asked(Type(kind))
    except ValueError as error:
        raise Unreadable(str(error)) from error
    raise Unreadable(f"type {kind}")


def text_bytes(text: str) -> bytes:
    """Write a text in GB 18030, cut at a whole character, filled with spaces, closed by a zero."""
    encoded = b""
    for character in text:
        more = character.encode("gb18030", "replace")
        if len(encoded) + len(more) >= TEXT:
            break
        encoded += more
    return encoded.ljust(TEXT - 1) + b"\0"


def _cut(body: bytes, shape: struct.Struct, count: int) -> list[bytes]:
    if len(body) != shape.size * count:
        raise Unreadable(f"{count} objects of {shape.size} bytes in {len(body)}")
    return [body[at : at + shape.size] for at in range(0, len(body), shape.size)]


def _part(data: bytes) -> PartState:
    system_type, system, part_type, part, state, text, at = PART.unpack(data)
    said = text.partition(b"\0")[0].decode("gb18030", "replace").rstrip()
    bits, when = PartBits(state), time_or_first(at)
    return PartState(system_type, system, part_type, part, bits, said, when)


def _self(data: bytes) -> SelfState:
    state, at = BITS.unpack(data)
    return SelfState(SelfBits(state), time_from(at))
