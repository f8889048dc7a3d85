"""The simulated resident: whole days, plausible ones, the same for the same seed."""

from collections import Counter
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from itertools import pairwise, takewhile
from statistics import mean
from zoneinfo import ZoneInfo

import pytest

from simulator import person, year
from simulator.life import OUTSIDE, RESIDENT, Doing, Stay
from simulator.person import Person
from simulator.resident import stays

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)
HOUR = 3600.0


def lived(
    who: Person, days: int, seed: int = 1, first: date = MONDAY, zone: ZoneInfo = SHANGHAI
) -> list[Stay]:
    """Give the stays of some days."""
    until = datetime.combine(first + timedelta(days=days), datetime.min.time(), zone).timestamp()
    return list(takewhile(lambda stay: stay.begins < until, stays(who, first, zone, seed)))


def of_resident(lived: list[Stay]) -> list[Stay]:
    return [stay for stay in lived if stay.who == RESIDENT]


def hours(lived: list[Stay], doing: Doing) -> float:
    return sum(stay.ends - stay.begins for stay in lived if stay.doing is doing) / HOUR


def of_days(name: str, a_year: float) -> Person:
    """Give the middle person with one kind of spell very often."""
    middle = Person.middle()
    if name == "journeys":
        return replace(middle, outings=replace(middle.outings, journeys=a_year))
    return replace(middle, body=replace(middle.body, illnesses=a_year))


@pytest.fixture(scope="module")
def weeks() -> list[Stay]:
    return lived(Person.middle(), days=42)


@pytest.fixture(scope="module")
def quiet_weeks() -> list[Stay]:
    return lived(person.named("quiet"), days=42)


def test_the_same_seed_lives_the_same_life(weeks: list[Stay]) -> None:
    assert lived(Person.middle(), days=42) == weeks
    assert lived(Person.middle(), days=42, seed=2) != weeks


def test_a_day_is_the_same_from_whichever_day_one_looks_on(weeks: list[Stay]) -> None:
    from_thursday = lived(Person.middle(), days=3, first=MONDAY + timedelta(days=3))
    begins, ends = from_thursday[1].begins, from_thursday[-1].ends
    assert [s for s in weeks if begins <= s.begins < ends] == from_thursday[1:]


@pytest.mark.parametrize("seed", range(8))
def test_nobody_is_nowhere_or_in_two_places(seed: int) -> None:
    followed = of_resident(lived(Person.drawn(seed), days=30, seed=seed))
    assert followed[0].begins == datetime.combine(MONDAY, datetime.min.time(), SHANGHAI).timestamp()
    assert all(earlier.ends == later.begins for earlier, later in pairwise(followed))
    assert all(stay.begins < stay.ends for stay in followed)


def test_the_oddest_of_a_thousand_persons_can_live() -> None:
    drawn = [(seed, Person.drawn(seed)) for seed in range(1000)]
    odd = {
        extreme(drawn, key=lambda pair: getattr(getattr(pair[1], part), field.name))[0]
        for extreme in (min, max)
        for part, kind in person.PARTS.items()
        for field in fields(kind)
    }
    for seed in odd:
        followed = of_resident(lived(Person.drawn(seed), days=4, seed=seed))
        assert all(earlier.ends == later.begins for earlier, later in pairwise(followed))


def test_what_others_do_comes_in_order_of_time() -> None:
    social = lived(person.named("night_owl"), days=60)
    assert [s.begins for s in social] == sorted(s.begins for s in social)
    assert {stay.who for stay in social} >= {RESIDENT, 1}


def test_a_visitor_comes_from_outside_and_leaves_again() -> None:
    social = lived(person.named("night_owl"), days=60)
    firsts = [stay for stay in social if stay.who == 1]
    visits = [firsts[n : n + 5] for n in range(0, len(firsts), 5)]
    rooms = {tuple(stay.room for stay in visit) for visit in visits}
    assert rooms == {(OUTSIDE, "hall", "living_room", "hall", OUTSIDE)}
    assert all(a.ends == b.begins for visit in visits for a, b in pairwise(visit))


def test_somebody_sleeps_at_night_and_eats_by_day(weeks: list[Stay]) -> None:
    followed = of_resident(weeks)
    assert 6.5 < hours(followed, Doing.SLEEP) / 42 < 10.5
    meals = [datetime.fromtimestamp(s.begins, SHANGHAI).hour for s in followed if s.doing == "meal"]
    assert min(meals) >= 5
    assert max(meals) <= 22


