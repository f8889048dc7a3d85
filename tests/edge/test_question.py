"""The question at home: when it is asked, what an answer ends, what no answer says."""

from datetime import timedelta

import pytest

from edge.household import Household
from edge.model import (
    Alert,
    Answer,
    Configured,
    Effects,
    Entry,
    Event,
    Finding,
    Freshness,
    Home,
    Kind,
    Limit,
    Moment,
    Patience,
    Reading,
    Rule,
    Severity,
    State,
)
from tests.edge.lives import Watched, day, door, hours, life, why
from tests.homes import at, home

TEN = timedelta(minutes=10)
ASKING = home(zone="UTC", patience=Patience(pre_alarm=TEN))
NOON = 24 * 30 + 12.0
WORD = Answer("resident")


def settled(watched: Home = ASKING) -> Watched:
    """Give a home of thirty days, with a last sign of life at noon."""
    each = Watched(watched).live(30)
    for sign in day(30):
        if sign.at.wall <= at(NOON).wall:
            each.feel(sign)
    return each


def said(watched: Watched, now: Moment, severity: Severity) -> Finding:
    """Let time pass until something so grave is said."""
    while True:
        found = watched.inactivity.findings(now)
        if found and found[0].severity is severity:
            return found[0]
        due = watched.inactivity.next_check(now)
        assert due is not None
        assert not due.reached(now), "the next check must lie ahead"
        now = due


def reliable(watched: Watched) -> Watched:
    """Let the resident have answered many questions at any hour."""
    answers = watched.inactivity.state.answers
    for number in range(20):
        for slot in range(2, 48, 8):
            answers.count(number * 48 + slot, is_answered=True)
    return watched


def when(found: Finding, watched: Watched) -> Moment:
    """Give when it was said."""
    quiet = watched.inactivity.state.quiet
    assert quiet is not None
    return quiet.began.plus(watched.inactivity.state.spoken_for + why(found).silent_for)


def test_without_a_device_that_can_ask_people_are_told_at_once() -> None:
    watched = settled(home(zone="UTC"))
    assert watched.alarm(at(NOON)) == said(watched, at(NOON), Severity.URGENT)
    assert why(watched.alarm(at(NOON))).asked_at is None


def test_the_question_comes_hours_before_people_are_told() -> None:
    watched = settled()
    question = said(watched, at(NOON), Severity.NOTE)
    alert = said(watched, at(NOON), Severity.URGENT)
    assert hours(question) < hours(alert) - 1
    assert why(question).expected_days == pytest.approx(7.5, rel=0.05)
    assert why(alert).expected_days == pytest.approx(60, rel=0.05)
    assert why(alert).asked_at == when(question, watched).wall
    assert question.since == alert.since


def test_of_a_resident_who_never_was_asked_silence_says_nothing_more() -> None:
    single = said(settled(home(zone="UTC")), at(NOON), Severity.URGENT)
    assert hours(said(settled(), at(NOON), Severity.URGENT)) == pytest.approx(hours(single))


def test_of_whoever_always_answers_people_are_told_when_the_question_has_stood() -> None:
    watched = reliable(settled())
    question = said(watched, at(NOON), Severity.NOTE)
    alert = said(watched, at(NOON), Severity.URGENT)
    assert why(alert).silent_for - why(question).silent_for == TEN
    assert why(alert).answers is not None and (why(alert).answers or 0) > 0.87


def test_whoever_is_likely_to_be_out_is_not_blamed_for_no_answer() -> None:
    watched = reliable(settled())
    watched.feel(door(at(NOON, minutes=2)))
    alert = said(watched, at(NOON, minutes=2), Severity.URGENT)
    assert why(alert).is_away
    assert why(alert).answers is None
    assert why(alert).expected_days == pytest.approx(60, rel=0.05)


def test_an_answer_ends_the_question_and_the_clock_begins_anew() -> None:
    watched = settled()
    question = said(watched, at(NOON), Severity.NOTE)
    now = when(question, watched).plus(timedelta(minutes=1))
    watched.feel(WORD, now)
    assert watched.inactivity.findings(now) == []
    again = said(watched, now, Severity.NOTE)
    assert again.since == now
    assert why(again).last_at == now.wall


