"""The HTTP interface of things in homes, of visits and of the audit trail."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field, StringConstraints

from district import ledger, trail, visits
from district.ledger import Standing
from district.proof import Shown
from district.trail import Sought
from district.web import roster_shapes as shapes
from district.web.guard import Acts, Here, KeepsRoster, ReadsAudits, SeesRecords
from district.web.incident_routes import First, Key
from district.web.problems import FAULTS
from district.web.shapes import Body
from district.web.working import done

HOMES = "/households/{household}"
MONTH = timedelta(days=31)
MOST = 20_000
Most = Annotated[int, Field(ge=1, le=MOST)]
router = APIRouter(prefix="/api/v1", responses=FAULTS)


class Span(Body):
    """From when to when (without it); else the last 31 days."""

    begins: AwareDatetime | None = None
    ends: AwareDatetime | None = None


class Rounds(Span):
    """Which visits: `first` is how many are left out, `most` how many are given at once."""

    first: Annotated[int, Field(ge=0, lt=1 << 31)] = 0
    most: Most = MOST


class Trail(Span):
    """Which notes are meant: of a home or an account, by whom, of what sort, before which one."""

    about: Annotated[str, StringConstraints(max_length=200)] = ""
    who: Annotated[str, StringConstraints(max_length=200)] = ""
    what: Annotated[str, StringConstraints(max_length=60)] = ""
    before: Annotated[int, Field(ge=0, lt=1 << 62)] | None = None
    most: Annotated[int, Field(ge=1, le=1000)] = trail.AT_ONCE


@router.get("/equipment", tags=["roster"])
async def things(
    who: SeesRecords,
    here: Here,
    standing: Standing | None = None,
    first: First = 0,
    most: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> list[dict[str, Any]]:
    """Give the things of your area: all, those that are there, to be accepted, to be fetched.

    `first` is how many are left out, `most` how many are given at once.
    """
    return await done(here, who, lambda at: ledger.things(at, standing, first, most))


@router.post(HOMES + "/equipment", status_code=201, tags=["roster"])
async def install(household: Key, body: shapes.Thing, who: KeepsRoster, here: Here) -> shapes.Made:
    """Note a thing that was installed."""
    values = body.model_dump(exclude_none=True)
    made = await done(here, who, lambda at: ledger.install(at, household, **values))
    return shapes.Made(id=made)


@router.post(HOMES + "/equipment/{thing}/accept", status_code=204, tags=["roster"])
async def accept(household: Key, thing: Key, body: shapes.By, who: KeepsRoster, here: Here) -> None:
    """Note who has seen it work."""
    await done(here, who, lambda at: ledger.accept(at, household, thing, body.by))


@router.post(HOMES + "/equipment/{thing}/return", status_code=204, tags=["roster"])
async def give_back(
    household: Key, thing: Key, body: shapes.Because, who: KeepsRoster, here: Here
) -> None:
    """Note that it is no longer there."""
    await done(here, who, lambda at: ledger.give_back(at, household, thing, body.reason))


@router.get("/visits", tags=["roster"])
async def noted(
    who: SeesRecords, here: Here, span: Annotated[Rounds, Query()]
) -> list[dict[str, Any]]:
    """Give the visits and calls of your area, the latest first."""
    ends = span.ends or here.now() + timedelta(minutes=5)
    begins = span.begins or ends - MONTH
    first, most = span.first, span.most
    return await done(here, who, lambda at: visits.noted(at, begins, ends, first, most))


@router.post(HOMES + "/visits", status_code=201, tags=["roster"])
async def visited(household: Key, body: shapes.Seen, who: Acts, here: Here) -> shapes.Made:
    """Note a visit or a call; a carer's needs the code of the label there, or a photo."""
    values = body.model_dump(exclude_none=True, exclude={"proof"})
    shown = Shown(**body.proof.model_dump())
    made = await done(here, who, lambda at: visits.visited(at, household, shown, **values))
    return shapes.Made(id=made)


@router.get("/audits", tags=["audits"])
async def audits(
    who: ReadsAudits, here: Here, wanted: Annotated[Trail, Query()]
) -> list[dict[str, Any]]:
    """Give who saw and changed what in your area, the latest first."""
    sought = Sought(**wanted.model_dump())
    return await done(here, who, lambda at: trail.notes(at, sought))
