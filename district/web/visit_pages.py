"""The link in a message, where the home cannot be reached from outside: it is opened here.

The way in for caregivers, without a login: the token is the gateway's to judge, here it is only
handed on (passing.py). To look changes nothing; only a POST acts.
"""

import asyncio
from enum import StrEnum
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path
from fastapi.responses import Response
from sqlalchemy import select

from district import passing
from district.live import News, Topic
from district.schema import gateways
from district.web.guard import District, Here
from district.web.rendering import rendered
from district.web.visit_words import said
from edge.model import Outcome
from gateway.wire.uplink.visiting import Act, PageData, VisitData

GONE = 0.4  # of the patience is left for a gateway that is thought to be gone
HEADERS = {"X-Robots-Tag": "noindex, nofollow"}
router = APIRouter(include_in_schema=False)
Gateway = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class Trouble(StrEnum):
    """Why nothing can be shown; each has its words."""

    UNKNOWN = "unknown"
    UNREACHABLE = "unreachable"
    CROWDED = "crowded"


STATUS = {Trouble.UNKNOWN: 404, Trouble.UNREACHABLE: 503, Trouble.CROWDED: 503}


@router.api_route("/g/{gateway}/a/{token}", methods=["GET", "HEAD"])
async def show(gateway: Gateway, token: Token, here: Here) -> Response:
    """Show what is behind a link."""
    return await _visited(here, gateway, VisitData(token))


@router.post("/g/{gateway}/a/{token}")
async def press(
    gateway: Gateway,
    token: Token,
    here: Here,
    do: Annotated[Literal["take", "close"], Form()],
    outcome: Annotated[Outcome | None, Form()] = None,
) -> Response:
    """Press a button behind a link: take it, or say what it was."""
    return await _visited(here, gateway, VisitData(token, Act(do), outcome))


async def _visited(here: District, gateway: str, visit: VisitData) -> Response:
    found = await _passed_on(here, gateway, visit)
    if isinstance(found, PageData):
        language = "en" if found.language.startswith("en") else "zh"
        return _with_headers(rendered("visit.html", language, found.status, page=found))
    answer = rendered(
        *("visit_not.html", "zh", STATUS[found]),
        said=partial(said, found),
        is_press=visit.act is not Act.LOOK,
        is_worth_trying=found is not Trouble.UNKNOWN,
    )
    return _with_headers(answer)


async def _passed_on(here: District, gateway: str, visit: VisitData) -> PageData | Trouble:
    """Hand a visit on and wait for its page."""
    began = here.now()
    async with here.live.heard() as news:
        try:
            async with here.database.begin() as connection:
                name = await passing.ask(connection, gateway, visit, began)
                there = select(gateways.c.is_online).where(gateways.c.id == gateway)
                is_there = bool((await connection.execute(there)).scalar_one_or_none())
        except passing.Crowded:
            return Trouble.CROWDED
        if name is None:
            return Trouble.UNKNOWN
        await here.live.tell((News(Topic.VISIT, gateway, ""),))
        try:
            patience = here.link_patience * (1 if is_there else GONE)
            return await _page(here, name, news, patience) or Trouble.UNREACHABLE
        finally:
            async with here.database.begin() as connection:
                await passing.forget(connection, name)


async def _page(
    here: District, visit: str, news: "asyncio.Queue[News]", patience: float
) -> PageData | None:
    """Wait for what is to be shown; None where nothing comes in time."""
    deadline = asyncio.get_running_loop().time() + patience
    while True:
        try:
            async with asyncio.timeout_at(deadline):
                while not _is_about(await news.get(), visit):
                    pass
        except TimeoutError:
            # News may be lost: a last look.
            async with here.database.begin() as connection:
                return await passing.page_of(connection, visit)
        async with here.database.begin() as connection:
            if (found := await passing.page_of(connection, visit)) is not None:
                return found


def _is_about(told: News, visit: str) -> bool:
    return told.topic is Topic.AGAIN or (told.topic is Topic.PAGE and told.id == visit)


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response
