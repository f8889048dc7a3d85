"""What a profile says of its serial port: speed, framing, and what to ask.

It reads the [serial] table and lists every fault; the port itself is the source's business.
"""

import re
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from gateway.wire.checks import Algorithm, Check, checksum
from gateway.wire.frame_spec import FrameKind, Framing, LengthPart
from gateway.wire.section import Section, meant

SLAVE = "{slave}"
_LONGEST = 4096  # no sensor sends a longer frame
_WIDTHS = {"u8": 1, "u16le": 2, "u16be": 2, "u24le": 3, "u24be": 3, "u32le": 4, "u32be": 4}
_MILLISECONDS = re.compile(r"([0-9]{1,5})ms", re.ASCII)


class Parity(StrEnum):
    """The parities that are spoken, as pyserial names them."""

    NONE = "N"
    EVEN = "E"
    ODD = "O"


class Poll(Struct, frozen=True):
    """What to ask a device that never speaks by itself, in hex; {slave} stands for its number."""

    every: timedelta
    request: str
    crc: Algorithm | None
    timeout: timedelta

    def frame(self, slave: str) -> bytes:
        """Give the request to one slave, "01" to "f7", with its checksum; raise ValueError."""
        data = bytes.fromhex(self.request.replace(SLAVE, slave))
        return data if self.crc is None else data + checksum(self.crc, data)


class SerialSpec(Struct, frozen=True):
    """How to set a port and what it sends."""

    baud: int
    parity: Parity
    stop_bits: int
    framing: Framing
    poll: Poll | None


def framing_of(section: Section) -> SerialSpec:
    """Read a [serial] table with its [serial.poll]; every fault is noted in the section."""
    spec = SerialSpec(
        baud=section.whole("baud", 9600, 50, 4_000_000),
        parity=section.one_of("parity", Parity, Parity.NONE) or Parity.NONE,
        stop_bits=section.whole("stop_bits", 1, 1, 2),
        framing=_framing(section),
        poll=poll_of(poll) if (poll := section.section("poll")) is not None else None,
    )
    section.finish()
    return spec


def poll_of(section: Section) -> Poll:
    """Read a [poll] table."""
    poll = Poll(
        every=section.duration("every") or timedelta(seconds=10),
        request=section.text("request"),
        crc=section.one_of("crc", Algorithm) if section.has("crc") else None,
        timeout=_pause(section, "timeout") or timedelta(seconds=1),
    )
    try:
        poll.frame("01")
    except ValueError:
        section.fault("request", f'must be hex, for example "{SLAVE}0200000008"')
    if poll.timeout >= poll.every:
        section.fault("timeout", "must be shorter than every")
    section.finish()
    return poll


def _framing(section: Section) -> Framing:
    kind = section.one_of("format", FrameKind, FrameKind.FRAME) or FrameKind.FRAME
    if kind is FrameKind.LINE:
        return Framing(
            kind=kind,
            longest=section.whole("longest", 512, 1, _LONGEST),
            separator=_mark(section, "separator", ";"),
            equals=_mark(section, "equals", "="),
        )
    fixed, parts, scale, plus = _length(section)
    framing = Framing(
        kind=kind,
        start=_hex(section, "start"),
        fixed=fixed,
        parts=parts,
        scale=scale,
        plus=plus,
        end=_hex(section, "end"),
        checks=tuple(check_of(one) for one in section.sections("checksum")),
        shortest=section.whole("shortest", 1, 1, _LONGEST),
        longest=section.whole("longest", 256, 1, _LONGEST),
        silence=_pause(section, "silence"),
    )
    _judge(section, framing)
    return framing


def _judge(section: Section, framing: Framing) -> None:
    """Note what would make frames impossible to find."""
    if section.raw("start") in (None, "") and framing.silence is None:
        section.fault("start", "is missing; give the first bytes in hex, or a silence")
    if not (framing.has_length or framing.end or framing.silence):
        section.fault("length", "is missing; give length, end or silence")
    if framing.least > framing.longest:
        section.fault("longest", f"must be at least {framing.least}, the shortest frame")
    if framing.fixed and not framing.least <= framing.fixed <= framing.longest:
        section.fault("length", f"must be {framing.least} to longest, {framing.longest}")


def _length(section: Section) -> tuple[int, tuple[LengthPart, ...], int, int]:
    if not isinstance(section.raw("length"), dict):
        has = section.has("length")
        return (section.whole("length", 0, 1, _LONGEST) if has else 0), (), 1, 0
    table = section.section("length")
    if table is None:  # cannot be: it is a table
        return 0, (), 1, 0
    parts = tuple(_part(one) for one in table.sections("parts"))
    if not parts:
        table.fault("parts", 'is missing; for example [{ at = 4, type = "u16le" }]')
    scale, plus = table.whole("scale", 1, 1, 16), table.whole("plus", 0, -64, _LONGEST)
    table.finish()
    return 0, parts, scale, plus


def _part(section: Section) -> LengthPart:
    written = section.text("type", "u8")
    width = _WIDTHS.get(written)
    if width is None:
        section.fault("type", f'unknown "{written}"{meant(written, _WIDTHS)}')
    part = LengthPart(
        at=section.whole("at", 0, 0, 64),
        width=width or 1,
        order="little" if written.endswith("le") else "big",
        mask=section.whole("mask", 0, 0, (1 << 32) - 1),
    )
    section.finish()
    return part


def check_of(section: Section) -> Check:
    """Read one table of a checksum."""
    at = section.whole("at", -1, -64, _LONGEST)
    check = Check(
        section.one_of("algorithm", Algorithm) or Algorithm.SUM8,
        section.whole("from", 0, -_LONGEST, _LONGEST),
        section.whole("to", at, -_LONGEST, _LONGEST),
        at,
    )
    if -check.algorithm.width < at < 0:
        section.fault("at", f"must be -{check.algorithm.width} or less: it has so many bytes")
    section.finish()
    return check


def _hex(section: Section, key: str) -> bytes:
    written = section.text(key, "")
    try:
        return bytes.fromhex(written)
    except ValueError:
        section.fault(key, f'must be bytes in hex, for example "f4f3f2f1", not "{written[:40]}"')
        return b""


def _mark(section: Section, key: str, usual: str) -> str:
    mark = section.text(key, usual)
    if not mark:
        section.fault(key, f'must be one character or more, for example "{usual}"')
    return mark


def _pause(section: Section, key: str) -> timedelta | None:
    """Read a duration that may be as short as "50ms"."""
    written = section.raw(key)
    found = _MILLISECONDS.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        return section.duration(key)
    pause = timedelta(milliseconds=int(found[1]))
    if not pause:
        section.fault(key, "must be 1ms at least")
    return pause
