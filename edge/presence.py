"""Whether the resident is out, by what the outer door and the silence after it say.

Motion, door, silence: went out. Silence outside, door: came in, even if nothing moves after it;
that is the collapse beside the door. Any sign of life inside without a door: at home. How long
a silence may last is the detectors'.
"""

from datetime import datetime, timedelta

from msgspec import Struct

from edge.model import Blind, Home, Input, Life, Moment, Reading, Sighted
from edge.sight import TOTAL
from edge.signs import gives_life

# Opening and closing are one passage; nobody is out and back again in so short a time.
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
    deaf: dict[str, Blind] = {}  # what cannot be heard now, of the inside


class Presence:
    """Follows one resident through the outer door; with none of those, always at home."""

    def __init__(self, home: Home, state: PresenceState | None = None) -> None:
        self._inside = {d.id for d in home.devices if gives_life(d) and not d.outer_door}
        self.state = PresenceState() if state is None else state

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in a sign of life, or that the inside cannot be seen; the rest says nothing."""
        match what:
            case Life():
                self._live(what)
            case Blind():
                self._go_blind(what)
            case Sighted():
                self.state.deaf.pop(f"{what.cause}/{what.subject}", None)
            case _:
                pass

    def is_away(self, now: Moment) -> bool:
        """Say whether the door and the silence since show that the resident went out."""
        state = self.state
        if state.is_seen or not state.is_leaving or state.door is None:
            return False
        return now.since(state.door) >= SETTLED

    @property
    def was_away(self) -> bool:
        """Say whether the silence that the last sign of life ended was spent outside."""
        return self.state.was_away

    @property
    def door_at(self) -> datetime | None:
        """Give when the outer door was last used."""
        return self.state.door.wall if self.state.door is not None else None

    def _live(self, life: Life) -> None:
        state = self.state
        state.was_away = self.is_away(life.at)
        if life.outer_door:
            self._pass(life.at)
            return
        state.inside = life.at
        if not state.is_seen and state.door is not None:
            wait = life.at.since(state.door)
            state.is_seen = wait > LATENESS or not wait

    def _pass(self, at: Moment) -> None:
        """Take in that the outer door was opened or closed.

        Where the inside is seen at the very same time, nobody knows which came first: a count
        by the hour says so, and so does a coarse clock. Then nobody is taken to be out.
        """
        state = self.state
        is_same = not state.is_seen and state.door is not None and at.since(state.door) <= PASSAGE
        if not is_same:
            # Who is in goes out, who is out comes in; while the inside cannot be seen the
            # silence after the door says nothing.
            was_in = state.is_seen or not state.is_leaving
            state.is_leaving = was_in and not state.deaf
        state.door = at
        state.is_seen = state.inside is not None and state.inside.wall == at.wall

    def _go_blind(self, blind: Blind) -> None:
        hits_all = blind.cause in TOTAL
        if not hits_all and self._inside.isdisjoint(blind.devices):
            return
        state = self.state
        state.deaf[f"{blind.cause}/{blind.subject}"] = blind
        if state.door is not None and blind.began.since(state.door) < SETTLED:
            state.is_leaving = False
