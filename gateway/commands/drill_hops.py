"""The hops of a drill: sensor, alert, each person on each channel, the hand that takes it, the end.

Pure: it holds what was planned against what the daemon and its store say.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from edge.foresight import Told
from edge.model import Alert, Change, Event, Notice, Reason, Receipt, Rung
from gateway.commands.drill_plan import UNTIL, Plan
from gateway.drilled import Stands
from gateway.language import Language, Phrase
from gateway.retries import retry_of


class Stage(StrEnum):
    """Which rung a hop is on."""

    SENSOR = "sensor"
    ALERT = "alert"
    TOLD = "told"
    TAKEN = "taken"
    OVER = "over"


class Came(StrEnum):
    """What a hop came to."""

    PASSED = "passed"
    FAILED = "failed"
    WAITS = "waits"
    LEFT_OUT = "left_out"


Said = tuple[str | Phrase, ...]


class Hop(Struct, frozen=True):
    """One hop: whom or what it is about, when it was done and how long that took."""

    stage: Stage
    what: str | Phrase
    came: Came
    at: datetime | None = None
    took: timedelta | None = None
    said: Said = ()
    key: str = ""  # the same for the same hop
    tested: str = ""  # what it shows to work, as the installation report knows it
    evidence: str = ""

    @property
    def is_well(self) -> bool:
        """Say whether nothing is wrong with it."""
        return self.came in (Came.PASSED, Came.LEFT_OUT)

    @property
    def is_tried(self) -> bool:
        """Say whether it was done, well or not."""
        return self.came in (Came.PASSED, Came.FAILED)

    @property
    def is_settled(self) -> bool:
        """Say whether nothing more is to be waited for."""
        return self.stage is not Stage.TOLD or self.came is not Came.WAITS

    def telling(self, language: Language) -> str:
        """Give whom or what it is about."""
        return self.what.told(language) if isinstance(self.what, Phrase) else self.what

    def proof(self, language: Language) -> list[str]:
        """Give what is proven, or wrong."""
        told = [each.told(language) if isinstance(each, Phrase) else each for each in self.said]
        return [each for each in told if each]


class Result(Struct, frozen=True):
    """What came of a drill."""

    passed: bool
    ending: str
    ended_by: str
    at: datetime
    by: str
    hops: tuple[Hop, ...]


class Story(Struct, frozen=True):
    """What the store holds of a drill's alert."""

    alert: Alert | None = None
    changes: Sequence[Change] = ()
    notices: Sequence[Notice] = ()
    receipts: Sequence[Receipt] = ()
    owed: frozenset[str] = frozenset()

    @property
    def taken(self) -> Change | None:
        """Give when and by whom it was taken."""
        return next((each for each in self.changes if each.what is Event.ACKNOWLEDGED), None)

    @property
    def is_settled(self) -> bool:
        """Say whether every message was taken, or tried often enough."""
        return all(self.came(notice) is not Came.WAITS for notice in self.notices)

    def is_told(self, reason: Reason) -> bool:
        """Say whether all messages of this sort are settled."""
        mine = [notice for notice in self.notices if notice.reason is reason]
        return all(self.came(notice) is not Came.WAITS for notice in mine)

    def last(self, notice: Notice) -> Receipt | None:
        """Give the receipt that says most of it: one that was taken, else the latest."""
        mine = [each for each in self.receipts if each.notice == notice.id]
        taken = [each for each in mine if each.rung is not Rung.REFUSED]
        return next(reversed(taken or mine), None)

    def came(self, notice: Notice) -> Came:
        """Say what a message came to."""
        receipt = self.last(notice)
        if receipt is not None and receipt.rung is not Rung.REFUSED:
            return Came.PASSED
        if notice.id not in self.owed:
            is_needless = receipt is None and self.taken is not None
            return Came.LEFT_OUT if is_needless else Came.FAILED
        failures = retry_of(notice.severity).failures
        return Came.FAILED if receipt is not None and receipt.attempt >= failures else Came.WAITS


def hops(plan: Plan, stands: Stands, story: Story) -> list[Hop]:
    """Give every hop as it stands, in the order of the rungs."""
    found = [_sensor(plan, stands)] if plan.by_sensor else []
    found.append(_alert(stands, story))
    if plan.tells:
        found += _told(plan, stands, story)
    if plan.until == UNTIL[2]:
        found.append(_taken(stands, story))
    ends = (notice for notice in story.notices if notice.reason is Reason.RESOLVED)
    return [*found, *(_message(plan, notice, story, Stage.OVER) for notice in ends)]


