"""What waits for the far end stands with what it tells of, in order, and is never lost for room."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.store import Store
from gateway.store.database import Database
from gateway.store.migrations import ALERTS
from gateway.store.uplink import ALERTS_BELOW, Parcel, Uplinked, Waiting
from tests.gateway.keeping import NOW, alert, raised

AT = datetime(2026, 3, 2, tzinfo=UTC)
SUMMARY = ALERTS_BELOW + 10


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database, _ = Database.open(tmp_path / "alerts.db", ALERTS, NOW)
    yield database
    database.close()


@pytest.fixture
def queue(database: Database) -> Uplinked:
    return Uplinked(database)


def parcel(name: str, rank: int = 0, days: float = 0, household: str = "wang") -> Parcel:
    return Parcel(name, household, rank, AT + timedelta(days=days), name.encode())


def names(parcels: list[Parcel]) -> list[str]:
    return [each.id for each in parcels]


def test_alerts_go_before_health_and_health_before_summaries_each_in_its_order(
    queue: Uplinked,
) -> None:
    queue.add([parcel("s1", SUMMARY), parcel("a1", 1), parcel("h1", ALERTS_BELOW)])
    queue.add([parcel("a2", 1), parcel("fire", 0)])
    assert names(queue.next(10)) == ["fire", "a1", "a2", "h1", "s1"]
    assert names(queue.next(2, but_not={"fire", "a2"})) == ["a1", "h1"]


def test_what_is_taken_is_not_sent_again_also_after_a_restart(
    queue: Uplinked, database: Database, tmp_path: Path
) -> None:
    queue.add([parcel("a1"), parcel("a2")])
    queue.settle(["a1"])
    queue.add([parcel("a1")])  # worked out once more after a crash
    database.close()
    again, _ = Database.open(tmp_path / "alerts.db", ALERTS, NOW)
    assert names(Uplinked(again).next(10)) == ["a2"]
    again.close()


def test_the_bytes_are_those_that_were_made_first(queue: Uplinked) -> None:
    first = Parcel("a1", "wang", 0, AT, b"first")
    queue.add([first])
    queue.add([Parcel("a1", "wang", 0, AT, b"second")])
    assert queue.next(1) == [first]


def test_how_much_waits_and_since_when_is_known(queue: Uplinked) -> None:
    assert queue.waiting() == Waiting(0, None)
    queue.add([parcel("a1", days=2), parcel("a2", days=1), parcel("a3")])
    queue.settle(["a3"])
    assert queue.waiting() == Waiting(2, AT + timedelta(days=1))


def test_summaries_that_nobody_takes_go_after_their_time_and_alerts_never(
    queue: Uplinked,
) -> None:
    queue.add([parcel("alert", 1), parcel("summary", SUMMARY), parcel("new", SUMMARY, days=40)])
    queue.add([parcel("taken", 1)])
    queue.settle(["taken"])
    later = AT + timedelta(days=31)
    assert queue.sweep(later - timedelta(days=1), later - timedelta(days=30)) == 2
    assert names(queue.next(10)) == ["alert", "new"]


def test_an_alert_and_what_tells_of_it_stand_together_and_are_erased_together(
    tmp_path: Path,
) -> None:
    store = Store.open(tmp_path, NOW)
    store.tell_far_end(lambda effects: [parcel(change.id) for change in effects.changes])
    effects = raised(alert("smoke"))
    store.commit(effects, 17, NOW)
    store.commit(effects, 17, NOW)
    assert names(store.uplinked.next(10)) == [change.id for change in effects.changes]
    store.erase("wang")
    assert store.uplinked.next(10) == []
    store.close()


def test_the_gravest_of_a_hundred_thousand_is_found_by_the_index(
    queue: Uplinked, database: Database
) -> None:
    queue.add([parcel(f"s{number}", SUMMARY) for number in range(100_000)])
    queue.add([parcel("fire", 0)])
    assert names(queue.next(1)) == ["fire"]
    with database.reading() as sql:
        plan = sql.execute(
            "EXPLAIN QUERY PLAN SELECT id FROM uplink WHERE NOT is_done ORDER BY rank, seq LIMIT 1"
        ).fetchall()
    assert "uplink_waiting" in str(plan)
