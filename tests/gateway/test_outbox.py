"""The outbox over the real store: what is owed arrives, in order, by some way, also after a crash."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

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
from gateway.channels.apprise import AppriseChannel
from gateway.outbox import Outbox
from gateway.retries import EMERGENCY, ORDINARY, remaining
from gateway.store import Cause, Owed, Store, StoreFailed
from tests.receiver import Receiver, Reply, Request

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

    def __init__(self, *failures: SendFailed, standing: SendFailed | None = None) -> None:
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

    def pending(self) -> Sequence[Owed]:
        return self._ask().pending()

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
        self.troubles: list[tuple[str, str, bool]] = []
        self.outbox = self.begin()

    def begin(self) -> Outbox:
        """Make an outbox as a new process would."""
        return Outbox(
            self.disk,
            self.ways,
            {"h": HOME},
            self.clock,
            lambda *trouble: self.troubles.append(trouble),
            timeout=timedelta(seconds=0.3),
            chance=lambda: 1.0,
        )

    def owe(self, *notices: Notice, alert: Alert | None = None) -> None:
        """Commit notices as the daemon does, and wake the outbox."""
        about = an_alert() if alert is None else alert
        self.store.commit(Effects(alerts=[about], notices=list(notices)), 0, self.clock())
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


def an_alert(told: tuple[str, ...] = ("li", "ann")) -> Alert:
    since = Moment.of(START)
    because = Sensed("d", "r", Kind.SMOKE, True, START)
    finding = Finding(Rule.SMOKE, "d", Severity.EMERGENCY, since, because)
    return Alert("a", "h", finding, State.RAISED, since, told=told)


def a_notice(
    name: str,
    severity: Severity = Severity.EMERGENCY,
    channel: str = "one",
    due: datetime = START,
    to: str = "li",
) -> Notice:
    due_at = Moment.of(due)
    return Notice(name, "a", "h", to, channel, Reason.FIRST, severity, due_at)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "store", Moment.of(START))
    yield opened
    opened.close()


# -- sending


async def test_what_is_owed_is_sent_and_recorded_in_the_receivers_words(store: Store) -> None:
    bench = Bench(store, one=Way())
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: store.pending() == [])
    assert bench.receipts() == [("n", 1, Rung.ACCEPTED, "errcode 0: ok")]


async def test_the_message_is_the_recipients_and_names_the_others(store: Store) -> None:
    bench = Bench(store, one=Way())
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: bench.ways["one"].messages != [])
    (message,) = bench.ways["one"].messages
    assert message.title == "SMOKE: Mary, Kitchen"
    assert "Also told: Ann" in message.text
    assert message.recipient.id == "li"


async def test_a_woken_outbox_sends_without_delay(store: Store) -> None:
    bench = Bench(store, one=Way())
    async with bench.running():
        await settled()
        bench.owe(a_notice("n"))
        await settled()
        assert bench.ways["one"].sent == ["n"]


async def test_what_is_owed_from_before_the_start_is_sent(store: Store) -> None:
    bench = Bench(store, one=Way())
    bench.owe(a_notice("n"))
    async with bench.running():
        await until(lambda: store.pending() == [])


async def test_a_notice_waits_for_its_time_and_no_longer(store: Store) -> None:
    bench = Bench(store, one=Way())
    bench.clock.real = True
    async with bench.running():
        began = time.monotonic()
        due = bench.clock().wall + timedelta(seconds=0.3)
        bench.owe(a_notice("n", due=due))
        await until(lambda: bench.ways["one"].sent == ["n"])
        assert 0.29 <= time.monotonic() - began < 1.0


async def test_a_second_outbox_does_not_send_again_what_is_done(store: Store) -> None:
    bench = Bench(store, one=Way())
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: store.pending() == [])
    bench.outbox = bench.begin()
    async with bench.running():
        await settled()
    assert bench.ways["one"].sent == ["n"]


# -- order


async def test_emergencies_go_first(store: Store) -> None:
    bench = Bench(store, one=Way())
    bench.owe(
        a_notice("note", Severity.NOTE),
        a_notice("fault", Severity.FAULT),
        a_notice("urgent", Severity.URGENT),
        a_notice("smoke"),
    )
    async with bench.running():
        await until(lambda: store.pending() == [])
    assert bench.ways["one"].sent == ["smoke", "urgent", "fault", "note"]


async def test_an_emergency_does_not_wait_behind_others_that_hang(store: Store) -> None:
    way = Way()
    way.gate.clear()
    bench = Bench(store, one=way)
    async with bench.running():
        bench.owe(*(a_notice(f"fault{i}", Severity.FAULT) for i in range(10)))
        await settled()
        bench.owe(a_notice("smoke"))
        await settled()
        assert way.sent[-1] == "smoke"
        assert len(way.sent) == 4


async def test_no_more_than_a_few_go_out_on_one_channel_at_once(store: Store) -> None:
    bench = Bench(store, one=Way())
    async with bench.running():
        bench.owe(*(a_notice(f"fault{i}", Severity.FAULT) for i in range(20)))
        await until(lambda: store.pending() == [])
    assert bench.ways["one"].busiest[Severity.FAULT] <= 3
    assert len(bench.ways["one"].sent) == 20


async def test_a_channel_that_hangs_holds_up_no_other(store: Store) -> None:
    hanging, other = Way(), Way()
    hanging.gate.clear()
    bench = Bench(store, one=hanging, two=other)
    async with bench.running():
        bench.owe(*(a_notice(f"hung{i}", Severity.FAULT) for i in range(5)))
        await settled()
        bench.owe(a_notice("fine", Severity.FAULT, "two"))
        await settled()
        assert other.sent == ["fine"]


# -- failure


async def test_a_failure_is_tried_again_with_growing_pauses_under_the_same_id(
    store: Store,
) -> None:
    bench = Bench(store, one=Way(BROKEN, BROKEN))
    async with bench.running():
        bench.owe(a_notice("n", to="ann"))
        await settled()
        bench.later(0.9)
        await settled()
        assert bench.ways["one"].sent == ["n"]
        bench.later(0.1)
        await settled()
        assert bench.ways["one"].sent == ["n", "n"]
        bench.later(1.9)
        await settled()
        assert len(bench.ways["one"].sent) == 2
        bench.later(0.1)
        await until(lambda: store.pending() == [])
    assert bench.receipts() == [
        ("n", 1, Rung.REFUSED, "it does not answer"),
        ("n", 2, Rung.REFUSED, "it does not answer"),
        ("n", 3, Rung.ACCEPTED, "errcode 0: ok"),
    ]


async def test_it_is_tried_for_ever_and_never_more_rarely_than_the_longest_pause(
    store: Store,
) -> None:
    way = Way(standing=BROKEN)
    bench = Bench(store, one=way)
    async with bench.running():
        bench.owe(a_notice("n", to="ann"))
        await settled()
        for _ in range(30):
            bench.later(EMERGENCY.longest.total_seconds())
            await settled()
    assert len(way.sent) == 31


async def test_an_emergency_takes_the_next_channel_after_two_failures(store: Store) -> None:
    bench = Bench(store, one=Way(standing=BROKEN), two=Way())
    async with bench.running():
        bench.owe(a_notice("n"))
        await settled()
        assert bench.ways["two"].sent == []
        bench.later(1)
        await settled()
        assert len(bench.ways["two"].sent) == 1
        bench.later(2)
        await settled()
        assert bench.ways["one"].sent == ["n"] * 3
    assert len(bench.ways["two"].sent) == 1
    assert [owed.notice.id for owed in store.pending()] == ["n"]


async def test_others_take_the_next_channel_after_three_failures(store: Store) -> None:
    bench = Bench(store, one=Way(standing=BROKEN), two=Way())
    async with bench.running():
        bench.owe(a_notice("n", Severity.FAULT))
        await settled()
        bench.later(5)
        await settled()
        assert bench.ways["two"].sent == []
        bench.later(10)
        await settled()
        assert len(bench.ways["two"].sent) == 1


async def test_a_lasting_failure_takes_the_next_channel_at_once_and_is_not_tried_again(
    store: Store,
) -> None:
    bench = Bench(store, one=Way(WRONG), two=Way(WRONG), three=Way())
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: store.pending() == [])
        bench.later(1000)
        await settled()
    assert [len(way.sent) for way in bench.ways.values()] == [1, 1, 1]
    ids = {notice.id for notice in store.notices("a")}
    assert len(ids) == 3


async def test_the_next_channel_has_the_same_notice_after_a_restart(store: Store) -> None:
    bench = Bench(store, one=Way(standing=BROKEN), two=Way())
    bench.owe(a_notice("n"))
    for _ in range(4):
        bench.outbox = bench.begin()
        async with bench.running():
            await settled()
            bench.later(100)
            await settled()
    assert len(bench.ways["two"].sent) == 1


async def test_a_message_that_went_out_on_every_channel_is_not_doubled(store: Store) -> None:
    bench = Bench(store, one=Way(standing=BROKEN), two=Way(), three=Way(standing=WRONG))
    async with bench.running():
        bench.owe(*(a_notice(f"n-{way}", channel=way) for way in ("one", "two", "three")))
        await settled()
        for _ in range(5):
            bench.later(60)
            await settled()
    assert bench.ways["two"].sent == ["n-two"]
    assert bench.ways["three"].sent == ["n-three"]


async def test_a_hanging_channel_is_given_up_after_the_whole_time_out(store: Store) -> None:
    way = Way()
    way.gate.clear()
    bench = Bench(store, one=way)
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: bench.receipts() != [])
    assert bench.receipts() == [("n", 1, Rung.REFUSED, "no answer within 0.3 s")]


async def test_a_channel_that_is_not_configured_leads_to_the_next(store: Store) -> None:
    bench = Bench(store, two=Way())
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: store.pending() == [])
    assert len(bench.ways["two"].sent) == 1


async def test_somebody_who_is_no_contact_any_more_is_not_told(store: Store) -> None:
    bench = Bench(store, one=Way())
    async with bench.running():
        bench.owe(a_notice("n", to="gone"))
        await until(lambda: store.pending() == [])
    assert bench.ways["one"].sent == []
    assert bench.receipts()[0][2] is Rung.REFUSED


# -- cancelled


async def test_what_was_cancelled_is_not_sent(store: Store) -> None:
    bench = Bench(store, one=Way(BROKEN))
    async with bench.running():
        bench.owe(a_notice("n"))
        await settled()
        store.commit(Effects(cancelled=["a"]), 0, bench.clock())
        bench.later(3600)
        await settled()
    assert bench.ways["one"].sent == ["n"]


async def test_what_is_cancelled_on_its_way_is_neither_tried_again_nor_passed_on(
    store: Store,
) -> None:
    way = Way(WRONG)
    way.gate.clear()
    bench = Bench(store, one=way, two=Way())
    async with bench.running():
        bench.owe(a_notice("n"))
        await settled()
        store.commit(Effects(cancelled=["a"]), 0, bench.clock())
        way.gate.set()
        await until(lambda: bench.receipts() != [])
        bench.later(3600)
        await settled()
    assert bench.ways["two"].sent == []
    assert len(way.sent) == 1


# -- time


async def test_a_pause_survives_a_restart(store: Store) -> None:
    bench = Bench(store, one=Way(BROKEN, BROKEN, BROKEN))
    async with bench.running():
        bench.owe(a_notice("n", Severity.FAULT, to="ann"))
        await until(lambda: bench.receipts() != [])
    bench.outbox = bench.begin()
    async with bench.running():
        bench.later(4.9)
        await settled()
        assert len(bench.ways["one"].sent) == 1
        bench.later(0.1)
        await settled()
        assert len(bench.ways["one"].sent) == 2


async def test_a_clock_that_jumps_back_over_a_restart_delays_no_longer_than_a_pause(
    store: Store,
) -> None:
    bench = Bench(store, one=Way(BROKEN))
    async with bench.running():
        bench.owe(a_notice("n", to="ann"))
        await until(lambda: bench.receipts() != [])
    bench.clock.at = Moment(START - timedelta(days=9000), 0.0, "next boot", trusted=False)
    bench.outbox = bench.begin()
    async with bench.running():
        await settled()
        bench.later(EMERGENCY.longest.total_seconds())
        await until(lambda: store.pending() == [])


def test_a_deadline_of_another_boot_is_read_by_the_wall_clock_if_that_can_be_believed() -> None:
    due = Moment(START + timedelta(hours=1), 5.0, "old")
    now = Moment(START, 90000.0, "new")
    assert remaining(due, now) == timedelta(hours=1)
    assert remaining(due, Moment(START, 90000.0, "new", trusted=False)) == timedelta(0)
    assert remaining(Moment(START, 7.5, "new"), Moment(START, 5.0, "new")).total_seconds() == 2.5


def test_pauses_double_up_to_a_limit_and_differ_by_chance() -> None:
    assert [ORDINARY.pause(n, 1.0).total_seconds() for n in (1, 2, 3)] == [5, 10, 20]
    assert ORDINARY.pause(10_000, 1.0) == ORDINARY.longest
    assert ORDINARY.pause(1, 0.0) == ORDINARY.first / 2


# -- the channel's own state


async def test_a_channel_that_goes_down_and_comes_back_is_told_once_each(store: Store) -> None:
    bench = Bench(store, one=Way(BROKEN, BROKEN, BROKEN, BROKEN))
    async with bench.running():
        bench.owe(a_notice("n", to="ann"))
        for _ in range(8):
            await settled()
            bench.later(60)
        await until(lambda: store.pending() == [])
    assert bench.troubles == [("one", "it does not answer", True), ("one", "", False)]


async def test_one_failure_by_itself_is_no_trouble_but_a_lasting_one_is(store: Store) -> None:
    bench = Bench(store, one=Way(BROKEN), two=Way(WRONG))
    async with bench.running():
        bench.owe(a_notice("n", to="ann"), a_notice("m", channel="two"))
        await until(lambda: len(bench.receipts()) == 2)
    assert bench.troubles == [("two", "no such robot", True)]


# -- the disk refuses


async def test_what_could_not_be_stored_is_sent_and_says_so(store: Store) -> None:
    bench = Bench(store, one=Way())
    bench.disk.is_broken = True
    async with bench.running():
        bench.outbox.keep(Effects(alerts=[an_alert()], notices=[a_notice("n")]))
        await settled()
    (message,) = bench.ways["one"].messages
    assert message.notice.id == "n"
    assert "could not store" in message.text


async def test_what_could_not_be_stored_is_tried_again_and_on_the_next_channel(
    store: Store,
) -> None:
    bench = Bench(store, one=Way(BROKEN, BROKEN), two=Way())
    bench.disk.is_broken = True
    async with bench.running():
        bench.outbox.keep(Effects(alerts=[an_alert()], notices=[a_notice("n")]))
        for _ in range(4):
            await settled()
            bench.later(10)
        await settled()
    assert bench.ways["one"].sent == ["n"] * 3
    assert len(bench.ways["two"].sent) == 1


async def test_what_was_sent_unstored_is_not_sent_again_when_it_is_stored_later(
    store: Store,
) -> None:
    bench = Bench(store, one=Way())
    effects = Effects(alerts=[an_alert()], notices=[a_notice("n")])
    bench.disk.is_broken = True
    async with bench.running():
        bench.outbox.keep(effects)
        await settled()
        bench.outbox.keep(effects)
        await settled()
        bench.disk.is_broken = False
        bench.owe(a_notice("n"))
        await until(lambda: store.pending() == [])
    assert bench.ways["one"].sent == ["n"]
    assert bench.receipts() == [("n", 1, Rung.ACCEPTED, "errcode 0: ok")]


async def test_a_receipt_that_could_not_be_stored_is_brought_later(store: Store) -> None:
    way = Way()
    way.gate.clear()
    bench = Bench(store, one=way)
    async with bench.running():
        bench.owe(a_notice("n"))
        await settled()
        bench.disk.is_broken = True
        way.gate.set()
        await settled()
        bench.outbox.wake()
        await settled()
        assert way.sent == ["n"]
        bench.disk.is_broken = False
        bench.outbox.wake()
        await until(lambda: store.pending() == [])
    assert way.sent == ["n"]
    assert len(bench.receipts()) == 1


async def test_what_was_owed_when_the_disk_broke_is_sent_all_the_same(store: Store) -> None:
    bench = Bench(store, one=Way(BROKEN))
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: bench.receipts() != [])
        bench.disk.is_broken = True
        bench.outbox.keep(Effects(alerts=[an_alert()]))
        bench.later(1)
        await settled()
    assert bench.ways["one"].sent == ["n", "n"]


async def test_an_acknowledgement_that_cannot_be_stored_stops_the_unstored_too(
    store: Store,
) -> None:
    bench = Bench(store, one=Way(BROKEN))
    bench.disk.is_broken = True
    async with bench.running():
        bench.outbox.keep(Effects(alerts=[an_alert()], notices=[a_notice("n")]))
        await settled()
        bench.outbox.keep(Effects(cancelled=["a"]))
        bench.later(60)
        await settled()
    assert bench.ways["one"].sent == ["n"]


# -- the real thing


async def test_an_emergency_overtakes_a_real_receiver_that_hangs(store: Store) -> None:
    with Receiver() as receiver:
        bench = Bench(store)
        url = f"json://127.0.0.1:{receiver.port}/"
        channel = AppriseChannel("one", url)
        bench.outbox = Outbox(store, {"one": channel}, {"h": HOME}, bench.clock, lambda *_: None)
        receiver.replies.extend([Reply(hang=30)] * 3)
        async with bench.running():
            bench.owe(*(a_notice(f"fault{i}", Severity.FAULT) for i in range(6)))
            await asyncio.to_thread(receiver.wait_for, 3)
            bench.owe(a_notice("smoke"))
            found = await asyncio.to_thread(receiver.wait_for, 4)
        assert reference(found[-1]) == "a-smok"


PROCESS = """
import asyncio, sys
from datetime import datetime, UTC
from pathlib import Path
from edge.model import Moment
from gateway.channels.apprise import AppriseChannel
from gateway.outbox import Outbox
from gateway.store import Store
from tests.gateway.test_outbox import HOME

