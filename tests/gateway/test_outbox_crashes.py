"""When the disk refuses or the process is killed: a message may come twice, never not at all."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from edge.model import Effects, Moment, Rung, Severity
from gateway.channels.apprise import AppriseChannel
from gateway.outbox import Outbox
from gateway.store import Store
from tests.gateway.outbox_rig import (
    BROKEN,
    HOME,
    START,
    Bench,
    Way,
    a_notice,
    an_alert,
    opened_store,
    settled,
    until,
)
from tests.receiver import Receiver, Reply, Request

store = pytest.fixture(opened_store)


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
from tests.gateway.outbox_rig import HOME

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
