"""When somebody can be told: their hours, their leave, their quiet hours.

All by the wall clock of the home that they look after. Who is told then is escalation's.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from msgspec import Struct

DAY = timedelta(days=1)
MINUTES = 24 * 60
EVERY_DAY = frozenset(range(7))
LOOKED_AHEAD = 15  # days: beyond it nobody waits for somebody to be back


class Span(Struct, frozen=True):
    """From a minute of the day to another, on these days (0 is Monday); past midnight where the
    end is not after the beginning, as part of the day on which it began.
    """

    begins: int
    ends: int
    days: frozenset[int] = EVERY_DAY

    def covers(self, local: datetime) -> bool:
        """Say whether a wall clock stands within it."""
        minute, day = local.hour * 60 + local.minute, local.weekday()
        if self.begins < self.ends:
            return day in self.days and self.begins <= minute < self.ends
        is_of_today = day in self.days and minute >= self.begins
        return is_of_today or ((day - 1) % 7 in self.days and minute < self.ends)


class Leave(Struct, frozen=True):
    """Away from the first day to the last, both of them included."""

    first: date
    last: date


class Availability(Struct, frozen=True):
    """When somebody is there at all, and when only what is urgent may wake them."""

    hours: tuple[Span, ...] = ()  # none: always
    leaves: tuple[Leave, ...] = ()
    quiet: tuple[Span, ...] = ()

    @property
    def is_always(self) -> bool:
        """Say whether nothing limits it."""
        return not (self.hours or self.leaves or self.quiet)

    def is_there(self, local: datetime) -> bool:
        """Say whether they can be told of what is grave."""
        if any(leave.first <= local.date() <= leave.last for leave in self.leaves):
            return False
        return not self.hours or any(span.covers(local) for span in self.hours)

    def is_free(self, local: datetime) -> bool:
        """Say whether they can be told of anything."""
        return self.is_there(local) and not any(span.covers(local) for span in self.quiet)

    def free_from(self, local: datetime) -> datetime | None:
        """Give the first time from now on at which they can be told of anything.

        None where that is more than two weeks away. `local` is aware, in the home's zone.
        """
        return next((at for at in self._edges(local) if self.is_free(at)), None)

    def _edges(self, local: datetime) -> Iterator[datetime]:
        """Give now and every wall clock time after it at which anything may change."""
        yield local
        minutes = {0}
        for span in (*self.hours, *self.quiet):
            minutes |= {span.begins % MINUTES, span.ends % MINUTES}
        for number in range(LOOKED_AHEAD):
            day = local.date() + number * DAY
            for minute in sorted(minutes):
                clock = time(minute // 60, minute % 60, tzinfo=local.tzinfo)
                at = datetime.combine(day, clock)
                if not _is_later(at, local):
                    at = at.replace(fold=1)  # the second of an hour that clocks show twice
                if _is_later(at, local):
                    yield at


def _is_later(one: datetime, other: datetime) -> bool:
    # Of one zone Python compares what clocks show, and not the time.
    return one.timestamp() > other.timestamp()
