"""Who may see and do what: the one place that decides it, for every route and every query.

A role says what may be done, the account's area where: there and below. An incident that has risen
is seen by the areas that it has come through.
"""

from enum import StrEnum
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from district.schema import areas, households


class Role(StrEnum):
    """What somebody is there for."""

    DUTY = "duty"  # answers incidents
    SUPERVISOR = "supervisor"  # besides, of everybody below: hands over, dispatches, assesses
    VIEWER = "viewer"  # figures only: no person's name
    ADMIN = "admin"  # accounts, areas, roster
    PLATFORM = "platform"  # a program of the city, which has tokens: the feed, figures


class Right(StrEnum):
    """What a route needs."""

    DESK = "desk"  # see incidents with the household's card
    ACT = "act"  # take, call, dispatch, close
    SUPERVISE = "supervise"
    RECORDS = "records"  # see the roster
    ROSTER = "roster"  # change the roster
    FIGURES = "figures"
    ACCOUNTS = "accounts"
    AUDITS = "audits"  # who saw and changed what
    FEED = "feed"  # the events themselves, for another platform
    ROTA = "rota"  # see who is on duty
    SCHEDULE = "schedule"  # say who is on duty, who is away, and how long an incident may wait


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.DUTY: frozenset({Right.DESK, Right.ACT, Right.RECORDS, Right.FIGURES, Right.ROTA}),
    Role.SUPERVISOR: frozenset(
        {
            *(Right.DESK, Right.ACT, Right.SUPERVISE, Right.RECORDS, Right.ROSTER),
            *(Right.FIGURES, Right.AUDITS, Right.ROTA, Right.SCHEDULE),
        }
    ),
    Role.VIEWER: frozenset({Right.FIGURES}),
    Role.ADMIN: frozenset(
        {
            *(Right.RECORDS, Right.ROSTER, Right.FIGURES, Right.ACCOUNTS, Right.AUDITS),
            *(Right.ROTA, Right.SCHEDULE),
        }
    ),
    Role.PLATFORM: frozenset({Right.FEED, Right.FIGURES}),
}


class Who(Struct, frozen=True):
    """Somebody who is logged in: `path` is their area's, from the top down.

    `scope` is what the token of a program is for, None where there is no token.
    """

    id: str
    name: str
    role: str
    area: str
    path: str
    language: str = "zh"
    scope: frozenset[str] | None = None
    must_change: bool = False  # the password is one that somebody else has made
    must_enrol: bool = False  # their role takes a second factor, and they have none yet

    def has(self, right: Right) -> bool:
        """Say whether their role may do this, and their token is for it."""
        is_meant = self.scope is None or right in self.scope
        return is_meant and right in RIGHTS[Role(self.role)]

    @property
    def is_held(self) -> bool:
        """Say whether they have to see to their own account before anything else."""
        return self.must_change or self.must_enrol

    @property
    def supervises(self) -> bool:
        """Say whether they may do it for others."""
        return self.has(Right.SUPERVISE)


def within(who: Who, column: "ColumnElement[Any]") -> "ColumnElement[bool]":
    """Give the condition that an area (its id in `column`) is theirs or lies below."""
    return column.in_(below(who))


def below(who: Who) -> "Select[Any]":
    """Select the ids of their area and of all below it."""
    return select(areas.c.id).where(lies_in(areas.c.path, who.path))


def lies_in(column: "ColumnElement[Any]", path: str) -> "ColumnElement[bool]":
    """Give the condition that a path is this one or below it, to the letter.

    SQLite's LIKE takes "a" for "A", and the area next door would be theirs.
    """
    return func.substr(column, 1, len(path)) == path


async def reaches(connection: AsyncConnection, who: Who, household: str) -> bool:
    """Say whether a household is within their area."""
    found = await connection.execute(
        select(households.c.id).where(
            (households.c.id == household) & within(who, households.c.area)
        )
    )
    return found.one_or_none() is not None


async def covers(connection: AsyncConnection, who: Who, area: str) -> bool:
    """Say whether an area is theirs or lies below."""
    found = await connection.execute(
        select(areas.c.id).where((areas.c.id == area) & within(who, areas.c.id))
    )
    return found.one_or_none() is not None
