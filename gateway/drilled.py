"""How a drill in a real home stands, what ended it, and why none begins."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from edge.model import ZERO


class Ending(StrEnum):
    """What ended a drill."""

    DONE = "done"  # whoever drills
    REAL = "real"  # a real alarm
    CLOSED = "closed"  # somebody closed its alert
    TIME = "time"  # nobody spoke of it any more, or it was too long
    UNKNOWN = "unknown"  # no such drill: the daemon was started anew meanwhile


class Refusal(StrEnum):
    """Why no drill begins."""

    HOUSEHOLD = "household"  # not watched here
    DRILL_HOME = "drill_home"  # all that it says is a drill anyway
    DEVICE = "device"  # there is none such, or it does not alarm
    ALARM = "alarm"  # a real one stands
    BUSY = "busy"  # another drill, or a walk test, goes on there
    FULL = "full"  # too many at once


class Stands(Struct, frozen=True):
    """How a drill stands."""

    drill: str
    goes_on: bool
    ending: Ending | None = None
    ended_by: str = ""  # the device or, as RULE/SUBJECT, the alert that was real
    began_at: datetime | None = None
    heard_at: datetime | None = None  # its sensor was
    stored_at: datetime | None = None  # its alert was on disk
    alert: str = ""
    left: timedelta = ZERO  # for so long the sensor's alarm is waited for
