"""The facts and closed sets that the whole house speaks of.

It decides nothing: who reads them (household, detectors, alert book, escalation) does.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

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
            return max(ZERO, timedelta(seconds=self.monotonic - earlier.monotonic))
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
    TEMPERATURE = "temperature"  # degrees Celsius
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


# --- what moves a household besides readings; each is journalled like one


class BlindCause(StrEnum):
    """Why nothing could be seen for a while."""

    DOWNTIME = "downtime"
    SOURCE_LOST = "source_lost"
    BRIDGE_OFFLINE = "bridge_offline"
    CLOCK_UNTRUSTED = "clock_untrusted"
    MUTE = "mute"  # concluded: nothing comes from any device of a bridge any more


class Blind(Struct, frozen=True, tag="blind"):
    """From `began` these devices cannot be heard, for this cause."""

    cause: BlindCause
    subject: str  # the source or bridge
    devices: tuple[str, ...]  # the roles that are deaf by it
    began: Moment


class Sighted(Struct, frozen=True, tag="sighted"):
    """The cause of a blind interval has gone."""

    cause: BlindCause
    subject: str


class Acknowledge(Struct, frozen=True, tag="acknowledge"):
    """Somebody takes an alert for a while."""

    alert: str
    by: str
    lease: timedelta


class Close(Struct, frozen=True, tag="close"):
    """Somebody ends an alert and says what it was; rule and subject are those of its finding."""

    alert: str
    by: str
    outcome: "Outcome"
    rule: "Rule"
    subject: str


class Trouble(Struct, frozen=True, tag="trouble"):
    """The gateway reports something wrong, or right again, with itself."""

    rule: "Rule"
    subject: str
    detail: str
    stands: bool


class Configured(Struct, frozen=True, tag="configured"):
    """The household's configuration was loaded; the hash says which."""

    sha256: str


Input = Blind | Sighted | Acknowledge | Close | Trouble | Configured


class Entry(Struct, frozen=True):
    """One line of the journal: what came in, and when the household heard of it."""

    household: str
    at: Moment
    what: Reading | Input


# --- findings and why


class Rule(StrEnum):
    """Which promise of the house speaks."""

    SMOKE = "smoke"
    CO = "co"
    GAS = "gas"
    LEAK = "leak"
    SOS = "sos"
    FALL = "fall"
    INACTIVITY = "inactivity"
    BLIND = "blind"  # the home cannot be seen
    SILENT = "silent"  # a device is not heard any more
    ROOM = "room"  # nothing is left that sees a room
    ODD = "odd"  # a sensor behaves as no person makes it
    BATTERY = "battery"
    TAMPER = "tamper"
    DEFECT = "defect"  # a device calls itself defective
    END_OF_LIFE = "end_of_life"
    MUTED = "muted"
    TEST = "test"
    UNTRUSTED = "untrusted"  # what a device sends cannot be proven to be its own
    MAINS = "mains"  # the box runs on its battery
    STORAGE = "storage"
    CHANNEL = "channel"


class Severity(StrEnum):
    """How fast somebody must come."""

    EMERGENCY = "emergency"  # life safety: now, everyone, never quiet
    URGENT = "urgent"  # somebody must look within the hour
    FAULT = "fault"  # the watching itself is impaired
    NOTE = "note"

    @property
    def rank(self) -> int:
        """Give 0 for the gravest."""
        return list(Severity).index(self)


class Sensed(Struct, frozen=True, tag="sensed"):
    """A sensor says so itself: smoke, gas, water, the SOS button, tamper, low battery."""

    device: str
    room: str
    kind: Kind
    value: Value
    at: datetime
    standing: bool = False  # it already stood so when we began to listen


class Limit(StrEnum):
    """Which line a silence has crossed."""

    LEARNED = "learned"  # this household's own rhythm
    POPULATION = "population"  # too few days of its own yet
    CEILING = "ceiling"  # the fixed hard limit


class Silence(Struct, frozen=True, tag="silence"):
    """No sign of life for longer than is usual here at this hour."""

    last_at: datetime | None  # None: nothing was heard since the start
    last_device: str
    last_room: str
    silent_for: timedelta  # without the time in which nothing could be seen
    blind_for: timedelta
    usual: timedelta  # the longest usual silence at this hour
    days: int  # how many days of its own this household was learned from
    limit: Limit
    expected_days: float | None  # such a silence is expected once in so many days
    door_at: datetime | None  # the outer door was last used
    is_away: bool  # the door says that the resident went out


