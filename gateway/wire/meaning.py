"""What one message says, whoever sent it: its values, and when they were measured.

It is worked out once for each message of a profile and shared by all devices of that profile.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from edge.model import Freshness, Kind, Packet, Value
from gateway.wire.fields import Field, Path, dig
from gateway.wire.payload import Document, read_either, read_object
from gateway.wire.profile import Format, Message
from gateway.wire.refusal import Refused
from gateway.wire.times import device_time

_READERS: dict[Format, Callable[[bytes, list[Refused]], Document | None]] = {
    Format.JSON: read_object,
    Format.EITHER: read_either,
}


class Said(NamedTuple):
    """The values of a message, each kind once, and how fresh they are."""

    values: dict[Kind, Value]
    at: datetime
    freshness: Freshness


class _Lookup(NamedTuple):
    key: str | None  # None: the path has more than one step
    path: Path
    kind: Kind
    read: Callable[[object], Value | Refused | None]


class Meaning:
    """Reads the packets of one topic of one kind of device."""

    __slots__ = ("_alone", "_fields", "_read", "_time")

    def __init__(self, message: Message) -> None:
        self._read = _READERS[message.format]
        self._fields = [_looked_up(field) for field in message.fields]
        self._alone = [_looked_up(field) for field in message.alone]
        self._time = message.time

    def of(self, packet: Packet, notes: list[Refused]) -> Said | None:
        """Say what a packet says; None where it cannot be read. Refusals are added to `notes`."""
        document = self._read(packet.payload, notes)
        if document is None:
            return None
        values = _values(self._fields, document, notes)
        if not values and self._alone:
            values = _values(self._alone, document, notes)
        at, freshness = packet.received.wall, packet.freshness
        if self._time is not None and isinstance(document, dict):
            at, misdated = device_time(dig(document, self._time), packet.received)
            if misdated is not None:
                notes.append(misdated)
                # Retained and buffered say more: where the message has been.
                freshness = Freshness.MISDATED if freshness is Freshness.LIVE else freshness
        return Said(values, at, freshness)


def _looked_up(field: Field) -> _Lookup:
    key = field.path[0] if len(field.path) == 1 else None
    return _Lookup(key, field.path, field.kind, field.read)


def _values(fields: list[_Lookup], document: Document, notes: list[Refused]) -> dict[Kind, Value]:
    """Read every field that is there; absent and null are not known, and say nothing."""
    if not isinstance(document, dict):
        # A bare value is the value of the first field.
        document, fields = {"": document}, [field._replace(key="") for field in fields[:1]]
    values: dict[Kind, Value] = {}
    for key, path, kind, read in fields:
        raw = document.get(key) if key is not None else dig(document, path)
        value = None if raw is None else read(raw)
        if isinstance(value, Refused):
            notes.append(value)
        # Two fields may speak of one kind; then a yes outweighs a no.
        elif value is not None and (kind not in values or value is True):
            values[kind] = value
    return values
