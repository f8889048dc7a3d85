"""Whether those who are told of alerts can be reached: once a month each is asked to say so.

The question goes to them alone, on all their channels; taking it is the answer. Of who has not
answered in three days those are told who are told of faults; the silence of who cannot answer by
themselves says nothing. How it is sent is escalation's.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from msgspec import Struct, field

from edge.lifecycle import alert_id
from edge.model import (
    Acknowledge,
    Asked,
    Close,
    Contact,
    Finding,
    Home,
    Input,
    Life,
    Moment,
    Reading,
    Rule,
    Severity,
    digest,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EVERY = timedelta(days=30)
ANSWERED_WITHIN = timedelta(days=3)  # as long as the link in a message is good
HOURS = range(10, 18)  # of the home's day: nobody is asked at night
LOOKED_AHEAD = 15  # days; who is away for longer is asked all the same
SOON = timedelta(seconds=1)


class Turn(Struct):
    """One contact: since when they are known as they are, and what became of the question."""

    about: str  # another channel or telephone makes another text
    since: datetime
    asked: Moment | None = None
    is_over: bool = False  # answered, or somebody has closed it

    @property
    def latest(self) -> datetime:
        """Give the last time that it knows of, by the clock of then."""
        return self.since if self.asked is None else self.asked.wall


class ReachState(Struct):
    """All that the detector remembers, by contact."""

    turns: dict[str, Turn] = field(default_factory=dict)


class Reach:
    """Asks each contact in turn, a day after they were set up and then once a month."""

    def __init__(self, home: Home, state: ReachState | None = None) -> None:
        self._home = home
        self._people = {each.id: each for each in home.contacts if each.channels and each.is_person}
        self.state = ReachState() if state is None else state

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in the word of a person; the rest only lets time pass."""
        if not isinstance(what, Acknowledge | Close):
            return
        for name, turn in self.state.turns.items():
            finding = self._finding(name, turn, now)
            if finding is None or alert_id(self._home, finding) != what.alert:
                continue
            # Who takes the fault that somebody did not answer has not answered for them.
            is_fault = finding.severity is Severity.FAULT
            if isinstance(what, Close) or not is_fault or what.by in self._names(name):
                turn.is_over = True

    def findings(self, now: Moment) -> list[Finding]:
        """Say who is asked and has not answered."""
        self._meet(now)
        found = (self._finding(name, turn, now) for name, turn in self.state.turns.items())
        return [finding for finding in found if finding is not None]

    def next_check(self, now: Moment) -> Moment | None:
        """Give when somebody is to be asked, or has had time enough."""
        if not (self._home.asks_contacts and now.trusted):
            return None
        dues = [now.plus(max(due - now.wall, SOON)) for due in self._dues(now)]
        return min(dues, key=lambda due: due.monotonic, default=None)

    # -- inside

    def _meet(self, now: Moment) -> None:
        """Ask who is due; forget who is none of the contacts any more."""
        turns = self.state.turns
        if not self._home.asks_contacts:
            turns.clear()
            return
        for name in turns.keys() - self._people.keys():
            del turns[name]
        for name, person in self._people.items():
            about = digest(person.phone, *person.channels)
            turn = turns.get(name)
            if not now.trusted:
                continue
            # What a clock wrote that stood in 2099 is not waited for.
            if turn is None or turn.about != about or turn.latest > now.wall + DAY:
                turns[name] = Turn(about, now.wall)
            elif self._is_due(person, turn, now):
                turn.asked, turn.is_over = now, False

    def _names(self, name: str) -> tuple[str, ...]:
        person = self._people.get(name)
        return (name,) if person is None else (name, person.name)

    def _is_due(self, person: Contact, turn: Turn, now: Moment) -> bool:
        due = self._due(person, turn, now)
        return due is not None and due <= now.wall

    def _dues(self, now: Moment) -> Iterator[datetime]:
        for name, turn in self.state.turns.items():
            if turn.asked is not None and not self._is_over(name, turn, now):
                late = turn.asked.wall + ANSWERED_WITHIN
                if late > now.wall:
                    yield late
            elif (due := self._due(self._people[name], turn, now)) is not None:
                yield due

    def _due(self, person: Contact, turn: Turn, now: Moment) -> datetime | None:
        """Give when they are to be asked next; None while they are being asked."""
        if turn.asked is not None and not self._is_over(person.id, turn, now):
            return None
        last = turn.since + DAY if turn.asked is None else turn.asked.wall + EVERY
        # Who was missed at their hour, because the box was off, is asked at the next one.
        earliest = max(last, now.wall - HOUR).astimezone(self._home.zone)
        there = (at for at in _hours(earliest) if person.availability.is_free(at))
        return next(there, None) or next(_hours(earliest))

    def _is_over(self, name: str, turn: Turn, now: Moment) -> bool:
        """Say whether nothing is waited for any more."""
        person = self._people.get(name)
        can_answer = person is None or person.can_answer
        return turn.is_over or (not can_answer and _is_late(turn, now))

    def _finding(self, name: str, turn: Turn, now: Moment) -> Finding | None:
        if turn.asked is None or self._is_over(name, turn, now):
            return None
        is_late = _is_late(turn, now)
        severity = Severity.FAULT if is_late else Severity.NOTE
        because = Asked(name, turn.asked.wall, is_late)
        return Finding(Rule.REACH, name, severity, turn.asked, because)


def _is_late(turn: Turn, now: Moment) -> bool:
    return turn.asked is not None and now.wall - turn.asked.wall >= ANSWERED_WITHIN


def _hours(earliest: datetime) -> Iterator[datetime]:
    """Give the hours of the day from a time on at which people may be asked."""
    for number in range(LOOKED_AHEAD):
        day = earliest.date() + number * DAY
        for hour in HOURS:
            at = datetime.combine(day, time(hour), earliest.tzinfo)
            if at >= earliest:
                yield at
