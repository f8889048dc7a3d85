"""The clock: what is believed of it, and when it was set under our feet."""

from datetime import UTC, datetime, timedelta

from msgspec import structs

from edge.model import Moment
from gateway.clock import ClockWatch, DrillClock, SystemClock
from tests.homes import at


def test_the_system_s_time_is_aware_and_its_ages_grow() -> None:
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first.wall.tzinfo is UTC and first.trusted
    assert second.monotonic >= first.monotonic and second.boot == first.boot


def test_a_time_before_what_is_on_disk_is_doubted() -> None:
    clock = SystemClock()
    clock.doubt_before(datetime.now(UTC) + timedelta(days=3))
    assert not clock.now().trusted
    clock.doubt_before(datetime.now(UTC) - timedelta(days=3))
    assert clock.now().trusted


def test_a_clock_that_is_set_while_the_box_runs_is_noticed_once() -> None:
    watch = ClockWatch(at())
    assert watch.changes(at(minutes=1)) == []
    assert watch.changes(structs.replace(at(minutes=2), wall=at(5).wall)) == [False, True]
    assert watch.changes(structs.replace(at(minutes=3), wall=at(5, minutes=1).wall)) == []


def test_a_box_that_wakes_up_in_1970_trusts_its_clock_when_it_was_set() -> None:
    unset = Moment(datetime(1970, 1, 1, tzinfo=UTC), 20.0, trusted=False)
    watch = ClockWatch(unset)
    assert watch.changes(unset.plus(timedelta(minutes=1))) == []
    assert watch.changes(Moment(at().wall, 90.0)) == [True]


def test_a_drill_s_clock_stands_still_until_it_is_set_and_never_goes_back() -> None:
    clock = DrillClock(at().wall)
    clock.set(at(1).wall)
    clock.set(at(0.5).wall)
    assert clock.now() == Moment.of(at(1).wall)
