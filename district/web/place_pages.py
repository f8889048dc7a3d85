"""The pages of areas and of gateways, for those who keep the accounts."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import Field, StringConstraints

from district import places
from district.access import Right, Who
from district.office import Office
from district.web.entry import enters, pressed, typed
from district.web.guard import Here
from district.web.home_pages import NOTHING
from district.web.rendering import page
from district.web.roster_shapes import Short
from district.web.shapes import Body, Key, Name
from district.web.staff_pages import Said
from district.web.working import done

router = APIRouter(include_in_schema=False)
Keeps = Annotated[Who, Depends(enters(Right.ACCOUNTS))]


class NewArea(Body):
    """An area below another one."""

    id: Key
    name: Name
    level: Short = ""
    parent: Key


class ChangedArea(Body):
    """What an area is called, and by which clock it lives."""

    id: Key
    name: Name
    level: Short = ""
    time_zone: Annotated[Short, Field(min_length=1)]


class Box(Body):
    """A gateway and its area."""

    gateway: Key
    area: Key


@router.get("/areas")
async def areas(who: Keeps, here: Here, said: Said = "") -> Response:
    """Show the areas."""
    return await _areas(here, who, said=said)


async def _areas(here: Here, who: Who, status: int = 200, **values: Any) -> Response:
    found = await done(here, who, places.tree)
    shown = {**NOTHING, "areas": found, **values}
    return await page(here, who, "areas.html", status, here_is="/areas", **shown)


@router.post("/areas")
async def add_area(request: Request, who: Keeps, here: Here) -> Response:
    """Add an area."""

    async def work(office: Office, body: NewArea) -> None:
        await places.add_area(office, body.id, body.name, body.parent, body.level)

    shows = partial(_areas, here, who, form="new")
    return await pressed(
        request, here, who, shape=NewArea, do=work, back="/areas?said=saved", shows=shows
    )


@router.post("/areas/change")
async def change_area(request: Request, who: Keeps, here: Here) -> Response:
    """Change an area."""
    fields = await typed(request)

    async def work(office: Office, body: ChangedArea) -> None:
        await places.change_area(office, body.id, **body.model_dump(exclude={"id"}))

    shows = partial(_areas, here, who, form=f"change-{fields.get('id', '')}")
    return await pressed(
        *(request, here, who),
        shape=ChangedArea,
        do=work,
        back="/areas?said=saved",
        shows=shows,
        fields=fields,
    )


@router.get("/gateways")
async def gateways(
    who: Keeps,
    here: Here,
    said: Said = "",
    text: Annotated[str, StringConstraints(max_length=100)] = "",
    first: Annotated[int, Query(ge=0, lt=1 << 31)] = 0,
) -> Response:
    """Show the gateways."""
    return await _gateways(here, who, said=said, text=text, first=first)


async def _gateways(here: Here, who: Who, status: int = 200, **values: Any) -> Response:
    text, first = values.get("text", ""), values.get("first", 0)

    async def work(office: Office) -> dict[str, Any]:
        found = await places.boxes(office, text, first)
        return {"gateways": found, "areas": await places.tree(office)}

    shown = {**NOTHING, "text": "", "first": 0, **await done(here, who, work), **values}
    shown["sought"] = text
    shown["more"] = first + places.AT_ONCE if len(shown["gateways"]) == places.AT_ONCE else None
    return await page(here, who, "gateways.html", status, here_is="/gateways", **shown)


@router.post("/gateways")
async def register(request: Request, who: Keeps, here: Here) -> Response:
    """Register a gateway, or move it to another area."""

    async def work(office: Office, body: Box) -> None:
        await places.register(office, body.gateway, body.area)

    shows = partial(_gateways, here, who, form="new")
    return await pressed(
        request, here, who, shape=Box, do=work, back="/gateways?said=saved", shows=shows
    )
