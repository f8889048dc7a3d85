"""Whether each kind of alert reaches somebody who is there, at every hour of the coming week.

The ladder itself is asked, in made-up time: who it would tell first, and when. It raises nothing.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from msgspec import Struct

from edge import escalation
from edge.model import (
    ZERO,
    Alert,
    Contact,
    Finding,
    Home,
    Lost,
    Moment,
    Rule,
    Severity,
    State,
)
from edge.whom import can_be_told

DAY = timedelta(days=1)
WEEK = timedelta(days=7)

# What each rule can be told as; a test holds that every rule stands here.
SEVERITIES: dict[Severity, tuple[Rule, ...]] = {
    Severity.EMERGENCY: (Rule.SMOKE, Rule.CO, Rule.GAS, Rule.SOS, Rule.FALL),
    Severity.URGENT: (
        *(Rule.LEAK, Rule.FALL, Rule.INACTIVITY, Rule.NOT_BACK, Rule.STAY, Rule.CRAWLING),
        *(Rule.WANDERING, Rule.BED, Rule.HEART_RATE, Rule.OXYGEN, Rule.BODY_TEMPERATURE),
        *(Rule.BLIND, Rule.SILENT, Rule.UNWORN),
    ),
    Severity.FAULT: (
        *(Rule.SILENT, Rule.BLIND, Rule.ROOM, Rule.ODD, Rule.BATTERY, Rule.TAMPER, Rule.DEFECT),
        *(Rule.END_OF_LIFE, Rule.UNTRUSTED, Rule.MAINS, Rule.UNWORN, Rule.STORAGE, Rule.CHANNEL),
        Rule.REACH,
    ),
    Severity.NOTE: (
        *(Rule.HEART_RATE, Rule.OXYGEN, Rule.BODY_TEMPERATURE, Rule.ROUTINE, Rule.MUTED),
        *(Rule.TEST, Rule.CHANGE),
    ),
}


class Gap(StrEnum):
    """Why an alert of that hour does not reach who should have it."""

    NOBODY = "nobody"  # no step tells anybody of it
    WOKEN = "woken"  # nobody is there: all are told although they are not


class Stretch(Struct, frozen=True):
    """A time in which an alert of this severity would be told to the same people alike."""

    severity: Severity
    begins: datetime  # UTC, both
    ends: datetime
    people: tuple[str, ...]  # who is told first, by their ids
    wait: timedelta  # at most, until then
    gap: Gap | None


def week(home: Home, begins: datetime) -> list[Stretch]:
    """Give the week from a time on, gravest first, each severity parted where it changes."""
    times = [*sorted(set(_edges(home, begins))), begins + WEEK]
    found: list[Stretch] = []
    for severity in Severity:
        for at, until in pairwise(times):
            fresh = _told(home, severity, at, until)
            last = found[-1] if found else None
            if last is not None and _is_alike(last, fresh):
                wait = max(last.wait, fresh.wait)
                fresh = Stretch(severity, last.begins, until, last.people, wait, last.gap)
                found.pop()
            found.append(fresh)
    return found


def _is_alike(one: Stretch, other: Stretch) -> bool:
    return (one.severity, one.people, one.gap) == (other.severity, other.people, other.gap)


def _edges(home: Home, begins: datetime) -> Iterator[datetime]:
    """Give every time of the week at which somebody comes or goes, and every full hour."""
    minutes = {60 * hour for hour in range(24)}
    for person in home.contacts:
        for span in (*person.availability.hours, *person.availability.quiet):
            minutes |= {span.begins % (24 * 60), span.ends % (24 * 60)}
    yield begins
    first = begins.astimezone(home.zone).date()
    for number in range(9):
        for minute in minutes:
            clock = time(minute // 60, minute % 60, tzinfo=home.zone)
            at = datetime.combine(first + number * DAY, clock).astimezone(UTC)
            if begins < at < begins + WEEK:
                yield at


def _told(home: Home, severity: Severity, at: datetime, until: datetime) -> Stretch:
    begun = Moment.of(at)
    alert = Alert("a", home.id, _example(home, severity, begun), State.RAISED, begun)
    effects = escalation.begin(alert, home, begun)
    now = begun
    while not effects.notices and effects.alerts[-1].next_step is not None:
        now = effects.alerts[-1].next_step
        effects = escalation.advance(effects.alerts[-1], home, now)
    people = tuple(dict.fromkeys(notice.recipient for notice in effects.notices))
    known = {each.id: each for each in home.contacts}
    gap = None
    if not people:
        gap = Gap.NOBODY
    elif not any(_can_come(known[p], home, severity, now) for p in people):
        gap = Gap.WOKEN
    wait = now.since(begun) if people else ZERO
    return Stretch(severity, at, until, people, wait, gap)


def _can_come(person: Contact, home: Home, severity: Severity, now: Moment) -> bool:
    return person.is_person and can_be_told(person, home, severity, now)


def _example(home: Home, severity: Severity, now: Moment) -> Finding:
    because = Lost("", "", None, DAY, said_offline=False)
    return Finding(SEVERITIES[severity][0], home.id, severity, now, because)
