"""How times and durations are told to a caregiver: on the home's clock, as seen from now.

In which words, the languages say.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.wording.words import Words


class Times:
    """How times are told: on the home's wall clock, as seen from `now`."""

    def __init__(self, words: Words, zone: ZoneInfo, now: datetime) -> None:
        self._words = words
        self._zone = zone
        self._now = now

    def at(self, moment: datetime) -> str:
        """Tell a time of day, with the day unless it is today's."""
        words = self._words
        local, now = moment.astimezone(self._zone), self._now.astimezone(self._zone)
        clock = f"{local:%H:%M}"
        ago = (now.date() - local.date()).days
        if ago in (0, 1):
            return (words.yesterday if ago else words.today).format(clock=clock)
        month = words.months.split()[local.month - 1]
        if abs(ago) < 180:
            return words.date.format(month=month, day=local.day, clock=clock)
        return words.date_year.format(year=local.year, month=month, day=local.day, clock=clock)

    def clock(self, moment: datetime) -> str:
        """Tell the time on the clock alone; which day it is goes without saying."""
        return f"{moment.astimezone(self._zone):%H:%M}"

    def with_age(self, moment: datetime) -> str:
        """Tell a time and how long ago that is."""
        age = self._now - moment
        if age < timedelta(minutes=1):
            return self.at(moment)
        return self._words.ago.format(time=self.at(moment), age=self.lasting(age))

    def lasting(self, duration: timedelta) -> str:
        """Tell a duration in its two largest units."""
        return lasting(duration, self._words)


def lasting(duration: timedelta, words: Words) -> str:
    """Tell a duration in its two largest units; of less than half a minute, that it is short."""
    minutes = round(duration.total_seconds() / 60)
    if minutes < 1:
        return words.moment
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    units = [(words.days, days), (words.hours, hours), (words.minutes, 0 if days else minutes)]
    return " ".join(unit.format(count=count) for unit, count in units if count)
