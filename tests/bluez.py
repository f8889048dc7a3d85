"""Bluetooth for tests: a private bus with a simulated bluetoothd, and the source at work on it."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from types import TracebackType

import pytest
from msgspec.structs import replace

from edge.model import Packet
from gateway.sources.ble import BleSettings, BleSource
from gateway.wire.advertisement import Advertisement, unpack
from gateway.wire.profile import Ask
from simulator.drivers.bluez import Bluez, PrivateBus
from tests import waiting
from tests.gateway.ear import moment

QUICK = timedelta(milliseconds=50)
PATIENT = timedelta(seconds=60)
SETTINGS = BleSettings(
    silence=PATIENT,
    check=QUICK,
    retry_first=QUICK,
    retry_most=2 * QUICK,
    connect_timeout=timedelta(seconds=3),
)


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBus]:
    """Start a D-Bus daemon that stands for the system's."""
    with PrivateBus() as bus:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        yield bus
    # What dbus-fast could not send on a dead bus complains when it is collected, and a complaint
    # in the middle of compiling breaks the compiler of some Python 3.11 (SystemError).
    gc.collect()


@pytest.fixture
async def air(bus: PrivateBus) -> AsyncIterator[Bluez]:
    """Start a bluetoothd with an adapter that is switched on."""
    bluez = Bluez(bus.address)
    await bluez.start()
    yield bluez
    bluez.stop()


class BleEar:
    """The source at work: it keeps what it hears. Use it as an async context manager."""

    def __init__(
        self,
        *wanted: str,
        connections: Mapping[str, Sequence[str]] | None = None,
        asks: Mapping[str, Sequence[Ask]] | None = None,
        **wishes: object,
    ) -> None:
        self.packets: list[Packet] = []
        self.states: list[tuple[bool, str]] = []
        settings = replace(SETTINGS, **wishes)
        self.source = BleSource(settings, wanted, connections or {}, moment, self._tell, asks=asks)
        self.tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "BleEar":
        self.tasks = [asyncio.create_task(self.source.run()), asyncio.create_task(self._listen())]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await waiting.end(self.tasks)

    @property
    def hears(self) -> bool:
        """Say whether the source says that it hears."""
        return bool(self.states) and self.states[-1][0]

    @property
    def said(self) -> str:
        """Give all that the source said of its state."""
        return "\n".join(f"{hears}: {detail}" for hears, detail in self.states)

    def advertised(self, address: str) -> list[Advertisement]:
        """Give the advertisements of a device that became packets."""
        mine = [unpack(packet.payload) for packet in self.packets if packet.address == address]
        return [one for one in mine if one is not None]

    def values(self, address: str) -> list[bytes]:
        """Give the values that came from "MAC/2a37"."""
        return [packet.payload for packet in self.packets if packet.address == address]

    async def until(self, that: Callable[[], object], seconds: float = 8) -> None:
        """Ask until something is so; raise AssertionError past the deadline."""
        await waiting.until(
            *(that, seconds, self.tasks),
            said=lambda: f"{self.said}\n{self.packets[-3:]}",
            pause=0.02,  # what is asked may be to advertise once more
        )

    async def listening(self) -> None:
        """Wait until the source says that it hears."""
        await self.until(lambda: self.hears)

    async def _listen(self) -> None:
        async for batch in self.source.batches():
            self.packets += batch
            self.source.acknowledge(batch)

    def _tell(self, hears: bool, detail: str) -> None:
        self.states.append((hears, detail))
