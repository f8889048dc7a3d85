"""The MQTT source at work in a test: it listens, keeps what it hears, and acknowledges."""

import asyncio
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import TracebackType

from msgspec.structs import replace

from edge.model import Freshness, Moment, Packet
from gateway.sources.mqtt import MqttSettings, MqttSource
from tests import waiting
from tests.broker import Broker

QUICK = timedelta(milliseconds=100)


def settings(broker: Broker, **wishes: object) -> MqttSettings:
    """Give settings for this broker that lose no time on retries."""
    base = MqttSettings(
        broker.host,
        broker.port,
        client_id=f"shouhu-{uuid.uuid4().hex[:8]}",
        retry_first=QUICK,
        retry_most=2 * QUICK,
    )
    return replace(base, **wishes)


def moment() -> Moment:
    """Give the present."""
    return Moment(datetime.now(UTC), time.monotonic())


class Ear:
    """Use it as an async context manager."""

    def __init__(self, settings: MqttSettings, *filters: str, acknowledges: bool = True) -> None:
        self.packets: list[Packet] = []
        self.batches: list[int] = []
        self.states: list[tuple[bool, str]] = []
        self.source = MqttSource(settings, filters, moment, self._tell)
        self._acknowledges = acknowledges
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Ear":
        self._tasks = [asyncio.create_task(self.source.run()), asyncio.create_task(self._listen())]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await waiting.end(self._tasks)

    @property
    def hears(self) -> bool:
        """Say whether the source says that it hears."""
        return bool(self.states) and self.states[-1][0]

    @property
    def said(self) -> str:
        """Give all that the source said of its state."""
        return "\n".join(detail for _, detail in self.states)

    def texts(self) -> list[str]:
        """Give the payloads that came."""
        return [packet.payload.decode() for packet in self.packets]

    def freshness(self, text: str) -> list[Freshness]:
        """Say how the messages with this payload were marked."""
        return [packet.freshness for packet in self.packets if packet.payload == text.encode()]

    async def until(self, that: Callable[[], bool], seconds: float = 15) -> None:
        """Wait until something is so; raise AssertionError past the deadline."""
        await waiting.until(
            *(that, seconds, self._tasks),
            said=lambda: f"{self.states[-5:]=} {len(self.packets)=}",
        )

    async def listening(self) -> None:
        """Wait until the source hears."""
        await self.until(lambda: self.hears)

    async def heard(self, *texts: str) -> None:
        """Wait until each of these payloads came."""
        await self.until(lambda: set(texts) <= set(self.texts()))

    async def _listen(self) -> None:
        async for batch in self.source.batches():
            self.packets += batch
            self.batches.append(len(batch))
            if self._acknowledges:
                self.source.acknowledge(batch)

    def _tell(self, hears: bool, detail: str) -> None:
        self.states.append((hears, detail))
