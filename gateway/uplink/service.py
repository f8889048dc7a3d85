"""The uplink of one daemon: events of its alerts up, the far end's word down into the households.

The far end's acceptance with an owner is a lease like anybody's: while it stands the gateway is
silent, and when it runs out the gateway goes on telling people by itself.
"""

import asyncio
import contextlib
import os
from collections import OrderedDict
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from msgspec import Struct, structs

from edge.model import Alert, Moment, Rule
from gateway.beside import Box
from gateway.config.uplink import SUBJECT, PathSettings, UplinkSettings
from gateway.page.desk import answering, page_data
from gateway.sources.mqtt_settings import MqttSettings
from gateway.store import StoreFailed
from gateway.store.uplink import ALERTS_BELOW, Parcel, Waiting
from gateway.uplink import words
from gateway.uplink.accepted import Accepted
from gateway.uplink.gbt_path import GbtPath, GbtSettings
from gateway.uplink.health import health
from gateway.uplink.https_path import HttpsPath
from gateway.uplink.making import Maker
from gateway.uplink.mqtt_path import MqttPath
from gateway.uplink.numbering import last_number
from gateway.uplink.outdated import refusal
from gateway.uplink.path import Path as Way
from gateway.uplink.sender import Sender
from gateway.uplink.summing import Summing
from gateway.uplink.unstored import Unstored
from gateway.wire.gbt26875.objects import Asked
from gateway.wire.uplink.event import (
    Answer,
    CommandData,
    Event,
    HeartbeatData,
    Kind,
    Order,
    ReplyData,
    SummaryData,
    encode,
)
from gateway.wire.uplink.visiting import Act, VisitData

BEATS_EVERY = 30.0  # seconds
# Seconds without an answer from anywhere (EN 50136-1, DP4): all of them at a start, and what is
# left of them once a path has shown itself dead.
LOST_AFTER, LOST_THEN = 90.0, 50.0
HEALTH_EVERY = 900.0  # seconds
SUMMARIES = ALERTS_BELOW + 10  # the rank of what waits for everything else
KEPT_UNTAKEN, KEPT_TAKEN = timedelta(days=30), timedelta(days=1)
OURS = timedelta(minutes=30)  # a lease whose end the far end does not say
SAME = timedelta(seconds=30)  # two ends of a lease that are no two leases
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=24)
MOST_ORDERS = 1000  # remembered, so that one that is repeated is carried out once
EPOCH_FILE = "uplink.epoch"
log = structlog.get_logger()


