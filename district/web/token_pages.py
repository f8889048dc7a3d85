"""The page of tokens: what programs show instead of a password, made and revoked.

A token stands on the page that answers, and nowhere else. Programs use token_routes.py.
"""

from datetime import timedelta
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from msgspec import Struct
from pydantic import Field, create_model

from district import staff, tokens
from district.access import Right, Role, Who
from district.office import Office
from district.web.entry import enters, pressed
from district.web.guard import Here
from district.web.home_pages import NOTHING
from district.web.incident_routes import Key
from district.web.rendering import page
from district.web.shapes import Body, Name
from district.web.shapes import Key as Id
from district.web.staff_pages import Said
from district.web.working import done

router = APIRouter(include_in_schema=False)
GRANTABLE = sorted(tokens.GRANTABLE)
Keeps = Annotated[Who, Depends(enters(Right.ACCOUNTS))]


class Asked(Body):
    """What a token is for: the login of a program, for so many days."""

    program: Id
    token_name: Name
    good_for: Annotated[int, Field(ge=1, le=tokens.LONGEST.days)] = 365

    @property
    def rights(self) -> list[Right]:
        """Give the rights that were ticked."""
        return [right for right in GRANTABLE if getattr(self, right)]


# With a box to tick for each right that a program may be given.
BOXES: dict[str, Any] = {right.value: (bool, False) for right in GRANTABLE}
NewToken = create_model("NewToken", __base__=Asked, **BOXES)


class Made(Struct, frozen=True):
    """A token, to be seen once on the page that answers."""

    login: str
    token: str

    def __repr__(self) -> str:
        """Keep the token out of logs."""
        return f"Made({self.login!r})"


@router.get("/tokens")
async def listed(who: Keeps, here: Here, said: Said = "") -> Response:
    """Show the tokens of the programs of somebody's area."""
    return await _listed(here, who, said=said)


@router.post("/tokens")
async def make(request: Request, who: Keeps, here: Here) -> Response:
    """Make a token; it is on the page that answers, and nowhere else."""
    made: list[Made] = []

    async def work(office: Office, body: Asked) -> None:
        _, token = await tokens.make(
            *(office.connection, office.who, body.program),
            name=body.token_name,
            rights=body.rights,
            ends=office.now + timedelta(days=body.good_for),
            now=office.now,
        )
        made.append(Made(body.program, token))

    shows = partial(_listed, here, who, form="new")
    answer = await pressed(request, here, who, shape=NewToken, do=work, back="/tokens", shows=shows)
    return await _listed(here, who, made=made[0]) if made else answer


@router.post("/tokens/{token}/revoke")
async def revoke(token: Key, request: Request, who: Keeps, here: Here) -> Response:
    """Make a token worthless, at once."""

    async def work(office: Office, _body: Body) -> None:
        await tokens.revoke(office.connection, office.who, token, office.now)

    shows, back = partial(_listed, here, who, form="revoke"), "/tokens?said=revoked"
    return await pressed(request, here, who, shape=Body, do=work, back=back, shows=shows)


async def _listed(here: Here, who: Who, status: int = 200, **values: Any) -> Response:
    async def work(office: Office) -> dict[str, Any]:
        people = await staff.listed(office)
        programs = [each for each in people if each["role"] == Role.PLATFORM and each["is_active"]]
        found = await tokens.listed(office.connection, office.who)
        return {"tokens": found, "programs": programs, "rights": GRANTABLE}

    shown = {**NOTHING, "made": None, **await done(here, who, work), **values}
    return await page(here, who, "tokens.html", status, here_is="/accounts", **shown)
