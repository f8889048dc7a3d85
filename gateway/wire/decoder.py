"""Which device a packet is of, and what it says.

It finds the devices by exact topic, address or port; what the fields mean, meaning.py reads.
Whether a reading is news, and what follows from it, others decide.
"""

from collections.abc import Callable, Mapping, Sequence

from edge.model import Kind, Packet, Reading
from gateway.wire.ear import BridgeEar, Ear
from gateway.wire.fitted import Fitted, parted, places_of
from gateway.wire.guard import Guard
from gateway.wire.introduced import INTRODUCED, Introduced
from gateway.wire.meaning import Meaning
from gateway.wire.profile import Message, Transport
from gateway.wire.refusal import BridgeState, Decoded, Refusal, Refused, refused
from gateway.wire.selfdescribed.exposes import AVAILABILITY
from gateway.wire.topics import address_fault, is_within

__all__ = [
    "BridgeState",
    "Decoded",
    "Decoder",
    "Fitted",
    "Refusal",
    "Refused",
]


class Decoder:
    """Turns packets into readings; nothing that arrives makes it raise."""

    def __init__(self, fitted: Sequence[Fitted], guard: Guard | None = None) -> None:
        self.guard = guard or Guard()
        self._ears: dict[tuple[str, str], list[Ear | BridgeEar]] = {}
        self._filters: dict[str, None] = {}
        self._meanings: dict[int, Meaning] = {}
        self._opens_envelopes = False
        self._addresses = {(one.household, one.device.id): one.address.upper() for one in fitted}
        sound = [one for one in fitted if not address_fault(one.address)]
        self.introduced = Introduced([o for o in sound if o.profile.id == INTRODUCED])
        self._introduced_at: dict[str, list[tuple[str, Ear]]] = {}
        for one in sound:
            self._fit(one)

    def recall(self, kept: Mapping[str, bytes]) -> None:
        """Take in the introductions that were kept, by their topics."""
        for address in self.introduced.recall(kept):
            self._fit_introduced(address)

    def decode(self, packet: Packet) -> Decoded:
        """Say what a packet means; whatever was not believed is in `refused`."""
        ears = self._ears.get((packet.source, packet.address))
        if ears is None:
            return self._introduction(packet) or _stranger(packet)
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

    def heard_on(self, fits: Callable[[str], bool]) -> dict[str, tuple[str, ...]]:
        """Give, by household, the devices that are heard on an MQTT topic that fits.

        Where a device only says that it is there, nothing of the home is heard.
        """
        found: dict[str, dict[str, None]] = {}
        for (source, topic), ears in self._ears.items():
            is_link = topic.rpartition("/")[2] == AVAILABILITY
            if source != Transport.MQTT or is_link or not fits(topic):
                continue
            roles = (ear.role for ear in ears if isinstance(ear, Ear) and ear.is_of_home)
            for household, device in roles:
                found.setdefault(household, {})[device] = None
        return {household: tuple(devices) for household, devices in found.items()}

    def subscriptions(self) -> tuple[str, ...]:
        """Give the MQTT filters that bring every device's messages, in order.

        None lies within another: some brokers deliver once for each filter that fits.
        """
        filters = dict.fromkeys([*self.introduced.filters(), *self._filters])
        return tuple(f for f in filters if not is_within(f, filters.keys()))

    def _introduction(self, packet: Packet) -> Decoded | None:
        """Take in what a device says of itself, and who has left; None where it is nothing such."""
        if not self.introduced or packet.source != Transport.MQTT:
            return None
        changed = self.introduced.hear(packet.address, packet.payload)
        if changed is None:
            return None
        for address in changed:
            self._fit_introduced(address)
        gone = [one for a in changed & self.introduced.left for one in self.introduced.fitted(a)]
        return Decoded(tuple(_not_there(one, packet) for one in gone))

    def _fit_introduced(self, address: str) -> None:
        """Listen where a device says that it speaks, and no longer where it spoke before."""
        for topic, ear in self._introduced_at.pop(address, []):
            ears = self._ears[Transport.MQTT, topic]
            ears.remove(ear)
            if not ears:
                del self._ears[Transport.MQTT, topic]
        places = self.introduced.topics(address)
        for one in self.introduced.fitted(address):
            ear = Ear(one, [self.introduced.meaning(one)], ())
            for topic in places:
                self._ears.setdefault((Transport.MQTT, topic), []).append(ear)
                self._introduced_at.setdefault(address, []).append((topic, ear))

    def _fit(self, one: Fitted) -> None:
        ears: dict[tuple[str, tuple[str, ...]], list[Meaning]] = {}
        for message in one.profile.messages:
            for place, who in places_of(message, one):
                ears.setdefault((place, who), []).append(self._meaning(message))
            self._subscribe(one, message)
        for (place, who), meanings in ears.items():
            self._ears.setdefault((one.profile.source, place), []).append(Ear(one, meanings, who))
        if one.profile.bridge_message is not None:
            self._fit_bridge(one, one.profile.bridge_message)

    def _fit_bridge(self, one: Fitted, message: Message) -> None:
        for topic, _ in places_of(message, one):
            ears = self._ears.setdefault((one.profile.source, topic), [])
            # A bridge has many devices, and is heard once.
            if not any(isinstance(e, BridgeEar) and e.bridge == one.device.bridge for e in ears):
                ears.append(BridgeEar(one.device.bridge, self._meaning(message)))
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
        hole, _ = parted(one.address, message)
        wide = one.profile.hears_neighbours
        filters = template.filters(hole) if wide else template.topics(hole)
        self._filters.update(dict.fromkeys(filters))


def _stranger(packet: Packet) -> Decoded:
    return Decoded(refused=(refused(Refusal.UNKNOWN_DEVICE, packet.address),))


def _not_there(one: Fitted, packet: Packet) -> Reading:
    device = one.device
    received, freshness = packet.received, packet.freshness
    return Reading(
        *(one.household, device.id, device.room, Kind.ONLINE, False),
        received.wall, received, freshness, one.drill,
    )  # fmt: skip
