"""The coming week, asked of the ladder itself: who is told first at every hour, and the gaps."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from edge.availability import Availability, Leave, Span
from edge.model import Home, Rule, Severity, Step
from edge.reachability import SEVERITIES, WEEK, Gap, Stretch, week
from tests.homes import ALL, GRAVE, contact, home

ZONE = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 23, tzinfo=ZONE).astimezone(UTC)  # on its Sunday the clocks change
OFFICE = Availability(hours=(Span(9 * 60, 17 * 60, frozenset(range(5))),))
NIGHTS = Availability(hours=(Span(17 * 60, 9 * 60),))
SLEEPS = Availability(quiet=(Span(22 * 60, 7 * 60),))


def of(severities: frozenset[Severity] = ALL, **people: Availability) -> Home:
    contacts = tuple(
        structs.replace(contact(name), availability=each) for name, each in people.items()
    )
    steps = (Step(timedelta(0), tuple(people), severities),)
    return structs.replace(home(zone="Europe/Berlin", steps=steps), contacts=contacts)


def gaps(found: list[Stretch], severity: Severity) -> list[tuple[str, str]]:
    return [
        (f"{each.begins.astimezone(ZONE):%a %H:%M}", f"{each.ends.astimezone(ZONE):%a %H:%M}")
        for each in found
        if each.gap is not None and each.severity is severity
    ]


def test_every_rule_stands_there_with_what_it_can_be_told_as() -> None:
    assert {rule for rules in SEVERITIES.values() for rule in rules} == set(Rule)
    assert set(SEVERITIES) == set(Severity)


@pytest.mark.parametrize("severity", list(Severity))
def test_the_stretches_of_each_severity_are_the_whole_week_without_a_hole(
    severity: Severity,
) -> None:
    mine = [s for s in week(of(office=OFFICE, nurse=SLEEPS), MONDAY) if s.severity is severity]
    assert (mine[0].begins, mine[-1].ends) == (MONDAY, MONDAY + WEEK)
    assert all(a.ends == b.begins for a, b in pairwise(mine))


def test_shifts_that_meet_leave_no_gap_also_when_the_clocks_change() -> None:
    found = week(of(office=Availability(hours=(Span(540, 1020),)), night=NIGHTS), MONDAY)
    assert not any(each.gap for each in found)


def test_nights_and_the_weekend_without_anybody_are_gaps_of_what_is_grave() -> None:
    found = week(of(office=OFFICE), MONDAY)
    expected = [
        ("Mon 00:00", "Mon 09:00"),
        ("Mon 17:00", "Tue 09:00"),
        ("Tue 17:00", "Wed 09:00"),
        ("Wed 17:00", "Thu 09:00"),
        ("Thu 17:00", "Fri 09:00"),
        ("Fri 17:00", "Mon 01:00"),  # 168 hours on
    ]
    for severity in GRAVE:
        assert gaps(found, severity) == expected
    woken = [each for each in found if each.gap is Gap.WOKEN]
    assert {each.people for each in woken} == {("office",)}  # told all the same
    # A fault waits for the morning; on Friday evening that is too far.
    assert gaps(found, Severity.FAULT) == [("Fri 17:00", "Sun 09:00")]


def test_leave_opens_a_gap_for_its_days() -> None:
    away = Availability(leaves=(Leave(date(2026, 3, 24), date(2026, 3, 25)),))
    found = week(of(daughter=away), MONDAY)
    assert gaps(found, Severity.URGENT) == [("Tue 00:00", "Thu 00:00")]


def test_what_no_step_tells_anybody_is_a_gap_all_week() -> None:
    found = week(of(GRAVE, daughter=Availability()), MONDAY)
    [fault] = [each for each in found if each.severity is Severity.FAULT]
    assert fault.gap is Gap.NOBODY and fault.people == ()
    assert not any(each.gap for each in found if each.severity in GRAVE)


def test_quiet_hours_make_a_fault_wait_and_nothing_grave() -> None:
    found = week(of(technician=SLEEPS), MONDAY)
    assert not any(each.gap for each in found)
    waits = {
        each.severity: max(e.wait for e in found if e.severity is each.severity) for each in found
    }
    assert waits[Severity.EMERGENCY] == waits[Severity.URGENT] == timedelta(0)
    assert timedelta(hours=8) <= waits[Severity.FAULT] <= timedelta(hours=10)
