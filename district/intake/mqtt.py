"""Intake over MQTT 5: several workers, on several machines, share one subscription.

    $share/desk/shouhu/v1/+/up     events: one worker takes each, and answers on .../down
    $share/desk/shouhu/v1/+/beat   heartbeats, gathered for a second
    $share/desk/shouhu/v1/+/page   what is to be shown behind a link
    shouhu/v1/+/state              online or offline, retained: a shared one would not be told

The broker must let a gateway publish below its own name only: that is what its topic proves. An
event is acknowledged when it is on disk, and without an answer it comes again: nothing is kept here
that a dying worker could lose.
"""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime

import aiomqtt
import msgspec
import structlog
from msgspec import Struct

from district import orders, passing
from district.database import Database, DatabaseFailed, InTheWay
from district.identity import fresh
from district.intake import hearing
from district.intake.alerts import Taken
from district.intake.line import UNACKNOWLEDGED, BrokerSettings, Line
from district.intake.links import pass_on
from district.intake.senders import LONGEST_NAME
from district.intake.signs import Signs
from district.intake.taking import Intake
from district.intake.together import Together
from district.live import Live, News, Topic
from gateway.wire.uplink.event import (
    Answer,
    Event,
    HeartbeatData,
    Id,
    Kind,
    NoEvent,
    ReplyData,
    decode,
    encode,
)
from gateway.wire.uplink.visiting import PageData

__all__ = ["BrokerSettings", "MqttIntake"]

GROUP = "desk"
MOST_BYTES = 256 << 10
ORDERS_EVERY = 2.0  # seconds between two looks for orders, where no news come
RETRY_FIRST, RETRY_MOST = 1.0, 30.0
# Seconds in which the database must take an event: after ten a gateway sends it again, and then
# another worker should have it.
PATIENCE, PAUSE = 5.0, 0.2
MOST_REASON = 400  # characters
SOURCE = "/district"
log = structlog.get_logger()


