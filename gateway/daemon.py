"""The daemon: it waits, listens and sends around the node, and tells systemd how it goes.

What to do with a packet is the node's, whom to tell the household's, how to send the outbox's.
"""

import asyncio
import contextlib
import errno
import signal
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from msgspec import structs
from paho.mqtt.client import topic_matches_sub

from edge.model import BlindCause, Moment, Notice, Packet, Rule, Unreached
from gateway.beside import Box, Worker, workers
from gateway.channel_trial import Trials
from gateway.channels import Channel
from gateway.channels.health import Troubles
from gateway.channels.proofs import Proofs
from gateway.checkup import Check, clock_check, count_checks, disk_check, source_checks
from gateway.clock import Clock, ClockWatch, DrillClock, SystemClock
from gateway.commanding import Commanding
from gateway.composing import Composer
from gateway.config import Config
from gateway.config.channels import SmsWay
from gateway.config.question import subject_of
from gateway.config.uplink import SUBJECT as UPLINK
from gateway.control import SOCKET, ControlFailed, ControlServer
from gateway.disk import Disk
from gateway.drill import CLOCK_DONE, CLOCK_SET, clock_done, clock_order, led
from gateway.ears import Ears
from gateway.housekeeping import Housekeeping
from gateway.installing import Installing
from gateway.introductions import keep, kept
from gateway.linking import Linking
from gateway.logs import set_up
from gateway.looking import Looking
from gateway.mqtt_commands import MqttCommands
from gateway.node import REFUSED, Node
from gateway.outbox import Outbox
from gateway.overdue import Overdue
from gateway.parts import channels, opened
from gateway.question_trial import QuestionTrials
from gateway.showing import Showing
from gateway.sources import Source
from gateway.store import StoreFailed
from gateway.wire.decoder import Decoder
from gateway.wire.guard import Guard, key_of
from gateway.wire.profile import Transport
from gateway.wording.advice import TEMPLATE

FLUSH_AFTER = timedelta(seconds=5)  # an ordinary reading waits for others no longer
AFTER_AN_ALARM = timedelta(
    milliseconds=50
)  # it is on its way; now the journal may wait for the disk
LONGEST_WAIT = 60.0  # seconds between two looks at the deadlines
NO_FILES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
FILES_AGAIN = 60.0  # seconds between two lines about that
HEAR_AGAIN = timedelta(seconds=5)  # after a mistake in what hears
WORK_AGAIN = timedelta(seconds=5)  # after a mistake beside the watching
# Far below what the broker sends ahead: it falls silent where nothing is acknowledged.
UNACKNOWLEDGED = 100
TURN = 50  # packets between two looks at everything else
log = structlog.get_logger()


