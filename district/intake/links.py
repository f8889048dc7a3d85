"""Visits to the links in gateways' messages, passed on over MQTT as soon as somebody comes.

QoS 0: who waits before a browser asks again; a press that lay at a broker for an hour must not act.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from district import passing
from district.database import Database, DatabaseFailed
from district.live import Live, News, Topic

LOOKS_EVERY = 1.0  # seconds between two looks, while somebody waits
WAITED = 10.0  # seconds for which somebody waits for a page
IDLE = 15.0  # seconds, while nobody does
log = structlog.get_logger()
Publish = Callable[[str, bytes], Awaitable[object]]


async def pass_on(
    publish: Publish, database: Database, live: Live, now: Callable[[], datetime]
) -> None:
    """Publish each visit below its gateway's name, until cancelled; two workers share them."""
    loop, busy_until = asyncio.get_running_loop(), 0.0
    async with live.heard() as news:
        while True:
            found: list[tuple[str, bytes]] = []
            try:
                async with database.begin() as connection:
                    found = await passing.due(connection, now())
            except DatabaseFailed as error:
                log.error("intake", visits=True, why=str(error))
            for gateway, body in found:
                await publish(f"shouhu/v1/{gateway}/down", body)
            if found:
                busy_until = loop.time() + WAITED
            await _until_visited(news, LOOKS_EVERY if loop.time() < busy_until else IDLE)


async def _until_visited(news: "asyncio.Queue[News]", wait: float) -> None:
    try:
        async with asyncio.timeout(wait):
            while (await news.get()).topic not in {Topic.VISIT, Topic.AGAIN}:
                pass
    except TimeoutError:
        return
