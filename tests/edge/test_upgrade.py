"""What an earlier release learned is taken over: a real snapshot of it, made before the change."""

from datetime import timedelta
from pathlib import Path

import pytest

from edge.household import Household
from edge.learned import VERSION
from edge.line import Line
from edge.model import (
    Alert,
    Configured,
    Entry,
    Finding,
    Kind,
    Limit,
    Patience,
    Reading,
    Rule,
    Severity,
    Silence,
    State,
)
from tests.homes import at, home

KEPT = Path(__file__).parent / "snapshots" / "version1.json"
# Twenty days, up from 7 to 22, on one of them nothing from 9 to 20; now it is quiet since 22.
LAST = 24 * 19 + 22.0
NOW = at(LAST + 14)


@pytest.fixture
def household() -> Household:
    return Household.restore(home(zone="UTC"), KEPT.read_bytes())


def test_the_days_that_were_learned_are_known(household: Household) -> None:
    rhythm = household.inactivity.state.rhythm
    assert rhythm.version == VERSION
    assert rhythm.line.days == 19
    assert len(rhythm.rows) >= 19


def test_the_nights_are_usual_and_the_days_are_not(household: Household) -> None:
    levels = [level / 3600 for level in household.inactivity.state.rhythm.line.levels]
    unknown = Line().levels[0] / 3600
    assert levels[13] > 4  # half past six: the silence since two o'clock
    assert levels[26] < unknown - 0.5


def test_the_alert_that_stands_goes_on_standing(household: Household) -> None:
    rule = {alert.finding.rule for alert in household.book.alerts if alert.holds}
    assert Rule.INACTIVITY in rule
    effects = household.advance(NOW.plus(timedelta(minutes=1)))
    assert not [a for a in effects.alerts if a.finding.rule is Rule.INACTIVITY and not a.holds]


def test_when_life_returns_it_ends_and_the_home_is_watched_on(household: Household) -> None:
    for minutes, value in ((1, True), (2, False), (30, True), (31, False)):
        now = NOW.plus(timedelta(minutes=minutes))
        reading = Reading("wang", "bathroom_motion", "bathroom", Kind.MOTION, value, now.wall, now)
        household.receive(Entry("wang", now, reading))
    assert household.inactivity.state.said is None
    due = household.next_check()
    while household.inactivity.state.said is None:
        assert due is not None
        household.advance(due)
        due = household.next_check()
    said = household.inactivity.state.said
    assert said.severity is Severity.URGENT
    assert isinstance(said.because, Silence)
    assert timedelta(hours=4) < said.because.silent_for < timedelta(hours=12)


def test_a_question_that_stands_by_the_book_alone_mutes_nobody() -> None:
    watched = home(zone="UTC", patience=Patience(pre_alarm=timedelta(minutes=10)))
    hours = timedelta(hours=5)
    facts = (hours, timedelta(0), hours, 9, Limit.LEARNED, 8.0, None)
    silence = Silence(None, "", "", *facts, is_away=False)
    asked = Finding(Rule.INACTIVITY, "wang", Severity.NOTE, NOW, silence)
    question = Alert("asked", "wang", asked, State.SUSPECTED, NOW)
    household = Household(watched, [question])  # all that was learned is lost
    household.receive(Entry("wang", NOW, Configured("a")))
    effects = household.advance(NOW.plus(timedelta(hours=25)))
    told = {a.id for a in effects.alerts if a.finding.severity is Severity.URGENT}
    assert [notice for notice in effects.notices if notice.alert in told]


def test_the_upgrade_is_done_once(household: Household) -> None:
    again = Household.restore(home(zone="UTC"), household.snapshot())
    assert again.inactivity.state == household.inactivity.state
