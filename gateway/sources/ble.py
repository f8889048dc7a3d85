"""Hear sensors over Bluetooth: what they advertise, and what connected ones send.

What a packet means is left to the decoder, what deafness means to the household.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from edge.model import Moment, Packet
from gateway.sources.ble_settings import BleSettings
from gateway.wire.advertisement import Advertisement, pack, short_uuid
from gateway.wire.profile import Ask

if TYPE_CHECKING:
    from bleak.backends.scanner import AdvertisementData

__all__ = ["BleCounts", "BleSettings", "BleSource"]

WAITING = 200  # packets of one device: no device has so much to say before it is heard


@dataclass(slots=True)
class BleCounts:
    """How much was heard that became no packet, and how much was heard at all."""

    advertisements: int = 0
    strangers: int = 0
    repeats: int = 0
    flooded: int = 0  # from a device that sends faster than it is listened to
    asks_refused: int = 0


class BleSource:
    """Bluetooth as a source, for ever. bleak is loaded when it runs, not before.

    `wanted` are the addresses whose advertisements count; `connections` names the characteristics
    to hear of each device that must be connected; while it is, its advertisements do not count.
    `asks` is what such a device must be sent before it speaks, `patience` how long it may well be
    silent before it is connected anew; the settings have the least.
    `on_state(hears, detail)` is called at each change, each failed attempt and each remedy, with
    what is wrong and what was done.
    """

    def __init__(
        self,
        settings: BleSettings,
        wanted: Collection[str],
        connections: Mapping[str, Sequence[str]],
        moment: Callable[[], Moment],
        on_state: Callable[[bool, str], None],
        *,
        asks: Mapping[str, Sequence[Ask]] | None = None,
        patience: Mapping[str, timedelta] | None = None,
    ) -> None:
        """Prepare; nothing is opened before `run`."""
        self._settings = settings
        self._wanted = frozenset(address.upper() for address in wanted)
        self._connections = {address.upper(): uuids for address, uuids in connections.items()}
        self._asks = {address.upper(): each for address, each in (asks or {}).items()}
        self._patience = {address.upper(): each for address, each in (patience or {}).items()}
        self._moment = moment
        self._on_state = on_state
        self._repeat_every = settings.repeat_every.total_seconds()
        self._last: dict[str, tuple[AdvertisementData, float]] = {}
        self._arrived: list[Packet] = []
        self._waiting: dict[str, int] = {}
        self._wake = asyncio.Event()
        self.counts = BleCounts()
        # Set while somebody looks for devices: it gets what strangers advertise.
        self.overhear: Callable[[Packet], None] | None = None

    async def run(self) -> None:
        """Hear until cancelled; an absent adapter, D-Bus or bluetoothd is told and waited for."""
        # 20 MB and a tenth of a second, and only homes that use it pay for them.
        from gateway.sources.ble_radio import Radio  # noqa: PLC0415

        radio = Radio(
            self._settings,
            self._wanted,
            self._connections,
            self._asks,
            self._patience,
            heard=self._heard,
            deliver=self._deliver,
            on_refused=self._refused,
            on_state=self._on_state,
        )
        await radio.run()

    async def batches(self) -> AsyncIterator[list[Packet]]:
        """Give all that has come since the last time, whenever something has."""
        while True:
            while not self._arrived:
                self._wake.clear()
                await self._wake.wait()
            batch, self._arrived = self._arrived, []
            self._waiting.clear()
            yield batch

    def acknowledge(self, packets: Sequence[Packet]) -> None:
        """Do nothing: the air keeps no copy that would come again."""

    def _heard(self, address: str, data: "AdvertisementData") -> None:
        """Lay out an advertisement, unless it is a stranger's or says again what it just said."""
        self.counts.advertisements += 1
        if address not in self._wanted:
            self.counts.strangers += 1
            if self.overhear is not None:
                payload = pack(advertisement(data))
                self.overhear(Packet(self._settings.name, address, payload, self._moment()))
            return
        now = asyncio.get_running_loop().time()
        last = self._last.get(address)
        if last is not None and now - last[1] < self._repeat_every and _is_same(last[0], data):
            self.counts.repeats += 1
            return
        fresh = data.manufacturer_data if last is None else _changed(last[0], data)
        self._last[address] = (data, now)
        self._deliver(address, pack(replace(advertisement(data), manufacturer=fresh)))

    def _deliver(self, address: str, payload: bytes) -> None:
        waiting = self._waiting.get(address, 0)
        if waiting >= WAITING:
            self.counts.flooded += 1
            return
        self._waiting[address] = waiting + 1
        self._arrived.append(Packet(self._settings.name, address, payload, self._moment()))
        self._wake.set()

    def _refused(self) -> None:
        self.counts.asks_refused += 1


def advertisement(data: "AdvertisementData") -> Advertisement:
    """Take out of bleak's words what a decoder may need."""
    return Advertisement(
        data.local_name or "",
        data.manufacturer_data,
        {short_uuid(uuid): value for uuid, value in data.service_data.items()},
        tuple(short_uuid(uuid) for uuid in data.service_uuids),
        data.rssi,
    )


def _changed(before: "AdvertisementData", data: "AdvertisementData") -> dict[int, bytes]:
    """Give the makers' elements that are new: BlueZ keeps each one it has ever heard of a device.

    Some makers write values where the company's number should be, so that they pile up there.
    Where none is new the device says again what it said.
    """
    now, then = data.manufacturer_data, before.manufacturer_data
    fresh = {company: said for company, said in now.items() if then.get(company) != said}
    return fresh or now


def _is_same(one: "AdvertisementData", other: "AdvertisementData") -> bool:
    # The strength is not part of what it says, and changes with every person who walks by.
    return (
        one.service_data == other.service_data
        and one.manufacturer_data == other.manufacturer_data
        and one.local_name == other.local_name
        and one.service_uuids == other.service_uuids
    )
