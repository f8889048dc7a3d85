"""What goes over the HTTP interface and the forms of the roster, the ledger and the visits."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from district.consent import Consent
from district.roster import End, Risk
from district.visits import Visit
from district.web.shapes import Body, Key, Name, Phone

# Lines of a text may end; nothing else in it steers a terminal or a printer.
Long = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, max_length=2000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
    ),
]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=400, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$"),
]
Short = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=60, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$"),
]
Times = Annotated[int, Field(ge=0, le=60)]
Local = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$"
    ),
]


class Home(Body):
    """A home to be registered."""

    gateway: Key | None = None
    local: Local
    area: Key
    name: Name
    address: Line = ""
    door_code: Short = ""
    risk: Risk = Risk.ORDINARY
    visits_a_month: Times = 2
    care_a_month: Times = 0
    medical: Long = ""
    plan: Long = ""


class Change(Body):
    """What is to be changed of a record as it was at `version`."""

    version: Annotated[int, Field(ge=1, lt=1 << 31)]
    area: Key | None = None
    name: Name | None = None
    address: Line | None = None
    door_code: Short | None = None
    risk: Risk | None = None
    visits_a_month: Times | None = None
    care_a_month: Times | None = None
    medical: Long | None = None
    plan: Long | None = None


class Ending(Body):
    """Why a home is not watched any more."""

    reason: End


class Gateway(Body):
    """A gateway, and what it calls the home; `replaces`: instead of the one that is there."""

    gateway: Key
    local: Local
    replaces: bool = False


class Because(Body):
    """Why a thing is no longer there."""

    reason: Name


class Person(Body):
    """A resident or a contact; without a place, to be called after the others."""

    kind: Literal["resident", "contact"]
    name: Name
    role: Short = ""
    phone: Phone = ""
    born: Annotated[int, Field(ge=1900, le=2100)] | None = None
    has_key: bool = False
    place: Annotated[int, Field(ge=0, le=1000)] | None = None


class Agreement(Body):
    """What somebody agrees to, or does not agree to any more, and who they are."""

    what: Consent
    by: Name


class Thing(Body):
    """A thing that stands in a home."""

    kind: Annotated[Short, Field(min_length=1)]
    name: Name
    serial: Annotated[Line, Field(max_length=120)] = ""
    room: Short = ""
    installed: AwareDatetime | None = None


class By(Body):
    """Who has seen it."""

    by: Name


class Shown(Body):
    """What proves a visit: the code of the label there, or a photo's SHA-256, time and place."""

    code: Annotated[str, StringConstraints(max_length=40)] = ""
    photo: Annotated[str, StringConstraints(pattern="^([0-9a-f]{64})?$")] = ""
    taken: AwareDatetime | None = None
    place: Short = ""


class Seen(Body):
    """A visit or a call; a carer's needs its proof."""

    sort: Visit
    at: AwareDatetime | None = None
    minutes: Annotated[int, Field(ge=0, le=1440)] | None = None
    note: Long = ""
    proof: Shown = Shown()


class Made(BaseModel):
    """Something was written."""

    id: str


class Joined(BaseModel):
    """A home has its gateway; `former` is the record that went into it, "" where there was none."""

    version: int
    former: str


class Late(BaseModel):
    """A home that was seen less often than it should be."""

    id: str
    name: str
    address: str
    area: str
    risk: str
    missing: int
    care_missing: int
    last: datetime | None


class Planned(BaseModel):
    """What a sheet did, or would do: homes that are new, get a gateway, change, stay the same."""

    added: int
    joined: int
    changed: int
    same: int
