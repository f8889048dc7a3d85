"""One line of the journal as a row of some 30 bytes, and back, exactly equal.

What repeats (who, where, what kind, which boot) is a role and a clock, each written once; the row
holds their numbers. Writing them down is the journal's.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from edge.model import Entry, Freshness, Input, Kind, Moment, Reading, Value
from gateway.store.bodies import from_microseconds, pack, to_microseconds

Row = tuple[int, int, int, float, Value | str | None, bytes | None]
Line = tuple[int, int, int, int, float, Value | str | None, bytes | None]  # its number first

DELIVERIES = 0  # in the place of a role: the row holds deliveries, not an entry
WIDEST = 1 << 63  # SQLite's integers

_INPUT = msgspec.msgpack.Decoder(Input)
_ASIDE = msgspec.msgpack.Decoder(tuple[datetime, Moment])


class Role(NamedTuple):
    """What an entry shares with others like it; an input has only a household."""

    household: str
    home: str = ""
    device: str = ""
    room: str = ""
    kind: Kind | None = None
    freshness: Freshness = Freshness.LIVE
    drill: bool = False
    is_bool: bool = False


class Clock(NamedTuple):
    """What the moments of one run share."""

    boot: str
    trusted: bool


class Terms:
    """The roles and clocks that are on disk, and the new ones that a commit must bring along."""

    def __init__(self) -> None:
        self.roles: dict[int, Role] = {}
        self.clocks: dict[int, Clock] = {}
        self.new_roles: dict[Role, int] = {}
        self.new_clocks: dict[Clock, int] = {}
        self._role_ids: dict[Role, int] = {}
        self._clock_ids: dict[Clock, int] = {}
        self._last_role = DELIVERIES
        self._last_clock = 0

    def learn(self, roles: Iterable[tuple[int, Role]], clocks: Iterable[tuple[int, Clock]]) -> None:
        """Take in what is on disk."""
        for number, role in roles:
            self.roles[number] = role
            self._role_ids[role] = number
            self._last_role = max(self._last_role, number)
        for number, clock in clocks:
            self.clocks[number] = clock
            self._clock_ids[clock] = number
            self._last_clock = max(self._last_clock, number)

    def keep(self) -> None:
        """Count the new ones as written."""
        self.learn(
            ((number, role) for role, number in self.new_roles.items()),
            ((number, clock) for clock, number in self.new_clocks.items()),
        )
        self.drop()

    def drop(self) -> None:
        """Forget the new ones: their commit came to nothing."""
        self.new_roles.clear()
        self.new_clocks.clear()

    def forget(self, household: str) -> None:
        """Forget the roles of one household."""
        for role in [role for role in self._role_ids if household in (role.household, role.home)]:
            del self.roles[self._role_ids.pop(role)]

    def role(self, role: Role) -> int:
        """Give the number of a role."""
        number = self._role_ids.get(role) or self.new_roles.get(role)
        if number is None:
            number = self.new_roles[role] = self._last_role + len(self.new_roles) + 1
        return number

    def clock(self, clock: Clock) -> int:
        """Give the number of a clock."""
        number = self._clock_ids.get(clock) or self.new_clocks.get(clock)
        if number is None:
            number = self.new_clocks[clock] = self._last_clock + len(self.new_clocks) + 1
        return number


def encode(entry: Entry, terms: Terms) -> Row:
    """Give the row of an entry, without its number."""
    what, at = entry.what, entry.at
    if not isinstance(what, Reading):
        number, clock = terms.role(Role(entry.household)), terms.clock(Clock(at.boot, at.trusted))
        return number, clock, to_microseconds(at.wall), at.monotonic, None, pack(what)
    value, received = what.value, what.received
    role = Role(
        entry.household,
        what.household,
        what.device,
        what.room,
        what.kind,
        what.freshness,
        what.drill,
        type(value) is bool,
    )
    is_usual = at == received and what.at == received.wall
    return (
        terms.role(role),
        terms.clock(Clock(received.boot, received.trusted)),
        to_microseconds(received.wall),
        received.monotonic,
        str(value) if type(value) is int and not -WIDEST <= value < WIDEST else value,
        None if is_usual else pack((what.at, at)),
    )


def decode(row: Row, terms: Terms) -> Entry:
    """Give the entry of a row. Raises KeyError for a role or clock not yet learned."""
    number, clock_number, wall, monotonic, value, rest = row
    role, clock = terms.roles[number], terms.clocks[clock_number]
    moment = Moment(from_microseconds(wall), monotonic, clock.boot, clock.trusted)
    if role.kind is None:
        return Entry(role.household, moment, _INPUT.decode(rest or b""))
    happened, heard = (moment.wall, moment) if rest is None else _ASIDE.decode(rest)
    if role.is_bool:
        value = bool(value)
    elif isinstance(value, str):
        value = int(value)
    reading = Reading(
        role.home,
        role.device,
        role.room,
        role.kind,
        value if value is not None else float("nan"),  # SQLite keeps a NaN as NULL
        happened,
        moment,
        role.freshness,
        role.drill,
    )
    return Entry(role.household, heard, reading)
