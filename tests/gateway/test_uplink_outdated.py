"""An order to close an alert ends only what whoever gave it could know of."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from edge.model import Change, Event, Moment, Outcome
from gateway.uplink.making import number_of
from gateway.uplink.outdated import news_since
from gateway.wire.uplink.event import CommandData, Kind, Order
from gateway.wire.uplink.event import Event as Ordered

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CLOSE = CommandData(Order.CLOSE, "wang", "a1", "林静", outcome=Outcome.WELL)
ORDERED = Ordered("o1", "/district", Kind.COMMAND, AT, CLOSE)
MINUTE = timedelta(minutes=1)


def moment(wall: datetime, *, boot: str = "b", trusted: bool = True) -> Moment:
    return Moment(wall, (wall - AT).total_seconds() + 10_000, boot, trusted)


def change(what: Event, at: Moment) -> Change:
    return Change("a1", what, at, "shouhu")


NOW = moment(AT + timedelta(hours=1))


@pytest.mark.parametrize("what", [Event.WORSENED, Event.RETURNED])
def test_what_has_become_worse_or_come_back_since_the_order_is_not_ended_by_it(what: Event) -> None:
    after = change(what, moment(AT + MINUTE))
    assert news_since(ORDERED, [after], "box", NOW) is after
    before = change(what, moment(AT - MINUTE))
    assert news_since(ORDERED, [before], "box", NOW) is None


def test_that_people_are_told_on_meanwhile_is_no_reason_to_go_on_with_it() -> None:
    told = [change(each, moment(AT + MINUTE)) for each in (Event.ESCALATED, Event.LAPSED)]
    assert news_since(ORDERED, told, "box", NOW) is None


def test_what_the_desk_had_heard_is_no_news_though_our_clock_is_ahead_of_its() -> None:
    worse = change(Event.WORSENED, moment(AT + MINUTE))
    known = structs.replace(ORDERED, epoch="box", sequence=number_of(worse))
    assert news_since(known, [worse], "box", NOW) is None
    assert news_since(known, [worse], "another box", NOW) is worse
    again = change(Event.WORSENED, moment(AT + 2 * MINUTE))
    assert news_since(known, [worse, again], "box", NOW) is again


def test_while_the_clock_is_not_set_nothing_that_may_be_younger_is_ended() -> None:
    worse = change(Event.WORSENED, moment(datetime(1970, 1, 1, tzinfo=UTC), trusted=False))
    now = structs.replace(worse.at.plus(timedelta(minutes=9)))
    assert news_since(ORDERED, [worse], "box", now) is worse


@pytest.mark.parametrize(("minutes", "is_younger"), [(5, True), (15, False)])
def test_a_clock_that_was_set_since_dates_it_by_its_age(minutes: int, is_younger: bool) -> None:
    """Ten minutes after the order, an alert that worsened so many minutes ago."""
    worse = change(Event.WORSENED, Moment(datetime(1970, 1, 1, tzinfo=UTC), 5.0, "b", False))
    now = Moment(AT + 10 * MINUTE, 5.0 + 60 * minutes, "b", True)
    assert (news_since(ORDERED, [worse], "box", now) is worse) is is_younger


def test_an_age_that_nobody_knows_is_no_reason_to_end_it() -> None:
    worse = change(
        Event.WORSENED, moment(datetime(1970, 1, 1, tzinfo=UTC), boot="before", trusted=False)
    )
    assert news_since(ORDERED, [worse], "box", NOW) is worse


def test_a_number_from_before_the_clock_was_set_does_not_make_it_known() -> None:
    worse = change(Event.WORSENED, Moment(datetime(1970, 1, 1, tzinfo=UTC), 5.0, "b", False))
    later = structs.replace(ORDERED, epoch="box", sequence=number_of(change(Event.RAISED, NOW)))
    now = Moment(AT + 10 * MINUTE, 5.0 + 60, "b", True)
    assert news_since(later, [worse], "box", now) is worse
