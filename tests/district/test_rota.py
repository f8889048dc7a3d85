"""Who is on duty when: weeks, nights, holidays, absences, and the hours that clocks make up."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from district.rota import Absence, Schedule, Shift, Weekly, gaps, on_duty, timeline, zone_of

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
ALL = "1234567H"
STAFF = frozenset({"lin", "zhao", "qian", "sun"})
# A week with the night in which an hour is missing, and one with the night that has one twice.
SPRING, AUTUMN = datetime(2026, 3, 26, tzinfo=UTC), datetime(2026, 10, 22, tzinfo=UTC)


def kept(*weekly: Weekly, **more: object) -> Schedule:
    made = Schedule(zone=SHANGHAI, weekly=weekly, staff=STAFF, is_kept=True)
    return structs.replace(made, **more)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def names(schedule: Schedule, now: datetime) -> list[str]:
    return [each.account for each in on_duty(schedule, now)]


def test_a_line_holds_on_its_days_by_the_area_s_clock() -> None:
    office = kept(Weekly("lin", "12345", 9 * 60, 17 * 60))
    assert names(office, at("2026-11-02 09:00")) == ["lin"]  # a Monday
    assert names(office, at("2026-11-02 08:59")) == []
    assert names(office, at("2026-11-02 17:00")) == []
    assert names(office, at("2026-11-07 12:00")) == []


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    fridays = kept(Weekly("zhao", "5", 20 * 60, 8 * 60))
    assert names(fridays, at("2026-11-06 19:59")) == []
    assert names(fridays, at("2026-11-06 20:00")) == ["zhao"]
    assert names(fridays, at("2026-11-07 07:59")) == ["zhao"]
    assert names(fridays, at("2026-11-07 08:00")) == []


def test_a_line_that_ends_when_it_begins_is_a_whole_day() -> None:
    sunday = kept(Weekly("lin", "7", 8 * 60, 8 * 60))
    assert names(sunday, at("2026-11-09 07:59")) == ["lin"]
    assert names(sunday, at("2026-11-09 08:00")) == []


def test_a_line_holds_from_its_first_to_its_last_day() -> None:
    line = Weekly("lin", ALL, 0, 1440, date(2026, 11, 2), date(2026, 11, 3))
    days = [datetime(2026, 11, day, 12, tzinfo=SHANGHAI) for day in range(1, 5)]
    assert [names(kept(line), day) for day in days] == [[], ["lin"], ["lin"], []]


def test_on_a_holiday_only_those_of_holidays_are_there_and_a_day_made_up_is_a_workday() -> None:
    lines = (Weekly("lin", "12345", 540, 1020), Weekly("zhao", "H", 0, 1440))
    days = {date(2026, 10, 1): "H", date(2026, 10, 10): "5"}
    golden_week = kept(*lines, days=days)
    assert names(golden_week, at("2026-10-01 12:00")) == ["zhao"]
    assert names(golden_week, at("2026-10-10 12:00")) == ["lin"]  # a Saturday


def test_a_single_shift_comes_on_top_of_the_week() -> None:
    extra = Shift("qian", at("2026-11-07 10:00"), at("2026-11-07 12:00"))
    assert names(kept(Weekly("lin", ALL, 0, 1440), shifts=(extra,)), at("2026-11-07 11:00")) == [
        "lin",
        "qian",
    ]


def away(account: str, stand_in: str | None = None) -> Absence:
    return Absence(account, at("2026-11-02 00:00"), at("2026-11-09 00:00"), stand_in)


def test_a_stand_in_comes_for_who_is_away_and_only_meanwhile() -> None:
    line = Weekly("lin", ALL, 0, 1440)
    schedule = kept(line, absences=(away("lin", "zhao"),))
    (there,) = on_duty(schedule, at("2026-11-05 12:00"))
    assert (there.account, there.instead_of) == ("zhao", "lin")
    assert names(schedule, at("2026-11-09 00:00")) == ["lin"]


def test_a_stand_in_who_is_away_too_has_one_too_and_a_circle_ends() -> None:
    line = Weekly("lin", ALL, 0, 1440)
    then = at("2026-11-05 12:00")
    assert names(kept(line, absences=(away("lin", "zhao"), away("zhao", "qian"))), then) == ["qian"]
    assert names(kept(line, absences=(away("lin", "zhao"), away("zhao", "lin"))), then) == []
    assert names(kept(line, absences=(away("lin"),)), then) == []


def test_who_has_left_or_may_not_answer_is_nobody() -> None:
    assert names(kept(Weekly("gone", ALL, 0, 1440)), at("2026-11-05 12:00")) == []


def test_where_no_rota_is_kept_whoever_works_there_is_always_on_duty() -> None:
    plain = Schedule(zone=SHANGHAI, staff=STAFF, always=("lin", "zhao"))
    assert names(plain, at("2026-11-05 03:00")) == ["lin", "zhao"]
    assert names(structs.replace(plain, absences=(away("lin"),)), at("2026-11-05 03:00")) == [
        "zhao"
    ]


def test_a_time_zone_that_nobody_knows_keeps_nothing_from_being_reckoned() -> None:
    assert zone_of("Mars/Olympus") == zone_of("../etc/passwd") == SHANGHAI


@pytest.mark.parametrize("since", [SPRING, AUTUMN])
def test_a_night_is_an_hour_longer_or_shorter_where_the_clocks_change(since: datetime) -> None:
    night = kept(Weekly("lin", ALL, 22 * 60, 6 * 60), zone=BERLIN)
    nights = [each for each in timeline(night, since, since + timedelta(days=5)) if each.people]
    whole = nights[1:-1]
    lengths = {round((each.ends - each.begins) / timedelta(hours=1)) for each in whole}
    assert lengths == ({7, 8} if since == SPRING else {8, 9})


@given(
    cuts=st.sets(st.integers(0, 1439), min_size=1, max_size=6),
    minutes=st.integers(0, 7 * 1440),
    since=st.sampled_from([SPRING, AUTUMN]),
)
@settings(max_examples=150, deadline=None)
def test_shifts_that_follow_each_other_round_the_clock_leave_no_gap_and_no_overlap(
    cuts: set[int], minutes: int, since: datetime
) -> None:
    turns = sorted(cuts)
    pairs = zip(turns, [*turns[1:], turns[0]], strict=True)
    lines = [Weekly(f"p{begins}", ALL, begins, ends) for begins, ends in pairs]
    staff = frozenset(line.account for line in lines)
    schedule = Schedule(zone=BERLIN, weekly=tuple(lines), staff=staff, is_kept=True)
    assert len(names(schedule, since + timedelta(minutes=minutes))) == 1
    assert gaps(timeline(schedule, since, since + timedelta(days=7))) == []


@given(
    begins=st.integers(0, 1439),
    ends=st.integers(0, 1440),
    days=st.sets(st.sampled_from(ALL), min_size=1),
    absent=st.tuples(st.integers(0, 6 * 1440), st.integers(1, 3000)),
    minutes=st.integers(0, 6 * 1440 - 1),
)
@settings(max_examples=150, deadline=None)
def test_a_timeline_says_of_each_minute_what_is_so_in_it(
    begins: int, ends: int, days: set[str], absent: tuple[int, int], minutes: int
) -> None:
    since = SPRING
    gone = since + timedelta(minutes=absent[0])
    absence = Absence("lin", gone, gone + timedelta(minutes=absent[1]), "zhao")
    line = Weekly("lin", "".join(days), begins, ends)
    schedule = kept(line, zone=BERLIN, absences=(absence,))
    watches = timeline(schedule, since, since + timedelta(days=6))
    assert [watches[0].begins, watches[-1].ends] == [since, since + timedelta(days=6)]
    assert all(a.ends == b.begins for a, b in pairwise(watches))
    now = since + timedelta(minutes=minutes)
    (there,) = [each for each in watches if each.begins <= now < each.ends]
    assert there.people == on_duty(schedule, now)
