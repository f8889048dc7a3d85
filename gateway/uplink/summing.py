"""Half hours in which somebody was seen, for the district, where a home has agreed to it.

What was agreed is consent.py's. A day's line is worked out from the journal; one that cannot be
known (the hour is still to come, or nothing could see) reads "?".
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

import structlog

from edge.model import Home, Moment, Severity, State, digest
from gateway.beside import Box
from gateway.consent import Consent, Summaries
from gateway.pictures.past import BIN, Gathering, Past, Span
from gateway.store import StoreFailed
from gateway.wire.uplink.event import SummaryData

LOOKS_EVERY = 60.0  # seconds
HALF_HOUR = timedelta(minutes=30)
BINS = 30 // BIN  # of a half hour
SLOTS = 48
PAGE = 2000  # entries taken in between two looks at everything else
TAIL = 200_000  # entries of the journal in which two days are looked for at a start
GRAVE = frozenset({Severity.EMERGENCY, Severity.URGENT})
STANDS = frozenset({State.RAISED, State.ACKNOWLEDGED})
Send = Callable[[str, SummaryData, Moment], None]
log = structlog.get_logger()


class Summing:
    """Keeps the two last days of every home that has agreed, and says when a line is due."""

    def __init__(self, box: Box, send: Send) -> None:
        """Prepare; `send` is given a line under its id, again whenever it is worked out again."""
        self._box = box
        self._send = send
        self._woken = asyncio.Event()
        self._days: dict[str, _Days] = {}
        self._sent: dict[str, str] = {}

    def wake(self) -> None:
        """Look again at once: an alert may have been raised."""
        self._woken.set()

    async def run(self) -> None:
        """Look for ever."""
        agreed = _agreed(self._box.config.consents)
        while agreed:
            self._woken.clear()
            now = self._box.now()
            for home_id, when in agreed.items():
                home = self._box.node.homes.get(home_id)
                if home is not None and now.trusted:
                    await self._look(home, when, now)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOKS_EVERY):
                    await self._woken.wait()

    async def _look(self, home: Home, when: Summaries, now: Moment) -> None:
        local = now.wall.astimezone(home.zone).replace(tzinfo=None)
        wanted = [local.date()] if self._is_open(home.id) else []
        if when is Summaries.DAILY:
            wanted.append(local.date() - timedelta(days=1))
        due = {day: _id(home, day, local) for day in wanted}
        due = {day: name for day, name in due.items() if self._sent.get(f"{home.id} {day}") != name}
        if not due:
            return
        try:
            days = await self._days_of(home)
        except StoreFailed as failure:
            log.warning("summary", store=str(failure))
            return
        past = days.gathering.past()
        for day, name in due.items():
            text = line(past, day, local, days.since or local)
            self._send(name, SummaryData(home.id, day.isoformat(), home.zone_name, text), now)
            self._sent[f"{home.id} {day}"] = name

    async def _days_of(self, home: Home) -> "_Days":
        days = self._days.get(home.id)
        if days is None:
            after = max(0, self._box.store.last_seq() - TAIL)
            days = self._days[home.id] = _Days(Gathering(home, 2), after)
        is_more = True
        while is_more:
            is_more = days.go_on(self._box, home)
            await asyncio.sleep(0)
        return days

    def _is_open(self, home_id: str) -> bool:
        household = self._box.node.households.get(home_id)
        alerts = () if household is None else household.book.alerts
        return any(
            a.finding.severity in GRAVE and a.state in STANDS and not a.drill and not a.inhibited_by
            for a in alerts
        )


class _Days:
    """How far the journal was read for one home."""

    def __init__(self, gathering: Gathering, after: int) -> None:
        self.gathering = gathering
        self.since: datetime | None = None  # anything is known of the home, as at home
        self._after = after

    def go_on(self, box: Box, home: Home) -> bool:
        """Take in the next entries; say whether there may be more."""
        entries, reached = box.store.page(self._after, home.id, PAGE)
        for entry in entries:
            self.gathering.take(entry)
            if self.since is None:
                self.since = entry.at.wall.astimezone(home.zone).replace(tzinfo=None)
        before, self._after = self._after, reached
        return reached > before


def line(past: Past, day: date, now: datetime, since: datetime) -> str:
    """Give a day's half hours: 1 somebody was seen, 0 nobody, ? not known.

    Nothing is known before `since` and after `now`, both as at home.
    """
    bins = past.lives.get(day, [])
    midnight = datetime.combine(day, time())
    starts = [midnight + number * HALF_HOUR for number in range(SLOTS)]
    blind = [*past.blind, (midnight, since), (now, midnight + 2 * SLOTS * HALF_HOUR)]
    return "".join(_slot(bins, blind, number, start) for number, start in enumerate(starts))


def _slot(bins: list[int], blind: Sequence[Span], number: int, start: datetime) -> str:
    if any(bins[number * BINS : (number + 1) * BINS]):
        return "1"
    end = start + HALF_HOUR
    is_blind = any(began < end and ended > start for began, ended in blind)
    return "?" if is_blind else "0"


def _agreed(consents: Mapping[str, Consent]) -> dict[str, Summaries]:
    found = {home_id: consent.summaries for home_id, consent in consents.items()}
    return {home_id: when for home_id, when in found.items() if when is not Summaries.NEVER}


def _id(home: Home, day: date, now: datetime) -> str:
    """Name a line by how much of the day it holds, so that a restart makes the same one."""
    so_far = SLOTS if day < now.date() else (now.hour * 60 + now.minute) // 30
    return digest("summary", home.id, day.isoformat(), str(so_far))
