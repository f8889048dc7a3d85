"""An alert that is given to somebody who never hears of it, and one in a home without a clock."""

from datetime import UTC, date, datetime, timedelta

from msgspec import structs

from edge.availability import Availability, Leave, Span
from edge.model import (
    BlindCause,
    Event,
    HandOver,
    Patience,
    Rule,
    Severity,
    Sighted,
    State,
    Unreached,
)
from tests.stories.test_ladder import HALF_AN_HOUR, Night, night, of_people


def handed_over() -> Night:
    story = night(of_people()).leak()
    story.after(minutes=2)
    story.takes("leak", by="duty")
    story.does(HandOver(story.alert("leak").id, "duty", "neighbour", HALF_AN_HOUR))
    return story


def test_who_is_given_an_alert_and_is_out_of_reach_does_not_have_it() -> None:
    story = handed_over()
    story.after(seconds=20).does(Unreached(story.alert("leak").id, "neighbour"))
    assert story.heard()[-1] == ("02 23:02:20", "daughter", "returned")
    alert = story.alert("leak")
    assert alert.state is State.RAISED and alert.lease is None and "neighbour" in alert.missed
    happened = [(c.what, c.by) for c in story.outcome.changes[-3:]]
    assert (Event.MISSED, "shouhu") in happened and (Event.LAPSED, "neighbour") in happened


def test_who_has_taken_what_was_given_to_them_keeps_it_whatever_their_other_channels_do() -> None:
    story = handed_over()
    story.takes("leak", by="neighbour")
    story.after(seconds=20).does(Unreached(story.alert("leak").id, "neighbour"))
    lease = story.alert("leak").lease
    assert lease is not None and lease.owner == "neighbour"
    assert [n.reason for n in story.outcome.notices] == []


def test_who_has_an_alert_keeps_it_although_nobody_else_hears_that_it_is_worse() -> None:
    story = night(of_people())
    story.press().takes("sos", by="duty")
    story.after(minutes=5).press()
    for person in ("daughter", "neighbour", "duty"):
        story.does(Unreached(story.alert("sos").id, person))
    lease = story.alert("sos").lease
    assert lease is not None and lease.owner == "duty"


def test_nobody_is_passed_over_by_the_hours_of_a_clock_that_is_not_set() -> None:
    by_night = Availability(hours=(Span(22 * 60, 7 * 60),))
    away = Availability(leaves=(Leave(date(2000, 1, 1), date(2000, 1, 3)),))
    story = night(of_people(daughter=away, neighbour=by_night), 2000, 1, 1, 12, 0)
    story.now = structs.replace(story.after(seconds=1).now, trusted=False)
    story.leak().after(minutes=16)
    assert [who for _, who, _ in story.heard()] == ["daughter", "neighbour", "duty"]


def test_once_the_clock_is_set_what_waits_goes_by_the_hours_of_people() -> None:
    by_night = Availability(hours=(Span(22 * 60, 7 * 60),))
    story = night(of_people(neighbour=by_night), 2000, 1, 1, 23, 0)
    story.now = structs.replace(story.after(seconds=1).now, trusted=False)
    story.leak().after(minutes=1)
    noon = datetime(2026, 3, 2, 12, 0, tzinfo=story.zone).astimezone(UTC)
    story.now = structs.replace(story.now, wall=noon, trusted=True)
    story.does(Sighted(BlindCause.CLOCK_UNTRUSTED, "clock"))
    story.after(minutes=15)
    assert story.heard()[1:] == [("02 12:04:00", "duty", "escalated")]


def test_a_restart_that_comes_to_the_question_of_an_alert_again_tells_nobody_twice() -> None:
    asks = Patience(ceiling=timedelta(hours=2), pre_alarm=timedelta(minutes=10))
    story = night(structs.replace(of_people(), patience=asks), 2026, 3, 2, 9, 0)
    story.motion("bedroom").after(hours=4)
    [alert] = [each for each in story.household.book.alerts if each.holds]
    question = structs.replace(alert.finding, severity=Severity.NOTE)
    for found in (question, alert.finding):
        effects = story.household.book.update(frozenset({Rule.INACTIVITY}), [found], story.now)
        assert not (effects.notices or effects.changes)
