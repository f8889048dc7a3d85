"""Hear the sensors over MQTT: packets in batches, acknowledged when the caller says so.

What a packet means is left to the decoder, what a loss of the broker means to the household.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.reasoncodes import ReasonCode

from edge.model import Delivery, Freshness, Moment, Packet
from gateway.sources.mqtt_client import LoopClient
from gateway.sources.mqtt_frames import Published, publish_frame
from gateway.sources.mqtt_posts import Answered, Posts
from gateway.sources.mqtt_session import Marker, SessionMemory
from gateway.sources.mqtt_settings import MqttSettings, MqttVersion, is_filter

__all__ = ["MqttSettings", "MqttSource", "MqttVersion", "is_filter"]

AHEAD = 5_000  # packets: while so many wait for the caller, the network waits
WINDOW_311 = 20  # messages that brokers leave unacknowledged where the client cannot say
PUBACK = b"\x40\x02"
MARKER_NUMBER = 0xFFFF  # paho counts its own from 1


class MqttSource:
    """The broker as a source, for ever: one asyncio loop, no thread of paho's.

    `on_state(hears, detail)` is called at each change and each failed attempt, with what is wrong.
    Every packet of a batch must be acknowledged, as the very object that was given: the broker
    sends only so many more, and acknowledgements go out in the order of arrival.
    """

    def __init__(
        self,
        settings: MqttSettings,
        subscriptions: Sequence[str],
        moment: Callable[[], Moment],
        on_state: Callable[[bool, str], None],
    ) -> None:
        """Prepare; nothing is opened before `run`. Raises ValueError for what MQTT cannot say."""
        self._settings = settings
        self._moment = moment
        self._on_state = on_state
        self._marker_topic = settings.marker_topic or f"shouhu/marker/{settings.client_id}"
        self._filters = list(dict.fromkeys([*subscriptions, self._marker_topic]))
        _check(self._filters)
        self._memory = SessionMemory(settings.client_id, settings.session_file)
        self._marker = Marker(settings.marker_timeout.total_seconds())
        self._window = settings.receive_maximum if settings.is_v5 else WINDOW_311
        self._connected_at: float | None = None
        self._asked: dict[int, list[str]] = {}  # subscriptions that the broker has not answered
        self._refused: dict[str, str] = {}
        self._hears = False
        self._notes: dict[str, str] = {}
        self._arrived: list[Packet] = []
        self._wake = asyncio.Event()
        self._is_held = False
        self._unacknowledged: dict[int, Packet | None] = {}  # None: waits for those before it
        self._posts = Posts(self._send_post, is_v5=settings.is_v5)
        self._client = LoopClient(settings, self._hear, takes=self._posts.take)
        self._client.on_connect = self._connected
        self._client.on_subscribe = self._subscribed
        self._client.on_message = self._heard_exactly_once

    # --- what the daemon uses

    async def run(self) -> None:
        """Connect, again and again, until cancelled; then disconnect, but keep the session."""
        loop = asyncio.get_running_loop()
        first = self._settings.retry_first.total_seconds()
        most = self._settings.retry_most.total_seconds()
        delay = first
        try:
            while True:
                self._begin()
                why = await self._client.stand(self._look_for_marker)
                self._marker.end()
                self._posts.lose()
                self._hears = False
                self._on_state(False, why)
                if self._connected_at is not None and loop.time() - self._connected_at > most:
                    delay = first
                await asyncio.sleep(delay * random.uniform(0.5, 1.0))  # not all homes at once
                delay = min(delay * 2, most)
        finally:
            self._client.drop()

    async def batches(self) -> AsyncIterator[list[Packet]]:
        """Give all that has come since the last time, whenever something has."""
        while True:
            while not self._arrived:
                self._wake.clear()
                await self._wake.wait()
            batch, self._arrived = self._arrived, []
            if self._is_held:
                self._is_held = False
                self._client.go_on()
            yield batch

    def acknowledge(self, packets: Sequence[Packet]) -> None:
        """Tell the broker that these are safe. Those of an earlier connection are passed over."""
        waiting = self._unacknowledged
        for packet in packets:
            delivery = packet.delivery
            if delivery is not None and waiting.get(delivery.packet) is packet:
                waiting[delivery.packet] = None
        self._release()

    def publish(self, topic: str, payload: bytes, qos: int = 0, retain: bool = False) -> bool:
        """Send; without a connection, which False says, QoS 0 is dropped and QoS 1 waits."""
        self._client.publish(topic, payload, qos, retain)
        return self._client.is_connected()

    def post(self, topic: str, payload: bytes, answered: Answered) -> bool:
        """Send with QoS 1, now or not at all; `answered` hears what became of it.

        Without a connection, which False says, nothing is sent and nothing is answered.
        """
        if not self._client.is_connected():
            return False
        self._posts.post(topic, payload, answered)
        return True

    def want(self, subscriptions: Sequence[str]) -> None:
        """Hear these from now on, and no others. Raises ValueError for what MQTT cannot say."""
        wanted = list(dict.fromkeys([*subscriptions, self._marker_topic]))
        _check(wanted)
        known = set(self._filters)
        fresh = [name for name in wanted if name not in known]
        if wanted == self._filters:
            return
        self._filters = wanted
        if not self._client.is_connected():
            return
        gone = self._memory.begin(wanted, resumed=True)
        self._note("session", self._memory.fault)
        if gone:
            self._client.unsubscribe(gone)
            self._refused = {name: why for name, why in self._refused.items() if name in wanted}
        if fresh:
            self._subscribe(fresh)
        else:
            self._judge()

    @property
    def refused(self) -> tuple[str, ...]:
        """Give the filters that the broker has refused on this connection."""
        return tuple(self._refused)

    # --- messages

    def _hear(self, messages: list[Published]) -> None:
        """Mark what came, and lay it out for the caller."""
        now, source, session = self._moment(), self._settings.name, self._memory.name
        for message in messages:
            # Brokers refuse topics that are not UTF-8; one that does not must not stop us.
            topic = str(message.topic, "utf-8", "backslashreplace")
            if topic == self._marker_topic:
                self._meet_marker(message)
                continue
            freshness = Freshness.RETAINED if message.retained else self._marker.freshness
            if not message.number:
                self._arrived.append(Packet(source, topic, message.payload, now, freshness))
                continue
            delivery = Delivery(session, message.number, message.redelivered)
            packet = Packet(source, topic, message.payload, now, freshness, delivery)
            self._unacknowledged[message.number] = packet
            self._arrived.append(packet)
        if len(self._unacknowledged) >= self._window:
            self._marker.more_is_queued(asyncio.get_running_loop().time())
        if self._arrived:
            self._wake.set()
        if len(self._arrived) >= AHEAD:
            self._is_held = True
            self._client.hold()

    def _release(self) -> None:
        """Acknowledge all that is safe and has nothing unsafe before it (MQTT 5, 4.6)."""
        safe = []
        for number, packet in self._unacknowledged.items():
            if packet is not None:
                break
            safe.append(number)
        for number in safe:
            del self._unacknowledged[number]
        if safe:
            self._client.send_at_once(b"".join(PUBACK + n.to_bytes(2, "big") for n in safe))

    def _heard_exactly_once(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        # We ask for QoS 1: only a subscription that others left in the session brings QoS 2.
        # That cannot wait for the caller: the broker was already told that we have it.
        self._client.ack(message.mid, message.qos)
        try:
            topic = message.topic.encode()
        except UnicodeDecodeError as error:
            topic = error.object
        self._hear([Published(topic, bytes(message.payload), 0, message.dup, message.retain)])

    # --- the session

    def _begin(self) -> None:
        self._connected_at = None
        self._unacknowledged = {}
        self._notes = {}
        self._asked, self._refused = {}, {}

    def _connected(
        self, _client: Client, _data: Any, flags: ConnectFlags, reason: ReasonCode, _more: Any
    ) -> None:
        if reason.is_failure:
            self._client.refuse(f"the broker refuses us: {reason}")
            return
        now = asyncio.get_running_loop().time()
        self._connected_at = now
        left_over = self._memory.begin(self._filters, flags.session_present)
        self._note("session", self._memory.fault)
        if left_over:
            self._client.unsubscribe(left_over)
        self._subscribe(self._filters)
        self._marker.begin(flags.session_present, now)

    def _subscribe(self, filters: list[str]) -> None:
        _, number = self._client.subscribe([(name, 1) for name in filters])
        if number is not None:
            self._asked[number] = filters

    def _subscribed(
        self, _client: Client, _data: Any, number: int, reasons: list[ReasonCode], _more: Any
    ) -> None:
        for name, reason in zip(self._asked.pop(number, []), reasons, strict=False):
            if reason.is_failure:
                self._refused[name] = str(reason)
        self._judge()
        self._send_marker()

    def _judge(self) -> None:
        """Say whether anything of what is wanted can be heard, and what cannot."""
        said = ", ".join(f"{name} ({why})" for name, why in self._refused.items())
        self._notes.pop("subscriptions", None)
        if said:
            self._note("subscriptions", f"the broker refuses the subscription to {said}")
        wanted = [name for name in self._filters if name != self._marker_topic]
        self._hears = not wanted or any(name not in self._refused for name in wanted)
        self._tell()

    # --- the marker

    def _send_marker(self) -> None:
        token = self._marker.token()
        if token is not None:
            # Past paho, which would send it again on the next connection.
            frame = publish_frame(self._marker_topic, token, MARKER_NUMBER, self._settings.is_v5)
            asyncio.get_running_loop().call_soon(self._client.send_at_once, frame)

    def _meet_marker(self, message: Published) -> None:
        self._marker.met(message.payload)
        if message.number:
            self._unacknowledged[message.number] = None
            self._release()

    def _send_post(self, frame: bytes) -> None:
        self._client.send_at_once(frame)

    def _look_for_marker(self) -> None:
        if self._marker.has_failed(asyncio.get_running_loop().time()):
            self._note(
                "marker",
                f"our marker on {self._marker_topic} did not come back: what came since the "
                "connection counts as buffered; let the broker's ACL allow us that topic",
            )
            self._tell()

    # --- telling

    def _note(self, about: str, detail: str) -> None:
        if detail:
            self._notes[about] = detail

    def _tell(self) -> None:
        self._on_state(self._hears, "; ".join(self._notes.values()))


def _check(filters: Sequence[str]) -> None:
    for name in filters:
        if not is_filter(name):
            raise ValueError(f"{name!r} is no MQTT topic filter; right would be home/+/state")
