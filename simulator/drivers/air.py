"""The air around a simulated Bluetooth adapter, for programs that are not asynchronous.

A bus of its own, somebody on it who answers as bluetoothd does, and a thread for both; which
devices send what is decided elsewhere.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Self, TypeVar

from simulator.devices import Sent
from simulator.drivers.bluez import Bluez, NoBus, PrivateBus
from simulator.drivers.bluez_objects import Services

__all__ = ["Air", "NoBus"]

T = TypeVar("T")
PATIENCE = 10.0  # seconds for one thing to be done


class Air:
    """It is there while it is entered; entering raises NoBus where none can be started.

    `address` goes into DBUS_SYSTEM_BUS_ADDRESS of whoever shall hear it.
    """

    def __init__(self) -> None:
        """Prepare a folder; `__exit__` removes it, also where nothing was started."""
        self._bus = PrivateBus()
        self._bluez = Bluez(self._bus.address)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="air")

    @property
    def address(self) -> str:
        """Give the address of the bus."""
        return self._bus.address

    def __enter__(self) -> Self:
        try:
            self._bus.start()
            self._thread.start()
            self._run(self._bluez.start())
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._thread.is_alive():
            self._do(self._bluez.stop)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(PATIENCE)
        self._loop.close()
        self._bus.__exit__(kind, error, trace)

    def send(self, sent: Sent) -> bool:
        """Send an advertisement or a value; say whether somebody scans, or has subscribed."""
        address, _, characteristic = sent.address.partition("/")
        advertisement = sent.advertisement
        if advertisement is None:
            return self._do(lambda: self._bluez.notify(address, characteristic, sent.payload))
        return self._do(lambda: self._bluez.advertise(address, advertisement))

    def peripheral(self, address: str, services: Services) -> None:
        """Say what a device shows to whoever connects to it."""
        self._do(lambda: self._bluez.peripheral(address, services))

    @property
    def is_scanned(self) -> bool:
        """Say whether anybody listens."""
        return self._do(lambda: self._bluez.is_scanned)

    def _do(self, work: Callable[[], T]) -> T:
        async def done() -> T:
            return work()

        return self._run(done())

    def _run(self, work: Coroutine[None, None, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)
