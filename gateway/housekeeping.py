"""What a gateway does beside the watching: prove that it works, keep what was learned, clear up.

The watching itself, and when the disk is asked again, are the daemon's.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta

import sdnotify
import structlog

from edge.model import Moment
from gateway.disk import Disk
from gateway.node import Node
from gateway.store import Store, StoreFailed

PULSE = timedelta(seconds=20)  # between two proofs that the whole way still works
STUCK = timedelta(minutes=2)  # the loop that keeps the deadlines turns at least once a minute
SAVE_EVERY = timedelta(hours=1)
SAY_EVERY = timedelta(minutes=1)
JOURNAL_AGAIN = 60.0  # seconds, where it cannot be read
SWEEP_PAUSE = 0.05  # seconds between two stretches, for the watching
log = structlog.get_logger()


def notifier() -> sdnotify.SystemdNotifier:
    """Give who tells systemd, and never waits for it: the watching goes on whoever listens.

    Without this the eleventh word to a supervisor that has stopped reading is the last of all. A
    word that is not taken is lost; the next pulse brings another.
    """
    made = sdnotify.SystemdNotifier()
    if made.socket is not None:
        made.socket.setblocking(False)
    return made


class Housekeeping:
    """The chores of one gateway. `settle` puts on disk what waits."""

    def __init__(
        self,
        node: Node,
        store: Store,
        disk: Disk,
        keep: timedelta,
        *,
        now: Callable[[], Moment],
        settle: Callable[[], str],
        hears: Callable[[], Mapping[str, bool]],
        counts: Callable[[], Counter[str]],
    ) -> None:
        self._node = node
        self._store = store
        self._disk = disk
        self._keep = keep
        self._now = now
        self._settle = settle
        self._hears = hears
        self._counts = counts
        self._notifier = notifier()
        self._said: Counter[str] = Counter()

    def notify(self, what: str) -> None:
        """Tell systemd."""
        self._notifier.notify(what)

    async def run(self, turned: Callable[[], Moment]) -> None:
        """Do the chores until cancelled; `turned` says when the deadlines were last looked at."""
        saved = said = self._now()
        while True:
            now = self._now()
            if self._disk.failure:
                self._settle()
            with suppress(StoreFailed):
                self._store.touch(now)
                if now.since(saved) >= SAVE_EVERY:
                    saved = now
                    await self._clear_up(now)
            if now.since(said) >= SAY_EVERY:
                said = now
                self._say()
            if now.since(turned()) < STUCK:
                self.notify("WATCHDOG=1")
            await asyncio.sleep(PULSE.total_seconds())

    async def learn_again(self) -> None:
        """Read up in the journal what a lost snapshot held, beside the watching."""
        is_left = True
        while is_left:
            try:
                is_left = self._node.rebuild(self._now())
            except StoreFailed as error:
                log.error("journal", why=str(error))
                await asyncio.sleep(JOURNAL_AGAIN)
            if self._node.writing.is_waiting:
                self._settle()
            await asyncio.sleep(0.01)

    async def _clear_up(self, now: Moment) -> None:
        """Keep what was learned, and remove what is too old, a little at a time."""
        with suppress(StoreFailed):
            self._settle()
            self._node.save()
        while True:
            if not self._store.sweep(now, self._keep):
                return
            await asyncio.sleep(SWEEP_PAUSE)

    def _say(self) -> None:
        """Log what was refused since the last time, by reason; nothing where nothing was."""
        counts = self._counts()
        new = {name: n - self._said[name] for name, n in counts.items()}
        new = {name: n for name, n in new.items() if n}
        self._said = counts
        if new:
            log.warning("refused", **new)
        lost = [name for name, is_heard in self._hears().items() if not is_heard]
        state = f"does not hear {', '.join(lost)}" if lost else "hears everything"
        self.notify(f"STATUS={state}; {sum(counts.values())} refused")
