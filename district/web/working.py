"""One transaction of somebody at work on the records, for routes and for pages."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastapi import HTTPException

from district.access import Who
from district.incidents import Refused
from district.office import Office
from district.web.guard import District
from district.web.incident_routes import STATUS

T = TypeVar("T")
Work = Callable[[Office], Awaitable[T]]


async def worked(here: District, who: Who, work: "Work[T]") -> T:
    """Do it in one transaction. Raises Refused."""
    async with here.database.begin() as connection:
        return await work(Office(connection, who, here.now()))


async def done(here: District, who: Who, work: "Work[T]") -> T:
    """Do it in one transaction; what is refused is told as HTTP tells it."""
    try:
        return await worked(here, who, work)
    except Refused as refused:
        raise HTTPException(STATUS[refused.code], str(refused)) from refused
