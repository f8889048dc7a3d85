"""The forms that give a registered home its gateway: on its own page, and on the other one's."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import model_validator

from district import joining
from district.access import Right, Who
from district.joining import Joined, Wish
from district.office import Office
from district.web import roster_shapes as shapes
from district.web.entry import enters, pressed
from district.web.guard import Here
from district.web.home_pages import show
from district.web.incident_routes import Key
from district.web.shapes import Body
from district.web.shapes import Key as Id

router = APIRouter(include_in_schema=False)
Keeps = Annotated[Who, Depends(enters(Right.ROSTER))]


class Chosen(Body):
    """One of what gateways speak of, or a gateway and what it will call the home."""

    heard: Id | None = None
    gateway: Id | None = None
    local: shapes.Local | None = None
    replaces: bool = False

    @model_validator(mode="after")
    def _is_whole(self) -> "Chosen":
        if self.heard is None and (self.gateway is None or self.local is None):
            raise ValueError("a gateway, and what it calls the home")
        return self


class Is(Body):
    """The registered home that this one is."""

    home: Id
    replaces: bool = False


@router.post("/homes/{household}/gateway")
async def gateway(household: Key, request: Request, who: Keeps, here: Here) -> Response:
    """Give a home its gateway."""
    done: list[Joined] = []

    async def work(office: Office, body: Chosen) -> None:
        if body.heard is not None:
            made = await joining.join_heard(office, household, body.heard, replaces=body.replaces)
        else:
            wish = Wish(body.gateway or "", body.local or "", body.replaces)
            made = await joining.join(office, household, wish)
        done.append(made)

    answer = await pressed(
        *(request, here, who),
        shape=Chosen,
        do=work,
        back=f"/homes/{household}?said=joined#gateway",
        shows=partial(show, here, who, household, form="gateway"),
    )
    for each in done:
        await here.live.tell(each.news)
    return answer


@router.post("/homes/{household}/joined")
async def joined(household: Key, request: Request, who: Keeps, here: Here) -> Response:
    """Say which registered home this one is; go on there."""
    done: list[tuple[str, Joined]] = []

    async def work(office: Office, body: Is) -> None:
        await office.reached(household)
        made = await joining.join_heard(office, body.home, household, replaces=body.replaces)
        done.append((body.home, made))

    answer = await pressed(
        *(request, here, who),
        shape=Is,
        do=work,
        back="/homes",
        shows=partial(show, here, who, household, form="joined"),
    )
    for home, made in done:
        await here.live.tell(made.news)
        answer = RedirectResponse(f"/homes/{home}?said=joined#gateway", 303)
    return answer
