"""The events of the uplink: CloudEvents 1.0 around the vocabulary of CAP 1.2.

An event's id is made from what happened, so whoever sends it again sends the same one; a receiver
applies each id once. `epoch` and `sequence` say in which order a gateway's events happened.
"""

from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from edge.model import Outcome, Rule, State
from gateway.wire.uplink.visiting import PageData, VisitData

SPEC_VERSION = "1.0"
JSON = "application/json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
Count = Annotated[int, Meta(ge=0)]
# CAP asks for a numeric offset and seconds, and has no Z.
CapTime = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$")]
Text = Annotated[str, Meta(max_length=4000)]


class Kind(StrEnum):
    """Every type of event; the number is raised where a reader of the old one would be misled."""

    ALERT = "shouhu.alert.v1"
    HEALTH = "shouhu.health.v1"
    SUMMARY = "shouhu.summary.v1"
    HEARTBEAT = "shouhu.heartbeat.v1"
    REPLY = "shouhu.reply.v1"
    COMMAND = "shouhu.command.v1"
    VISIT = "shouhu.visit.v1"
    PAGE = "shouhu.page.v1"


class Status(StrEnum):
    """CAP status: a drill is an exercise and never actual."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    TEST = "Test"


class MessageType(StrEnum):
    """CAP msgType: the first word, a later one, the end."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"


class CapSeverity(StrEnum):
    """CAP severity."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"


class Urgency(StrEnum):
    """CAP urgency."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"


class Certainty(StrEnum):
    """CAP certainty: a sensor says so itself, or it was concluded."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"


class Category(StrEnum):
    """CAP category."""

    FIRE = "Fire"
    HEALTH = "Health"
    SAFETY = "Safety"
    INFRASTRUCTURE = "Infra"


class Information(Struct, frozen=True):
    """An alert told in one language, as a person reads it."""

    language: str  # BCP 47
    headline: Text
    description: Text


class AlertData(Struct, frozen=True):
    """One change of one alert. `incident` stays over all changes of the same alert."""

    identifier: Id
    incident: Id
    sender: Id
    sent: CapTime
    status: Status
    msgType: MessageType  # noqa: N815  CAP's own spelling
    scope: str  # always Private
    addresses: str
    category: Category
    severity: CapSeverity
    urgency: Urgency
    certainty: Certainty
    onset: CapTime
    household: str
    rule: Rule
    subject: str
    room: str
    state: State
    info: tuple[Information, ...]
    because: dict[str, Any]  # the facts, as the home recorded them
    told: tuple[str, ...] = ()  # ids of contacts who were told before
    taken_by: str = ""
    taken_until: datetime | None = None
    outcome: Outcome | None = None
    by: str = ""  # who made this change
    references: tuple[Id, ...] = ()  # of the change before
    anew: bool = False  # worse than before, called again, or come back
    stored: bool = True  # False: the home's disk refused it, it was sent all the same


class HealthData(Struct, frozen=True):
    """How it stands with a gateway and the homes that it watches."""

    at: datetime
    version: str
    boot: str
    homes: Count
    blind: tuple[str, ...]  # households that cannot be seen
    faults: dict[str, Count]  # standing alerts about the watching, by rule
    owed: Count  # messages to people that are still on their way
    disk_free_mb: Count
    clock_trusted: bool


class SummaryData(Struct, frozen=True):
    """Half hours in which somebody was seen; sent by consent, or while an alert is open."""

    household: str
    day: str  # by the home's calendar, ISO
    time_zone: str
    active: Annotated[str, Meta(pattern=r"^[01?]{48,50}$")]  # ?: could not be seen


class HeartbeatData(Struct, frozen=True):
    """The gateway lives: without one for 90 s it counts as silent, which is not a quiet home."""

    at: datetime
    boot: str
    every_s: Count
    waiting: Count  # events that were not accepted yet
    oldest_s: Count  # age of the oldest of them


class Answer(StrEnum):
    """What became of an event at the far end."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


