"""Short messages as a modem sends and hears them: PDUs of 3GPP TS 23.040, texts of TS 23.038.

Pure: texts in, hexadecimal out, and back. Which modem, and when, is the channel's.
"""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import TypeVar

from msgspec import Struct

GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = {"^": 20, "{": 40, "}": 41, "\\": 47, "[": 60, "~": 61, "]": 62, "|": 64, "€": 101}
ESCAPE = 0x1B
SEPTETS, SEPTETS_OF_MANY = 160, 153
OCTETS, OCTETS_OF_MANY = 140, 134
MOST_PARTS = 8  # a caregiver reads no more, and each part costs
DIGITS = "0123456789*#abc"
INTERNATIONAL, NATIONAL = 0x91, 0x81
UCS2 = 0x08
Part = TypeVar("Part")
SUBMIT, VALIDITY_RELATIVE, STATUS_WANTED, HAS_HEADER = 0x01, 0x10, 0x20, 0x40
SIX_HOURS = 0x47  # of validity: a message about now is nothing to wake up to tomorrow


class Incoming(Struct, frozen=True):
    """A message that somebody sent us, or a part of one."""

    sender: str
    text: str
    at: datetime
    part: tuple[int, int, int] | None = None  # reference, of how many, which


class Report(Struct, frozen=True):
    """What became of a message of ours, by the network's word."""

    reference: int
    recipient: str
    at: datetime
    is_delivered: bool
    is_final: bool  # False: the network goes on trying


class NoPdu(Exception):
    """What the modem gave is no message that we can read."""


def submit(number: str, text: str, reference: int) -> list[tuple[int, str]]:
    """Give the PDUs of a message, each with the length that AT+CMGS wants (without the centre).

    `reference` (0 to 255) joins the parts of one message. What does not go into eight parts is
    cut, with an ellipsis. Raises ValueError for what is no telephone number.
    """
    recipient = _address(number)
    is_plain = _is_plain(text)
    bodies = _plain_bodies(text, reference) if is_plain else _wide_bodies(text, reference)
    has_header = HAS_HEADER if len(bodies) > 1 else 0
    first = SUBMIT | VALIDITY_RELATIVE | STATUS_WANTED | has_header
    found = []
    for body, length in bodies:
        coding = 0 if is_plain else UCS2
        pdu = bytes((first, 0)) + recipient + bytes((0, coding, SIX_HOURS, length)) + body
        found.append((len(pdu), "00" + pdu.hex().upper()))
    return found


