"""Desks at work over HTTP, as a browser does it: the stream says when to look, the list shows.

Besides, somebody takes and closes each emergency after a while, so that the list stays what a
district has open at a time.
"""

import asyncio
import re
import time
from collections.abc import Callable

import aiohttp

SHOWN = re.compile(r"/incidents/([0-9a-f]{20})")
LOOK_EVERY = 2.0  # seconds between two looks of whoever closes
AGE = 4.0  # seconds for which an emergency stands open
PAUSE = 0.1  # seconds between two looks of a page
FOR_EVER = aiohttp.ClientTimeout(total=None)


class Desk:
    """One page that stands open: `seen` has when it first showed each incident (Unix time)."""

    def __init__(self, url: str, login: str, password: str) -> None:
        self._url = url
        self._form = {"login": login, "password": password}
        self.seen: dict[str, float] = {}
        self.told: dict[str, float] = {}  # by the stream alone
        self.list_ms: list[float] = []
        self.closed = 0

    async def watch(self, on_ready: Callable[[], None]) -> None:
        """Keep the list up to date, until cancelled."""
        again = asyncio.Event()
        async with self._session() as session, asyncio.TaskGroup() as tasks:
            await self._log_in(session)
            tasks.create_task(self._look(session, again))
            async with session.get(f"{self._url}/desk/stream", timeout=FOR_EVER) as stream:
                assert stream.status == 200, stream.status
                on_ready()
                async for line in stream.content:
                    if line.startswith(b"data:"):
                        now = time.time()
                        for name in line[5:].decode().split():
                            self.told.setdefault(name, now)
                        again.set()
            raise AssertionError("the desk's stream has ended")

    async def _look(self, session: aiohttp.ClientSession, again: asyncio.Event) -> None:
        """Look at the list whenever something is new: one look at a time, as the page does."""
        while True:
            await again.wait()
            again.clear()
            began = time.time()
            async with session.get(f"{self._url}/desk/list") as answer:
                text = await answer.text()
                assert answer.status == 200, text
            now = time.time()
            self.list_ms.append((now - began) * 1e3)
            for name in SHOWN.findall(text):
                self.seen.setdefault(name, now)
            await asyncio.sleep(PAUSE)

    async def close(self) -> None:
        """Take and close each emergency that has stood for a while, until cancelled."""
        first: dict[str, float] = {}
        async with self._session() as session:
            await self._log_in(session)
            while True:
                await asyncio.sleep(LOOK_EVERY)
                async with session.get(f"{self._url}/api/v1/incidents") as answer:
                    lines = await answer.json()
                for line in lines:
                    if line["rank"] == 0:
                        since = first.setdefault(line["id"], time.time())
                        if time.time() - since >= AGE:
                            await self._end(session, line["id"])

    async def _end(self, session: aiohttp.ClientSession, incident: str) -> None:
        acts = (("take", {"minutes": 30}), ("close", {"outcome": "helped", "note": "没有大碍"}))
        for act, body in acts:
            url = f"{self._url}/api/v1/incidents/{incident}/{act}"
            async with session.post(url, json=body) as answer:
                if answer.status != 200:
                    return  # the home has said more of it meanwhile: the next look tries again
        self.closed += 1

    async def _log_in(self, session: aiohttp.ClientSession) -> None:
        async with session.post(f"{self._url}/login", data=self._form) as answer:
            assert answer.status == 200 and "/login" not in str(answer.url), answer.status

    def _session(self) -> aiohttp.ClientSession:
        # A cookie of an address that is a number is kept by a jar that is told so.
        return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
