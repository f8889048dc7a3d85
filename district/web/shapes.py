"""What goes over the HTTP interface: the bodies that it takes, and what it gives."""

from datetime import datetime
from typing import Annotated, Any

from fastapi.responses import Response
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from edge.model import Outcome

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
# Names are shown in messages and terminals: nothing in them may steer either.
Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$"
    ),
]
Phone = Annotated[str, StringConstraints(pattern=r"^[0-9+*#() -]{0,40}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]


class Csv(Response):
    """A sheet."""

    media_type = "text/csv"


class Body(BaseModel):
    """What a request holds: nothing that is not meant, and text that every database can keep."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def is_storable(cls, value: Any) -> Any:
        """Refuse what PostgreSQL cannot keep: zero characters and halves of characters."""
        if not _is_text(value):
            raise ValueError("text without zero characters, in whole characters of Unicode")
        return value


class Login(Body):
    login: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    code: Annotated[str, StringConstraints(max_length=10)] = ""


class Seen(Body):
    """An act on a picture: `seen` is the `seq` of the last step in it; 409 if there are newer."""

    seen: Annotated[int, Field(ge=0, lt=1 << 62)] | None = None


class Take(Body):
    minutes: Annotated[int, Field(ge=1, le=720)] = 30


class HandOver(Seen):
    to: Key
    minutes: Annotated[int, Field(ge=1, le=720)] = 30


class Call(Body):
    whom: Name
    result: Name


class Dispatch(Seen):
    whom: Name
    phone: Phone = ""


class Progress(Body):
    dispatch: Key


class Note(Body):
    text: Text


class FollowUp(Body):
    owner: Key
    what: Text
    due: AwareDatetime


class Followed(Body):
    follow_up: Key


class Close(Seen):
    outcome: Outcome
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class Done(BaseModel):
    """An act was carried out; `version` is the incident's now."""

    incident: str
    version: int
    phase: str


class Account(BaseModel):
    """Somebody who works here."""

    id: str
    name: str
    role: str
    area: str


class Incident(BaseModel):
    """One incident as the list shows it."""

    id: str
    household: str
    home: str
    address: str
    area: str
    risk: str
    rule: str
    severity: str
    rank: int
    status: str
    title: str
    opened: datetime
    arrived: datetime
    home_state: str
    home_by: str
    home_until: datetime | None
    phase: str
    owner: str
    owner_id: str
    until: datetime | None
    answered: datetime | None
    holder: str
    holder_id: str
    rises: int
    next_due: datetime | None
    closed: datetime | None
    outcome: str | None
    version: int


class IncidentCard(BaseModel):
    """One incident with the household's card and all that was done."""

    line: Incident
    text: str
    because: dict[str, Any]
    door_code: str
    medical: str
    plan: str
    people: list[dict[str, Any]]
    story: list[dict[str, Any]]
    sent: list[dict[str, Any]]
    follow_ups: list[dict[str, Any]]
    gateway_heard: datetime | None
    is_gateway_online: bool
    silent: list[dict[str, Any]]
    silent_count: int
    equipment: list[dict[str, Any]]
    days: list[dict[str, Any]]
    refused: list[str]
    earlier: list[Incident]


def _is_text(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= each <= "\udfff" for each in value)
    if isinstance(value, dict):
        return all(_is_text(each) for pair in value.items() for each in pair)
    return all(map(_is_text, value)) if isinstance(value, list) else True
