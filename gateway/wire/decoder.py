"""Which device a packet is of, and what it says.

It finds the devices by exact topic, address or port; what the fields mean, meaning.py reads.
Whether a reading is news, and what follows from it, others decide.
"""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from edge.model import Device, Freshness, Kind, Moment, Packet, Reading, Value
from gateway.wire.doubt import Doubts
from gateway.wire.fields import TESTABLE
from gateway.wire.guard import Guard
from gateway.wire.meaning import Meaning, Said, merged
from gateway.wire.places import Characteristic
from gateway.wire.profile import Message, Profile, Transport
from gateway.wire.refusal import BridgeState, Decoded, Refusal, Refused, refused
from gateway.wire.topics import Template, address_fault, is_within

__all__ = [
    "BridgeState",
    "Decoded",
    "Decoder",
    "Fitted",
    "Refusal",
    "Refused",
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

    @property
    def port(self) -> str:
        """Give the serial port that brings its frames."""
        return self.address.partition("/")[0]

    @property
    def slave(self) -> str:
        """Give its own number on a bus on which devices are asked; "01" where it is alone."""
        return self.address.split("/")[1] if "/" in self.address else "01"

    def topics(self) -> list[str]:
        """Give the MQTT topics of its messages; none where it speaks over something else."""
        places = (_places(message, self) for message in self.profile.messages if message.template)
        return [topic for found in places for topic, _ in found]


class Decoder:
    """Turns packets into readings; nothing that arrives makes it raise."""

    def __init__(self, fitted: Sequence[Fitted], guard: Guard | None = None) -> None:
        self.guard = guard or Guard()
        self._ears: dict[tuple[str, str], list[_Ear | _BridgeEar]] = {}
        self._filters: dict[str, None] = {}
        self._meanings: dict[int, Meaning] = {}
        self._opens_envelopes = False
        self._addresses = {(one.household, one.device.id): one.address.upper() for one in fitted}
        for one in fitted:
            if not address_fault(one.address):
                self._fit(one)

    def decode(self, packet: Packet) -> Decoded:
        """Say what a packet means; whatever was not believed is in `refused`."""
        ears = self._ears.get((packet.source, packet.address))
        if ears is None:
            return _stranger(packet)
        if self._opens_envelopes:
            self.guard.next_packet(packet)
        if len(ears) == 1:
            return ears[0].hear(packet) or _stranger(packet)
        heard = [said for ear in ears if (said := ear.hear(packet)) is not None]
        if not heard:
            return _stranger(packet)
        return Decoded(
            tuple(reading for one in heard for reading in one.readings),
            tuple(state for one in heard for state in one.bridges),
            tuple(dict.fromkeys(refusal for one in heard for refusal in one.refused)),
            tuple(doubt for one in heard for doubt in one.doubts),
        )

    def address_of(self, household: str, device: str) -> str | None:
        """Give the address of a device as its packets have it; None where there is no such."""
        return self._addresses.get((household, device))

    def subscriptions(self) -> tuple[str, ...]:
        """Give the MQTT filters that bring every device's messages, in order.

        None lies within another: some brokers deliver once for each filter that fits.
        """
        return tuple(f for f in self._filters if not is_within(f, self._filters.keys()))

    def _fit(self, one: Fitted) -> None:
        ears: dict[tuple[str, tuple[str, ...]], list[Meaning]] = {}
        for message in one.profile.messages:
            for place, who in _places(message, one):
                ears.setdefault((place, who), []).append(self._meaning(message))
            self._subscribe(one, message)
        for (place, who), meanings in ears.items():
            self._ears.setdefault((one.profile.source, place), []).append(_Ear(one, meanings, who))
        if one.profile.bridge_message is not None:
            self._fit_bridge(one, one.profile.bridge_message)

    def _fit_bridge(self, one: Fitted, message: Message) -> None:
        for topic, _ in _places(message, one):
            ears = self._ears.setdefault((one.profile.source, topic), [])
            # A bridge has many devices, and is heard once.
            if not any(isinstance(e, _BridgeEar) and e.bridge == one.device.bridge for e in ears):
                ears.append(_BridgeEar(one.device.bridge, self._meaning(message)))
        self._subscribe(one, message)

    def _meaning(self, message: Message) -> Meaning:
        # By identity: comparing whole profiles would cost more than it saves.
        meaning = self._meanings.get(id(message))
        if meaning is None:
            meaning = self._meanings[id(message)] = Meaning(message, self.guard)
            self._opens_envelopes |= meaning.is_sealed
        return meaning

    def _subscribe(self, one: Fitted, message: Message) -> None:
        template = message.template
        if template is None:
            return
        hole, _ = _split(one.address, message)
        wide = one.profile.hears_neighbours
        filters = template.filters(hole) if wide else template.topics(hole)
        self._filters.update(dict.fromkeys(filters))


def _places(message: Message, one: Fitted) -> list[tuple[str, tuple[str, ...]]]:
    """Give the addresses of the packets of a message, and which device's it must be there."""
    hole, who = _split(one.address, message)
    if len(who) < len(message.who):
        return []  # to which of the devices there it belongs was not said
    place = message.place
    if isinstance(place, Template):
        return [(topic, who) for topic in place.topics(hole)]
    if one.profile.source is Transport.SERIAL:
        return [(hole, who)]
    hole = hole.upper()
    return [(f"{hole}/{place.uuid}" if isinstance(place, Characteristic) else hole, who)]


def _split(address: str, message: Message) -> tuple[str, tuple[str, ...]]:
    """Part "port/device" where several devices share the port or topic."""
    count = len(message.who)
    if count == 0:
        return address, ()
    hole, *who = address.rsplit("/", count)
    return hole, tuple(who)


def _stranger(packet: Packet) -> Decoded:
    return Decoded(refused=(refused(Refusal.UNKNOWN_DEVICE, packet.address),))


class _Ear:
    """One device listening at one place."""

    __slots__ = (
        *("_device", "_doubts", "_drill", "_household", "_meanings", "_of", "_room"),
        *("_tested_since", "_who"),
    )

    def __init__(self, fitted: Fitted, meanings: list[Meaning], who: tuple[str, ...]) -> None:
        self._household = fitted.household
        self._device = fitted.device.id
        self._room = fitted.device.room
        self._drill = fitted.drill
        self._meanings = meanings
        self._of = meanings[0].of if len(meanings) == 1 else self._of_all
        self._who = who
        self._tested_since: Moment | None = None
        is_sealed = any(meaning.is_sealed for meaning in meanings)
        doubts = Doubts(fitted.household, fitted.device.id) if is_sealed else None
        self._doubts: Doubts | None = doubts

    def hear(self, packet: Packet) -> Decoded | None:
        """Say what a packet at this place means for this device; None where it is another's."""
        notes: list[Refused] = []
        said = self._of(packet, notes, self._who)
        if said is None:
            if self._doubts is not None and notes:
                doubts = self._doubts.after(notes, was_believed=False)
                return Decoded(refused=tuple(notes), doubts=doubts)
            return None if self._who and not notes else Decoded(refused=tuple(notes))
        values, at, freshness = said
        if Kind.TEST in values:
            self._set_test_apart(values, packet)
        home, device, room, drill = self._household, self._device, self._room, self._drill
        received = packet.received
        readings = [
            Reading(home, device, room, kind, value, at, received, freshness, drill)
            for kind, value in values.items()
        ]
        believed = () if self._doubts is None else self._doubts.after((), was_believed=True)
        return Decoded(tuple(readings), (), tuple(notes), believed)

    def _of_all(self, packet: Packet, notes: list[Refused], who: Sequence[str] = ()) -> Said | None:
        whole: Said | None = None
        for meaning in self._meanings:
            said = meaning.of(packet, notes, who)
            if said is not None and whole is not None:
                said = said._replace(values=merged(whole.values, said.values))
            whole = said or whole
        return whole

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
