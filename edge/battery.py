"""When a battery is weak, and when it will be empty, by what the device says of it.

The forecast is told only where the level sinks steadily, step by step, over weeks: one that drops
at once from full to half, or that goes up and down with the cold, foretells nothing.
"""

from datetime import timedelta
from itertools import combinations
from statistics import median

from msgspec import Struct, structs

from edge.complaints import Complaint, told
from edge.model import Device, Ebbing, Finding, Kind, Moment, Reading, Rule, Severity
from edge.quiet import Quiet

WELL_AFTER = timedelta(minutes=10)  # a battery at its limit flickers
HYSTERESIS = 5  # percent above the limit before a battery counts as changed
DAY = 86_400
REMEMBERED = 28  # days
LEAST_SPAN = 14  # days
LEAST_DAYS = 8
LEAST_LEVELS = 4  # different ones
LEAST_DROP = 8  # percent
NOISE = 3.0  # percent by which the usual day may stray from the line
NEW_ABOVE = 20  # percent at once upwards: it was changed
SOON = 21  # days left: told
NOT_SOON = 35  # days left: not true any more


class Cell(Struct, omit_defaults=True):
    """One device's battery: whether it is weak, and how its level went day by day."""

    weak: Complaint
    days: dict[int, float] = {}  # the highest level of each; cold makes a battery look emptier
    level: float | None = None  # the last
    left: float | None = None  # days until it is empty; None: nobody can tell
    ebbing: Finding | None = None

    @property
    def clocks(self) -> list[Quiet]:
        """Give what stands still while the device cannot be heard."""
        return self.weak.clocks

    @property
    def finding(self) -> Finding | None:
        """Give what is to be told of it: that it is weak, or else that it soon will be."""
        return self.weak.finding or self.ebbing

    def take(self, reading: Reading, device: Device, now: Moment) -> bool:
        """Take in what the device says of it; say whether anything new follows."""
        is_news = False
        if reading.kind is Kind.BATTERY:
            is_news = self._follow(reading, now)
        if not self._is_weak(reading, device):
            return self.weak.withdraw(reading.kind, now, WELL_AFTER) or is_news
        finding = told(Rule.BATTERY, reading, now)
        if self.ebbing is not None:
            # Both are one story: it was told when its end could be foreseen.
            finding = structs.replace(finding, since=self.ebbing.since)
            self.ebbing = None
        return self.weak.stand(reading.kind, finding, now) or is_news

    def _is_weak(self, reading: Reading, device: Device) -> bool:
        if reading.kind is Kind.BATTERY_LOW:
            return bool(reading.value)
        margin = HYSTERESIS if self.weak.finding is not None else 0
        return reading.value <= device.battery_low_percent + margin

    def _follow(self, reading: Reading, now: Moment) -> bool:
        """Remember the level of the day; foretell once a day."""
        level = float(reading.value)
        day = int(now.wall.timestamp() // DAY)
        if level == self.level and self.days.get(day, -1.0) >= level:
            return False  # nearly every message says what the one before has said
        is_new = bool(self.days) and level >= min(self.days.values()) + NEW_ABOVE
        self.level = level
        if is_new:
            self.days, self.left = {}, None
        had, self.ebbing = self.ebbing, None if is_new else self.ebbing
        is_next = day not in self.days
        if now.trusted:
            self.days[day] = max(level, self.days.get(day, 0.0))
            self.days = {d: each for d, each in self.days.items() if 0 <= day - d < REMEMBERED}
        if is_next and now.trusted:
            self.left = days_left(self.days)
            self._foretell(reading, now)
        return self.ebbing != had

    def _foretell(self, reading: Reading, now: Moment) -> None:
        left = self.left
        if left is None or left > NOT_SOON:
            self.ebbing = None
        elif self.weak.finding is None and (self.ebbing is not None or left < SOON):
            because = Ebbing(reading.device, reading.room, float(reading.value), round(left))
            since = now if self.ebbing is None else self.ebbing.since
            self.ebbing = Finding(Rule.BATTERY, reading.device, Severity.FAULT, since, because)


def days_left(levels: dict[int, float]) -> float | None:
    """Give in how many days the level reaches nothing, by the median of all slopes (Theil-Sen).

    None where the level does not sink steadily enough to tell.
    """
    days = sorted(levels)
    if len(days) < LEAST_DAYS or days[-1] - days[0] < LEAST_SPAN:
        return None
    if len(set(levels.values())) < LEAST_LEVELS or _drop(levels, days) < LEAST_DROP:
        return None
    slope = median((levels[b] - levels[a]) / (b - a) for a, b in combinations(days, 2))
    if slope >= 0:
        return None
    start = median(levels[day] - slope * day for day in days)
    strays = median(abs(levels[day] - slope * day - start) for day in days)
    return max(0.0, (start + slope * days[-1]) / -slope) if strays <= NOISE else None


def _drop(levels: dict[int, float], days: list[int]) -> float:
    return median(levels[day] for day in days[:3]) - median(levels[day] for day in days[-3:])
