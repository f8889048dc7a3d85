"""From bytes to a document: a JSON object, or one bare value.

It repairs what would otherwise hide a whole message (NaN, a byte that is no UTF-8); what the
fields mean is decided in fields.py.
"""

import json
import math

import msgspec

from gateway.wire.refusal import Refusal, Refused, refused

# No sensor says so much; a longer message is an accident or an attack.
LONGEST = 64 * 1024

Document = dict[str, object] | bool | int | float | str

_decode = msgspec.json.Decoder().decode
_UNREADABLE = (msgspec.MsgspecError, UnicodeError, RecursionError)
# A byte order mark, and the NUL that some firmwares send along with their C strings.
_AROUND = "\ufeff\0 \t\r\n"
_BEFORE = b"\xef\xbb\xbf \t\r\n"


def read_object(payload: bytes, notes: list[Refused]) -> dict[str, object] | None:
    """Read a JSON object; None, with the reason added to `notes`, where there is none."""
    if not _has_right_length(payload, notes):
        return None
    try:
        document = _decode(payload)
    except _UNREADABLE:
        return _mended(payload, notes)
    return _object(document, notes)


def read_either(payload: bytes, notes: list[Refused]) -> Document | None:
    """Read a JSON object, or one bare value: `online`, `"online"`, `true`, `57`."""
    if payload[:LONGEST].lstrip(_BEFORE).startswith(b"{"):
        return read_object(payload, notes)
    return _bare(payload, notes) if _has_right_length(payload, notes) else None


def _has_right_length(payload: bytes, notes: list[Refused]) -> bool:
    if 0 < len(payload) <= LONGEST:
        return True
    # A retained message is removed by an empty one; that says nothing about the device.
    reason = Refusal.TOO_LONG if payload else Refusal.EMPTY
    notes.append(refused(reason, f"{len(payload)} bytes"))
    return False


def _object(document: object, notes: list[Refused]) -> dict[str, object] | None:
    if isinstance(document, dict):
        return document
    notes.append(refused(Refusal.WRONG_TYPE, "not a JSON object"))
    return None


def _bare(payload: bytes, notes: list[Refused]) -> Document | None:
    try:
        text = payload.decode().strip(_AROUND)
    except UnicodeDecodeError:
        notes.append(refused(Refusal.NOT_TEXT, "not UTF-8"))
        return None
    try:
        value = _decode(text)
    except _UNREADABLE:
        return text
    if isinstance(value, bool | int | float | str):
        return value
    notes.append(refused(Refusal.WRONG_TYPE, "neither an object nor one bare value"))
    return None


def _mended(payload: bytes, notes: list[Refused]) -> dict[str, object] | None:
    """Read JSON that a strict reader refuses, so that one bad value does not hide smoke."""
    text = payload.decode(errors="replace").strip(_AROUND)
    try:
        # NaN and Infinity come through as numbers that no field believes.
        document = json.loads(text, parse_int=_whole, strict=False)
    except (ValueError, RecursionError):
        notes.append(refused(Refusal.NOT_JSON, text))
        return None
    if "\N{REPLACEMENT CHARACTER}" in text:
        notes.append(refused(Refusal.NOT_TEXT, "not UTF-8"))
    return _object(document, notes)


def _whole(digits: str) -> int | float:
    # Python refuses to read thousands of digits; here they are just out of every range.
    return int(digits) if len(digits) < 400 else math.inf