def test_an_answer_does_not_end_the_silence_for_learning() -> None:
    """Cut at every question, the line would learn that nobody is ever silent for longer."""
    watched, plain = settled(), settled(home(zone="UTC"))
    question = said(watched, at(NOON), Severity.NOTE)
    watched.feel(WORD, when(question, watched).plus(timedelta(minutes=1)))
    back = at(NOON + hours(question) + 0.5)
    for each in (watched, plain):
        each.feel(life(back))
    assert watched.inactivity.state.rhythm.rows == plain.inactivity.state.rhythm.rows
    assert watched.inactivity.state.rhythm.peak == plain.inactivity.state.rhythm.peak


def test_an_answer_is_no_active_half_hour() -> None:
    watched = settled()
    before = list(watched.inactivity.state.rhythm.activity.active)
    watched.feel(WORD, at(NOON + 2))
    assert watched.inactivity.state.rhythm.activity.active == before


@pytest.mark.parametrize(("minutes", "answered"), [(1, 1.0), (9, 1.0), (30, 0.0)])
def test_an_answer_counts_when_it_comes_in_time(minutes: float, answered: float) -> None:
    watched = settled()
    question = said(watched, at(NOON), Severity.NOTE)
    watched.feel(WORD, when(question, watched).plus(timedelta(minutes=minutes)))
    assert sum(watched.inactivity.state.answers.asked) == 1
    assert sum(watched.inactivity.state.answers.answered) == answered


def test_to_move_is_an_answer_too() -> None:
    watched = settled()
    question = said(watched, at(NOON), Severity.NOTE)
    watched.feel(life(when(question, watched).plus(timedelta(minutes=4))))
    assert sum(watched.inactivity.state.answers.answered) == 1


def test_a_question_in_an_empty_flat_says_nothing_of_answers() -> None:
    watched = settled()
    watched.feel(door(at(NOON, minutes=2)))
    question = said(watched, at(NOON, minutes=2), Severity.NOTE)
    home_again = when(question, watched).plus(timedelta(hours=1))
    watched.feel(door(home_again))
    watched.feel(life(home_again.plus(timedelta(minutes=1))))
    assert sum(watched.inactivity.state.answers.asked) == 0


def test_a_missed_answer_counts_when_it_is_known_that_all_was_well() -> None:
    watched = settled()
    alert = said(watched, at(NOON), Severity.URGENT)
    back = when(alert, watched).plus(timedelta(minutes=30))
    watched.feel(life(back))
    assert sum(watched.inactivity.state.answers.asked) == 0
    for minutes in range(0, 130, 10):
        watched.feel(life(back.plus(timedelta(minutes=minutes))))
    assert sum(watched.inactivity.state.answers.asked) == 1
    assert sum(watched.inactivity.state.answers.answered) == 0


def test_on_a_quiet_day_people_wait_longer_and_the_question_does_not() -> None:
    watched = settled()
    watched.inactivity.state.rhythm.activity.pace = 0.5
    quiet = (
        hours(said(watched, at(NOON), Severity.NOTE)),
        hours(said(watched, at(NOON), Severity.URGENT)),
    )
    usual = settled()
    plain = (
        hours(said(usual, at(NOON), Severity.NOTE)),
        hours(said(usual, at(NOON), Severity.URGENT)),
    )
    assert quiet[0] == pytest.approx(plain[0])
    assert quiet[1] > plain[1] + 1


def test_before_the_ceiling_there_is_time_to_answer() -> None:
    watched = Watched(home(zone="UTC", patience=Patience(timedelta(hours=1), 0.5, TEN)))
    watched.feel(life(at(9)))
    assert why(said(watched, at(9), Severity.NOTE)).silent_for == timedelta(minutes=50)
    alert = why(said(watched, at(9), Severity.URGENT))
    assert alert.silent_for == timedelta(hours=1)
    assert alert.limit is Limit.CEILING


