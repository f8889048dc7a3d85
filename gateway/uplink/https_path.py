"""The uplink over HTTPS: each event an idempotent POST, its answer the reply in the body.

A status alone proves nothing: what answers 200 without the reply may be a proxy. What the far end
cannot take at all (400, 413, 415, 422) is refused for good; every other failure is the path's.
What comes down is https_orders.py's.
"""

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from gateway.store.uplink import Parcel
from gateway.uplink.https_orders import MEDIA_TYPE, HttpsOrders
from gateway.uplink.path import PathFailed, Patience
from gateway.wire.uplink.event import Answer, Event, Kind, NoEvent, ReplyData, decode

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession

WINDOW = 8
BEATS_EVERY = 30.0  # seconds
MOST_ANSWERED = 64 << 10  # bytes
REFUSED_FOR_GOOD = frozenset({400, 413, 415, 422})
SHOWN = 200  # characters of what somebody answered


class HttpsSettings(Struct, frozen=True):
    """Where to post, and how both sides prove who they are."""

    url: str
    name: str = "https"
    tls_ca: Path | None = None  # None: the system's
    tls_certificate: Path | None = None
    tls_key: Path | None = None


class HttpsPath:
    """One address as a path. It keeps its connections open and follows no redirect.

    `on_order` hears what the far end asks of us, as often as it asks; `on_visit` gives the bytes of
    the page that is the answer to a visit.
    """

    def __init__(
        self,
        settings: HttpsSettings,
        on_order: Callable[[Event], None] = lambda _: None,
        on_visit: Callable[[Event], bytes | None] = lambda _: None,
    ) -> None:
        self._settings = settings
        self._orders = HttpsOrders(settings.url, self._opened, on_order, on_visit)
        self._session: ClientSession | None = None
        self._written: tuple[int, ...] = ()
        self._beat_at = 0.0

    @property
    def name(self) -> str:
        """Give its name."""
        return self._settings.name

    @property
    def window(self) -> int:
        """Give how many parcels may be on their way."""
        return WINDOW

    @property
    def patience(self) -> Patience:
        """Give how long the far end may take."""
        return Patience()

    async def run(self, on_up: Callable[[], None]) -> None:
        """Keep the connections, and hear what comes down, until cancelled."""
        try:
            await self._orders.run()
            await asyncio.Event().wait()
        finally:
            if self._session is not None:
                await self._session.close()
                self._session = None

    async def deliver(self, parcel: Parcel) -> ReplyData:
        """Post, and read the far end's answer. Raises PathFailed."""
        from aiohttp import ClientError  # noqa: PLC0415  20 MB that a home without it does not need

        try:
            session = await self._opened()
            async with session.post(
                self._settings.url,
                data=parcel.body,
                headers={"Content-Type": MEDIA_TYPE, "Idempotency-Key": parcel.id},
                allow_redirects=False,
            ) as response:
                reply = _answer(parcel, response, await _body(response))
        except (ClientError, OSError, ValueError) as error:
            raise PathFailed(str(error) or type(error).__name__) from error
        self._orders.use()
        return reply

    async def beat(self, parcel: Parcel) -> ReplyData | None:
        """Post a heartbeat now and then: else nobody would notice that the other is gone."""
        now = asyncio.get_running_loop().time()
        if now < self._beat_at:
            return None
        self._beat_at = now + BEATS_EVERY
        return await self.deliver(parcel)

    async def _opened(self) -> "ClientSession":
        from aiohttp import ClientSession, ClientTimeout, TCPConnector  # noqa: PLC0415

        written = _written(self._settings)
        if self._session is not None and written != self._written:
            # A certificate is renewed before it runs out, while the gateway runs.
            session, self._session = self._session, None
            await session.close()
        if self._session is None:
            self._written = written
            # The sender has the deadline; this one is for what it has forgotten.
            connector = TCPConnector(ssl=_context(self._settings), limit=WINDOW + 2)
            self._session = ClientSession(connector=connector, timeout=ClientTimeout(total=60))
        return self._session


async def _body(response: "ClientResponse") -> bytes:
    """Read the answer to its end, or a little more than any answer has."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MOST_ANSWERED:
            break
    return bytes(body)


def _written(settings: HttpsSettings) -> tuple[int, ...]:
    """Give when the files of TLS were written. Raises OSError."""
    files = (settings.tls_ca, settings.tls_certificate, settings.tls_key)
    return tuple(file.stat().st_mtime_ns for file in files if file is not None)


def _context(settings: HttpsSettings) -> ssl.SSLContext:
    """Make ready for TLS. Raises OSError for files that cannot be used."""
    context = ssl.create_default_context(cafile=settings.tls_ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.tls_certificate is not None:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    return context


def _answer(parcel: Parcel, response: "ClientResponse", body: bytes) -> ReplyData:
    reply = _reply(parcel, body)
    if reply is not None and (response.status < 300 or reply.answer is Answer.REJECTED):
        return reply
    said = f"HTTP {response.status}: {body[:SHOWN].decode(errors='replace').strip()}"
    if response.status in REFUSED_FOR_GOOD:
        return ReplyData(parcel.id, Answer.REJECTED, said)
    if response.status < 300:
        raise PathFailed(f"no answer of the far end in {said}")
    raise PathFailed(said)


def _reply(parcel: Parcel, body: bytes) -> ReplyData | None:
    """Read the answer, where it is one, and about this parcel."""
    if len(body) > MOST_ANSWERED:
        return None
    try:
        event = decode(body)
    except NoEvent:
        return None
    if event.type is not Kind.REPLY or not isinstance(event.data, ReplyData):
        return None
    return event.data if event.data.event == parcel.id else None
