"""What is found out about the resident, and why: every fact that an alert of them rests on."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from edge.facts import ZERO, Kind, Value


class After(StrEnum):
    """What followed a fall."""

    STILL = "still"  # nobody has moved in the home since
    UP = "up"  # somebody moves about again


class Aftermath(Struct, frozen=True):
    """What was seen of the resident since a device reported a fall."""

    after: After
    since: datetime  # nothing has moved, or somebody has moved about, since
    rooms: tuple[str, ...] = ()  # in which somebody has moved since the fall
    steps: int | None = None  # counted since by what reported it; None: it counts none


class Sensed(Struct, frozen=True, tag="sensed"):
    """A sensor says so itself: smoke, gas, water, the SOS button, tamper, low battery."""

    device: str
    room: str
    kind: Kind
    value: Value
    at: datetime
    standing: bool = False  # it already stood so when we began to listen
    after: Aftermath | None = None  # of a fall, once it shows
    is_worn: bool | None = None  # of a fall: what it had said of that before; None: nothing
    seen_room: str = ""  # of what is worn: where somebody moved last before the call
    seen_at: datetime | None = None


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
    as_long_on: int = 0  # of the days below it was as quiet for as long around this hour
    of_days: int = 0
    longest: timedelta = ZERO  # of those days, around this hour
    active_half_hours: int = 0  # in the 24 hours before this silence
    usual_active: float | None = None  # on a usual day
    hour_counts: float = 1.0  # less where little went on in those 24 hours
    is_quiet_day: bool = False
    asked_at: datetime | None = None  # the resident was asked at home and has not answered
    answers: float | None = None  # how likely they do at this hour, at least; None: not known
    wear: "Wear | None" = None  # what a bracelet knows
    witnesses: int = 0  # sensors that bear witness of life
    failing: tuple[str, ...] = ()  # those of them that are silent, deaf or out of order
    vouched: int = 0  # so often somebody has said since that the resident is well


class Wear(Struct, frozen=True):
    """What a bracelet knows of its wearer: evidence beside the sensors of the home."""

    device: str
    is_worn: bool | None  # None: not known
    since: datetime | None  # it was put on, or taken off
    pulse: float | None = None  # the last that was measured while worn
    pulse_at: datetime | None = None
    steps_at: datetime | None = None  # it last counted a step
    is_here: bool = False  # its wearer is within hearing of the box


class Bound(StrEnum):
    """Which line a vital sign has crossed."""

    HARD = "hard"  # the fixed limit of the configuration
    OWN = "own"  # what is usual for this person at this hour


class Vital(Struct, frozen=True, tag="vital"):
    """A vital sign was beyond a line for long enough, measured on the body."""

    device: str
    kind: Kind
    value: float  # at least three quarters of the readings were as far out or further
    at: datetime  # the last of them
    began: datetime  # it was so far out since
    lasting: timedelta  # the readings cover
    readings: int
    bound: Bound
    is_high: bool
    limit: float
    usual_low: float | None  # of this person at this hour; None: not known yet
    usual_high: float | None
    days: int  # it was learned from
    expected_days: float | None = None  # so far out is expected once in so many days


class Unworn(Struct, frozen=True, tag="unworn"):
    """What should be worn lies about: it can report no fall and knows nothing of the resident."""

    device: str
    since: datetime
    alone: bool  # nothing else shows how the resident is


class Stay(Struct, frozen=True, tag="stay"):
    """Seen in one room and in no other for longer than is usual in this room at this hour."""

    room: str
    device: str  # that saw somebody there last
    last_at: datetime
    lasted: timedelta  # since the last sign of life elsewhere
    usual: timedelta  # the longest usual stay here at this hour; zero: none at this hour
    days: int  # it was learned from
    expected_days: float | None  # so long a stay is expected once in so many days
    is_unsure: bool = False  # a sensor of another room has said nothing since: it may be dead


class Sparse(Struct, frozen=True, tag="sparse"):
    """Only now and then a movement, nearly all in one room, for longer than is usual."""

    room: str
    last_at: datetime
    moves: int  # movements since the last ordinary life
    lasted: timedelta  # since then
    usual: timedelta  # the longest usual such time at this hour
    days: int
    expected_days: float | None


class Missed(Struct, frozen=True, tag="missed"):
    """Somebody is up, and was not yet in a room that is visited every morning."""

    room: str
    usually_at: datetime  # today, at the mean time of the first visit
    latest_at: datetime  # today, at the latest time of the first visit in these days
    on_days: int  # it was visited in the morning
    of_days: int  # on which somebody was at home
    last_at: datetime
    last_room: str
    expected_days: float | None


class Roaming(Struct, frozen=True, tag="roaming"):
    """Up and about in the night for longer than is usual, or out of the door in it."""

    lasted: timedelta  # since getting up, or since the door
    rooms: tuple[str, ...]  # seen in, in the order of the first time
    moves: int  # changes of room
    last_at: datetime
    door_at: datetime | None  # out of the door then; None: in the home
    usual: timedelta  # being up at night lasts at most so long at this hour
    nights: int  # it was learned from
    expected_days: float | None


class Abed(Struct, frozen=True, tag="abed"):
    """In bed for longer than is usual at this hour, or out of it at night and not back."""

    device: str
    room: str
    is_in: bool
    lasted: timedelta
    usual: timedelta
    days: int
    expected_days: float | None
    last_at: datetime | None = None  # the last sign of life elsewhere, since the bed was left
    last_room: str = ""


class Overdue(Struct, frozen=True, tag="overdue"):
    """Somebody who went out is not back as usual, or not back after a declared absence."""

    left_at: datetime  # the outer door was last used
    out_for: timedelta
    limit: Limit  # CEILING: the declared absence is over
    usual: timedelta = timedelta(0)  # out for so long at most, as a rule, at this hour
    as_long_on: int = 0  # days of `of_days` on which an outing lasted as long
    of_days: int = 0  # of the last four weeks, those with an outing
    longest: timedelta = timedelta(0)  # of their outings
    expected_days: float | None = None  # so long an outing is expected once in so many days
    declared_until: datetime | None = None
    declared_by: str = ""


class Measure(StrEnum):
    """What of a resident's days is followed for slow change."""

    RISING = "rising"  # minutes after midnight, by the home's clock
    NIGHT_VISITS = "night_visits"  # to the bathroom
    OUTINGS = "outings"
    ACTIVITY = "activity"  # minutes in which somebody was seen to move, in an hour at home
    ROOM_CHANGES = "room_changes"  # in an hour at home
    LONGEST_QUIET = "longest_quiet"  # minutes, by day and at home


class Shift(Struct, frozen=True):
    """One measure as it used to be and as it is now, both of an ordinary day, in its own unit."""

    measure: Measure
    before: float
    now: float
    since: date  # about; by the home's clock
    days: int  # so many measured days say so since


class Shifted(Struct, frozen=True, tag="shifted"):
    """The resident's days have changed, and not for a week only."""

    shifts: tuple[Shift, ...]