def test_the_bathroom_is_visited_at_night_as_often_as_the_person_says() -> None:
    seldom, often = person.named("night_owl"), person.named("frail")
    visits = {
        who.name: sum(
            stay.doing is Doing.BATHROOM
            and datetime.fromtimestamp(stay.begins, SHANGHAI).hour in range(3, 6)
            for stay in lived(who, days=60)
        )
        for who in (seldom, often)
    }
    assert visits[often.name] > 2 * visits[seldom.name]


def test_a_quiet_person_gets_no_visits_and_never_stays_away(quiet_weeks: list[Stay]) -> None:
    assert {stay.who for stay in quiet_weeks} == {RESIDENT}
    assert max(s.ends - s.begins for s in quiet_weeks if s.room == OUTSIDE) < 6 * HOUR
    assert hours(quiet_weeks, Doing.ILL) == 0


def test_rain_keeps_people_at_home() -> None:
    middle = Person.middle()
    who = replace(middle, outings=replace(middle.outings, rain=0.1, journeys=0.0))
    days = [MONDAY + timedelta(days=n) for n in range(120)]
    out = [s.begins for s in of_resident(lived(who, days=120)) if s.room == OUTSIDE]
    went = Counter(datetime.fromtimestamp(at, SHANGHAI).date() for at in out)
    wet = [went[day] for day in days if year.is_wet(day)]
    dry = [went[day] for day in days if not year.is_wet(day)]
    assert mean(wet) < 0.5 * mean(dry)


def test_the_ill_lie_in_bed_with_a_higher_pulse_and_do_not_go_out() -> None:
    followed = of_resident(lived(of_days("illness", 60.0), days=120))
    ill = [stay for stay in followed if stay.doing is Doing.ILL]
    television = [stay.pulse for stay in followed if stay.doing is Doing.TELEVISION]
    assert len(ill) > 50
    assert mean(stay.pulse for stay in ill) > mean(television) + 8
    days = {datetime.fromtimestamp(stay.begins, SHANGHAI).date() for stay in ill}
    out = [stay.begins for stay in followed if stay.room == OUTSIDE]
    went = {datetime.fromtimestamp(at, SHANGHAI).date() for at in out}
    assert len(days & went) < len(days) / 3  # the first and the last day may begin well


def test_a_journey_lasts_overnight_and_the_home_is_empty_until_it_ends() -> None:
    followed = of_resident(lived(of_days("journeys", 12.0), days=120))
    away = [stay for stay in followed if stay.room == OUTSIDE]
    longest = max(stay.ends - stay.begins for stay in away)
    assert longest > 18 * HOUR
    assert all(earlier.ends == later.begins for earlier, later in pairwise(followed))


def test_strength_that_fails_shows_after_months() -> None:
    failing = person.named("failing")
    followed = of_resident(lived(failing, days=180))
    month = 30 * 24 * HOUR
    first = [s for s in followed if s.begins < followed[0].begins + month]
    last = [s for s in followed if s.begins > followed[-1].begins - month]
    assert sum(s.room == OUTSIDE for s in last) < 0.7 * sum(s.room == OUTSIDE for s in first)
    stirred = [
        sum(s.stirs * (s.ends - s.begins) for s in part if s.doing is Doing.TELEVISION)
        / sum(s.ends - s.begins for s in part if s.doing is Doing.TELEVISION)
        for part in (first, last)
    ]
    assert stirred[1] < 0.85 * stirred[0]


def test_who_looks_on_later_sees_what_the_months_have_changed() -> None:
    failing, later = person.named("failing"), MONDAY + timedelta(days=180)
    whole = of_resident(lived(failing, days=183))
    ends = whole[-1].ends
    follows = stays(failing, later, SHANGHAI, 1, since=MONDAY)
    seen = of_resident(list(takewhile(lambda stay: stay.begins < ends, follows)))
    assert seen[1:-1] == [stay for stay in whole if stay.begins >= seen[1].begins][:-1]
    assert seen != of_resident(lived(failing, days=3, first=later))


def test_the_pulse_follows_what_is_done(weeks: list[Stay]) -> None:
    def pulse(doing: Doing) -> float:
        return mean(stay.pulse for stay in weeks if stay.doing is doing)

    assert pulse(Doing.SLEEP) < pulse(Doing.TELEVISION) < pulse(Doing.HOUSEWORK) < pulse(Doing.OUT)


@pytest.mark.parametrize("first", [date(2026, 3, 28), date(2026, 10, 24)], ids=["spring", "autumn"])
def test_a_night_in_which_the_clock_is_changed_is_lived_once(first: date) -> None:
    followed = of_resident(
        lived(Person.middle(), days=3, first=first, zone=ZoneInfo("Europe/Rome"))
    )
    assert all(earlier.ends == later.begins for earlier, later in pairwise(followed))
    assert all(stay.begins < stay.ends for stay in followed)
