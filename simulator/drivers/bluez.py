"""Stands in for bluetoothd on a bus of one's own: an adapter and the devices around it.

It answers what a BlueZ client asks and does what happens in the air; which devices there are and
what they send is the caller's.
"""

from collections import deque
from collections.abc import Callable

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.constants import RequestNameReply

from gateway.wire.advertisement import Advertisement, full_uuid
from simulator.drivers import bluez_objects as shapes
from simulator.drivers import bluez_values as values
from simulator.drivers.bluez_objects import (
    ADAPTER,
    CHARACTERISTIC,
    DEVICE,
    Characteristic,
    Interfaces,
    Properties,
    Services,
    Tree,
)
from simulator.drivers.bluez_values import Answer, Answering, Refusal
from simulator.drivers.private_bus import NoBus, PrivateBus, ask, enter

__all__ = ["Bluez", "Characteristic", "NoBus", "PrivateBus"]

NAME = "org.bluez"
ADDRESS = "00:11:22:33:44:55"
UNKNOWN_OBJECT = "org.freedesktop.DBus.Error.UnknownObject"
UNKNOWN_METHOD = "org.freedesktop.DBus.Error.UnknownMethod"


class Bluez:
    """One adapter and its air. Everything about a device goes by its address, upper case.

    Advertisements are heard only while somebody scans. `is_deaf` is the scan that died silently:
    the adapter says that it scans and hears nothing, until it was switched off and on.
    """

    def __init__(self, bus_address: str, adapter: str = "hci0") -> None:
        """Prepare; nobody is on the bus before `start`."""
        self._bus_address = bus_address
        self._bus: MessageBus | None = None
        self._adapter = f"/org/bluez/{adapter}"
        self._tree = self._fresh_tree()
        self._peripherals: dict[str, Services] = {}
        self._answers: dict[str, Answering] = {}
        self._scanners: set[str] = set()
        self.is_deaf = False
        self.is_blocked = False  # rfkill: it cannot be switched on
        self.is_hung = False  # it answers nobody
        self.calls: deque[str] = deque(maxlen=1000)  # the methods that were called
        self._methods: dict[str, Callable[[Message], Answer]] = {
            "GetManagedObjects": lambda _: ("a{oa{sa{sv}}}", [self._tree.objects]),
            "Get": self._get,
            "GetAll": self._get_all,
            "Set": self._set_property,
            "SetDiscoveryFilter": self._nothing,
            "StartDiscovery": self._start_discovery,
            "StopDiscovery": self._stop_discovery,
            "Connect": self._connect,
            "Disconnect": self._disconnect,
            "ReadValue": lambda message: values.read(self._tree, message),
            "WriteValue": self._write,
            "StartNotify": lambda message: values.start_notify(self._tree, message),
            "StopNotify": lambda message: values.stop_notify(self._tree, message),
        }

    async def start(self) -> None:
        """Take the name org.bluez on the bus."""
        self._bus = bus = await enter(self._bus_address)
        bus.add_message_handler(self._handle)
        # As bluetoothd does, forget the scans of clients that have gone.
        await ask(bus, "AddMatch", "s", "type='signal',member='NameOwnerChanged'")
        if await bus.request_name(NAME) is not RequestNameReply.PRIMARY_OWNER:
            raise NoBus(f"somebody else is {NAME} on this bus")

    def stop(self) -> None:
        """Go without a word, as kill -9 does; `start` begins anew, with nothing heard yet."""
        if self._bus is not None:
            self._bus.disconnect()
            self._bus = None
        self._scanners.clear()
        self._tree = self._fresh_tree()

    # --- what happens in the air

    def advertise(self, address: str, advertisement: Advertisement) -> bool:
        """Send one advertisement; say whether anybody could hear it."""
        if not self.is_scanned or self.is_deaf:
            return False
        path = self._device(address)
        properties = shapes.heard(advertisement)
        if path in self._tree.objects:
            self._tree.change(path, DEVICE, **properties)
        else:
            base = shapes.device(address, self._adapter, advertisement.name)
            self._tree.add(path, {DEVICE: {**base, **properties}})
        return True

    async def settle(self) -> None:
        """Wait until the bus took all that was sent; it breaks at some hundred messages."""
        if self._bus is not None:
            await ask(self._bus, "GetId")

    def peripheral(
        self,
        address: str,
        services: Services,
        answer: Answering = lambda _uuid, _value: None,
    ) -> None:
        """Say what a device shows to whoever connects to it; `answer` is given what is written."""
        self._peripherals[self._device(address)] = services
        self._answers[self._device(address)] = answer

    def notify(self, address: str, uuid: str, value: bytes) -> bool:
        """Send a value; say whether anybody is connected and has subscribed to it."""
        for path, properties in self._characteristics(address):
            if properties["UUID"].value == full_uuid(uuid) and properties["Notifying"].value:
                self._tree.change(path, CHARACTERISTIC, Value=Variant("ay", value))
                return True
        return False

    def drop(self, address: str) -> None:
        """Break the connection of a device that stays in range."""
        path = self._device(address)
        if path not in self._tree.objects:
            return
        for service in [p for p in self._tree.objects if p.startswith(f"{path}/service")]:
            self._tree.remove(service)
        no = shapes.yes(False)
        self._tree.change(path, DEVICE, ServicesResolved=no)
        self._tree.change(path, DEVICE, Connected=no)

    def vanish(self, address: str) -> None:
        """Take a device out of range; the next advertisement brings it back."""
        self.drop(address)
        self._tree.remove(self._device(address))

    def power(self, on: bool) -> None:
        """Switch the adapter; off ends every scan and connection, and clients are not told."""
        if not on:
            for properties in [i[DEVICE] for i in self._tree.objects.values() if DEVICE in i]:
                if properties["Connected"].value:
                    self.drop(properties["Address"].value)
            self._scanners.clear()
            self._tree.change(self._adapter, ADAPTER, Discovering=shapes.yes(False))
            self.is_deaf = False
        self._tree.change(self._adapter, ADAPTER, Powered=shapes.yes(on))

    def unplug(self) -> None:
        """Pull the adapter out."""
        self._scanners.clear()
        self._tree.remove(self._adapter)

    def plug(self) -> None:
        """Put the adapter in again."""
        self._tree.add(self._adapter, shapes.adapter(ADDRESS))

    @property
    def is_scanned(self) -> bool:
        """Say whether anybody scans."""
        return bool(self._scanners)

    def is_connected(self, address: str) -> bool:
        """Say whether somebody is connected to this device."""
        device = self._tree.objects.get(self._device(address))
        return device is not None and bool(device[DEVICE]["Connected"].value)

    # --- objects and what is told of them

    def _device(self, address: str) -> str:
        return f"{self._adapter}/dev_{address.replace(':', '_')}"

    def _characteristics(self, address: str) -> list[tuple[str, Properties]]:
        below = f"{self._device(address)}/"
        return [
            (path, interfaces[CHARACTERISTIC])
            for path, interfaces in self._tree.objects.items()
            if path.startswith(below) and CHARACTERISTIC in interfaces
        ]

    def _fresh_tree(self) -> Tree:
        tree = Tree(self._send)
        tree.add(self._adapter, shapes.adapter(ADDRESS))
        return tree

    def _send(self, message: Message) -> None:
        if self._bus is not None and self._bus.connected:
            # The bus may go before the message does: then nobody is there to miss it.
            self._bus.send(message).add_done_callback(lambda sent: sent.exception())

    # --- what clients ask

    def _handle(self, message: Message) -> Message | bool | None:
        if message.message_type is MessageType.SIGNAL:
            if message.member == "NameOwnerChanged" and not message.body[2]:
                self._forget(message.body[0])
            return None
        if message.message_type is not MessageType.METHOD_CALL:
            return None
        self.calls.append(message.member or "")
        if self.is_hung or self._bus is None:
            return True  # taken, and never answered
        method = self._methods.get(message.member or "")
        if message.path != "/" and message.path not in self._tree.objects:
            return Message.new_error(message, UNKNOWN_OBJECT, f"{message.path} does not exist")
        if method is None:
            return Message.new_error(message, UNKNOWN_METHOD, f"{message.member}")
        try:
            signature, body = method(message)
        except Refusal as refusal:
            return Message.new_error(message, *refusal.args)
        return Message.new_method_return(message, signature, body)

    def _interfaces(self, message: Message) -> Interfaces:
        return self._tree.objects[message.path or ""]

    def _nothing(self, _message: Message) -> Answer:
        return "", []

    def _get(self, message: Message) -> Answer:
        interface, name = message.body
        return "v", [self._interfaces(message)[interface][name]]

    def _get_all(self, message: Message) -> Answer:
        return "a{sv}", [self._interfaces(message)[message.body[0]]]

    def _set_property(self, message: Message) -> Answer:
        interface, name, value = message.body
        if name == "Powered" and value.value and self.is_blocked:
            raise Refusal("org.bluez.Error.Blocked", "Blocked through rfkill")
        if name == "Powered":
            self.power(value.value)
        else:
            self._tree.change(message.path or "", interface, **{name: value})
        return "", []

    # --- scanning

    def _start_discovery(self, message: Message) -> Answer:
        if not self._interfaces(message)[ADAPTER]["Powered"].value:
            raise Refusal("org.bluez.Error.NotReady", "Resource Not Ready")
        if message.sender in self._scanners:
            raise Refusal("org.bluez.Error.InProgress", "Operation already in progress")
        self._scanners.add(message.sender or "")
        self._tree.change(self._adapter, ADAPTER, Discovering=shapes.yes(True))
        return "", []

    def _stop_discovery(self, message: Message) -> Answer:
        if message.sender not in self._scanners:
            raise Refusal("org.bluez.Error.Failed", "No discovery started")
        self._forget(message.sender or "")
        return "", []

    def _forget(self, client: str) -> None:
        if client in self._scanners:
            self._scanners.discard(client)
            self._tree.change(self._adapter, ADAPTER, Discovering=shapes.yes(self.is_scanned))

    # --- connections

    def _connect(self, message: Message) -> Answer:
        path = message.path or ""
        self._tree.change(path, DEVICE, Connected=shapes.yes(True))
        for below, interfaces in shapes.attributes(path, self._peripherals.get(path, {})).items():
            self._tree.add(below, interfaces)
        self._tree.change(path, DEVICE, ServicesResolved=shapes.yes(True))
        return "", []

    def _disconnect(self, message: Message) -> Answer:
        self.drop(self._interfaces(message)[DEVICE]["Address"].value)
        return "", []

    def _write(self, message: Message) -> Answer:
        device = (message.path or "").partition("/service")[0]
        return values.write(self._tree, message, self._answers[device])
