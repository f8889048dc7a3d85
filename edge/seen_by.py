"""Which sensors saw life in which half hours, and how long silences had been without some of them.

A sensor that dies takes along the signs of life that it alone gave: nights that it broke into
short silences become long ones. What is usual is then what the others saw in the days before.
Whether a sensor can be relied on is supervision's to say.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

from edge.figures import LONGEST
from edge.halfhours import SLOT, SLOTS
from edge.line import Line

SeenBy = dict[int, dict[str, int]]  # day -> sensor -> its half hours with life, one bit for each
Rows = Mapping[int, list[int]]  # day -> longest age (s) reached in each half hour


def see(days: SeenBy, number: int, device: str) -> None:
    """Take in that a sensor saw life in a half hour, numbered as edge/halfhours.py has it."""
    day, slot = divmod(number, SLOTS)
    seen = days.setdefault(day, {})
    seen[device] = seen.get(device, 0) | 1 << slot


def seers(days: SeenBy, number: int) -> set[str]:
    """Give the sensors that saw life in a half hour."""
    day, slot = divmod(number, SLOTS)
    return {device for device, bits in days.get(day, {}).items() if bits >> slot & 1}


def line_without(missing: Collection[str], rows: Rows, days: SeenBy, today: int) -> Line | None:
    """Give the line of the days before today as others saw them; None: it is no other."""
    longer = _rows_without(missing, rows, days)
    if longer is None:
        return None
    line = Line()
    for day in sorted(day for day in longer if day < today):
        line.add(longer[day], line.levels)
    return line


def _rows_without(missing: Collection[str], rows: Rows, days: SeenBy) -> Rows | None:
    if not missing:
        return None
    longer = {day: list(row) for day, row in rows.items()}
    alone = set(_numbers(days, missing))
    others = {device for seen in days.values() for device in seen}.difference(missing)
    is_other = False
    for began, ended in pairwise(sorted(set(_numbers(days, others)))):
        # Longer ones are absences; what the missing did not break up is in the rows already.
        if (ended - began) * SLOT > LONGEST or alone.isdisjoint(range(began + 1, ended)):
            continue
        for number in range(began + 1, ended + 1):
            day, slot = divmod(number, SLOTS)
            if day in longer:
                age = int(min(number - began + 0.5, ended - began) * SLOT)
                is_other = is_other or age > longer[day][slot]
                longer[day][slot] = max(longer[day][slot], age)
    return longer if is_other else None


def _numbers(days: SeenBy, devices: Collection[str]) -> Iterator[int]:
    """Give the half hours in which one of these saw life."""
    for day, seen in days.items():
        bits = 0
        for device in devices:
            bits |= seen.get(device, 0)
        yield from (day * SLOTS + slot for slot in range(SLOTS) if bits >> slot & 1)
