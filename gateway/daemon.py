"""The daemon: it puts the parts of a gateway together, runs them, and stops for its own mistakes.

What each part does is its own: intake.py takes in, settling.py puts on disk, reaching.py tells.
"""

import asyncio
import contextlib
import errno
import signal
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Any

import structlog

from edge.model import Rule
from gateway.beside import Box, Worker, workers
from gateway.checkup import Check, clock_check, count_checks, disk_check, source_checks
from gateway.clock import Clock, SystemClock
from gateway.commanding import Commanding
from gateway.config import Config
from gateway.control import SOCKET, ControlFailed, ControlServer
from gateway.drill import LedClock
from gateway.hearing import Hearing
from gateway.housekeeping import Housekeeping
from gateway.installing import Installing
from gateway.intake import Intake
from gateway.logs import set_up
from gateway.looking import Looking
from gateway.mqtt_commands import MqttCommands
from gateway.node import Node
from gateway.parts import decoder, doubt, opened, subjects
from gateway.question_trial import QuestionTrials
from gateway.reaching import Reaching
from gateway.serving import Serving
from gateway.settling import Settling
from gateway.showing import Showing
from gateway.sources import Source
from gateway.store import StoreFailed
from gateway.timekeeping import Timekeeping

NO_FILES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
FILES_AGAIN = 60.0  # seconds between two lines about that
AGAIN = timedelta(seconds=5)  # after a mistake in one part, before that part runs on
log = structlog.get_logger()


class Daemon:
    """One running gateway."""

    def __init__(self, config: Config, clock: Clock, *, is_led: bool = False) -> None:
        """Put it together; nothing runs before `run`. Raises StoreFailed for a store in use."""
        self._config = config
        self.next: Config | None = None  # to begin again with
        self._led = LedClock(clock) if is_led else None
        time = clock if self._led is None else self._led
        self._now = now = time.now
        self._store, self._refusal = opened(config.settings.store.directory, now())
        doubt(clock, self._store)
        knows = decoder(config, self._store)
        self._looking = Looking(config, now)
        self._node = Node(config.homes, knows, self._store, subjects(config), self._looking.take)
        self._hearing = Hearing(config, self._node, knows, now, is_led=is_led)
        woken = asyncio.Event()
        self._reaching = Reaching(
            *(config, self._node, self._store, now),
            post=self._hearing.ears.post,
            why_deaf=self._hearing.why_deaf,
            wake=woken.set,
        )
        self._settling = Settling(
            *(self._node, self._store, self._hearing.ears, self._reaching, now),
            settings=config.settings,
        )
        self._timekeeping = Timekeeping(time, self._node, self._settling, woken, is_led=is_led)
        self._serving = Serving()
        self._commanding = self._answering()
        self._house = self._housekeeping()
        self._beside = workers(self._box())
        self._settling.wakes += [worker.wake for worker in self._beside.values()]
        self._settling.wakes.append(self._timekeeping.wake)
        self._intake = self._taking_in()
        self._stop, self._started = asyncio.Event(), asyncio.Event()
        self._is_broken, self._without_files = False, -FILES_AGAIN
        self._later: set[asyncio.Future[None]] = set()

    def _answering(self) -> Commanding:
        """Give who answers the people that ask."""
        node, settle, now = self._node, self._settling.settle, self._now
        return Commanding(
            *(node, self._store, self._config, now, settle),
            hears=self._hearing.said,
            serves=self._serving.said,
            counts=self._hearing.counts,
            links=self._reaching.links,
            trials=self._reaching.trials,
            questions=QuestionTrials(self._config.questions, self._hearing.ears.post),
            show=Showing(node, self._looking, now, self._checks).handle,
            install=Installing(node, self._config, now, self._begin_again).handle,
        )

    def _housekeeping(self) -> Housekeeping:
        return Housekeeping(
            *(self._node, self._store, self._settling.disk, self._config.settings.store.keep),
            now=self._now,
            settle=self._settling.settle,
            hears=self._hearing.heard,
            counts=self._hearing.counts,
        )

    def _box(self) -> Box:
        """Give what those may ask who work beside the watching."""
        reaching = self._reaching
        return Box(
            *(self._config, self._node, self._store, reaching.channels, self._now),
            settle=self._settling.settle,
            ask=self._commanding.handle,
            post=self._hearing.ears.post,
            checks=self._checks,
            counts=self._hearing.counts,
            links=reaching.links,
            trouble=reaching.troubles.note,
            serves=self._serving.note,
            proofs=reaching.proofs,
        )

    def _taking_in(self) -> Intake:
        topic, publish = self._config.settings.command_topic, self._hearing.ears.publish
        orders = MqttCommands(topic, self._commanding.handle, publish, self._node.counts)
        return Intake(
            *(self._node, self._hearing, self._settling, self._timekeeping, self._now),
            begin=self._begin,
            orders=orders if topic else None,
            led=self._led,
        )

    def _checks(self) -> list[Check]:
        """Say what is well and what is not, for whoever stands at the box."""
        return [
            *source_checks(self._hearing.states),
            *self._serving.checks(),
            clock_check(self._now().trusted),
            disk_check(self._settling.disk.failure or self._refusal),
            *count_checks(self._hearing.counts()),
        ]

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
            if self._led is None:
                self._begin()
            async with asyncio.TaskGroup() as tasks:
                running = [tasks.create_task(part) for part in self._parts()]
                self._house.notify("READY=1")
                log.info("ready", homes=len(self._node.homes), drill=self._led is not None)
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
        self._node.start(now, self._config.sha256)
        self._timekeeping.begin(now)
        self._hearing.begin(self._settling.settle)
        if self._refusal:
            self._node.trouble(Rule.STORAGE, "disk", self._refusal, True, now)
        self._settling.settle()
        self._started.set()
        self._intake.begin()

    def _end(self) -> None:
        if self._started.is_set():
            with contextlib.suppress(StoreFailed):
                self._settling.settle()
                self._node.save()
                self._store.touch(self._now())
        self._store.close()
        log.info("stopped")

    # -- what runs

    def _parts(self) -> list[Coroutine[Any, Any, None]]:
        """Give all that runs at the same time, in the order in which it begins."""
        ears = self._hearing.ears
        return [
            *(self._stand_by(*one) for one in ears.sources),
            ears.run(),
            self._intake.run(),
            self._once_begun(self._timekeeping.run),
            self._reaching.outbox.run(),
            self._once_begun(lambda: self._house.run(lambda: self._timekeeping.turned)),
            self._once_begun(self._learn_again),
            self._looking.run(ears),
            *(self._work(name, worker) for name, worker in self._beside.items()),
        ]

    async def _stand_by(self, source: Source, subjects: Sequence[str]) -> None:
        """Let a source hear; a mistake in one must not deafen the others."""
        while True:
            try:
                await source.run()
            except Exception as mistake:
                log.exception("mistake", source=subjects)
                for subject in subjects:
                    self._hearing.note(subject, False, f"a mistake in the program: {mistake!r}")
            await asyncio.sleep(AGAIN.total_seconds())

    async def _work(self, name: str, worker: Worker) -> None:
        """Let a part beside the watching run; a mistake in it must not take the home with it."""
        await self._started.wait()
        while True:
            try:
                await worker.run()
            except Exception:
                log.exception("mistake", part=name)
            await asyncio.sleep(AGAIN.total_seconds())

    async def _once_begun(self, run: Callable[[], Awaitable[None]]) -> None:
        await self._started.wait()
        await run()

    async def _learn_again(self) -> None:
        await self._house.learn_again()
        self._timekeeping.wake()


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
