"""Asks bluetoothd for its adapters, and switches one off and on.

bleak hides this: a scan whose adapter was switched off goes on without a word. When to ask and
when to switch is the source's business.
"""

import asyncio
import contextlib
from typing import Any

from dbus_fast import BusType, DBusFastError, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from msgspec import Struct

from gateway.sources.ble_faults import BleFailed, mend, patience
from gateway.sources.ble_settings import BleSettings
from gateway.sources.ble_words import NO_ADAPTER

BLUEZ = "org.bluez"
ADAPTER = "org.bluez.Adapter1"
OBJECTS = "org.freedesktop.DBus.ObjectManager"
PROPERTIES = "org.freedesktop.DBus.Properties"
SETTLING = 0.2  # seconds between asking whether the switch has worked
TRIES = 25
NEW_SERVICE = "bluetoothd has been started anew, and with it the scan and every connection"
SWITCH = {True: "on", False: "off"}


class Facts(Struct, frozen=True):
    """What bluetoothd says of an adapter."""

    is_powered: bool
    is_scanning: bool


class Adapter:
    """One adapter, found anew at each `find`: a USB stick that returns may have another number."""

    def __init__(self, settings: BleSettings) -> None:
        """Prepare; nothing is asked before `find`."""
        self._wanted = settings.adapter.casefold()
        self._answer = settings.answer
        self._bus: MessageBus | None = None
        self._end: asyncio.Task[None] | None = None
        self._owner = ""
        self.name = settings.adapter

    async def find(self) -> str:
        """Give the name of the adapter, or raise BleFailed with what is missing."""
        self._owner = ""
        async with patience(self._answer):
            objects = await self._call("/", OBJECTS, "GetManagedObjects")
            names: dict[str, str] = {
                path.rpartition("/")[2]: interfaces[ADAPTER]["Address"].value
                for path, interfaces in objects.items()
                if ADAPTER in interfaces
            }
        for name, address in sorted(names.items()):
            if self._wanted in ("", name, address.casefold()):
                self.name = name
                return name
        there = ", ".join(f"{name} ({address})" for name, address in sorted(names.items()))
        if there:
            raise BleFailed(f"no Bluetooth adapter {self._wanted}; there would be {there}")
        raise BleFailed(NO_ADAPTER)

    async def facts(self) -> Facts:
        """Ask how the adapter is; BleFailed where nobody answers for it, or somebody new."""
        async with patience(self._answer):
            properties = await self._call(self._path, PROPERTIES, "GetAll", "s", ADAPTER)
            return Facts(properties["Powered"].value, properties["Discovering"].value)

    async def switch(self, on: bool) -> None:
        """Switch the adapter on or off and wait until it is; BleFailed where it cannot be."""
        async with patience(self._answer):
            asked = (ADAPTER, "Powered", Variant("b", on))
            await self._call(self._path, PROPERTIES, "Set", "ssv", *asked)
        for _ in range(TRIES):
            if (await self.facts()).is_powered is on:
                return
            await asyncio.sleep(SETTLING)
        raise BleFailed(f"the Bluetooth adapter {self.name} cannot be switched {SWITCH[on]}")

    def close(self) -> None:
        """Leave the bus; the next call enters it again."""
        if self._bus is not None:
            self._bus.disconnect()
            self._bus = None

    @property
    def _path(self) -> str:
        return f"/org/bluez/{self.name}"

    async def _call(
        self, path: str, interface: str, member: str, signature: str = "", *body: object
    ) -> Any:
        bus = await self._entered()
        reply = await bus.call(
            Message(
                destination=BLUEZ,
                path=path,
                interface=interface,
                member=member,
                signature=signature,
                body=list(body),
            )
        )
        if reply.message_type is MessageType.ERROR:
            raise BleFailed(mend(reply.error_name or "", " ".join(map(str, reply.body))))
        # One that was killed and is back knows nothing of our scan, and tells nobody.
        if self._owner not in ("", reply.sender):
            raise BleFailed(NEW_SERVICE)
        self._owner = reply.sender or ""
        return reply.body[0] if reply.body else None

    async def _entered(self) -> MessageBus:
        if self._bus is None or not self._bus.connected:
            self.close()
            self._bus = MessageBus(bus_type=BusType.SYSTEM)
            await self._bus.connect()
            self._end = asyncio.create_task(_end(self._bus))
        return self._bus


async def _end(bus: MessageBus) -> None:
    """Take note why a bus ended: asyncio would complain that nobody wanted to know."""
    with contextlib.suppress(DBusFastError, OSError, EOFError):
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
