"""Before each page of the office: who comes in, and what a form of theirs says.

Whoever is not logged in is led to the login and back; what they had typed is shown to them there.
Forms work without scripts: they are sent, and the page is shown anew.
"""

import contextlib
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException as BadRequest

from district.access import Right, Who
from district.incidents import Refused
from district.office import Office
from district.web.guard import SAFE, Here, is_ours, whose
from district.web.incident_routes import STATUS
from district.web.rendering import clock_of, language_of, rendered
from district.web.working import worked

MOST_FIELDS = 60
B = TypeVar("B", bound=BaseModel)
# An empty one of these was not filled in; an empty text is an empty text.
OPTIONAL = frozenset(
    {"born", "minutes", "at", "installed", "place", "gateway", "taken", "heard", "local"}
)
TIMES = frozenset({"at", "installed"})
NOT_SHOWN_AGAIN = frozenset({"password", "old", "new", "again", "code", "door_code", "sheet"})
REASONS = {
    "missing": "wrong.missing",
    "string_too_short": "wrong.missing",
    "string_too_long": "wrong.long",
    "string_pattern_mismatch": "wrong.signs",
    **dict.fromkeys(
        ("int_parsing", "int_type", "greater_than_equal", "less_than_equal"), "wrong.number"
    ),
}


# An address of ours with what it asks for: never another site's.
WAY = r"^(/[A-Za-z0-9._:-]+)*/?(\?[A-Za-z0-9._~%&=+:-]*)?$"
LONGEST_WAY = 1500


class ToLogin(Exception):
    """Somebody comes in who is not logged in."""


class ToOneself(Exception):
    """Somebody has to see to their own account first: a password, an authenticator."""


class Wrong(Exception):
    """What is wrong with a form: (field, word) each."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__(str(faults))
        self.faults = faults


class Shows(Protocol):
    """Shows the page again that a form stands on, with what is wrong."""

    async def __call__(self, status: int, **values: Any) -> Response:
        """Show it."""
        ...


def enters(right: Right | None) -> "Callable[..., Awaitable[Who]]":
    """Give the dependency of a page; None: for everybody who is logged in."""

    async def entered(request: Request, here: Here) -> Who:
        if request.method not in SAFE and not is_ours(request):
            raise HTTPException(403, "this request does not come from the desk")
        who = await whose(request, here)
        if who is None:
            raise ToLogin
        if right is None:
            return who
        if who.is_held:
            raise ToOneself
        if not who.has(right):
            raise HTTPException(403, f"this needs the right {right}")
        return who

    entered.__dict__["right"] = right
    return entered


def install(app: FastAPI) -> None:
    """Let an application lead people to where they can go on."""
    app.exception_handler(ToLogin)(_to_login)
    app.exception_handler(ToOneself)(_to_oneself)


async def typed(request: Request, *, files: int = 0, part: int = 1 << 20) -> dict[str, str]:
    """Give the fields of a form, without files. Raises HTTPException 400 for what is none."""
    form = request.form(max_files=files, max_fields=MOST_FIELDS, max_part_size=part)
    async with form as found:
        return {name: value for name, value in found.items() if isinstance(value, str)}


def read(shape: type[B], fields: Mapping[str, str], zone: ZoneInfo) -> B:
    """Read a form; hours are those of a zone. Raises Wrong."""
    given: dict[str, str] = {
        name: value.replace("\r\n", "\n")
        for name, value in fields.items()
        if value.strip() or name not in OPTIONAL
    }
    for name in TIMES & given.keys():
        try:
            local = datetime.fromisoformat(given[name]).replace(tzinfo=zone)
            given[name] = local.astimezone(UTC).isoformat()
        except (ValueError, OverflowError) as error:
            raise Wrong([(name, "wrong.time")]) from error
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        raise Wrong([_fault(dict(each)) for each in error.errors()]) from error


def _fault(error: dict[str, Any]) -> tuple[str, str]:
    where = error["loc"][0] if error["loc"] else ""
    return str(where), REASONS.get(error["type"], "wrong.other")


async def pressed(
    request: Request,
    here: Here,
    who: Who,
    *,
    shape: type[B],
    do: Callable[[Office, B], Awaitable[Any]],
    back: str,
    shows: Shows,
    fields: Mapping[str, str] | None = None,
) -> Response:
    """Do what a form says and go back; where it cannot be done, show the page with why."""
    if fields is None:
        fields = await typed(request)
    try:
        body = read(shape, fields, (await clock_of(here, who)).zone)
        await worked(here, who, lambda office: do(office, body))
    except Wrong as wrong:
        return await shows(422, typed=fields, wrong=wrong.faults)
    except Refused as refused:
        if refused.code == "not_found" and not refused.key:
            raise HTTPException(404, str(refused)) from refused
        word = refused.key or f"refused.{refused.code}"
        return await shows(
            STATUS[refused.code], typed=fields, wrong=[("", word)], named=refused.values
        )
    return RedirectResponse(back, 303)


async def _to_login(request: Request, _error: Exception) -> Response:
    if request.method in SAFE:
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(_way(wanted))}", 303)
    language = language_of(request)
    fields: dict[str, str] = {}
    with contextlib.suppress(BadRequest):  # what is no form, or too large for one, is not kept
        fields = await typed(request, files=1)
    kept = [
        value for name, value in fields.items() if value.strip() and name not in NOT_SHOWN_AGAIN
    ]
    came_from = urlsplit(request.headers.get("referer", "")).path or "/"
    return rendered(
        *("login.html", language, 401),
        wrong="login.ended",
        needs_code=False,
        next=_way(came_from),
        kept=kept,
    )


def _way(wanted: str) -> str:
    is_good = len(wanted) <= LONGEST_WAY and re.fullmatch(WAY, wanted)
    return wanted if is_good else "/"


async def _to_oneself(request: Request, _error: Exception) -> Response:
    if request.headers.get("accept", "") == "application/json":  # a script of ours, on an old page
        return JSONResponse({"ok": False}, 403)
    return RedirectResponse("/me", 303)