class Daemon:
    """One running gateway."""

    def __init__(self, config: Config, clock: Clock, *, is_led: bool = False) -> None:
        self._config = config
        self._clock = clock
        self._is_led = is_led
        self._store, self._refusal = opened(config.settings.store.directory, clock.now())
        last = self._store.last_alive()
        if last is not None and isinstance(clock, SystemClock):
            clock.doubt_before(last.wall)
        keys = {address: key_of(key.reveal()) for address, key in config.keys.items()}
        decoder = Decoder(config.fitted, Guard(keys, self._store.counters()))
        decoder.recall(kept(config.settings.store.directory))
        self._decoder = decoder
        ways = channels(config.settings, self._publish, self._now)
        self._looking = Looking(config, self._now)
        told = [*ways, *map(subject_of, config.questions)]
        told += [] if config.settings.uplink is None else [UPLINK]
        self.node = Node(config.homes, decoder, self._store, told, self._looking.take)
        page = config.settings.page
        self._links = Linking(
            config.settings.store.directory, "" if page is None else page.public_url
        )
        self._troubles = Troubles(self._channel_trouble)
        self._proofs = Proofs(config.settings.store.directory)
        composer = self._composer()
        self._outbox = Outbox(
            self._store,
            ways,
            self.node.homes,
            self._now,
            self._troubles.note,
            composer=composer,
            on_taken=self._prove,
            on_unreached=self._unreached,
        )
        self._overdue = Overdue(ways, self.node.homes, composer=composer)
        self._ears = Ears(config, self._wanted(), self._now, self._heard_of)
        self._follows_devices = not config.settings.subscribe and not is_led
        self.next: Config | None = None  # to begin again with
        self._window_is_small = not config.settings.mqtt.is_v5
        self._woken = asyncio.Event()
        self._stop = asyncio.Event()
        self._started = asyncio.Event()
        self._hears: dict[str, tuple[bool, str]] = {}
        self._held: list[Packet] = []
        self._flush_at: Moment | None = None
        self._unacknowledged = 0
        self._turned = clock.now()
        self._is_broken = False
        self._without_files = -FILES_AGAIN
        self._watch = ClockWatch(clock.now())
        self._later: set[asyncio.Future[None]] = set()
        self._disk = Disk(partial(self.node.trouble, Rule.STORAGE, "disk"))
        self._house = self._housekeeping()
        self._commanding = Commanding(
            *(self.node, self._store, self._config, self._now, self.settle),
            hears=self._heard,
            counts=self._counts,
            links=self._links,
            trials=Trials(ways, self.node.homes, self._now, self._prove),
            questions=QuestionTrials(config.questions, self._publish),
            show=Showing(self.node, self._looking, self._now, self._checks).handle,
            install=Installing(self.node, self._config, self._now, self._begin_again).handle,
        )
        self._orders = self._orders_heard()
        self._beside = workers(self._box(ways))

    def _box(self, ways: Mapping[str, Channel]) -> Box:
        return Box(
            *(self._config, self.node, self._store, ways, self._now, self.settle),
            ask=self._commanding.handle,
            publish=self._ears.publish,
            checks=self._checks,
            counts=self._counts,
            links=self._links,
            trouble=self._troubles.note,
            proofs=self._proofs,
        )

    def _composer(self) -> Composer:
        return Composer(
            self.node.homes,
            why_deaf=self._why_deaf,
            link=self._links.link,
            templates=self._config.settings.templates,
            on_template=lambda name, why: self._troubles.note(TEMPLATE + name, "words", why),
            short_on={way.id for way in self._config.settings.channels if isinstance(way, SmsWay)},
        )

    def _prove(self, channel: str) -> None:
        now = self._now()
        self._proofs.note(channel, now.wall, is_trusted=now.trusted)

    def _publish(self, topic: str, payload: bytes) -> bool:
        return self._ears.publish(topic, payload)

    def _wanted(self) -> list[str]:
        """Give the topics that are heard over MQTT."""
        wanted = list(self._config.settings.subscribe or self._decoder.subscriptions())
        ordered = self._config.settings.command_topic
        return [*wanted, *([ordered] if ordered else []), *([CLOCK_SET] if self._is_led else [])]

    def _orders_heard(self) -> MqttCommands | None:
        topic = self._config.settings.command_topic
        if not topic:
            return None
        return MqttCommands(topic, self._commanding.handle, self._ears.publish, self.node.counts)

    def _housekeeping(self) -> Housekeeping:
        return Housekeeping(
            self.node,
            self._store,
            self._disk,
            self._config.settings.store.keep,
            now=self._now,
            settle=self.settle,
            hears=self._is_heard,
            counts=self._counts,
        )

    def _now(self) -> Moment:
        return self._clock.now()

    # -- life

    async def run(self) -> None:
        """Watch until a signal says stop; then leave everything in order."""
        control = ControlServer(
            self._config.settings.store.directory / SOCKET, self._commanding.handle
        )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._quit)
        loop.set_exception_handler(self._fail)
        try:
            await self._open(control)
            if not self._is_led:
                self._begin()
            async with asyncio.TaskGroup() as tasks:
                running = [
                    *(tasks.create_task(self._stand_by(*one)) for one in self._ears.sources),
                    tasks.create_task(self._ears.run()),
                    tasks.create_task(self._listen()),
                    tasks.create_task(self._keep_time()),
                    tasks.create_task(self._outbox.run()),
                    tasks.create_task(self._keep_house()),
                    tasks.create_task(self._looking.run(self._ears)),
                ]
                for name, worker in self._beside.items():
                    running.append(tasks.create_task(self._work(name, worker)))
                self._house.notify("READY=1")
                log.info("ready", homes=len(self.node.homes), drill=self._is_led)
                await self._stop.wait()
                if self.next is None:
                    self._house.notify("STOPPING=1")
                # What runs beside ends first: a chime is switched off while the broker is there.
                for task in reversed(running):
                    task.cancel()
        finally:
            await control.stop()
            self._end()
        if self._is_broken:
            raise SystemExit(1)

    async def _open(self, control: ControlServer) -> None:
        """Listen to the command line; on a disk that takes no socket, try again later."""
        try:
            await control.start()
        except ControlFailed as error:
            log.error("control", why=str(error))
            asyncio.get_running_loop().call_later(
                60.0, lambda: self._later.add(asyncio.ensure_future(self._open(control)))
            )

    def _quit(self) -> None:
        """End for good, even where another run was to begin."""
        self.next = None
        self._stop.set()

    def _begin_again(self, config: Config) -> None:
        """End this run, once whoever asked has the answer, and let another begin."""
        self.next = config
        asyncio.get_running_loop().call_later(0.2, self._stop.set)

    def _fail(self, loop: asyncio.AbstractEventLoop, what: dict[str, Any]) -> None:
        """Stop for a mistake of our own in a callback; systemd starts us again.

        A task whose end nobody asks for is a library's: all of ours are asked.
        """
        error = what.get("exception")
        if isinstance(error, OSError) and error.errno in NO_FILES:
            # asyncio says so a hundred times, and takes the next connection a second later.
            if loop.time() - self._without_files >= FILES_AGAIN:
                self._without_files = loop.time()
                log.error("files", what=what.get("message"), why=error.strerror)
            return
        log.error("mistake", what=what.get("message"), exc_info=error)
        if what.keys().isdisjoint(("task", "future")):
            self._is_broken = True
            self._stop.set()

    def _begin(self) -> None:
        """Heal, account for the time away, and hold the home blind until the broker is heard."""
        now = self._now()
        self._watch = ClockWatch(now)
        self.node.start(now, self._config.sha256)
        self.node.clock(now.trusted, now)
        for subject in self._ears.subjects:
            self.node.hearing(BlindCause.SOURCE_LOST, subject, False, now)
            if subject in self._hears:
                self.node.hearing(BlindCause.SOURCE_LOST, subject, self._hears[subject][0], now)
        if self._hears.get(Transport.MQTT, (False, ""))[0]:
            self._heed_refusals()
        if self._refusal:
            self.node.trouble(Rule.STORAGE, "disk", self._refusal, True, now)
        self.settle()
        self._started.set()

    def _end(self) -> None:
        if self._started.is_set():
            with contextlib.suppress(StoreFailed):
                self.settle()
                self.node.save()
                self._store.touch(self._now())
        self._store.close()
        log.info("stopped")

    # -- what comes in

    async def _stand_by(self, source: Source, subjects: Sequence[str]) -> None:
        """Let a source hear; a mistake in one must not deafen the others."""
        while True:
            try:
                await source.run()
            except Exception as mistake:
                log.exception("mistake", source=subjects)
                for subject in subjects:
                    self._heard_of(subject, False, f"a mistake in the program: {mistake!r}")
            await asyncio.sleep(HEAR_AGAIN.total_seconds())

    async def _work(self, name: str, worker: Worker) -> None:
        """Let a part beside the watching run; a mistake in it must not take the home with it."""
        await self._started.wait()
        while True:
            try:
                await worker.run()
            except Exception:
                log.exception("mistake", part=name)
            await asyncio.sleep(WORK_AGAIN.total_seconds())

    async def _listen(self) -> None:
        async for batch in self._ears.batches():
            if self._started.is_set() and not self._is_led:
                self._watch_clock(self._now())
            for number, packet in enumerate(batch, start=1):
                if number % TURN == 0:
                    await asyncio.sleep(0)
                if self._is_led and packet.address == CLOCK_SET:
                    await self._follow(packet)
                elif self._orders is not None and packet.address == self._orders.topic:
                    self._obey(self._orders, packet)
                elif self._started.is_set():
                    if self._take(packet):
                        await asyncio.sleep(0)  # it is told before the next is taken in
                else:
                    self._held.append(packet)
            if self._decoder.introduced.is_changed:
                self._follow_introductions()
            if self._window_is_small and self.node.is_waiting:
                self.settle()
            elif self.node.is_waiting and self._flush_at is None:
                self._flush_at = self._now().plus(FLUSH_AFTER)
            self._woken.set()

    def _take(self, packet: Packet) -> bool:
        """Take it in; say whether all that waited was put on disk for it."""
        self.node.take(packet)
        self._unacknowledged += packet.delivery is not None
        if not self.node.is_urgent and self._unacknowledged < UNACKNOWLEDGED:
            return False
        self.settle()
        return True

    def _obey(self, orders: MqttCommands, packet: Packet) -> None:
        """Do what is asked over MQTT; on disk before the broker hears that it was taken."""
        if self._started.is_set():
            orders.take(packet)
        self._ears.acknowledge([packet])

    def _follow_introductions(self) -> None:
        """Hear devices where they say that they speak, and remember that they said so."""
        if self._follows_devices:
            self._ears.want(self._wanted())
        if self._ears.refused and self._started.is_set():
            self._heed_refusals()
        introduced = self._decoder.introduced
        introduced.is_changed = False
        keep(self._config.settings.store.directory, introduced.kept())

    async def _follow(self, packet: Packet) -> None:
        """Set the drill's clock, do all that is due by then, and report the step done."""
        self._ears.acknowledge([packet])
        order = clock_order(packet)
        if order is None:
            self.node.counts["clock order refused"] += 1
            return
        self._clock = led(self._clock, order)
        if not self._started.is_set():
            self._begin()
            held, self._held = self._held, []
            for waiting in held:
                # Of another clock than the drill's. MQTT's must stay the object to acknowledge.
                is_free = waiting.delivery is None
                self._take(structs.replace(waiting, received=self._now()) if is_free else waiting)
        self.node.tick(self._now())
        self.settle()
        # QoS 0: brokers with Nagle's algorithm would hold the next order back behind its PUBACK,
        # and a driver that misses this asks again.
        self._ears.publish(CLOCK_DONE, clock_done(order))
        await asyncio.sleep(0)

    def _heard_of(self, subject: str, hears: bool, detail: str) -> None:
        was = self._hears.get(subject)
        if was == (hears, detail):
            return
        self._hears[subject] = hears, detail
        log.info("source", source=subject, hears=hears, detail=detail)
        if self._started.is_set() and (was is None or was[0] != hears):
            self.node.hearing(BlindCause.SOURCE_LOST, subject, hears, self._now())
            self.settle()
        if self._started.is_set() and hears and subject == Transport.MQTT:
            self._heed_refusals()
            self.settle()

    def _heed_refusals(self) -> None:
        """Tell the homes which devices the broker does not let us hear."""
        filters = self._ears.refused
        deaf = self._decoder.heard_on(partial(_fits, filters)) if filters else {}
        self.node.refused(deaf, self._now())

    def _heard(self) -> dict[str, str]:
        """Say of each source whether it is heard, and what is wrong or worth knowing."""
        said = {name: self._hears.get(name, (False, "")) for name in self._ears.subjects}
        return {
            name: ": ".join(part for part in ("yes" if hears else "no", detail) if part)
            for name, (hears, detail) in said.items()
        }

    def _checks(self) -> list[Check]:
        """Say what is well and what is not, for whoever stands at the box."""
        return [
            *source_checks({n: self._hears.get(n, (False, "")) for n in self._ears.subjects}),
            clock_check(self._now().trusted),
            disk_check(self._disk.failure or self._refusal),
            *count_checks(self._counts()),
        ]

    def _counts(self) -> Counter[str]:
        """Give how much was refused or could not be used, by reason."""
        return self.node.counts + self._ears.counts()

    def _why_deaf(self, source: str) -> str:
        if source == REFUSED:
            return self._hears.get(Transport.MQTT, (True, ""))[1]
        hears, detail = self._hears.get(source, (True, ""))
        return "" if hears else detail

    def _is_heard(self) -> dict[str, bool]:
        return {name: self._hears.get(name, (False, ""))[0] for name in self._ears.subjects}

    def _channel_trouble(self, channel: str, detail: str, stands: bool) -> None:
        log.warning("channel", channel=channel, failing=stands, detail=detail)
        self.node.trouble(Rule.CHANNEL, channel, detail, stands, self._now())
        self._woken.set()

    def _unreached(self, notice: Notice) -> None:
        log.warning("unreached", notice=notice.id, alert=notice.alert)
        self.node.obey(notice.household, Unreached(notice.alert, notice.recipient), self._now())
        self._woken.set()

    # -- what goes out

    def settle(self) -> str:
        """Put on disk what waits, acknowledge it, let the outbox look; say why where it failed.

        A disk that has just refused is asked again only after a while, and then in one go.
        """
        now = self._now()
        self._unacknowledged = 0
        tries_again = self._disk.may_be_asked(now)
        with self._overdue.watching(self.node.waiting):
            flushed = self.node.flush(now, tries_again=tries_again)
        if flushed.failure and tries_again and self._make_room(now):
            again = self.node.flush(now)
            flushed = replace(flushed, failure=again.failure)
        if not flushed.failure:
            self.node.drills.stored(self._now())
        self._ears.acknowledge(flushed.packets)
        self._flush_at = now.plus(AFTER_AN_ALARM) if flushed.is_behind else None
        if flushed.refused:
            self._outbox.keep(flushed.refused)
        self._outbox.wake()
        for worker in self._beside.values():
            worker.wake()
        self._woken.set()
        if tries_again or flushed.refused:
            self._disk.note(flushed.failure, now)
        return flushed.failure

    def _make_room(self, now: Moment) -> bool:
        """Let the oldest readings go; an alert is worth more."""
        with contextlib.suppress(StoreFailed):
            return self._store.sweep(now, self._config.settings.store.keep) > 0
        return False

    # -- time

    def _watch_clock(self, now: Moment) -> None:
        for is_trusted in self._watch.changes(now):
            log.warning("clock", trusted=is_trusted)
            self.node.clock(is_trusted, now)

    async def _keep_time(self) -> None:
        """Wake at every deadline, and flush what has waited long enough."""
        await self._started.wait()
        while True:
            now = self._now()
            if not self._is_led:
                self._watch_clock(now)
            self.node.tick(now)
            if self._must_settle(now):
                self.settle()
            self._turned = now
            self._woken.clear()
            wait = self._wait(self._now())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._woken.wait()

    def _must_settle(self, now: Moment) -> bool:
        has_waited = [due for due in (self._disk.retry_at, self._flush_at) if due is not None]
        return self.node.is_urgent or any(due.reached(now) for due in has_waited)

    def _wait(self, now: Moment) -> float:
        """Give the seconds until something is due; in a drill time stands still until it is set."""
        if isinstance(self._clock, DrillClock):
            return LONGEST_WAIT
        moments = (self._disk.retry_at, self._flush_at)
        dues = [self.node.next_check(), *(m.monotonic for m in moments if m is not None)]
        waits = [due - now.monotonic for due in dues if due is not None]
        return min(max(min(waits, default=LONGEST_WAIT), 0.0), LONGEST_WAIT)

    async def _keep_house(self) -> None:
        await self._started.wait()
        async with asyncio.TaskGroup() as chores:
            chores.create_task(self._house.run(lambda: self._turned))
            chores.create_task(self._learn_again())

    async def _learn_again(self) -> None:
        await self._house.learn_again()
        self._woken.set()


def main(config: Config, *, is_led: bool = False) -> int:
    """Run until stopped; give the exit code. `is_led`: a drill, whose clock a driver sets."""
    set_up(config.settings.log)
    following: Config | None = config
    try:
        while following is not None:
            following = asyncio.run(_run(following, is_led=is_led))
    except StoreFailed as error:
        log.error("cannot start", why=str(error))
        return 1
    return 0


async def _run(config: Config, *, is_led: bool) -> Config | None:
    daemon = Daemon(config, SystemClock(), is_led=is_led)
    await daemon.run()
    return daemon.next


def _fits(filters: Sequence[str], topic: str) -> bool:
    return any(topic_matches_sub(name, topic) for name in filters)
