"""Who is told at which hour: shifts over midnight, leave, quiet hours, and never nobody."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from edge import escalation
from edge.availability import Availability, Leave, Span
from edge.model import (
    Alert,
    Contact,
    Effects,
    Finding,
    Home,
    Kind,
    Moment,
    Reason,
    Rule,
    Sensed,
    Severity,
    State,
    Step,
)
from tests.homes import ALL, contact, home

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Span(22 * 60, 7 * 60)
WEEKDAYS = frozenset(range(5))
OFFICE = Availability(hours=(Span(9 * 60, 17 * 60, WEEKDAYS),))
SLEEPS = Availability(quiet=(NIGHT,))
TRAVELS = Availability(leaves=(Leave(date(2026, 3, 1), date(2026, 3, 9)),))
MONDAY = datetime(2026, 3, 2, tzinfo=SHANGHAI)


def clock(hours: float, zone: ZoneInfo = SHANGHAI) -> Moment:
    """Give Monday, so many hours after the home's midnight."""
    return Moment.of((datetime(2026, 3, 2, tzinfo=zone) + timedelta(hours=hours)).astimezone(UTC))


def of(severity: Severity, now: Moment) -> Alert:
    because = Sensed("kitchen_smoke", "kitchen", Kind.SMOKE, True, now.wall)
    finding = Finding(Rule.SMOKE, "kitchen_smoke", severity, now, because)
    return Alert("a1", "wang", finding, State.RAISED, now)


def people(**availabilities: Availability) -> Home:
    """Make a home whose ladder tells these, ten minutes after each other."""
    found: list[Contact] = []
    for name, availability in availabilities.items():
        found.append(structs.replace(contact(name), availability=availability))
    steps = tuple(
        Step(timedelta(minutes=10 * number), (person.id,), ALL)
        for number, person in enumerate(found)
    )
    return structs.replace(home(steps=steps), contacts=tuple(found))


def told(effects: Effects) -> list[str]:
    return [notice.recipient for notice in effects.notices]


def rounds(alert: Alert, of_home: Home, now: Moment, count: int) -> list[list[str]]:
    """Let so many steps fall due, each at its time; give who was told at each."""
    effects, found = escalation.begin(alert, of_home, now), []
    for _ in range(count):
        found.append(told(effects))
        alert = effects.alerts[-1]
        assert alert.next_step is not None
        effects = escalation.advance(alert, of_home, alert.next_step)
    return found


@pytest.mark.parametrize(
    ("hour", "is_covered"), [(21.9, False), (22, True), (23.9, True), (24 + 6.9, True), (31, False)]
)
def test_a_span_over_midnight_belongs_to_the_day_on_which_it_began(
    hour: float, is_covered: bool
) -> None:
    monday_night = Span(22 * 60, 7 * 60, frozenset({0}))
    assert monday_night.covers(MONDAY + timedelta(hours=hour)) is is_covered
    assert not monday_night.covers(MONDAY + timedelta(hours=2))  # that is Sunday's night


def test_at_night_an_urgent_alert_passes_over_the_office_and_wakes_who_is_there() -> None:
    both = people(office=OFFICE, daughter=SLEEPS)
    assert rounds(of(Severity.URGENT, clock(2)), both, clock(2), 2) == [["daughter"], ["daughter"]]
    assert rounds(of(Severity.URGENT, clock(10)), both, clock(10), 2) == [["office"], ["daughter"]]


def test_nothing_grave_waits_because_nobody_is_there() -> None:
    nobody = people(office=OFFICE, son=TRAVELS)
    for severity in (Severity.EMERGENCY, Severity.URGENT):
        assert rounds(of(severity, clock(2)), nobody, clock(2), 1) == [["office", "son"]]


def test_an_emergency_tells_who_is_there_and_three_minutes_later_everybody() -> None:
    both = people(office=OFFICE, daughter=SLEEPS)
    alert = of(Severity.EMERGENCY, clock(2))
    assert rounds(alert, both, clock(2), 2) == [["daughter"], ["office", "daughter"]]


