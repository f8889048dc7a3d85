"""What is kept of an alert: its state, its changes, who is owed which notice."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from edge.facts import Moment, digest
from edge.findings import Finding
from edge.rules import Severity


class State(StrEnum):
    """Where an alert is in its life."""

    SUSPECTED = "suspected"  # the question in the home; nobody outside knows yet
    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"  # the finding is gone; nobody has said yet what it was
    CLOSED = "closed"


class Outcome(StrEnum):
    """What an alert turned out to be, in the words of the person who closes it."""

    HELPED = "helped"  # a real emergency
    WELL = "well"  # the resident was well: a false alert
    SENSOR = "sensor"  # a device's fault
    TEST = "test"
    UNKNOWN = "unknown"


class Lease(Struct, frozen=True):
    """Who has taken an alert, and until when; then it returns by itself."""

    owner: str
    until: Moment


class Alert(Struct, frozen=True):
    """One alert as it stands. Never edited: a change makes the next one."""

    id: str
    household: str
    finding: Finding
    state: State
    opened: Moment
    lease: Lease | None = None
    outcome: Outcome | None = None
    drill: bool = False
    holds: bool = True  # the finding still stands
    inhibited_by: str = ""  # the id of the alert that is this one's cause
    step: int = 0  # how many steps of the escalation were taken
    rounds: int = 0  # how often all were told again since it began, returned or became worse
    next_step: Moment | None = None
    told: tuple[str, ...] = ()  # the contacts who were told, in order
    waits_for: tuple[str, ...] = ()  # those whom the last step told, but for who was not reached
    missed: tuple[str, ...] = ()  # those who were told in vain, the last time they were told


class Event(StrEnum):
    """What can happen to an alert."""

    SUSPECTED = "suspected"
    ASKED = "asked"  # the question sounded in the home, or could not
    RAISED = "raised"
    WORSENED = "worsened"
    INHIBITED = "inhibited"
    RELEASED = "released"  # its inhibition ended
    ESCALATED = "escalated"
    UNREACHED = "unreached"  # nobody is there to be told
    PLATFORM = "platform"  # the district has it, by its own answer
    MISSED = "missed"  # somebody who was told is reached on no channel
    ACKNOWLEDGED = "acknowledged"
    HANDED_OVER = "handed_over"  # from who had taken it to somebody else
    ON_SCENE = "on_scene"  # somebody is there
    LAPSED = "lapsed"  # the lease ran out
    RESOLVED = "resolved"
    RETURNED = "returned"  # what was resolved had not ended
    CLOSED = "closed"


class Change(Struct, frozen=True):
    """One event in an alert's life; journalled, never edited."""

    alert: str
    what: Event
    at: Moment
    by: str
    detail: str = ""

    @property
    def id(self) -> str:
        """Give the same name to the same change, however often it is worked out."""
        return digest(self.alert, self.what, self.at.wall.isoformat(), self.by, self.detail)


class Reason(StrEnum):
    """Why somebody is told."""

    FIRST = "first"
    REPEATED = "repeated"
    ESCALATED = "escalated"
    RETURNED = "returned"  # whoever had taken it let it lapse
    HANDED = "handed"  # it is theirs now: somebody handed it over
    RESOLVED = "resolved"


class Notice(Struct, frozen=True):
    """One message that is owed to one person on one channel; its id never changes over resends."""

    id: str
    alert: str
    household: str
    recipient: str
    channel: str
    reason: Reason
    severity: Severity
    due: Moment
    drill: bool = False


class Effects(Struct):
    """What one step of a household comes to; committed as a whole.

    `cancelled` names alerts: whatever is still owed to somebody about them, except `notices`
    of these same effects, is not sent any more.
    """

    changes: list[Change] = []
    alerts: list[Alert] = []
    notices: list[Notice] = []
    cancelled: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.changes or self.alerts or self.notices or self.cancelled)

    def extend(self, later: "Effects") -> None:
        """Add what came of the next step; what it cancels is not owed any more."""
        self.changes += later.changes
        self.alerts += later.alerts
        if later.cancelled:
            self.notices = [n for n in self.notices if n.alert not in later.cancelled]
        self.notices += later.notices
        self.cancelled += later.cancelled


class Rung(StrEnum):
    """How far a notice has come, as the channel can prove."""

    REFUSED = "refused"  # the receiver said no, or could not be reached
    SENT = "sent"  # handed over; nothing more is proven
    ACCEPTED = "accepted"  # the receiver's own answer says that it took it
    DELIVERED = "delivered"
    SEEN = "seen"


class Receipt(Struct, frozen=True):
    """What came of one attempt, in the receiver's own words."""

    notice: str
    attempt: int
    rung: Rung
    at: datetime
    evidence: str
