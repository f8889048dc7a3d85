"""Who is on duty at a moment: reckoned from rotas, shifts, absences and stand-ins, never stored.

A line of a rota holds by the area's clock and calendar. A night belongs to the day on which it
begins; where the clocks change it is an hour longer or shorter, and no gap opens to the next. What
comes of it when nobody is on duty is levels.py's.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

DAY = 24 * 60  # minutes
HOLIDAY = "H"
KINDS = "1234567H"  # ISO weekdays, Monday first, and holidays
FALLBACK = "Asia/Shanghai"


class Weekly(Struct, frozen=True):
    """One line of a rota; `begins` and `ends` are minutes of the day, 0 to 1440.

    One that ends no later than it begins ends on the next day.
    """

    account: str
    days: str  # of KINDS
    begins: int
    ends: int
    since: date | None = None
    until: date | None = None  # the last day
    id: str = ""

    def holds(self, day: date, kind: str) -> bool:
        """Say whether it begins on this day, which counts as `kind`."""
        is_in_time = (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )
        return is_in_time and kind in self.days


class Shift(Struct, frozen=True):
    """A span of duty of one person, by no week."""

    account: str
    begins: datetime
    ends: datetime
    id: str = ""


class Absence(Struct, frozen=True):
    """Somebody is away; `stand_in` does what they would have to do."""

    account: str
    begins: datetime
    ends: datetime
    stand_in: str | None = None
    why: str = ""
    id: str = ""


class Schedule(Struct, frozen=True):
    """All that says who is on duty in one area."""

    zone: ZoneInfo
    weekly: tuple[Weekly, ...] = ()
    shifts: tuple[Shift, ...] = ()
    absences: tuple[Absence, ...] = ()
    days: Mapping[date, str] = {}  # what a day counts as, where that is not its weekday
    staff: frozenset[str] = frozenset()  # who may answer here at all
    always: tuple[str, ...] = ()  # who works here; on duty at all hours where no rota is kept
    is_kept: bool = False  # somebody keeps a rota for this area


class OnDuty(Struct, frozen=True):
    """Somebody who has to answer, perhaps instead of somebody who is away."""

    account: str
    instead_of: str | None = None


class Watch(Struct, frozen=True):
    """A span in which the same people are on duty, or nobody."""

    begins: datetime
    ends: datetime
    people: tuple[OnDuty, ...]


def zone_of(name: str) -> ZoneInfo:
    """Give a time zone; one that is unknown must not keep an incident from rising."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(FALLBACK)


def on_duty(schedule: Schedule, now: datetime) -> tuple[OnDuty, ...]:
    """Give who is on duty, each once."""
    return _present(schedule, now, tuple(_spans(schedule, now, now)))


def timeline(schedule: Schedule, since: datetime, until: datetime) -> list[Watch]:
    """Give who is on duty from `since` to `until`; a span of nobody is one without people."""
    spans = tuple(_spans(schedule, since, until))
    edges = {each for span in spans for each in (span.begins, span.ends)}
    edges |= {each for absence in schedule.absences for each in (absence.begins, absence.ends)}
    turns = [since, *sorted(edge for edge in edges if since < edge < until), until]
    found: list[Watch] = []
    for begins, ends in pairwise(turns):
        people = _present(schedule, begins, spans)
        if found and found[-1].people == people:
            found[-1] = Watch(found[-1].begins, ends, people)
        else:
            found.append(Watch(begins, ends, people))
    return found


def gaps(watches: list[Watch]) -> list[Watch]:
    """Give the spans in which nobody is on duty."""
    return [each for each in watches if not each.people]


def _spans(schedule: Schedule, since: datetime, until: datetime) -> Iterator[Shift]:
    """Give the duties that touch a span, of lines and shifts alike."""
    zone = schedule.zone
    day = since.astimezone(zone).date() - timedelta(days=1)  # its night may last until now
    last = until.astimezone(zone).date()
    while day <= last:
        kind = schedule.days.get(day, str(day.isoweekday()))
        for line in schedule.weekly:
            if line.holds(day, kind):
                yield _span(line, day, zone)
        day += timedelta(days=1)
    yield from (each for each in schedule.shifts if each.begins <= until and since < each.ends)


def _span(line: Weekly, day: date, zone: ZoneInfo) -> Shift:
    ends = line.ends if line.ends > line.begins else line.ends + DAY
    return Shift(line.account, moment(day, line.begins, zone), moment(day, ends, zone), line.id)


def moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Give a time of the clock as a moment; of two the first, also for the one before it."""
    days, minutes = divmod(minutes, DAY)
    local = datetime.combine(day + timedelta(days=days), time(minutes // 60, minutes % 60), zone)
    return local.astimezone(UTC)


def _present(schedule: Schedule, now: datetime, spans: tuple[Shift, ...]) -> tuple[OnDuty, ...]:
    wanted: tuple[str, ...] = schedule.always
    if schedule.is_kept:
        wanted = tuple(each.account for each in spans if each.begins <= now < each.ends)
    found: dict[str, OnDuty] = {}
    for account in sorted(wanted):
        there = _who_comes(schedule, account, now)
        if there == account:
            found[there] = OnDuty(there)
        elif there is not None:
            found.setdefault(there, OnDuty(there, account))
    return tuple(found[account] for account in sorted(found))


def _who_comes(
    schedule: Schedule, account: str, now: datetime, asked: frozenset[str] = frozenset()
) -> str | None:
    """Give who is there: they themselves, or a stand-in, who may have one too."""
    away = [each for each in schedule.absences if each.account == account and _is_in(each, now)]
    if not away:
        return account if account in schedule.staff else None
    asked |= {account}
    for each in away:
        if each.stand_in is not None and each.stand_in not in asked:
            there = _who_comes(schedule, each.stand_in, now, asked)
            if there is not None:
                return there
    return None


def _is_in(absence: Absence, now: datetime) -> bool:
    return absence.begins <= now < absence.ends
