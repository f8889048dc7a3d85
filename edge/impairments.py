"""What is found out about the watching itself, and why: devices, bridges, rooms, the box."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from edge.facts import BlindCause


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
    returns: int = 0  # it has been over so often meanwhile, never for long


class Unseen(Struct, frozen=True, tag="unseen"):
    """Nothing is left that sees a room."""

    room: str
    devices: tuple[str, ...]  # all that could see it


class Oddity(StrEnum):
    """What no person makes a sensor do."""

    STUCK = "stuck"  # it says "somebody is there" for longer than anybody stays
    CHATTERING = "chattering"  # it changes more often than anybody makes it
    REPEATING = "repeating"  # it begins again and again at a machine's beat
    SIGHTLESS = "sightless"  # it lives and sees nobody, where others do
    IMAGINING = "imagining"  # it sees somebody while nobody is at home


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


class Asked(Struct, frozen=True, tag="asked"):
    """Somebody was sent the monthly test, to see whether messages reach them."""

    contact: str
    at: datetime
    is_late: bool = False  # no answer came in the time for one
