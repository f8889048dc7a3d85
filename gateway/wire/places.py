"""Where the messages of a device arrive: topics, elements of an advertisement, ports.

It finds the part of a packet that a message speaks of; reading it is meaning.py's.
"""

from fnmatch import fnmatchcase

from msgspec import Struct

from gateway.wire.advertisement import Advertisement
from gateway.wire.topics import Template

APPLE = 0x004C  # iBeacons stand beside what a maker says; no sensor's values are in them
MANUFACTURER, SERVICE, NAME = "manufacturer", "service", "name"


class Advert(Struct, frozen=True):
    """An element of a Bluetooth advertisement, and by what else it is recognised."""

    services: tuple[str, ...] = ()
    companies: tuple[int, ...] = ()
    any_company: bool = False
    with_company: bool = False  # the payload begins with the company's two bytes
    names: tuple[str, ...] = ()  # patterns; one must fit the advertised name
    uuids: tuple[str, ...] = ()  # all must be advertised

    def payloads(self, heard: Advertisement) -> list[tuple[str, bytes]]:
        """Give the elements that are meant, each with the service it stands under."""
        if not (self.services or self.companies or self.any_company):
            return [("", b"")]
        found = [(name, heard.services[name]) for name in self.services if name in heard.services]
        for company, data in heard.manufacturer.items():
            if company in self.companies or (self.any_company and company != APPLE):
                number = company.to_bytes(2, "little") if self.with_company else b""
                found.append(("", number + data))
        return found

    def fits(self, heard: Advertisement, *, is_stranger: bool) -> bool:
        """Say whether name and services are right; a stranger must show them."""
        is_named = any(fnmatchcase(heard.name, pattern) for pattern in self.names)
        has_name = not self.names or is_named or not (heard.name or is_stranger)
        has_uuids = all(uuid in heard.uuids for uuid in self.uuids)
        return has_name and (has_uuids or not (heard.uuids or is_stranger))


class Characteristic(Struct, frozen=True):
    """A value of a connected Bluetooth device."""

    uuid: str


class Port(Struct, frozen=True):
    """A frame or line from a serial port."""


Place = Template | Advert | Characteristic | Port


def element(heard: Advertisement, name: str) -> bytes | None:
    """Give another element of an advertisement by its name: "service:fd3d"."""
    sort, _, which = name.partition(":")
    if sort == SERVICE:
        return heard.services.get(which)
    if sort == MANUFACTURER:
        return heard.manufacturer.get(int(which, 16))
    return heard.name.encode(errors="replace")
