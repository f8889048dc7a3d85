"""What comes in from the world: times, readings, packets, signs of life."""

import hashlib
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

Value = bool | int | float


ZERO = timedelta(0)


class Moment(Struct, frozen=True):
    """What `now` is: ages go by the monotonic clock, habits and people's eyes by the wall clock.

    `wall` is aware UTC, `monotonic` is in seconds and means something within one `boot` only.
    `trusted` is False while the wall clock has not been set since the box started.
    """

    wall: datetime
    monotonic: float
    boot: str = ""
    trusted: bool = True

    @classmethod
    def of(cls, wall: datetime) -> "Moment":
        """Give the moment of a clock that never jumps: recordings, drills, tests."""
        return cls(wall, wall.timestamp(), "")

    def since(self, earlier: "Moment") -> timedelta:
        """Give the age of `earlier`, never negative; over a reboot only the wall clocks tell."""
        if self.boot == earlier.boot:
            age = self.monotonic - earlier.monotonic
            return timedelta(0, age) if age > 0 else ZERO
        if not (self.trusted and earlier.trusted):
            return ZERO
        return max(ZERO, self.wall - earlier.wall)

    def plus(self, duration: timedelta) -> "Moment":
        """Give the moment that much later on both clocks."""
        later = self.monotonic + duration.total_seconds()
        return Moment(self.wall + duration, later, self.boot, self.trusted)

    def reached(self, now: "Moment") -> bool:
        """Say whether `now` is this moment or later."""
        if self.boot == now.boot:
            return self.monotonic <= now.monotonic
        return self.wall <= now.wall


NEVER = Moment(datetime.max.replace(tzinfo=UTC), float("inf"))


class Kind(StrEnum):
    """What a reading is of; the unit is fixed by the kind."""

    MOTION = "motion"
    PRESENCE = "presence"
    CONTACT_OPEN = "contact_open"
    VIBRATION = "vibration"
    USE = "use"  # a cupboard, tap, kettle, switch: every change is somebody's hand
    ACTIVITY = "activity"  # something happened; which sensor is not known
    STEPS = "steps"  # counted since an arbitrary start
    SMOKE = "smoke"
    CO = "co"
    GAS = "gas"
    LEAK = "leak"
    SOS = "sos"
    FALL = "fall"
    TAMPER = "tamper"
    BATTERY = "battery"  # percent
    BATTERY_LOW = "battery_low"
    TEMPERATURE = "temperature"  # degrees Celsius, of the room
    BODY_TEMPERATURE = "body_temperature"  # degrees Celsius, in the ear, on the forehead
    HUMIDITY = "humidity"  # percent
    ILLUMINANCE = "illuminance"  # lux
    HEART_RATE = "heart_rate"  # per minute
    SPO2 = "spo2"  # percent
    WORN = "worn"
    TEST = "test"
    FAULT = "fault"  # the device calls itself defective
    END_OF_LIFE = "end_of_life"  # its sensor is used up
    MUTED = "muted"  # its sounder is silenced; an alarm is one all the same
    ONLINE = "online"  # what the bridge says of its device
    LINK_QUALITY = "link_quality"  # 0 to 255
    MAINS = "mains"  # the box has power from the wall


class Freshness(StrEnum):
    """How much a reading says of the present."""

    LIVE = "live"
    BUFFERED = "buffered"  # came on a resumed session: some time between disconnect and now
    RETAINED = "retained"  # the broker's memory: state only
    MISDATED = "misdated"  # the device's own time cannot be right


class Reading(Struct, frozen=True):
    """One fact from one device. `at` is when it happened, by the device's word where it has one."""

    household: str
    device: str
    room: str
    kind: Kind
    value: Value
    at: datetime
    received: Moment
    freshness: Freshness = Freshness.LIVE
    drill: bool = False


class Delivery(Struct, frozen=True):
    """What a transport knows of one delivery, to tell a redelivery from a second equal reading."""

    session: str
    packet: int
    redelivered: bool


class Packet(Struct, frozen=True):
    """The gateway's only raw type: bytes from somewhere, not yet understood."""

    source: str
    address: str
    payload: bytes
    received: Moment
    freshness: Freshness = Freshness.LIVE
    delivery: Delivery | None = None


class BlindCause(StrEnum):
    """Why nothing could be seen for a while."""

    DOWNTIME = "downtime"
    SOURCE_LOST = "source_lost"
    BRIDGE_OFFLINE = "bridge_offline"
    REFUSED = "refused"  # the broker does not let us hear them
    CLOCK_UNTRUSTED = "clock_untrusted"
    UNWORN = "unworn"  # a bracelet lies about: it is heard, and sees nobody
    MUTE = "mute"  # concluded: nothing comes from any device of a bridge any more


class Life(Struct, frozen=True):
    """A fresh sign of life: the household's own conclusion from a reading."""

    at: Moment
    device: str
    room: str
    kind: Kind
    outer_door: bool
    opens: bool | None = None  # of the outer door, where it says both; else it just was used


def digest(*parts: str) -> str:
    """Give a short name that is the same for the same parts: 80 bits of SHA-256."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]
