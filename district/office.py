"""Somebody at work on the records: what they reach, and a note of what they saw and changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.access import Who, reaches
from district.accounts import audit, audit_all
from district.incidents import Refused
from district.schema import households


class Office(Struct, frozen=True):
    """One transaction of one person."""

    connection: AsyncConnection
    who: Who
    now: datetime

    async def reached(self, household: str) -> "Row[Any]":
        """Give a home of their area, locked. Raises Refused."""
        if not await reaches(self.connection, self.who, household):
            raise Refused("not_found", "there is no such home here")
        found = (
            select(households).where(households.c.id == household).with_for_update(key_share=True)
        )
        row = (await self.connection.execute(found)).one_or_none()
        if row is None:  # it was joined with another one just now
            raise Refused("not_found", "there is no such home here")
        return row

    async def watched(self, household: str) -> "Row[Any]":
        """Give a home of their area that is watched still, locked. Raises Refused."""
        row = await self.reached(household)
        if row.ended is not None:
            raise Refused("conflict", "it is not watched any more", "refused.ended")
        return row

    async def noted(self, what: str, about: str, **detail: Any) -> None:
        """Note what they did or saw."""
        await audit(self.connection, self.who, what, about, self.now, **detail)

    async def changed(self, what: str, household: str, **detail: Any) -> None:
        """Note what they changed of a home's record: whoever looked at it before sees it is so."""
        known = update(households).where(households.c.id == household)
        await self.connection.execute(known.values(version=households.c.version + 1))
        await self.noted(what, household, **detail)

    async def noted_each(self, what: str, abouts: Sequence[str]) -> None:
        """Note that they did the same to several."""
        await audit_all(self.connection, self.who, what, abouts, self.now)
