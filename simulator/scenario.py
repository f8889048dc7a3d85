"""A scenario: whose home, how many ordinary days, what happens then, and what must come of it.

Reading one is scenario_file's, playing it trial's, judging it checker's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from edge.model import Outcome, Rule
from simulator.happening import Happening, What

FIRST_DAY = date(2026, 3, 2)


class Awaited(StrEnum):
    """Promises that no rule keeps yet; a scenario that waits for one does not pass before it."""

    STRAY = "stray"  # one movement that nobody made ends no alert
    COMPANY = "company"  # life that is not the resident's own


@dataclass(frozen=True, slots=True)
class Planned:
    """Something that is to happen, so many days and hours after the ordinary life ends."""

    what: What
    day: int
    clock: time
    lasts: timedelta | None = None
    room: str = ""
    sensor: str = ""
    crawls: bool = False
    goes_out: bool = False
    is_felt: bool = False


@dataclass(frozen=True, slots=True)
class Must:
    """An alert that each of these people has to be told of in time.

    `within` counts from the beginning of the happening `of`. With `cleared_within` they must be
    told of its end too, not before it and not later than that. `most` is how many such alerts
    there may be.
    """

    rule: str
    to: tuple[str, ...]
    within: timedelta
    of: int = 0
    cleared_within: timedelta | None = None
    most: int = 1


@dataclass(frozen=True, slots=True)
class May:
    """An alert that nobody minds, up to so many."""

    rule: str
    most: int = 1


@dataclass(frozen=True, slots=True)
class MustNot:
    """The alert that would be the mistake here; whatever is not named at all is one too."""

    rule: str


class Does(StrEnum):
    """What somebody who was told does about an alert."""

    TAKES = "takes"
    CLOSES = "closes"


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody who is told of a rule takes or closes its alert, so long after."""

    rule: str
    by: str
    does: Does
    after: timedelta
    outcome: Outcome = Outcome.HELPED


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that a scenario's file says; `title` by language."""

    name: str
    title: dict[str, str]
    home: str
    person: str
    seed: int
    days: int
    lasts: timedelta
    happens: tuple[Planned, ...]
    must: tuple[Must, ...]
    may: tuple[May, ...]
    must_not: tuple[MustNot, ...]
    answers: tuple[Answer, ...] = ()
    waits_for: Awaited | None = None
    is_long: bool = False

    def begins(self, zone: ZoneInfo) -> datetime:
        """Give the midnight at which the ordinary life ends."""
        return datetime.combine(FIRST_DAY + timedelta(days=self.days), time(), zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """Give the moment at which everything has to have been told."""
        return self._first(zone) + self.lasts

    def happenings(self, zone: ZoneInfo) -> list[Happening]:
        """Give what happens at its times; what has no end lasts beyond the scenario's."""
        return list(self._happenings(zone))

    def moment(self, planned: Planned, zone: ZoneInfo) -> datetime:
        """Give when a happening begins."""
        day = FIRST_DAY + timedelta(days=self.days + planned.day)
        return datetime.combine(day, planned.clock, zone)

    def _first(self, zone: ZoneInfo) -> datetime:
        return min((self.moment(each, zone) for each in self.happens), default=self.begins(zone))

    def _happenings(self, zone: ZoneInfo) -> Iterator[Happening]:
        for each in self.happens:
            at = self.moment(each, zone)
            ends = (
                at + each.lasts if each.lasts is not None else self.ends(zone) + timedelta(days=1)
            )
            yield Happening(
                each.what,
                at.timestamp(),
                ends.timestamp(),
                each.room,
                each.sensor,
                each.crawls,
                each.goes_out,
                each.is_felt,
            )


RULES = frozenset({*map(str, Rule), *map(str, Awaited)})
