"""What is usual: the lines, their tail, forgetting, doubt, and the clock on the wall."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from edge.figures import DAY, HOUR, LONGEST_EXPECTED
from edge.halfhours import HalfHours
from edge.learned import Doubt, RhythmState
from edge.rhythm import Rhythm

ZONE = ZoneInfo("UTC")
START = datetime(2026, 3, 2, tzinfo=UTC).timestamp()


def when(day: int, hour: float) -> float:
    return START + day * DAY + hour * HOUR


def lived(days: int, budget: float = 0.5, night: float = 8.0, zone: ZoneInfo = ZONE) -> Rhythm:
    """Give a rhythm of days with one long silence each, from 23 o'clock on, and short ones."""
    rhythm = Rhythm(zone, budget, RhythmState())
    for day in range(days):
        for hour in range(8, 23):
            rhythm.begin_day(when(day, hour))
            rhythm.learn(when(day, hour), when(day, hour + 1))
        rhythm.learn(when(day, 23), when(day, 23 + night))
        rhythm.begin_day(when(day, 23 + night))
    return rhythm


def limit(rhythm: Rhythm, start: float) -> float:
    crossed = rhythm.crossing(start, 0.0, start + 48 * HOUR)
    assert crossed is not None
    return (crossed - start) / HOUR


def doubt(start: float, end: float, **more: object) -> Doubt:
    facts = {
        "start": start,
        "end": end,
        "known": 6 * HOUR,
        "alert": "a",
        "by_line": True,
        "is_at_home": True,
        "well_from": end,
    }
    return msgspec.convert(facts | more, Doubt)


def test_the_night_is_long_and_the_day_is_short() -> None:
    rhythm = lived(30)
    assert limit(rhythm, when(30, 23)) > limit(rhythm, when(30, 12))


def test_a_habit_reaches_half_an_hour_to_either_side() -> None:
    rhythm = lived(30)
    assert rhythm.usual(when(30, 6.75)) == pytest.approx(8 * HOUR)
    assert rhythm.usual(when(30, 7.25)) == pytest.approx(8 * HOUR)
    assert rhythm.usual(when(30, 7.75)) < 2 * HOUR


def test_a_tight_budget_waits_longer_than_a_loose_one() -> None:
    waits = [limit(lived(30, budget), when(30, 12)) for budget in (8, 4, 2, 1, 0.5, 0.25, 0.12)]
    assert waits == sorted(waits)


def test_at_the_limit_a_silence_is_expected_once_in_the_days_of_the_budget() -> None:
    rhythm = lived(40, budget=0.5)
    start = when(40, 12)
    crossed = rhythm.crossing(start, 0.0, start + DAY)
    assert crossed is not None
    assert rhythm.expected_days(crossed, crossed - start) == pytest.approx(60, rel=0.01)


def test_what_is_expected_is_never_claimed_beyond_what_a_season_can_show() -> None:
    assert lived(30).expected_days(when(30, 12), 400 * HOUR) == LONGEST_EXPECTED


def test_the_first_days_go_by_the_population() -> None:
    assert lived(2).is_young
    assert lived(2).expected_days(when(2, 12), 5 * HOUR) is None
    assert limit(lived(2), when(2, 12)) == pytest.approx(12)


def test_a_young_home_is_given_more_time_than_an_old_one_but_not_beyond_the_fixed_rule() -> None:
    young, old = limit(lived(5), when(5, 12)), limit(lived(40), when(40, 12))
    assert old < young <= 12


def test_a_habit_that_was_given_up_is_forgotten_in_four_weeks() -> None:
    rhythm = lived(30, night=11)
    for day in range(30, 60):
        rhythm.begin_day(when(day, 8))
        rhythm.learn(when(day, 8), when(day, 9))
    assert rhythm.usual(when(60, 9.25)) <= 1 * HOUR


def test_a_home_whose_days_vary_more_has_a_wider_buffer() -> None:
    steady, varied = lived(60), Rhythm(ZONE, 0.5, RhythmState())
    for day in range(60):
        for hour in range(8, 23):
            varied.begin_day(when(day, hour))
            varied.learn(when(day, hour), when(day, hour + 1))
        if day % 4 == 0:
            hour = 8 + day % 11
            varied.learn(when(day, hour), when(day, hour + 3 + day % 5))
    assert limit(varied, when(60, 7)) > limit(steady, when(60, 7.5))


