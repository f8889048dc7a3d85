"""A disk that refuses costs the district no alert, and has it told nothing a thousand times."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from gateway.store.database import Database
from gateway.store.migrations import ALERTS
from gateway.store.uplink import Parcel, Uplinked
from gateway.uplink.unstored import Unstored
from gateway.wire.uplink.event import AlertData, Event, Kind, decode, encode
from tests.gateway.keeping import NOW
from tests.gateway.test_uplink_event import alert_data
from tests.gateway.test_uplink_sender import AT, Played, Road, play


class Disk:
    """alerts.db on a disk that can be told to refuse."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.queue = Uplinked(database)

    def refuses(self, *, refuses: bool = True) -> None:
        """Let it take nothing, as a card does that has gone read-only."""
        self.database.connection.execute(f"PRAGMA query_only={int(refuses)}")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    database, _ = Database.open(tmp_path / "alerts.db", ALERTS, NOW)
    yield Disk(database)
    database.close()


def event_of(name: str, rank: int = 0) -> Parcel:
    made = Event(name, "/gateways/gw-7", Kind.ALERT, AT, structs.replace(alert_data()))
    return Parcel(name, "wang", rank, AT, encode(made))


def is_marked(parcel: Parcel) -> bool:
    data = decode(parcel.body).data
    assert isinstance(data, AlertData)
    return not data.stored


def test_what_the_disk_refuses_goes_up_all_the_same_and_says_so(disk: Disk) -> None:
    disk.queue.add([event_of("stored", 1)])
    disk.refuses()
    queue = Unstored(disk.queue)
    for _ in range(3):  # the node tries again and again
        queue.keep([event_of("smoke")])
    assert [(each.id, is_marked(each)) for each in queue.next(5)] == [
        ("smoke", True),
        ("stored", False),
    ]
    assert queue.waiting().count == 2


def test_what_was_taken_meanwhile_is_not_sent_again_when_the_disk_has_it(disk: Disk) -> None:
    queue = Unstored(disk.queue)
    disk.refuses()
    queue.keep([event_of("smoke"), event_of("sos")])
    queue.settle(["smoke"])
    queue.keep([event_of("smoke"), event_of("sos")])
    assert [each.id for each in queue.next(5)] == ["sos"]
    disk.refuses(refuses=False)
    disk.queue.add([event_of("smoke"), event_of("sos")])
    assert [(each.id, is_marked(each)) for each in queue.next(5)] == [("sos", False)]
    queue.settle(["sos"])
    assert Unstored(disk.queue).next(5) == []  # after a restart, too


def test_on_a_disk_that_refuses_each_is_sent_once(disk: Disk) -> None:
    disk.queue.add([event_of(f"e{number}", 1) for number in range(5)])
    disk.refuses()
    road = Road("https")
    played = Played(Unstored(disk.queue), road)  # type: ignore[arg-type]

    async def story() -> None:
        await played.until(lambda: len(played.answers) >= 5)
        for _ in range(20):
            played.sender.wake()
            await asyncio.sleep(0.01)
        assert sorted(road.arrived) == [f"e{number}" for number in range(5)]

    play(played, story)
