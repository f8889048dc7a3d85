"""When a silence is an alarm, and what the alarm says about itself."""

from datetime import timedelta

import pytest

from edge.model import Life, Limit, Patience, Rule, Severity
from tests.edge.lives import Watched, day, door, hours, life, patient, why
from tests.homes import at, home


def test_a_silence_in_the_middle_of_the_day_is_noticed_long_before_the_ceiling() -> None:
    watched = Watched().live(30)
    watched.feel(life(at(24 * 30 + 12)))
    finding = watched.alarm(at(24 * 30 + 12))
    assert finding is not None
    assert (finding.rule, finding.subject) == (Rule.INACTIVITY, "wang")
    assert finding.severity is Severity.URGENT
    assert finding.since == at(24 * 30 + 12)
    assert 2 < hours(finding) < 9


def test_the_usual_night_is_no_alarm() -> None:
    watched = Watched().live(30)
    for sign in day(30):
        assert watched.alarm(sign.at, timedelta(seconds=1)) is None
        watched.feel(sign)


def test_an_alarm_says_what_is_usual_and_how_rare_such_a_silence_is() -> None:
    watched = Watched().live(30)
    watched.feel(life(at(24 * 30 + 12)))
    because = why(watched.alarm(at(24 * 30 + 12)))
    assert because.limit is Limit.LEARNED
    assert because.last_device == "kitchen_motion"
    assert because.last_at == at(24 * 30 + 12).wall
    assert because.days == 30
    assert (because.as_long_on, because.of_days) == (0, 28)
    assert because.longest < because.silent_for
    assert because.expected_days == pytest.approx(60, rel=0.05)
    assert timedelta(minutes=5) <= because.usual < because.silent_for
    assert not because.is_away


def test_the_first_day_has_the_population_limit_and_says_so() -> None:
    watched = Watched()
    watched.feel(life(at(9)))
    because = why(watched.alarm(at(9)))
    assert because.limit is Limit.POPULATION
    assert timedelta(hours=8) < because.silent_for < timedelta(hours=12)
    assert because.expected_days is None


def test_a_home_in_which_nothing_was_ever_heard_reaches_the_ceiling() -> None:
    watched = Watched()
    finding = watched.alarm(at(9))
    assert hours(finding) == 24
    assert why(finding).limit is Limit.CEILING
    assert why(finding).last_at is None
    assert finding is not None and finding.since == at(9)


def test_a_stricter_ceiling_holds_whatever_was_learned() -> None:
    watched = Watched(patient(2)).live(30)
    finding = watched.alarm(at(24 * 29 + 22))
    assert hours(finding) == 2
    assert why(finding).limit is Limit.CEILING


def test_who_is_likely_to_be_out_is_given_longer_but_not_until_the_ceiling() -> None:
    watched, inside = Watched().live(30), Watched().live(30)
    out = 24 * 30 + 10.0
    for each in (watched, inside):
        each.feel(life(at(out)))
    inside.feel(life(at(out, minutes=1)))
    watched.feel(door(at(out, minutes=1)))
    finding = watched.alarm(at(out, minutes=1))
    assert hours(inside.alarm(at(out, minutes=1))) + 2 < hours(finding) < 23
    assert why(finding).is_away
    assert why(finding).door_at == at(out, minutes=1).wall


def test_a_collapse_beside_the_door_after_coming_in_is_noticed_like_any_other() -> None:
    watched = Watched().live(30)
    out = 24 * 30 + 10.0
    watched.feel(door(at(out)))
    watched.feel(door(at(out + 2)))
    watched.feel(life(at(out + 2, minutes=1), "hall"))
    finding = watched.alarm(at(out + 2, minutes=1))
    assert hours(finding) < 9
    assert not why(finding).is_away


def test_time_spent_outside_is_not_learned_as_a_usual_silence() -> None:
    calm, walker = Watched().live(30), Watched()
    for number in range(30):
        signs = [s for s in day(number) if not 10 < (s.at.wall.hour + s.at.wall.minute / 60) < 17]
        for sign in signs:
            if sign.at.wall.hour == 17 and sign.at.wall.minute == 0:
                walker.feel(door(at(24 * number + 17)))
            walker.feel(sign)
            if sign.at.wall.hour == 10:
                walker.feel(door(at(24 * number + 10, minutes=2)))
    assert walker.presence.is_away(at(24 * 29 + 12)) is False
    sign = life(at(24 * 30 + 12))
    calm.feel(sign)
    walker.feel(sign)
    assert abs(hours(walker.alarm(sign.at)) - hours(calm.alarm(sign.at))) < 1


def test_an_alarm_stays_until_life_returns() -> None:
    watched = Watched().live(30)
    began = at(24 * 29 + 22)
    finding = watched.alarm(began)
    for later in (12, 20, 40, 70):
        assert watched.inactivity.findings(began.plus(timedelta(hours=later))) == [finding]
    watched.feel(life(began.plus(timedelta(hours=71))))
    assert watched.inactivity.findings(began.plus(timedelta(hours=71))) == []


def test_after_an_alarm_there_is_nothing_to_be_asked() -> None:
    watched = Watched().live(30)
    watched.alarm(at(24 * 29 + 22))
    assert watched.inactivity.next_check(at(24 * 31)) is None


def test_in_busy_hours_the_next_question_is_a_quarter_of_an_hour_after_life() -> None:
    watched = Watched().live(30)
    now = at(24 * 29 + 22)
    assert watched.inactivity.next_check(now) == now.plus(timedelta(minutes=15))


@pytest.mark.parametrize("budget", [8, 2, 0.5, 0.12])
def test_no_alarm_comes_within_a_quarter_of_an_hour(budget: float) -> None:
    watched = Watched(patient(24, budget)).live(30)
    assert hours(watched.alarm(at(24 * 29 + 22))) >= 0.25


def test_the_night_of_the_clock_change_is_an_ordinary_night() -> None:
    # Berlin leaves summer time on 25 October 2026: that night lasts an hour longer.
    watched = Watched(home(zone="Europe/Berlin", patience=Patience(budget=2.0)))
    first = 225  # 13 October
    for number in range(first, first + 12):
        for sign in day(number):
            watched.feel(sign)
    for sign in day(first + 12):
        moment = sign.at.plus(timedelta(hours=1))
        assert watched.alarm(moment, timedelta(seconds=1)) is None
        watched.feel(life(moment))


def with_a_false_alert() -> list[Life]:
    """Give thirty days, one of them with a silence from nine to eight in the evening."""
    signs = [sign for number in range(30) for sign in day(number)]
    silence = (at(24 * 20 + 9).wall, at(24 * 20 + 20).wall)
    return [s for s in signs if not silence[0] < s.at.wall < silence[1]]


@pytest.mark.parametrize("cut", [0, 3, 700, 1850, 1860, 1880, 2500])
def test_a_restored_home_goes_on_as_if_nothing_had_been(cut: int) -> None:
    signs = with_a_false_alert()
    whole = Watched()
    for sign in signs[:cut]:
        whole.feel(sign)
    parted = whole.copy()
    for sign in signs[cut:]:
        whole.feel(sign)
        parted.feel(sign)
    assert parted.inactivity.state == whole.inactivity.state
    assert whole.inactivity.state.rhythm.doubts != []
    assert parted.alarm(signs[-1].at) == whole.alarm(signs[-1].at)
