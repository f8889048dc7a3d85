"""Who is heard, and for a while on request the strangers too, so that a device can be set up.

Listening widely costs, so it ends by itself, and never takes more than a part of the time; the
watching goes on beside it, untouched. How what was heard is told is showing.py's.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from edge.model import Moment, Packet
from gateway.catalogue import CatalogueError, load_catalogue
from gateway.config import Config
from gateway.config.wiring import ports_of
from gateway.ears import Ears
from gateway.language import Phrase
from gateway.register import Register
from gateway.sources.ble import BleSource
from gateway.sources.mqtt_look import MqttLook, Outcome
from gateway.walks import Walks
from gateway.wire.decoder import Decoded
from gateway.wire.profile import Profile, Transport
from gateway.wire.strangers import Strangers

WAITING = 2_000  # packets that nobody has looked at yet; beyond them the oldest go
LONGEST = 64 * 1024  # bytes; no sensor says more
SETTLING = 1.0  # seconds in which devices introduce themselves, before their messages are read
PAUSE = 3  # times as long as a packet took: a quarter of the time at most goes to strangers
ANSWER = 1.5  # seconds for which a request waits to say what hinders the look
BRIDGES = ("zigbee2mqtt/#", "homeassistant/#", "tasmota/#", "tele/#")
log = structlog.get_logger()


class Looking:
    """What the daemon hears, device by device. Strangers are heard only while it is asked to."""

    def __init__(self, config: Config, now: Callable[[], Moment]) -> None:
        """Prepare; nothing is opened before `run` and `look`."""
        settings = config.settings
        self.register = Register(config.fitted)
        self.walks = Walks()
        self._settings = settings
        self._now = now
        self._ports = {port.id: port.spec for port in ports_of(settings.serial, config.fitted)}
        # A port that is open is heard whole: its own kinds of device are always told apart.
        own = {one.profile.id: one.profile for one in config.fitted if one.profile.serial}
        self._own = Strangers(own.values())
        self._all: Strangers | None = None  # while strangers are listened for
        self._waiting: deque[Packet] = deque(maxlen=WAITING)
        self._woken = asyncio.Event()
        self._begun = asyncio.Event()
        self._moved = asyncio.Event()
        self._until = 0.0
        self._settled_at = 0.0
        self._hears_all = False
        bases = {f"{one.device.bridge}/#": None for one in config.fitted if one.device.bridge}
        self._narrow = list(dict.fromkeys([*bases, *BRIDGES]))
        self._remarks: dict[str, Phrase] = {}

    # -- what is heard

    def take(self, packet: Packet, decoded: Decoded) -> None:
        """Note what the daemon has heard."""
        self.walks.take(decoded.readings)
        is_strange = self.register.take(packet, decoded)
        # What a broker carries comes a second time while all of it is overheard.
        if is_strange and not (self._hears_all and packet.source == Transport.MQTT):
            self.overhear(packet)

    def overhear(self, packet: Packet) -> None:
        """Note what may be a stranger's."""
        if self._all is None and packet.source != Transport.SERIAL:
            return
        if self._all is not None and self._all.hear(packet):
            return
        if len(packet.payload) <= LONGEST and not self.register.is_owned(packet):
            self._waiting.append(packet)
            self._woken.set()

    # -- what is asked

    async def look(self, seconds: int) -> list[Phrase]:
        """Listen for strangers from now on for so long; give what hinders it, so far."""
        loop = asyncio.get_running_loop()
        self._until = loop.time() + seconds
        self._moved.set()
        if seconds and not self._begun.is_set():
            self._remarks = {}
            self._begun.set()
            await asyncio.sleep(ANSWER)
        return self.remarks

    @property
    def left(self) -> float:
        """Give the seconds for which strangers are still listened for."""
        return max(0.0, self._until - asyncio.get_running_loop().time())

    @property
    def remarks(self) -> list[Phrase]:
        """Give what hinders the look."""
        return list(self._remarks.values())

    def expect(self) -> None:
        """Let those be shown too that a bridge has listed and that have not spoken yet."""
        if self._all is None:
            return
        for address in self._all.introduced:
            if self.register.lacks(Transport.MQTT, address):
                listed = self._all.listed(address)
                if listed is not None:
                    self.register.expect(Transport.MQTT, listed)

    # -- the work

    async def run(self, ears: Ears) -> None:
        """Recognise strangers, and look for them when asked, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._recognise())
            while True:
                await self._begun.wait()
                await self._stand(ears)
                if self.left <= 0:
                    self._begun.clear()

    async def _stand(self, ears: Ears) -> None:
        loop = asyncio.get_running_loop()
        log.info("look", begins=True)
        self._all = Strangers(await asyncio.to_thread(self._profiles))
        self._settled_at = loop.time() + SETTLING
        ears.overhear(self.overhear)
        try:
            async with asyncio.TaskGroup() as tasks:
                jobs = [tasks.create_task(self._try("mqtt", self._mqtt().run))]
                if not ears.has_ble:
                    jobs.append(tasks.create_task(self._try("ble", self._ble().run)))
                await self._end()
                for job in jobs:
                    job.cancel()
        finally:
            ears.overhear(None)
            self._all = None
            self._hears_all = False
            log.info("look", begins=False)

    async def _try(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        try:
            await run()
        # Whatever goes wrong where strangers are looked for, the watching must not end by it.
        except Exception as mistake:
            log.exception("look failed", transport=name)
            key = "look.no_bluetooth" if name == "ble" else "look.no_broker"
            self._remarks[name] = Phrase(key, {"why": f"{type(mistake).__name__}: {mistake}"})

    async def _end(self) -> None:
        """Wait for the end of the look, which may be moved."""
        while (left := self.left) > 0:
            self._moved.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._moved.wait()

    def _profiles(self) -> list[Profile]:
        try:
            return list(load_catalogue(self._settings.profiles).values())
        except CatalogueError as error:
            self._remarks["profiles"] = Phrase("look.profiles", {"why": str(error)})
            return []

    def _mqtt(self) -> MqttLook:
        def tell(outcome: Outcome) -> None:
            self._hears_all = outcome.is_connected and not outcome.refused
            if not outcome.is_connected:
                self._remarks["mqtt"] = Phrase("look.no_broker", {"why": outcome.why})
            elif outcome.refused:
                refused = ", ".join(outcome.refused)
                self._remarks["mqtt"] = Phrase("look.refused", {"filters": refused})
            else:
                self._remarks.pop("mqtt", None)

        return MqttLook(self._settings.mqtt, self._narrow, self._now, self.overhear, tell)

    def _ble(self) -> BleSource:
        """Hear Bluetooth for the time, in a home that has set up no device of that kind."""

        def tell(hears: bool, detail: str) -> None:
            self._remarks.pop("ble", None)
            if not hears:
                self._remarks["ble"] = Phrase("look.no_bluetooth", {"why": detail})

        source = BleSource(self._settings.ble, (), {}, self._now, tell)
        source.overhear = self.overhear
        return source

    async def _recognise(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._woken.wait()
            self._woken.clear()
            await asyncio.sleep(max(0.0, self._settled_at - loop.time()))
            while self._waiting:
                began = loop.time()
                self._understand(self._waiting.popleft())
                await asyncio.sleep((loop.time() - began) * PAUSE)

    def _understand(self, packet: Packet) -> None:
        strangers = self._all or self._own
        if strangers.is_bridges(packet):
            return
        found = strangers.candidates(packet, self._ports.get(packet.address))
        self.register.meet(packet, found)