def test_a_fault_of_the_night_is_told_in_the_morning_once() -> None:
    sleeper = people(technician=SLEEPS)
    effects = escalation.begin(of(Severity.FAULT, clock(2)), sleeper, clock(2))
    assert told(effects) == []
    [waiting] = effects.alerts
    assert waiting.next_step is not None
    assert waiting.next_step.wall == clock(7).wall
    assert told(escalation.advance(waiting, sleeper, waiting.next_step)) == ["technician"]


def test_the_morning_comes_by_the_homes_clock_also_when_the_clocks_are_changed() -> None:
    sleeper = structs.replace(people(technician=SLEEPS), zone_name="Europe/Berlin")
    night = Moment.of(datetime(2026, 3, 29, 0, 30, tzinfo=BERLIN).astimezone(UTC))
    [waiting] = escalation.begin(of(Severity.FAULT, night), sleeper, night).alerts
    assert waiting.next_step is not None
    assert waiting.next_step.wall == datetime(2026, 3, 29, 5, 0, tzinfo=UTC)  # seven in the morning


def test_in_the_hour_that_clocks_show_twice_the_second_end_of_the_quiet_is_waited_for() -> None:
    until_half_past_two = Availability(quiet=(Span(22 * 60, 2 * 60 + 30),))
    sleeper = structs.replace(people(technician=until_half_past_two), zone_name="Europe/Berlin")
    second = Moment.of(datetime(2026, 10, 25, 1, 10, tzinfo=UTC))  # 02:10 for the second time
    [waiting] = escalation.begin(of(Severity.FAULT, second), sleeper, second).alerts
    assert waiting.next_step is not None
    assert waiting.next_step.wall == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert told(escalation.advance(waiting, sleeper, waiting.next_step)) == ["technician"]


def test_a_fault_does_not_wait_for_somebody_who_is_away_for_days() -> None:
    away = people(son=TRAVELS, technician=SLEEPS)
    assert rounds(of(Severity.FAULT, clock(10)), away, clock(10), 1) == [["technician"]]
    alone = people(son=TRAVELS)
    assert rounds(of(Severity.FAULT, clock(10)), alone, clock(10), 1) == [["son"]]


def test_a_lease_that_lapses_at_night_goes_to_who_is_there() -> None:
    both = people(office=OFFICE, daughter=SLEEPS)
    back = escalation.begin(of(Severity.URGENT, clock(2)), both, clock(2), Reason.RETURNED)
    assert told(back) == ["daughter"]


spans = st.builds(
    Span, st.integers(0, 1439), st.integers(0, 1440), st.frozensets(st.integers(0, 6), min_size=1)
)
availabilities = st.builds(
    Availability, hours=st.tuples(spans) | st.just(()), quiet=st.tuples(spans) | st.just(())
)


@given(availabilities, st.integers(0, 7 * 1440), st.sampled_from([SHANGHAI, BERLIN]))
def test_the_first_free_time_is_free_and_none_before_it_is(
    availability: Availability, minutes: int, zone: ZoneInfo
) -> None:
    local = datetime(2026, 5, 4, tzinfo=zone) + timedelta(minutes=minutes)
    first = availability.free_from(local)
    if first is None:
        assert not any(
            availability.is_free(local + timedelta(minutes=step)) for step in range(0, 14 * 1440, 7)
        )
        return
    assert first >= local and availability.is_free(first)
    for step in range(0, int((first - local).total_seconds() // 60), 7):
        assert not availability.is_free(local + timedelta(minutes=step))


@given(st.lists(availabilities, min_size=1, max_size=3), st.integers(0, 7 * 1440),
       st.sampled_from([Severity.EMERGENCY, Severity.URGENT]))  # fmt: skip
def test_whatever_their_hours_are_somebody_hears_of_what_is_grave_at_once(
    found: list[Availability], minutes: int, severity: Severity
) -> None:
    ours = people(**{f"p{number}": each for number, each in enumerate(found)})
    now = clock(minutes / 60)
    assert told(escalation.begin(of(severity, now), ours, now))
