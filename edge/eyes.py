"""Which rooms, and whether the home at all, can still be seen by what is left of the sensors.

The outer door alone does not see a home: whoever stays in does not use it. Which of them are
silent, odd or deaf is supervision's to say; here it is what that comes to.
"""

from collections.abc import Callable, Iterable

from msgspec import Struct

from edge.blindness import LINKS, Darkness
from edge.model import BlindCause, Deaf, Finding, Home, Moment, Rule, Severity, Unseen
from edge.signs import gives_life


class Unseeing(Struct):
    """What cannot be seen, and since when."""

    home: Moment | None = None  # no witness is left, until one is heard
    rooms: dict[str, Moment] = {}


class Eyes:
    """Knows the devices that can bear witness of life, by room. `state` is what it remembers."""

    def __init__(self, home: Home, state: Unseeing) -> None:
        self._home = home
        self._rooms: dict[str, set[str]] = {}
        for device in home.devices:
            if gives_life(device):
                self._rooms.setdefault(device.room, set()).add(device.id)
        doors = {device.id for device in home.devices if device.outer_door}
        everybody = {name for names in self._rooms.values() for name in names}
        self._witnesses = everybody - doors or everybody
        self._state = state

    def open(self, device: str) -> bool:
        """Take in that a device is heard; say whether the home was blind until now."""
        was_blind = self._state.home is not None and device in self._witnesses
        if was_blind:
            self._state.home = None
        return was_blind

    def is_alone(self, device: str) -> bool:
        """Say whether nothing else sees its room."""
        return {device} in self._rooms.values()

    def rooms(self, failed: set[str], deaf: set[str], now: Moment) -> list[Finding]:
        """Name the rooms of whose several sensors none is left; a single one speaks for itself."""
        found = []
        for room, eyes in self._rooms.items():
            if len(eyes) < 2 or not eyes <= failed | deaf or eyes.isdisjoint(failed):
                self._state.rooms.pop(room, None)
                continue
            since = self._state.rooms.setdefault(room, now)
            because = Unseen(room, tuple(sorted(eyes)))
            found.append(Finding(Rule.ROOM, room, Severity.FAULT, since, because))
        return found

    def darkness(self, lasting: Iterable[Darkness], failed: set[str]) -> list[Finding]:
        """Name each lasting cause once; it is urgent where it takes the last witnesses."""
        found: dict[str, Finding] = {}
        for dark in sorted(lasting, key=lambda dark: dark.blind.began.wall):
            found.setdefault(dark.blind.subject, self._dark(dark, failed))
        return list(found.values())

    def _dark(self, dark: Darkness, failed: set[str]) -> Finding:
        blind = dark.blind
        deaf = blind.devices if blind.cause in LINKS else ()
        # One that comes and goes is as grave while it is back: it is not news each time.
        is_urgent = self._witnesses <= failed.union(deaf) and not self._witnesses.isdisjoint(deaf)
        if blind.cause is BlindCause.REFUSED:
            # What takes the others is told by itself.
            is_urgent = is_urgent and self._witnesses <= set(deaf)
        severity = Severity.URGENT if is_urgent else Severity.FAULT
        because = Deaf(blind.cause, blind.subject, deaf, dark.returns)
        return Finding(Rule.BLIND, blind.subject, severity, blind.began, because)

    def home(
        self, failed: set[str], failures: Callable[[], Iterable[tuple[str, Moment]]]
    ) -> list[Finding]:
        """Say that each witness has fallen silent or gone odd, whatever else is deaf."""
        if not self._witnesses:
            self._state.home = None  # the last was taken out: there is nobody to be heard again
        since = self._state.home
        if since is None:
            if not self._witnesses or not self._witnesses <= failed:
                return []
            moments = [moment for name, moment in failures() if name in self._witnesses]
            since = self._state.home = max(moments, key=lambda moment: moment.wall)
        because = Deaf(None, self._home.id, tuple(sorted(self._witnesses)))
        return [Finding(Rule.BLIND, self._home.id, Severity.URGENT, since, because)]
