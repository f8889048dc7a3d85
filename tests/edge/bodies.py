"""A home with a bracelet, a radar and a thermometer, and readings of them."""

from datetime import timedelta

from edge.detectors.vitals import Vitals
from edge.model import Close, Device, Finding, Freshness, Home, Kind, Moment, Reading, Value
from edge.worn import Worn
from tests.homes import DEVICES, at, home

BRACELET = Device(
    "bracelet",
    "bedroom",
    "手环",
    frozenset({Kind.WORN, Kind.HEART_RATE, Kind.SPO2, Kind.STEPS, Kind.FALL, Kind.SOS}),
    "ble",
    clears_after=timedelta(minutes=1),
)
RADAR = Device(
    "bed_radar", "bedroom", "床位雷达", frozenset({Kind.PRESENCE, Kind.HEART_RATE}), "serial"
)
THERMOMETER = Device("ear", "bedroom", "体温计", frozenset({Kind.BODY_TEMPERATURE}), "ble")
BODY_HOME = home(zone="UTC", devices=(*DEVICES, BRACELET, RADAR, THERMOMETER))


def said(
    device: str,
    kind: Kind,
    value: Value,
    now: Moment,
    freshness: Freshness = Freshness.LIVE,
) -> Reading:
    """Make one reading of the body."""
    return Reading("wang", device, "bedroom", kind, value, now.wall, now, freshness)


class Measured:
    """A home's vital signs, fed as the household feeds them: what is worn first."""

    def __init__(self, of: Home = BODY_HOME) -> None:
        self.home = of
        self.worn = Worn(of)
        self.vitals = Vitals(of, self.worn)
        self.now = at(0)

    def hear(self, device: str, kind: Kind, value: Value, **how: Freshness) -> "Measured":
        """Let a device say something now."""
        reading = said(device, kind, value, self.now, **how)
        self.worn.observe(reading, self.now)
        self.vitals.observe(reading, self.now)
        return self

    def after(self, **duration: float) -> "Measured":
        """Let time pass."""
        self.now = self.now.plus(timedelta(**duration))
        return self

    def pulse(self, *values: float, every: float = 5, device: str = "bracelet") -> "Measured":
        """Let the heart beat so fast, once in so many minutes."""
        for value in values:
            self.hear(device, Kind.HEART_RATE, value).after(minutes=every)
        return self

    def lives(self, days: int, *, by_day: float = 70, by_night: float = 58) -> "Measured":
        """Measure an ordinary heart, six times an hour, a little higher and lower each day."""
        for number in range(days * 144):
            hour = self.now.wall.hour
            usual = by_night if hour < 6 else by_day
            self.pulse(usual + (number * 7 % 11) - 5 + (number // 144) % 3, every=10)
        return self

    def closes(self, finding: Finding, what: Close) -> "Measured":
        """Let a person end what was said."""
        self.vitals.observe(what, self.now)
        return self

    @property
    def found(self) -> list[Finding]:
        """Give what stands."""
        return self.vitals.findings(self.now)
