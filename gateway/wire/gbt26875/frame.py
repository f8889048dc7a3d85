"""One frame on the wire, and the stream of them that TCP cuts as it likes (GB/T 26875.3-2011, 6-8).

    40 40  serial 2  version 2  sent 6  from 6  to 6  length 2  command 1  data n  sum 1  23 23

Numbers are little-endian; times are the wall clock of China. What the data mean is objects.py's.
"""

import struct
from datetime import UTC, datetime, timedelta, timezone
from enum import IntEnum, StrEnum

from msgspec import Struct

START, END = b"\x40\x40", b"\x23\x23"
HEAD = struct.Struct("<2sHBB6s6s6sHB")
TAIL = 3  # the sum and the end
LONGEST_DATA = 1024
VERSION = (1, 1)
CHINA = timezone(timedelta(hours=8))
FIRST = datetime(2000, 1, 1, tzinfo=CHINA)  # between them a year fits into its byte
LAST = datetime(2255, 12, 31, 23, 59, 59, tzinfo=CHINA)
ADDRESS_LIMIT = 1 << 48
SERIAL_LIMIT = 1 << 16


class Command(IntEnum):
    """What a frame wants."""

    CONTROL = 1
    SEND = 2
    CONFIRM = 3
    REQUEST = 4
    REPLY = 5
    DENY = 6


class Frame(Struct, frozen=True):
    """One exchange's frame; a resend, its confirmation and its reply keep the serial."""

    serial: int
    command: Command
    sent: datetime  # aware
    source: int  # 48 bits
    target: int
    data: bytes = b""
    version: tuple[int, int] = VERSION

    def answered(self, command: Command, sent: datetime, data: bytes = b"") -> "Frame":
        """Give the answer to this frame: the same serial, the other way."""
        return Frame(self.serial, command, sent, self.target, self.source, data)


class Fault(StrEnum):
    """Why a frame is denied."""

    CHECKSUM = "checksum"
    COMMAND = "command"


class Denied(Struct, frozen=True):
    """A whole frame that cannot be taken; its sender is told so under its serial."""

    serial: int
    source: int
    target: int
    fault: Fault


def encode(frame: Frame) -> bytes:
    """Give a frame's bytes. Raises ValueError for what does not fit in."""
    if len(frame.data) > LONGEST_DATA:
        raise ValueError(f"{len(frame.data)} bytes of data, at most {LONGEST_DATA}")
    if not 0 <= frame.serial < SERIAL_LIMIT:
        raise ValueError(f"serial {frame.serial} is no 16 bit number")
    head = HEAD.pack(
        START,
        frame.serial,
        *frame.version,
        time_bytes(frame.sent),
        _address_bytes(frame.source),
        _address_bytes(frame.target),
        len(frame.data),
        frame.command,
    )
    summed = head[2:] + frame.data
    return START + summed + bytes([sum(summed) & 0xFF]) + END


class Stream:
    """What one connection sends, cut into frames; nothing that arrives makes it raise.

    Text may hold the end's two bytes, so only start, length and end together make a frame. Where
    they do not, the next start is looked for one byte later; it keeps no more than one frame.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.lost_bytes = 0  # that belonged to no frame

    def feed(self, chunk: bytes) -> list[Frame | Denied]:
        """Give the frames that these bytes complete, in order."""
        self._buffer += chunk
        found: list[Frame | Denied] = []
        while (one := self._next()) is not None:
            found.append(one)
        return found

    def _next(self) -> Frame | Denied | None:
        buffer, at = self._buffer, 0
        while (at := buffer.find(START, at)) >= 0 and len(buffer) - at >= HEAD.size:
            length = buffer[at + 24] | buffer[at + 25] << 8
            end = at + HEAD.size + length + TAIL
            if length <= LONGEST_DATA:
                if len(buffer) < end:
                    break
                if buffer[end - 2 : end] == END:
                    frame = bytes(buffer[at:end])
                    self._lose(at)
                    del buffer[: end - at]
                    return _decoded(frame)
            at += 1
        self._lose(at if at >= 0 else len(buffer) - buffer.endswith(START[:1]))
        return None

    def _lose(self, count: int) -> None:
        self.lost_bytes += count
        del self._buffer[:count]


def time_bytes(at: datetime) -> bytes:
    """Write a time as the wire does: second first, the year of this century last.

    A clock that was never set reads 1970: an alarm goes up all the same, with the nearest time.
    """
    local = min(max(at, FIRST), LAST).astimezone(CHINA)
    return bytes(
        (local.second, local.minute, local.hour, local.day, local.month, local.year - 2000)
    )


def time_from(data: bytes) -> datetime:
    """Read such a time as UTC. Raises ValueError where there is none like it."""
    second, minute, hour, day, month, year = data
    return datetime(2000 + year, month, day, hour, minute, second, tzinfo=CHINA).astimezone(UTC)


def time_or_first(data: bytes) -> datetime:
    """Read such a time; the first there is where it is none: fire is fire by any clock."""
    try:
        return time_from(data)
    except ValueError:
        return FIRST.astimezone(UTC)


def _decoded(data: bytes) -> Frame | Denied:
    _, serial, main, user, sent, source, target, length, command = HEAD.unpack_from(data)
    ends = (int.from_bytes(source, "little"), int.from_bytes(target, "little"))
    if sum(data[2:-TAIL]) & 0xFF != data[-TAIL]:
        return Denied(serial, *ends, Fault.CHECKSUM)
    if command not in Command.__members__.values():
        return Denied(serial, *ends, Fault.COMMAND)
    at = time_or_first(sent)
    body = data[HEAD.size : HEAD.size + length]
    return Frame(serial, Command(command), at, *ends, body, (main, user))


def _address_bytes(address: int) -> bytes:
    if not 0 <= address < ADDRESS_LIMIT:
        raise ValueError(f"address {address} is no 48 bit number")
    return address.to_bytes(6, "little")
