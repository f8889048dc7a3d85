"""In bed for longer than is usual, or up at night from it and not back.

Several sensors of one bed are one bed. Where somebody moves in another room while the bed says that
it is taken, what the bed says is not believed.
"""

from datetime import datetime, timedelta

from msgspec import Struct, field

from edge.bearings import Bearings
from edge.figures import MONTH, SHARES
from edge.halfhours import SLOTS, HalfHours
from edge.lasting import HOURS, Lasting
from edge.model import (
    Abed,
    Close,
    Finding,
    Freshness,
    Kind,
    Life,
    Moment,
    Reading,
    Rule,
    Severity,
)
from edge.nights import is_within
from edge.routine_figures import (
    ABED,
    BED_NIGHT,
    ENTERED,
    IN_BED,
    KNOWN_DAYS,
    LEFT_BED,
    LETS_GO,
    STIRRED,
)
from edge.spell import Spell, SpellState

KINDS = frozenset({Kind.PRESENCE, Kind.USE})  # true: somebody lies there
LATENESS = timedelta(seconds=LETS_GO)
IN, OUT = "in", "out"


class BedState(Struct):
    """All that the detector remembers."""

    version: int = 1
    taken: dict[str, bool] = {}  # what each sensor says
    abed: SpellState = field(default_factory=SpellState)
    left: SpellState = field(default_factory=SpellState)
    elsewhere: Life | None = None  # the last sign of life that is not the bed's
    contradicted: Moment | None = None  # the first in another room since somebody lay down


