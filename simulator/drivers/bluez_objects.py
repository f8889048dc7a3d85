"""How adapters, devices and their characteristics look on the D-Bus, and how changes are told.

What changes, and when, is left to bluez.py.
"""

from collections.abc import Callable, Mapping

from dbus_fast import Message, Variant
from msgspec import Struct

from gateway.wire.advertisement import Advertisement, full_uuid

ADAPTER = "org.bluez.Adapter1"
DEVICE = "org.bluez.Device1"
SERVICE = "org.bluez.GattService1"
CHARACTERISTIC = "org.bluez.GattCharacteristic1"
DESCRIPTOR = "org.bluez.GattDescriptor1"

OBJECTS = "org.freedesktop.DBus.ObjectManager"
PROPERTIES = "org.freedesktop.DBus.Properties"

Properties = dict[str, Variant]
Interfaces = dict[str, Properties]


class Characteristic(Struct, frozen=True):
    """One characteristic of a peripheral: what can be done with it, and its value at first."""

    flags: tuple[str, ...] = ("notify",)
    value: bytes = b""


Services = Mapping[str, Mapping[str, Characteristic]]  # service uuid, characteristic uuid


class Tree:
    """All objects by their paths; every change is sent as BlueZ signals it."""

    def __init__(self, send: Callable[[Message], None]) -> None:
        """Begin without any object."""
        self.objects: dict[str, Interfaces] = {}
        self._send = send

    def add(self, path: str, interfaces: Interfaces) -> None:
        """Let an object appear."""
        self.objects[path] = interfaces
        self._signal("/", OBJECTS, "InterfacesAdded", "oa{sa{sv}}", path, interfaces)

    def change(self, path: str, interface: str, **properties: Variant) -> None:
        """Set properties of an object, where it is still there."""
        if path in self.objects:
            self.objects[path][interface].update(properties)
            body: list[object] = [interface, properties, []]
            self._signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", *body)

    def remove(self, path: str) -> None:
        """Let an object and all below it disappear, the lowest first."""
        below = [other for other in self.objects if other.startswith(f"{path}/")]
        for gone in [*sorted(below, reverse=True), path]:
            interfaces = self.objects.pop(gone, None)
            if interfaces is not None:
                self._signal("/", OBJECTS, "InterfacesRemoved", "oas", gone, list(interfaces))

    def _signal(
        self, path: str, interface: str, member: str, signature: str, *body: object
    ) -> None:
        self._send(Message.new_signal(path, interface, member, signature, list(body)))


def text(value: str) -> Variant:
    """Give a string."""
    return Variant("s", value)


def yes(value: bool) -> Variant:
    """Give a boolean."""
    return Variant("b", value)


def adapter(address: str) -> Interfaces:
    """Describe an adapter that is switched on."""
    properties = {
        "Address": text(address),
        "AddressType": text("public"),
        "Name": text("simulated"),
        "Alias": text("simulated"),
        "Powered": yes(True),
        "Discovering": yes(False),
        "UUIDs": Variant("as", []),
        "Roles": Variant("as", ["central", "peripheral"]),
    }
    return {ADAPTER: properties}


def device(address: str, adapter_path: str, name: str) -> Properties:
    """Describe a device that was never connected; without a name BlueZ makes one up as alias."""
    properties = {
        "Address": text(address),
        "AddressType": text("random"),
        "Alias": text(name or address.replace(":", "-")),
        "Adapter": Variant("o", adapter_path),
        "Paired": yes(False),
        "Bonded": yes(False),
        "Trusted": yes(False),
        "Blocked": yes(False),
        "Connected": yes(False),
        "ServicesResolved": yes(False),
        "LegacyPairing": yes(False),
        "UUIDs": Variant("as", []),
    }
    return {**properties, "Name": text(name)} if name else properties


def heard(advertisement: Advertisement) -> Properties:
    """Give what an advertisement sets on a device."""
    rssi = -60 if advertisement.rssi is None else advertisement.rssi
    properties = {"RSSI": Variant("n", rssi)}
    if advertisement.manufacturer:
        data = {
            number: Variant("ay", value) for number, value in advertisement.manufacturer.items()
        }
        properties["ManufacturerData"] = Variant("a{qv}", data)
    if advertisement.services:
        named = {full_uuid(u): Variant("ay", value) for u, value in advertisement.services.items()}
        properties["ServiceData"] = Variant("a{sv}", named)
    if advertisement.uuids:
        properties["UUIDs"] = Variant("as", [full_uuid(uuid) for uuid in advertisement.uuids])
    return properties


def attributes(device_path: str, services: Services) -> dict[str, Interfaces]:
    """Lay out a peripheral's services as objects below it, in the order of their handles."""
    objects: dict[str, Interfaces] = {}
    handle = 1
    for uuid, characteristics in services.items():
        service = f"{device_path}/service{handle:04x}"
        objects[service] = {SERVICE: _service(device_path, uuid)}
        for name, one in characteristics.items():
            path = f"{service}/char{handle + 1:04x}"
            objects[path] = {CHARACTERISTIC: _characteristic(service, name, one)}
            objects[f"{path}/desc{handle + 2:04x}"] = {DESCRIPTOR: _descriptor(path)}
            handle += 3
        handle += 1
    return objects


def _service(device_path: str, uuid: str) -> Properties:
    return {
        "UUID": text(full_uuid(uuid)),
        "Device": Variant("o", device_path),
        "Primary": yes(True),
        "Includes": Variant("ao", []),
    }


def _characteristic(service: str, uuid: str, one: Characteristic) -> Properties:
    return {
        "UUID": text(full_uuid(uuid)),
        "Service": Variant("o", service),
        "Value": Variant("ay", one.value),
        "Notifying": yes(False),
        "Flags": Variant("as", list(one.flags)),
        "MTU": Variant("q", 247),
    }


def _descriptor(characteristic: str) -> Properties:
    return {
        "UUID": text(full_uuid("2902")),
        "Characteristic": Variant("o", characteristic),
        "Value": Variant("ay", b"\0\0"),
    }
