"""What one message says, whoever sent it: its values, and when they were measured.

It is worked out once for each message of a profile and shared by all devices of that profile.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from edge.model import Freshness, Kind, Packet, Value
from gateway.wire.checks import all_hold
from gateway.wire.conditions import Condition
from gateway.wire.contents import Content, reader
from gateway.wire.envelope import Envelope, opened
from gateway.wire.fields import Constant, Field
from gateway.wire.guard import Guard, Opened
from gateway.wire.payload import Document
from gateway.wire.profile import Format, Message
from gateway.wire.refusal import Refusal, Refused, refused
from gateway.wire.slots import Slot
from gateway.wire.times import device_time
from gateway.wire.tokens import Path, dig


class Said(NamedTuple):
    """The values of a message, each kind once, and how fresh they are."""

    values: dict[Kind, Value]
    at: datetime
    freshness: Freshness


class _Lookup(NamedTuple):
    key: str | None  # of an object; None: anything but a path of one step
    where: Path | Slot
    kind: Kind
    read: Callable[[object], Value | Refused | None]
    tags: frozenset[int]
    conditions: tuple[Condition, ...]


class Meaning:
    """Reads the packets of one message of one kind of device."""

    def __init__(self, message: Message, guard: Guard, *, is_stranger: bool = False) -> None:
        self._message = message
        self._guard = guard
        self._read = reader(message, is_stranger=is_stranger)
        self._fields = [_looked_up(field) for field in message.fields]
        self._alone = [_looked_up(field) for field in message.alone]
        self._time = message.time
        self._checks = message.checks
        # Most messages need none of these, and there are many messages.
        self._is_choosy = bool(message.sizes or message.shortest or message.conditions)
        self._is_walk = message.format is Format.TLV

    @property
    def is_sealed(self) -> bool:
        """Say whether it comes in an envelope that may be encrypted."""
        return self._message.envelope is not None

    @property
    def kinds(self) -> frozenset[Kind]:
        """Give what may be read of it."""
        return frozenset(field.kind for field in (*self._message.fields, *self._message.alone))

    def of(self, packet: Packet, notes: list[Refused], who: Sequence[str] = ()) -> Said | None:
        """Say what a packet says; None where it is not this message, or another device's.

        Refusals are added to `notes`.
        """
        values: dict[Kind, Value] | None = None
        at, freshness, envelope = packet.received.wall, packet.freshness, self._message.envelope
        for content in self._read(packet, notes):
            if (who or self._is_choosy) and not self._is_meant(content, who):
                continue
            if self._checks and not all_hold(self._checks, content.data):
                notes.append(refused(Refusal.DAMAGED, packet.address))
                continue
            within = content if envelope is None else self._opened(envelope, content, packet, notes)
            if within is None:
                continue
            said = self._values(within, notes)
            values = merged(values, said) if values else said
            if self._time is not None and isinstance(content.document, dict):
                at, misdated = device_time(dig(content.document, self._time), packet.received)
                if misdated is not None:
                    notes.append(misdated)
                    # Retained and buffered say more: where the message has been.
                    freshness = Freshness.MISDATED if freshness is Freshness.LIVE else freshness
        return None if values is None else Said(values, at, freshness)

    def _is_meant(self, content: Content, who: Sequence[str]) -> bool:
        message = self._message
        if message.sizes and len(content.data) not in message.sizes:
            return False
        if len(content.data) < message.shortest:
            return False
        if who and [content.name(where) for where in message.who] != list(who):
            return False
        return _all_hold(message.conditions, content)

    def _opened(
        self, envelope: Envelope, content: Content, packet: Packet, notes: list[Refused]
    ) -> Content | None:
        data, service = content.data, content.service

        def unpack() -> Opened:
            return opened(envelope, data, packet.address, self._guard, service)

        inside = self._guard.once(packet, (envelope, data, service), unpack)
        if isinstance(inside, Refused):
            notes.append(inside)
            return None
        return None if inside is None else replace(content, data=inside)

    def _values(self, content: Content, notes: list[Refused]) -> dict[Kind, Value]:
        within = self._items if self._is_walk else _values
        values = within(self._fields, content, notes)
        return values or (within(self._alone, content, notes) if self._alone else values)

    def _items(
        self, fields: list[_Lookup], content: Content, notes: list[Refused]
    ) -> dict[Kind, Value]:
        values: dict[Kind, Value] = {}
        for tag, data in self._message.walk.items(content.data):
            item = replace(content, data=data)
            wanted = [field for field in fields if tag in field.tags]
            values = merged(values, _values(wanted, item, notes))
        return values


def merged(values: dict[Kind, Value] | None, more: dict[Kind, Value]) -> dict[Kind, Value]:
    """Give both together; where both speak of one kind a yes outweighs a no."""
    if not values:
        return more
    for kind, value in more.items():
        if kind not in values or value is True:
            values[kind] = value
    return values


def _looked_up(field: Field) -> _Lookup:
    if isinstance(field, Constant):
        value = field.value
        return _Lookup(None, (), field.kind, lambda _: value, field.tags, field.conditions)
    where = field.where
    key = where[0] if not isinstance(where, Slot) and len(where) == 1 else None
    return _Lookup(key, where, field.kind, field.read, field.tags, field.conditions)


def _values(fields: list[_Lookup], content: Content, notes: list[Refused]) -> dict[Kind, Value]:
    """Read every field that is there; absent and null are not known, and say nothing."""
    document: Document | None = content.document
    if document is None:
        document = {}
    elif not isinstance(document, dict):
        # A bare value is the value of the first field.
        return _bare(fields[:1], document, notes)
    values: dict[Kind, Value] = {}
    for key, where, kind, read, _, conditions in fields:
        if conditions and not _all_hold(conditions, content):
            continue
        raw: object = True
        if key is not None:
            raw = document.get(key)
        elif where:
            raw = content.find(where)
        value = None if raw is None else read(raw)
        if isinstance(value, Refused):
            notes.append(value)
        # Two fields may speak of one kind; then a yes outweighs a no.
        elif value is not None and (kind not in values or value is True):
            values[kind] = value
    return values


def _all_hold(conditions: tuple[Condition, ...], content: Content) -> bool:
    return all(each.holds(content.find(each.where)) for each in conditions)


def _bare(fields: list[_Lookup], raw: Document, notes: list[Refused]) -> dict[Kind, Value]:
    values: dict[Kind, Value] = {}
    for field in fields:
        value = field.read(raw)
        if isinstance(value, Refused):
            notes.append(value)
        elif value is not None:
            values[field.kind] = value
    return values
