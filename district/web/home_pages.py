"""The pages of the roster: the homes of an area, and one home with all that is kept of it.

What the forms of a home's page do is home_acts.py's.
"""

from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ConfigDict, StringConstraints

from district import joinable, places, proof, roster, visits
from district.access import Right, Who
from district.consent import KEPT, Consent
from district.incidents import Refused
from district.office import Office
from district.roster import AT_ONCE, End, Risk, Sort, Wanted
from district.web import roster_shapes as shapes
from district.web.entry import enters, pressed
from district.web.guard import Here
from district.web.incident_routes import STATUS, Key
from district.web.qr import picture
from district.web.rendering import page
from district.web.shapes import Body
from district.web.working import done, worked

router = APIRouter(include_in_schema=False)
Reads = Annotated[Who, Depends(enters(Right.RECORDS))]
Keeps = Annotated[Who, Depends(enters(Right.ROSTER))]
NOTHING: dict[str, Any] = {"form": "", "typed": {}, "wrong": [], "said": ""}


class Seek(Body):
    """Which homes are sought; an empty choice is none."""

    sort: Sort = Sort.WATCHED
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    risk: Risk | str = ""
    area: Annotated[str, StringConstraints(max_length=64)] = ""
    first: Annotated[int, Query(ge=0, lt=1 << 31)] = 0
    said: Annotated[str, StringConstraints(pattern="^[a-z_]{0,30}$")] = ""

    def wanted(self) -> Wanted:
        """Give what the roster is asked for."""
        risk = self.risk if isinstance(self.risk, Risk) else None
        return Wanted(self.sort, self.text, risk, self.area, self.first, AT_ONCE)


@router.get("/homes")
async def listed(who: Reads, here: Here, seek: Annotated[Seek, Query()]) -> Response:
    """Show the homes of somebody's area."""
    wanted = seek.wanted()

    async def work(office: Office) -> dict[str, Any]:
        homes = await roster.listed(office, wanted)
        await office.noted("roster seen", office.who.area, homes=len(homes))
        return {
            "homes": homes,
            "count": await roster.counted(office, wanted),
            "unknown": await roster.counted(office, Wanted(Sort.UNKNOWN)),
            "areas": await places.tree(office),
        }

    values = await done(here, who, work)
    first, last = wanted.first, wanted.first + len(values["homes"])
    values["before"] = max(0, first - AT_ONCE) if first else None
    values["after"] = last if last < values["count"] else None

    def link(start: int) -> str:
        fields = {"sort": seek.sort, "text": seek.text, "risk": seek.risk, "area": seek.area}
        return "/homes?" + urlencode({**fields, "first": start})

    values |= {"wanted": seek, "sort": seek.sort, "sorts": list(Sort), "risks": list(Risk)}
    shown = {**NOTHING, **values, "said": seek.said, "link": link}
    return await page(here, who, "homes.html", here_is="/homes", **shown)


@router.get("/homes/new")
async def new(who: Keeps, here: Here, of: str = "") -> Response:
    """Show the form for a home that is to be registered, or was heard of already."""
    return await _new(here, who, of)


@router.post("/homes/new")
async def add(request: Request, who: Keeps, here: Here) -> Response:
    """Register a home."""
    made = ""

    async def work(office: Office, body: shapes.Home) -> None:
        nonlocal made
        values = body.model_dump()
        gateway, local = values.pop("gateway"), values.pop("local")
        made = await roster.add(office, gateway, local, **values)

    shows = partial(_new, here, who, "")
    answer = await pressed(
        request, here, who, shape=shapes.Home, do=work, back="/homes", shows=shows
    )
    return RedirectResponse(f"/homes/{made}?said=registered", 303) if made else answer


async def _new(here: Here, who: Who, of: str, status: int = 200, **values: Any) -> Response:
    async def work(office: Office) -> dict[str, Any]:
        home: dict[str, Any] = {"name": "", "local": "", "area": who.area, "gateway": ""}
        if of:
            home = dict((await office.reached(of))._mapping)
        boxes = await places.boxes(office, most=500)
        return {"home": home, "areas": await places.tree(office), "gateways": boxes}

    found = await done(here, who, work)
    shown = {**NOTHING, **found, "risks": list(Risk), **values}
    if values.get("wrong"):
        shown["form"] = "new"
    return await page(here, who, "home_new.html", status, here_is="/homes", **shown)


class Look(Body):
    """How a home's page is come to.

    `find` is sought among the registered homes that one may be of which a gateway speaks.
    """

    model_config = ConfigDict(extra="ignore")  # whatever a scanner of labels adds

    said: Annotated[str, StringConstraints(pattern="^[a-z_]{0,30}$")] = ""
    code: Annotated[str, StringConstraints(pattern="^[A-Za-z0-9-]{0,40}$")] = ""
    find: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""


@router.get("/homes/{household}")
async def home(household: Key, who: Reads, here: Here, look: Annotated[Look, Query()]) -> Response:
    """Show all that is kept of one home; that it was seen is noted."""
    come: dict[str, Any] = {"find": look.find, "said": look.said, "home_code": look.code}
    return await show(here, who, household, **come)


async def show(here: Here, who: Who, household: str, status: int = 200, **values: Any) -> Response:
    """Show a home's page, after a form was refused with what is wrong."""
    find = values.pop("find", "")

    async def work(office: Office) -> dict[str, Any]:
        found = await roster.record(office, household)
        late = await visits.overdue(office, household)
        areas = await places.tree(office)
        found |= await joinable.choices(office, found["household"], find)
        return {**found, "late": late[0] if late else None, "areas": areas}

    found = await done(here, who, work)
    kept = found.pop("household")
    latest = {each["what"]: each for each in found.pop("consents")}
    there = [each for each in found["equipment"] if each["returned"] is None]
    found |= {
        "home": kept,
        "area_name": next(each["name"] for each in found["areas"] if each["id"] == kept["area"]),
        "standing": latest,
        "consents": list(Consent),
        "taken_back": {what for what in KEPT if what in latest and latest[what]["withdrawn"]},
        "to_fetch": len(there) if kept["ended"] else 0,
        "risks": list(Risk),
        "ends": list(End),
        "home_code": "",
    }
    return await page(
        *(here, who, "home.html", status), here_is="/homes", **{**NOTHING, **found, **values}
    )


@router.get("/homes/{household}/label")
async def label(household: Key, request: Request, who: Keeps, here: Here) -> Response:
    """Show the label for a home whose code proves a visit, to be printed."""
    return await _label(here, who, household, request, anew=False)


@router.post("/homes/{household}/label")
async def label_anew(household: Key, request: Request, who: Keeps, here: Here) -> Response:
    """Make a new label; the old one proves nothing any more."""
    return await _label(here, who, household, request, anew=True)


async def _label(here: Here, who: Who, household: str, request: Request, *, anew: bool) -> Response:
    async def work(office: Office) -> tuple[Any, str]:
        code = await proof.label(office, household, anew=anew)
        return await office.reached(household), code

    try:
        kept, code = await worked(here, who, work)
    except Refused as refused:
        raise HTTPException(STATUS[refused.code], str(refused)) from refused
    drawn = ""
    if address := here.address or _as_asked(request, here):
        drawn = picture(f"{address}/homes/{household}?code={code}")
    values = {"home": kept, "code": code, "picture": drawn}
    return await page(here, who, "label.html", here_is="/homes", **NOTHING, **values)


def _as_asked(request: Request, here: Here) -> str:
    """Give the address that the browser names, on this machine alone: others may say anything."""
    return "" if here.is_secure else f"http://{request.headers.get('host', '')}"
