"""Tells open pages that something is new, by server-sent events, and that the gateway still lives.

What is new a page fetches itself.
"""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web

MOST = 50  # pages at once; those beyond fetch now and then
NOT_SOONER = 1.0  # seconds between two words to one page
NOT_SOONER_OF_MANY = 5.0  # where homes are many, one of them always has news
MANY = 20
BEAT_EVERY = 15.0  # seconds; a page that hears nothing for longer says so
RETRY_MS = 3000


class Live:
    """The open pages."""

    def __init__(self, homes: int) -> None:
        """Prepare for so many homes."""
        self._pause = NOT_SOONER if homes <= MANY else NOT_SOONER_OF_MANY
        self._waiting: set[asyncio.Event] = set()

    def wake(self) -> None:
        """Tell every one of them to look again."""
        for each in self._waiting:
            each.set()

    async def serve(self, request: "web.Request") -> "web.StreamResponse":
        """Serve one page until it is closed."""
        from aiohttp import web  # noqa: PLC0415

        if len(self._waiting) >= MOST:
            return web.Response(status=503, headers={"Retry-After": "30"})
        news = asyncio.Event()
        self._waiting.add(news)
        stream = web.StreamResponse(
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        stream.content_type = "text/event-stream"
        try:
            await stream.prepare(request)
            await self._tell(stream, news)
        except ConnectionError:
            pass  # the page was closed
        finally:
            self._waiting.discard(news)
        return stream

    async def _tell(self, stream: "web.StreamResponse", news: asyncio.Event) -> None:
        await stream.write(f"retry: {RETRY_MS}\n\n".encode())
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT_EVERY):
                    await news.wait()
            what = "news" if news.is_set() else "beat"
            news.clear()
            await stream.write(f"event: {what}\ndata: 1\n\n".encode())
            await asyncio.sleep(self._pause)
