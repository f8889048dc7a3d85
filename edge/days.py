"""What a day of the resident was like, in a handful of measures that change slowly, if at all.

It counts while the day goes on. Whether a day differs from others is trends'.

Times are seconds of the home's own wall clock, since that showed the epoch; so a day is a number
and a time of day what remains. A day begins at midnight; the night's visits to the bathroom
belong to the day that they lead into.
"""

from msgspec import Struct

from edge.model import Home, Kind, Life, Measure
from edge.trend_figures import (
    BIN,
    BINS,
    DAY_BEGINS,
    DAY_ENDS,
    HOUR,
    LEAST_HOME,
    MINUTE,
    MORNING,
    MOST_BLIND,
    NIGHT_BEGINS,
    NIGHT_ENDS,
    UP_BINS,
    UP_LEAST,
    VISIT,
)

DAY = 24 * HOUR
BATHROOM = (
    "bath",
    "toilet",
    "lavatory",
    "restroom",
    "washroom",
    "卫生间",
    "厕所",
    "洗手间",
    "浴室",
)


class Tally(Struct, omit_defaults=True):
    """The day that goes on, as far as it has gone."""

    day: int | None = None
    minute: int = -1  # the last one of this day with a sign of life
    lived: int = 0  # minutes with one
    events: int = 0  # minutes with one that has no duration
    moving: float = 0.0  # seconds in which sensors saw somebody move
    mornings: int = 0  # bit n: one in the n-th bin of the morning
    last: float | None = None  # the last sign of life
    room: str = ""  # and its room
    changes: int = 0  # of the room
    bathroom: float | None = None  # the last sign of life there
    visits: int = 0  # of the night before this day
    coming: int = 0  # of the night before the next
    outings: int = 0
    away: float = 0.0  # seconds
    unseen: float = 0.0  # seconds in which an eye was shut, or nobody knows where the resident was
    quiet: float = 0.0  # longest, seconds
    is_broken: bool = False  # since `last` nobody knows what happened
    is_spoilt: bool = False  # nothing is to be learned from this day
    has_company: bool = False


class Days:
    """Counts one home's day. Steps are left out: a bracelet lives a life of its own."""

    def __init__(self, home: Home, tally: Tally) -> None:
        self.tally = tally
        self.has_door = any(device.outer_door for device in home.devices)
        # By how long at most one of these sees somebody move before it says so again.
        self._holds = {
            device.id: device.hold.total_seconds()
            for device in home.devices
            if Kind.MOTION in device.kinds and device.clears_after is None
        }
        self._bathrooms = frozenset(
            room.id for room in home.rooms if is_bathroom(room.id, room.name)
        )

    def live(self, life: Life, local: float, *, was_away: bool, was_unsure: bool) -> None:
        """Take in a sign of life of this day, and where the silence before it was spent."""
        if life.kind is Kind.STEPS:
            return
        tally = self.tally
        minute = int(local % DAY // MINUTE)
        if minute != tally.minute:
            self._move(minute)
            tally.events += life.device not in self._holds
        if was_away or was_unsure:
            self._come_back(local, was_away=was_away)
        elif tally.last is not None and local - tally.last > tally.quiet and not tally.is_broken:
            tally.quiet = max(tally.quiet, _by_day(tally.last, local))
        if life.room != tally.room and not life.outer_door:
            tally.changes += bool(tally.room)
            tally.room = life.room
        if life.room in self._bathrooms:
            self._visit(minute, local)
        tally.last, tally.is_broken = local, False

    def watch(self, device: str, time: float, began: float | None) -> None:
        """Count how long a sensor saw somebody move, until `time`; None: it had not begun.

        How often it begins says little: who moves less lets it pause and begin again.
        """
        hold = self._holds.get(device)
        if hold is not None and began is not None:
            self.tally.moving += min(max(0.0, time - began), hold)

    def miss(self, begun: float, local: float) -> None:
        """Count time in which an eye was shut; what was quiet over it was not seen to be."""
        tally = self.tally
        tally.unseen += max(0.0, local - max(begun, (tally.day or 0) * DAY))
        tally.is_broken = True

    def close(self) -> dict[Measure, float]:
        """Give what the day came to: nothing of what nobody can know."""
        tally = self.tally
        if tally.is_spoilt or tally.unseen > MOST_BLIND or not tally.lived:
            return {}
        found = {}
        if (rising := _rising(tally.mornings)) is not None:
            found[Measure.RISING] = rising
        if self.has_door:
            found[Measure.OUTINGS] = float(tally.outings)
        hours = (DAY - tally.away) / HOUR
        if hours * HOUR >= LEAST_HOME:
            if self._bathrooms:
                found[Measure.NIGHT_VISITS] = float(tally.visits)
            found[Measure.LONGEST_QUIET] = tally.quiet / MINUTE
            if not tally.has_company:
                found[Measure.ACTIVITY] = (tally.events + tally.moving / MINUTE) / hours
                found[Measure.ROOM_CHANGES] = tally.changes / hours
        return found

    def begin(self, day: int) -> None:
        """Begin a day; what the night has counted so far goes with it, if it is the next one."""
        before = self.tally
        is_next = before.day is not None and day == before.day + 1
        fresh = Tally(day=day, last=before.last, room=before.room, is_broken=before.is_broken)
        if is_next:
            fresh.visits, fresh.bathroom = before.coming, before.bathroom
        for name in fresh.__struct_fields__:
            setattr(before, name, getattr(fresh, name))
        # Of a day that began unheard, as the first one of all did, only a part is known.
        before.is_spoilt = not is_next

    # -- inside

    def _move(self, minute: int) -> None:
        tally = self.tally
        tally.minute = minute
        tally.lived += 1
        if MORNING <= minute < MORNING + BIN * BINS:
            tally.mornings |= 1 << (minute - MORNING) // BIN

    def _come_back(self, local: float, *, was_away: bool) -> None:
        tally = self.tally
        begun = max(tally.last or local, (tally.day or 0) * DAY)
        if was_away:
            tally.outings += 1
            tally.away += max(0.0, local - begun)
        else:
            tally.unseen += max(0.0, local - begun)

    def _visit(self, minute: int, local: float) -> None:
        tally = self.tally
        is_new = tally.bathroom is None or local - tally.bathroom > VISIT
        tally.bathroom = local
        if is_new and minute < NIGHT_ENDS:
            tally.visits += 1
        elif is_new and minute >= NIGHT_BEGINS:
            tally.coming += 1


def is_bathroom(*names: str) -> bool:
    """Say whether a room is a bathroom, by its id and the name that people use."""
    said = " ".join(names).lower()
    return any(word in said for word in BATHROOM) or "wc" in said.replace("_", " ").split()


def _rising(mornings: int) -> float | None:
    """Give the minute of the day from which on somebody was up; None where nobody got up."""
    for number in range(BINS):
        window = mornings >> number & ((1 << UP_BINS) - 1)
        if window & 1 and window.bit_count() >= UP_LEAST:
            return float(MORNING + number * BIN)
    return None


def _by_day(begun: float, ended: float) -> float:
    """Give how much of a silence lies within its last day's waking hours, in seconds."""
    midnight = ended // DAY * DAY
    first = max(begun, midnight + DAY_BEGINS * MINUTE)
    return max(0.0, min(ended, midnight + DAY_ENDS * MINUTE) - first)