def parts_of(text: str) -> int:
    """Give how many messages a text takes, as if there were no bound to them."""
    if not _is_plain(text):
        units = len(text.encode("utf-16-be"))
        return 1 if units <= OCTETS else -(-units // OCTETS_OF_MANY)
    septets = sum(2 if letter in EXTENDED else 1 for letter in text)
    return 1 if septets <= SEPTETS else -(-septets // SEPTETS_OF_MANY)


def received(pdu: str) -> Incoming | Report:
    """Read what the modem heard (+CMT, +CMGL, +CDS). Raises NoPdu."""
    try:
        data = bytes.fromhex(pdu.strip())
        data = data[1 + data[0] :]  # without the service centre
        return _report(data) if data[0] & 3 == 2 else _incoming(data)
    except (ValueError, IndexError, UnicodeDecodeError) as error:
        raise NoPdu(str(error) or "too short") from error


# -- what we send


def _is_plain(text: str) -> bool:
    return all(letter in GSM[:27] + GSM[28:] or letter in EXTENDED for letter in text)


def _plain_bodies(text: str, reference: int) -> list[tuple[bytes, int]]:
    parts = _plain_parts(text)
    return [_packed(part, header) for part, header in _headed(parts, reference)]


def _wide_bodies(text: str, reference: int) -> list[tuple[bytes, int]]:
    parts = _wide_parts(text)
    return [_wide(part, header) for part, header in _headed(parts, reference)]


def _headed(parts: list[Part], reference: int) -> list[tuple[Part, bytes]]:
    """Give each part with the header that joins it to the others; a single one has none."""
    if len(parts) == 1:
        return [(parts[0], b"")]
    head = (5, 0, 3, reference & 0xFF, len(parts))
    return [(part, bytes((*head, index))) for index, part in enumerate(parts, start=1)]


def _plain_parts(text: str) -> list[list[int]]:
    letters = [
        [ESCAPE, EXTENDED[letter]] if letter in EXTENDED else [GSM.index(letter)] for letter in text
    ]
    if sum(map(len, letters)) <= SEPTETS:
        return [[each for letter in letters for each in letter]]
    parts: list[list[int]] = [[]]
    for letter in letters:
        if len(parts[-1]) + len(letter) > SEPTETS_OF_MANY:
            parts.append([])
        parts[-1] += letter
    if len(parts) > MOST_PARTS:
        parts = parts[:MOST_PARTS]
        parts[-1] = parts[-1][: SEPTETS_OF_MANY - 3]
        if parts[-1][-1] == ESCAPE:
            parts[-1].pop()
        parts[-1] += [GSM.index(".")] * 3
    return parts


def _wide_parts(text: str) -> list[str]:
    if len(text.encode("utf-16-be")) <= OCTETS:
        return [text]
    parts = [""]
    for letter in text:
        if len((parts[-1] + letter).encode("utf-16-be")) > OCTETS_OF_MANY:
            parts.append("")
        parts[-1] += letter
    if len(parts) > MOST_PARTS:
        parts = [*parts[: MOST_PARTS - 1], parts[MOST_PARTS - 1][:-1] + "…"]
    return parts


def _packed(septets: list[int], header: bytes) -> tuple[bytes, int]:
    """Pack seven bits into eight, after a header that ends on a septet (TS 23.038, 6.1.2.1)."""
    fill = -len(header) * 8 % 7
    bits, count, packed = 0, fill, bytearray()
    for septet in septets:
        bits |= septet << count
        count += 7
        while count >= 8:
            packed.append(bits & 0xFF)
            bits, count = bits >> 8, count - 8
    if count:
        packed.append(bits & 0xFF)
    return header + bytes(packed), (len(header) * 8 + fill) // 7 + len(septets)


def _wide(text: str, header: bytes) -> tuple[bytes, int]:
    body = header + text.encode("utf-16-be")
    return body, len(body)


def _address(number: str) -> bytes:
    digits = number.replace(" ", "").replace("-", "")
    kind = INTERNATIONAL if digits.startswith("+") else NATIONAL
    digits = digits.removeprefix("+")
    if not 3 <= len(digits) <= 20 or not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"{number!r} is no telephone number")
    padded = digits + "F" * (len(digits) % 2)
    swapped = "".join(b + a for a, b in zip(padded[::2], padded[1::2], strict=True))
    return bytes((len(digits), kind)) + bytes.fromhex(swapped)


# -- what we hear


def _incoming(data: bytes) -> Incoming:
    sender, at = _sender(data, 1)
    coding, stamp, length, body = data[at + 1], data[at + 2 : at + 9], data[at + 9], data[at + 10 :]
    header = body[: body[0] + 1] if data[0] & HAS_HEADER else b""
    if coding & 0xEC == UCS2:
        text = body[len(header) : length].decode("utf-16-be", "replace")
    elif coding & 0xEC == 4:
        raise NoPdu("binary")
    else:
        text = _unpacked(body, len(header), length)
    return Incoming(sender, text, _time(stamp), _part(header))


def _report(data: bytes) -> Report:
    recipient, at = _sender(data, 2)
    status = data[at + 14]
    return Report(
        reference=data[1],
        recipient=recipient,
        at=_time(data[at + 7 : at + 14]),
        is_delivered=status < 0x20 and status <= 2,
        is_final=status & 0x60 != 0x20,
    )


def _sender(data: bytes, at: int) -> tuple[str, int]:
    """Give the number or name at this place, and the place after it."""
    count, kind = data[at], data[at + 1]
    end = at + 2 + (count + 1) // 2
    raw = data[at + 2 : end]
    if kind & 0x70 == 0x50:
        return _unpacked(raw, 0, count * 4 // 7), end
    digits = "".join(DIGITS[nibble] for byte in raw for nibble in (byte & 15, byte >> 4)
                     if nibble != 15)  # fmt: skip
    return ("+" if kind & 0x70 == 0x10 else "") + digits[:count], end


def _unpacked(data: bytes, header: int, septets: int) -> str:
    bits, skipped = int.from_bytes(data, "little"), -(-header * 8 // 7)
    values = [bits >> 7 * index & 0x7F for index in range(skipped, septets)]
    extended = {code: letter for letter, code in EXTENDED.items()}
    text = [
        extended.get(value, " ") if before == ESCAPE else GSM[value]
        for before, value in pairwise([0, *values])
        if value != ESCAPE
    ]
    return "".join(text)


def _part(header: bytes) -> tuple[int, int, int] | None:
    at = 1
    while at + 2 <= len(header):
        kind, length = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + length]
        if kind == 0 and length == 3:
            return value[0], value[1], value[2]
        if kind == 8 and length == 4:
            return int.from_bytes(value[:2], "big"), value[2], value[3]
        at += 2 + length
    return None


def _time(stamp: bytes) -> datetime:
    """Read a service centre's time: swapped digits, quarters of an hour from UTC (9.2.3.11)."""
    year, month, day, hour, minute, second = ((byte & 15) * 10 + (byte >> 4) for byte in stamp[:6])
    zone = (stamp[6] & 7) * 10 + (stamp[6] >> 4)
    offset = timedelta(minutes=15 * (-zone if stamp[6] & 8 else zone))
    at = datetime(2000 + year, month, day, hour, minute, second, tzinfo=timezone(offset))
    return at.astimezone(UTC)
