"""Keeps the radio hearing: one scan, the connections beside it, and a remedy when it falls silent.

What is heard goes on to the source; what deafness means is left to the household.
"""

import asyncio
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta

import structlog
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from msgspec.structs import replace

from edge.model import ZERO
from gateway.sources.ble_adapter import Adapter, Facts
from gateway.sources.ble_faults import BleFailed
from gateway.sources.ble_ladder import Ladder, Step
from gateway.sources.ble_link import Link
from gateway.sources.ble_scan import Scan, begin_anew
from gateway.sources.ble_settings import BleSettings
from gateway.wire.profile import Ask

# bleak's word for the strength where there is none: the device was not heard just now.
NOT_HEARD = -127
NOTHING = "no Bluetooth advertisement for {:.0f} s"
RIGHT = "right would be an adapter that works, and devices within its reach"

log = structlog.get_logger()


class Radio:
    """The adapter with its scan and its connections."""

    def __init__(
        self,
        settings: BleSettings,
        wanted: Collection[str],
        connections: Mapping[str, Sequence[str]],
        asks: Mapping[str, Sequence[Ask]],
        patience: Mapping[str, timedelta],
        *,
        heard: Callable[[str, AdvertisementData], None],
        deliver: Callable[[str, bytes], None],
        on_refused: Callable[[], None],
        on_state: Callable[[bool, str], None],
    ) -> None:
        """Prepare; `heard` is given each advertisement with its address, `deliver` each value.

        `on_refused` is called when a device does not take what it is asked.
        """
        self._settings = settings
        self._wanted = frozenset(wanted)
        self._heard = heard
        self._on_state = on_state
        self._adapter = Adapter(settings)
        self._scan = Scan(self._advertised, settings)
        self._ladder = Ladder(settings.silence.total_seconds(), 0.0)
        self._is_hearing = False
        self._tried: list[str] = []
        self._told = (False, "")
        connecting, places = asyncio.Lock(), asyncio.Semaphore(settings.links)
        self._links = {
            address: Link(
                address,
                characteristics,
                asks.get(address, ()),
                replace(
                    settings, stale_after=max(settings.stale_after, patience.get(address, ZERO))
                ),
                connecting=connecting,
                places=places,
                deliver=deliver,
                on_refused=on_refused,
            )
            for address, characteristics in connections.items()
        }
        self._remark = ""
        if len(connections) > settings.links:
            self._remark = f"; {len(connections)} devices to connect, {settings.links} at once"

    async def run(self) -> None:
        """Hear until cancelled; nothing that Bluetooth does ends it."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for link in self._links.values():
                    tasks.create_task(link.run())
                tasks.create_task(self._scan_for_ever())
        finally:
            begin_anew()
            self._adapter.close()

    async def _scan_for_ever(self) -> None:
        loop = asyncio.get_running_loop()
        first = self._settings.retry_first.total_seconds()
        most = self._settings.retry_most.total_seconds()
        delay = first
        while True:
            began = loop.time()
            try:
                await self._listen()
            except BleFailed as error:
                self._tell(False, str(error))
                for link in self._links.values():
                    link.cut(str(error))
            finally:
                await self._scan.stop()
            begin_anew()
            if loop.time() - began > most:
                delay = first
            await asyncio.sleep(delay * random.uniform(0.5, 1.0))
            delay = min(delay * 2, most)

    async def _listen(self) -> None:
        """Scan until that fails, which is a BleFailed."""
        name = await self._adapter.find()
        if not (await self._adapter.facts()).is_powered:
            self._tell(False, f"the Bluetooth adapter {name} is off: switching it on")
            await self._adapter.switch(True)
        await self._scan.start(name)
        self._ladder = Ladder(self._settings.silence.total_seconds(), self._now())
        self._tell(True, f"scanning on {name}")
        was_scanning = True
        while True:
            await asyncio.sleep(self._settings.check.total_seconds())
            facts = await self._adapter.facts()
            await self._look(facts, was_scanning)
            was_scanning = facts.is_scanning

    async def _look(self, facts: Facts, was_scanning: bool) -> None:
        """Take the next step of the ladder where one is due."""
        now = self._now()
        if not facts.is_powered:
            self._is_hearing = False
            await self._switch(f"the Bluetooth adapter {self._adapter.name} is off")
            self._tell(True, f"scanning on {self._adapter.name} again")
            return
        if not self._expects():
            self._ladder.heard(now)
            return
        # The kernel pauses for a moment every ten seconds: once is nothing yet.
        quiet = self._ladder.silent_for(now) > 2 * self._settings.check.total_seconds()
        hurry = quiet and not facts.is_scanning and not was_scanning
        may_switch = not any(link.is_connected for link in self._links.values())
        silence = NOTHING.format(self._ladder.silent_for(now))
        match self._ladder.step(now, hurry=hurry, may_switch=may_switch):
            case Step.SCAN:
                await self._restart(silence)
            case Step.POWER:
                await self._switch(silence)
            case Step.TELL:
                tried = f"{silence}, though {' and '.join(self._tried)}"
                self._tell(False, f"{tried}; {RIGHT}")

    async def _restart(self, why: str) -> None:
        await self._scan.stop()
        await self._scan.start(self._adapter.name)
        self._did("the scan was started anew", why)

    async def _switch(self, why: str) -> None:
        self._tell(self._is_hearing, f"{why}: switching it off and on")
        await self._scan.stop()
        await self._adapter.switch(False)
        await self._adapter.switch(True)
        await self._scan.start(self._adapter.name)
        self._did("the adapter was switched off and on", why)

    def _did(self, remedy: str, why: str) -> None:
        if remedy not in self._tried:
            self._tried.append(remedy)
        self._tell(self._is_hearing, f"{why}: {remedy}")

    def _expects(self) -> bool:
        """Say whether anything should be heard: connected devices do not advertise."""
        connected = {address for address, link in self._links.items() if link.is_connected}
        return not connected >= self._wanted.union(self._links)

    def _advertised(self, device: BLEDevice, data: AdvertisementData) -> None:
        address = device.address.upper()
        link = self._links.get(address)
        # bleak calls at every change of a device, also when its connection begins and ends.
        is_connected = data.platform_data[1].get("Connected") or (link and link.is_connected)
        if is_connected or data.rssi == NOT_HEARD:
            return
        self._ladder.heard(self._now())
        self._tried.clear()
        if not self._is_hearing:
            self._tell(True, "hears advertisements again")
        if link is not None:
            link.seen(device)
        self._heard(address, data)

    def _tell(self, hears: bool, detail: str) -> None:
        self._is_hearing = hears
        if (hears, detail) != self._told:
            self._told = (hears, detail)
            log.info("bluetooth", hears=hears, detail=detail)
        self._on_state(hears, detail + self._remark)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
