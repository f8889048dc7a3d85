"""Gateways and intake workers over a real broker, for tests."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiomqtt

from district.intake.mqtt import BrokerSettings, MqttIntake
from district.live import Live
from gateway.wire.uplink.event import Event, ReplyData, decode, encode
from tests.broker import Broker
from tests.district.world import World

DEADLINE = 20.0


@asynccontextmanager
async def workers(
    world: World, broker: Broker, count: int = 1, settings: BrokerSettings | None = None
) -> AsyncIterator[list[MqttIntake]]:
    live = Live(world.database)
    settings = settings or BrokerSettings(broker.host, broker.port)
    made = [MqttIntake(settings, world.database, live, lambda: world.now) for _ in range(count)]
    heard = [asyncio.Event() for _ in made]
    runs = (each.run(event.set) for each, event in zip(made, heard, strict=True))
    tasks = [asyncio.create_task(run) for run in runs]
    try:
        async with asyncio.timeout(DEADLINE):
            for event in heard:
                await event.wait()
        yield made
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def until(that: "Callable[[], object | Awaitable[object]]") -> None:
    """Wait until something holds; raise TimeoutError past the deadline."""
    async with asyncio.timeout(DEADLINE):
        while True:
            found = that()
            if await found if isinstance(found, Awaitable) else found:
                return
            await asyncio.sleep(0.02)


class Gateway:
    """Our side of one gateway: it sends, again until it is answered, and hears orders."""

    def __init__(self, client: aiomqtt.Client, name: str = "g1") -> None:
        self._client = client
        self.name = name
        self.replies: dict[str, ReplyData] = {}
        self.orders: list[Event] = []
        self.kept: list[int | None] = []  # for how many seconds the broker would keep each order
        self.heard = asyncio.Event()

    async def hear(self) -> None:
        async for message in self._client.messages:
            assert isinstance(message.payload, bytes)
            event = decode(message.payload)
            if isinstance(event.data, ReplyData):
                self.replies[event.data.event] = event.data
            else:
                self.orders.append(event)
                self.kept.append(getattr(message.properties, "MessageExpiryInterval", None))
            self.heard.set()

    async def send(self, event: Event) -> ReplyData:
        async with asyncio.timeout(DEADLINE):
            while event.id not in self.replies:
                await self.publish("up", encode(event), qos=1)
                self.heard.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(1):
                        while event.id not in self.replies:
                            await self.heard.wait()
                            self.heard.clear()
        return self.replies[event.id]

    async def publish(self, what: str, payload: bytes, **more: object) -> None:
        await self._client.publish(f"shouhu/v1/{self.name}/{what}", payload, **more)  # type: ignore[arg-type]


@asynccontextmanager
async def gateway(
    broker: Broker, name: str = "g1", password: str | None = None
) -> AsyncIterator[Gateway]:
    will = aiomqtt.Will(f"shouhu/v1/{name}/state", b"offline", qos=1, retain=True)
    async with aiomqtt.Client(
        broker.host,
        broker.port,
        username=None if password is None else name,
        password=password,
        will=will,
        protocol=aiomqtt.ProtocolVersion.V5,
    ) as client:
        await client.subscribe(f"shouhu/v1/{name}/down", qos=1)
        made = Gateway(client, name)
        hearing = asyncio.create_task(made.hear())
        await made.publish("state", b"online", qos=1, retain=True)
        try:
            yield made
        finally:
            hearing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await hearing
