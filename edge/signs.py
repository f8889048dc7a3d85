"""Which readings are fresh signs of life; what they mean is left to presence and the detectors.

Sensors repeat what they last saw: only a change is news, and a standing "true" counts for a
bounded time. A sensor that never clears speaks of events instead, and each fresh one counts. What
the broker kept or delivered late says nothing about the present.
"""

from msgspec import Struct

from edge.model import Device, Freshness, Home, Kind, Life, Moment, Reading, Value

LEVELS = frozenset({Kind.MOTION, Kind.PRESENCE, Kind.VIBRATION})
TOGGLES = frozenset({Kind.CONTACT_OPEN, Kind.USE})
LIFE_KINDS = LEVELS | TOGGLES | {Kind.ACTIVITY, Kind.STEPS}
# Looked up once: Python 3.11 takes longer over a member's name than over all that is done here.
ACTIVITY, CONTACT_OPEN, LIVE = Kind.ACTIVITY, Kind.CONTACT_OPEN, Freshness.LIVE


class Standing(Struct):
    """The last value of one sensor, and since when it stands."""

    value: Value
    since: Moment
    was_seen: bool = True  # its beginning was heard; else it stood already, who knows since when


class Signs:
    """Remembers what stands, to tell news from repetition. `state` is all that it knows."""

    def __init__(self, home: Home, state: dict[str, Standing] | None = None) -> None:
        self._devices = {device.id: device for device in home.devices}
        self.state: dict[str, Standing] = {} if state is None else state

    def life(self, reading: Reading) -> Life | None:
        """Take in a reading and give the sign of life in it, if there is one."""
        device = self._devices.get(reading.device)
        if device is None or device.answers or reading.kind not in LIFE_KINDS:
            return None
        if reading.kind is ACTIVITY:
            # It is news by itself: there is nothing that could stand.
            is_live = bool(reading.value) and reading.freshness is LIVE
            return _life(reading, device) if is_live else None
        key = f"{reading.device}/{reading.kind}"
        before = self.state.get(key)
        is_life = self._is_life(before, reading, device) and reading.freshness is LIVE
        if before is None or before.value != reading.value:
            was_seen = before is not None and reading.freshness is LIVE
            self.state[key] = Standing(reading.value, reading.received, was_seen)
        return _life(reading, device) if is_life else None

    def _is_life(self, before: Standing | None, reading: Reading, device: Device) -> bool:
        if reading.kind in LEVELS and device.clears_after is not None:
            # A sensor that never clears speaks of events: each is somebody's, however many.
            return bool(reading.value)
        if before is None:
            # A bridge repeats its cache when it starts, as if it were live. Only a sensor that
            # speaks of events alone cannot have been cached.
            is_event = reading.kind in TOGGLES and device.clears_after is not None
            return is_event and bool(reading.value)
        if reading.kind in TOGGLES:
            return before.value != reading.value
        if reading.kind is Kind.STEPS:
            return reading.value > before.value
        if not reading.value:
            return False
        if not before.value:
            return True
        return before.was_seen and reading.received.since(before.since) <= device.hold


def _life(reading: Reading, device: Device) -> Life:
    opens = None
    if device.outer_door and device.clears_after is None and reading.kind is CONTACT_OPEN:
        opens = bool(reading.value)  # it says both
    at, name, room = reading.received, reading.device, reading.room
    return Life(at, name, room, reading.kind, device.outer_door, opens)


def gives_life(device: Device) -> bool:
    """Say whether this device can bear witness of the resident's life."""
    return bool(device.kinds & LIFE_KINDS) and not device.answers


def is_answer(reading: Reading, device: Device) -> bool:
    """Say whether this is a fresh press of a button that says "I am well".

    Only of a sensor that speaks of events alone: what stands may be a bridge's memory.
    """
    is_press = reading.kind is Kind.USE and bool(reading.value)
    is_event = device.answers and device.clears_after is not None
    return is_press and is_event and reading.freshness is Freshness.LIVE
