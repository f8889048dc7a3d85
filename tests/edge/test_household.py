"""The household's order of things: what is seen at the moment of a deadline comes before it."""

from edge.household import Household
from edge.model import Configured, Entry, Event, Kind, Moment, Rule
from tests.facts import reading
from tests.homes import at, home


def quiet_since_seven() -> Household:
    """Give a home in which somebody was seen at seven, and nothing since."""
    household = Household(home())
    household.receive(Entry("wang", at(), Configured("test")))
    for hours, value in ((6.0, True), (6.1, False), (7.0, True), (7.1, False)):
        moment = at(hours)
        seen = reading("kitchen_motion", Kind.MOTION, value, moment)
        household.receive(Entry("wang", moment, seen))
    return household


def alarm_of(household: Household) -> Moment:
    """Let nothing happen until the silence is told; give when that is."""
    while True:
        due = household.next_check()
        assert due is not None
        effects = household.advance(due)
        alerts = {alert.id: alert for alert in effects.alerts}
        for change in effects.changes:
            alert = alerts.get(change.alert)
            if change.what is Event.RAISED and alert and alert.finding.rule is Rule.INACTIVITY:
                return change.at


def test_whoever_is_seen_at_the_very_moment_of_the_alarm_is_not_missed() -> None:
    moment = alarm_of(quiet_since_seven())
    household = quiet_since_seven()
    household.advance(Moment.of(moment.wall.replace(minute=0, second=0, microsecond=0)))
    seen = reading("kitchen_motion", Kind.MOTION, True, moment)
    effects = household.receive(Entry("wang", moment, seen))
    rules = [alert.finding.rule for alert in effects.alerts]
    assert Rule.INACTIVITY not in rules


def test_what_falls_due_at_the_moment_of_a_reading_is_done_with_it() -> None:
    household = quiet_since_seven()
    due = household.next_check()
    assert due is not None
    battery = reading("bedroom_motion", Kind.BATTERY, 80, due)
    household.receive(Entry("wang", due, battery))
    after = household.next_check()
    assert after is not None and not after.reached(due)
