"""The HTTP interface of the feed: take it from a position, and see how the receivers stand."""

from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from district import feed
from district.incidents import Refused
from district.outward import positions
from district.web import shapes
from district.web.guard import Connection, Here, KeepsAccounts, ReadsFeed
from district.web.incident_routes import STATUS, TIMES, Key
from district.web.problems import FAULTS

MEDIA_TYPE = "application/cloudevents-batch+json"
POSITION = "Shouhu-Position"
Place = Annotated[int, Field(ge=0, lt=1 << 62)]
BATCH = {
    "description": "A batch of CloudEvents, empty where nothing has come.",
    "headers": {
        POSITION: {
            "description": "Ask for what comes after this the next time.",
            "schema": {"type": "integer"},
            "required": True,
        }
    },
    "content": {MEDIA_TYPE: {"schema": {"type": "array", "items": {"type": "object"}}}},
}
router = APIRouter(prefix="/api/v1", tags=["feed"], responses=FAULTS)


class Standing(BaseModel):
    """How a receiver of the feed stands; `waiting`: events after its position, of any kind."""

    name: str
    area: str
    position: int
    waiting: int
    failures: int
    next_try: datetime | None
    taken: datetime | None
    error: str


class Move(shapes.Body):
    """The place that a receiver is to go on from."""

    position: Place


@router.get("/feed", response_class=Response, responses={200: BATCH})
async def read_feed(
    who: ReadsFeed,
    connection: Connection,
    after: Annotated[int, Query(ge=0, lt=1 << 62)] = 0,
    most: Annotated[int, Query(ge=1, le=feed.MOST)] = feed.MOST,
) -> Response:
    """Give the events of your area after a position, in order; nothing is ever skipped."""
    page = await feed.after(connection, who, after, most)
    body = "[" + ",".join(event for _, event in page.events) + "]"
    return Response(body, media_type=MEDIA_TYPE, headers={POSITION: str(page.position)})


@router.get("/pushes")
async def pushed(who: KeepsAccounts, connection: Connection) -> list[Standing]:
    """Say how the receivers stand that the feed of your area is pushed to."""
    found = await positions.listed(connection, who)
    return [Standing(**msgspec.to_builtins(each, builtin_types=TIMES)) for each in found]


@router.put("/pushes/{name}/position", status_code=204)
async def move(name: Key, body: Move, who: KeepsAccounts, here: Here) -> None:
    """Let a receiver go on from another place: back, or past an event that it cannot take."""
    try:
        async with here.database.begin() as connection:
            await positions.move(connection, who, name, body.position, here.now())
    except Refused as refused:
        raise HTTPException(STATUS[refused.code], str(refused)) from refused
