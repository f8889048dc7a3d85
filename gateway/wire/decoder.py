"""Which device a packet is of, and what it says.

It finds the devices by exact topic; what the fields mean, meaning.py reads. Whether a reading is
news, and what follows from it, others decide.
"""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from edge.model import Device, Freshness, Kind, Moment, Packet, Reading, Value
from gateway.wire.fields import TESTABLE
from gateway.wire.meaning import Meaning
from gateway.wire.profile import Message, Profile
from gateway.wire.refusal import BridgeState, Decoded, Refusal, Refused, refused
from gateway.wire.topics import address_fault, is_within

__all__ = [
    "BridgeState",
    "Decoded",
    "Decoder",
    "Fitted",
    "Refusal",
    "Refused",
    "decode_once",
]

# No test is longer. A flag that sticks must not silence a smoke alarm for good.
TEST_LASTS = timedelta(minutes=5)


class Fitted(Struct, frozen=True):
    """A device in its home, with the profile and address by which it is heard."""

    household: str
    drill: bool
    device: Device
    profile: Profile
    address: str


class Decoder:
    """Turns packets into readings; nothing that arrives makes it raise."""

    def __init__(self, fitted: Sequence[Fitted]) -> None:
        self._ears: dict[tuple[str, str], list[_Ear | _BridgeEar]] = {}
        self._filters: dict[str, None] = {}
        self._meanings: dict[int, Meaning] = {}
        for one in fitted:
            if not address_fault(one.address):
                self._fit(one)

    def decode(self, packet: Packet) -> Decoded:
        """Say what a packet means; whatever was not believed is in `refused`."""
        ears = self._ears.get((packet.source, packet.address))
        if ears is None:
            return Decoded(refused=(refused(Refusal.UNKNOWN_DEVICE, packet.address),))
        if len(ears) == 1:
            return ears[0].hear(packet)
        heard = [ear.hear(packet) for ear in ears]
        return Decoded(
            tuple(reading for one in heard for reading in one.readings),
            tuple(state for one in heard for state in one.bridges),
            tuple(dict.fromkeys(refusal for one in heard for refusal in one.refused)),
        )

    def subscriptions(self) -> tuple[str, ...]:
        """Give the MQTT filters that bring every device's messages, in order.

        None lies within another: some brokers deliver once for each filter that fits.
        """
        return tuple(f for f in self._filters if not is_within(f, self._filters.keys()))

    def _fit(self, one: Fitted) -> None:
        for message in one.profile.messages:
            meaning = self._meaning(message)
            for topic in message.template.topics(one.address):
                self._ears.setdefault((one.device.source, topic), []).append(_Ear(one, meaning))
            self._subscribe(one, message)
        if one.profile.bridge_message is not None:
            self._fit_bridge(one, one.profile.bridge_message)

    def _fit_bridge(self, one: Fitted, message: Message) -> None:
        for topic in message.template.topics(one.address):
            ears = self._ears.setdefault((one.device.source, topic), [])
            # A bridge has many devices, and is heard once.
            if not any(isinstance(e, _BridgeEar) and e.bridge == one.device.bridge for e in ears):
                ears.append(_BridgeEar(one.device.bridge, self._meaning(message)))
        self._subscribe(one, message)

    def _meaning(self, message: Message) -> Meaning:
        # By identity: comparing whole profiles would cost more than it saves.
        meaning = self._meanings.get(id(message))
        if meaning is None:
            meaning = self._meanings[id(message)] = Meaning(message)
        return meaning

    def _subscribe(self, one: Fitted, message: Message) -> None:
        wide = one.profile.hears_neighbours
        template = message.template
        filters = template.filters(one.address) if wide else template.topics(one.address)
        self._filters.update(dict.fromkeys(filters))


class _Ear:
    """One device listening on one topic."""

    __slots__ = ("_device", "_drill", "_household", "_meaning", "_room", "_tested_since")

    def __init__(self, fitted: Fitted, meaning: Meaning) -> None:
        self._household = fitted.household
        self._device = fitted.device.id
        self._room = fitted.device.room
        self._drill = fitted.drill
        self._meaning = meaning
        self._tested_since: Moment | None = None

    def hear(self, packet: Packet) -> Decoded:
        """Say what a packet on this topic means for this device."""
        notes: list[Refused] = []
        said = self._meaning.of(packet, notes)
        if said is None:
            return Decoded(refused=tuple(notes))
        values, at, freshness = said
        if Kind.TEST in values:
            self._set_test_apart(values, packet)
        home, device, room, drill = self._household, self._device, self._room, self._drill
        received = packet.received
        readings = [
            Reading(home, device, room, kind, value, at, received, freshness, drill)
            for kind, value in values.items()
        ]
        return Decoded(tuple(readings), (), tuple(notes))

    def _set_test_apart(self, values: dict[Kind, Value], packet: Packet) -> None:
        """Leave out the alarms of a device that says it is being tested: that is no fire."""
        if values[Kind.TEST] is not True:
            self._tested_since = None
            return
        if self._tested_since is None:
            self._tested_since = packet.received
        if packet.freshness is Freshness.RETAINED:
            return
        if packet.received.since(self._tested_since) <= TEST_LASTS:
            for kind in [k for k in values if k in TESTABLE and values[k] is True]:
                del values[kind]


class _BridgeEar:
    """A bridge's own topic."""

    __slots__ = ("_meaning", "bridge")

    def __init__(self, bridge: str, meaning: Meaning) -> None:
        self.bridge = bridge
        self._meaning = meaning

    def hear(self, packet: Packet) -> Decoded:
        """Say what a packet on this topic means for the bridge."""
        notes: list[Refused] = []
        said = self._meaning.of(packet, notes)
        values = () if said is None else said.values.values()
        states = tuple([BridgeState(self.bridge, bool(value)) for value in values])
        return Decoded((), states, tuple(notes))


def decode_once(
    profile: Profile, topic: str, payload: bytes, retained: bool, at: Moment
) -> Decoded:
    """Decode one message with one profile, the address taken from the topic.

    An empty topic stands for the device's first one.
    """
    address = _address(profile, topic)
    device = Device(
        id="device",
        room="room",
        name=profile.title,
        kinds=profile.kinds,
        source=profile.source,
        bridge=profile.bridge_of(address),
    )
    decoder = Decoder([Fitted("home", False, device, profile, address)])
    freshness = Freshness.RETAINED if retained else Freshness.LIVE
    topic = topic or profile.messages[0].template.topics(address)[0]
    return decoder.decode(Packet(profile.source, topic, payload, at, freshness))


def _address(profile: Profile, topic: str) -> str:
    bridge = () if profile.bridge_message is None else (profile.bridge_message,)
    templates = [message.template for message in profile.messages + bridge]
    for template in sorted(templates, key=lambda one: -one.fixed_length):
        address = template.address_in(topic)
        if address is not None:
            return address
    return "example/device"
