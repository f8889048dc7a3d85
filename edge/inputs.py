"""What moves a household besides readings; each is journalled like one."""

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from edge.facts import BlindCause, Life, Moment, Reading
from edge.findings import Finding
from edge.records import Outcome
from edge.rules import Rule


class Blind(Struct, frozen=True, tag="blind"):
    """From `began` these devices cannot be heard, for this cause."""

    cause: BlindCause
    subject: str  # the source or bridge
    devices: tuple[str, ...]  # the roles that are deaf by it
    began: Moment


class Sighted(Struct, frozen=True, tag="sighted"):
    """The cause of a blind interval has gone."""

    cause: BlindCause
    subject: str


class Acknowledge(Struct, frozen=True, tag="acknowledge"):
    """Somebody takes an alert for a while."""

    alert: str
    by: str
    lease: timedelta


class Close(Struct, frozen=True, tag="close"):
    """Somebody ends an alert and says what it was; rule and subject are those of its finding."""

    alert: str
    by: str
    outcome: Outcome
    rule: Rule
    subject: str


class HandOver(Struct, frozen=True, tag="hand_over"):
    """Who has taken an alert, or whoever speaks for them, gives it to somebody else."""

    alert: str
    by: str
    to: str  # a contact's id, or the name of anybody else
    lease: timedelta


class Arrive(Struct, frozen=True, tag="arrive"):
    """Somebody is with the resident, or at the door."""

    alert: str
    by: str
    lease: timedelta


class Unreached(Struct, frozen=True, tag="unreached"):
    """Somebody who was told of an alert is reached on none of their channels."""

    alert: str
    contact: str


class Answer(Struct, frozen=True, tag="answer"):
    """The resident says to be well: a press, or a spoken word, at home."""

    by: str  # who or what heard it


class Away(Struct, frozen=True, tag="away"):
    """Somebody says that nobody will be at home; `until` None: until somebody is there again."""

    by: str
    until: datetime | None = None


class Back(Struct, frozen=True, tag="back"):
    """Somebody ends a declared absence; "shouhu" where it ran out by itself."""

    by: str


class Trouble(Struct, frozen=True, tag="trouble"):
    """The gateway reports something wrong, or right again, with itself."""

    rule: Rule
    subject: str
    detail: str
    stands: bool


class Configured(Struct, frozen=True, tag="configured"):
    """The household's configuration was loaded; the hash says which."""

    sha256: str


OfAlert = HandOver | Arrive | Unreached
Input = (
    Blind | Sighted | Acknowledge | Close | Trouble | Configured | Away | Back | Answer | OfAlert
)


class Entry(Struct, frozen=True):
    """One line of the journal: what came in, and when the household heard of it."""

    household: str
    at: Moment
    what: Reading | Input


class Detector(Protocol):
    """One rule or family of rules. It reports levels ("this holds now"), never events."""

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in one fact."""

    def findings(self, now: Moment) -> list[Finding]:
        """Say what holds now."""

    def next_check(self, now: Moment) -> Moment | None:
        """Say when to be asked again, later than `now`; None: not before the next fact."""
