"""The HTTP interface of duty: who has to answer, and what says so."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, TypeVar

from fastapi import APIRouter, Body, HTTPException, Query
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from district import duty_sheet, duty_views, scheduling
from district.access import Who
from district.duty_views import Away, Plan, Post
from district.incidents import Refused
from district.live import News, Topic
from district.office import Office
from district.rota import HOLIDAY, Absence, Weekly
from district.sheets import BadSheet
from district.web import shapes
from district.web.guard import Connection, District, Here, KeepsRota, SeesRota
from district.web.incident_routes import STATUS, Key
from district.web.problems import FAULTS, Fault, problem
from district.web.shield import SHEET_BYTES

T = TypeVar("T")
Work = Callable[[Office], Awaitable[T]]
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Limit = Annotated[
    int, Field(ge=scheduling.SHORTEST_LIMIT, le=scheduling.LONGEST_LIMIT, description="seconds")
]
Years = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
router = APIRouter(prefix="/api/v1/duty", tags=["duty"], responses=FAULTS)


class NewLine(shapes.Body):
    """Somebody's duty on days of the week, by the area's clock; a night ends on the next day."""

    account: shapes.Key
    days: Annotated[str, StringConstraints(pattern="^[1-7H]{1,8}$")]
    begins: Clock
    ends: Clock
    since: Years | None = None
    until: Years | None = None


class NewShift(shapes.Body):
    """Somebody's duty once."""

    account: shapes.Key
    begins: AwareDatetime
    ends: AwareDatetime


class NewAbsence(shapes.Body):
    """Somebody is away; a stand-in does what they would have to do."""

    account: shapes.Key
    begins: AwareDatetime
    ends: AwareDatetime
    stand_in: shapes.Key | None = None
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class CountedDay(shapes.Body):
    """What a day counts as: H a holiday, 1 to 7 that day of the week, Monday first."""

    counts_as: Annotated[str, StringConstraints(pattern="^[1-7H]$")] = HOLIDAY
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class Limits(shapes.Body):
    """How long incidents may wait in an area until they rise."""

    emergency_s: Limit
    urgent_s: Limit
    fault_s: Limit


class Made(BaseModel):
    """An entry was written, or stood already."""

    id: str


class Added(BaseModel):
    """So many lines of a sheet were entered."""

    added: int


@router.get("")
async def on_duty(who: SeesRota, here: Here, connection: Connection) -> list[Post]:
    """Give who has to answer now in each of your areas, and when next nobody will."""
    return await duty_views.posts(connection, who, here.now())


@router.get("/areas/{area}")
async def plan(
    area: Key,
    who: SeesRota,
    here: Here,
    connection: Connection,
    days: Annotated[int, Query(ge=1, le=duty_views.LONGEST)] = 7,
) -> Plan:
    """Give an area's rota, and who is on duty when for some days from today."""
    found = await duty_views.plan(connection, who, area, here.now(), days)
    if found is None:
        raise HTTPException(404, "there is no such area here")
    return found


@router.post("/areas/{area}/lines", status_code=201)
async def add_line(area: Key, body: NewLine, who: KeepsRota, here: Here) -> Made:
    """Put somebody on an area's rota."""
    times = (duty_sheet.minutes_of(body.begins) or 0, duty_sheet.minutes_of(body.ends) or 0)
    line = Weekly(body.account, body.days, *times, body.since, body.until)
    return Made(id=await done(here, who, lambda office: scheduling.add_weekly(office, area, line)))


@router.post("/areas/{area}/shifts", status_code=201)
async def add_shift(area: Key, body: NewShift, who: KeepsRota, here: Here) -> Made:
    """Put somebody on duty once."""
    work: Work[str] = lambda office: scheduling.add_shift(  # noqa: E731
        *(office, area, body.account, body.begins, body.ends)
    )
    return Made(id=await done(here, who, work))


@router.delete("/entries/{entry}", status_code=204)
async def remove(entry: Key, who: KeepsRota, here: Here) -> None:
    """Take a line or a shift out of a rota."""
    await done(here, who, lambda office: scheduling.remove(office, entry))


@router.put("/areas/{area}/days/{day}", status_code=204)
async def count_day(area: Key, day: Years, body: CountedDay, who: KeepsRota, here: Here) -> None:
    """Say what a day of the calendar counts as, there and below."""
    work: Work[None] = lambda office: scheduling.count_day(  # noqa: E731
        *(office, area, day, body.counts_as, body.name)
    )
    await done(here, who, work)


@router.delete("/areas/{area}/days/{day}", status_code=204)
async def forget_day(area: Key, day: Years, who: KeepsRota, here: Here) -> None:
    """Let a day count as what it is."""
    await done(here, who, lambda office: scheduling.forget_day(office, area, day))


@router.put("/areas/{area}/limits", status_code=204)
async def limit(area: Key, body: Limits, who: KeepsRota, here: Here) -> None:
    """Say how long incidents may wait there."""
    given = (body.emergency_s, body.urgent_s, body.fault_s)
    await done(here, who, lambda office: scheduling.limit(office, area, *given))


@router.get("/absences")
async def absences(who: SeesRota, here: Here, connection: Connection) -> list[Away]:
    """Give who is away now or will be."""
    return await duty_views.away(connection, who, here.now())


@router.post("/absences", status_code=201)
async def away(body: NewAbsence, who: SeesRota, here: Here) -> Made:
    """Say that somebody is away; of yourself you may always."""
    absence = Absence(body.account, body.begins, body.ends, body.stand_in, body.why)
    return Made(id=await done(here, who, lambda office: scheduling.away(office, absence)))


@router.delete("/absences/{absence}", status_code=204)
async def back(absence: Key, who: SeesRota, here: Here) -> None:
    """End an absence now, or drop one that has not begun."""
    await done(here, who, lambda office: scheduling.back(office, absence))


@router.get("/sheet.csv", response_class=shapes.Csv)
async def sheet(who: SeesRota, here: Here) -> Response:
    """Give the rota of your area and below as CSV: lines, and the shifts to come."""
    text = await done(here, who, lambda office: duty_sheet.exported(office, who.language))
    headers = {"Content-Disposition": 'attachment; filename="rota.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/sheet.csv", response_model=Added, max_body_size=SHEET_BYTES)
async def take_in(
    text: Annotated[str, Body(media_type="text/csv")], who: KeepsRota, here: Here
) -> Added | JSONResponse:
    """Enter the lines of a sheet, all or none; 422 says every fault of every line."""
    try:
        return Added(added=await done(here, who, lambda office: duty_sheet.take_in(office, text)))
    except BadSheet as bad:
        wrong = [
            Fault(where=f"line {each.line} {each.column}".strip(), why=each.why)
            for each in bad.faults
        ]
        return problem(422, "the sheet does not come in", wrong)


async def done(here: District, who: Who, work: "Work[T]") -> T:
    """Do it in one transaction; who looks at a desk is told. Raises HTTPException."""
    try:
        async with here.database.begin() as connection:
            found = await work(Office(connection, who, here.now()))
    except Refused as refused:
        raise HTTPException(STATUS[refused.code], str(refused)) from refused
    await here.live.tell((News(Topic.AGAIN, "", ""),))
    return found
