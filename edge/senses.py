"""Every detector of one home, and what one of them finds out that the others have to know.

Each decides for itself. What becomes of their findings, and when they are asked, is household's.
"""

from collections.abc import Callable

from edge.body import Body
from edge.detectors.absence import Absence
from edge.detectors.inactivity import Inactivity
from edge.detectors.reach import Reach
from edge.detectors.smoke import HAZARDS, Smoke
from edge.detectors.supervision import Supervision
from edge.detectors.trends import Trends
from edge.everyday import Everyday
from edge.model import Alert, Finding, Home, Kind, Life, Moment, Reading, Rule, Severity
from edge.presence import Presence
from edge.remembered import STATE_VERSION, HouseholdState
from edge.signs import Signs
from edge.watch import HAZARD_RULES, IMPAIRMENT_RULES, Watch, Watches
from edge.witnesses import Witnesses

STEPS = Kind.STEPS  # looked up once: every sign of life asks


class Senses:
    """Builds the detectors; with `rules` only those that speak for one of them are asked."""

    def __init__(
        self, home: Home, state: HouseholdState | None, rules: frozenset[Rule] | None
    ) -> None:
        self._signs = Signs(home, state.signs if state else None)
        self.presence = Presence(home, state.presence if state else None)
        self._body = Body(
            *(home, self.presence.is_declared),
            *((state.sos, state.body) if state else (None, None)),
        )
        self.supervision = Supervision(home, state.supervision if state else None)
        self.inactivity = Inactivity(
            *(home, self.presence, state.inactivity if state else None),
            *(self._body.worn, self.supervision.impaired),
        )
        self._smoke = Smoke(home, state.smoke if state else None)
        self._absence = Absence(home, self.presence, state.absence if state else None)
        self._trends = Trends(
            home, self.presence, state.trends if state else None, self.supervision.impaired
        )
        seen = Witnesses(home, self.supervision.state.devices, self.supervision.odd)
        self.everyday = Everyday(
            *(home, self.presence, seen, self.inactivity),
            state.everyday if state else None,
        )
        self._reach = Reach(home, state.reach if state else None)
        self.watches = Watches(
            Watch(HAZARD_RULES, self._smoke, HAZARDS),
            self._body.call_watch,
            # Before the silence, which begins anew where a declared absence has run out.
            Watch(frozenset({Rule.NOT_BACK}), self._absence, (), lives=True),
            # Before the silence: what goes on under its alert is not learned as usual.
            self.everyday.watch,
            Watch(frozenset({Rule.INACTIVITY}), self.inactivity, (), lives=True),
            Watch(IMPAIRMENT_RULES, self.supervision),
            *self._body.watches,
            Watch(frozenset({Rule.CHANGE}), self._trends, (Kind.MOTION,), lives=True),
            Watch(frozenset({Rule.REACH}), self._reach, ()),
            rules=rules,
        )
        self.watches.follow(self.supervision, self._draw_conclusions)
        self.watches.follow(self._absence, self._mind_absence)
        self.watches.follow(self._body.worn, self._mind_bracelet)

    def life(self, reading: Reading) -> Life | None:
        """Take in a reading and give the sign of life in it, if there is one and somebody's.

        What a machine makes is none: it would hide a collapse for ever.
        """
        life = self._signs.life(reading)
        if life is None or reading.device in self.supervision.odd:
            return None
        if not self.supervision.believes(life):
            return None
        is_nobodys = reading.kind is STEPS and self._body.worn.refuses(reading)
        return None if is_nobodys else life

    def missed(self) -> list[Finding]:
        """Give what is said of nobody who was seen for long, at home or outside."""
        said = (self.inactivity.state.said, self._absence.state.said)
        return [finding for finding in said if finding is not None]

    def adopt(
        self, standing: Callable[[frozenset[Rule]], list[Finding]], ended: list[Finding]
    ) -> None:
        """Take over what stands from the alert book, where the state itself was lost."""
        self._smoke.adopt(standing(HAZARD_RULES), ended)
        self._body.adopt(standing, ended)

    def kept(
        self,
        now: Moment | None,
        heard: Moment | None,
        orphans: list[Finding],
        alerts: list[Alert],
    ) -> HouseholdState:
        """Give all that was learned, with what the household itself remembers."""
        return HouseholdState(
            STATE_VERSION,
            now,
            heard,
            self._signs.state,
            self.presence.state,
            self.inactivity.state,
            self._smoke.state,
            self._body.calls.state,
            self.supervision.state,
            orphans,
            alerts,
            trends=self._trends.state,
            absence=self._absence.state,
            everyday=self.everyday.state,
            body=self._body.state,
            reach=self._reach.state,
        )

    # -- what one finds out and others have to know

    def mind(self, found: list[Finding]) -> None:
        """What happens while somebody may need help is no habit."""
        if any(each.severity in (Severity.EMERGENCY, Severity.URGENT) for each in found):
            self._trends.spoil()

    def _mind_absence(self, now: Moment) -> None:
        """Tell the others that a declared absence has begun, or ended."""
        if self.supervision.excuse(now, is_absent=self.presence.is_declared(now)):
            self.inactivity.follow_absence(now)
            self.watches.unsettle()

    def _mind_bracelet(self, now: Moment) -> None:
        """Tell the others what the bracelet shows: it sees nobody, or its wearer is near."""
        for what in self._body.worn.take_concluded():
            self.inactivity.observe(what, now)
            self.watches.unsettle()
        if self._body.worn.is_here(now) and self.presence.hear_wearer(now):
            self.inactivity.reconsider()
            self.watches.unsettle()

    def _draw_conclusions(self, now: Moment) -> None:
        """Tell those who watch life what supervision has found out about those who see it."""
        if doubted := self.supervision.take_doubted():
            self.presence.distrust(doubted, now)
            self.inactivity.spoil()
            self.watches.unsettle()
        for what in self.supervision.take_concluded():
            # Unknown is not quiet: what was taken for dead says nothing of who lives there.
            self.presence.observe(what, now)
            for watch in self.watches:
                if watch.lives:
                    watch.detector.observe(what, now)
            self.watches.unsettle()
