"""What the HTTP interface says when it refuses: application/problem+json, RFC 9457.

`detail` is a sentence for whoever asked. Nothing of the request is said again, and nothing of the
database: either may hold a password or a name.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from district.database import DatabaseFailed
from district.web.rendering import rendered
from district.web.shield import PROBLEM

MOST = 200  # errors that are told at once
NO_PAGE = {403: "not_allowed", 404: "not_found"}  # what a person is told instead
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


async def _refused(request: Request, error: HTTPException) -> Response:
    answer: Response = problem(error.status_code, str(error.detail))
    if error.status_code in NO_PAGE and is_for_eyes(request):
        language = "en" if request.headers.get("accept-language", "").startswith("en") else "zh"
        word = NO_PAGE[error.status_code]
        answer = rendered("no_page.html", language, error.status_code, why=word)
    answer.headers.update(error.headers or {})
    return answer


def is_for_eyes(request: Request) -> bool:
    """Say whether a browser wants to show the answer to somebody."""
    is_page = not request.url.path.startswith("/api/")
    return is_page and "text/html" in request.headers.get("accept", "")


async def _invalid(_request: Request, error: RequestValidationError) -> Response:
    faults = [
        Fault(where=".".join(str(part) for part in each["loc"]), why=str(each["msg"]))
        for each in error.errors()
    ]
    told = "; ".join(f"{each.where}: {each.why}" for each in faults[:5])
    return problem(422, told or "this cannot be read", faults)


async def _unavailable(_request: Request, error: DatabaseFailed) -> Response:
    log.error("web", why=str(error))
    answer = problem(503, "the database cannot be used now; try again")
    answer.headers["Retry-After"] = "5"
    return answer


async def _broken(_request: Request, _error: Exception) -> Response:
    # What went wrong is logged by the server.
    return problem(500, "this is a mistake of ours; it has been noted")
