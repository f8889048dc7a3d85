"""Whether the resident is out, by what the outer door and the silence after it say.

Motion, door, silence: went out. Silence outside, door: came in, even if nothing moves after it;
that is the collapse beside the door. Any sign of life inside without a door: at home. A door
that could not be heard leaves it open. How long a silence may last is the detectors'.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from msgspec import Struct

from edge.model import Blind, Configured, Home, Input, Life, Moment, Reading, Sighted
from edge.sight import Sight
from edge.signs import gives_life

# Opening and closing are one passage; nobody is out and back again in so short a time. A door
# that was deaf for less has not missed one whole.
PASSAGE = timedelta(minutes=2)
# A radio may bring the motion in front of the door after the door itself.
LATENESS = timedelta(seconds=5)
# Somebody who has come in is seen within it; shorter than any silence that is alerted on.
SETTLED = timedelta(minutes=10)


class PresenceState(Struct):
    """All that presence remembers."""

    version: int = 1
    door: Moment | None = None  # the outer door was last used
    is_leaving: bool = False  # that passage led out, unless life inside follows
    is_seen: bool = True  # life inside followed
    inside: Moment | None = None  # the last sign of life inside
    was_away: bool = False  # before the last sign of life
    was_unsure: bool = False  # before the last sign of life: out, or home again unheard
    unsure: Moment | None = None  # since then nobody knows, until life inside is seen
    deaf: dict[str, Blind] = {}  # what cannot be heard now


class Presence:
    """Follows one resident through the outer door; with none of those, always at home."""

    def __init__(self, home: Home, state: PresenceState | None = None) -> None:
        witnesses = [d for d in home.devices if gives_life(d)]
        self._doors = frozenset(d.id for d in witnesses if d.outer_door)
        self._inside = frozenset(d.id for d in witnesses if not d.outer_door)
        self.state = PresenceState() if state is None else state
        self._sight = Sight(home, self.state.deaf)

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in a sign of life, or what cannot be heard; the rest says nothing."""
        match what:
            case Life():
                self._live(what)
            case Blind():
                self._doubt(now)
                self._go_blind(what)
            case Sighted():
                self._doubt(now)
                self._sight.regain(what)
            case Configured():
                self._doubt(now)
                self._sight.refit()
            case _:
                pass

    def is_away(self, now: Moment) -> bool:
        """Say whether the door and the silence since show that the resident went out."""
        return self._went_out(now) and not self._is_unsure(now)

    @property
    def unsure_from(self) -> Moment | None:
        """Give from when on nobody knows whether who went out is back; None: it is known."""
        if self.state.unsure is not None:
            return self.state.unsure
        since = self._unheard_since()
        return since.plus(PASSAGE) if since is not None else None

    @property
    def was_away(self) -> bool:
        """Say whether the silence that the last sign of life ended was spent outside."""
        return self.state.was_away

    @property
    def was_unsure(self) -> bool:
        """Say whether nobody knows where the silence that it ended was spent."""
        return self.state.was_unsure

    @property
    def door_at(self) -> datetime | None:
        """Give when the outer door was last used."""
        return self.state.door.wall if self.state.door is not None else None

    def distrust(self, devices: Collection[str], now: Moment) -> None:
        """Take in that these did not tell what happened; of a door, who is out is not known."""
        if not self._doors.isdisjoint(devices) and self.state.unsure is None:
            self.state.unsure = now

    # -- what was heard

    def _live(self, life: Life) -> None:
        state = self.state
        went_out = self._went_out(life.at)
        state.was_unsure = went_out and self._is_unsure(life.at)
        state.was_away = went_out and not state.was_unsure
        if state.deaf:
            self._doubt(life.at)
            self._sight.hear(life)
        if life.outer_door:
            self._pass(life.at)
            return
        state.inside = life.at
        if not state.is_seen and state.door is not None:
            wait = life.at.since(state.door)
            state.is_seen = wait > LATENESS or not wait
        if state.is_seen:
            state.unsure = None

    def _pass(self, at: Moment) -> None:
        """Take in that the outer door was opened or closed.

        Where the inside is seen at the very same time, nobody knows which came first: a count
        by the hour says so, and so does a coarse clock. Then nobody is taken to be out.
        """
        state = self.state
        is_same = not state.is_seen and state.door is not None and at.since(state.door) <= PASSAGE
        if not is_same:
            # Who is in goes out, who is out comes in; of whom nobody knows where they are, or
            # while the inside cannot be seen, the silence after the door says nothing.
            was_in = state.is_seen or not state.is_leaving
            if was_in and self._sight.deaf_since(self._inside) is not None:
                state.unsure = state.unsure or at
            state.is_leaving = was_in and state.unsure is None
        state.door = at
        state.is_seen = state.inside is not None and state.inside.wall == at.wall

    def _went_out(self, now: Moment) -> bool:
        state = self.state
        if state.is_seen or not state.is_leaving or state.door is None:
            return False
        return now.since(state.door) >= SETTLED

    # -- what was not

    def _go_blind(self, blind: Blind) -> None:
        self._sight.lose(blind)
        state, since = self.state, self._sight.deaf_since(self._inside)
        if state.is_seen or not state.is_leaving or state.door is None or since is None:
            return
        if since.since(state.door) < SETTLED:
            state.is_leaving, state.unsure = False, state.unsure or since

    def _unheard_since(self) -> Moment | None:
        """Give from when on somebody may have come or gone without being heard."""
        since, inside = self._sight.deaf_since(self._doors), self.state.inside
        if since is None or not self._doors:
            return None
        return inside if inside is not None and since.reached(inside) else since

    def _is_unsure(self, now: Moment) -> bool:
        unsure = self.state.unsure
        if unsure is not None:
            return unsure.boot != now.boot or unsure.reached(now)
        since = self._unheard_since()
        return since is not None and _is_passage(since, now)

    def _doubt(self, now: Moment) -> None:
        """Remember that the door was deaf for long enough to be missed."""
        since = self._unheard_since()
        if self.state.unsure is None and since is not None and _is_passage(since, now):
            self.state.unsure = since.plus(PASSAGE) if since.boot == now.boot else now


def _is_passage(since: Moment, now: Moment) -> bool:
    # No box starts in less; and an earlier start says nothing to this one's clock.
    return since.boot != now.boot or now.since(since) >= PASSAGE
