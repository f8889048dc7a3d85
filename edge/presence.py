"""Whether the resident is out, by what the outer door, the silence after it and people say.

Motion, door, silence: went out. Silence, door: came in, whether anything moves before the door
closes or not; that is the collapse beside the door. Any sign of life inside without a door: at
home. A door that could not be heard leaves it open. What follows from it is the detectors'.
"""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct, field

from edge.bracelet import is_worn_on_body
from edge.company import Company, CompanyState
from edge.declared import Declared, is_long_unseen
from edge.model import (
    Answer,
    Away,
    Back,
    Blind,
    Close,
    Configured,
    Home,
    Input,
    Kind,
    Life,
    Moment,
    Outcome,
    Reading,
    Rule,
    Sighted,
)
from edge.passage import is_passage, lasts
from edge.presence_figures import LATENESS, PASSAGE, SEEN_BEFORE, SETTLED
from edge.sight import Sight
from edge.signs import gives_life

STEPS = Kind.STEPS  # looked up once: every sign of life asks


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
    found: Moment | None = None  # life inside after somebody was out, without the door
    opened: Moment | None = None  # the last passage began
    vouched: Moment | None = None  # somebody ended an alert and knew where the resident was
    declared: Declared | None = None  # what somebody has said of an absence
    was_declared: bool = False  # before the last sign of life
    was_visited: bool = False  # before the last sign of life
    company: CompanyState = field(default_factory=CompanyState)