class Bed:
    """Watches the bed that tells whether somebody is in it."""

    def __init__(self, bearings: Bearings, state: BedState | None = None) -> None:
        home = bearings.home
        self._beds = {d.id: d.room for d in home.devices if d.bed and d.kinds & KINDS}
        self.state = BedState() if state is None else state
        # A sensor that was taken out would have somebody lie there for ever.
        self.state.taken = {n: is_in for n, is_in in self.state.taken.items() if n in self._beds}
        self._bearings = bearings
        self._clock = HalfHours(home.zone)
        expected = MONTH / (SHARES[Rule.BED] / 2)  # for each of the two
        self._abed_for = Lasting(self._clock, IN_BED, expected, self.state.abed.learned)
        self._left_for = Lasting(self._clock, LEFT_BED, expected, self.state.left.learned)
        self._abed = Spell(home, self._abed_for, self.state.abed, self._say_abed)
        self._left = Spell(home, self._left_for, self.state.left, self._say_left)

    @property
    def is_any(self) -> bool:
        """Say whether there is a bed that tells."""
        return bool(self._beds)

    # -- what goes in

    def begin_day(self, time: float) -> None:
        """Close the days before this one's."""
        self._abed.begin_day(time)
        self._left.begin_day(time)

    def judge(self, what: Close, now: Moment) -> None:
        """Take in what a person said that an alert was."""
        self._abed.judge(what, now)
        self._left.judge(what, now)

    def live(self, life: Life, *, may_learn: bool) -> None:
        """Take in a sign of life that is not the bed's."""
        if life.device in self._beds:
            return
        state, before = self.state, self.state.elsewhere
        state.elsewhere = life
        if state.contradicted is None and life.room not in self._beds.values():
            state.contradicted = life.at
        is_up = state.left.said is None or _is_walking(before, life)
        if is_up and not is_within(self._hour(life.at), BED_NIGHT):
            self._left.end(life.at, is_learned=may_learn)

    def hear(self, reading: Reading, now: Moment) -> None:
        """Take in what a sensor of the bed says; what was kept or came late tells nothing."""
        if reading.device not in self._beds or reading.freshness is not Freshness.LIVE:
            return
        taken = self.state.taken
        was_known, was_in = bool(taken), any(taken.values())
        taken[reading.device] = bool(reading.value)
        is_in = any(taken.values())
        if was_known and is_in is not was_in:
            self._lie_down(now) if is_in else self._get_up(now)

    def _lie_down(self, now: Moment) -> None:
        self._left.end(now, is_learned=self._bearings.may_learn)
        self.state.contradicted = None
        self._abed.begin(IN, now)

    def _get_up(self, now: Moment) -> None:
        began = self.state.abed.began
        has_slept = began is not None and now.since(began).total_seconds() >= ABED
        # A radar lets go of who has got up minutes later.
        up = self.state.contradicted
        is_believed = up is None or now.since(up) <= LATENESS
        self._abed.end(now, is_learned=is_believed and self._bearings.may_learn)
        if has_slept and is_within(self._hour(now), BED_NIGHT):
            self._left.begin(OUT, now)

    def lose(self, now: Moment) -> None:
        """Begin anew: nobody knows what was meanwhile, or somebody has been there."""
        state = self.state
        if state.abed.began is not None and state.abed.said is None:
            self._abed.begin(IN, now, is_spoilt=True)
        if state.left.began is not None and state.left.said is None:
            self._left.begin(OUT, now, is_spoilt=True)

    def drop(self) -> None:
        """Forget what goes on, and what the bed has said."""
        self.state.taken, self.state.elsewhere = {}, None
        self._abed.drop()
        self._left.drop()

    # -- what comes out

    def findings(self, now: Moment) -> list[Finding]:
        """Give what of the bed is unusual."""
        return self._abed.findings(now) + self._left.findings(now)

    def next_check(self, now: Moment) -> Moment | None:
        """Give when it may be."""
        spells = (self._abed, self._left)
        dues = [due for spell in spells if (due := spell.next_check(now)) is not None]
        return min(dues, key=lambda due: due.monotonic, default=None)

    def _hour(self, at: Moment) -> int:
        return self._clock.number(at.wall.timestamp()) % SLOTS * HOURS // SLOTS

    def _say_abed(self, subject: str, began: Moment, now: Moment) -> Finding | None:
        if self.state.contradicted is not None or not self._is_heard():
            return None
        if self._abed_for.days(subject) < KNOWN_DAYS or not self._bearings.may_say(now):
            return None
        return self._finding(self._abed_for, subject, began, now)

    def _say_left(self, subject: str, began: Moment, now: Moment) -> Finding | None:
        life = self.state.elsewhere
        if life is not None and now.since(life.at).total_seconds() < STIRRED:
            return None
        is_night = is_within(self._hour(now), BED_NIGHT)
        is_known = self._left_for.days(subject) >= KNOWN_DAYS
        if not (is_night and is_known and self._bearings.may_say(now) and self._is_heard()):
            return None
        return self._finding(self._left_for, subject, began, now)

    def _is_heard(self) -> bool:
        """Say whether the bed's sensors can be relied on."""
        return not self._bearings.witnesses.have_failed(self._beds)

    def _finding(self, lasting: Lasting, subject: str, began: Moment, now: Moment) -> Finding:
        device, room = next(iter(self._beds.items()))
        time, age, life = now.wall.timestamp(), now.since(began), self.state.elsewhere
        last_at: datetime | None = None
        last_room = ""
        if subject == OUT and life is not None and began.reached(life.at):
            last_at, last_room = life.at.wall, life.room
        because = Abed(
            device=device,
            room=room,
            is_in=subject == IN,
            lasted=age,
            usual=timedelta(seconds=round(lasting.usual(subject, time))),
            days=lasting.days(subject),
            expected_days=lasting.expected_days(subject, time, age.total_seconds()),
            last_at=last_at,
            last_room=last_room,
        )
        return Finding(Rule.BED, device, Severity.URGENT, began, because)


def _is_walking(before: Life | None, life: Life) -> bool:
    """Say whether somebody has come from another room just now: who lies on the floor does not."""
    if before is None or before.room == life.room:
        return False
    return life.at.since(before.at).total_seconds() <= ENTERED
