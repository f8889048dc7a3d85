"""The stream that tells an open page when to look again.

What the page then shows, desk_pages.py decides; news are only of what somebody may see.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from district.access import Right, Who, below
from district.live import News, Topic
from district.schema import areas
from district.web.guard import District, Here, Sees, whose

PULSE = 15.0  # seconds: a page that hears nothing for thrice as long says so
GATHERED = 0.25  # seconds: news that come close upon each other are one look
SHOWN = frozenset({Topic.INCIDENT, Topic.GATEWAY})
router = APIRouter(include_in_schema=False)


@router.get("/desk/stream")
async def stream(_who: Sees, here: Here, request: Request) -> StreamingResponse:
    """Say whenever something of your area has changed; the ids of what it was are the data."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_told(here, request), media_type="text/event-stream", headers=headers)


async def _told(here: District, request: Request) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    async with here.live.heard() as news:
        yield "retry: 2000\nevent: again\ndata: \n\n"
        # Whoever has lost their session, their role or their area hears no more of it.
        while (who := await whose(request, here)) and may_hear(who):
            mine = await _mine(here, who)
            ends = loop.time() + PULSE
            while (left := ends - loop.time()) > 0 and not await request.is_disconnected():
                if (changed := await _changed(news, mine, left)) is None:
                    continue
                yield f"event: again\ndata: {' '.join(changed)}\n\n"
                await asyncio.sleep(GATHERED)
            if await request.is_disconnected():
                return
            yield "event: still\ndata: \n\n"


def may_hear(who: Who) -> bool:
    """Say whether somebody may still be told."""
    return who.has(Right.DESK) and not who.is_held


async def _changed(
    news: "asyncio.Queue[News]", mine: frozenset[str], seconds: float
) -> list[str] | None:
    """Give the ids of what has changed; None where nothing of theirs has in this time."""
    found: dict[str, None] = {}
    is_all = False
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            heard = [await news.get()]
        while not news.empty():
            heard.append(news.get_nowait())
        is_all = any(each.topic is Topic.AGAIN for each in heard)
        found = {each.id: None for each in heard if each.topic in SHOWN and each.area in mine}
    return list(found) if found or is_all else None


async def _mine(here: District, who: Who) -> frozenset[str]:
    async with here.database.begin() as connection:
        found = await connection.execute(select(areas.c.id).where(areas.c.id.in_(below(who))))
        return frozenset(found.scalars())