class ReplyData(Struct, frozen=True):
    """The far end's answer to one event."""

    event: Id
    answer: Answer
    reason: Text = ""
    incident: str = ""  # what the far end calls it
    owner: str = ""  # who has it there
    until: datetime | None = None


class Order(StrEnum):
    """What the far end may ask of a gateway."""

    TAKE = "take"
    CLOSE = "close"


class CommandData(Struct, frozen=True):
    """Somebody at the desk takes an alert, or says what it was."""

    order: Order
    household: str
    alert: Id
    by: Annotated[str, Meta(min_length=1, max_length=200)]
    lease_s: Annotated[int, Meta(ge=60, le=86_400)] | None = None
    outcome: Outcome | None = None


DATA: dict[Kind, type[Struct]] = {
    Kind.ALERT: AlertData,
    Kind.HEALTH: HealthData,
    Kind.SUMMARY: SummaryData,
    Kind.HEARTBEAT: HeartbeatData,
    Kind.REPLY: ReplyData,
    Kind.COMMAND: CommandData,
    Kind.VISIT: VisitData,
    Kind.PAGE: PageData,
}


class Event(Struct, frozen=True, omit_defaults=False):
    """A CloudEvent in structured mode; `data` is as its type says (DATA)."""

    id: Id
    source: Annotated[str, Meta(min_length=1, max_length=200)]
    type: Kind
    time: datetime
    data: Struct
    subject: str = ""
    specversion: str = SPEC_VERSION
    datacontenttype: str = JSON
    epoch: str = ""  # begins anew with a replaced box
    sequence: Count = 0


class _Envelope(Struct):
    id: Id
    source: Annotated[str, Meta(min_length=1, max_length=200)]
    type: Kind
    time: datetime
    data: msgspec.Raw
    specversion: str
    subject: str = ""
    datacontenttype: str = JSON
    epoch: str = ""
    sequence: Count = 0


class NoEvent(Exception):
    """What came is no event of ours; says where and why."""


def encode(event: Event) -> bytes:
    """Give the event as JSON, the same bytes for the same event."""
    return msgspec.json.encode(event, order="deterministic")


def decode(payload: bytes) -> Event:
    """Read an event. Raises NoEvent for anything else, with the place of the fault."""
    try:
        payload.decode()  # msgspec looks at no text of a field that it passes over
        envelope = msgspec.json.decode(payload, type=_Envelope)
        data = msgspec.json.decode(envelope.data, type=DATA[envelope.type])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise NoEvent(str(error)) from error
    if envelope.specversion != SPEC_VERSION:
        raise NoEvent(f"specversion {envelope.specversion}, this is {SPEC_VERSION}")
    times = [envelope.time, *(v for v in _values(data) if isinstance(v, datetime))]
    if any(time.tzinfo is None for time in times):
        raise NoEvent("a time without an offset from UTC")
    return Event(
        envelope.id, envelope.source, envelope.type, envelope.time, data, envelope.subject,
        epoch=envelope.epoch, sequence=envelope.sequence,
    )  # fmt: skip


def cap_time(at: datetime, zone: tzinfo) -> str:
    """Write a time as CAP does, by the clock of this zone."""
    return at.astimezone(zone).isoformat(timespec="seconds")


def schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of every event, to be published."""
    one_of: list[dict[str, Any]] = []
    definitions: dict[str, Any] = {}
    for kind, data in DATA.items():
        (reference,), parts = msgspec.json.schema_components([data])
        definitions |= parts
        one_of.append({"properties": {"type": {"const": kind}, "data": reference}})
    (_, head) = msgspec.json.schema_components([_Envelope])
    envelope = head["_Envelope"]
    envelope.pop("title", None)
    envelope["properties"]["specversion"] = {"const": SPEC_VERSION}
    definitions |= {name: part for name, part in head.items() if name != "_Envelope"}
    whole = {"$schema": DIALECT, **envelope, "oneOf": one_of, "$defs": definitions}
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(whole))
    return found


def _values(data: Struct) -> list[object]:
    return [getattr(data, name) for name in data.__struct_fields__]
