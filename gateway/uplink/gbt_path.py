"""The uplink to a city's fire monitoring centre: an alert as the state of a component, over TCP.

The centre's table has a line for each component: `address_of` gives the number under which a device
or a home is reported, always the same. The standard has no ids: a centre knows a resend by its
serial and, after a new connection, by component, state, time and the mark that ends the text.
Designed to GB/T 26875.3-2011.
"""

import asyncio
import random
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from msgspec import Struct

from gateway.store.uplink import Parcel
from gateway.uplink.path import PathFailed, Patience
from gateway.wire.gbt26875.objects import (
    TEXT,
    Asked,
    PartBits,
    PartState,
    SelfBits,
    SelfState,
    part_states,
    self_state,
)
from gateway.wire.gbt26875.session import RESENDS, TIMEOUT, Done, Outcome, Session
from gateway.wire.uplink.event import (
    AlertData,
    Answer,
    Event,
    HealthData,
    MessageType,
    NoEvent,
    ReplyData,
    Status,
    decode,
)

CHUNK = 4096
SHOWN = 200  # characters of what was wrong
CONNECTS_WITHIN = 10.0  # seconds
RETRIES = (1.0, 15.0)  # seconds: first, most
FIRE_SYSTEM, OURS = 1, 128  # a system by the standard, and one by agreement
# Component types of the standard (GB/T 26875.3, table 5); from 128 on by agreement.
SMOKE, GAS, CO, CALL_POINT = 40, 10, 13, 23
HOME, SENSOR, LEAK = 128, 129, 130
PARTS = {"smoke": SMOKE, "gas": GAS, "co": CO, "sos": CALL_POINT, "leak": LEAK}
MARK = 4  # characters of an incident's id
OF_A_HOME = frozenset({"inactivity", "blind"})


class GbtSettings(Struct, frozen=True):
    """Where the centre is, and both addresses (48 bits)."""

    host: str
    port: int
    ours: int
    theirs: int
    name: str = "gbt26875"


