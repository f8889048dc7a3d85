"""One listener to Bluetooth, a process of its own: python -m bench.ble_ear bare|source COUNT.

bare      a bleak scanner whose callback only counts
source    the gateway's source, which makes packets of all it hears
It prints the CPU in microseconds an advertisement, from the first to the last.
"""

import asyncio
import sys
import time
from datetime import UTC, datetime

from bleak import BleakScanner
from bleak.args.bluez import BlueZScannerArgs
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from edge.model import Moment
from gateway.sources.ble import BleSettings, BleSource

ADDRESSES = [f"A4:C1:38:00:00:{number:02X}" for number in range(50)]


class Stopwatch:
    """The CPU that this process used between the first advertisement and the last."""

    def __init__(self, count: int) -> None:
        """Begin to wait for so many."""
        self.count = count
        self._began = 0.0
        self._heard = self._first = 0
        self.is_over = asyncio.Event()

    def heard(self, number: int = 1) -> None:
        """Take note of some; the clock runs from the first of them."""
        if not self._heard:
            self._began, self._first = time.process_time(), number
        self._heard += number
        if self._heard >= self.count:
            self.is_over.set()

    def cost(self) -> float:
        """Give the microseconds an advertisement."""
        return (time.process_time() - self._began) / (self._heard - self._first) * 1e6


async def bare(watch: Stopwatch) -> None:
    """Count what bleak hears."""

    def heard(_device: BLEDevice, _data: AdvertisementData) -> None:
        watch.heard()

    bluez: BlueZScannerArgs = {"filters": {"DuplicateData": True}}
    async with BleakScanner(heard, bluez=bluez):
        await watch.is_over.wait()


async def source(watch: Stopwatch) -> None:
    """Count the packets that come out of the source."""

    async def listen() -> None:
        async for batch in ear.batches():
            watch.heard(len(batch))
            ear.acknowledge(batch)

    ear = BleSource(
        BleSettings(),
        ADDRESSES,
        {},
        lambda: Moment(datetime.now(UTC), time.monotonic()),
        lambda *_: None,
    )
    tasks = [asyncio.create_task(ear.run()), asyncio.create_task(listen())]
    await watch.is_over.wait()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def main(what: str, count: int) -> None:
    """Listen and print."""
    watch = Stopwatch(count)
    await (source(watch) if what == "source" else bare(watch))
    print(watch.cost())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
