"""What people say of an alert, and what it teaches."""

from datetime import timedelta

import pytest

from edge.lifecycle import alert_id
from edge.model import Close, Finding, Limit, Moment, Outcome
from tests.edge.lives import HOME, Watched, hours, life, why
from tests.homes import at

LAST = 24 * 29 + 22.0


def alarmed() -> tuple[Watched, Finding, Moment]:
    """Give a home with a standing alarm, and a moment two hours into it."""
    watched = Watched().live(30)
    finding = watched.alarm(at(LAST))
    assert finding is not None
    return watched, finding, at(LAST + hours(finding) + 2)


def close(finding: Finding, outcome: Outcome) -> Close:
    return Close(alert_id(HOME, finding), "daughter", outcome, finding.rule, finding.subject)


@pytest.mark.parametrize("outcome", [Outcome.WELL, Outcome.HELPED])
def test_whoever_closes_a_standing_alarm_has_seen_the_resident(outcome: Outcome) -> None:
    watched, finding, now = alarmed()
    watched.feel(close(finding, outcome), now)
    assert watched.inactivity.findings(now) == []
    again = watched.alarm(now)
    assert again is not None and again.since == now


UNSEEN = [Outcome.SENSOR, Outcome.TEST, Outcome.UNKNOWN]


@pytest.mark.parametrize("outcome", UNSEEN)
def test_an_alarm_that_nobody_went_to_see_is_followed_by_the_next_one(outcome: Outcome) -> None:
    watched, finding, now = alarmed()
    watched.feel(close(finding, outcome), now)
    assert watched.inactivity.findings(now) == []
    again = watched.alarm(now)
    assert again is not None and again.since == now
    assert why(again).limit is Limit.LEARNED


@pytest.mark.parametrize("outcome", UNSEEN)
def test_whoever_did_not_see_the_resident_is_not_taken_for_a_sign_of_life(outcome: Outcome) -> None:
    watched, finding, now = alarmed()
    watched.feel(close(finding, outcome), now)
    again = why(watched.alarm(now))
    assert again.last_at == why(finding).last_at
    assert again.last_device == "kitchen_motion"


@pytest.mark.parametrize("outcome", UNSEEN)
def test_a_home_that_was_never_heard_reaches_the_ceiling_again(outcome: Outcome) -> None:
    watched = Watched()
    finding = watched.alarm(at(9))
    assert finding is not None
    now = at(9 + 26)
    watched.feel(close(finding, outcome), now)
    again = watched.alarm(now)
    assert hours(again) == 24
    assert why(again).last_at is None and why(again).limit is Limit.CEILING


@pytest.mark.parametrize("outcome", UNSEEN)
def test_nothing_is_learned_from_what_follows_an_alarm_that_nobody_went_to_see(
    outcome: Outcome,
) -> None:
    watched, finding, now = alarmed()
    watched.feel(close(finding, outcome), now)
    days = set(watched.inactivity.state.rhythm.rows)
    watched.feel(life(now.plus(timedelta(hours=3))))
    assert set(watched.inactivity.state.rhythm.rows) <= days
    assert watched.inactivity.state.rhythm.doubts == []


def test_closing_an_old_alarm_later_is_no_sign_of_life() -> None:
    watched, finding, now = alarmed()
    watched.feel(life(now))
    expected = watched.copy().alarm(now)
    watched.feel(close(finding, Outcome.UNKNOWN), now.plus(timedelta(minutes=50)))
    assert watched.alarm(now.plus(timedelta(minutes=50))) == expected


@pytest.mark.parametrize(
    ("outcome", "weight"),
    [(Outcome.WELL, 1.0), (Outcome.HELPED, 0.0), (Outcome.SENSOR, 0.0), (Outcome.UNKNOWN, None)],
)
def test_an_outcome_decides_what_the_silence_teaches(
    outcome: Outcome, weight: float | None
) -> None:
    watched, finding, now = alarmed()
    watched.feel(life(now))
    watched.feel(close(finding, outcome), now.plus(timedelta(minutes=1)))
    assert watched.inactivity.state.rhythm.doubts[0].weight == weight


def test_a_silence_closed_as_a_fault_of_a_sensor_while_it_lasts_teaches_nothing() -> None:
    watched, finding, now = alarmed()
    watched.feel(close(finding, Outcome.SENSOR), now)
    watched.feel(life(now.plus(timedelta(hours=1))))
    assert watched.inactivity.state.rhythm.doubts == []


def test_without_an_outcome_two_ordinary_hours_after_life_returns_teach_by_half() -> None:
    watched, _, now = alarmed()
    for minutes in range(0, 121, 10):
        watched.feel(life(now.plus(timedelta(minutes=minutes))))
    assert watched.inactivity.state.rhythm.doubts[0].weight == 0.5


def test_one_sign_of_life_alone_teaches_nothing() -> None:
    watched, _, now = alarmed()
    watched.feel(life(now))
    assert watched.inactivity.state.rhythm.doubts[0].weight is None


def said_well(watched: Watched, now: Moment, times: int) -> tuple[list[float], Moment]:
    """Let somebody end each alarm as well an hour later; give the hours from word to alarm."""
    waits = []
    for _ in range(times):
        finding = watched.alarm(now)
        assert finding is not None
        waits.append(hours(finding))
        now = finding.since.plus(timedelta(hours=hours(finding) + 1))
        watched.feel(close(finding, Outcome.WELL), now)
    return waits, now


def test_an_empty_home_that_is_called_well_again_and_again_is_told_of_ever_more_rarely() -> None:
    watched = Watched().live(30)
    waits, _ = said_well(watched, at(LAST), 7)
    assert waits[2] >= 6 and waits[3] >= 12
    assert waits[4:] == [24, 24, 24]


def test_how_often_somebody_has_said_so_stands_in_the_alarm() -> None:
    watched = Watched().live(30)
    _, now = said_well(watched, at(LAST), 3)
    assert why(watched.alarm(now)).vouched == 3


def test_after_an_ordinary_day_the_next_silence_is_as_short_as_ever() -> None:
    watched = Watched().live(30)
    _, now = said_well(watched, at(LAST), 4)
    for _ in range(40):
        now = now.plus(timedelta(minutes=30))
        watched.feel(life(now))
    found = watched.alarm(now)
    assert hours(found) < 20 and why(found).vouched == 0