def test_an_absence_is_no_habit() -> None:
    rhythm = lived(30)
    before = limit(rhythm, when(30, 12))
    rhythm.learn(when(30, 12), when(30, 12) + 21 * HOUR)
    rhythm.begin_day(when(31, 10))
    assert limit(rhythm, when(31, 12)) == pytest.approx(before, abs=0.2)


def test_a_silence_under_an_alert_teaches_nothing_until_it_is_known_what_it_was() -> None:
    rhythm = lived(30)
    rhythm.doubt(doubt(when(30, 9), when(30, 17)))
    rhythm.begin_day(when(31, 8))
    assert rhythm.usual(when(31, 16)) <= 1 * HOUR


def test_two_ordinary_hours_teach_at_half_weight_beyond_the_alert() -> None:
    rhythm = lived(30)
    rhythm.doubt(doubt(when(30, 9), when(30, 17)))
    rhythm.live_on(when(30, 17), when(30, 18))
    rhythm.live_on(when(30, 18), when(30, 19))
    rhythm.begin_day(when(31, 8))
    assert rhythm.usual(when(31, 16.9)) == pytest.approx(7 * HOUR)


def test_an_unusual_silence_in_between_begins_the_two_hours_anew() -> None:
    rhythm = lived(30)
    rhythm.doubt(doubt(when(30, 9), when(30, 14)))
    rhythm.live_on(when(30, 14), when(30, 17))
    rhythm.live_on(when(30, 17), when(30, 18))
    assert rhythm.state.doubts[0].weight is None


def test_an_alert_closed_as_well_teaches_fully() -> None:
    rhythm = lived(30)
    rhythm.doubt(doubt(when(30, 9), when(30, 17)))
    rhythm.judge("a", is_false=True, time=when(30, 17))
    rhythm.begin_day(when(31, 8))
    assert rhythm.usual(when(31, 16.9)) == pytest.approx(8 * HOUR)


def test_an_alert_that_was_an_emergency_is_unlearned() -> None:
    rhythm = lived(30)
    rhythm.doubt(doubt(when(30, 9), when(30, 17)))
    rhythm.judge("a", is_false=True, time=when(30, 17))
    rhythm.judge("a", is_false=False, time=when(30, 20))
    rhythm.begin_day(when(31, 8))
    assert rhythm.usual(when(31, 16.9)) <= 1 * HOUR


def test_after_a_false_alert_the_home_is_given_more_time_which_is_gone_in_a_week() -> None:
    calm, warned = lived(30), lived(30)
    warned.doubt(doubt(when(30, 9), when(30, 13), is_at_home=False))
    warned.judge("a", is_false=True, time=when(30, 13))
    assert limit(warned, when(30, 14)) > limit(calm, when(30, 14)) + 0.5
    assert limit(warned, when(37, 14)) == pytest.approx(limit(calm, when(37, 14)))


def test_alerts_by_the_ceiling_are_taken_from_the_same_budget() -> None:
    calm, warned = lived(30), lived(30)
    warned.doubt(doubt(when(30, 9), when(31, 12), by_line=False, is_at_home=False))
    warned.judge("a", is_false=True, time=when(31, 12))
    assert limit(warned, when(31, 14)) > limit(calm, when(31, 14))


def test_days_that_could_not_be_seen_do_not_count_as_calm() -> None:
    seen, blind = lived(30), lived(30)
    blind.miss(DAY)
    for rhythm in (seen, blind):
        rhythm.begin_day(when(31, 8))
    assert blind.state.tails[0].exposed < seen.state.tails[0].exposed


def test_what_was_learned_survives_its_encoding() -> None:
    rhythm = lived(20)
    rhythm.doubt(doubt(when(20, 9), when(20, 13)))
    state = msgspec.json.decode(msgspec.json.encode(rhythm.state), type=RhythmState)
    again = Rhythm(ZONE, 0.5, state)
    assert [limit(again, when(20, h)) for h in range(24)] == [
        limit(rhythm, when(20, h)) for h in range(24)
    ]


def test_habits_follow_the_clock_on_the_wall_through_summer_time() -> None:
    clock = HalfHours(ZoneInfo("Europe/Berlin"))
    winter = datetime(2026, 3, 28, 6, 30, tzinfo=UTC).timestamp()
    summer = datetime(2026, 3, 29, 5, 30, tzinfo=UTC).timestamp()
    assert clock.number(summer) - clock.number(winter) == 48