class Lost(Struct, frozen=True, tag="lost"):
    """A device is not heard any more."""

    device: str
    room: str
    last_heard: datetime | None
    silent_after: timedelta
    said_offline: bool  # its bridge says that it is offline
    alone: bool = False  # nothing else sees its room
    weak_link: bool = False  # its radio was hardly heard before


class Deaf(Struct, frozen=True, tag="deaf"):
    """The home cannot be seen: why, and which devices are deaf by it."""

    cause: BlindCause | None  # None: each device for a reason of its own
    subject: str
    devices: tuple[str, ...]


class Unseen(Struct, frozen=True, tag="unseen"):
    """Nothing is left that sees a room."""

    room: str
    devices: tuple[str, ...]  # all that could see it


class Oddity(StrEnum):
    """What no person makes a sensor do."""

    STUCK = "stuck"  # it says "somebody is there" for longer than anybody stays
    CHATTERING = "chattering"  # it changes more often than anybody makes it
    REPEATING = "repeating"  # it begins again and again at a machine's beat


class Odd(Struct, frozen=True, tag="odd"):
    """A sensor behaves as no person makes it: what it says is no sign of life."""

    device: str
    room: str
    oddity: Oddity


class Ebbing(Struct, frozen=True, tag="ebbing"):
    """A battery sinks steadily and will be empty soon."""

    device: str
    room: str
    percent: float
    days: int  # until it is empty, about


class Broken(Struct, frozen=True, tag="broken"):
    """Something is wrong with the gateway itself."""

    subject: str
    detail: str


Because = Sensed | Silence | Lost | Deaf | Unseen | Odd | Ebbing | Broken


class Finding(Struct, frozen=True):
    """Something that holds now; (rule, subject) is its identity, `since` its beginning."""

    rule: Rule
    subject: str
    severity: Severity
    since: Moment
    because: Because


# --- alerts


class State(StrEnum):
    """Where an alert is in its life."""

    SUSPECTED = "suspected"  # the question in the home; nobody outside knows yet
    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"  # the finding is gone; nobody has said yet what it was
    CLOSED = "closed"


class Outcome(StrEnum):
    """What an alert turned out to be, in the words of the person who closes it."""

    HELPED = "helped"  # a real emergency
    WELL = "well"  # the resident was well: a false alert
    SENSOR = "sensor"  # a device's fault
    TEST = "test"
    UNKNOWN = "unknown"


class Lease(Struct, frozen=True):
    """Who has taken an alert, and until when; then it returns by itself."""

    owner: str
    until: Moment


class Alert(Struct, frozen=True):
    """One alert as it stands. Never edited: a change makes the next one."""

    id: str
    household: str
    finding: Finding
    state: State
    opened: Moment
    lease: Lease | None = None
    outcome: Outcome | None = None
    drill: bool = False
    holds: bool = True  # the finding still stands
    inhibited_by: str = ""  # the id of the alert that is this one's cause
    step: int = 0  # how many steps of the escalation were taken
    rounds: int = 0  # how often the whole ladder was repeated
    next_step: Moment | None = None
    told: tuple[str, ...] = ()  # the contacts who were told, in order


class Event(StrEnum):
    """What can happen to an alert."""

    SUSPECTED = "suspected"
    RAISED = "raised"
    WORSENED = "worsened"
    INHIBITED = "inhibited"
    RELEASED = "released"  # its inhibition ended
    ESCALATED = "escalated"
    UNREACHED = "unreached"  # nobody is there to be told
    ACKNOWLEDGED = "acknowledged"
    LAPSED = "lapsed"  # the lease ran out
    RESOLVED = "resolved"
    RETURNED = "returned"  # what was resolved had not ended
    CLOSED = "closed"


class Change(Struct, frozen=True):
    """One event in an alert's life; journalled, never edited."""

    alert: str
    what: Event
    at: Moment
    by: str
    detail: str = ""

    @property
    def id(self) -> str:
        """Give the same name to the same change, however often it is worked out."""
        return digest(self.alert, self.what, self.at.wall.isoformat(), self.by, self.detail)


