"""What sorts of sensors there are in a home, and how well each of them sees, hears and lasts.

Which of them hang where is home's; what they notice of a life is instruments'.
"""

from enum import StrEnum
from typing import NamedTuple

from edge.model import Kind

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


class Fitting(StrEnum):
    """The sorts of sensors that notice something of a life."""

    INFRARED = "infrared"  # warm bodies that move
    RADAR = "radar"  # bodies in view, also still ones
    CONTACT = "contact"  # a door, window, cupboard, fridge
    USE = "use"  # a plug, tap, switch: somebody's hand
    BED = "bed"  # a mat or radar: somebody lies there
    BRACELET = "bracelet"
    ALARM = "alarm"  # smoke, heat, gas, CO, water: lives, and has nothing to say
    BUTTON = "button"  # SOS


class Traits(NamedTuple):
    """How a sensor is; times in seconds. A home's file may say otherwise for one of them."""

    blind: float = 0.0  # after it has seen something it sees nothing for so long
    hold: float = 0.0  # says "nobody" so long after the last it saw
    misses: float = 0.0  # the share of what it should see and does not
    false_a_day: float = 0.0  # sees what is not there
    says_clear: bool = True  # says "nobody" at all
    says_all: bool = False  # repeats all it knows with every message, as bridges with a cache do
    reports: float = HOUR  # says that it lives; 0: never
    measures: float = 0.0  # a bracelet or radar looks at the heart
    drains: float = 0.1  # percent of its battery a day; 0: from the wall
    loss: float = 0.0  # the share of its messages that nobody hears
    drift: float = 40.0  # millionths by which its clock runs wrong, either way


TRAITS = {
    Fitting.INFRARED: Traits(blind=30.0, hold=90.0, misses=0.1, false_a_day=0.05),
    Fitting.RADAR: Traits(hold=20.0, misses=0.02, false_a_day=0.2, reports=MINUTE, drains=0.0),
    Fitting.CONTACT: Traits(misses=0.005),
    Fitting.USE: Traits(misses=0.0, drains=0.0),
    Fitting.BED: Traits(hold=15.0, misses=0.01, reports=10 * MINUTE, drains=0.0),
    Fitting.BRACELET: Traits(reports=0.0, measures=10 * MINUTE, drains=14.0, loss=0.02),
    Fitting.ALARM: Traits(reports=12 * HOUR, drains=0.03),
    Fitting.BUTTON: Traits(reports=12 * HOUR, drains=0.05),
}

# What a sensor of a sort may speak of; its profile must know it too.
SPEAKS_OF = {
    Fitting.INFRARED: (Kind.MOTION,),
    Fitting.RADAR: (Kind.PRESENCE,),
    Fitting.CONTACT: (Kind.CONTACT_OPEN,),
    Fitting.USE: (Kind.USE, Kind.ACTIVITY),
    Fitting.BED: (Kind.PRESENCE,),
    Fitting.BRACELET: (Kind.STEPS, Kind.HEART_RATE),
    Fitting.ALARM: (Kind.SMOKE, Kind.GAS, Kind.CO, Kind.LEAK),
    Fitting.BUTTON: (Kind.SOS,),
}
BESIDES = (Kind.BATTERY, Kind.BATTERY_LOW, Kind.WORN)  # any of them, where its profile knows it
WITH_PULSE = frozenset({Fitting.RADAR, Fitting.BED, Fitting.BRACELET})
