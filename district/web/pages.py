"""The way in and out: logging in with a password and a one-time code, and logging out.

Whether somebody is let in, login.py decides; where they wanted to go is kept meanwhile.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, StringConstraints

from district import accounts
from district.login import Try, Unwelcome
from district.login import log_in as let_in
from district.web.entry import LONGEST_WAY, WAY
from district.web.guard import Anybody, Here, address, cookie_name, cookie_of, is_ours
from district.web.rendering import rendered

Next = Annotated[str, StringConstraints(pattern=WAY, max_length=LONGEST_WAY)]
router = APIRouter(include_in_schema=False)


class LoginForm(BaseModel):
    """What the way in asks for."""

    login: Annotated[str, StringConstraints(max_length=80)] = ""
    password: Annotated[str, StringConstraints(max_length=200)] = ""
    code: Annotated[str, StringConstraints(max_length=40)] = ""  # with spaces, as it is read
    lang: Literal["zh", "en"] = "zh"
    next: Next = "/"


@router.get("/login")
async def login(lang: Literal["zh", "en"] = "zh", next: Next = "/") -> Response:
    """Show the way in; `next` is where to go then."""
    return rendered("login.html", lang, wrong="", needs_code=False, next=next)


@router.post("/login")
async def log_in(request: Request, here: Here, form: Annotated[LoginForm, Form()]) -> Response:
    """Let somebody in."""
    if not is_ours(request):
        raise HTTPException(403, "this request does not come from the desk")
    tried = Try(form.login, form.password, form.code, address(request))
    try:
        row = await let_in(here.database, tried, here.now())
    except Unwelcome as no:
        said = {"wrong": f"login.{no.code}", "needs_code": no.code == "code", "next": form.next}
        return rendered("login.html", form.lang, 401, **said)
    async with here.database.begin() as connection:
        # What the browser came with, somebody else may have put there.
        await accounts.end(connection, cookie_of(request, here))
        session = await accounts.begin(connection, row.id, tried.address, here.now())
    answer = RedirectResponse("/me" if row.must_change else form.next or "/", 303)
    answer.set_cookie(
        cookie_name(here), session.cookie, httponly=True, samesite="strict", secure=here.is_secure
    )
    return answer


@router.post("/logout")
async def log_out(request: Request, who: Anybody, here: Here) -> Response:
    """End the session, everywhere this cookie is."""
    async with here.database.begin() as connection:
        await accounts.end(connection, cookie_of(request, here))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(cookie_name(here), httponly=True, samesite="strict", secure=here.is_secure)
    return answer
