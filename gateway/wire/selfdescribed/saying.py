"""Reads a message by what its device said of itself.

Who introduced themselves, introductions.py keeps.
"""

import json
from collections.abc import Iterator

import msgspec

from edge.model import Kind, Value
from gateway.wire.payload import LONGEST, read_either, read_object
from gateway.wire.refusal import Refusal, Refused, refused
from gateway.wire.selfdescribed.discovery import Entity
from gateway.wire.selfdescribed.exposes import Exposed
from gateway.wire.selfdescribed.mapping import Field, values
from gateway.wire.tokens import Path, dig

_decode = msgspec.json.Decoder().decode
_UNREADABLE = (msgspec.MsgspecError, UnicodeError, RecursionError)


def decoded(payload: bytes) -> object:
    """Read JSON; None where it is none. One NaN in a long list does not hide all devices."""
    try:
        return _decode(payload)
    except _UNREADABLE:
        pass
    try:
        document = json.loads(payload.decode(errors="replace"), strict=False)
        if b"\\ud" not in payload.lower():
            return document
        # Half of a pair of surrogates is no text: it could not be kept, nor shown to anybody.
        plain = json.dumps(document, ensure_ascii=False).encode(errors="replace")
        return json.loads(plain)
    except (ValueError, RecursionError):
        return None


def state(exposed: Exposed, payload: bytes, notes: list[Refused]) -> dict[Kind, Value]:
    """Read the state of a bridge's device."""
    document = read_object(payload, notes)
    if document is None:
        return {}
    found = values(_placed(exposed.fields, document), notes)
    # What was never declared is not refused where it is something else than expected.
    for kind, value in values(_placed(exposed.undeclared, document), []).items():
        if kind not in found or value is True:
            found[kind] = value
    return found


def _placed(fields: dict[Path, Field], document: object) -> Iterator[tuple[Field, object]]:
    return ((field, dig(document, path)) for path, field in fields.items())


def field_by(exposed: Exposed, name: str) -> Field | None:
    """Find the field of a property, for bridges that publish each on a topic of its own."""
    return exposed.fields.get((name,)) or exposed.undeclared.get((name,))


def alone(field: Field, payload: bytes, notes: list[Refused]) -> dict[Kind, Value]:
    """Read the one value of a topic."""
    document = read_either(payload, notes)
    raw = dig(document, ("state",)) if isinstance(document, dict) else document
    return values([(field, raw)], notes)


def entity_values(
    heard: list[Entity], payload: bytes, notes: list[Refused]
) -> dict[str, dict[Kind, Value]]:
    """Give what a message says of each device that it speaks of."""
    if not 0 < len(payload) <= LONGEST:
        reason = Refusal.TOO_LONG if payload else Refusal.EMPTY
        notes.append(refused(reason, f"{len(payload)} bytes"))
        return {}
    text = payload.decode(errors="replace").strip("\ufeff\0 \t\r\n")
    is_object = payload.lstrip().startswith(b"{")
    document = read_object(payload, notes) if is_object else decoded(payload)
    said: dict[str, list[tuple[Field, object]]] = {}
    for one in _spoken_for(heard):
        said.setdefault(one.device, []).append((one.field, one.raw(text, document)))
    return {device: values(fields, notes) for device, fields in said.items()}


def _spoken_for(heard: list[Entity]) -> list[Entity]:
    """Leave out what several devices call their availability: that is their bridge's own."""
    speakers = {one.device for one in heard if one.field.kind is Kind.ONLINE}
    if len(speakers) < 2:
        return heard
    return [one for one in heard if one.field.kind is not Kind.ONLINE]
