"""The HTTP interface of the roster: homes, people, consent, and the sheet."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field, StringConstraints

from district import consent, erasure, joining, residents, roster, roster_sheet, sheets, visits
from district.office import Office
from district.roster import Risk, Sort, Wanted
from district.roster_columns import COLUMNS
from district.web import roster_shapes as shapes
from district.web import shield
from district.web.guard import Here, KeepsRoster, SeesRecords
from district.web.incident_routes import Key
from district.web.problems import FAULTS, Fault, problem
from district.web.shapes import Body, Csv
from district.web.working import done

router = APIRouter(prefix="/api/v1/households", tags=["roster"], responses=FAULTS)
CSV = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}}


class Listing(Body):
    """Which homes are to be listed."""

    sort: Sort | None = None
    text: Annotated[str, StringConstraints(max_length=100)] = ""
    risk: Risk | None = None
    first: Annotated[int, Field(ge=0, lt=1 << 31)] = 0
    most: Annotated[int, Field(ge=1, le=20_000)] = 20_000


@router.get("")
async def listed(
    who: SeesRecords, here: Here, wanted: Annotated[Listing, Query()]
) -> list[dict[str, Any]]:
    """Give the homes of your area; that you saw them is noted.

    Door codes and medical notes are in the record of each home, where each look is noted.
    """
    meant = Wanted(**wanted.model_dump())

    async def work(office: Office) -> list[dict[str, Any]]:
        found = await roster.listed(office, meant)
        await office.noted("roster seen", office.who.area, homes=len(found))
        return [{key: row[key] for key in row if key not in consent.KEPT} for row in found]

    return await done(here, who, work)


@router.post("", status_code=201)
async def add(body: shapes.Home, who: KeepsRoster, here: Here) -> shapes.Made:
    """Register a home."""
    values = body.model_dump()
    gateway, local = values.pop("gateway"), values.pop("local")
    made = await done(here, who, lambda at: roster.add(at, gateway, local, **values))
    return shapes.Made(id=made)


@router.get("/overdue")
async def overdue(who: SeesRecords, here: Here) -> list[shapes.Late]:
    """Give the homes that were not seen as often as they should be in 30 days, worst first."""

    async def work(office: Office) -> list[visits.Late]:
        late = await visits.overdue(office)
        await office.noted("overdue seen", office.who.area, homes=len(late))
        return late

    found = await done(here, who, work)
    return [
        shapes.Late(**{name: getattr(each, name) for name in each.__struct_fields__})
        for each in found
    ]


@router.get("/sheet.csv", response_class=Csv)
async def sheet(who: KeepsRoster, here: Here) -> Response:
    """Give the roster as CSV."""
    rows = await done(here, who, roster_sheet.exported)
    return as_sheet(sheets.written(rows, COLUMNS), "roster.csv")


@router.post(
    "/sheet.csv",
    response_model=shapes.Planned,
    openapi_extra=CSV,
    max_body_size=shield.SHEET_BYTES,
)
async def take_in(
    request: Request, who: KeepsRoster, here: Here, only_plan: bool = False
) -> shapes.Planned | Response:
    """Do what a sheet says, all or none, or only say what it would do; 422 has every fault."""
    content = await request.body()
    try:
        text = sheets.decoded(content)
        work = roster_sheet.planned if only_plan else roster_sheet.take_in
        plan = await done(here, who, lambda at: work(at, text))
        if plan.joined and not only_plan:
            await here.live.tell(roster_sheet.NEWS)
    except sheets.BadSheet as bad:
        faults = [Fault(where=f"{e.line} {e.column}".strip(), why=e.why) for e in bad.faults]
        return problem(422, f"the sheet has {len(faults)} faults; nothing was done", faults)
    counts = {key: len(getattr(plan, key)) for key in ("added", "joined", "changed")}
    return shapes.Planned(**counts, same=plan.same)


@router.get("/{household}")
async def record(household: Key, who: SeesRecords, here: Here) -> dict[str, Any]:
    """Give all that is kept of one home; that you saw it is noted."""
    return await done(here, who, lambda at: roster.record(at, household))


@router.patch("/{household}")
async def change(
    household: Key, body: shapes.Change, who: KeepsRoster, here: Here
) -> dict[str, int]:
    """Change a record; 409 where somebody else has changed it since `version`."""
    values = body.model_dump(exclude_unset=True, exclude_none=True)
    version = values.pop("version")
    new = await done(here, who, lambda at: roster.change(at, household, values, version))
    return {"version": new}


@router.post("/{household}/gateway")
async def give_gateway(
    household: Key, body: shapes.Gateway, who: KeepsRoster, here: Here
) -> shapes.Joined:
    """Give a registered home its gateway; what was heard of it before registering goes over to it.

    409 where it has another one and this one does not replace it, and where gateway and name are
    those of another registered home.
    """
    wish = joining.Wish(body.gateway, body.local, body.replaces)
    made = await done(here, who, lambda at: joining.join(at, household, wish))
    await here.live.tell(made.news)
    return shapes.Joined(version=made.version, former=made.former)


@router.post("/{household}/end")
async def end(household: Key, body: shapes.Ending, who: KeepsRoster, here: Here) -> dict[str, int]:
    """End the watching of a home; gives how many things are still to be fetched there."""
    left = await done(here, who, lambda at: roster.end(at, household, body.reason))
    return {"to_be_fetched": left}


@router.post("/{household}/erase", status_code=204)
async def erase(household: Key, who: KeepsRoster, here: Here) -> None:
    """Erase what names or describes the people of a home that has ended; cannot be undone."""
    await done(here, who, lambda at: erasure.erase(at, household))


@router.post("/{household}/people", status_code=201)
async def put_person(
    household: Key, body: shapes.Person, who: KeepsRoster, here: Here
) -> shapes.Made:
    """Add a resident or a contact."""
    values = body.model_dump()
    made = await done(here, who, lambda at: residents.put_person(at, household, **values))
    return shapes.Made(id=made)


@router.put("/{household}/people/{person}", status_code=204)
async def change_person(
    household: Key, person: Key, body: shapes.Person, who: KeepsRoster, here: Here
) -> None:
    """Change what is known of somebody."""
    values = body.model_dump(exclude_none=True) | {"born": body.born}
    await done(here, who, lambda at: residents.change_person(at, household, person, **values))


@router.delete("/{household}/people/{person}", status_code=204)
async def take_person(household: Key, person: Key, who: KeepsRoster, here: Here) -> None:
    """Remove somebody from a record."""
    await done(here, who, lambda at: residents.take_person(at, household, person))


@router.post("/{household}/consents", status_code=201)
async def agree(
    household: Key, body: shapes.Agreement, who: KeepsRoster, here: Here
) -> shapes.Made:
    """Note what somebody agrees to."""
    made = await done(here, who, lambda at: consent.consent(at, household, body.what, body.by))
    return shapes.Made(id=made)


@router.post("/{household}/consents/withdraw", status_code=204)
async def withdraw(household: Key, body: shapes.Agreement, who: KeepsRoster, here: Here) -> None:
    """Note that somebody does not agree any more; what was held under it is erased."""
    await done(here, who, lambda at: consent.withdraw(at, household, body.what, body.by))


def as_sheet(text: str, name: str) -> Response:
    """Give a sheet as a file to be saved."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