@pytest.mark.parametrize("then", ["nothing", "asked", "answered", "told"])
def test_a_home_restored_in_the_middle_goes_on_as_if_nothing_had_been(then: str) -> None:
    whole = reliable(settled())
    now = at(NOON)
    if then in ("asked", "answered", "told"):
        now = when(said(whole, now, Severity.NOTE), whole)
    if then == "answered":
        now = now.plus(timedelta(minutes=3))
        whole.feel(WORD, now)
    if then == "told":
        now = when(said(whole, now, Severity.URGENT), whole)
    parted = whole.copy()
    assert said(parted, now, Severity.URGENT) == said(whole, now, Severity.URGENT)
    back = now.plus(timedelta(hours=9))
    for each in (whole, parted):
        each.feel(life(back))
    assert parted.inactivity.state == whole.inactivity.state


# -- through the book


class Lived:
    """A whole household, asked whenever it wants to be."""

    def __init__(self) -> None:
        self.household = Household(ASKING)
        self.effects = Effects()
        self.take(Configured("a"), at())
        for number in range(5):
            for index, sign in enumerate(day(number)):
                # Every ten minutes to the second would be a machine's beat.
                moment = sign.at.plus(timedelta(seconds=97 * index % 240))
                self.move(moment, sign.device, sign.room, value=True)
                gone = moment.plus(timedelta(seconds=30))
                self.move(gone, sign.device, sign.room, value=False)
        self.effects = Effects()

    def move(self, now: Moment, device: str, room: str, *, value: bool) -> None:
        reading = Reading("wang", device, room, Kind.MOTION, value, now.wall, now, Freshness.LIVE)
        self.take(reading, now)

    def take(self, what: Reading | Configured | Answer, now: Moment) -> None:
        self.effects.extend(self.household.receive(Entry("wang", now, what)))

    def alerts(self, alerts: list[Alert]) -> list[Alert]:
        return [alert for alert in alerts if alert.finding.rule is Rule.INACTIVITY]

    def told(self) -> set[str]:
        """Give who is owed a notice of the silence."""
        ours = {alert.id for alert in self.alerts(self.effects.alerts)}
        return {notice.recipient for notice in self.effects.notices if notice.alert in ours}

    def events(self) -> list[Event]:
        ours = {a.id for a in self.alerts(self.effects.alerts)}
        return [change.what for change in self.effects.changes if change.alert in ours]

    def until(self, last: Moment, *events: Event) -> Moment:
        """Let time pass until the inactivity alert has come so far."""
        while not set(events) <= set(self.events()):
            due = self.household.next_check()
            assert due is not None and due.reached(last)
            self.effects.extend(self.household.advance(due))
            now = due
        return now


EVENING = 24 * 4 + 22.0


def test_the_question_is_told_to_nobody_and_what_nobody_answers_to_everybody_in_turn() -> None:
    lived = Lived()
    lived.until(at(EVENING + 30), Event.SUSPECTED)
    assert lived.told() == set()
    standing = lived.alerts(lived.household.book.alerts)
    assert [alert.state for alert in standing] == [State.SUSPECTED]
    lived.until(at(EVENING + 30), Event.SUSPECTED, Event.RAISED)
    assert lived.told() == {"daughter"}
    assert len({alert.id for alert in lived.alerts(lived.effects.alerts)}) == 1


def test_an_answered_question_ends_as_well_and_nobody_hears_of_it() -> None:
    lived = Lived()
    now = lived.until(at(EVENING + 30), Event.SUSPECTED)
    lived.take(WORD, now.plus(timedelta(minutes=2)))
    assert lived.events() == [Event.SUSPECTED, Event.CLOSED]
    assert lived.told() == set()


def test_a_question_that_stands_over_a_restart_is_asked_once() -> None:
    lived = Lived()
    now = lived.until(at(EVENING + 30), Event.SUSPECTED)
    lived.household = Household.restore(ASKING, lived.household.snapshot())
    lived.effects.extend(lived.household.advance(now.plus(timedelta(minutes=1))))
    assert lived.events().count(Event.SUSPECTED) == 1
    lived.until(at(EVENING + 30), Event.SUSPECTED, Event.RAISED)
