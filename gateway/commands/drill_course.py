"""One drill as it goes: begun at the daemon, followed from hop to hop, ended.

What each hop came to is drill_hops.py's; how it is shown drill_view.py's.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from edge.model import Reason
from gateway.commands.alert_views import opened
from gateway.commands.daemon import asked
from gateway.commands.drill_hops import Hop, Result, Story, hops
from gateway.commands.drill_plan import UNTIL, Plan
from gateway.commands.exits import CommandFailed, Exit
from gateway.control import AcknowledgeAlert
from gateway.drilled import Ending, Stands
from gateway.requests import GoOn, RecordTests, Tested

EVERY = 0.25  # seconds
OVER_WITHIN = 15.0  # seconds for the word that it is over
LEASE = 600  # seconds; a drill is over sooner
NO_STORY = Story()


class Course:
    """One drill."""

    def __init__(self, store: Path, plan: Plan, by: str) -> None:
        """Begin it; raise CommandFailed where the daemon refuses."""
        self.plan = plan
        self.by = by
        self._store = store
        facts = asked(store, plan.wish(by)).facts
        if "refused" in facts:
            key = f"refusal.{facts['refused']}"
            raise CommandFailed(Exit.FAILED, key, household=plan.home.id)
        self._id = str(facts["drill"])
        self.began_at = datetime.now(UTC)
        self.stands = Stands(self._id, True, began_at=self.began_at)
        self.story = NO_STORY
        self.is_interrupted = False

    # -- how it stands

    @property
    def hops(self) -> list[Hop]:
        """Give every hop as it stands now."""
        return hops(self.plan, self.stands, self.story)

    @property
    def alert(self) -> str:
        """Give the id of its alert, once it is raised."""
        return self.stands.alert

    @property
    def is_taken(self) -> bool:
        """Say whether somebody has taken it."""
        return self.story.taken is not None

    @property
    def result(self) -> Result:
        """Say what came of it."""
        ending = "interrupted" if self.is_interrupted else str(self.stands.ending or Ending.UNKNOWN)
        is_whole = self.stands.ending is Ending.DONE and not self.is_interrupted
        passed = is_whole and all(hop.is_well for hop in self.hops)
        return Result(
            passed, ending, self.stands.ended_by, self.began_at, self.by, tuple(self.hops)
        )

    # -- what is done

    def look(self) -> None:
        """Keep it going, and see how far it is."""
        self._ask(GoOn(self.plan.home.id, self._id))
        self._read()

    def take(self, by: str) -> None:
        """Take its alert in somebody's name; one that somebody has already stays theirs."""
        if not self.is_taken and self.stands.goes_on:
            asked(self._store, AcknowledgeAlert(self.alert, by, LEASE))

    def stop(self) -> None:
        """End it."""
        if self.stands.goes_on:
            self._ask(GoOn(self.plan.home.id, self._id, ends=True))

    def end(self, tell: Callable[[Sequence[Hop]], None]) -> None:
        """Wait for those who hear that it is over."""
        deadline = time.monotonic() + OVER_WITHIN
        while True:
            self._read()
            tell(self.hops)
            is_real = self.stands.ending in (Ending.REAL, Ending.UNKNOWN)
            if is_real or self.story.is_told(Reason.RESOLVED) or time.monotonic() > deadline:
                return
            time.sleep(EVERY)

    def is_through(self) -> bool:
        """Say whether the last rung that was wanted is reached."""
        if not self.stands.goes_on:
            return True
        if self.stands.stored_at is None:
            return False
        if self.plan.until == UNTIL[0]:
            return True
        is_told = self.is_taken or all(hop.is_settled for hop in self.hops)
        return is_told and self.story.is_settled and (self.is_taken or self.plan.until == UNTIL[1])

    def record(self) -> None:
        """Keep for the installation report what was shown to work."""
        if self.stands.ending is not Ending.DONE:
            return
        results = [Tested(what, passed, said[:200]) for what, passed, said in _shown(self.hops)]
        for start in range(0, len(results), 10):
            part = results[start : start + 10]
            asked(self._store, RecordTests(self.plan.home.id, self.by, part))

    def _ask(self, request: GoOn) -> None:
        try:
            facts = asked(self._store, request).facts
        except CommandFailed:
            # It is being started anew, or was stopped: either way no drill goes on there.
            self.stands = msgspec.structs.replace(self.stands, goes_on=False, ending=Ending.UNKNOWN)
            return
        found = msgspec.convert(facts["stands"], Stands)
        if found.ending is Ending.UNKNOWN:
            found = msgspec.structs.replace(self.stands, goes_on=False, ending=Ending.UNKNOWN)
        self.stands = found

    def _read(self) -> None:
        if not self.alert:
            return
        with opened(self._store) as reading:
            owed = {each.notice.id for each in reading.pending()}
            self.story = Story(
                reading.alert(self.alert),
                reading.changes(self.alert),
                reading.notices(self.alert),
                reading.receipts(self.alert),
                frozenset(owed),
            )


def _shown(found: Sequence[Hop]) -> list[tuple[str, bool, str]]:
    """Give each device and channel that was tried; one that worked once works."""
    results: dict[str, tuple[bool, str]] = {}
    for hop in found:
        if hop.tested and hop.is_tried and not results.get(hop.tested, (False, ""))[0]:
            results[hop.tested] = hop.is_well, hop.evidence
    return [(what, *came) for what, came in results.items()]
