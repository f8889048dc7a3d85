"""One scan through bleak, and bleak's view of BlueZ thrown away when it can no longer be true.

What is heard goes to the caller as it comes; whether it still hears is left to the radio.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import structlog
from bleak import BleakScanner
from bleak.args.bluez import BlueZScannerArgs
from bleak.backends.bluezdbus import manager
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from gateway.sources.ble_faults import BleFailed, patience
from gateway.sources.ble_settings import BleSettings

FAREWELL = timedelta(seconds=3)
Heard = Callable[[BLEDevice, AdvertisementData], None]

log = structlog.get_logger()


class Scan:
    """The one scan of the process: BlueZ refuses a client that asks for a second."""

    def __init__(self, heard: Heard, settings: BleSettings) -> None:
        """Prepare; nothing is asked before `start`."""
        self._answer = settings.answer
        self._heard = heard
        self._scanner: BleakScanner | None = None

    async def start(self, adapter: str) -> None:
        """Begin to scan, or raise BleFailed."""
        # Without every repetition a device whose state does not change would look dead.
        bluez: BlueZScannerArgs = {"adapter": adapter, "filters": {"DuplicateData": True}}
        async with patience(self._answer):
            self._scanner = BleakScanner(self._heard, bluez=bluez)
            await self._scanner.start()

    async def stop(self) -> None:
        """End the scan. After the adapter was switched, BlueZ no longer knows of it."""
        scanner, self._scanner = self._scanner, None
        if scanner is None:
            return
        try:
            async with patience(FAREWELL):
                await scanner.stop()
        except BleFailed as error:
            log.info("scan was gone already", detail=str(error))


def begin_anew() -> None:
    """Let bleak forget all that it knows of BlueZ; its next call asks again.

    It keeps one connection to the bus a loop, and with it what devices there are and which are
    connected: none of that is true after bluetoothd died. BlueZ in turn keeps the scans of a
    connection, also those whose start we never saw answered.
    """
    known = manager._global_instances.get(asyncio.get_running_loop())
    if known is not None and known._bus is not None and known._bus.connected:
        known._bus.disconnect()
