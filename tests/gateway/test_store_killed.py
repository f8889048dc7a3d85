"""Killed between or within any two commits, the store stands as it was promised."""

import subprocess
import sys
from pathlib import Path
from random import Random
from time import sleep

import pytest

from gateway.store import Store
from tests.gateway.keeping import NOW, delivery, values
from tests.gateway.store_writer import BATCH

ROUNDS = 10


def run_and_kill(directory: Path, random: Random) -> list[list[str]]:
    """Let the writer write for a while; give the lines that it said before it was killed."""
    command = [sys.executable, "-m", "tests.gateway.store_writer", str(directory)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    said = [writer.stdout.readline() for _ in range(random.randrange(1, 30))]
    sleep(random.random() * 0.02)  # into the middle of whatever it does
    writer.kill()
    said += writer.stdout.readlines()
    writer.wait()
    writer.stdout.close()
    return [line.split() for line in said if line.endswith("\n")]


def last(said: list[list[str]], what: str, otherwise: int) -> int:
    return max((int(number) for word, number in said if word == what), default=otherwise)


@pytest.mark.parametrize("seed", [1])
def test_a_store_that_was_killed_ten_times_has_all_that_it_promised(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.chdir(repository)
    random = Random(seed)
    stored = committed = 0
    for _ in range(ROUNDS):
        said = run_and_kill(tmp_path, random)
        stored, committed = last(said, "stored", stored), last(said, "committed", committed)
        store = Store.open(tmp_path, NOW)
        found = values(store)
        assert store.quarantined == store.unreadable == ()
        assert found == list(range(len(found)))
        assert len(found) >= stored
        assert committed <= store.cursor()[0] <= store.last_seq()
        known = range(max(0, len(found) - BATCH), len(found))
        assert all(store.is_stored(delivery(n % 65_535, again=True), str(n)) for n in known)
        for one in store.alerts():
            assert len(store.changes(one.id)) == len(store.notices(one.id)) == 1
        assert len(store.alerts()) == len(store.pending())
        store.close()
    assert stored > ROUNDS * BATCH
