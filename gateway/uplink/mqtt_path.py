"""The uplink over MQTT: events up, answers and orders down, a last will that says when we are gone.

    shouhu/v1/GATEWAY/up       events, QoS 1
    shouhu/v1/GATEWAY/down     answers (reply) and orders (command), QoS 1
    shouhu/v1/GATEWAY/state    online or offline, retained; the broker says offline in our stead
    shouhu/v1/GATEWAY/beat     heartbeats, QoS 0
    shouhu/v1/GATEWAY/page     what is to be shown behind a link, QoS 0: whoever visits asks again

That the broker has an event proves nothing: only the far end's own answer counts.
"""

import asyncio
import random
from collections.abc import Callable
from typing import Any

from paho.mqtt.client import Client, ConnectFlags
from paho.mqtt.reasoncodes import ReasonCode

from gateway.sources.mqtt_client import LoopClient
from gateway.sources.mqtt_frames import Published
from gateway.sources.mqtt_settings import MqttSettings
from gateway.store.uplink import Parcel
from gateway.uplink.path import PathFailed, Patience
from gateway.wire.uplink.event import Event, Kind, NoEvent, ReplyData, decode

ONLINE, OFFLINE = b"online", b"offline"
PUBACK = b"\x40\x02"
WINDOW = 20  # as many as paho has on their way before it queues


class MqttPath:
    """One broker as a path. `on_order` hears what the far end asks of us, as often as it asks;
    `on_visit` gives the bytes of the page that is the answer to a visit.

    `beat` gives the bytes of a heartbeat, sent at once and every `beats_every` seconds.
    """

    def __init__(
        self,
        settings: MqttSettings,
        gateway: str,
        on_order: Callable[[Event], None],
        beat: Callable[[], bytes],
        *,
        on_visit: Callable[[Event], bytes | None] = lambda _: None,
        beats_every: float = 30.0,
    ) -> None:
        self._settings = settings
        self._top = f"shouhu/v1/{gateway}"
        self._on_order = on_order
        self._on_visit = on_visit
        self._beat = beat
        self._beats_every = beats_every
        self._beat_at = 0.0
        self._answers: dict[str, asyncio.Future[ReplyData]] = {}
        self._is_heard = False
        self._why = "not connected yet"
        self._on_up: Callable[[], None] = lambda: None
        self._was_tried = asyncio.Event()
        self._client = LoopClient(settings, self._hear, is_passing=True)
        self._client.will_set(f"{self._top}/state", OFFLINE, qos=1, retain=True)
        self._client.on_connect = self._connected
        self._client.on_subscribe = self._subscribed

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
        """Connect, again and again, until cancelled; then say that we are gone."""
        self._on_up = on_up
        first = self._settings.retry_first.total_seconds()
        most = self._settings.retry_most.total_seconds()
        delay = first
        try:
            while True:
                self._why = await self._client.stand(self._tick) or "the connection ended"
                if self._is_heard:
                    delay = first
                self._lose()
                self._was_tried.set()
                await asyncio.sleep(delay * random.uniform(0.5, 1.0))
                delay = min(delay * 2, most)
        finally:
            # After an orderly end the broker does not say it for us.
            self._client.publish(f"{self._top}/state", OFFLINE, qos=0, retain=True)
            self._client.drop()
            self._lose()

    async def deliver(self, parcel: Parcel) -> ReplyData:
        """Publish, and wait for the far end's answer. Raises PathFailed."""
        await self._was_tried.wait()
        if not self._is_heard:
            raise PathFailed(self._why)
        answer: asyncio.Future[ReplyData] = asyncio.get_running_loop().create_future()
        self._answers[parcel.id] = answer
        try:
            self._client.publish(f"{self._top}/up", parcel.body, qos=1)
            return await answer
        finally:
            if self._answers.get(parcel.id) is answer:
                del self._answers[parcel.id]

    async def beat(self, parcel: Parcel) -> ReplyData | None:
        """Say whether the broker is there; the heartbeats have a topic of their own."""
        if self._was_tried.is_set() and not self._is_heard:
            raise PathFailed(self._why)
        return None

    # -- what comes down

    def _hear(self, messages: list[Published]) -> None:
        for message in messages:
            if message.number:
                self._client.send_at_once(PUBACK + message.number.to_bytes(2, "big"))
            try:
                event = decode(message.payload)
            except NoEvent:
                continue
            if event.type is Kind.REPLY and isinstance(event.data, ReplyData):
                answer = self._answers.get(event.data.event)
                if answer is not None and not answer.done():
                    answer.set_result(event.data)
            elif event.type is Kind.COMMAND and not message.retained:
                self._on_order(event)
            elif event.type is Kind.VISIT and not message.retained:
                self._show(self._on_visit(event))

    def _show(self, page: bytes | None) -> None:
        if page is not None:
            self._client.publish(f"{self._top}/page", page, qos=0)

    # -- the connection

    def _connected(
        self, client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, _more: Any
    ) -> None:
        if reason.is_failure:
            self._client.refuse(f"the broker refuses us: {reason}")
            return
        client.subscribe(f"{self._top}/down", qos=1)

    def _subscribed(
        self, _client: Client, _data: Any, _number: int, reasons: list[ReasonCode], _more: Any
    ) -> None:
        if any(reason.is_failure for reason in reasons):
            self._client.drop(f"the broker refuses the subscription to {self._top}/down")
            return
        self._is_heard = True
        self._was_tried.set()
        self._beat_at = 0.0
        self._client.publish(f"{self._top}/state", ONLINE, qos=1, retain=True)
        self._tick()
        self._on_up()

    def _tick(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._is_heard and now >= self._beat_at:
            self._beat_at = now + self._beats_every
            self._client.publish(f"{self._top}/beat", self._beat(), qos=0)

    def _lose(self) -> None:
        self._is_heard = False
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(PathFailed(self._why))
        self._answers = {}
