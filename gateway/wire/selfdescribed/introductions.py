"""Keeps what devices said of themselves over MQTT, and reads their messages by it.

Which messages are subscribed to, and what follows from a reading, others decide. What a bridge says
of a topic goes before what Home Assistant's discovery says of it.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from edge.model import Kind, Value
from gateway.wire.payload import LONGEST, read_either, read_object
from gateway.wire.refusal import Refusal, Refused, refused
from gateway.wire.selfdescribed.components import component_of
from gateway.wire.selfdescribed.discovery import Entity, entities
from gateway.wire.selfdescribed.exposes import AVAILABILITY, DEVICES, Exposed, devices, is_there
from gateway.wire.selfdescribed.mapping import Field, Unmapped, values
from gateway.wire.selfdescribed.tasmota import board, is_of_tasmota
from gateway.wire.tokens import Path, dig

MOST_DEVICES: Final = 5_000
# Of discovery; a device has about ten.
MOST_ENTITIES: Final = 50_000
# The list of a bridge's devices is one message: about ten kilobytes a device.
LONGEST_INTRODUCTION: Final = 32 * 1024 * 1024
_LONGEST_TOPIC: Final = 1_000

_decode = msgspec.json.Decoder().decode
_UNREADABLE = (msgspec.MsgspecError, UnicodeError, RecursionError)
_TOO_MANY = Unmapped("", "", "too many devices introduced themselves")


class Introductions:
    """The devices that introduced themselves; nothing that arrives makes it raise or grow on."""

    def __init__(self) -> None:
        self._bridges: dict[str, dict[str, Exposed]] = {}
        self._exposed: dict[str, Exposed] = {}
        self._configs: dict[str, tuple[list[Entity], list[Unmapped]]] = {}
        self._entities: dict[str, dict[str, list[Entity]]] = {}
        self._entity_count = 0
        self._is_full = False

    def hear(self, topic: str, payload: bytes) -> bool:
        """Take in an introduction; False where the message is none.

        It takes the place of the sender's last one; an empty one removes that.
        """
        if len(payload) > LONGEST_INTRODUCTION or len(topic) > _LONGEST_TOPIC:
            return False
        if topic.endswith(DEVICES):
            return self._hear_bridge(topic.removesuffix(DEVICES), payload)
        component = component_of(topic)
        if component is None and not is_of_tasmota(topic):
            return False
        config = _decoded(payload) if payload else {}
        if not isinstance(config, dict):
            return False
        self._forget(topic)
        said = board(config) if component is None else entities(component, topic, config)
        self._keep(topic, *said)
        return True

    def read(self, topic: str, payload: bytes, notes: list[Refused]) -> dict[Kind, Value] | None:
        """Say what a message means; None where nobody introduced its topic."""
        exposed = self._exposed.get(topic)
        if exposed is not None:
            return _state(exposed, payload, notes)
        above, _, last = topic.rpartition("/")
        exposed = self._exposed.get(above)
        if exposed is not None and last == AVAILABILITY:
            return _alone(is_there(), payload, notes)
        if exposed is not None and (field := _field_by(exposed, last)) is not None:
            return _alone(field, payload, notes)
        heard = self._entities.get(topic)
        if heard is None:
            return None
        return _entity_values([one for some in heard.values() for one in some], payload, notes)

    @property
    def unmapped(self) -> list[Unmapped]:
        """Give what was introduced and is not read though it sounds like safety, with reasons."""
        found = [one for exposed in self._exposed.values() for one in exposed.unmapped]
        found += [one for _, unmapped in self._configs.values() for one in unmapped]
        return [*found, _TOO_MANY] if self._is_full else found

    def _hear_bridge(self, base: str, payload: bytes) -> bool:
        listed = _decoded(payload) if payload else []
        if not isinstance(listed, list):
            return False
        for topic in self._bridges.pop(base, {}):
            self._exposed.pop(topic, None)
        room = MOST_DEVICES - len(self._exposed)
        made: dict[str, Exposed] = {}
        for topic, exposed in devices(base, listed):
            if len(made) == room:
                self._is_full = True
                break
            made[topic] = exposed
        if made:
            self._bridges[base] = made
            self._exposed |= made
        return True

    def _keep(self, topic: str, made: list[Entity], unmapped: list[Unmapped]) -> None:
        count = len(made) + len(unmapped)
        if count == 0:
            return
        if self._entity_count + count > MOST_ENTITIES:
            self._is_full = True
            return
        self._entity_count += count
        self._configs[topic] = made, unmapped
        for entity in made:
            self._entities.setdefault(entity.topic, {}).setdefault(topic, []).append(entity)

    def _forget(self, config_topic: str) -> None:
        made, unmapped = self._configs.pop(config_topic, ([], []))
        self._entity_count -= len(made) + len(unmapped)
        for topic in {entity.topic for entity in made}:
            heard = self._entities[topic]
            del heard[config_topic]
            if not heard:
                del self._entities[topic]


def _decoded(payload: bytes) -> object:
    """Read JSON; None where it is none. One NaN in a long list does not hide all devices."""
    try:
        return _decode(payload)
    except _UNREADABLE:
        pass
    try:
        return json.loads(payload.decode(errors="replace"), strict=False)
    except (ValueError, RecursionError):
        return None


def _state(exposed: Exposed, payload: bytes, notes: list[Refused]) -> dict[Kind, Value]:
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


def _field_by(exposed: Exposed, name: str) -> Field | None:
    """Find the field of a property, for bridges that publish each on a topic of its own."""
    return exposed.fields.get((name,)) or exposed.undeclared.get((name,))


def _alone(field: Field, payload: bytes, notes: list[Refused]) -> dict[Kind, Value]:
    document = read_either(payload, notes)
    raw = dig(document, ("state",)) if isinstance(document, dict) else document
    return values([(field, raw)], notes)


def _entity_values(
    heard: Iterable[Entity], payload: bytes, notes: list[Refused]
) -> dict[Kind, Value]:
    if not 0 < len(payload) <= LONGEST:
        reason = Refusal.TOO_LONG if payload else Refusal.EMPTY
        notes.append(refused(reason, f"{len(payload)} bytes"))
        return {}
    text = payload.decode(errors="replace").strip("\ufeff\0 \t\r\n")
    is_object = payload.lstrip().startswith(b"{")
    document = read_object(payload, notes) if is_object else _decoded(payload)
    return values([(one.field, one.raw(text, document)) for one in _spoken_for(list(heard))], notes)


def _spoken_for(heard: list[Entity]) -> list[Entity]:
    """Leave out what several devices call their availability: that is their bridge's own."""
    speakers = {one.device for one in heard if one.field.kind is Kind.ONLINE}
    if len(speakers) < 2:
        return heard
    return [one for one in heard if one.field.kind is not Kind.ONLINE]
