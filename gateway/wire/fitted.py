"""A device in its home with what is needed to hear it, and where its messages arrive.

What they mean, the decoder and its ears work out.
"""

from msgspec import Struct

from edge.model import Device
from gateway.wire.places import Characteristic
from gateway.wire.profile import Message, Profile, Transport
from gateway.wire.topics import Template

Heard = tuple[str, tuple[str, ...]]  # the address of packets, and which device's it must be there


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
        found = (places_of(message, self) for message in self.profile.messages if message.template)
        return [topic for places in found for topic, _ in places]


def places_of(message: Message, one: Fitted) -> list[Heard]:
    """Give where the packets of a message arrive, and which device's it must be there."""
    hole, who = parted(one.address, message)
    if len(who) < len(message.who):
        return []  # to which of the devices there it belongs was not said
    place = message.place
    if isinstance(place, Template):
        return [(topic, who) for topic in place.topics(hole)]
    if one.profile.source is Transport.SERIAL:
        return [(hole, who)]
    hole = hole.upper()
    return [(f"{hole}/{place.uuid}" if isinstance(place, Characteristic) else hole, who)]


def parted(address: str, message: Message) -> Heard:
    """Part "port/device" where several devices share the port or topic."""
    count = len(message.who)
    if count == 0:
        return address, ()
    hole, *who = address.rsplit("/", count)
    return hole, tuple(who)
