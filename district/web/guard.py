"""Before each route: who asks, and whether they may. What they may see, access.py says.

The session is a cookie that no script reads and no other site sends; besides, a request that
changes something must not say that it comes from elsewhere. A program brings a token instead.
"""

from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncConnection

from district import accounts, tokens
from district.access import Right, Who
from district.database import Database
from district.live import Live

COOKIE = "shouhu_desk"
# With TLS no neighbour below the same domain can set a cookie of this name.
TLS_COOKIE = f"__Host-{COOKIE}"
BY_COOKIE = APIKeyCookie(
    name=COOKIE,
    scheme_name="session",
    auto_error=False,
    description=f"The session of somebody who has logged in at /login; with TLS {TLS_COOKIE}.",
)
BY_TOKEN = HTTPBearer(
    scheme_name="token",
    auto_error=False,
    description="The token of a program: an account of the role platform.",
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class District:
    """What the routes ask of the district around them."""

    database: Database
    live: Live
    now: Callable[[], datetime]
    is_secure: bool = True  # the browser speaks TLS with us, or with a proxy before us
    link_patience: float = 10.0  # seconds for a gateway to say what is behind one of its links
    second_factor: frozenset[str] = frozenset()  # roles that take one
    address: str = ""  # where people reach the desk, e.g. "https://desk.example.org"


def district_of(request: Request) -> District:
    """Give the district that this application serves."""
    found: District = request.app.state.district
    return found


Here = Annotated[District, Depends(district_of)]


async def transaction(here: Here) -> AsyncIterator[AsyncConnection]:
    """Give the transaction of one request."""
    async with here.database.begin() as connection:
        yield connection


Connection = Annotated[AsyncConnection, Depends(transaction, scope="function")]


async def logged_in(
    request: Request,
    here: Here,
    token: Annotated[HTTPAuthorizationCredentials | None, Security(BY_TOKEN)],
    _cookie: Annotated[str | None, Security(BY_COOKIE)],
) -> Who:
    """Give who asks. Raises HTTPException 401, or 403 for another site's request."""
    if token is not None:
        async with here.database.begin() as connection:
            who = await tokens.who_is(connection, token.credentials, address(request), here.now())
        if who is None:
            raise HTTPException(401, "this token is not good", {"WWW-Authenticate": "Bearer"})
        return who
    if request.method not in SAFE and not is_ours(request):
        raise HTTPException(403, "this request does not come from the desk")
    if (who := await whose(request, here)) is None:
        raise HTTPException(401, "log in first", {"WWW-Authenticate": "Bearer"})
    return who


def cookie_name(here: District) -> str:
    """Give the name of the cookie that holds a session."""
    return TLS_COOKIE if here.is_secure else COOKIE


def cookie_of(request: Request, here: District) -> str:
    """Give the cookie that holds the session; "" where there is none."""
    return request.cookies.get(cookie_name(here), "")


def address(request: Request) -> str:
    """Give the address of whoever asks; of a proxy on this machine, what it says."""
    return request.client.host if request.client else ""


async def whose(request: Request, here: District) -> Who | None:
    """Give whose session a request is of, if anybody's; refusals are then in their language."""
    if not (cookie := cookie_of(request, here)):
        return None
    # A transaction of its own: with SQLite there is one at a time, and the route needs it.
    async with here.database.begin() as connection:
        who = await accounts.who_is(connection, cookie, here.now(), here.second_factor)
    if who is not None:
        request.state.language = who.language
    return who


def needs(right: Right) -> "Callable[..., Coroutine[Any, Any, Who]]":
    """Give the dependency of a route that needs this right; its name tells the tests which."""

    async def checked(who: "Annotated[Who, Depends(logged_in)]") -> Who:
        if who.must_change:
            raise HTTPException(403, "choose a password of your own first, at /me")
        if who.must_enrol:
            raise HTTPException(403, "set up an authenticator first, at /me")
        if not who.has(right):
            raise HTTPException(403, f"this needs the right {right}")
        return who

    checked.__dict__["right"] = right
    return checked


def right_of(route: Any) -> Right | None:
    """Give the right that a route needs; None where whoever is logged in, or anybody, may ask."""
    pending = [route.dependant]
    while pending:
        each = pending.pop()
        if (right := getattr(each.call, "right", None)) is not None:
            return Right(right)
        pending += each.dependencies
    return None


def is_ours(request: Request) -> bool:
    """Say whether a request that changes something comes from a page of ours.

    Browsers send Sec-Fetch-Site or Origin with every such request; programs that send neither bring
    no cookie that they have not asked for.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


Anybody = Annotated[Who, Depends(logged_in)]
Sees = Annotated[Who, Depends(needs(Right.DESK))]
Acts = Annotated[Who, Depends(needs(Right.ACT))]
ReadsFigures = Annotated[Who, Depends(needs(Right.FIGURES))]
SeesRecords = Annotated[Who, Depends(needs(Right.RECORDS))]
KeepsRoster = Annotated[Who, Depends(needs(Right.ROSTER))]
KeepsAccounts = Annotated[Who, Depends(needs(Right.ACCOUNTS))]
ReadsAudits = Annotated[Who, Depends(needs(Right.AUDITS))]
SeesRota = Annotated[Who, Depends(needs(Right.ROTA))]
KeepsRota = Annotated[Who, Depends(needs(Right.SCHEDULE))]
ReadsFeed = Annotated[Who, Depends(needs(Right.FEED))]
