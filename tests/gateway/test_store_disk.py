"""A disk that is full or may not be written is told in words, and costs no alert."""

import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.store import Cause, Store, StoreFailed
from gateway.store.bodies import Unreadable
from gateway.store.database import Database
from gateway.store.journal import Journal
from gateway.store.migrations import READINGS
from tests.gateway.keeping import NOW, alert, delivery, entries, fill, ids, raised, values


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 12 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "none", str(tmp_path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this system does not let a disk be mounted")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def occupy(disk: Path, leave: int = 0) -> Path:
    """Fill the disk with what is none of ours."""
    other = disk / "somebody's.log"
    with other.open("ab", buffering=0) as file:
        while (free := free_bytes(disk) - leave) > 0:
            file.write(bytes(min(free, 65_536)))
    return other


def free_bytes(disk: Path) -> int:
    figures = os.statvfs(disk)
    return figures.f_bavail * figures.f_frsize


def test_on_a_full_disk_alerts_are_stored_at_the_cost_of_the_oldest_readings(
    small_disk: Path,
) -> None:
    store = Store.open(small_disk, NOW, spare_bytes=1 << 20)
    fill(store, 40_000)
    store.sweep(NOW, timedelta(days=30))
    names = []
    for number in range(40):
        occupy(small_disk)
        names.append(f"alert {number:02}")
        store.commit(raised(alert(names[-1])), 40_000, NOW)
    assert sorted(ids(store.alerts())) == names
    assert 10_000 <= len(values(store)) < 40_000
    assert values(store)[-1] == 39_999
    store.close()
    again = Store.open(small_disk, NOW, spare_bytes=1 << 20)
    assert again.quarantined == ()
    assert sorted(ids(again.alerts())) == names
    again.close()


def test_when_nothing_is_left_to_give_it_says_so_and_goes_on_once_there_is_room(
    small_disk: Path,
) -> None:
    store = Store.open(small_disk, NOW, spare_bytes=1 << 20)
    fill(store, 5000)
    stored = 5000
    other = small_disk
    failure = None
    while failure is None:
        other = occupy(small_disk)
        try:
            store.append(entries(1000, start=stored), [(delivery(stored), "x")])
            stored += 1000
        except StoreFailed as refusal:
            failure = refusal
    assert failure.cause is Cause.FULL
    assert "the disk is full; free some space on it" in str(failure)
    assert not store.is_stored(delivery(stored, again=True), "x")
    assert len(values(store)) == stored
    store.commit(raised(alert("smoke")), stored, NOW)  # readings have not taken the last room
    other.unlink()
    store.append(entries(1000, start=stored), [(delivery(stored), "x")])
    assert values(store) == list(range(stored + 1000))
    assert ids(store.alerts()) == ["smoke"]
    assert store.is_stored(delivery(stored, again=True), "x")
    store.close()


def test_what_an_alert_waits_for_is_written_where_other_readings_are_not(
    small_disk: Path,
) -> None:
    store = Store.open(small_disk, NOW, spare_bytes=1 << 20)
    stored = 0
    with pytest.raises(StoreFailed):
        while True:
            occupy(small_disk)
            store.append(entries(500, start=stored))
            stored += 500
    assert store.append(entries(500, start=stored), vital=True) == stored + 500
    store.commit(raised(alert("smoke")), stored + 500, NOW)
    assert values(store) == list(range(stored + 500))
    store.close()


def test_a_start_on_a_full_disk_succeeds(small_disk: Path) -> None:
    store = Store.open(small_disk, NOW, spare_bytes=1 << 20)
    fill(store, 12_000)
    store.close()
    occupy(small_disk)
    again = Store.open(small_disk, NOW, spare_bytes=1 << 20)
    again.commit(raised(alert("smoke")), 12_000, NOW)
    assert ids(again.alerts()) == ["smoke"]
    assert again.quarantined == ()
    again.close()


def test_a_file_at_its_largest_is_told_and_goes_on_when_it_may_grow(tmp_path: Path) -> None:
    database, _ = Database.open(tmp_path / "readings.db", READINGS, NOW)
    journal = Journal(database, Unreadable())
    journal.append(entries(100), [])
    (pages,) = database.connection.execute("PRAGMA page_count").fetchone()
    database.connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreFailed, match="the disk is full") as failure:
        journal.append(entries(1000, "li", start=100), [(delivery(1), "x")])
    assert failure.value.cause is Cause.FULL
    assert journal.last_seq == 100
    database.connection.execute("PRAGMA max_page_count=100000")
    assert journal.append(entries(1000, "li", start=100), []) == 1100
    assert len(list(journal.entries(0, "li"))) == 1000
    database.close()


def test_a_file_that_has_become_read_only_is_told(tmp_path: Path) -> None:
    database, _ = Database.open(tmp_path / "readings.db", READINGS, NOW)
    journal = Journal(database, Unreadable())
    database.connection.execute("PRAGMA query_only=ON")
    with pytest.raises(StoreFailed, match="cannot be written; check its owner") as failure:
        journal.append(entries(1), [])
    assert failure.value.cause is Cause.READ_ONLY
    database.connection.execute("PRAGMA query_only=OFF")
    assert journal.append(entries(1), []) == 1
    database.close()
