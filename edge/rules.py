"""Which promise of the house speaks, and how fast somebody must come: two closed sets."""

from enum import StrEnum


class Rule(StrEnum):
    """Which promise of the house speaks."""

    SMOKE = "smoke"
    CO = "co"
    GAS = "gas"
    LEAK = "leak"
    SOS = "sos"
    FALL = "fall"
    HEART_RATE = "heart_rate"
    OXYGEN = "oxygen"
    BODY_TEMPERATURE = "body_temperature"
    INACTIVITY = "inactivity"
    NOT_BACK = "not_back"  # out for longer than usual, or beyond a declared absence
    STAY = "stay"  # too long in one room for this room and hour
    CRAWLING = "crawling"  # only now and then a movement, in one room
    ROUTINE = "routine"  # a room that is visited every morning was not
    WANDERING = "wandering"  # up and about, or out of the door, at night
    BED = "bed"  # in bed for too long, or left at night and not back
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
    UNWORN = "unworn"  # what the resident should wear lies about
    STORAGE = "storage"
    CHANNEL = "channel"
    REACH = "reach"  # whether somebody who is told of alerts can be reached
    CHANGE = "change"  # something about the resident's days has changed for good


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
