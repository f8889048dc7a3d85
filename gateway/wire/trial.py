"""What one message means by one profile, outside any home: for examples and for trying out.

It makes up a device that fits; which profile is meant is its caller's choice.
"""

from edge.model import Device, Freshness, Moment, Packet
from gateway.wire.advertisement import Advertisement, pack
from gateway.wire.contents import reader
from gateway.wire.decoder import Decoded, Decoder, Fitted
from gateway.wire.guard import Guard, key_of
from gateway.wire.places import Advert, Characteristic
from gateway.wire.profile import Example, Format, Message, Profile, Transport

PORT = "port"
ADDRESS = "A4:C1:38:00:00:01"


def decode_once(
    profile: Profile, topic: str, payload: bytes, retained: bool, at: Moment
) -> Decoded:
    """Decode one message with one profile, the address taken from the topic.

    An empty topic stands for the device's first one.
    """
    return decode_packet(profile, hand_packet(profile, topic, payload, retained, at))


def hand_packet(profile: Profile, topic: str, payload: bytes, retained: bool, at: Moment) -> Packet:
    """Give the packet of a message typed in by hand; raise ValueError where hex is not hex.

    Frames and Bluetooth values are given in hex. The topic of the latter is the address, or that
    of a characteristic ("A4:C1:38:00:00:01/2a37"); what was advertised is taken for the first
    element that the profile reads.
    """
    freshness = Freshness.RETAINED if retained else Freshness.LIVE
    first = profile.messages[0]
    if profile.source is Transport.MQTT:
        topic = topic or (first.template.topics("example/device")[0] if first.template else "")
    elif profile.source is Transport.SERIAL:
        topic, payload = topic or PORT, payload if first.format is Format.LINE else _hex(payload)
    else:
        topic = topic or _place(first)
        payload = _hex(payload)
        if "/" not in topic:
            payload = pack(_advertised(profile, payload))
    return Packet(profile.source, topic, payload, at, freshness)


def _hex(payload: bytes) -> bytes:
    return bytes.fromhex(payload.decode(errors="replace"))


def _place(message: Message) -> str:
    place = message.place
    return f"{ADDRESS}/{place.uuid}" if isinstance(place, Characteristic) else ADDRESS


def _advertised(profile: Profile, data: bytes) -> Advertisement:
    for message in profile.messages:
        place = message.place
        if isinstance(place, Advert) and place.services:
            return Advertisement(services={place.services[0]: data})
        if isinstance(place, Advert) and (place.companies or place.any_company):
            company = place.companies[0] if place.companies else 0xFFFF
            return Advertisement(manufacturer={company: data})
    return Advertisement()


def decode_packet(profile: Profile, packet: Packet, guard: Guard | None = None) -> Decoded:
    """Decode one packet as though a device of this profile had been set up for it."""
    return Decoder([fitted_for(profile, packet)], guard).decode(packet)


def fitted_for(profile: Profile, packet: Packet) -> Fitted:
    """Make up a device of a profile from which this packet could come."""
    address = address_in(profile, packet)
    device = Device(
        id="device",
        room="room",
        name=profile.title,
        kinds=profile.kinds,
        source=profile.source,
        bridge=profile.bridge_of(address),
    )
    return Fitted("home", False, device, profile, address)


def decode_example(profile: Profile, example: Example, at: Moment) -> Decoded:
    """Decode an example of a profile, with the key that it names."""
    packet = packet_of(profile, example, at)
    key = {packet.address: key_of(example.bindkey)} if example.bindkey else {}
    return decode_packet(profile, packet, Guard(key))


def packet_of(profile: Profile, example: Example, at: Moment) -> Packet:
    """Give the packet in which an example would arrive."""
    freshness = Freshness.RETAINED if example.is_retained else Freshness.LIVE
    address, payload = example.topic, example.payload.encode()
    if profile.source is Transport.SERIAL:
        is_line = profile.messages[0].format is Format.LINE
        address, payload = PORT, payload if is_line else bytes.fromhex(example.payload)
    elif profile.source is Transport.BLE:
        address = (example.address or ADDRESS).upper()
        if example.characteristic:
            address = f"{address}/{example.characteristic}"
            payload = bytes.fromhex(example.payload)
        else:
            payload = pack(advertisement_of(example))
    return Packet(profile.source, address, payload, at, freshness)


def advertisement_of(example: Example) -> Advertisement:
    """Give the advertisement of an example."""
    return Advertisement(example.name, example.manufacturer, example.services, example.uuids)


def address_in(profile: Profile, packet: Packet) -> str:
    """Give an address of a device that this packet could come from."""
    if profile.source is Transport.BLE:
        return packet.address.partition("/")[0]
    bridge = () if profile.bridge_message is None else (profile.bridge_message,)
    for message in sorted(profile.messages + bridge, key=_fixed_length):
        template = message.template
        hole = packet.address if template is None else template.address_in(packet.address)
        if hole is None:
            continue
        names = _names(message, packet)
        if names is not None:
            return "/".join([hole, *names])
    return "example/device"


def _fixed_length(message: Message) -> int:
    template = message.template
    return -template.fixed_length if template is not None else 0


def _names(message: Message, packet: Packet) -> list[str] | None:
    """Give which of the devices that share the place this is; None where it is not this message."""
    if not message.who:
        return []
    for content in reader(message)(packet, []):
        names = [content.name(where) for where in message.who]
        if all(each.holds(content.find(each.where)) for each in message.conditions):
            return None if None in names else [name for name in names if name is not None]
    return None
