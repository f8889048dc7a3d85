"""A district that serves its desk in this process, by a time of its own, and browsers for it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.async_api import Browser, Page, async_playwright

from district import accounts
from district.database import Database
from district.live import Live
from district.web.app import application
from district.web.guard import District, cookie_name
from tests.broker import free_port
from tests.district.chromium import FLAGS
from tests.district.world import World, smoke

WIDE = {"width": 1280, "height": 900}


class Desk:
    """One district that serves its pages, and a browser before it."""

    def __init__(self, world: World, browser: Browser) -> None:
        self.world = world
        self.live = Live(world.database)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._browser = browser
        self._district = District(world.database, self.live, lambda: world.now, is_secure=False)
        self._server: tuple[uvicorn.Server, asyncio.Task[None]] | None = None

    async def opens(self) -> None:
        """Serve."""
        app = application(self._district)
        config = uvicorn.Config(
            app, port=self.port, log_config=None, timeout_graceful_shutdown=1, lifespan="off"
        )
        server = uvicorn.Server(config)
        self._server = (server, asyncio.create_task(server.serve()))
        await until(lambda: is_so(server.started))

    async def shuts(self) -> None:
        """Serve no more."""
        if self._server is not None:
            server, task = self._server
            server.should_exit = server.force_exit = True
            await task

    async def page(self, login: str, path: str = "/", **more: Any) -> Page:
        """Give a window of somebody who is logged in."""
        context = await self._browser.new_context(**({"viewport": WIDE} | more))
        async with self.world.database.begin() as connection:
            session = await accounts.begin(connection, login, "test", self.world.now)
        cookie = {"name": cookie_name(self._district), "value": session.cookie, "url": self.url}
        await context.add_cookies([cookie])  # type: ignore[list-item]
        page = await context.new_page()
        page.set_default_timeout(20_000)
        await page.goto(self.url + path)
        return page

    async def hears(self, alert: str, **more: Any) -> str:
        """Let a home say something, and every page hear of it; give the incident."""
        taken = await self.world.sends(smoke(alert, **more), f"e-{alert}-{more}"[:60])
        await self.live.tell(taken.news)
        return taken.news[0].id


async def is_so(so: bool) -> bool:
    return so


async def begins(text: Awaitable[str], with_what: str) -> bool:
    return (await text).startswith(with_what)


async def until(claim: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while not await claim():  # noqa: ASYNC110 - another process makes it so
            await asyncio.sleep(0.02)


@asynccontextmanager
async def served(file: Path) -> AsyncIterator[Desk]:
    """Give a desk over a SQLite file that has its tables; skips where there is no Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium on this machine: install the package chromium")
    database = Database(f"sqlite:///{file}")
    world = World(database)
    await world.settle()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*FLAGS])
        made = Desk(world, browser)
        await made.opens()
        yield made
        await browser.close()
        await made.shuts()
    await database.close()
