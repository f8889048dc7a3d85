"""What is said of an alert has rising numbers, though after a power cut the clock is not set."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from msgspec import structs

from edge.model import Change, Effects, Event, Moment
from gateway.store import Store
from gateway.uplink.making import Maker, number_of
from gateway.uplink.numbering import last_number
from gateway.wire.uplink.event import decode
from tests.gateway.keeping import NOW, alert, raised
from tests.gateway.test_uplink_making import HOME, told

SMOKE = structs.replace(alert("a1"), household=HOME.id)
UNSET = Moment(datetime(1970, 1, 1, 0, 1, tzinfo=UTC), 60.0, "second", False)


def started(store: Store) -> Maker:
    made = Maker("gw-7", {HOME.id: HOME}, told, epoch="e1", last=last_number(store))
    store.tell_far_end(made.parcels)
    return made


def numbers(store: Store) -> list[int]:
    return [decode(each.body).sequence for each in store.uplinked.next(10)]


def test_a_box_that_wakes_up_in_1970_goes_on_behind_what_it_said_before(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path, NOW)) as store:
        started(store)
        store.commit(raised(SMOKE), 0, NOW)
        [first] = numbers(store)
    worse = Effects([Change("a1", Event.WORSENED, UNSET, "shouhu")], alerts=[SMOKE])
    with closing(Store.open(tmp_path, NOW)) as store:
        started(store)
        store.commit(worse, 0, UNSET)
        assert numbers(store) == [first, first + 1]


def test_where_what_was_said_is_swept_an_alert_that_stands_says_from_where(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path, NOW)) as store:
        assert last_number(store) == 0
        store.commit(raised(SMOKE), 0, NOW)
        assert store.uplinked.newest() is None
        [change] = store.changes("a1")
        assert last_number(store) == number_of(change) > 0
