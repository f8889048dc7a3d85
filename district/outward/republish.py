"""The feed through a broker of the city: each event published at QoS 1, confirmed one by one.

    <topic>/<gateway>/<kind>     shouhu/feed/yuhua-7/alert

A broker that takes an event for which nobody has subscribed has lost it, and says so in MQTT 5:
that counts as not taken. A receiver with a session that the broker keeps loses nothing.
"""

import asyncio
import contextlib
import json
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from msgspec import Struct
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from district.identity import fresh
from district.outward.receiver import Batch, NotTaken

SLOWEST = 20.0  # seconds for a batch, or to connect
MEDIA_TYPE = "application/cloudevents+json"
NOBODY = 0x10  # "no matching subscribers"


class RepublishSettings(Struct, frozen=True):
    """Which broker, and below which topic."""

    host: str
    port: int = 1883
    topic: str = "shouhu/feed"
    username: str | None = None
    password_file: Path | None = None
    tls_ca: Path | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    tls: bool = False


class Republisher:
    """A receiver behind a broker."""

    def __init__(self, settings: RepublishSettings) -> None:
        self._settings = settings
        self._client: mqtt.Client | None = None
        self._waiting: dict[int, asyncio.Future[ReasonCode]] = {}

    async def take(self, batch: Batch) -> None:
        """Publish a batch, and wait until the broker has confirmed each event. Raises NotTaken."""
        try:
            async with asyncio.timeout(SLOWEST):
                if self._client is None:
                    self._client = await self._connected()
                codes = await self._published(self._client, batch)
        except (OSError, ValueError) as error:  # TimeoutError is one, and so is an SSLError
            await self.close()
            why = f"no answer within {SLOWEST:.0f} s" if isinstance(error, TimeoutError) else error
            raise NotTaken(str(why) or type(error).__name__) from error
        for event, code in zip(batch.events, codes, strict=True):
            topic = _topic(self._settings.topic, event)
            if code.value == NOBODY:
                raise NotTaken(f"nobody has subscribed to {topic} there")
            if code.is_failure:
                raise NotTaken(f"{topic}: {code}", smaller=True)

    async def close(self) -> None:
        """Let go of the connection."""
        client, self._client = self._client, None
        self._waiting.clear()
        if client is not None:
            client.disconnect()
            await asyncio.to_thread(client.loop_stop)

    async def _published(self, client: mqtt.Client, batch: Batch) -> list[ReasonCode]:
        loop, acknowledged = asyncio.get_running_loop(), []
        for event in batch.events:
            told = client.publish(_topic(self._settings.topic, event), event, 1, False, _named())
            if told.rc != mqtt.MQTT_ERR_SUCCESS:
                raise OSError(mqtt.error_string(told.rc))
            # Its answer is told to this loop, and so cannot be there before this line.
            self._waiting[told.mid] = loop.create_future()
            acknowledged.append(self._waiting[told.mid])
        return await asyncio.gather(*acknowledged)

    async def _connected(self) -> mqtt.Client:
        settings, loop = self._settings, asyncio.get_running_loop()
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2, f"shouhu-feed-{fresh()}", protocol=mqtt.MQTTv5
        )
        if settings.username is not None:
            client.username_pw_set(settings.username, _secret(settings.password_file))
        if (context := _context(settings)) is not None:
            client.tls_set_context(context)
        answered: asyncio.Future[ReasonCode] = loop.create_future()
        client.on_connect = _in_loop(loop, lambda code: _settle(answered, code))
        client.on_disconnect = _in_loop(loop, lambda _code: self._lost(client))
        client.on_publish = self._confirmed_in(loop)
        try:
            await asyncio.to_thread(client.connect, settings.host, settings.port, 30)
            client.loop_start()
            code = await answered
        except BaseException:
            await asyncio.to_thread(client.loop_stop)
            raise
        if code.is_failure:
            await asyncio.to_thread(client.loop_stop)
            raise OSError(str(code))
        return client

    def _confirmed_in(self, loop: asyncio.AbstractEventLoop) -> Callable[..., None]:
        def confirmed(_client: object, _data: object, mid: int, code: ReasonCode, *_: Any) -> None:
            _call(loop, lambda: _settle(self._waiting.pop(mid, None), code))

        return confirmed

    def _lost(self, client: mqtt.Client) -> None:
        """Give up what was not confirmed: it is published again, with its batch."""
        if client is self._client:
            waiting, self._waiting = self._waiting, {}
            for each in waiting.values():
                if not each.done():
                    each.set_exception(OSError("the connection to the broker was lost"))


def _in_loop(
    loop: asyncio.AbstractEventLoop, do: Callable[[ReasonCode], None]
) -> Callable[..., None]:
    """Give a callback of paho's network thread that does it in our loop."""

    def called(_client: object, _data: object, _flags: object, code: ReasonCode, *_: Any) -> None:
        _call(loop, lambda: do(code))

    return called


def _call(loop: asyncio.AbstractEventLoop, do: Callable[[], None]) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(do)


def _settle(future: "asyncio.Future[ReasonCode] | None", code: ReasonCode) -> None:
    if future is not None and not future.done():
        future.set_result(code)


def _topic(above: str, event: str) -> str:
    """Give where an event belongs: its gateway, and the last word but one of its type."""
    told = json.loads(event)
    gateway = str(told["source"]).rpartition("/")[2]
    kind = str(told["type"]).split(".")[-2]
    return "/".join((above, *(_word(part) for part in (gateway, kind))))


def _word(text: str) -> str:
    return "".join("_" if each in "+#/\0" else each for each in text) or "_"


def _named() -> Properties:
    found = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    found.ContentType = MEDIA_TYPE
    return found


def _secret(path: Path | None) -> str | None:
    return None if path is None else path.read_text(encoding="utf-8").strip()


def _context(settings: RepublishSettings) -> ssl.SSLContext | None:
    if not (settings.tls or settings.tls_ca or settings.tls_certificate):
        return None
    context = ssl.create_default_context(cafile=settings.tls_ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.tls_certificate is not None:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    return context
