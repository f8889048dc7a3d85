"""Overhear what a broker carries, for somebody who looks for devices: a connection for the time.

It is apart from the one that watches the home, so that no flood of strangers holds an alarm up,
nothing comes twice, and no wide subscription outlives us. Nothing that it brings is acknowledged.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from paho.mqtt.client import Client, ConnectFlags
from paho.mqtt.reasoncodes import ReasonCode

from edge.model import Freshness, Moment, Packet
from gateway.sources.mqtt_client import LoopClient
from gateway.sources.mqtt_frames import Published
from gateway.sources.mqtt_settings import MqttSettings

EVERYTHING = "#"
AT_MOST = 2_000  # messages in a second; the rest waits at the broker, or is dropped there
RETRY = timedelta(seconds=2)


class Outcome(Struct, frozen=True):
    """How far a connection came; `why` is what the broker or the network said."""

    is_connected: bool = False
    refused: tuple[str, ...] = ()  # filters
    why: str = ""


class MqttLook:
    """One look. `hear` gets every message, `tell` how it stands whenever that changes.

    The first of `filters` that are not refused are listened to: `wide`, else `narrow`.
    """

    def __init__(
        self,
        settings: MqttSettings,
        narrow: Sequence[str],
        moment: Callable[[], Moment],
        hear: Callable[[Packet], None],
        tell: Callable[[Outcome], None],
        *,
        wide: Sequence[str] = (EVERYTHING,),
        suffix: str = "look",
    ) -> None:
        """Prepare; nothing is opened before `run`."""
        self._settings = replace(
            settings, client_id=f"{settings.client_id}-{suffix}", session_expiry=timedelta(0)
        )
        self._wide, self._narrow = list(wide), list(narrow)
        self._moment, self._tell, self._hear = moment, tell, hear
        self._asked: list[str] = []
        self._refused: list[str] = []
        self._count = 0
        self._client = LoopClient(self._settings, self._heard, is_passing=True)
        self._client.on_connect = self._connected
        self._client.on_subscribe = self._subscribed

    async def run(self) -> None:
        """Overhear until cancelled."""
        try:
            while True:
                self._refused = []
                why = await self._client.stand(self._begin_second)
                self._tell(Outcome(why=why))
                await asyncio.sleep(RETRY.total_seconds())
        finally:
            self._client.drop()

    def _connected(
        self, _client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, _more: Any
    ) -> None:
        if reason.is_failure:
            self._client.refuse(f"the broker refuses us: {reason}")
            return
        self._subscribe(self._wide or self._narrow)

    def _subscribe(self, filters: list[str]) -> None:
        self._asked = filters
        if filters:
            self._client.subscribe([(name, 0) for name in filters])
        else:
            self._tell(Outcome(is_connected=True, refused=tuple(self._refused)))

    def _subscribed(
        self, _client: Client, _data: Any, _number: int, reasons: list[ReasonCode], _more: Any
    ) -> None:
        said = zip(self._asked, reasons, strict=False)
        refused = [name for name, reason in said if reason.is_failure]
        self._refused += refused
        if len(refused) == len(self._asked) and self._asked is self._wide:
            self._subscribe(self._narrow)
        else:
            self._tell(Outcome(is_connected=True, refused=tuple(self._refused)))

    def _heard(self, messages: list[Published]) -> None:
        now = self._moment()
        for message in messages:
            topic = str(message.topic, "utf-8", "backslashreplace")
            freshness = Freshness.RETAINED if message.retained else Freshness.LIVE
            self._hear(Packet(self._settings.name, topic, message.payload, now, freshness))
        self._count += len(messages)
        if self._count >= AT_MOST:
            self._count = 0
            self._client.hold()
            asyncio.get_running_loop().call_later(1.0, self._client.go_on)

    def _begin_second(self) -> None:
        self._count = 0