class Effects(Struct):
    """What one step of a household comes to; committed as a whole.

    `cancelled` names alerts: whatever is still owed to somebody about them, except `notices`
    of these same effects, is not sent any more.
    """

    changes: list[Change] = []
    alerts: list[Alert] = []
    notices: list["Notice"] = []
    cancelled: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.changes or self.alerts or self.notices or self.cancelled)

    def extend(self, later: "Effects") -> None:
        """Add what came of the next step; what it cancels is not owed any more."""
        self.changes += later.changes
        self.alerts += later.alerts
        if later.cancelled:
            self.notices = [n for n in self.notices if n.alert not in later.cancelled]
        self.notices += later.notices
        self.cancelled += later.cancelled


class Reason(StrEnum):
    """Why somebody is told."""

    FIRST = "first"
    REPEATED = "repeated"
    ESCALATED = "escalated"
    RETURNED = "returned"  # whoever had taken it let it lapse
    RESOLVED = "resolved"


class Notice(Struct, frozen=True):
    """One message that is owed to one person on one channel; its id never changes over resends."""

    id: str
    alert: str
    household: str
    recipient: str
    channel: str
    reason: Reason
    severity: Severity
    due: Moment
    drill: bool = False


class Rung(StrEnum):
    """How far a notice has come, as the channel can prove."""

    REFUSED = "refused"  # the receiver said no, or could not be reached
    SENT = "sent"  # handed over; nothing more is proven
    ACCEPTED = "accepted"  # the receiver's own answer says that it took it
    DELIVERED = "delivered"
    SEEN = "seen"


class Receipt(Struct, frozen=True):
    """What came of one attempt, in the receiver's own words."""

    notice: str
    attempt: int
    rung: Rung
    at: datetime
    evidence: str


# --- the home as it was set up


class Room(Struct, frozen=True):
    """A room by its short id and the name that people use."""

    id: str
    name: str


class Device(Struct, frozen=True):
    """A sensor in its role; the hardware behind it may be swapped."""

    id: str
    room: str
    name: str
    kinds: frozenset[Kind]
    source: str  # the source that hears it, e.g. "mqtt"
    bridge: str = ""  # the bridge between, e.g. "zigbee2mqtt"; empty where there is none
    outer_door: bool = False
    hold: timedelta = timedelta(minutes=30)  # a standing "true" counts as life at most so long
    clears_after: timedelta | None = None  # set for sensors that never send "clear"
    silent_after: timedelta = timedelta(hours=24)
    battery_low_percent: int = 15
    hardware: str = ""  # which one it is; with another one behind the role this is another text


class Contact(Struct, frozen=True):
    """Somebody who is told, on these channels in order."""

    id: str
    name: str
    role: str
    phone: str
    language: str
    channels: tuple[str, ...]


class Step(Struct, frozen=True):
    """One rung of the ladder: who is told how long after the alert, of which severities."""

    after: timedelta
    tell: tuple[str, ...]
    severities: frozenset[Severity]


class Patience(Struct, frozen=True):
    """How long a silence may last: the learned line's budget and the hard limits."""

    ceiling: timedelta = timedelta(hours=24)
    budget: float = 0.5  # false alerts per 30 days
    pre_alarm: timedelta = ZERO


class Home(Struct, frozen=True):
    """One household as configured: what the pure part needs of it."""

    id: str
    name: str
    resident: str
    zone_name: str
    rooms: tuple[Room, ...]
    devices: tuple[Device, ...]
    contacts: tuple[Contact, ...] = ()
    steps: tuple[Step, ...] = ()
    repeat_every: timedelta = timedelta(minutes=15)
    patience: Patience = Patience()
    drill: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """Give the home's time zone."""
        return ZoneInfo(self.zone_name)


# --- seams


class Life(Struct, frozen=True):
    """A fresh sign of life: the household's own conclusion from a reading."""

    at: Moment
    device: str
    room: str
    kind: Kind
    outer_door: bool


class Detector(Protocol):
    """One rule or family of rules. It reports levels ("this holds now"), never events."""

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in one fact."""

    def findings(self, now: Moment) -> list[Finding]:
        """Say what holds now."""

    def next_check(self, now: Moment) -> Moment | None:
        """Say when to be asked again, later than `now`; None: not before the next fact."""


def digest(*parts: str) -> str:
    """Give a short name that is the same for the same parts: 80 bits of SHA-256."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]