@pytest.mark.parametrize(
    ("date", "half_hours"), [((2026, 3, 28, 20), 46), ((2026, 10, 24, 20), 50)]
)
def test_a_day_with_another_length_has_other_half_hours(
    date: tuple[int, int, int, int], half_hours: int
) -> None:
    clock = HalfHours(ZoneInfo("Europe/Berlin"))
    start = datetime(*date, tzinfo=UTC).timestamp()
    midnight = clock.midnight_after(start)
    following = clock.midnight_after(midnight)
    assert (following - midnight) / 1800 == half_hours
    assert len(list(clock.spans(midnight, following))) == half_hours


def test_half_hours_of_a_zone_with_a_quarter_begin_on_its_own_clock() -> None:
    clock = HalfHours(ZoneInfo("Asia/Kathmandu"))
    time = datetime(2026, 3, 2, 0, 0, tzinfo=UTC).timestamp()
    assert clock.end(time) - time == 15 * 60


FAR = 26_000  # days: a clock of 2097


@pytest.mark.parametrize("wrong", [FAR, -20_000])
def test_a_day_under_a_wrong_clock_costs_nothing_that_was_learned(wrong: int) -> None:
    rhythm, calm = lived(30), lived(30)
    rhythm.begin_day(when(30, 9) + wrong * DAY)
    rhythm.begin_day(when(30, 10))
    for hour in range(24):
        assert limit(rhythm, when(30, hour)) == pytest.approx(limit(calm, when(30, hour)))
    rhythm.begin_day(when(31, 8))
    assert rhythm.days == 28


def test_a_clock_that_was_behind_by_a_few_days_is_followed_back() -> None:
    rhythm = lived(30)
    rhythm.begin_day(when(27, 9))
    assert rhythm.days == 28
    rhythm.begin_day(when(30, 10))
    assert rhythm.days >= 25
    assert rhythm.usual(when(31, 6.5)) == pytest.approx(8 * HOUR)


def test_under_a_wrong_clock_the_home_goes_on_with_what_it_knows() -> None:
    rhythm, calm = lived(30), lived(30)
    rhythm.begin_day(when(FAR, 9))
    assert rhythm.days == calm.days
    assert limit(rhythm, when(FAR, 12)) == pytest.approx(limit(calm, when(30, 12)))


def test_a_clock_that_was_set_by_weeks_is_followed_where_it_is_known() -> None:
    rhythm = lived(30)
    assert rhythm.follow(when(75, 9), is_set=True)
    assert rhythm.follow(when(30, 10), is_set=True)
    assert not rhythm.follow(when(30, 11), is_set=True)
    assert rhythm.days == 28


@pytest.mark.parametrize("wrong", [FAR, -20_000, 60])
def test_a_silence_that_ends_under_a_wrong_clock_is_not_learned(wrong: int) -> None:
    rhythm = lived(30)
    days, peaks = set(rhythm.state.rows), list(rhythm.state.peaks)
    rhythm.learn(when(30 + wrong, 9), when(30 + wrong, 14))
    assert set(rhythm.state.rows) == days
    assert rhythm.state.peaks == peaks


def test_what_was_learned_under_a_wrong_clock_in_the_meantime_goes_with_it() -> None:
    rhythm = lived(30)
    rhythm.begin_day(when(FAR, 9))
    for day in range(FAR, FAR + 10):
        rhythm.begin_day(when(day, 9))
        rhythm.learn(when(day, 9), when(day, 10))
    rhythm.begin_day(when(40, 9))
    assert max(rhythm.state.rows) < 2 * min(rhythm.state.rows)
    assert rhythm.days == 28


def test_alerts_in_doubt_keep_their_age_when_the_clock_is_set() -> None:
    rhythm = lived(30)
    rhythm.doubt(doubt(when(30, 9), when(30, 13)))
    rhythm.begin_day(when(FAR, 9))
    rhythm.begin_day(when(30, 14))
    assert rhythm.state.doubts[0].end == when(30, 13)


def test_the_time_given_after_a_false_alert_does_not_grow_when_the_clock_is_behind() -> None:
    warned = lived(30)
    warned.doubt(doubt(when(30, 9), when(30, 13), is_at_home=False))
    warned.judge("a", is_false=True, time=when(30, 13))
    behind = limit(warned, when(30 - 20_000, 14))
    assert behind == pytest.approx(limit(warned, when(30, 14)), abs=0.1)
