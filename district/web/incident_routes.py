"""The HTTP interface of the desk: see incidents, and act on them."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from fastapi import APIRouter, HTTPException, Path, Query
from sqlalchemy import select

from district import card as cards
from district import incidents as acts
from district import views
from district.access import Who
from district.incidents import Doing, Refused
from district.live import News
from district.phases import Act
from district.schema import incidents
from district.web import shapes
from district.web.guard import Acts, Connection, District, Here, Sees
from district.web.problems import FAULTS

STATUS = {"not_found": 404, "conflict": 409, "stale": 409, "forbidden": 403, "invalid": 422}
router = APIRouter(prefix="/api/v1/incidents", tags=["incidents"], responses=FAULTS)
Key = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
First = Annotated[int, Query(ge=0, lt=1 << 31)]
TIMES = (datetime,)  # stay times on their way to the shapes
Doer = Callable[[Doing], Awaitable[tuple[News, ...]]]


@router.get("")
async def listed(
    who: Sees, connection: Connection, closed: bool = False, first: First = 0
) -> list[shapes.Incident]:
    """Give open incidents of your area, 500 at once: your own, then the gravest, the oldest.

    `closed`: those closed last, 100 at once. `first` is how many are left out.
    """
    wanted = views.closed_incidents if closed else views.open_incidents
    lines = await wanted(connection, who, first)
    return [shapes.Incident(**msgspec.to_builtins(each, builtin_types=TIMES)) for each in lines]


@router.get("/{incident}")
async def card(incident: Key, who: Sees, here: Here, connection: Connection) -> shapes.IncidentCard:
    """Give one incident with the household's card; that it was seen is noted."""
    found = await cards.card(connection, who, incident)
    if found is None:
        raise HTTPException(404, "there is no such incident here")
    await cards.note_seen(connection, who, found, here.now())
    return shapes.IncidentCard(**msgspec.to_builtins(found, builtin_types=TIMES))


@router.post("/{incident}/take")
async def take(incident: Key, body: shapes.Take, who: Acts, here: Here) -> shapes.Done:
    """Have it for a while; the home's own escalation rests until then."""
    lease = timedelta(minutes=body.minutes)
    return await act(here, who, incident, Act.TAKE, lambda doing: acts.take(doing, lease))


@router.post("/{incident}/hand-over")
async def hand_over(incident: Key, body: shapes.HandOver, who: Acts, here: Here) -> shapes.Done:
    """Give it to a colleague."""
    lease = timedelta(minutes=body.minutes)
    return await act(
        *(here, who, incident, Act.HAND_OVER),
        lambda doing: acts.hand_over(doing, body.to, lease),
        seen=body.seen,
    )


@router.post("/{incident}/call")
async def call(incident: Key, body: shapes.Call, who: Acts, here: Here) -> shapes.Done:
    """Note a call and its result."""
    return await act(
        *(here, who, incident, Act.CALL),
        lambda doing: acts.call(doing, body.whom, body.result),
    )


@router.post("/{incident}/dispatch")
async def dispatch(incident: Key, body: shapes.Dispatch, who: Acts, here: Here) -> shapes.Done:
    """Send somebody."""
    return await act(
        *(here, who, incident, Act.DISPATCH),
        lambda doing: acts.dispatch(doing, body.whom, body.phone),
        seen=body.seen,
    )


@router.post("/{incident}/on-scene")
async def on_scene(incident: Key, body: shapes.Progress, who: Acts, here: Here) -> shapes.Done:
    """Note that who was sent has arrived."""
    return await act(
        *(here, who, incident, Act.ON_SCENE),
        lambda doing: acts.progress(doing, body.dispatch, Act.ON_SCENE),
    )


@router.post("/{incident}/done")
async def done(incident: Key, body: shapes.Progress, who: Acts, here: Here) -> shapes.Done:
    """Note that who was sent is done."""
    return await act(
        *(here, who, incident, Act.DONE),
        lambda doing: acts.progress(doing, body.dispatch, Act.DONE),
    )


@router.post("/{incident}/notes")
async def note(incident: Key, body: shapes.Note, who: Acts, here: Here) -> shapes.Done:
    """Write something down."""
    return await act(
        *(here, who, incident, Act.NOTE),
        lambda doing: acts.note(doing, body.text),
    )


@router.post("/{incident}/follow-ups")
async def follow_up(incident: Key, body: shapes.FollowUp, who: Acts, here: Here) -> shapes.Done:
    """Say what is still to be done, by whom, until when."""
    return await act(
        *(here, who, incident, Act.FOLLOW_UP),
        lambda doing: acts.follow_up(doing, body.owner, body.what, body.due),
    )


@router.post("/{incident}/follow-ups/{follow_up}/done")
async def followed(incident: Key, follow_up: Key, who: Acts, here: Here) -> shapes.Done:
    """Note that what was to be done later is done."""
    return await act(
        here, who, incident, Act.FOLLOWED, lambda doing: acts.followed(doing, follow_up)
    )


@router.post("/{incident}/close")
async def close(incident: Key, body: shapes.Close, who: Acts, here: Here) -> shapes.Done:
    """End it with what it was."""
    return await act(
        *(here, who, incident, Act.CLOSE),
        lambda doing: acts.close(doing, body.outcome, body.note),
        seen=body.seen,
    )


async def act(
    here: District, who: Acts, incident: str, what: Act, do: Doer, *, seen: int | None = None
) -> shapes.Done:
    """Do one thing; what cannot be done is told as HTTP tells it."""
    try:
        return await acted(here, who, incident, what, do, seen=seen)
    except Refused as refused:
        raise HTTPException(STATUS[refused.code], str(refused)) from refused


async def acted(
    here: District, who: Who, incident: str, what: Act, do: Doer, *, seen: int | None = None
) -> shapes.Done:
    """Do one thing in one transaction, and tell the others when it is on disk. Raises Refused."""
    async with here.database.begin() as connection:
        doing = await acts.open_for(connection, who, incident, what, here.now(), seen=seen)
        news = await do(doing)
        found = await connection.execute(select(incidents).where(incidents.c.id == incident))
        row = found.one()
    await here.live.tell(news)
    return shapes.Done(incident=incident, version=row.version, phase=row.phase)