now = lambda: Moment.of(datetime.now(UTC))
store = Store.open(Path(sys.argv[1]), now())
channel = AppriseChannel("one", sys.argv[2])
asyncio.run(Outbox(store, {"one": channel}, {"h": HOME}, now, lambda *_: None).run())
"""


def test_a_kill_between_send_and_record_sends_again_under_the_same_id(tmp_path: Path) -> None:
    directory = tmp_path / "store"
    opened = Store.open(directory, Moment.of(START))
    opened.commit(
        Effects(alerts=[an_alert()], notices=[a_notice("n1"), a_notice("n2")]), 0, Moment.of(START)
    )
    opened.close()
    with Receiver(Reply(hang=30)) as receiver:
        command = [
            sys.executable,
            "-c",
            PROCESS,
            str(directory),
            f"json://127.0.0.1:{receiver.port}",
        ]
        with subprocess.Popen(command) as first:
            receiver.wait_for(2, 20)
            os.kill(first.pid, signal.SIGKILL)
        receiver.release()
        with subprocess.Popen(command) as second:
            found = receiver.wait_for(4, 20)
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline and owed(directory):
                time.sleep(0.05)
            os.kill(second.pid, signal.SIGKILL)
    assert Counter(reference(request) for request in found) == {"a-n1": 2, "a-n2": 2}
    assert owed(directory) == 0


def owed(directory: Path) -> int:
    reader = Store.read_only(directory)
    try:
        return len(reader.pending())
    finally:
        reader.close()


def reference(request: Request) -> str:
    return str(request.json()["message"]).rpartition("Ref. ")[2]
