"""What the HTTP interface says when it refuses: application/problem+json, RFC 9457.

`detail` is a sentence for whoever asked. Nothing of the request is said again, and nothing of the
database: either may hold a password or a name. Whoever sits before a browser gets a page instead,
that says what has become of what they did.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import Scope

from district.database import DatabaseFailed, NotFit
from district.web.rendering import language_of, rendered
from district.web.shield import PROBLEM

MOST = 200  # errors that are told at once
AGAIN_AFTER = 5  # seconds, while the database is away
SAFE = frozenset({"GET", "HEAD"})
# What a person is told instead; the second, where they have sent something.
PAGES = {
    400: ("unread", "unread_form"),
    403: ("not_allowed", "not_allowed"),
    404: ("not_found", "not_found"),
    405: ("not_found", "not_found"),
    408: ("too_slow", "too_slow"),
    409: ("changed_since", "changed_since"),
    413: ("too_large", "too_large"),
    422: ("unread", "unread_form"),
    500: ("ours", "ours_sent"),
    503: ("away", "away_sent"),
}
log = structlog.get_logger()


class Fault(BaseModel):
    """One thing that is wrong with a request: where, and why."""

    where: str
    why: str


class Problem(BaseModel):
    """Why something was refused, as RFC 9457 has it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[Fault] = []


# What any route may answer; which of them a route has is description.py's.
FAULTS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "description": said}
    for code, said in {
        401: "Nobody is logged in, or the token is not good.",
        403: "Whoever asks may not do this.",
        404: "There is no such thing here: not at all, or in somebody else's area.",
        408: "The body took too long to come.",
        409: "It is no longer as it was, or somebody else has it.",
        413: "The body is too large.",
        422: "What was sent cannot be used; `errors` says where, and why.",
        503: "The database cannot be used now. Try again after `Retry-After` seconds.",
    }.items()
}


def problem(status: int, detail: str, errors: Sequence[Fault] = ()) -> JSONResponse:
    """Give the answer that says what is wrong."""
    said = Problem(
        title=HTTPStatus(status).phrase, status=status, detail=detail, errors=[*errors[:MOST]]
    )
    return JSONResponse(said.model_dump(), status, media_type=PROBLEM)


def install(app: FastAPI) -> None:
    """Let every refusal of an application be said so."""
    app.exception_handler(HTTPException)(_refused)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(DatabaseFailed)(_unavailable)
    app.exception_handler(Exception)(_broken)


def too_large(scope: Scope) -> Response:
    """Give the answer to a body that is too large, for what the framework refuses by itself."""
    return _answer(Request(scope), problem(413, "the body is too large"))


async def _refused(request: Request, error: HTTPException) -> Response:
    if error.status_code == 401 and is_for_eyes(request):
        return RedirectResponse("/login?next=/", 303)
    answer = _answer(request, problem(error.status_code, str(error.detail)))
    answer.headers.update(error.headers or {})
    return answer


def _answer(request: Request, said: Response) -> Response:
    """Give a problem as it is to a program, and as a page to a person."""
    if said.status_code not in PAGES or not is_for_eyes(request):
        return said
    is_sent = request.method not in SAFE
    word = PAGES[said.status_code][is_sent]
    again = AGAIN_AFTER if said.status_code == 503 and not is_sent else 0
    return rendered(
        *("no_page.html", language_of(request), said.status_code),
        why=f"problem.{word}",
        again=again,
    )


def is_for_eyes(request: Request) -> bool:
    """Say whether a browser wants to show the answer to somebody."""
    is_page = not request.url.path.startswith("/api/")
    return is_page and "text/html" in request.headers.get("accept", "")


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    faults = [
        Fault(where=".".join(str(part) for part in each["loc"]), why=str(each["msg"]))
        for each in error.errors()
    ]
    told = "; ".join(f"{each.where}: {each.why}" for each in faults[:5])
    return _answer(request, problem(422, told or "this cannot be read", faults))


async def _unavailable(request: Request, error: DatabaseFailed) -> Response:
    log.error("web", why=str(error))
    if isinstance(error, NotFit):  # a NUL in a text: tomorrow it would be no better
        return _answer(request, problem(422, "there is something in it that cannot be kept"))
    answer = _answer(request, problem(503, "the database cannot be used now; try again"))
    answer.headers["Retry-After"] = str(AGAIN_AFTER)
    return answer


async def _broken(request: Request, _error: Exception) -> Response:
    # What went wrong is logged by the server.
    return _answer(request, problem(500, "this is a mistake of ours; it has been noted"))