def _sensor(plan: Plan, stands: Stands) -> Hop:
    device = plan.device
    name = "" if device is None else device.name
    role = "" if device is None else device.id
    if stands.heard_at is None or stands.began_at is None:
        came = Came.WAITS if stands.goes_on else Came.FAILED
        said: Said = () if stands.goes_on else (Phrase("drill.not_heard"),)
        return Hop(Stage.SENSOR, name, came, said=said, key="sensor", tested=role)
    took = stands.heard_at - stands.began_at
    return Hop(Stage.SENSOR, name, Came.PASSED, stands.heard_at, took, key="sensor", tested=role)


def _alert(stands: Stands, story: Story) -> Hop:
    what = "" if story.alert is None else Phrase(f"rule.{story.alert.finding.rule}")
    if stands.stored_at is None:
        came = Came.WAITS if stands.goes_on else Came.FAILED
        is_raised = bool(stands.alert) and not stands.goes_on
        said: Said = (Phrase("drill.not_on_disk"),) if is_raised else ()
        return Hop(Stage.ALERT, what, came, said=said, key="alert")
    began = stands.heard_at or stands.began_at
    took = None if began is None else stands.stored_at - began
    said = (Phrase("drill.on_disk"), stands.alert[:8])
    return Hop(Stage.ALERT, what, Came.PASSED, stands.stored_at, took, said, key="alert")


def _told(plan: Plan, stands: Stands, story: Story) -> list[Hop]:
    """Give a hop for each message; whoever was not told yet has one too."""
    mine = [notice for notice in story.notices if notice.reason is not Reason.RESOLVED]
    ways = {(notice.recipient, notice.channel) for notice in mine}
    missing = [told for told in plan.foreseen.told if (told.recipient, told.channel) not in ways]
    return [
        *(_message(plan, notice, story, Stage.TOLD) for notice in mine),
        *(_untold(plan, told, stands, story) for told in missing),
    ]


def _message(plan: Plan, notice: Notice, story: Story, stage: Stage) -> Hop:
    receipt, came = story.last(notice), story.came(notice)
    what = f"{plan.person(notice.recipient)} · {notice.channel}"
    if receipt is None:
        return Hop(stage, what, came, said=(Phrase("drill.unsent"),), key=notice.id)
    said: list[str | Phrase] = [Phrase(f"rung.{receipt.rung}"), receipt.evidence]
    if notice.reason not in (Reason.FIRST, Reason.RESOLVED):
        said.append(Phrase(f"reason.{notice.reason}"))
    if receipt.attempt > 1:
        said.append(Phrase("drill.attempts", {"number": receipt.attempt}))
    took, tested = receipt.at - notice.due.wall, f"channel:{notice.channel}"
    return Hop(
        stage, what, came, receipt.at, took, tuple(said), notice.id, tested, receipt.evidence
    )


def _untold(plan: Plan, told: Told, stands: Stands, story: Story) -> Hop:
    what, key = (
        f"{plan.person(told.recipient)} · {told.channel}",
        f"{told.recipient} {told.channel}",
    )
    if story.taken is not None:
        said: Said = (Phrase("drill.taken_before"),)
        return Hop(Stage.TOLD, what, Came.LEFT_OUT, said=said, key=key)
    if stands.goes_on:
        return Hop(Stage.TOLD, what, Came.WAITS, key=key)
    return Hop(Stage.TOLD, what, Came.FAILED, said=(Phrase("drill.ended_before"),), key=key)


def _taken(stands: Stands, story: Story) -> Hop:
    change = story.taken
    if change is None:
        came = Came.WAITS if stands.goes_on else Came.FAILED
        said: Said = () if stands.goes_on else (Phrase("drill.nobody_took_it"),)
        return Hop(Stage.TAKEN, "", came, said=said, key="taken")
    at = change.at.wall
    took = at - _first_told(story.receipts, at)
    return Hop(Stage.TAKEN, change.by, Came.PASSED, at, took, key="taken")


def _first_told(receipts: Iterable[Receipt], otherwise: datetime) -> datetime:
    told = (each.at for each in receipts if each.rung is not Rung.REFUSED)
    return min(told, default=otherwise)
