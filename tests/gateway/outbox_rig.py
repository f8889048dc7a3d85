"""A bench for the outbox: the real store, channels that do as they are told, a clock to move."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge.model import (
    Alert,
    Contact,
    Effects,
    Finding,
    Home,
    Kind,
    Moment,
    Notice,
    Reason,
    Receipt,
    Room,
    Rule,
    Rung,
    Sensed,
    Severity,
    State,
)
from gateway.channels import Message, SendFailed, Sent
from gateway.channels.health import Troubles
from gateway.outbox import Outbox
from gateway.store import Cause, News, Store, StoreFailed

START = datetime(2025, 11, 23, 3, 12, tzinfo=UTC)
BROKEN = SendFailed("it does not answer", permanent=False)
WRONG = SendFailed("no such robot", permanent=True)
HOME = Home(
    "h",
    "Willow Lane 5",
    "Mary",
    "Asia/Shanghai",
    (Room("r", "Kitchen"),),
    (),
    (
        Contact("li", "Li", "", "", "en", ("one", "two", "three")),
        Contact("ann", "Ann", "", "", "en", ("one",)),
    ),
)


class Clock:
    """A clock that the test moves; `real` lets it run with the machine's."""

    def __init__(self) -> None:
        self.at = Moment.of(START)
        self.real = False
        self._began = time.monotonic()

    def __call__(self) -> Moment:
        if self.real:
            return self.at.plus(timedelta(seconds=time.monotonic() - self._began))
        return self.at

    def advance(self, seconds: float) -> None:
        self.at = self.at.plus(timedelta(seconds=seconds))


class Way:
    """A channel that does as it is told: each failure of `failures` once, then `standing`."""

    def __init__(self, *failures: Exception, standing: Exception | None = None) -> None:
        self.failures = list(failures)
        self.standing = standing
        self.sent: list[str] = []
        self.messages: list[Message] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.busy = 0
        self.busiest: Counter[Severity] = Counter()

    async def send(self, message: Message) -> Sent:
        self.sent.append(message.notice.id)
        self.messages.append(message)
        self.busy += 1
        severity = message.notice.severity
        self.busiest[severity] = max(self.busiest[severity], self.busy)
        try:
            await self.gate.wait()
        finally:
            self.busy -= 1
        failure = self.failures.pop(0) if self.failures else self.standing
        if failure is not None:
            raise failure
        return Sent(Rung.ACCEPTED, "errcode 0: ok")


class Refusing:
    """The real store on a disk that can be made to refuse."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.is_broken = False

    def _ask(self) -> Store:
        if self.is_broken:
            raise StoreFailed(Path("alerts.db"), Cause.FULL)
        return self._store

    def owed_news(self, *, whole: bool = False) -> News:
        return self._ask().owed_news(whole=whole)

    def record(self, receipt: Receipt, next_try: datetime | None, done: bool) -> None:
        self._ask().record(receipt, next_try, done)

    def add_notice(self, notice: Notice) -> None:
        self._ask().add_notice(notice)

    def alert(self, alert_id: str) -> Alert | None:
        return self._ask().alert(alert_id)

    def notices(self, alert_id: str) -> Sequence[Notice]:
        return self._ask().notices(alert_id)


class Bench:
    """A store, its outbox, and what the outbox complains of."""

    def __init__(self, store: Store, **ways: Way) -> None:
        self.clock = Clock()
        self.store = store
        self.disk = Refusing(store)
        self.ways = ways
        self.homes = {"h": HOME}
        self.troubles: list[tuple[str, str, bool]] = []
        self.unreached: list[tuple[str, str]] = []
        self.outbox = self.begin()

    def begin(self) -> Outbox:
        """Make an outbox as a new process would."""
        return Outbox(
            self.disk,
            self.ways,
            self.homes,
            self.clock,
            Troubles(lambda *trouble: self.troubles.append(trouble)).note,
            on_unreached=lambda n: self.unreached.append((n.alert, n.recipient)),
            timeout=timedelta(seconds=0.3),
            chance=lambda: 1.0,
        )

    def owe(self, *notices: Notice, alert: Alert | None = None) -> None:
        """Commit notices and their alerts as the daemon does, and wake the outbox."""
        self.store.commit(effects_of(*notices, alert=alert), 0, self.clock())
        self.outbox.wake()

    def later(self, seconds: float) -> None:
        """Let the clock pass."""
        self.clock.advance(seconds)
        self.outbox.wake()

    def receipts(self) -> list[tuple[str, int, Rung, str]]:
        """Give what the store knows of the attempts."""
        known = self.store.receipts("a")
        return [(r.notice, r.attempt, r.rung, r.evidence) for r in known]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.outbox.run())
        try:
            yield
            assert not task.done(), "the outbox has ended by itself"
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def until(is_so: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait for something that comes by itself; fail past the deadline."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come"
        await asyncio.sleep(0.002)


async def settled() -> None:
    """Let everything that can happen without the clock happen: a few turns of the loop."""
    for _ in range(50):
        await asyncio.sleep(0)


def effects_of(*notices: Notice, alert: Alert | None = None) -> Effects:
    """Give what a step of a household comes to that owes these; one alert, or one for each."""
    alerts = {notice.alert: an_alert(name=notice.alert) for notice in notices}
    return Effects(
        alerts=list(alerts.values()) if alert is None else [alert], notices=list(notices)
    )


def an_alert(told: tuple[str, ...] = ("li", "ann"), name: str = "a") -> Alert:
    since = Moment.of(START)
    because = Sensed("d", "r", Kind.SMOKE, True, START)
    finding = Finding(Rule.SMOKE, "d", Severity.EMERGENCY, since, because)
    return Alert(name, "h", finding, State.RAISED, since, told=told)


def a_notice(
    name: str,
    severity: Severity = Severity.EMERGENCY,
    channel: str = "one",
    due: datetime = START,
    to: str = "li",
    *,
    about: str = "a",
    reason: Reason = Reason.FIRST,
) -> Notice:
    due_at = Moment.of(due)
    return Notice(name, about, "h", to, channel, reason, severity, due_at)


def notices_apart(count: int, severity: Severity = Severity.FAULT) -> list[Notice]:
    """Make notices of as many alerts, none of which can stand for another."""
    return [a_notice(f"n{i}", severity, about=f"a{i}") for i in range(count)]


def opened_store(tmp_path: Path) -> Iterator[Store]:
    """Give a fresh store; to be made a fixture."""
    opened = Store.open(tmp_path / "store", Moment.of(START))
    yield opened
    opened.close()
