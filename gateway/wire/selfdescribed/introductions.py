"""Keeps what devices said of themselves over MQTT, and reads their messages by it.

Which messages are subscribed to, and what follows from a reading, others decide. What a bridge says
of a topic goes before what Home Assistant's discovery says of it.
"""

from typing import Final

from msgspec import Struct

from edge.model import Kind, Value
from gateway.wire.meaning import merged
from gateway.wire.refusal import Refused
from gateway.wire.selfdescribed.components import DEVICES, component_of
from gateway.wire.selfdescribed.discovery import Entity, entities, title_of
from gateway.wire.selfdescribed.exposes import AVAILABILITY, Exposed, devices, is_there
from gateway.wire.selfdescribed.mapping import Field, Unmapped
from gateway.wire.selfdescribed.saying import alone, decoded, entity_values, field_by, state
from gateway.wire.selfdescribed.tasmota import board, is_of_tasmota

MOST_DEVICES: Final = 5_000
# Of discovery; a device has about ten.
MOST_ENTITIES: Final = 50_000
# The list of a bridge's devices is one message: about ten kilobytes a device.
LONGEST_INTRODUCTION: Final = 32 * 1024 * 1024
_LONGEST_TOPIC: Final = 1_000

_TOO_MANY = Unmapped("", "", "too many devices introduced themselves")


class Described(Struct, frozen=True):
    """What a device said of itself: its make, what it measures, on which topics it speaks.

    Some bridges publish each property by itself: `names` stand below the topic then.
    """

    title: str
    kinds: frozenset[Kind]
    topics: tuple[str, ...]
    names: tuple[str, ...] = ()


class Introductions:
    """The devices that introduced themselves; nothing that arrives makes it raise or grow on."""

    def __init__(self) -> None:
        self._bridges: dict[str, dict[str, Exposed]] = {}
        self._exposed: dict[str, Exposed] = {}
        self._exposed_as: dict[str, str] = {}  # the topic, by address
        self._configured: dict[str, dict[str, str]] = {}  # titles by configuration, by address
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
        config = decoded(payload) if payload else {}
        if not isinstance(config, dict):
            return False
        self._forget(topic)
        said = board(config) if component is None else entities(component, topic, config)
        self._keep(topic, *said, title_of(config))
        return True

    def read(self, topic: str, payload: bytes, notes: list[Refused]) -> dict[Kind, Value] | None:
        """Say what a message means; None where nobody introduced its topic."""
        each = self.read_each(topic, payload, notes)
        if each is None:
            return None
        found: dict[Kind, Value] = {}
        for said in each.values():
            found = merged(found, said)
        return found

    def read_each(
        self, topic: str, payload: bytes, notes: list[Refused]
    ) -> dict[str, dict[Kind, Value]] | None:
        """Say what a message means for each device, by the address that a household file has."""
        exposed = self._exposed.get(topic)
        if exposed is not None:
            return {exposed.address: state(exposed, payload, notes)}
        above, _, last = topic.rpartition("/")
        exposed = self._exposed.get(above)
        field = None if exposed is None else _field_on(exposed, last)
        if exposed is not None and field is not None:
            return {exposed.address: alone(field, payload, notes)}
        heard = self._entities.get(topic)
        if heard is None:
            return None
        return entity_values([one for some in heard.values() for one in some], payload, notes)

    @property
    def addresses(self) -> set[str]:
        """Give the addresses of all who introduced themselves."""
        return self._exposed_as.keys() | self._configured.keys()

    def is_bridges(self, topic: str) -> bool:
        """Say whether a bridge speaks there of itself, not for one of its devices."""
        base, _, own = topic.partition("/bridge/")
        return bool(own) and base in self._bridges

    def described(self, address: str) -> Described | None:
        """Give what the device of an address said of itself; None where it said nothing."""
        topic = self._exposed_as.get(address)
        if topic is not None:
            exposed = self._exposed[topic]
            fields = (exposed.fields or exposed.undeclared).values()
            names = (AVAILABILITY, *(path[0] for path in exposed.fields if len(path) == 1))
            return Described(exposed.title, frozenset(f.kind for f in fields), (topic,), names)
        titles = self._configured.get(address)
        if titles is None:
            return None
        made = [one for config in titles for one in self._configs[config][0]]
        own = [one for one in made if one.device == address]
        title = next((title for title in titles.values() if title), "")
        topics = tuple(dict.fromkeys(one.topic for one in own))
        return Described(title, frozenset(one.field.kind for one in own), topics)

    @property
    def unmapped(self) -> list[Unmapped]:
        """Give what was introduced and is not read though it sounds like safety, with reasons."""
        found = [one for exposed in self._exposed.values() for one in exposed.unmapped]
        found += [one for _, unmapped in self._configs.values() for one in unmapped]
        return [*found, _TOO_MANY] if self._is_full else found

    def _hear_bridge(self, base: str, payload: bytes) -> bool:
        listed = decoded(payload) if payload else []
        if not isinstance(listed, list):
            return False
        for topic, gone in self._bridges.pop(base, {}).items():
            self._exposed.pop(topic, None)
            self._exposed_as.pop(gone.address, None)
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
            self._exposed_as |= {one.address: topic for topic, one in made.items()}
        return True

    def _keep(self, topic: str, made: list[Entity], unmapped: list[Unmapped], title: str) -> None:
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
            self._configured.setdefault(entity.device, {})[topic] = title

    def _forget(self, config_topic: str) -> None:
        made, unmapped = self._configs.pop(config_topic, ([], []))
        self._entity_count -= len(made) + len(unmapped)
        for topic in {entity.topic for entity in made}:
            heard = self._entities[topic]
            del heard[config_topic]
            if not heard:
                del self._entities[topic]
        for device in {entity.device for entity in made}:
            titles = self._configured[device]
            del titles[config_topic]
            if not titles:
                del self._configured[device]


def _field_on(exposed: Exposed, name: str) -> Field | None:
    return is_there() if name == AVAILABILITY else field_by(exposed, name)
