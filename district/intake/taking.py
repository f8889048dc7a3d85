"""Events of gateways, each applied once: the events table decides, in the transaction that applies.

Many are taken together, for a commit costs the same for one and for a hundred. What a gateway is
answered comes from the same transaction, so an answer that was lost is given again word for word.
Transports are mqtt.py's, https.py's and gbt.py's; which events come together is together.py's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from district import summaries
from district.consent import Consent, barred, stripped
from district.database import Database, insert_new
from district.intake.alerts import Taken, write
from district.intake.cleaning import cleaned
from district.intake.fitness import unfit
from district.intake.senders import gateways_of, homes_of, note_beats, note_health, note_states
from district.intake.word import Word
from district.live import News
from district.schema import events
from gateway.wire.uplink.event import (
    AlertData,
    Answer,
    Event,
    HealthData,
    HeartbeatData,
    ReplyData,
    SummaryData,
    encode,
)

LOCK_MS = 500  # for a row that somebody at a desk has just now: others must not wait for long


class Arrival(Struct, frozen=True):
    """An event as it came, from a gateway that has proven who it is."""

    gateway: str
    event: Event
    body: str

    @property
    def home(self) -> tuple[str, str]:
        """Give the gateway and what it calls the home; "" where the event is of none."""
        return self.gateway, getattr(self.event.data, "household", "")


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """An arrival as it may be kept, and of which home; `refusal` says why it may not."""

    arrival: Arrival
    home: "Row[Any] | None"
    refusal: str = ""

    @property
    def event(self) -> Event:
        """Give the event."""
        return self.arrival.event


class Intake:
    """Takes events in. Several may run, on several machines, over one PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, gateway: str, event: Event, body: bytes, now: datetime) -> Taken:
        """Apply one event. Raises DatabaseFailed."""
        (taken,) = await self.take_all([Arrival(gateway, event, body.decode())], now)
        return taken

    async def take_all(self, arrivals: Sequence[Arrival], now: datetime) -> list[Taken]:
        """Apply all in one transaction, in this order. Raises DatabaseFailed: then it was none.

        One that cannot be kept, or is not of its gateway, is rejected and hinders no other.
        """
        arrivals = [Arrival(each.gateway, *cleaned(each.event, each.body)) for each in arrivals]
        why = [unfit(each.event, each.gateway) for each in arrivals]
        fit = [each for each, wrong in zip(arrivals, why, strict=True) if not wrong]
        taken: list[Taken] = []
        if fit:
            async with self._database.begin() as connection:
                if self._database.is_postgres:
                    await connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_MS}")
                taken = await _applied(connection, fit, now)
        applied = iter(taken)
        return [
            rejected(each.event, wrong) if wrong else next(applied)
            for each, wrong in zip(arrivals, why, strict=True)
        ]

    async def beats(
        self, beats: Mapping[str, HeartbeatData | None], now: datetime
    ) -> tuple[News, ...]:
        """Note which gateways live, and what they say of it. Raises DatabaseFailed."""
        async with self._database.begin() as connection:
            return await note_beats(connection, beats, now)

    async def states(self, states: Mapping[str, bool], now: datetime) -> tuple[News, ...]:
        """Note whom the broker calls online, and whom not. Raises DatabaseFailed."""
        async with self._database.begin() as connection:
            return await note_states(connection, states, now)


def rejected(event: Event, why: str) -> Taken:
    """Answer that it is not taken, and never will be."""
    return Taken(ReplyData(event.id, Answer.REJECTED, why))


async def _applied(
    connection: AsyncConnection, arrivals: Sequence[Arrival], now: datetime
) -> list[Taken]:
    senders = await gateways_of(connection, {each.gateway for each in arrivals}, now)
    homes = await homes_of(connection, {each.home for each in arrivals if each.home[1]}, senders)
    taken_back = await barred(connection, {home.id for home in homes.values()})
    known = [_known(each, homes.get(each.home), taken_back) for each in arrivals]
    new = await _kept(connection, [each for each in known if not each.refusal], now)
    await _note_others(connection, new, now)
    words = [
        Word.of(each.home, each.event, each.event.data, is_new=each in new)
        for each in known
        if each.home is not None and isinstance(each.event.data, AlertData)
    ]
    told = iter(await write(connection, words, now))
    return [
        next(told) if isinstance(each.event.data, AlertData) else _answered(each, each in new)
        for each in known
    ]


def _known(
    arrival: Arrival, home: "Row[Any] | None", taken_back: Mapping[str, frozenset[Consent]]
) -> Known:
    """Find out what may be kept of it, though the home still sends it."""
    event, barred_here = arrival.event, frozenset[Consent]()
    if home is not None:
        barred_here = taken_back.get(home.id, barred_here)
    if isinstance(event.data, SummaryData) and Consent.SUMMARIES in barred_here:
        return Known(arrival, home, "consent was withdrawn here")
    if isinstance(event.data, AlertData):
        alert = stripped(event.data, barred_here)
        if alert is not event.data:
            event = structs.replace(event, data=alert)
            arrival = Arrival(arrival.gateway, event, encode(event).decode())
    return Known(arrival, home)


async def _kept(
    connection: AsyncConnection, known: Sequence[Known], now: datetime
) -> dict[Known, None]:
    """Write events down; give those that were not there, in their order."""
    first: dict[tuple[str, str], Known] = {}
    for each in known:
        first.setdefault((each.arrival.gateway, each.event.id), each)
    # In the same order by all workers, so that they never wait for each other in a ring.
    rows = [_row(first[key], now) for key in sorted(first)]
    new = set(await insert_new(connection, events, rows, events.c.gateway, events.c.id))
    return {each: None for key, each in first.items() if key in new}


def _row(each: Known, now: datetime) -> dict[str, Any]:
    event = each.event
    return {
        "gateway": each.arrival.gateway,
        "id": event.id,
        "type": event.type,
        "epoch": event.epoch,
        "sequence": event.sequence,
        "household": None if each.home is None else each.home.id,
        "at": event.time,
        "received": now,
        "body": each.arrival.body,
    }


async def _note_others(connection: AsyncConnection, new: Iterable[Known], now: datetime) -> None:
    """Note what is no alert: how gateways are, and lines of days."""
    health: dict[str, HealthData] = {}
    lines: list[tuple[str, SummaryData, datetime]] = []
    for each in new:
        match each.event.data:
            case HealthData() as said:
                health[each.arrival.gateway] = said
            case SummaryData() as line if each.home is not None:
                lines.append((each.home.id, line, each.event.time))
    await note_health(connection, health, now)
    await summaries.keep(connection, lines)


def _answered(each: Known, is_new: bool) -> Taken:
    if each.refusal:
        return rejected(each.event, each.refusal)
    return Taken(ReplyData(each.event.id, Answer.ACCEPTED if is_new else Answer.DUPLICATE))
