"""The desk's pages: what is open, one incident with its card, and what is still to be done.

Each is given whole, and its inner part alone for a page that stands open; what their buttons do is
desk_acts.py's.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from district import card as cards
from district import duty, views
from district.access import Right, Who
from district.phases import Phase
from district.views import FAULT, Line
from district.web.entry import ToOneself
from district.web.guard import District, Here, Sees, whose
from district.web.incident_routes import First, Key
from district.web.rendering import NAV, around, page
from edge.model import Outcome

OUTCOMES = (Outcome.WELL, Outcome.HELPED, Outcome.SENSOR, Outcome.TEST)
TOMORROW = timedelta(days=1)  # when what is to be done is due, unless something else is said
router = APIRouter(include_in_schema=False)


async def visitor(request: Request, here: Here) -> Who | None:
    """Give who wants to see a page; None: they have to log in. Raises HTTPException 403."""
    who = await whose(request, here)
    if who is not None and who.is_held:
        raise ToOneself
    if who is not None and not who.has(Right.DESK):
        raise HTTPException(403, f"this needs the right {Right.DESK}")
    return who


visitor.__dict__["right"] = Right.DESK
Visitor = Annotated[Who | None, Depends(visitor)]


def to_login(request: Request) -> Response:
    """Lead somebody to the login, and back here after it."""
    return RedirectResponse(f"/login?next={quote(request.url.path)}", 303)


@router.get("/")
async def desk(request: Request, here: Here, first: First = 0) -> Response:
    """Show the open incidents; who does not work at the desk is led to what they may see."""
    who = await whose(request, here)
    if who is None:
        return to_login(request)
    if who.is_held:
        raise ToOneself
    if not who.has(Right.DESK):
        paths = [path for path, _, right in NAV if who.has(right)]
        if not paths:
            raise HTTPException(403, "there is no page for this account")
        return RedirectResponse(paths[0], 303)
    return await page(here, who, "desk.html", here_is="/", **await _listed(here, who, first))


@router.get("/desk/list")
async def listed(who: Sees, here: Here, first: First = 0) -> Response:
    """Give the list alone, for a page that stands open."""
    return await page(here, who, "list.html", **await _listed(here, who, first))


@router.get("/desk/around")
async def waiting(who: Sees, here: Here) -> Response:
    """Give how many wait for somebody, for a page of the office that stands open."""
    return await page(here, who, "around.html")


@router.get("/incidents/{incident}")
async def incident(incident: Key, request: Request, who: Visitor, here: Here) -> Response:
    """Show one incident; that its card was seen is noted."""
    if who is None:
        return to_login(request)
    return await show(here, who, incident)


@router.get("/desk/incidents/{incident}")
async def shown(incident: Key, who: Sees, here: Here) -> Response:
    """Give the inner part of one incident's page."""
    values = await _shown(here, who, incident, is_again=True)
    return await page(here, who, "card.html", **values)


@router.get("/follow-ups")
async def to_be_done(request: Request, who: Visitor, here: Here, first: First = 0) -> Response:
    """Show what is still to be done, and by whom."""
    if who is None:
        return to_login(request)
    values = await _to_be_done(here, who, first)
    return await page(here, who, "follow_ups.html", here_is="/follow-ups", **values)


@router.get("/desk/follow-ups")
async def still_to_be_done(who: Sees, here: Here, first: First = 0) -> Response:
    """Give the inner part of that page."""
    return await page(here, who, "follow_list.html", **await _to_be_done(here, who, first))


async def show(
    here: District,
    who: Who,
    incident: str,
    status: int = 200,
    *,
    said: str = "",
    typed: dict[str, str] | None = None,
) -> Response:
    """Show one incident's page, with what has just been refused and what was typed for it."""
    values = await _shown(here, who, incident)
    return await page(here, who, "incident.html", status, said=said, typed=typed or {}, **values)


# -- what is shown


async def _listed(here: District, who: Who, first: int) -> dict[str, Any]:
    async with here.database.begin() as connection:
        count = await views.count_open(connection, who)
        first = first if first < count else 0  # what stood there may be over
        lines = await views.open_incidents(connection, who, first)
        waiting = await around(connection, who, here.now())
        answers = await duty.on_duty(connection, _holders(lines), here.now())
    shown = {"groups": grouped(lines, who), "answers": answers, **waiting}
    return shown | _part("/", "/desk/list", first, len(lines), count)


def _part(page: str, again: str, first: int, shown: int, count: int) -> dict[str, Any]:
    """Give what a list says of its place among all, and how the rest is reached."""
    begins = f"?first={first}" if first else ""
    return {
        "first": first,
        "last": first + shown,
        "count": count,
        "again": again + begins,
        "before": f"{page}?first={max(0, first - views.MOST)}" if first else "",
        "after": f"{page}?first={first + shown}" if first + shown < count else "",
    }


def grouped(lines: Sequence[Line], who: Who) -> list[tuple[str, list[Line]]]:
    """Give the lines as the desk reads them: who waits, mine, what others have, the rest."""
    grave = [line for line in lines if line.rank < FAULT]
    taken = [line for line in lines if line.phase == Phase.TAKEN]
    parts = {
        "group.nobody": [line for line in grave if line.phase == Phase.OPEN],
        "group.mine": [line for line in taken if line.owner_id == who.id],
        "group.others": [line for line in taken if line.owner_id != who.id],
        "group.rest": [line for line in lines if line.rank >= FAULT and line.phase == Phase.OPEN],
    }
    return [(name, found) for name, found in parts.items() if found]


def _holders(lines: Sequence[Line]) -> set[str]:
    return {line.holder_id for line in lines if line.phase == Phase.OPEN}


async def _shown(
    here: District, who: Who, incident: str, *, is_again: bool = False
) -> dict[str, Any]:
    now = here.now()
    async with here.database.begin() as connection:
        found = await cards.card(connection, who, incident)
        if found is None:
            raise HTTPException(404, "there is no such incident here")
        await cards.note_seen(connection, who, found, now, is_again=is_again)
        others = await views.colleagues(connection, found.place)
        return {
            "card": found,
            "line": found.line,
            "others": others,
            "helpers": await cards.helpers(connection, who, found, others, now),
            "answers": await duty.on_duty(connection, _holders([found.line]), now),
            "outcomes": OUTCOMES,
            "due": now + TOMORROW,
            **await around(connection, who, now),
        }


async def _to_be_done(here: District, who: Who, first: int) -> dict[str, Any]:
    async with here.database.begin() as connection:
        count = await views.count_to_be_done(connection, who)
        first = first if first < count else 0
        tasks = await views.to_be_done(connection, who, first)
        shown = {"tasks": tasks, **await around(connection, who, here.now())}
    return shown | _part("/follow-ups", "/desk/follow-ups", first, len(tasks), count)