class Presence:
    """Follows one resident through the outer door; with none of those, always at home."""

    def __init__(self, home: Home, state: PresenceState | None = None) -> None:
        witnesses = [d for d in home.devices if gives_life(d)]
        self._doors = frozenset(d.id for d in witnesses if d.outer_door)
        fixed = (d for d in witnesses if not (d.outer_door or is_worn_on_body(d)))
        self._inside = frozenset(device.id for device in fixed)
        self.state = PresenceState() if state is None else state
        self._sight = Sight(home, self.state.deaf)
        self.company = Company(self.state.company)

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in a sign of life, what cannot be heard, or an absence; the rest says nothing."""
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
            case Away():
                self._declare(what, now)
            case Answer():
                # Who answers at home is at home.
                self.state.inside, self.state.is_seen = now, True
                self._meet(now)
            case Close(rule=Rule.INACTIVITY | Rule.NOT_BACK, outcome=Outcome.WELL | Outcome.HELPED):
                self.state.vouched = now
                if self.state.declared is not None:
                    self.state.declared.vouch(now)
            case Back():
                self.state.declared, self.state.is_leaving = None, False
            case _:
                return
        if not isinstance(what, Life) and self.state.declared is not None:
            self.state.declared.tell_time(now)

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

    @property
    def out_since(self) -> Moment | None:
        """Give the use of the door that led out, where it is known that somebody is out."""
        state = self.state
        return state.door if state.is_leaving and not state.is_seen else None

    @property
    def was_visited(self) -> bool:
        """Say whether somebody else's life was in the silence that the last sign of life ended."""
        return self.state.was_visited

    def is_declared(self, now: Moment) -> bool:
        """Say whether nobody is at home by somebody's word, as far as a door bears it out."""
        declared = self.state.declared
        return declared is not None and declared.holds(now, has_door=bool(self._doors))

    def is_vouched(self, now: Moment) -> bool:
        """Say whether somebody has just ended an alert who knows where the resident is."""
        return self.state.vouched == now

    @property
    def was_declared(self) -> bool:
        """Say whether the silence that it ended lay in a declared absence."""
        return self.state.was_declared

    @property
    def declared_end(self) -> Moment | None:
        """Give when the declared absence ends by itself; None: not at all, or there is none."""
        declared = self.state.declared
        return declared.ends if declared is not None else None

    def take_run_out(self, now: Moment) -> Declared | None:
        """Give the declared absence that has run out by now, once, if somebody is away by it."""
        declared = self.state.declared
        if declared is None or not declared.is_over(now):
            return None
        self.state.declared = None
        return declared if declared.is_begun(has_door=bool(self._doors)) else None

    def distrust(self, devices: Collection[str], now: Moment) -> None:
        """Take in that these did not tell what happened; of a door, who is out is not known."""
        if not self._doors.isdisjoint(devices) and self.state.unsure is None:
            self.state.unsure = now

    def hear_wearer(self, now: Moment) -> bool:
        """Take in that who wears a bracelet is near; say whether nobody is out after all."""
        is_wrong = self._went_out(now)
        self.state.is_leaving = self.state.is_leaving and not is_wrong
        return is_wrong

    # -- what was heard

    def _live(self, life: Life) -> None:
        state, at = self.state, life.at
        went_out = not state.is_seen and self._went_out(at)
        state.was_unsure = went_out and self._is_unsure(at)
        state.was_away = went_out and not state.was_unsure
        if went_out:
            self.company.leave()
        if state.deaf:
            self._doubt(at)
            self._sight.hear(life)
        state.was_visited = self.company.observe(life)
        state.was_declared = state.declared is not None and self.is_declared(at)
        if life.outer_door:
            self._pass(at, life.opens)
        elif life.kind is not STEPS or self.out_since is None:
            # Steps that were counted outside are heard before the door on coming home.
            self._see(at)

    def _see(self, at: Moment) -> None:
        """Take in that there is life inside."""
        state = self.state
        state.inside = at
        if not state.is_seen and state.door is not None:
            wait = at.since(state.door)
            state.is_seen = wait > LATENESS or not wait
            if state.is_seen:
                self.company.stay(at)
            if state.is_seen and state.is_leaving:
                state.found = at
        if state.is_seen:
            self._meet(at)

    def _meet(self, at: Moment) -> None:
        """Take in that somebody is at home, beyond doubt."""
        state, declared = self.state, self.state.declared
        state.unsure = state.vouched = None
        if declared is not None and declared.live(at, has_door=bool(self._doors)):
            state.declared = None

    def _pass(self, at: Moment, opens: bool | None) -> None:
        """Take in that the outer door was opened or closed.

        Opening and closing are one passage, whatever is seen between them. Where the inside is
        seen at the very same time, nobody knows which came first: a count by the hour says so, and
        so does a coarse clock. Then nobody is taken to be out.
        """
        state = self.state
        is_same = state.door is not None and at.since(state.door) <= lasts(
            opens, state.opened, state.inside
        )
        if not is_same:
            # Who is in goes out, who is out comes in; of whom nobody knows where they are, or
            # while the inside cannot be seen, the silence after the door says nothing.
            was_in = self._was_in(at)
            if was_in and self._sight.deaf_since(self._inside) is not None:
                state.unsure = state.unsure or at
            self.company.pass_door(was_home=state.is_seen or not state.is_leaving)
            state.is_leaving = was_in and state.unsure is None
            state.opened = at
        declared, before = state.declared, state.door
        if declared is not None and declared.pass_door(at, before, is_same=is_same):
            state.declared = None
        state.door = at
        state.is_seen = state.inside is not None and state.inside.wall == at.wall

    def _was_in(self, at: Moment) -> bool:
        """Say whether who passes was inside before; who is going out was seen there just now."""
        state = self.state
        if state.is_leaving and not state.is_seen:
            return False
        if state.found is not None and at.since(state.found) <= LATENESS:
            return False  # the radio brought the motion behind the door before the door
        return state.inside is None or at.since(state.inside) <= SEEN_BEFORE

    def _declare(self, what: Away, now: Moment) -> None:
        state = self.state
        is_out = state.door is not None and not state.is_seen
        is_vouched = state.vouched is not None or is_long_unseen(state.inside, now)
        before = state.declared
        state.declared = Declared.of(what, now, before, is_out=is_out, is_vouched=is_vouched)

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
        return since is not None and is_passage(since, now)

    def _doubt(self, now: Moment) -> None:
        """Remember that the door was deaf for long enough to be missed."""
        since = self._unheard_since()
        if self.state.unsure is None and since is not None and is_passage(since, now):
            self.state.unsure = since.plus(PASSAGE) if since.boot == now.boot else now
