"""The link in a message, where the home cannot be reached from outside: it is opened here.

The way in for caregivers, without a login: the token is the gateway's to judge, here it is only
handed on (passing.py). To look changes nothing; only a POST acts. Whether there is no such gateway,
it is away, or it does not know the token: who has no good one sees the same, after the same time.
"""

import asyncio
from enum import StrEnum
from functools import partial
from ipaddress import ip_address
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import Response
from msgspec import Struct
from sqlalchemy import select

from district import guesses, passing
from district.live import News, Topic
from district.schema import gateways
from district.web.guard import District, Here, address
from district.web.rendering import rendered
from district.web.visit_words import said
from edge.model import Outcome
from gateway.wire.uplink.visiting import Act, PageData, VisitData

GONE = 0.4  # of the patience is left for a gateway that is thought to be gone, or not to exist
NO_LINK = 404  # what a gateway says to a token that is none of its own
HEADERS = {"X-Robots-Tag": "noindex, nofollow"}
router = APIRouter(include_in_schema=False)
Gateway = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class Trouble(StrEnum):
    """Why nothing can be shown; each has its words."""

    UNREACHABLE = "unreachable"
    CROWDED = "crowded"


class Link(Struct, frozen=True):
    """A link that was opened; `visitor` stands for the address, "" where that is not known."""

    gateway: str
    token: str
    visitor: str


def opened(gateway: Gateway, token: Token, request: Request) -> Link:
    """Give the link; a proxy on this machine that does not say for whom it asks is no address."""
    network = guesses.network_of(address(request))
    try:
        is_told = not ip_address(network.partition("/")[0]).is_loopback
    except ValueError:
        is_told = bool(network)
    return Link(gateway, token, guesses.of_address(network).key if is_told else "")


Opened = Annotated[Link, Depends(opened)]


@router.api_route("/g/{gateway}/a/{token}", methods=["GET", "HEAD"])
async def show(link: Opened, here: Here) -> Response:
    """Show what is behind a link."""
    return await _visited(here, link, VisitData(link.token))


@router.post("/g/{gateway}/a/{token}")
async def press(
    link: Opened,
    here: Here,
    do: Annotated[Literal["take", "close"], Form()],
    outcome: Annotated[Outcome | None, Form()] = None,
) -> Response:
    """Press a button behind a link: take it, or say what it was."""
    return await _visited(here, link, VisitData(link.token, Act(do), outcome))


async def _visited(here: District, link: Link, visit: VisitData) -> Response:
    found = await _passed_on(here, link, visit)
    if isinstance(found, PageData):
        language = "en" if found.language.startswith("en") else "zh"
        return _with_headers(rendered("visit.html", language, found.status, page=found))
    answer = rendered(
        *("visit_not.html", "zh", 503),
        said=partial(said, found),
        is_press=visit.act is not Act.LOOK,
    )
    return _with_headers(answer)


async def _passed_on(here: District, link: Link, visit: VisitData) -> PageData | Trouble:
    """Hand a visit on and wait for its page."""
    began = asyncio.get_running_loop().time()
    async with here.live.heard() as news:
        try:
            async with here.database.begin() as connection:
                name = await passing.ask(
                    *(connection, link.gateway, visit, here.now(), link.visitor)
                )
                there = select(gateways.c.is_online).where(gateways.c.id == link.gateway)
                is_there = bool((await connection.execute(there)).scalar_one_or_none())
        except passing.Crowded:
            return Trouble.CROWDED
        await here.live.tell((News(Topic.VISIT, link.gateway, ""),))
        try:
            patience = here.link_patience * (1 if is_there else GONE)
            found = await _page(here, name, news, patience)
            if found is not None and found.status != NO_LINK:
                return found
            await _until(began + here.link_patience * GONE)
            return Trouble.UNREACHABLE
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


async def _until(moment: float) -> None:
    """Wait until then (loop time)."""
    await asyncio.sleep(max(0.0, moment - asyncio.get_running_loop().time()))


def _is_about(told: News, visit: str) -> bool:
    return told.topic is Topic.AGAIN or (told.topic is Topic.PAGE and told.id == visit)


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response
