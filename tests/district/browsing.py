"""A browser without a window: somebody's session over the application itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from district import accounts
from district.live import Live
from district.web.app import application
from district.web.guard import COOKIE, TLS_COOKIE, District
from tests.district.world import World

_kept: dict[bool, FastAPI] = {}


def serving(district: District) -> FastAPI:
    """Give the application of this district, which serves one at a time.

    It is kept from test to test: its first request takes longer than most tests.
    """
    app = _kept.setdefault(district.is_secure, application(district))
    app.state.district = district
    return app


@asynccontextmanager
async def browser(
    world: World,
    login: str | None = None,
    address: str = "127.0.0.1",
    *,
    is_secure: bool = False,
    set_so: Any = None,
) -> AsyncIterator[httpx.AsyncClient]:
    """Give a browser at an address, logged in where somebody is named; `set_so`: of [web]."""
    live = Live(world.database)
    district = District(
        *(world.database, live, lambda: world.now),
        is_secure=is_secure,
        **(set_so or {}),
    )
    transport = httpx.ASGITransport(
        serving(district), raise_app_exceptions=False, client=(address, 1)
    )
    base = "https://desk" if is_secure else "http://desk"
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        if login is not None:
            async with world.database.begin() as connection:
                session = await accounts.begin(connection, login, "test", world.now)
            client.cookies.set(TLS_COOKIE if is_secure else COOKIE, session.cookie)
        yield client
