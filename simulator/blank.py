"""A message without content, for places of a profile of which nobody has quoted an example.

It has the size and the fixed bytes that its profile asks for; what it says is put in later.
"""

import json

from gateway.wire.fields import Constant
from gateway.wire.places import Advert, Characteristic
from gateway.wire.profile import Example, Format, Message, Profile
from gateway.wire.serial_spec import SerialSpec
from gateway.wire.slots import Slot
from simulator.documents import wrapped

_MADE = "made from the profile"
_HOLE = "example/device"
_UNKNOWN_COMPANY = 0xFFFF


def blank(profile: Profile, message: Message) -> Example:
    """Give an example of a message that says nothing yet."""
    if profile.serial is not None and message.format is not Format.LINE:
        return _example(payload=_frame(profile.serial, _size(message)).hex())
    data, place = bytes(_size(message)), message.place
    if isinstance(place, Characteristic):
        return _example(payload=data.hex(), characteristic=place.uuid)
    if not isinstance(place, Advert):
        topics = message.template.topics(_HOLE) if message.template is not None else [""]
        return _example(topic=topics[0], payload=json.dumps(_document(message, data)))
    if place.services:
        return _example(services={place.services[0]: data})
    if place.companies or place.any_company:
        company = (*place.companies, _UNKNOWN_COMPANY)[0]
        return _example(manufacturer={company: data[2:] if place.with_company else data})
    return _example()


def _example(
    topic: str = "",
    payload: str = "",
    characteristic: str = "",
    manufacturer: dict[int, bytes] | None = None,
    services: dict[str, bytes] | None = None,
) -> Example:
    return Example(
        source=_MADE,
        topic=topic,
        payload=payload,
        readings={},
        is_retained=False,
        bridge_online=None,
        refused=(),
        characteristic=characteristic,
        manufacturer=manufacturer or {},
        services=services or {},
    )


def _size(message: Message) -> int:
    """Give the least size in which all fields and conditions have room."""
    wheres = [field.where for field in message.fields if not isinstance(field, Constant)]
    wheres += [condition.where for condition in message.conditions]
    slots = [where for where in wheres if isinstance(where, Slot) and not where.of]
    ends = (slot.at + slot.width if slot.at >= 0 else -slot.at for slot in slots)
    need = max(message.shortest, max(ends, default=0))
    return min((size for size in message.sizes if size >= need), default=need)


def _document(message: Message, data: bytes) -> object:
    if message.wrapped is None:
        return {}
    document: object = wrapped(data, message.wrapped.is_hex)
    for key in reversed(message.wrapped.path):
        document = {key: document}
    return document


def _frame(serial: SerialSpec, size: int) -> bytes:
    framing = serial.framing
    size = framing.fixed or max(size + len(framing.end), framing.least)
    middle = bytes(size - len(framing.start) - len(framing.end))
    return framing.start + middle + framing.end