class MqttIntake:
    """One worker."""

    def __init__(
        self,
        settings: BrokerSettings,
        database: Database,
        live: Live,
        now: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._database = database
        intake = Intake(database)
        self._together = Together(intake, now)
        self._signs = Signs(intake, live, now)
        self.live = live
        self._now = now
        self.refused = 0

    async def run(self, on_heard: Callable[[], None] = lambda: None) -> None:
        """Take in until cancelled; a broker or database that is away is tried again.

        `on_heard` is called whenever the subscriptions stand.
        """
        delay = RETRY_FIRST
        while True:
            try:
                async with self._database.begin():
                    pass  # without it, others had better take what comes
                async with Line(self._settings) as line:
                    await self._subscribe(line)
                    log.info("intake", broker=self._settings.host, heard=True)
                    on_heard()
                    delay = RETRY_FIRST
                    await self._work(line)
            except* (aiomqtt.MqttError, OSError, DatabaseFailed) as errors:
                why = "; ".join(str(error) for error in errors.exceptions)
                log.warning("intake", broker=self._settings.host, heard=False, why=why)
            await asyncio.sleep(delay * random.uniform(0.5, 1.0))
            delay = min(delay * 2, RETRY_MOST)

    async def _subscribe(self, line: Line) -> None:
        await line.subscribe(f"$share/{GROUP}/shouhu/v1/+/up", qos=1)
        await line.subscribe(f"$share/{GROUP}/shouhu/v1/+/beat", qos=0)
        await line.subscribe(f"$share/{GROUP}/shouhu/v1/+/page", qos=0)
        # Ten thousand at once with QoS 1 would be more than brokers queue for one session.
        await line.subscribe("shouhu/v1/+/state", qos=0)

    async def _work(self, line: Line) -> None:
        # QoS 0 knows no receive maximum; one of these for each connection, whose tasks end with it.
        slots = asyncio.Semaphore(2 * UNACKNOWLEDGED)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._order(line))
            tasks.create_task(self._signs.run())
            tasks.create_task(hearing.listen(self._database, self._now))
            tasks.create_task(pass_on(line.send, self._database, self.live, self._now))
            async for message in line.messages:
                parts = message.topic.value.split("/")
                line.arrived(message)
                is_ours = len(parts) == 4 and len(parts[2]) <= LONGEST_NAME
                if not is_ours or not isinstance(message.payload, bytes):
                    line.acknowledge(message)
                elif parts[3] in {"up", "page"}:
                    await slots.acquire()
                    work = tasks.create_task(self._take(line, parts[2], parts[3], message))
                    work.add_done_callback(lambda _: slots.release())
                else:
                    self._note(parts[2], parts[3], message)
                    line.acknowledge(message)

    # -- events

    async def _take(self, line: Line, gateway: str, what: str, message: aiomqtt.Message) -> None:
        if what == "page":
            await self._show(gateway, message.payload)
        else:
            await self._answer(line, gateway, message.payload)
        line.acknowledge(message)

    async def _answer(self, line: Line, gateway: str, payload: bytes) -> None:
        """Apply an event and answer it; what is none is answered where it has a name."""
        taken: Taken | None
        try:
            taken = await self._applied(gateway, _event(payload), payload)
        except NoEvent as error:
            self.refused += 1
            log.warning("intake", gateway=gateway, refused=str(error))
            taken = _refused(payload, str(error))
        if taken is None:
            return
        reply = Event(fresh(), SOURCE, Kind.REPLY, self._now(), taken.reply)
        line.post(f"shouhu/v1/{gateway}/down", encode(reply))
        await self.live.tell(taken.news)

    async def _applied(self, gateway: str, event: Event, payload: bytes) -> Taken:
        """Apply an event, and try again for a while. Raises DatabaseFailed: others should."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        while True:
            try:
                return await self._together.take(gateway, event, payload)
            except DatabaseFailed as error:
                if loop.time() > deadline and not isinstance(error, InTheWay):
                    raise
            await asyncio.sleep(PAUSE)

    async def _show(self, gateway: str, payload: bytes) -> None:
        try:
            page = decode(payload).data
            if isinstance(page, PageData) and len(payload) <= MOST_BYTES:
                async with self._database.begin() as connection:
                    news = await passing.came_back(connection, gateway, page, payload)
                await self.live.tell(news)
        except (NoEvent, DatabaseFailed) as error:
            log.warning("intake", gateway=gateway, page=True, why=str(error))

    # -- signs of life of gateways

    def _note(self, gateway: str, what: str, message: aiomqtt.Message) -> None:
        if what == "state" and message.payload in {b"online", b"offline"}:
            is_online = message.payload == b"online"
            self._signs.state(gateway, is_online=is_online, is_retained=message.retain)
        elif what == "beat":
            try:
                beat = decode(message.payload).data
            except NoEvent as error:
                self.refused += 1
                log.warning("intake", gateway=gateway, refused=str(error))
            else:
                if isinstance(beat, HeartbeatData):
                    self._signs.beat(gateway, beat)

    # -- orders

    async def _order(self, line: Line) -> None:
        """Send what the desk asks of gateways, at once when there is news of it."""
        async with self.live.heard() as news:
            while True:
                try:
                    async with self._database.begin() as connection:
                        found = await orders.due(connection, self._now())
                    for each in found:
                        line.post(f"shouhu/v1/{each.gateway}/down", each.body, each.lasts)
                except DatabaseFailed as error:
                    log.error("intake", orders=True, why=str(error))
                await _until_ordered(news)


def _event(payload: bytes) -> Event:
    if len(payload) > MOST_BYTES:
        raise NoEvent("it is too long")
    return decode(payload)


class _Named(Struct):
    id: Id


def _refused(payload: bytes, why: str) -> Taken | None:
    """Reject what is no event of ours, so that it does not come for ever; None: it has no name."""
    try:
        name = msgspec.json.decode(payload, type=_Named).id
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return Taken(ReplyData(name, Answer.REJECTED, why[:MOST_REASON]))


async def _until_ordered(news: "asyncio.Queue[News]") -> None:
    try:
        async with asyncio.timeout(ORDERS_EVERY):
            while (await news.get()).topic not in {Topic.ORDER, Topic.AGAIN}:
                pass
    except TimeoutError:
        return