class GbtPath:
    """One centre as a path. `on_asked` hears what it wants of us: a duty check, a clock."""

    def __init__(
        self,
        settings: GbtSettings,
        wall: Callable[[], datetime],
        on_asked: Callable[[Asked], None],
    ) -> None:
        self._settings = settings
        self._wall = wall
        self._on_asked = on_asked
        self._session: Session | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._answer: asyncio.Future[Outcome] | None = None
        self._serial = 0
        self._state: SelfState | None = None
        self._ticked = asyncio.Event()
        self._why = "not connected yet"
        self._was_tried = asyncio.Event()
        self._on_up: Callable[[], None] = lambda: None

    @property
    def name(self) -> str:
        """Give its name."""
        return self._settings.name

    @property
    def window(self) -> int:
        """Give how many parcels may be on their way: centres see them one after the other."""
        return 1

    @property
    def patience(self) -> Patience:
        """Give how long the centre may take: the session sends again by itself."""
        return Patience(TIMEOUT * (RESENDS + 1) + TIMEOUT / 2, tries=1)

    async def run(self, on_up: Callable[[], None]) -> None:
        """Connect, again and again, until cancelled."""
        self._on_up = on_up
        delay = RETRIES[0]
        while True:
            try:
                async with asyncio.timeout(CONNECTS_WITHIN):
                    opened = asyncio.open_connection(self._settings.host, self._settings.port)
                    reader, self._writer = await opened
            except (OSError, TimeoutError) as error:
                self._why = str(error) or "the centre does not answer"
                self._was_tried.set()
            else:
                delay = RETRIES[0]
                await self._stand(reader, self._writer)
            await asyncio.sleep(delay * random.uniform(0.5, 1.0))
            delay = min(delay * 2, RETRIES[1])

    async def deliver(self, parcel: Parcel) -> ReplyData:
        """Send, and wait for the centre's confirmation. Raises PathFailed."""
        try:
            data = self._data(decode(parcel.body))
        except NoEvent as error:
            return ReplyData(parcel.id, Answer.REJECTED, f"cannot be read: {error}"[:SHOWN])
        if data is None:
            return ReplyData(parcel.id, Answer.REJECTED, "this protocol has no words for it")
        await self._was_tried.wait()
        session = self._session
        if session is None or not session.is_free:
            raise PathFailed(self._why if session is None else "an exchange is still open")
        self._answer = asyncio.get_running_loop().create_future()
        session.begin(parcel.id, data, self._now(), self._wall())
        self._flush()
        outcome = await self._answer
        if outcome is Outcome.FAILED:
            raise PathFailed("the centre does not confirm")
        if outcome is Outcome.DENIED:
            return ReplyData(parcel.id, Answer.REJECTED, "the centre denies it")
        return ReplyData(parcel.id, Answer.ACCEPTED)

    async def beat(self, parcel: Parcel) -> ReplyData | None:
        """Say whether the centre is there; the session has its own heartbeats."""
        if self._was_tried.is_set() and self._session is None:
            raise PathFailed(self._why)
        return None

    # -- the connection

    async def _stand(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(self._settings.ours, self._settings.theirs, self._serial, self._now())
        session.state, self._session = self._state, session
        self._was_tried.set()
        self._on_up()
        reading = asyncio.create_task(reader.read(CHUNK))
        try:
            while True:
                wait = max(0.0, session.next_tick() - self._now())
                ticked = asyncio.create_task(self._ticked.wait())
                await asyncio.wait(
                    {reading, ticked}, timeout=wait, return_when=asyncio.FIRST_COMPLETED
                )
                ticked.cancel()
                self._ticked.clear()
                if reading.done():
                    chunk = reading.result()
                    if not chunk:
                        self._why = "the centre closed the connection"
                        return
                    reading = asyncio.create_task(reader.read(CHUNK))
                    self._heard(session.feed(chunk, self._now(), self._wall()))
                self._heard(session.tick(self._now(), self._wall()))
                self._flush()
        except OSError as error:
            self._why = str(error)
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await reading
            self._leave(session, writer)

    def _leave(self, session: Session, writer: asyncio.StreamWriter) -> None:
        self._serial, self._session, self._writer = session.serial, None, None
        writer.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(PathFailed(self._why))

    def _heard(self, what: list[Done | Asked] | list[Done]) -> None:
        for each in what:
            if isinstance(each, Asked):
                self._on_asked(each)
                self._on_up()  # who asks after us is there, whatever went unanswered before
            elif each.outcome is Outcome.FAILED and not each.key:
                raise ConnectionError("no answer to a heartbeat")
            elif each.key and self._answer is not None and not self._answer.done():
                self._answer.set_result(each.outcome)

    def _flush(self) -> None:
        if self._session is None or self._writer is None:
            return
        if out := self._session.take():
            self._writer.write(out)
        self._ticked.set()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    # -- what it says

    def _data(self, event: Event) -> bytes | None:
        match event.data:
            case AlertData() as alert:
                return part_states([_part(alert, _since(alert, event))])
            case HealthData() as health:
                bits = SelfBits.NORMAL | (SelfBits.FAULT if health.faults else SelfBits(0))
                self._state = SelfState(bits, health.at)
                if self._session is not None:
                    self._session.state = self._state
                return self_state(self._state)
            case _:
                return None


def address_of(household: str, component: str) -> int:
    """Give the 32 bit number of a device (`component` its id) or of a home ("")."""
    return zlib.crc32(f"{household}/{component}".encode())


def marked(text: str, incident: str) -> str:
    """End a text with what tells this incident from any other: "厨房烟雾报警 #3f2a"."""
    mark = f" #{incident[:MARK]}"
    room = TEXT - 1 - len(mark)
    while len(text.encode("gb18030", "replace")) > room:
        text = text[:-1]
    return text + mark


def _since(alert: AlertData, event: Event) -> datetime:
    """Give when the state began: told again it is the same statement, by the receiver's key."""
    is_over = alert.msgType is MessageType.CANCEL
    return event.time if is_over else datetime.fromisoformat(alert.onset)


def _part(alert: AlertData, at: datetime) -> PartState:
    is_home = alert.rule in OF_A_HOME
    kind = PARTS.get(alert.rule, HOME if is_home else SENSOR)
    said = alert.info[0].headline if alert.info else f"{alert.household} {alert.room}"
    return PartState(
        system_type=FIRE_SYSTEM if kind in (SMOKE, GAS, CO, CALL_POINT) else OURS,
        system_address=1,
        part_type=kind,
        part_address=address_of(alert.household, "" if is_home else alert.subject),
        state=_bits(alert),
        text=marked(said, alert.incident),
        at=at,
    )


def _bits(alert: AlertData) -> PartBits:
    """Say how it stands. Without NORMAL a message is a test: so goes a drill."""
    bits = PartBits.NORMAL if alert.status is Status.ACTUAL else PartBits(0)
    if alert.msgType is MessageType.CANCEL:
        return bits
    is_fault = alert.category.value == "Infra"
    return bits | (PartBits.FAULT if is_fault else PartBits.FIRE)
