"""The HTTP interface of tokens: what programs show instead of a password."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from district import tokens
from district.access import Right
from district.incidents import Refused
from district.web import shapes
from district.web.guard import Connection, Here, KeepsAccounts
from district.web.incident_routes import STATUS, TIMES, Key
from district.web.problems import FAULTS

router = APIRouter(prefix="/api/v1/tokens", tags=["tokens"], responses=FAULTS)


class NewToken(shapes.Body):
    """What a token is for: the login of a program, some of its rights, for so many days."""

    login: shapes.Key
    name: shapes.Name
    rights: Annotated[list[Right], Field(min_length=1, max_length=20)]
    days: Annotated[int, Field(ge=1, le=tokens.LONGEST.days)] = 365


class Made(BaseModel):
    """A token, seen this once."""

    id: str
    token: str
    ends: datetime


class Token(BaseModel):
    """What is known of a token."""

    id: str
    account: str
    login: str
    area: str
    name: str
    rights: list[str]
    made: datetime
    made_by: str
    ends: datetime
    used: datetime | None
    used_from: str
    revoked: datetime | None
    revoked_by: str


@router.get("")
async def listed(who: KeepsAccounts, connection: Connection) -> list[Token]:
    """Give the tokens of your area's programs; none of them opens anything."""
    found = await tokens.listed(connection, who)
    return [Token(**msgspec.to_builtins(each, builtin_types=TIMES)) for each in found]


@router.post("", status_code=201)
async def make(body: NewToken, who: KeepsAccounts, here: Here) -> Made:
    """Make a token for a program: an account of the role platform. It is shown this once."""
    now = here.now()
    ends = now + timedelta(days=body.days)
    try:
        async with here.database.begin() as connection:
            made, token = await tokens.make(
                *(connection, who, body.login),
                name=body.name,
                rights=body.rights,
                ends=ends,
                now=now,
            )
    except Refused as refused:
        raise HTTPException(STATUS[refused.code], str(refused)) from refused
    return Made(id=made, token=token, ends=ends)


@router.delete("/{token}", status_code=204)
async def revoke(token: Key, who: KeepsAccounts, here: Here) -> None:
    """Make a token worthless, at once."""
    try:
        async with here.database.begin() as connection:
            await tokens.revoke(connection, who, token, here.now())
    except Refused as refused:
        raise HTTPException(STATUS[refused.code], str(refused)) from refused
