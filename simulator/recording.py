"""Reads recordings of real homes: `time,sensor,kind,value` as CSV, plain or gzip, into a home
made up of its sensors and the readings that a gateway would have had.

Times are local and without a zone. What a silence between the rows means is the household's.
"""

import csv
import gzip
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from sys import intern
from typing import NamedTuple, TextIO, cast
from zoneinfo import ZoneInfo

from edge.model import Device, Home, Kind, Moment, Patience, Reading, Room

HEADER = ["time", "sensor", "kind", "value"]
HOUSEHOLD = "recording"
# In a recording all sensors count as alive, however long they say nothing.
ALIVE = timedelta(days=36_500)
ACTIVITY = Kind.ACTIVITY  # looked up once: a year has most of a million
HANDS = frozenset({"door", "item"})  # each change is somebody's hand, whatever its value
GZIP = b"\x1f\x8b"


class RecordingFault(Exception):
    """A recording cannot be read; says where and what would be right."""


class Row(NamedTuple):
    """One line of a recording, its time local and without a zone."""

    time: datetime
    sensor: str
    kind: str
    value: str


class Recording:
    """A file of rows, read anew each time that it is asked: a year need not fit into memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.sensors: dict[str, str] = {}  # name -> kind, in order of appearance
        self._is_ordered = True
        self.separator = "T"  # between date and time, as the file has it
        self._survey()

    def rows(self) -> Iterator[Row]:
        """Give the rows in order of time."""
        if self._is_ordered:
            return self._read()
        return iter(sorted(self._read(), key=itemgetter(0)))

    def _survey(self) -> None:
        latest = datetime.min  # noqa: DTZ901 - local times without a zone
        sensors = self.sensors
        for time, sensor, kind, _ in self._read():
            if time < latest:
                self._is_ordered = False
            latest = time
            # A sensor with several kinds is a door if any of them is.
            if sensors.get(sensor) != "door":
                sensors[sensor] = kind
        with _opened(self._path) as stream:
            next(stream)
            self.separator = " " if " " in next(stream, "").partition(",")[0] else "T"

    def _read(self) -> Iterator[Row]:
        with _opened(self._path) as stream:
            lines = csv.reader(stream)
            if next(lines, None) != HEADER:
                raise RecordingFault(
                    f"{self._path}: line 1: not a recording; the header must be {','.join(HEADER)}"
                )
            for fields in lines:
                try:
                    time, sensor, kind, value = fields
                    at = datetime.fromisoformat(time)
                except ValueError as error:
                    if not fields:
                        continue
                    raise self._fault(
                        lines.line_num,
                        f"{error}; right would be 2024-05-01T08:30:00,name,motion,ON",
                    ) from error
                if at.tzinfo is not None:
                    wrong = f"{time} has a zone; recordings have local times without"
                    raise self._fault(lines.line_num, wrong)
                # As Row(...) does it, without its detour: a year has most of a million.
                yield tuple.__new__(Row, (at, intern(sensor), intern(kind), intern(value)))

    def _fault(self, line: int, what: str) -> RecordingFault:
        return RecordingFault(f"{self._path}: line {line}: {what}")


def is_life(row: Row) -> bool:
    """Say whether somebody must have been there: not for a sensor's own timer, light, or zero."""
    if row.kind == "light" or (row.kind == "motion" and row.value == "OFF"):
        return False
    return row.kind in HANDS or not _is_nothing(row.value)


def home(recording: Recording, zone_name: str, patience: Patience) -> Home:
    """Make up a home with one room to each sensor."""
    sensors = recording.sensors
    devices = tuple(
        Device(
            id=name,
            room=name,
            name=name,
            kinds=frozenset({Kind.ACTIVITY}),
            source="recording",
            outer_door=kind == "door",
            silent_after=ALIVE,
        )
        for name, kind in sensors.items()
    )
    rooms = tuple(Room(name, name) for name in sensors)
    return Home(HOUSEHOLD, HOUSEHOLD, "", zone_name, rooms, devices, patience=patience)


def readings(rows: Iterable[Row], zone: ZoneInfo) -> Iterator[Reading]:
    """Give each sign of life as a live reading.

    They are readings of activity: a recording was cleaned of repetitions, so that every row is
    news. An hour that the clock repeats in autumn is lived once: time never goes back.
    """
    latest = datetime.min.replace(tzinfo=UTC)
    is_utc = zone.key == "UTC"
    for row in rows:
        time, sensor, kind, _ = row
        if kind not in HANDS and not is_life(row):
            continue
        at = time.replace(tzinfo=UTC) if is_utc else to_utc(time, zone)
        latest = max(latest, at)
        moment = Moment(latest, latest.timestamp())
        yield Reading(HOUSEHOLD, sensor, sensor, ACTIVITY, True, latest, moment)


def to_utc(time: datetime, zone: ZoneInfo) -> datetime:
    """Give a recording's time as the world's."""
    return time.replace(tzinfo=zone).astimezone(UTC)


def _is_nothing(value: str) -> bool:
    """Say whether a count is none; words are no counts."""
    if value in ("ON", "OFF"):
        return False
    try:
        return float(value) <= 0
    except ValueError:
        return False


def _opened(path: Path) -> TextIO:
    """Open plain text and gzip alike, whatever the file is called."""
    try:
        with path.open("rb") as stream:
            is_packed = stream.read(2) == GZIP
        if is_packed:
            return cast(TextIO, gzip.open(path, "rt", newline=""))
        return path.open(newline="")
    except OSError as error:
        raise RecordingFault(f"{path}: {error.strerror}") from error
