"""How many alerts about devices a made-up year brings that are no fault of any device.

    .venv/bin/python -m bench.device_year [seed] [--weak]

Ten devices, a holiday of two weeks, restarts of the box and of the bridge, power cuts. `--weak`
takes the link of every sensor away for hours every two weeks.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from edge.household import Household
from edge.model import (
    Blind,
    BlindCause,
    Configured,
    Device,
    Entry,
    Home,
    Input,
    Kind,
    Moment,
    Reading,
    Room,
    Sighted,
    Value,
)

DAY, HOUR = 86_400.0, 3600.0
DAYS = 365
HOLIDAY = range(200, 214)
BRIDGE = BlindCause.BRIDGE_OFFLINE
ROOMS = ("bedroom", "bathroom", "kitchen", "hall", "guest")
VISITS = ((3, 1), (7, 0), (7.3, 1), (8, 2), (9, 2), (12, 2), (14, 0), (18, 2), (21, 1), (22, 0))

Event = tuple[float, str, Kind, Value]


def behind_bridge(name: str, room: str, *kinds: Kind) -> Device:
    """Make a device of zigbee2mqtt."""
    return Device(
        name, room, name, frozenset(kinds), "mqtt", "z2m", silent_after=timedelta(hours=25)
    )


DEVICES = (
    *(behind_bridge(room, room, Kind.MOTION, Kind.BATTERY) for room in ROOMS),
    behind_bridge("door", "hall", Kind.CONTACT_OPEN, Kind.BATTERY),
    behind_bridge("smoke", "kitchen", Kind.SMOKE, Kind.BATTERY),
    behind_bridge("climate", "kitchen", Kind.TEMPERATURE, Kind.BATTERY),
    Device(
        "pir433",
        "bedroom",
        "pir433",
        frozenset({Kind.MOTION}),
        "serial/rf",
        clears_after=timedelta(minutes=1),
        silent_after=timedelta(days=3),
    ),
    Device("band", "bedroom", "band", frozenset({Kind.STEPS, Kind.HEART_RATE}), "ble"),
)
REGULAR = ("bedroom", "bathroom", "kitchen", "door", "climate")


class Year:
    """Makes a year up, and plays it."""

    def __init__(self, seed: int, *, is_weak: bool) -> None:
        self._chance = random.Random(seed)
        self._is_weak = is_weak
        self._home = Home(
            "made-up", "", "", "UTC", tuple(Room(room, room) for room in ROOMS), DEVICES
        )
        self._household = Household(self._home)
        self._raised: Counter[tuple[str, str]] = Counter()
        self._seen: set[str] = set()
        self._said: dict[tuple[str, Kind], Value] = {}

    def play(self) -> Counter[tuple[str, str]]:
        """Give how many alerts of which rule there were about what."""
        start = Moment.of(_start())
        self._put(Configured("year"), start)
        reached = 0.0
        for at, name, kind, value in sorted([*self._reports(), *self._life(), *self._starts()]):
            if at < reached:
                continue
            now = start.plus(timedelta(seconds=at))
            if name == "off":
                reached = at + float(value)
                self._goes_off(now, start.plus(timedelta(seconds=reached)))
            elif name == "bridge":
                reached = at + 70
                self._bridge_starts(now)
            else:
                self._said[name, kind] = value
                self._read(name, kind, value, now)
        return self._raised

    # -- what happens

    def _reports(self) -> Iterator[Event]:
        often = (0.12, 15.0) if self._is_weak else (0.02, 0.0)
        for name in REGULAR:
            yield from self._beat(name, 50 * 60, 0.02, *often)
        yield from self._beat("hall", 50 * 60, 0.02, 0.15, 8.0)
        yield from self._beat("guest", DAY, 0.005, 0.003, 0.0)
        yield from self._beat("smoke", DAY / 2, 0.01, 0.01, 0.0)

    def _beat(
        self, name: str, period: float, jitter: float, lost: float, gap_days: float
    ) -> Iterator[Event]:
        """A battery report at a beat; now and then the link is away for hours."""
        chance, away_until, next_gap = self._chance, 0.0, self._next_gap(gap_days)
        at = chance.random() * period
        while at < DAYS * DAY:
            if at > next_gap:
                away_until = next_gap + chance.uniform(3, 12) * HOUR
                next_gap += self._next_gap(gap_days)
            if at > away_until and chance.random() > lost:
                level = 100 - 45 * at / DAY / DAYS + chance.gauss(0, 1.5)
                yield at, name, Kind.BATTERY, min(100, round(level))
            at += period * chance.uniform(1 - jitter, 1 + jitter)

    def _next_gap(self, days: float) -> float:
        return self._chance.expovariate(1 / (days * DAY)) if days else DAYS * DAY

    def _life(self) -> Iterator[Event]:
        chance = self._chance
        for day in (day for day in range(DAYS) if day not in HOLIDAY):
            for hour, room in VISITS:
                at = day * DAY + (hour + chance.uniform(-0.3, 0.3)) * HOUR
                for _ in range(chance.randint(1, 6)):
                    yield from self._moves(ROOMS[room], at)
                    at += chance.uniform(90, 600)
            out = day * DAY + chance.uniform(9.5, 11) * HOUR
            back = out + chance.uniform(0.3, 5) * HOUR
            for at in (out, back):
                yield at, "door", Kind.CONTACT_OPEN, True
                yield at + 9, "door", Kind.CONTACT_OPEN, False
                yield from self._moves("hall", at + 30)
            for step in range(144):
                at = day * DAY + step * 600
                if not out < at < back:
                    yield at, "band", Kind.HEART_RATE, 70

    def _moves(self, room: str, at: float) -> Iterator[Event]:
        yield at, room, Kind.MOTION, True
        yield at + 70, room, Kind.MOTION, False
        if room == "bedroom":
            yield at + 5, "pir433", Kind.MOTION, True

    def _starts(self) -> Iterator[Event]:
        chance = self._chance
        for count, name, shortest, longest in ((52, "off", 120, 600), (3, "off", HOUR, 9 * HOUR)):
            for _ in range(count):
                length = chance.uniform(shortest, longest)
                yield chance.random() * DAYS * DAY, name, Kind.ONLINE, length
        for _ in range(24):
            yield chance.random() * DAYS * DAY, "bridge", Kind.ONLINE, 0

    # -- how it is told

    def _goes_off(self, now: Moment, until: Moment) -> None:
        everything = tuple(device.id for device in DEVICES)
        alerts = self._household.book.alerts
        self._household = Household.restore(self._home, self._household.snapshot(), alerts)
        self._put(Blind(BlindCause.DOWNTIME, "shouhu", everything, now), until)
        self._put(Sighted(BlindCause.DOWNTIME, "shouhu"), until)
        self._put(Configured("year"), until)

    def _bridge_starts(self, now: Moment) -> None:
        """The bridge is away for 40 seconds, and then repeats all that it remembers."""
        deaf = tuple(device.id for device in DEVICES if device.bridge)
        self._put(Blind(BRIDGE, "z2m", deaf, now), now)
        back = now.plus(timedelta(seconds=40))
        self._put(Sighted(BRIDGE, "z2m"), back)
        for (name, kind), value in list(self._said.items()):
            if name in deaf:
                self._read(name, kind, value, back.plus(timedelta(seconds=10)))

    def _read(self, name: str, kind: Kind, value: Value, now: Moment) -> None:
        room = next(device.room for device in DEVICES if device.id == name)
        self._put(Reading(self._home.id, name, room, kind, value, now.wall, now), now)

    def _put(self, what: Reading | Input, now: Moment) -> None:
        for alert in self._household.receive(Entry(self._home.id, now, what)).alerts:
            if alert.id not in self._seen:
                self._seen.add(alert.id)
                held = " (held back)" if alert.inhibited_by else ""
                self._raised[f"{alert.finding.rule}{held}", alert.finding.subject] += 1


def _start() -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC)


def main() -> None:
    """Print the alerts of a year."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", type=int, nargs="?", default=1)
    parser.add_argument("--weak", action="store_true")
    given = parser.parse_args()
    for (rule, subject), count in sorted(Year(given.seed, is_weak=given.weak).play().items()):
        print(f"{rule:22} {subject:10} {count}")


if __name__ == "__main__":
    main()
