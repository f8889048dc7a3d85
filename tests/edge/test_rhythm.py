"""What is usual: the lines, their tail, forgetting, doubt, and the clock on the wall."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from edge.figures import DAY, HOUR
from edge.halfhours import HalfHours
from edge.learned import Doubt, RhythmState, Scale
from edge.rhythm import Rhythm
from edge.tail import LONGEST_EXPECTED

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
    crossed = rhythm.crossing(start, 0.0, start + 48 * HOUR, rhythm.days_between)
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
    rhythm = lived(60)
    assert rhythm.usual(when(60, 6.75)) == pytest.approx(8 * HOUR, rel=0.03)
    assert rhythm.usual(when(60, 7.25)) == pytest.approx(8 * HOUR, rel=0.03)
    assert rhythm.usual(when(60, 8.25)) < 2 * HOUR


def test_a_tight_budget_waits_longer_than_a_loose_one() -> None:
    waits = [limit(lived(30, budget), when(30, 12)) for budget in (8, 4, 2, 1, 0.5, 0.25, 0.12)]
    assert waits == sorted(waits)


def test_at_the_limit_a_silence_is_expected_once_in_the_days_of_the_budget() -> None:
    rhythm = lived(40, budget=0.5)
    start = when(40, 12)
    crossed = rhythm.crossing(start, 0.0, start + DAY, rhythm.days_between)
    assert crossed is not None
    assert rhythm.expected_days(crossed, crossed - start) == pytest.approx(60, rel=0.01)


def test_what_is_expected_is_never_claimed_beyond_what_a_season_can_show() -> None:
    assert lived(30).expected_days(when(30, 12), 400 * HOUR) == LONGEST_EXPECTED


def test_the_first_days_go_by_the_population() -> None:
    assert lived(2).is_young
    assert lived(2).expected_days(when(2, 12), 5 * HOUR) is None
    assert limit(lived(0), when(2, 12)) < 10


def test_a_young_home_is_given_more_time_than_an_old_one() -> None:
    waits = [limit(lived(days), when(days, 12)) for days in (0, 3, 7, 14, 28)]
    assert waits == sorted(waits, reverse=True)


def test_in_the_first_two_weeks_nobody_waits_longer_than_by_the_fixed_rule() -> None:
    assert limit(lived(10, night=18), when(10, 24)) <= 12
    assert limit(lived(20, night=18), when(20, 24)) > 12


def test_a_habit_that_was_given_up_is_forgotten_within_weeks() -> None:
    rhythm = lived(30, night=11)
    waits = []
    for day in range(30, 90):
        rhythm.begin_day(when(day, 8))
        rhythm.learn(when(day, 8), when(day, 9))
        waits.append(rhythm.usual(when(day, 9.25)) / HOUR)
    assert waits[0] > 9
    assert waits[29] < 9
    assert waits[59] < 6.5


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
    rhythm = lived(60)
    before = limit(rhythm, when(60, 12))
    rhythm.learn(when(60, 12), when(60, 12) + 21 * HOUR)
    rhythm.begin_day(when(61, 10))
    assert limit(rhythm, when(61, 12)) == pytest.approx(before, abs=0.2)


def test_a_silence_under_an_alert_teaches_nothing_until_it_is_known_what_it_was() -> None:
    rhythm, calm = lived(30), lived(30)
    rhythm.doubt(doubt(when(30, 9), when(30, 17)))
    for each in (rhythm, calm):
        each.begin_day(when(31, 8))
    assert rhythm.usual(when(31, 16)) == calm.usual(when(31, 16))


def learned(rhythm: Rhythm, age: float) -> Rhythm:
    """Let a silence of the thirtieth day, from nine on, be over and usual."""
    rhythm.learn(when(30, 9), when(30, 9) + age * HOUR)
    rhythm.begin_day(when(31, 8))
    return rhythm


def test_two_ordinary_hours_teach_at_half_weight_beyond_the_alert() -> None:
    rhythm = lived(30)
    rhythm.doubt(doubt(when(30, 9), when(30, 17)))
    assert rhythm.live_on(when(30, 17), when(30, 18)) == []
    assert len(rhythm.live_on(when(30, 18), when(30, 19))) == 1
    rhythm.begin_day(when(31, 8))
    whole, calm = learned(lived(30), 8), lived(30)
    assert rhythm.usual(when(31, 14.4)) == pytest.approx(whole.usual(when(31, 14.4)), rel=0.001)
    late = when(31, 16.9)
    assert calm.usual(late) + HOUR < rhythm.usual(late) < whole.usual(late) - 0.5 * HOUR


def test_an_unusual_silence_in_between_begins_the_two_hours_anew() -> None:
    rhythm = lived(30)
    rhythm.doubt(doubt(when(30, 9), when(30, 12)))
    rhythm.live_on(when(30, 12), when(30, 17))
    rhythm.live_on(when(30, 17), when(30, 18))
    assert rhythm.state.doubts[0].weight is None


def test_an_alert_closed_as_well_teaches_as_much_as_a_silence_without_one() -> None:
    rhythm, plain = lived(30), learned(lived(30), 8)
    rhythm.doubt(doubt(when(30, 9), when(30, 17)))
    rhythm.judge("a", is_false=True)
    rhythm.begin_day(when(31, 8))
    for hour in range(24):
        assert rhythm.usual(when(31, hour)) == pytest.approx(plain.usual(when(31, hour)))


def test_an_old_alert_stays_learned_when_its_day_is_forgotten() -> None:
    rhythm, plain = lived(30), learned(lived(30), 8)
    rhythm.doubt(doubt(when(30, 9), when(30, 17)))
    rhythm.judge("a", is_false=True)
    for day in range(31, 70):
        for each in (rhythm, plain):
            each.begin_day(when(day, 8))
            each.learn(when(day, 8), when(day, 9))
    assert rhythm.state.doubts == []
    assert rhythm.usual(when(70, 16)) == pytest.approx(plain.usual(when(70, 16)), rel=0.001)


def test_an_alert_that_was_an_emergency_is_unlearned() -> None:
    rhythm, calm = lived(30), lived(30)
    rhythm.doubt(doubt(when(30, 9), when(30, 17)))
    rhythm.judge("a", is_false=True)
    rhythm.judge("a", is_false=False)
    for each in (rhythm, calm):
        each.begin_day(when(31, 8))
    assert rhythm.usual(when(31, 16.9)) == pytest.approx(calm.usual(when(31, 16.9)))


def test_on_a_quiet_day_an_hour_counts_less_and_on_a_busy_one_no_more() -> None:
    rhythm = lived(30)
    start = when(30, 12)
    plain = rhythm.crossing(start, 0.0, start + DAY, 60)
    slow = rhythm.crossing(start, 0.0, start + DAY, 60, Scale(pace=0.5))
    assert plain is not None and slow is not None
    assert slow - start > 1.5 * (plain - start)


def test_whoever_went_out_strays_twice_as_far() -> None:
    rhythm = lived(30)
    time = when(30, 12)
    inside = rhythm.expected_days(time, 4 * HOUR)
    outside = rhythm.expected_days(time, 4 * HOUR, Scale(spread=2.0))
    assert inside is not None and outside is not None and outside < inside / 2


def test_the_reasons_count_the_days_on_which_it_was_as_quiet() -> None:
    rhythm = lived(30)
    rhythm.learn(when(30, 9), when(30, 14))
    rhythm.begin_day(when(31, 8))
    likeness = rhythm.likeness(when(31, 13), 4 * HOUR)
    assert (likeness.as_long_on, likeness.of_days) == (1, 28)
    assert likeness.longest == timedelta(hours=5)
    assert rhythm.likeness(when(31, 6.5), 7 * HOUR).as_long_on == 28


def test_alerts_by_the_ceiling_are_taken_from_the_same_budget() -> None:
    calm, warned = lived(30), lived(30)
    warned.doubt(doubt(when(30, 9), when(31, 12), by_line=False, is_at_home=False))
    warned.judge("a", is_false=True)
    assert limit(warned, when(31, 14)) > limit(calm, when(31, 14))


def test_one_by_the_ceiling_that_turns_out_to_be_an_emergency_costs_the_line_nothing() -> None:
    rhythm = lived(30)
    rhythm.doubt(doubt(when(30, 9), when(31, 12), by_line=False, is_at_home=False))
    rhythm.judge("a", is_false=True)
    assert rhythm.state.ceilings == 1
    rhythm.judge("a", is_false=False)
    assert rhythm.state.ceilings == 0


def test_days_that_could_not_be_seen_do_not_count_as_calm() -> None:
    seen, blind = lived(30), lived(30)
    blind.miss(when(30, 0), when(31, 0))
    for rhythm in (seen, blind):
        rhythm.begin_day(when(31, 8))
    assert blind.state.tail.exposed < seen.state.tail.exposed


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
    assert rhythm.days == calm.days + 1


def test_a_clock_that_was_behind_by_a_few_days_is_followed_back() -> None:
    rhythm, calm = lived(30), lived(30)
    rhythm.begin_day(when(27, 9))
    assert rhythm.days == calm.days
    rhythm.begin_day(when(30, 10))
    assert rhythm.usual(when(31, 6.5)) == pytest.approx(calm.usual(when(31, 6.5)), rel=0.05)


def test_under_a_wrong_clock_the_home_goes_on_with_what_it_knows() -> None:
    rhythm, calm = lived(30), lived(30)
    rhythm.begin_day(when(FAR, 9))
    assert rhythm.days == calm.days
    assert limit(rhythm, when(FAR, 12)) == pytest.approx(limit(calm, when(30, 12)))


def test_a_clock_that_was_set_by_weeks_is_followed_where_it_is_known() -> None:
    rhythm = lived(30)
    rows = sorted(rhythm.state.rows)
    assert rhythm.follow(when(75, 9), is_set=True)
    assert min(rhythm.state.rows) > rows[-1]
    assert rhythm.follow(when(30, 10), is_set=True)
    assert not rhythm.follow(when(30, 11), is_set=True)
    assert sorted(rhythm.state.rows) == rows


@pytest.mark.parametrize("wrong", [FAR, -20_000, 60])
def test_a_silence_that_ends_under_a_wrong_clock_is_not_learned(wrong: int) -> None:
    rhythm = lived(30)
    days, peak = set(rhythm.state.rows), rhythm.state.peak
    rhythm.learn(when(30 + wrong, 9), when(30 + wrong, 14))
    assert set(rhythm.state.rows) == days
    assert rhythm.state.peak == peak


def test_what_was_learned_under_a_wrong_clock_in_the_meantime_goes_with_it() -> None:
    rhythm = lived(30)
    rhythm.begin_day(when(FAR, 9))
    for day in range(FAR, FAR + 10):
        rhythm.begin_day(when(day, 9))
        rhythm.learn(when(day, 9), when(day, 10))
    rhythm.begin_day(when(40, 9))
    assert max(rhythm.state.rows) < 2 * min(rhythm.state.rows)
    assert len(rhythm.state.rows) >= 27


def test_alerts_in_doubt_keep_their_age_when_the_clock_is_set() -> None:
    rhythm = lived(30)
    rhythm.doubt(doubt(when(30, 9), when(30, 13)))
    rhythm.begin_day(when(FAR, 9))
    rhythm.begin_day(when(30, 14))
    assert rhythm.state.doubts[0].end == when(30, 13)


def test_a_silence_that_ends_at_noon_had_its_age_at_noon() -> None:
    """Counts by the hour end every silence so."""
    rhythm = lived(30)
    rhythm.learn(when(30, 9), when(30, 12))
    row = rhythm.state.rows[rhythm.clock.number(when(30, 12)) // 48]
    assert row[24] == 3 * HOUR
    assert row[25] == 0


def test_a_silence_counts_on_the_day_on_which_it_ends() -> None:
    rhythm = lived(30)
    rhythm.learn(when(30, 23), when(31, 13))
    assert rhythm.state.peak < rhythm.state.next_peak
    before = rhythm.state.tail.exceeded
    rhythm.begin_day(when(31, 13))
    assert rhythm.state.tail.exceeded <= before
    rhythm.begin_day(when(32, 8))
    assert rhythm.state.tail.exceeded > before
