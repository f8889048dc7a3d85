"""When a receiver hangs or the process is killed: a message may come twice, never not at all."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from edge.model import Moment
from gateway.channels.apprise import AppriseChannel
from gateway.outbox import Outbox
from gateway.store import Store
from tests.gateway.outbox_rig import (
    HOME,
    START,
    Bench,
    a_notice,
    effects_of,
    notices_apart,
    opened_store,
)
from tests.receiver import Receiver, Reply, Request

store = pytest.fixture(opened_store)


async def test_an_emergency_overtakes_a_real_receiver_that_hangs(store: Store) -> None:
    with Receiver() as receiver:
        bench = Bench(store)
        url = f"json://127.0.0.1:{receiver.port}/"
        channel = AppriseChannel("one", url)
        bench.outbox = Outbox(store, {"one": channel}, {"h": HOME}, bench.clock, lambda *_: None)
        receiver.replies.extend([Reply(hang=30)] * 3)
        async with bench.running():
            bench.owe(*notices_apart(6))
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
    owed_to_two = [a_notice("n1"), a_notice("n2", to="ann")]
    opened.commit(effects_of(*owed_to_two), 0, Moment.of(START))
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
