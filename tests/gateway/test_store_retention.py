"""The oldest readings go first, alerts never; a household that is erased leaves nothing."""

import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from edge.model import Configured, Entry, Kind, Moment
from gateway.store import DaySummary, Store, StoreFailed
from tests.gateway.keeping import NOW, alert, delivery, entry, fill, ids, raised, values
from tests.homes import START, at

MONTH = timedelta(days=30)
PLENTY = 1 << 40


class Disk:
    """A disk that is as full as a test says."""

    def __init__(self, *free: int) -> None:
        self.free = list(free)

    def __call__(self) -> int:
        return self.free.pop(0) if len(self.free) > 1 else self.free[0]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path, NOW, free_bytes=Disk(PLENTY))


def sweep_all(store: Store) -> int:
    """Sweep until nothing is left to do, as the daemon does."""
    return sum(iter(lambda: store.sweep(NOW, MONTH), 0))


def test_what_is_older_than_agreed_goes_and_the_rest_stays(store: Store) -> None:
    store.append([entry(n, value=n, hours=24 * n) for n in range(40)])
    assert store.sweep(at(24 * 40), MONTH) == 10
    assert values(store) == list(range(10, 40))
    assert store.sweep(at(24 * 40), MONTH) == 0


def test_inputs_and_deliveries_go_with_the_readings_around_them(store: Store) -> None:
    store.append([entry(1), Entry("wang", at(0), Configured("hash"))], [(delivery(1), "a")])
    store.append([entry(2, hours=24 * 50)])
    store.sweep(at(24 * 50), MONTH)
    assert [seq for seq, _ in store.entries(0)] == [4]


def test_each_day_leaves_its_counts(store: Store) -> None:
    store.append([entry(n, hours=n) for n in range(36)])
    store.append([entry(n, "li", hours=n) for n in range(3)])
    store.sweep(at(24 * 40), MONTH)
    store.append([entry(3, hours=3)])  # one that came late
    store.sweep(at(24 * 40), MONTH)
    first = START.date()
    assert store.summaries("wang") == [
        DaySummary(first, "wang", "bedroom_motion", Kind.MOTION, False, 25),
        DaySummary(date(2026, 3, 3), "wang", "bedroom_motion", Kind.MOTION, False, 12),
    ]
    assert [day.count for day in store.summaries("li")] == [3]


def test_a_clock_that_was_never_set_makes_nothing_old(store: Store) -> None:
    unset = Moment(at(0).wall - timedelta(days=20_000), 5.0, "boot", trusted=False)
    store.append([entry(1, hours=24 * 20), Entry("wang", unset, Configured("hash"))])
    assert store.sweep(at(24 * 40), MONTH) == 0
    assert store.sweep(Moment(at(24 * 400).wall, 6.0, "boot", trusted=False), MONTH) == 0
    assert len(list(store.entries(0))) == 2


def test_one_wrong_date_takes_nothing_with_it(store: Store) -> None:
    store.append([entry(n, value=n, hours=24 * n) for n in range(40)])
    store.append([entry(40, value=40, hours=1), entry(41, value=41, hours=24 * 4000)])
    assert store.sweep(at(24 * 40), MONTH) == 10
    assert values(store) == list(range(10, 42))
    assert store.sweep(at(24 * 80), MONTH) == 31  # nor does it stay for ever
    assert values(store) == [41]


def test_numbers_go_on_where_all_was_swept(tmp_path: Path) -> None:
    store = Store.open(tmp_path, NOW)
    fill(store, 100)
    store.commit(raised(alert("smoke")), 100, NOW)
    store.sweep(at(24 * 400), MONTH)
    store.close()
    again = Store.open(tmp_path, NOW)
    assert again.append([entry(1)]) == 101
    again.close()


