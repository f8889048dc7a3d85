"""What a life at home consists of, and what is heard of it.

Who lives how is resident's to decide; what a device says of it is sensing's. They share only this.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from edge.model import Kind, Value

OUTSIDE = ""  # the room of whoever is not in the home
RESIDENT = 0


class Doing(StrEnum):
    """What somebody is busy with for the length of a stay."""

    SLEEP = "sleep"
    REST = "rest"
    NAP = "nap"
    BATHROOM = "bathroom"
    MEAL = "meal"
    COOK = "cook"
    WASH = "wash"
    TELEVISION = "television"
    HOUSEWORK = "housework"
    VISITOR = "visitor"
    OUT = "out"
    ILL = "ill"
    LIE = "lie"  # collapsed
    CRAWL = "crawl"
    WANDER = "wander"


class Stay(NamedTuple):
    """Somebody is in one room for a while; times are seconds of the epoch.

    `who` is 0 for the resident, from 1 on visitors and animals. `room` is "" out of the home.
    `stirs` is the movements an hour that a perfect observer in the room would see, `pulse` the
    heartbeats a minute, `uses` the items that are used (kettle, television, bed, tap ...).
    """

    who: int
    room: str
    doing: Doing
    begins: float
    ends: float
    stirs: float
    pulse: float = 72.0
    uses: tuple[str, ...] = ()


class Signal(NamedTuple):
    """What a device says at a time, to be put into its own words."""

    at: float
    sensor: str
    values: Mapping[Kind, Value]
