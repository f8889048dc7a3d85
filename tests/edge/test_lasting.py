"""How long something usually lasts, by the hour, and how rare it is that it goes on."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from msgspec import structs

from edge.figures import DAY, HOUR
from edge.halfhours import HalfHours
from edge.lasting import Doubted, Lasting, LastingState
from edge.model import Moment
from edge.nights import Nights, NightsState, is_within
from edge.routine_figures import MINUTE, Sort
from edge.spell import Spell, SpellState
from edge.tail import Prior
from tests.homes import home

START = datetime(2026, 3, 2, tzinfo=UTC).timestamp()
SORT = Sort(
    Prior(level=1.0, zeta=0.3, beta=1.0),
    unknown=6 * HOUR,
    least_unit=15 * MINUTE,
    most_unit=2 * HOUR,
    least=30 * MINUTE,
    longest=20 * HOUR,
)
ONCE_IN = 500.0


def lasting(state: LastingState | None = None) -> Lasting:
    return Lasting(HalfHours(ZoneInfo("UTC")), SORT, ONCE_IN, state or LastingState())


def at(day: int, hour: float) -> float:
    return START + day * DAY + hour * HOUR


def lived(days: int) -> Lasting:
    """Give what is known after days with a bath of 20 minutes at 8 and a nap of two hours at 13."""
    known = lasting()
    for day in range(days):
        known.begin_day(at(day, 7))
        known.learn("bath", at(day, 8), at(day, 8) + 20 * MINUTE)
        known.learn("nap", at(day, 13), at(day, 15))
    known.begin_day(at(days, 7))
    return known


def crossing(known: Lasting, subject: str, start: float) -> float:
    found = known.crossing(subject, start)
    assert found is not None
    return found


def strayed(days: int) -> Lasting:
    """Give what is known of somebody who rests for an hour at 10, and at 16 for up to four."""
    sort = structs.replace(SORT, by_hour=True)
    known = Lasting(HalfHours(ZoneInfo("UTC")), sort, ONCE_IN, LastingState())
    for day in range(days):
        known.begin_day(at(day, 7))
        known.learn("rest", at(day, 10), at(day, 11))
        known.learn("rest", at(day, 16), at(day, 20 if day % 6 == 5 else 17))
    known.begin_day(at(days, 7))
    return known


def test_an_hour_that_never_strays_is_told_sooner_than_one_that_does() -> None:
    known = strayed(40)
    even = crossing(known, "rest", at(40, 7)) - known.usual("rest", at(40, 11))
    odd = crossing(known, "rest", at(40, 15)) - known.usual("rest", at(40, 22))
    assert even < 0.8 * odd


def test_what_would_not_have_been_told_makes_nothing_rarer() -> None:
    told, untold = lived(20), lived(20)
    told.learn("bath", at(20, 8), at(20, 15))
    untold.learn("bath", at(20, 8), at(20, 15), is_telling=False)
    for known in (told, untold):
        known.begin_day(at(21, 7))
    assert told.state.tail.excess > untold.state.tail.excess


def test_what_lasts_for_minutes_is_missed_sooner_than_what_lasts_for_hours() -> None:
    known = lived(30)
    bath, nap = crossing(known, "bath", at(30, 8)), crossing(known, "nap", at(30, 13))
    assert 40 * MINUTE < bath < 3 * HOUR
    assert 5 * HOUR < nap < 14 * HOUR


def test_the_usual_is_the_longest_of_the_hour_and_its_neighbours() -> None:
    known = lived(30)
    assert known.usual("bath", at(30, 9)) == pytest.approx(20 * MINUTE, rel=0.01)
    assert known.usual("bath", at(30, 12)) == 0
    assert known.days("bath") == 28


def test_of_what_nobody_knows_little_is_said() -> None:
    new = lasting()
    new.begin_day(at(0, 7))
    assert new.expected_days("bath", at(0, 9), HOUR) is None
    assert crossing(new, "bath", at(0, 8)) > 6 * HOUR


def test_the_line_narrows_while_the_home_grows_known() -> None:
    limits = [crossing(lived(days), "bath", at(days, 8)) for days in (2, 6, 10, 16)]
    assert limits == sorted(limits, reverse=True)


def test_the_limit_lies_where_its_age_is_expected_so_seldom() -> None:
    known = lived(30)
    age = crossing(known, "bath", at(30, 8))
    expected = known.expected_days("bath", at(30, 8) + age, age)
    # At the end of an hour the line may fall, and what lasts on is rarer at once.
    assert expected is not None and 0.98 * ONCE_IN <= expected < 4 * ONCE_IN


def test_one_long_day_widens_the_line_and_fades_within_weeks() -> None:
    known = lived(30)
    usual = crossing(known, "bath", at(30, 8))
    known.learn("bath", at(30, 8), at(30, 11))
    known.begin_day(at(31, 7))
    known.begin_day(at(32, 7))
    widened = crossing(known, "bath", at(32, 8))
    for day in range(32, 100):
        known.begin_day(at(day, 7))
        known.learn("bath", at(day, 8), at(day, 8) + 20 * MINUTE)
    assert usual < crossing(known, "bath", at(100, 8)) < widened


@pytest.mark.parametrize(("is_false", "reached"), [(True, 3 * HOUR), (False, HOUR)])
def test_what_was_alerted_on_teaches_as_far_as_a_person_said(
    is_false: bool, reached: float
) -> None:
    known = lived(30)
    known.doubt(Doubted("bath", at(30, 8), at(30, 11), HOUR, "alert"))
    known.judge("alert", is_false=is_false)
    assert max(known.state.lines["bath"].open[_day(30)]) == pytest.approx(reached)


def test_without_a_word_half_of_it_is_learned_a_day_later() -> None:
    known = lived(30)
    known.doubt(Doubted("bath", at(30, 8), at(30, 11), HOUR, "alert"))
    known.begin_day(at(31, 12))
    assert max(known.state.lines["bath"].open[_day(30)]) == pytest.approx(2 * HOUR)
    assert not known.state.doubts


def test_a_clock_that_was_set_by_years_takes_what_was_learned_with_it() -> None:
    known = lived(30)
    usual = known.usual("bath", at(30, 9))
    known.begin_day(at(30 + 4000, 7))
    assert known.usual("bath", at(4030, 9)) == usual
    assert known.days("bath") == 28


def test_what_is_kept_is_small_and_goes_on_as_it_was() -> None:
    known = lived(30)
    kept = msgspec.json.encode(known.state)
    assert len(kept) < 2000
    again = lasting(msgspec.json.decode(kept, type=LastingState))
    assert again.crossing("nap", at(30, 13)) == known.crossing("nap", at(30, 13))


def test_the_first_outing_of_a_night_is_rare_and_the_third_is_not() -> None:
    nights = Nights(NightsState())
    for day in range(60):
        nights.begin_night(day, at(day, 12))
    first = nights.expected_nights(2)
    nights.learn(2)
    nights.learn(3)
    assert first > 1000
    assert nights.expected_nights(2) < 70 < nights.expected_nights(5)


@pytest.mark.parametrize(
    ("hour", "is_night"), [(22, False), (23, True), (0, True), (3, True), (4, False), (12, False)]
)
def test_a_night_may_begin_before_midnight(hour: int, is_night: bool) -> None:
    assert is_within(hour, (23, 4)) is is_night


def _day(number: int) -> int:
    return int((START + number * DAY) // timedelta(days=1).total_seconds())


def test_what_is_held_back_is_looked_at_again_and_never_at_the_same_moment() -> None:
    began = Moment.of(datetime(2026, 3, 6, 22, 3, 7, 123457, tzinfo=UTC))
    known, state = lived(3), SpellState()
    state.learned = known.state
    spell = Spell(home(), known, state, lambda _subject, _began, _now: None)
    spell.begin("bath", began)
    now, looked = began, 0
    while now.since(began) < timedelta(hours=30):
        due = spell.next_check(now)
        assert due is not None and not due.reached(now)
        now = due
        assert spell.findings(now) == []
        looked += 1
    assert 50 < looked < 200