class Uplink:
    """Everything between the households and the far end."""

    def __init__(self, settings: UplinkSettings, box: Box) -> None:
        """Prepare, and let each commit of the store keep its events from now on."""
        self._settings = settings
        self._box = box
        self._node, self._store = box.node, box.store
        self._orders: OrderedDict[str, None] = OrderedDict()
        self._links = answering(box)
        self._accepted = Accepted(box.node, box.store, box.now)
        self._lost: asyncio.TimerHandle | None = None
        self._reports_now = asyncio.Event()
        self._is_told = True  # what was told before a restart may stand still
        self._epoch = epoch_of(box.config.settings.store.directory)
        maker = Maker(
            *(settings.gateway, box.node.homes, words.told),
            epoch=self._epoch,
            consents=box.config.consents,
            last=last_number(box.store),
        )
        self._queue = Unstored(box.store.uplinked)
        box.store.tell_far_end(maker.parcels, self._queue.keep)
        paths = [self._way(each) for each in settings.paths]
        self._summing = Summing(box, self._summary)
        self._sender = Sender(
            *(self._queue, paths, self._answered, self._stands),
            beat=self._beaten,
            on_open=self._report_early,
        )

    def wake(self) -> None:
        """Look again at what waits."""
        self._sender.wake()
        self._summing.wake()

    async def run(self) -> None:
        """Send and listen until cancelled."""
        self._watch()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._sender.run())
                tasks.create_task(self._report())
                tasks.create_task(self._summing.run())
        finally:
            if self._lost is not None:
                self._lost.cancel()

    def waiting(self) -> Waiting:
        """Give how much nobody has taken yet."""
        return self._queue.waiting()

    # -- up

    def _way(self, settings: PathSettings) -> Way:
        match settings:
            case MqttSettings():
                return MqttPath(
                    *(settings, self._settings.gateway, self._obey, self._beat),
                    on_visit=self._visited,
                    beats_every=BEATS_EVERY,
                )
            case GbtSettings():
                return GbtPath(settings, lambda: self._box.now().wall, _asked)
            case _:
                return HttpsPath(settings, self._obey, self._visited)

    def _beat(self) -> bytes:
        return self._beaten().body

    def _beaten(self) -> Parcel:
        now = self._box.now()
        waiting = Waiting(0, None)
        with contextlib.suppress(StoreFailed):
            waiting = self.waiting()
        age = 0 if waiting.oldest is None else (now.wall - waiting.oldest).total_seconds()
        every = round(BEATS_EVERY)
        data = HeartbeatData(now.wall, now.boot, every, waiting.count, max(0, int(age)))
        event = self._event(f"beat-{now.wall.timestamp():.0f}", Kind.HEARTBEAT, data, now)
        return Parcel(event.id, "", SUMMARIES, now.wall, encode(event))

    async def _report(self) -> None:
        """Say now and then how the gateway stands, and forget what nobody needs any more."""
        while True:
            now = self._box.now()
            data = health(self._box, now)
            event = self._event(f"health-{now.wall.timestamp():.0f}", Kind.HEALTH, data, now)
            parcel = Parcel(event.id, "", ALERTS_BELOW, now.wall, encode(event))
            with contextlib.suppress(StoreFailed):
                self._store.uplinked.add([parcel])
                self._store.uplinked.sweep(now.wall - KEPT_TAKEN, now.wall - KEPT_UNTAKEN)
            self.wake()
            self._reports_now.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(HEALTH_EVERY):
                    await self._reports_now.wait()

    def _report_early(self) -> None:
        """Have something to say over a path that may be back: its answer ends the outage."""
        with contextlib.suppress(StoreFailed):
            if not self._queue.next(1):
                self._reports_now.set()

    def _summary(self, name: str, data: SummaryData, now: Moment) -> None:
        event = structs.replace(self._event(name, Kind.SUMMARY, data, now), subject=data.household)
        with contextlib.suppress(StoreFailed):
            parcel = Parcel(name, data.household, SUMMARIES, now.wall, encode(event))
            self._store.uplinked.add([parcel])
        self._sender.wake()

    def _event(self, name: str, kind: Kind, data: Struct, now: Moment) -> Event:
        source = f"/gateways/{self._settings.gateway}"
        return Event(name, source, kind, now.wall, data, epoch=self._epoch)

    # -- down

    def _answered(self, parcel: Parcel, reply: ReplyData) -> None:
        if reply.answer is Answer.REJECTED:
            if parcel.rank < ALERTS_BELOW:
                log.error("uplink", rejected=parcel.id, why=reply.reason)
            return
        if parcel.rank < ALERTS_BELOW:
            self._accepted.note(parcel, reply)
        if reply.owner and reply.incident and (left := self._lease(reply)) > timedelta(0):
            self._take(reply.incident, reply.owner, left)

    def _lease(self, reply: ReplyData) -> timedelta:
        now = self._box.now()
        return OURS if reply.until is None or not now.trusted else reply.until - now.wall

    def _obey(self, event: Event) -> None:
        """Do what the far end asks, once, however often it asks."""
        order = event.data
        if not isinstance(order, CommandData) or event.id in self._orders:
            return
        self._orders[event.id] = None
        while len(self._orders) > MOST_ORDERS:
            self._orders.popitem(last=False)
        alert = self._node.alert(order.alert)
        if alert is None or alert.household != order.household:
            log.warning("uplink", order=event.id, refused="no such alert")
        elif order.order is Order.TAKE:
            if (left := left_of(order.lease_s, event.time, self._box.now())) > timedelta(0):
                self._take(order.alert, order.by, left)
        elif order.outcome is not None:
            now = self._box.now()
            if why := refusal(self._store, alert.id, event, self._epoch, now):
                log.warning("uplink", order=event.id, alert=alert.id, refused=why)
                self._orders.pop(event.id)  # repeated, it is looked at again
                return
            self._node.close(alert, order.by, order.outcome, now)
            self._box.settle()

    def _visited(self, event: Event) -> bytes | None:
        """Show what is behind a link, and do what was pressed there: once, however often asked."""
        visit = event.data
        if not isinstance(visit, VisitData):
            return None
        outcome = "" if visit.outcome is None else visit.outcome
        act = "" if visit.act is Act.LOOK else visit.act
        status, shown = self._links.visit(visit.token, act, outcome)
        page = page_data(event.id, status, shown)
        return encode(self._event(f"page-{event.id}"[:64], Kind.PAGE, page, self._box.now()))

    def _take(self, name: str, by: str, lease: timedelta) -> None:
        alert, now = self._node.alert(name), self._box.now()
        lease = min(max(lease, SHORTEST), LONGEST)
        if alert is not None and not _has(alert, by, now.plus(lease)):
            self._node.acknowledge(alert, by, lease, now)
            self._box.settle()

    # -- how it stands

    def _stands(self, path: str | None) -> None:
        log.info("uplink", path=path)
        if path is None:
            self._watch(LOST_THEN)
            return
        if self._lost is not None:
            self._lost.cancel()
            self._lost = None
        if self._is_told:
            self._is_told = False
            self._tell("", stands=False)

    def _watch(self, seconds: float = LOST_AFTER) -> None:
        if self._lost is None:
            self._lost = asyncio.get_running_loop().call_later(seconds, self._is_lost)

    def _is_lost(self) -> None:
        self._lost, self._is_told = None, True
        self._tell("no path answers", stands=True)

    def _tell(self, detail: str, *, stands: bool) -> None:
        self._node.trouble(Rule.CHANNEL, SUBJECT, detail, stands, self._box.now())
        self._box.settle()


def _has(alert: Alert, by: str, until: Moment) -> bool:
    """Say whether somebody has it so long already: each answer to our own word says that again."""
    lease = alert.lease
    if lease is None or lease.owner != by:
        return False
    return max(until.since(lease.until), lease.until.since(until)) < SAME


def _asked(asked: Asked) -> None:
    log.info("uplink", asked=asked.type.name, minutes=asked.minutes)


def epoch_of(directory: Path) -> str:
    """Give what tells this box's sequence from that of one before it; made where there is none."""
    path = directory / EPOCH_FILE
    with contextlib.suppress(OSError):
        if kept := path.read_text().strip():
            return kept
    fresh = os.urandom(6).hex()
    with contextlib.suppress(OSError):
        path.write_text(fresh + "\n")
    return fresh


def left_of(lease_s: int | None, ordered: datetime, now: Moment) -> timedelta:
    """Give what is left of a lease: an order that comes late ends when it would have ended.

    While our clock is not set nobody knows how late it is; then it is short.
    """
    lease = OURS if lease_s is None else timedelta(seconds=lease_s)
    return min(lease, ordered + lease - now.wall) if now.trusted else min(lease, OURS)
