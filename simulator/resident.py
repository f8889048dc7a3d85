"""Decides how a resident lives: day after day of stays, from a person, a seed and a date alone.

What the sensors see of it is sensing's to decide.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from simulator.day import Day
from simulator.life import OUTSIDE, Doing, Stay
from simulator.night import Night
from simulator.person import Person
from simulator.today import Life, today


def stays(
    person: Person, first: date, zone: ZoneInfo, seed: int, since: date | None = None
) -> Iterator[Stay]:
    """Give the stays in the home from the midnight at which `first` begins, without end.

    Those of the resident follow each other without a gap; those of visitors come among them, all
    in the order in which they begin. The same day of the same seed is the same, whatever `first`
    is, but for the slow changes of the person's course, which begin `since` then, or on `first`.
    """
    life = Life(person, seed, zone, since or first)
    begins = life.hour(first, 0)
    day = first - timedelta(days=1)
    while True:
        for stay in waking_day(life, day):
            if stay.ends > begins:
                yield stay if stay.begins >= begins else stay._replace(begins=begins)
        day += timedelta(days=1)


def waking_day(life: Life, day: date) -> list[Stay]:
    """Give what happens from one rising to the next."""
    conditions = today(life, day)
    lived = Day(life, conditions)
    diary = lived.live()
    journey = conditions.journey
    if journey and not journey.is_last:
        diary.out(conditions.rises_again)
    else:
        Night(life.person, diary, conditions.rises_again, conditions.night_visits).live()
    return sorted(_trimmed(diary.stays, conditions.rises_again) + lived.visitors, key=BY_BEGIN)


BY_BEGIN = attrgetter("begins")


def _trimmed(lived: list[Stay], until: float) -> list[Stay]:
    """Cut what would reach into the next day."""
    kept = [
        stay if stay.ends <= until else stay._replace(ends=until)
        for stay in lived
        if stay.begins < until
    ]
    # What ends with nothing to do until the next rising is passed lying down.
    last = kept[-1]
    if last.ends < until:
        doing = Doing.OUT if last.room == OUTSIDE else Doing.REST
        kept.append(last._replace(doing=doing, begins=last.ends, ends=until))
    return kept
