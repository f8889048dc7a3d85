"""The devices of the households that say themselves what they are: which is heard where by now.

It keeps the introductions of these devices and no others. Keeping them over a restart is the
daemon's business, reading what a device then sends the decoder's.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from edge.model import Freshness, Kind, Packet, Value
from gateway.wire.fields import TESTABLE
from gateway.wire.fitted import Fitted
from gateway.wire.meaning import Said
from gateway.wire.profile import Format, Message, Profile, Transport
from gateway.wire.refusal import Refused
from gateway.wire.selfdescribed import Introductions
from gateway.wire.selfdescribed.components import DEVICES
from gateway.wire.selfdescribed.exposes import COORDINATOR, address_of
from gateway.wire.selfdescribed.introductions import LONGEST_INTRODUCTION
from gateway.wire.selfdescribed.mapping import binary
from gateway.wire.selfdescribed.saying import decoded
from gateway.wire.times import device_time
from gateway.wire.topics import Template

INTRODUCED: Final = "introduced"  # in the place of a profile's id
MOST_KEPT: Final = 8 * 1024 * 1024  # bytes of introductions
MOST_TOPICS: Final = 20_000  # on which something was introduced
MOST_OF_ONE: Final = 256 * 1024
LAST_SEEN: Final = "last_seen"
_OF_ITSELF = frozenset({Kind.ONLINE, Kind.TEST})
# What a device says of itself; many do so without having declared it.
_OF_HARDWARE = _OF_ITSELF | {
    *(Kind.BATTERY, Kind.BATTERY_LOW, Kind.TAMPER, Kind.FAULT, Kind.END_OF_LIFE, Kind.MUTED),
    Kind.MAINS,
}
_FIRES = frozenset({Kind.SMOKE, Kind.CO, Kind.GAS})
_OF_BRIDGE = re.compile(r".+/0x[0-9a-f]{16}", re.ASCII)
# What is kept of an entry in a bridge's list.
_TOLD = ("friendly_name", "ieee_address", "type", "disabled")
_DEFINED = ("vendor", "model", "exposes")


def profile_of(address: str, kinds: Iterable[Kind]) -> Profile:
    """Make the profile of a device that introduces itself, of what it was seen to measure."""
    measured = frozenset(kinds)
    state = binary(("state",), Kind.ONLINE, "online", "offline")
    bridge = Message(Template.parse("{base}/bridge/state"), Format.EITHER, (state,))
    return Profile(
        id=INTRODUCED,
        title="self-described device",
        title_zh="自描述设备",
        source=Transport.MQTT,
        bridge="zigbee2mqtt",
        kinds=measured | _OF_ITSELF,
        messages=(),
        bridge_message=bridge if is_of_bridge(address) else None,
        hears_neighbours=False,
        hold=timedelta(minutes=10),
        silent_after=timedelta(hours=25),
        clears_after=_clears_after(measured),
        examples=(),
    )


def is_of_bridge(address: str) -> bool:
    """Say whether an address is a bridge's name and the hardware's own: "zigbee2mqtt/0x00158d…"."""
    return _OF_BRIDGE.fullmatch(address) is not None


def introduction_topics(address: str) -> list[str]:
    """Give the filters that bring the introduction of a device."""
    base = address.rpartition("/")[0]
    if is_of_bridge(address):
        return [f"{base}{DEVICES}"]
    levels = address.split("/")[:-1]
    above = ["/".join(levels[: n + 1]) for n in range(len(levels))]
    ways = (DEVICES, "/+/+/config", "/+/+/+/config")
    return [f"{prefix}{way}" for prefix in above for way in ways]


def introduction_examples(one: Fitted) -> list[str]:
    """Give topics that must be heard for a device that introduces itself; none for others."""
    if one.profile.id != INTRODUCED:
        return []
    if is_of_bridge(one.address):
        return [f"{one.address.rpartition('/')[0]}{DEVICES}", one.address]
    return [f"{one.address.partition('/')[0]}/sensor/device/value/config"]


def _clears_after(kinds: frozenset[Kind]) -> timedelta | None:
    """A press is never taken back, and some do not say that a vibration has stopped."""
    if Kind.SOS in kinds and not kinds & _FIRES:
        return timedelta(minutes=1)
    is_vibration = Kind.VIBRATION in kinds and Kind.CONTACT_OPEN not in kinds
    return timedelta(seconds=90) if is_vibration else None


class Introduced:
    """Which of the devices have introduced themselves, and where they are heard since."""

    def __init__(self, fitted: Sequence[Fitted]) -> None:
        self._fitted: dict[str, list[Fitted]] = {}
        for one in fitted:
            self._fitted.setdefault(one.address, []).append(one)
        self._bases = {address.rpartition("/")[0] for address in self._fitted}
        self._known = Introductions()
        self._kept: dict[str, bytes] = {}
        self._size = 0  # bytes of what is kept
        self._by_config: dict[str, set[str]] = {}
        self.left: set[str] = set()  # addresses that their bridge has no more
        self.is_changed = False  # since somebody set it to False

    def __bool__(self) -> bool:
        return bool(self._fitted)

    def fitted(self, address: str) -> list[Fitted]:
        """Give the devices of an address; two households may share one."""
        return self._fitted.get(address, [])

    def topics(self, address: str) -> tuple[str, ...]:
        """Give the topics on which a device is heard, as far as it has introduced itself."""
        described = self._known.described(address)
        if described is None:
            return ()
        own = (f"{topic}/{name}" for topic in described.topics for name in described.names)
        return (*described.topics, *own)

    def filters(self) -> list[str]:
        """Give the filters that bring every introduction, and what is sent after it."""
        wanted: dict[str, None] = {}
        for address in self._fitted:
            wanted |= dict.fromkeys(introduction_topics(address))
        for address in self._fitted:
            if is_of_bridge(address):
                # Even before its introduction, so that nothing is missed between the two.
                wanted[f"{address.rpartition('/')[0]}/+"] = None
            described = self._known.described(address)
            if described is not None:
                names = ("/+",) if described.names else ()
                wanted |= {topic + end: None for topic in described.topics for end in ("", *names)}
        return list(wanted)

    def meaning(self, one: Fitted) -> "IntroducedMeaning":
        """Give what reads the messages of a device, as its household lists its kinds."""
        return IntroducedMeaning(self._known, one.address, one.profile.kinds)

    def kept(self) -> dict[str, bytes]:
        """Give the introductions that are worth keeping, by topic, within bounds."""
        return dict(self._kept)

    def recall(self, kept: Mapping[str, bytes]) -> set[str]:
        """Take in what was kept; give the addresses that are known by it."""
        for topic, payload in kept.items():
            self.hear(topic, payload)
        self.left.clear()
        self.is_changed = False
        return {address for address in self._fitted if self._known.described(address)}

    def hear(self, topic: str, payload: bytes) -> set[str] | None:
        """Take in an introduction; None where it is none, else the addresses that it speaks of."""
        if topic.endswith(DEVICES):
            base = topic.removesuffix(DEVICES)
            return self._hear_list(base, payload) if base in self._bases else None
        probe = Introductions()
        if not probe.hear(topic, payload):
            return None
        before = self._by_config.pop(topic, set())
        now = self._fitted.keys() & probe.addresses
        if now and not self._has_room(topic, payload):
            return None
        if now:
            self._by_config[topic] = now
        if now or before:
            self._keep(topic, payload if now else b"")
        gone = {address for address in before if self._known.described(address) is None}
        self.left = (self.left | gone) - now
        return now | before

    def _hear_list(self, base: str, payload: bytes) -> set[str]:
        """Take in the list of a bridge: who is on it, and who has left."""
        listed = [each for each in _list(payload) if each.get("type") != COORDINATOR]
        if not listed:
            # A bridge that lost its database; thirty devices do not leave at once.
            return set()
        mine = {address for address in self._fitted if self._is_listed_at(base, address)}
        found = {
            address_of(base, each): each for each in listed if each.get("disabled") is not True
        }
        here = {address: _told(found[address]) for address in mine if address in found}
        self.left = (self.left | mine) - here.keys()
        told = msgspec.json.encode(list(self._completed(base, here).values()))
        if not self._has_room(f"{base}{DEVICES}", told):
            return set()
        self._keep(f"{base}{DEVICES}", told)
        return mine

    def _completed(
        self, base: str, here: dict[str, dict[str, object]]
    ) -> dict[str, dict[str, object]]:
        """Give what was known of those that their bridge just now knows nothing of.

        While it asks a device anew, or lacks its converter, it lists it with `definition: null`;
        the device sends on as before.
        """
        if all("definition" in told for told in here.values()):
            return here
        kept = _list(self._kept.get(f"{base}{DEVICES}", b"[]"))
        known = {address_of(base, each): each.get("definition") for each in kept}
        return {
            address: told if "definition" in told else {**told, "definition": known.get(address)}
            for address, told in here.items()
        }

    def _is_listed_at(self, base: str, address: str) -> bool:
        if is_of_bridge(address):
            return address.rpartition("/")[0] == base
        described = self._known.described(address)
        return described is not None and bool(described.names) and address.startswith(f"{base}/")

    def _has_room(self, topic: str, payload: bytes) -> bool:
        """Say whether this can be kept too; whoever floods us is not listened to."""
        size = self._size - len(self._kept.get(topic, b"")) + len(payload)
        return size <= MOST_KEPT and (topic in self._kept or len(self._kept) < MOST_TOPICS)

    def _keep(self, topic: str, payload: bytes) -> None:
        self._known.hear(topic, payload)
        if self._kept.get(topic, b"") == payload:
            return
        self.is_changed = True
        self._size += len(payload) - len(self._kept.pop(topic, b""))
        if payload:
            self._kept[topic] = payload


class IntroducedMeaning:
    """Reads the messages of one device by what it said of itself."""

    is_sealed = False

    def __init__(self, known: Introductions, address: str, kinds: frozenset[Kind]) -> None:
        self._known = known
        self._address = address
        self.kinds = kinds

    def of(self, packet: Packet, notes: list[Refused], _who: Sequence[str] = ()) -> Said | None:
        """Say what a packet says of this device; None where it says nothing of it."""
        each = self._known.read_each(packet.address, packet.payload, notes)
        values = None if each is None else each.get(self._address)
        if values is None:
            return None
        at, misdated = packet.received.wall, None
        if LAST_SEEN.encode() in packet.payload:
            document = decoded(packet.payload)
            seen = document.get(LAST_SEEN) if isinstance(document, dict) else None
            at, misdated = device_time(seen, packet.received)
        freshness = packet.freshness
        if misdated is not None:
            notes.append(misdated)
            freshness = Freshness.MISDATED if freshness is Freshness.LIVE else freshness
        return Said(self._believed(values), at, freshness)

    def _believed(self, values: dict[Kind, Value]) -> dict[Kind, Value]:
        """Leave out what the household file does not list, but no alarm and no fault."""
        believed = self.kinds | TESTABLE | _OF_HARDWARE
        found = {kind: value for kind, value in values.items() if kind in believed}
        if not found and Kind.LINK_QUALITY in values:
            return {Kind.LINK_QUALITY: values[Kind.LINK_QUALITY]}
        return found


def _list(payload: bytes) -> list[dict[str, object]]:
    listed = decoded(payload) if len(payload) <= LONGEST_INTRODUCTION else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _told(device: dict[str, object]) -> dict[str, object]:
    """Give what is worth keeping of an entry in a bridge's list."""
    definition = device.get("definition")
    found = {key: device[key] for key in _TOLD if key in device}
    if isinstance(definition, dict):
        made = {key: definition[key] for key in _DEFINED if key in definition}
        if len(msgspec.json.encode(made)) <= MOST_OF_ONE:
            found["definition"] = made
    return found
