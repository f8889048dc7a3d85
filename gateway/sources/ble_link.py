"""Keeps one device connected, asks it what it does not say by itself, and hears it.

What the values mean is left to the decoder, whether the device may be away to the household.
"""

import asyncio
import random
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

import structlog
from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice

from gateway.sources.ble_asks import Asking
from gateway.sources.ble_faults import BleFailed, patience
from gateway.sources.ble_settings import BleSettings
from gateway.wire.advertisement import short_uuid
from gateway.wire.profile import Ask

FAREWELL = timedelta(seconds=3)
BATTERY = "2a19"  # many devices show it and never send it

log = structlog.get_logger()


class Link:
    """One device, for ever: wait until it is seen, connect, subscribe, ask, and again.

    `connecting` lets one device connect at a time, as BlueZ does; `places` is how many connections
    the adapter holds.
    """

    def __init__(
        self,
        address: str,
        characteristics: Collection[str],
        asks: Sequence[Ask],
        settings: BleSettings,
        *,
        connecting: asyncio.Lock,
        places: asyncio.Semaphore,
        deliver: Callable[[str, bytes], None],
        on_refused: Callable[[], None],
    ) -> None:
        """Prepare; `deliver` is given "MAC/2a37" and the value.

        `on_refused` is called when the device does not take what it is asked.
        """
        self._address = address
        self._wanted = frozenset(short_uuid(uuid) for uuid in characteristics)
        self._settings = settings
        self._connecting = connecting
        self._places = places
        self._deliver = deliver
        self._asking = Asking(asks)
        self._on_refused = on_refused
        self._told: set[Ask] = set()  # what it did not take, until it does
        self._device: BLEDevice | None = None
        self._seen = asyncio.Event()
        self._lost = asyncio.Event()
        self._why_lost = ""
        self._value_at = 0.0
        self._stands = False
        self._sends = False

    @property
    def is_connected(self) -> bool:
        """Say whether the device is connected, as far as BlueZ has said."""
        return self._stands and not self._lost.is_set()

    def seen(self, device: BLEDevice) -> None:
        """Take note that the device advertises: it can be connected."""
        if not self.is_connected:
            self._device = device
            self._seen.set()

    def cut(self, why: str) -> None:
        """End a connection that can no longer be believed."""
        self._why_lost = why
        self._lost.set()
        self._seen.clear()

    async def run(self) -> None:
        """Connect whenever the device is seen, until cancelled."""
        loop = asyncio.get_running_loop()
        first, most = (
            pause.total_seconds()
            for pause in (self._settings.retry_first, self._settings.retry_most)
        )
        delay = first
        while True:
            await self._seen.wait()
            began = loop.time()
            try:
                async with self._places:
                    await self._stand()
            except BleFailed as error:
                log.info("device not connected", device=self._address, detail=str(error))
            if loop.time() - began > most:
                delay = first
            await asyncio.sleep(delay * random.uniform(0.5, 1.0))
            delay = min(delay * 2, most)

    async def _stand(self) -> None:
        """Connect and listen until that ends, which is a BleFailed."""
        client = self._client()
        try:
            async with self._connecting:
                await self._connect(client)
            self._stands = True
            read = await self._subscribe(client)
            log.info("device connected", device=self._address)
            await self._listen(client, read)
        finally:
            self._stands = False
            await self._leave(client)

    def _client(self) -> BleakClient:
        if self._device is None:
            raise BleFailed("it was not seen")
        self._seen.clear()
        self._lost = lost = asyncio.Event()
        self._why_lost = "the connection broke"
        return BleakClient(
            self._device,
            disconnected_callback=lambda _: lost.set(),
            timeout=self._settings.connect_timeout.total_seconds(),
        )

    async def _connect(self, client: BleakClient) -> None:
        # bleak, when cancelled, asks BlueZ to disconnect and waits for the answer for ever.
        connecting = asyncio.ensure_future(client.connect())
        try:
            async with patience(self._settings.connect_timeout):
                await asyncio.shield(connecting)
        finally:
            if connecting.cancel():
                await asyncio.wait({connecting}, timeout=FAREWELL.total_seconds())

    async def _subscribe(self, client: BleakClient) -> list[BleakGATTCharacteristic]:
        """Subscribe to what sends by itself; give what must be asked."""
        asked = []
        self._sends = False
        for one in await self._ours(client):
            sends = "notify" in one.properties or "indicate" in one.properties
            if "read" in one.properties and (not sends or short_uuid(one.uuid) == BATTERY):
                asked.append(one)
                await self._read(client, one)
            if sends:
                self._sends = True
                async with patience(self._settings.answer):
                    await client.start_notify(one, self._notified)
        return asked

    async def _ours(self, client: BleakClient) -> list[BleakGATTCharacteristic]:
        """Find the characteristics that the profile reads."""
        async with patience(self._settings.answer):
            ours = [
                one
                for service in client.services
                for one in service.characteristics
                if short_uuid(one.uuid) in self._wanted
            ]
        missing = ", ".join(sorted(self._wanted - {short_uuid(one.uuid) for one in ours}))
        if not ours:
            raise BleFailed(f"it lacks what its profile reads: {missing}")
        if missing:
            log.warning("device lacks what its profile reads", device=self._address, lacks=missing)
        return ours

    async def _listen(self, client: BleakClient, asked: list[BleakGATTCharacteristic]) -> None:
        loop = asyncio.get_running_loop()
        stale = max(self._settings.stale_after.total_seconds(), self._asking.quiet)
        stale = stale if self._sends else float("inf")
        every = self._settings.read_every.total_seconds()
        self._value_at = loop.time()
        read_at = loop.time() + every if asked else float("inf")
        self._asking.connected()
        while not await self._ends_by(min(self._value_at + stale, read_at, self._asking.at())):
            if loop.time() >= read_at:
                read_at = loop.time() + every
                for one in asked:
                    await self._read(client, one)
            elif ask := self._asking.take(loop.time()):
                await self._ask(client, ask)
            elif loop.time() >= self._value_at + stale:
                raise BleFailed(f"connected, but it said nothing for {stale:g} s")
        raise BleFailed(self._why_lost)

    async def _ends_by(self, when: float) -> bool:
        """Wait until then; say whether the connection has ended."""
        try:
            async with asyncio.timeout_at(when):
                await self._lost.wait()
        except TimeoutError:
            return False
        return True

    async def _ask(self, client: BleakClient, ask: Ask) -> None:
        """Write; a device that does not take it may still say other things."""
        try:
            async with patience(self._settings.answer):
                one = _writable(client, ask)
                await client.write_gatt_char(one, ask.send, _with_response(one, ask))
        except BleFailed as error:
            self._on_refused()
            if ask not in self._told:
                self._told.add(ask)
                where = {"device": self._address, "characteristic": ask.characteristic}
                log.warning("device not asked", **where, detail=str(error))
        else:
            self._told.discard(ask)

    async def _read(self, client: BleakClient, one: BleakGATTCharacteristic) -> None:
        async with patience(self._settings.answer):
            value = await client.read_gatt_char(one)
        self._value(one, value)

    def _notified(self, one: BleakGATTCharacteristic, value: bytearray) -> None:
        self._value_at = asyncio.get_running_loop().time()
        self._value(one, value)

    def _value(self, one: BleakGATTCharacteristic, value: bytearray) -> None:
        self._deliver(f"{self._address}/{short_uuid(one.uuid)}", bytes(value))

    async def _leave(self, client: BleakClient) -> None:
        try:
            async with patience(FAREWELL):
                await client.disconnect()
        except BleFailed as error:
            log.debug("no farewell", device=self._address, detail=str(error))


def _writable(client: BleakClient, ask: Ask) -> BleakGATTCharacteristic:
    for service in client.services:
        for one in service.characteristics:
            if short_uuid(one.uuid) == ask.characteristic:
                return one
    raise BleFailed("it lacks the characteristic that its profile writes to")


def _with_response(one: BleakGATTCharacteristic, ask: Ask) -> bool:
    # Models of one maker differ in which of the two they allow, and BlueZ refuses the other.
    can = {True: "write" in one.properties, False: "write-without-response" in one.properties}
    return ask.response if can[ask.response] or not can[not ask.response] else not ask.response
