"""What a message means of which nobody has said what device sends it.

Every profile that recognises the message is asked; a profile that would fit anything is not.
What devices say of themselves comes first. Whose device it is, is not known here.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from msgspec import Struct
from msgspec.structs import replace

from edge.model import Kind, Packet, Value
from gateway.wire.guard import Guard
from gateway.wire.introduced import INTRODUCED
from gateway.wire.meaning import Meaning, merged
from gateway.wire.places import Advert, Characteristic
from gateway.wire.profile import Message, Profile, Transport
from gateway.wire.refusal import Refusal, Refused, refused
from gateway.wire.selfdescribed import Introductions
from gateway.wire.serial_spec import SerialSpec
from gateway.wire.trial import address_in

_Meanings = list[tuple[Message, Meaning]]
_Known = tuple[Profile, _Meanings]


class Candidate(Struct, frozen=True):
    """What a stranger may be: by which profile, under which address, and what it said by it."""

    profile: str  # its id, or "introduced"
    address: str
    title: str
    title_zh: str
    kinds: frozenset[Kind]
    values: dict[Kind, Value]
    refused: tuple[Refused, ...] = ()


class Strangers:
    """Reads messages of devices that nobody has set up. Nothing that arrives makes it raise."""

    def __init__(self, profiles: Iterable[Profile], guard: Guard | None = None) -> None:
        self._introductions = Introductions()
        self._guard = guard or Guard()
        self._known: dict[str, list[_Known]] = {}
        for profile in profiles:
            meanings = [
                (message, Meaning(message, self._guard, is_stranger=True))
                for message in profile.messages
                if message.knows_strangers
            ]
            if profile.knows_strangers and meanings:
                self._known.setdefault(profile.source, []).append((profile, meanings))

    def read(
        self, packet: Packet, model: str = "", eep: str = ""
    ) -> tuple[dict[Kind, Value], list[Refused]]:
        """Give what a packet says and what of it was refused.

        `model` and `eep` are what a technician has chosen; without them only what recognises
        itself is read.
        """
        notes: list[Refused] = []
        self._guard.next_packet(packet)
        if packet.source == Transport.MQTT:
            if self._introductions.hear(packet.address, packet.payload):
                return {}, notes
            introduced = self._introductions.read(packet.address, packet.payload, notes)
            if introduced is not None:
                return introduced, notes
        values: dict[Kind, Value] | None = None
        for profile, meanings in self._of(packet):
            said = _said(profile, meanings, packet, (model, eep), notes)
            values = values if said is None else merged(values, said)
        if values is None and not notes:
            notes.append(refused(Refusal.UNKNOWN_DEVICE, packet.address))
        return values or {}, list(dict.fromkeys(notes))

    def hear(self, packet: Packet) -> bool:
        """Take in an introduction; False where the packet is none."""
        is_mqtt = packet.source == Transport.MQTT
        return is_mqtt and self._introductions.hear(packet.address, packet.payload)

    def is_bridges(self, packet: Packet) -> bool:
        """Say whether a bridge that introduced its devices speaks of itself."""
        is_mqtt = packet.source == Transport.MQTT
        return is_mqtt and self._introductions.is_bridges(packet.address)

    @property
    def introduced(self) -> set[str]:
        """Give the addresses of all who introduced themselves, over MQTT."""
        return self._introductions.addresses

    def listed(self, address: str) -> Candidate | None:
        """Give what a device said of itself before anything else; None where it said nothing."""
        described = self._introductions.described(address)
        if described is None:
            return None
        title, kinds = described.title, described.kinds
        return Candidate(INTRODUCED, address, title, title, kinds, {})

    def candidates(self, packet: Packet, port: SerialSpec | None = None) -> list[Candidate]:
        """Give what the sender may be, the likeliest first: itself by its word, then by profiles.

        `port` is how the port of a serial frame is set: only its devices can be meant. A profile
        that recognises the message and says nothing by it comes after those that do.
        """
        found = []
        for profile, meanings in self._of(packet):
            if packet.source != Transport.SERIAL or profile.serial == port:
                candidate = _candidate(profile, meanings, packet)
                if candidate is not None:
                    found.append(candidate)
        found.sort(key=lambda one: -len(one.values))
        return [*self._introduced(packet), *found]

    def _of(self, packet: Packet) -> list[_Known]:
        return self._known.get(packet.source, [])

    def _introduced(self, packet: Packet) -> list[Candidate]:
        if packet.source != Transport.MQTT:
            return []
        notes: list[Refused] = []
        each = self._introductions.read_each(packet.address, packet.payload, notes) or {}
        found = []
        for address, values in each.items():
            listed = self.listed(address)
            if listed is not None:
                found.append(replace(listed, values=values, refused=tuple(notes)))
        return found


def _candidate(profile: Profile, meanings: _Meanings, packet: Packet) -> Candidate | None:
    """Give what a packet says by one profile; None where the profile does not recognise it."""
    notes: list[Refused] = []
    model_eep = ("", "")
    if profile.source is Transport.SERIAL:
        # Of a frame only the port is known: which of its devices it is, a person must choose.
        model_eep = next(iter(profile.models), ""), next(iter(profile.eep), "")
    values = _said(profile, meanings, packet, model_eep, notes)
    is_sealed = any(note.reason is Refusal.NO_KEY for note in notes)
    if values is None and not is_sealed:
        return None
    return Candidate(
        profile.id,
        address_in(profile, packet),
        profile.title,
        profile.title_zh,
        profile.kinds,
        values or {},
        tuple(dict.fromkeys(notes)),
    )


def _said(
    profile: Profile,
    meanings: _Meanings,
    packet: Packet,
    model_eep: tuple[str, str],
    notes: list[Refused],
) -> dict[Kind, Value] | None:
    values: dict[Kind, Value] | None = None
    for message, meaning in meanings:
        if _may_be(profile, message, packet, *model_eep):
            said = meaning.of(packet, notes)
            values = values if said is None else merged(values, dict(said.values))
    return values


def _may_be(profile: Profile, message: Message, packet: Packet, model: str, eep: str) -> bool:
    if profile.source != packet.source:
        return False
    if profile.source is Transport.SERIAL:
        return model in profile.models and (not profile.eep or eep in profile.eep)
    if model and profile.models and model not in profile.models:
        return False
    if profile.source is Transport.MQTT:
        return _has_topic(profile, message, packet.address)
    _, _, uuid = packet.address.partition("/")
    place = message.place
    if isinstance(place, Characteristic):
        # What is no standard can be anything: only its own model speaks so.
        return place.uuid == uuid and (not profile.models or model in profile.models)
    return isinstance(place, Advert) and not uuid


def _has_topic(profile: Profile, message: Message, topic: str) -> bool:
    template = message.template
    if template is None or template.address_in(topic) is None:
        return False
    if profile.recognise:
        return any(fnmatchcase(topic, pattern) for pattern in profile.recognise)
    return template.fixed_length > 0
