"""What can happen in a home besides ordinary life: to the person, to a device, around the gateway.

It only names things; what follows for the stays is faults', for the signals device_faults'.
"""

from enum import StrEnum
from math import inf
from typing import NamedTuple


class Layer(StrEnum):
    """Where a happening strikes."""

    PERSON = "person"  # whoever lives there does something else
    ROOM = "room"  # a sensor has something true to say
    DEVICE = "device"  # a sensor says something untrue, or nothing
    WORLD = "world"  # power, network and clock around the gateway


class What(StrEnum):
    """The kinds of happenings."""

    COLLAPSE = "collapse"
    FALL = "fall"  # and getting up again
    WANDERING = "wandering"
    NOT_BACK = "not_back"
    HOLIDAY = "holiday"
    HOSPITAL = "hospital"
    GUEST = "guest"  # stays overnight
    DOG = "dog"
    FIRE = "fire"
    GAS = "gas"
    SOS = "sos"
    BROKEN = "broken"  # says nothing any more
    STUCK = "stuck"  # says for ever that somebody is there
    DEAF = "deaf"  # reports that it lives and sees nothing
    CHATTERING = "chattering"
    STRAY = "stray"  # sees somebody once where nobody is
    EMPTY_BATTERY = "empty_battery"  # low first, then nothing
    POWER_CUT = "power_cut"
    INTERNET_CUT = "internet_cut"
    BROKER_KILLED = "broker_killed"
    WRONG_CLOCK = "wrong_clock"  # no power; then, as long again, the clock of when it went

    @property
    def layer(self) -> Layer:
        """Give where it strikes."""
        if self in _ROOM:
            return Layer.ROOM
        if self in _DEVICE:
            return Layer.DEVICE
        return Layer.WORLD if self in _WORLD else Layer.PERSON


_ROOM = frozenset({What.FIRE, What.GAS, What.SOS})
_DEVICE = frozenset(
    {
        *(What.BROKEN, What.STUCK, What.DEAF, What.CHATTERING, What.STRAY),
        What.EMPTY_BATTERY,
    }
)
_WORLD = frozenset({What.POWER_CUT, What.INTERNET_CUT, What.BROKER_KILLED, What.WRONG_CLOCK})


class Happening(NamedTuple):
    """One thing that happens; times are seconds of the epoch, `ends` is endless by default.

    `room` is where ("" for wherever the resident is), `sensor` the device that is at fault.
    """

    what: What
    at: float
    ends: float = inf
    room: str = ""
    sensor: str = ""
    crawls: bool = False  # a collapse: moves now and then
    goes_out: bool = False  # wandering: through the outer door
    is_felt: bool = False  # a fall: a device that reports falls notices it
