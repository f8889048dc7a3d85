"""A home as it was set up: rooms, devices, people, the ladder, the limits."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from edge.availability import Availability
from edge.facts import ZERO, Kind
from edge.rules import Severity
from edge.vital_figures import BODY_TEMPERATURE_LIMITS, HEART_RATE_LIMITS, SPO2_LOW


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
    bed: bool = False  # it tells whether somebody is in a bed
    answers: bool = False  # a press of it says "I am well", and nothing else


class Contact(Struct, frozen=True):
    """Somebody who is told, on these channels in order."""

    id: str
    name: str
    role: str
    phone: str
    language: str
    channels: tuple[str, ...]
    availability: Availability = Availability()
    is_person: bool = True  # a siren can neither answer nor come
    can_answer: bool = True  # by themselves: over a link in the message, or by a text


class Step(Struct, frozen=True):
    """One rung of the ladder: who is told how long after the alert, of which severities."""

    after: timedelta
    tell: tuple[str, ...]
    severities: frozenset[Severity]


class Patience(Struct, frozen=True):
    """How long a silence may last: the learned line's budgets and the hard limits."""

    ceiling: timedelta = timedelta(hours=24)
    budget: float = 0.5  # false alerts per 30 days
    pre_alarm: timedelta = ZERO  # for an answer to the question at home; none: nobody is asked
    question_budget: float = 4.0  # needless questions per 30 days


class VitalLimits(Struct, frozen=True):
    """Which vital signs are watched, and beyond which limits somebody must look at once.

    A limit itself is still within.
    """

    watched: frozenset[Kind] = frozenset({Kind.HEART_RATE, Kind.SPO2, Kind.BODY_TEMPERATURE})
    own_range: bool = True  # also what is unusual for this person
    heart_rate: tuple[float, float] = HEART_RATE_LIMITS  # a minute, at rest
    spo2_low: float = SPO2_LOW  # percent
    body_temperature: tuple[float, float] = BODY_TEMPERATURE_LIMITS  # degrees Celsius
    minds_unworn: bool = True  # somebody is told of a bracelet that lies about for long


class Routine(Struct, frozen=True):
    """Which of the rules about rooms, routine and nights are on."""

    stay: bool = True  # too long in one room
    crawling: bool = True  # sporadic movement in one room
    anchor: bool = True  # a room of every morning was not visited
    wandering: bool = True  # up and about, or out of the door, at night
    bed: bool = True  # too long in bed, or left at night and not back
    wanders: bool = False  # it is known that the resident does: every night counts


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
    vitals: VitalLimits = VitalLimits()
    notes_change: bool = True  # somebody is told of slow change, once a month at most
    misses_absent: bool = True  # who stays out for longer than usual is told of
    follows_falls: bool = True  # what comes after a fall changes what is said of it
    routine: Routine = Routine()
    asks_contacts: bool = False  # whether messages reach them, once a month

    @property
    def zone(self) -> ZoneInfo:
        """Give the home's time zone."""
        return ZoneInfo(self.zone_name)