def test_a_short_disk_costs_the_oldest_readings_and_no_alert(tmp_path: Path) -> None:
    first = Store.open(tmp_path, NOW)
    fill(first, 35_000)
    first.commit(raised(alert("smoke")), 35_000, NOW)
    first.close()
    journal = tmp_path / "readings.db"
    disk = journal.stat().st_size * 6 // 10
    store = Store.open(
        tmp_path, NOW, free_bytes=lambda: disk - journal.stat().st_size, spare_bytes=1000
    )
    assert sweep_all(store) == 15_000
    assert values(store) == list(range(15_000, 35_000))
    assert ids(store.alerts()) == ["smoke"]
    assert store.summaries("wang")[0].count == 15_000
    store.close()


def test_what_a_restart_needs_stays_on_the_shortest_disk(tmp_path: Path) -> None:
    store = Store.open(tmp_path, NOW, free_bytes=Disk(0), spare_bytes=1000)
    fill(store, 15_000)
    assert store.sweep(NOW, MONTH) == 5000
    assert store.sweep(NOW, MONTH) == 0
    assert len(values(store)) == 10_000
    store.close()


def test_damaged_journals_that_were_set_aside_go_before_readings_do(tmp_path: Path) -> None:
    for name in ("readings.db", "alerts.db"):
        (tmp_path / name).write_bytes(b"rotten" * 1000)
    store = Store.open(tmp_path, NOW, free_bytes=Disk(PLENTY, 0, 2000), spare_bytes=1000)
    fill(store, 15_000)
    store.sweep(NOW, MONTH)
    aside = [path.name for path in tmp_path.glob("*.quarantined-*")]
    assert [name for name in aside if name.startswith("readings")] == []
    assert [name for name in aside if name.startswith("alerts")] != []
    assert len(values(store)) == 15_000
    store.close()


def test_an_erased_household_leaves_nothing_in_any_file(tmp_path: Path) -> None:
    (tmp_path / "readings.db").write_bytes(b"zhang was here" * 1000)
    store = Store.open(tmp_path, NOW)
    for name in ("zhang", "wang"):
        store.append([Entry(name, at(1), Configured(f"the hash of {name}"))])
    for hour in range(200):
        store.append([entry(hour, name, hours=hour) for name in ("zhang", "wang")])
    for name in ("zhang", "wang"):
        store.commit(raised(alert(f"alert of {name}", name)), store.last_seq(), NOW)
        store.save_snapshots([(name, 1, 1, f"learned of {name}".encode())])
    store.sweep(at(24 * 32), MONTH)
    store.erase("zhang")
    assert list(store.entries(0, "zhang")) == []
    assert store.alerts("zhang", open_only=False) == []
    assert store.summaries("zhang") == []
    assert store.snapshot("zhang") is None
    for path in tmp_path.iterdir():
        assert b"zhang" not in path.read_bytes(), path.name
    assert len(values(store)) == 152
    assert ids(store.alerts()) == ["alert of wang"]
    assert store.pending()[0].notice.household == "wang"
    assert store.snapshot("wang") is not None
    assert store.summaries("wang") != []
    store.append([entry(1, "zhang")])
    assert len(list(store.entries(0, "zhang"))) == 1
    store.close()


def test_one_sweep_is_short_however_much_there_is_to_do(store: Store) -> None:
    fill(store, 200_000)
    began = time.monotonic()
    assert 0 < store.sweep(at(24 * 400), MONTH) < 200_000
    assert time.monotonic() - began < 0.25  # some 20 ms, on a machine that is busy
    assert sum(iter(lambda: store.sweep(at(24 * 400), MONTH), 0)) >= 190_000


def test_who_only_looks_cannot_sweep(tmp_path: Path) -> None:
    store = Store.open(tmp_path, NOW)
    fill(store, 10)
    looking = Store.read_only(tmp_path)
    with pytest.raises(StoreFailed, match="cannot be written"):
        looking.sweep(at(24 * 400), MONTH)
    looking.close()
    store.close()
