"""What comes down over HTTPS: orders and visits, fetched by a request that the far end lets wait.

Asked for only while this path is the one that answers: a standby line is often paid by the byte.
A far end that has nothing of the kind (404, 405) is asked again after an hour.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec
import structlog

from gateway.wire.uplink.event import Event, Kind, NoEvent, decode

if TYPE_CHECKING:
    from aiohttp import ClientSession

WAIT = 25  # seconds that the far end may let a request wait; what lies between drops them at 60
GRACE = 15.0  # seconds more until it counts as lost
USED_FOR = 600.0  # seconds after an answer in which the path is the one that answers
SHOWN_WITHIN = 10.0  # seconds for a page: then nobody waits for it any more
PACE = 1.0  # seconds between two requests to which nothing came
RETRIES = (1.0, 15.0)  # seconds: first, most
NOT_THERE, ASKED_AGAIN = frozenset({404, 405, 410}), 3600.0
MOST_FETCHED = 256 << 10  # bytes
MEDIA_TYPE = "application/cloudevents+json; charset=utf-8"
EVENTS, ORDERS = "/events", "/orders"
log = structlog.get_logger()


class NotThere(Exception):
    """The far end has no orders for anybody."""


class HttpsOrders:
    """Fetches what is asked of this gateway; `on_visit` gives the page that is posted back."""

    def __init__(
        self,
        url: str,
        opened: Callable[[], "Awaitable[ClientSession]"],
        on_order: Callable[[Event], None],
        on_visit: Callable[[Event], bytes | None],
    ) -> None:
        """Take where events are posted: orders lie beside it, …/orders beside …/events."""
        self._url = url
        self._opened = opened
        self._on_order = on_order
        self._on_visit = on_visit
        self._used_until = 0.0
        self._used = asyncio.Event()

    def use(self) -> None:
        """Note that the far end has answered over this path."""
        self._used_until = asyncio.get_running_loop().time() + USED_FOR
        self._used.set()

    async def run(self) -> None:
        """Fetch for ever, while the path is used."""
        if not self._url.endswith(EVENTS):
            return
        delay = RETRIES[0]
        while True:
            await self._until_used()
            try:
                await self._fetch()
                delay = RETRIES[0]
            except NotThere:
                log.info("uplink", orders="the far end has none")
                await asyncio.sleep(ASKED_AGAIN)
            except (OSError, ValueError) as error:
                if delay == RETRIES[0]:
                    log.warning("uplink", orders=str(error) or type(error).__name__)
                await asyncio.sleep(delay * random.uniform(0.5, 1.0))
                delay = min(delay * 2, RETRIES[1])

    async def _until_used(self) -> None:
        while asyncio.get_running_loop().time() >= self._used_until:
            self._used.clear()
            await self._used.wait()

    async def _fetch(self) -> None:
        """Let one request wait; do what came. Raises NotThere, OSError, ValueError."""
        from aiohttp import ClientError  # noqa: PLC0415

        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(WAIT + GRACE):
                events = await self._fetched()
            for event in events:
                await self._do(event)
        except ClientError as error:
            raise OSError(str(error) or type(error).__name__) from error
        if not events:
            passed = asyncio.get_running_loop().time() - began
            await asyncio.sleep(max(0.0, PACE - passed))

    async def _fetched(self) -> list[Event]:
        session = await self._opened()
        url = self._url.removesuffix(EVENTS) + ORDERS
        async with session.get(url, params={"wait": WAIT}, allow_redirects=False) as response:
            if response.status in NOT_THERE:
                raise NotThere
            if response.status != 200:
                raise OSError(f"HTTP {response.status}")
            body = await response.content.read(MOST_FETCHED + 1)
            while not response.content.at_eof() and len(body) <= MOST_FETCHED:
                body += await response.content.read(MOST_FETCHED)
        return _events(body)

    async def _do(self, event: Event) -> None:
        if event.type is Kind.COMMAND:
            self._on_order(event)
        elif event.type is Kind.VISIT and (page := self._on_visit(event)) is not None:
            session = await self._opened()
            headers = {"Content-Type": MEDIA_TYPE}
            async with (
                asyncio.timeout(SHOWN_WITHIN),
                session.post(
                    self._url, data=page, headers=headers, allow_redirects=False
                ) as response,
            ):
                await response.release()


def _events(body: bytes) -> list[Event]:
    """Read a batch; what is no event of ours is passed over. Raises ValueError for no batch."""
    if len(body) > MOST_FETCHED:
        raise ValueError("more orders than anybody gives")
    try:
        batch = msgspec.json.decode(body, type=list[msgspec.Raw])
    except msgspec.MsgspecError as error:
        raise ValueError(f"no batch of events: {error}") from error
    found = []
    for each in batch:
        try:
            found.append(decode(bytes(each)))
        except NoEvent as error:
            log.warning("uplink", order="not understood", why=str(error))
    return found
