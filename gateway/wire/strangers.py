"""What a message means of which nobody has said what device sends it.

Every profile that recognises the message is asked; a profile that would fit anything is not.
What devices say of themselves comes first. Whose device it is, is not known here.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from edge.model import Kind, Packet, Value
from gateway.wire.guard import Guard
from gateway.wire.meaning import Meaning, merged
from gateway.wire.places import Advert, Characteristic
from gateway.wire.profile import Message, Profile, Transport
from gateway.wire.refusal import Refusal, Refused, refused
from gateway.wire.selfdescribed import Introductions


class Strangers:
    """Reads messages of devices that nobody has set up. Nothing that arrives makes it raise."""

    def __init__(self, profiles: Iterable[Profile], guard: Guard | None = None) -> None:
        self._introductions = Introductions()
        self._guard = guard or Guard()
        self._known = [
            (profile, message, Meaning(message, self._guard, is_stranger=True))
            for profile in profiles
            if profile.knows_strangers
            for message in profile.messages
            if message.knows_strangers
        ]

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
        for profile, message, meaning in self._known:
            if _may_be(profile, message, packet, model, eep):
                said = meaning.of(packet, notes)
                values = values if said is None else merged(values, dict(said.values))
        if values is None and not notes:
            notes.append(refused(Refusal.UNKNOWN_DEVICE, packet.address))
        return values or {}, list(dict.fromkeys(notes))


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
