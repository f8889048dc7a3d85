"""The page of one's own account: password, authenticator, sessions, language."""

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import StringConstraints

from district import guesses, oneself, staff
from district.access import Who
from district.incidents import Refused
from district.office import Office
from district.web.entry import Wrong, enters, pressed, read, typed
from district.web.guard import Here, cookie_of
from district.web.home_pages import NOTHING
from district.web.qr import picture
from district.web.rendering import clock_of, page
from district.web.shapes import Body
from district.web.staff_pages import Said
from district.web.working import done, worked

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Who, Depends(enters(None))]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class NewPassword(Body):
    old: Secret
    new: Secret
    again: Secret


class Code(Body):
    code: Annotated[str, StringConstraints(min_length=6, max_length=10)]


class Proven(Body):
    password: Secret


class Speaks(Body):
    language: Literal["zh", "en"]


@router.get("/me")
async def me(who: Anybody, here: Here, said: Said = "") -> Response:
    """Show one's own account."""
    return await _me(here, who, said=said)


async def _me(here: Here, who: Who, status: int = 200, **values: Any) -> Response:
    async def work(office: Office) -> dict[str, Any]:
        running = await staff.sessions_that_run(office, office.who.id)
        return {"me": await oneself.account(office), "sessions": running}

    found = await done(here, who, work)
    secret = values.get("secret", "")
    drawn = picture(oneself.address(found["me"]["login"], secret)) if secret else ""
    shown = {**NOTHING, "codes": [], "secret": "", **found, **values}
    shown["picture"] = drawn
    shown["is_demanded"] = who.role in here.second_factor
    shown["typed"] = {}  # no password stands on a page
    return await page(here, who, "me.html", status, here_is="/me", **shown)


@router.post("/me/password")
async def password(request: Request, who: Anybody, here: Here) -> Response:
    """Choose a password; all other sessions end."""
    shows = partial(_me, here, who, form="password")
    try:
        body = read(NewPassword, await typed(request), (await clock_of(here, who)).zone)
        _look_at(body)
        kept = await _proven(here, who, body.old, "old")
        cookie = cookie_of(request, here)
        await worked(here, who, lambda at: oneself.choose_password(at, kept, body.new, cookie))
    except Wrong as wrong:
        return await shows(status=422, wrong=wrong.faults)
    except Refused as refused:
        return await shows(status=422, wrong=[("new", refused.key)])
    return RedirectResponse("/me?said=saved", 303)


def _look_at(body: NewPassword) -> None:
    if body.new != body.again:
        raise Wrong([("again", "wrong.not_the_same")])
    if body.new == body.old:
        raise Wrong([("new", "wrong.the_same")])


@router.post("/me/offer")
async def offer(request: Request, who: Anybody, here: Here) -> Response:
    """Show the secret for an authenticator."""
    return await _with_password(request, here, who, "offer")


@router.post("/me/codes")
async def codes(request: Request, who: Anybody, here: Here) -> Response:
    """Make new codes for the loss of the authenticator."""
    return await _with_password(request, here, who, "codes")


@router.post("/me/no-totp")
async def no_totp(request: Request, who: Anybody, here: Here) -> Response:
    """Do without an authenticator."""
    return await _with_password(request, here, who, "no-totp")


async def _with_password(request: Request, here: Here, who: Who, act: str) -> Response:
    """Do what takes the password once more: a screen that was left open is not enough."""
    shows = partial(_me, here, who, form=act)
    try:
        body = read(Proven, await typed(request), (await clock_of(here, who)).zone)
        await _proven(here, who, body.password, "password")
        if act == "offer":
            secret = await worked(here, who, lambda at: oneself.offer(at, anew=True))
            return await shows(secret=secret)
        if act == "codes":
            return await shows(codes=await worked(here, who, oneself.new_codes))
        is_demanded = who.role in here.second_factor
        await worked(here, who, lambda at: oneself.leave_out(at, is_demanded=is_demanded))
    except Wrong as wrong:
        return await shows(status=422, wrong=wrong.faults)
    except Refused as refused:
        return await shows(status=409, wrong=[("", refused.key)])
    return RedirectResponse("/me?said=saved", 303)


@router.post("/me/totp")
async def totp(request: Request, who: Anybody, here: Here) -> Response:
    """Let the authenticator hold where its code is right; show the codes for its loss, once."""
    try:
        body = read(Code, await typed(request), (await clock_of(here, who)).zone)
        made = await worked(here, who, lambda at: oneself.enrol(at, body.code))
    except Wrong as wrong:
        return await _again(here, who, wrong.faults)
    except Refused as refused:
        return await _again(here, who, [("", refused.key)])
    return await _me(here, who, codes=made, said="totp")


async def _again(here: Here, who: Who, wrong: list[tuple[str, str]]) -> Response:
    """Show the same secret again: it is in the telephone already."""
    try:
        secret = await worked(here, who, oneself.offer)
    except Refused:
        secret = ""
    return await _me(here, who, 422, form="totp", wrong=wrong, secret=secret)


@router.post("/me/sessions")
async def end_others(request: Request, who: Anybody, here: Here) -> Response:
    """End all of one's sessions but this one."""
    await done(here, who, lambda at: oneself.end_others(at, cookie_of(request, here)))
    return RedirectResponse("/me?said=saved", 303)


@router.post("/me/language")
async def language(request: Request, who: Anybody, here: Here) -> Response:
    """Read everything in another language from now on."""

    async def work(office: Office, body: Speaks) -> None:
        await oneself.speak(office, body.language)

    shows = partial(_me, here, who, form="language")
    return await pressed(
        request, here, who, shape=Speaks, do=work, back="/me?said=saved", shows=shows
    )


async def _proven(here: Here, who: Who, password: str, field: str) -> str:
    """Give how the password is kept that was typed. Raises Wrong; guesses are counted."""

    async def counted(office: Office) -> tuple[str, bool]:
        by = [guesses.of_login((await oneself.account(office))["login"])]
        is_free = await guesses.count(office.connection, by, office.now)
        return await oneself.kept_password(office), is_free

    kept, is_free = await worked(here, who, counted)
    if not is_free:
        raise Wrong([(field, "login.locked")])
    if not await oneself.is_mine(kept, password):
        await worked(here, who, lambda at: at.noted("password wrong", at.who.id))
        raise Wrong([(field, "wrong.password")])

    async def right(office: Office) -> None:
        await guesses.forget(office.connection, (await oneself.account(office))["login"])

    await worked(here, who, right)
    return kept
