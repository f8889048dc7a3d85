"""The air around a box in a story: a bluetoothd on a private bus, turned by a thread of its own."""

import asyncio
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

from gateway.wire.advertisement import Advertisement
from simulator.drivers.bluez import Bluez, PrivateBus
from simulator.drivers.bluez_objects import Services

T = TypeVar("T")


class Air:
    """Devices send into it from a test that is not asynchronous. Use it as a context manager."""

    def __init__(self, bus: PrivateBus) -> None:
        self.bus = bus
        self.bluez = Bluez(bus.address)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> "Air":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.bluez.start(), self._loop).result(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.does(self.bluez.stop)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def restarts(self) -> None:
        """Let the bluetoothd come back, with nothing heard yet."""
        self.does(self.bluez.stop)
        asyncio.run_coroutine_threadsafe(self.bluez.start(), self._loop).result(10)

    def does(self, what: Callable[[], T]) -> T:
        """Do something where the bluetoothd turns; give what came of it."""

        async def done() -> T:
            return what()

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(10)

    def holds(self, address: str, services: Services) -> None:
        """Say what a device shows to whoever connects to it."""
        self.does(lambda: self.bluez.peripheral(address, services))

    def says(self, address: str, service: str, data: bytes, name: str = "") -> None:
        """Advertise until somebody could hear it."""
        said = Advertisement(name, services={service: data} if service else {})
        until(lambda: self.does(lambda: self.bluez.advertise(address, said)), f"{address} unheard")

    def notifies(self, address: str, characteristic: str, value: bytes) -> None:
        """Send a value until somebody has subscribed to it, advertising meanwhile."""

        def sent() -> bool:
            self.bluez.advertise(address, Advertisement("band"))
            return self.bluez.notify(address, characteristic, value)

        until(lambda: self.does(sent), f"nobody subscribed at {address}")


def until(that: Callable[[], bool], why: str, seconds: float = 20) -> None:
    """Wait until something is so; raise AssertionError past the deadline."""
    deadline = time.monotonic() + seconds
    while not that():
        assert time.monotonic() < deadline, why
        time.sleep(0.02)
