"""The pages of accounts: who works here, made and let in again by an administrator of the area."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response
from msgspec import Struct
from pydantic import StringConstraints

from district import places, staff
from district.access import Right, Role, Who
from district.office import Office
from district.web.entry import enters, pressed
from district.web.guard import Here
from district.web.home_pages import NOTHING
from district.web.incident_routes import Key
from district.web.rendering import page
from district.web.shapes import Body, Name, Phone
from district.web.shapes import Key as Id
from district.web.working import done

router = APIRouter(include_in_schema=False)
Keeps = Annotated[Who, Depends(enters(Right.ACCOUNTS))]
Language = Literal["zh", "en"]
Said = Annotated[str, StringConstraints(pattern="^[a-z_]{0,30}$")]


class NewAccount(Body):
    """Somebody who is to work here."""

    login: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=40)]
    name: Name
    role: Role
    area: Id
    phone: Phone = ""
    language: Language = "zh"


class ChangedAccount(Body):
    """What is to be changed; one's own role and area are not."""

    name: Name
    phone: Phone = ""
    role: Role | None = None
    area: Id | None = None
    language: Language = "zh"


class Reset(Body):
    """A new password, and whether the authenticator is gone too."""

    without_totp: bool = False


class Made(Struct, frozen=True):
    """A password, to be seen once on the page that answers."""

    login: str
    password: str


@router.get("/accounts")
async def listed(who: Keeps, here: Here) -> Response:
    """Show the accounts of somebody's area."""
    return await _listed(here, who)


@router.post("/accounts")
async def add(request: Request, who: Keeps, here: Here) -> Response:
    """Add somebody; the first password is on the page that answers, and nowhere else."""
    made: list[Made] = []

    async def work(office: Office, body: NewAccount) -> None:
        values = body.model_dump()
        login = values.pop("login")
        _, first = await staff.add(office, login, **values)
        made.append(Made(login, first))

    answer = await pressed(
        *(request, here, who),
        shape=NewAccount,
        do=work,
        back="/accounts",
        shows=partial(_listed, here, who, form="new"),
    )
    return await _listed(here, who, made=made[0]) if made else answer


async def _listed(here: Here, who: Who, status: int = 200, **values: Any) -> Response:
    async def work(office: Office) -> dict[str, Any]:
        return {"accounts": await staff.listed(office), "areas": await places.tree(office)}

    shown = {**NOTHING, "made": None, **await done(here, who, work), **values}
    return await page(
        *(here, who, "accounts.html", status), here_is="/accounts", roles=list(Role), **shown
    )


@router.get("/accounts/{account}")
async def one(account: Key, who: Keeps, here: Here, said: Said = "") -> Response:
    """Show one account with its sessions."""
    return await _one(here, who, account, said=said)


async def _one(here: Here, who: Who, account: str, status: int = 200, **values: Any) -> Response:
    async def work(office: Office) -> dict[str, Any]:
        return {"account": await staff.one(office, account), "areas": await places.tree(office)}

    shown = {**NOTHING, "made": None, **await done(here, who, work), **values}
    return await page(
        *(here, who, "account.html", status), here_is="/accounts", roles=list(Role), **shown
    )


async def _change(office: Office, account: str, body: ChangedAccount) -> None:
    await staff.change(office, account, body.model_dump(exclude_none=True))


FORMS: dict[str, tuple[type[Body], Callable[[Office, str, Any], Awaitable[None]]]] = {
    "change": (ChangedAccount, _change),
    "revoke": (Body, lambda at, account, _: staff.end_sessions(at, account)),
    "close": (Body, lambda at, account, _: staff.set_active(at, account, is_active=False)),
    "open": (Body, lambda at, account, _: staff.set_active(at, account, is_active=True)),
}


@router.post("/accounts/{account}/reset")
async def reset(account: Key, request: Request, who: Keeps, here: Here) -> Response:
    """Let somebody in again with a new password, on the page that answers and nowhere else."""
    made: list[Made] = []

    async def work(office: Office, body: Reset) -> None:
        login = (await staff.one(office, account))["login"]
        new = await staff.let_in_again(office, account, without_totp=body.without_totp)
        made.append(Made(login, new))

    back, shows = f"/accounts/{account}", partial(_one, here, who, account, form="reset")
    answer = await pressed(request, here, who, shape=Reset, do=work, back=back, shows=shows)
    return await _one(here, who, account, made=made[0]) if made else answer


@router.post("/accounts/{account}/{act}")
async def sent(account: Key, act: str, request: Request, who: Keeps, here: Here) -> Response:
    """Do what a form of an account's page says."""
    if act not in FORMS:
        raise HTTPException(404, "there is no such form")
    shape, do = FORMS[act]
    return await pressed(
        *(request, here, who),
        shape=shape,
        do=lambda office, body: do(office, account, body),
        back=f"/accounts/{account}?said=saved",
        shows=partial(_one, here, who, account, form=act),
    )
