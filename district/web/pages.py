"""The way in and out: logging in with a password and a one-time code, and logging out.

Whether somebody is let in, login.py decides; where they wanted to go is kept meanwhile.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, StringConstraints

from district import accounts, comings
from district.login import Try, Unwelcome
from district.login import log_in as let_in
from district.web.entry import LONGEST_WAY, WAY
from district.web.guard import Anybody, Here, address, cookie_name, cookie_of, is_ours
from district.web.rendering import language_of, rendered

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
async def login(
    request: Request, lang: Literal["zh", "en"] | None = None, next: Next = "/"
) -> Response:
    """Show the way in, in the browser's language; `next` is where to go then."""
    language = lang or language_of(request)
    return rendered("login.html", language, wrong="", needs_code=False, next=next)


@router.post("/login")
async def log_in(request: Request, here: Here, form: Annotated[LoginForm, Form()]) -> Response:
    """Let somebody in."""
    if not is_ours(request):
        raise HTTPException(403, "this request does not come from the desk")
    cookie = cookie_of(request, here)
    tried = Try(form.login, form.password, form.code, address(request), cookie)
    try:
        welcome = await let_in(here.database, tried, here.now())
    except Unwelcome as no:
        said = {"wrong": f"login.{no.code}", "needs_code": no.code == "code", "next": form.next}
        return rendered("login.html", form.lang, 401, **said)
    answer = RedirectResponse("/me" if welcome.must_change else form.next or "/", 303)
    name, kept = cookie_name(here), welcome.session.cookie
    answer.set_cookie(name, kept, httponly=True, samesite="strict", secure=here.is_secure)
    return answer


@router.post("/logout")
async def log_out(request: Request, who: Anybody, here: Here) -> Response:
    """End the session, everywhere this cookie is."""
    async with here.database.begin() as connection:
        if await accounts.end(connection, cookie_of(request, here)):
            await comings.left(connection, who, here.now())
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(cookie_name(here), httponly=True, samesite="strict", secure=here.is_secure)
    return answer
