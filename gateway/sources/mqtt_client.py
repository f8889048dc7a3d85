"""Drive paho in the asyncio loop: one connection from dialling to its end, nothing that blocks.

What the messages are, and when they are acknowledged, is left to the source.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from paho.mqtt.client import Client, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from gateway.sources.mqtt_frames import Inflow, MalformedError, Published
from gateway.sources.mqtt_link import Broker, LinkError, Wire, dial
from gateway.sources.mqtt_settings import MqttSettings

if TYPE_CHECKING:
    from paho.mqtt.client import SocketLike

CHUNKS = 64  # reads per wake-up: a flood leaves the loop to others too
PACKET_MOST = 16 << 20  # bytes, announced in MQTT 5


class LoopClient(Client):
    """paho without a thread. `hear` gets the messages, as many at a time as the network gave."""

    def __init__(
        self,
        settings: MqttSettings,
        hear: Callable[[list[Published]], None],
        *,
        is_passing: bool = False,
        takes: Callable[[bytes], bool] = lambda _frame: False,
    ) -> None:
        """Prepare; nothing is opened before `stand`. `is_passing`: the broker keeps no session.

        `takes` is shown each frame that is no message, and says whether it was meant for it: what
        is not, paho is given.
        """
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id=settings.client_id,
            clean_session=None if settings.is_v5 else is_passing,
            protocol=MQTTProtocolVersion.MQTTv5 if settings.is_v5 else MQTTProtocolVersion.MQTTv311,
            # It would also try again, blocking, as MQTT 3.1 where the broker refuses 3.1.1.
            reconnect_on_failure=False,
            manual_ack=True,
        )
        self._settings = settings
        self._hear = hear
        self._takes = takes
        self._wire: Wire | None = None
        self._inflow = Inflow(settings.is_v5)
        self._over: asyncio.Future[None] | None = None
        self._is_writing = False
        self._is_held = False
        self._why = ""
        self.max_queued_messages_set(1000)
        self.on_socket_open = self._opened
        self.on_socket_close = self._closed
        self.on_socket_register_write = self._wants_to_write
        self.on_disconnect = self._disconnected
        keepalive = max(1, round(settings.keepalive.total_seconds()))
        if settings.is_v5:
            self.connect_async(
                settings.host,
                settings.port,
                keepalive,
                clean_start=is_passing,
                properties=_wishes(settings),
            )
        else:
            self.connect_async(settings.host, settings.port, keepalive)

    async def stand(self, each_tick: Callable[[], None]) -> str:
        """Open a connection and stand it until its end; give the reason of the end."""
        loop = asyncio.get_running_loop()
        timeout = self._settings.connect_timeout.total_seconds()
        self._why = ""
        try:
            self._read_password()
            async with asyncio.timeout(2 * timeout):
                self._wire = await dial(_broker(self._settings))
        except TimeoutError:
            return "the broker's address does not answer"
        except LinkError as error:
            return str(error)
        self._over = loop.create_future()
        self._inflow = Inflow(self._settings.is_v5)
        self.reconnect()
        answer_until = loop.time() + timeout
        while not self._over.done():
            await asyncio.wait({self._over}, timeout=self._tick)
            self.loop_misc()
            if not self.is_connected() and loop.time() > answer_until:
                self.drop("what listens there does not answer as an MQTT broker")
            each_tick()
        return self._why

    def refuse(self, why: str) -> None:
        """Note why the connection that is about to end does so."""
        self._why = self._why or why

    def drop(self, why: str = "") -> None:
        """End the connection, politely where it still can be."""
        self.refuse(why)
        self.disconnect()
        self._write()

    def hold(self) -> None:
        """Read no more for now."""
        self._is_held = True
        if self._wire is not None:
            asyncio.get_running_loop().remove_reader(self._wire)

    def go_on(self) -> None:
        """Read, or read again."""
        self._is_held = False
        if self._wire is not None:
            loop = asyncio.get_running_loop()
            loop.add_reader(self._wire, self._read)
            loop.call_soon(self._read)  # TLS may hold bytes back that the loop does not see

    def send_at_once(self, frames: bytes | bytearray) -> None:
        """Send whole frames that paho does not need to know of."""
        if self._wire is not None:
            self._wire.send(frames)
            self._flush()

    # --- opening

    def _read_password(self) -> None:
        # At each attempt: a changed password needs no restart.
        password = None
        path = self._settings.password_file
        if path is not None:
            try:
                password = path.read_text(encoding="utf-8").strip("\r\n")
            except (OSError, ValueError) as error:
                raise LinkError(f"the password file cannot be read: {error}") from error
        self.username_pw_set(self._settings.username, password)

    @property
    def _tick(self) -> float:
        shortest = min(self._settings.keepalive, self._settings.marker_timeout) / 4
        return max(0.05, min(1.0, shortest.total_seconds()))

    def _create_socket(self) -> "SocketLike":
        # paho's own would hold up the loop while it resolves, connects and shakes hands.
        assert self._wire is not None
        return self._wire

    # --- the socket, as paho opens, fills and closes it

    def _opened(self, *_: Any) -> None:
        self.go_on()

    def _closed(self, _client: Client, _data: Any, wire: Any) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(wire)
        loop.remove_writer(wire)
        if wire.fault and self._settings.is_tls and not self.is_connected():
            self.refuse(f"{wire.fault}; perhaps the broker wants another client certificate")
        self.refuse(wire.fault or "")
        self._wire = None

    def _disconnected(
        self, _client: Client, _data: Any, flags: DisconnectFlags, reason: ReasonCode, _more: Any
    ) -> None:
        if flags.is_disconnect_packet_from_server:
            self.refuse(f"the broker ended it: {reason}")
        elif reason == "Keep alive timeout":
            self.refuse("the broker was silent for longer than the keepalive")
        self.refuse(f"the connection was lost: {reason}")
        if self._over is not None and not self._over.done():
            self._over.set_result(None)

    def _wants_to_write(self, *_: Any) -> None:
        asyncio.get_running_loop().call_soon(self._write)

    def _write(self) -> None:
        self.loop_write()
        self._flush()

    def _flush(self) -> None:
        wire = self._wire
        if wire is None:
            return
        loop = asyncio.get_running_loop()
        if not wire.flush():
            loop.add_writer(wire, self._flush)
            self._is_writing = True
        elif self._is_writing:
            loop.remove_writer(wire)
            self._is_writing = False
        if wire.fault is not None:
            # Later: paho may be in the middle of a callback, and would wait for itself.
            loop.call_soon(self.loop_read)

    def _read(self) -> None:
        """Take in all that is readable now."""
        for _ in range(CHUNKS):
            data = None if self._wire is None or self._is_held else self._wire.read()
            if data is None:
                return
            self._take(data)
        asyncio.get_running_loop().call_soon(self._read)

    def _take(self, data: bytes) -> None:
        try:
            frames = self._inflow.take(data)
        except MalformedError as error:
            self.drop(str(error))
            return
        messages: list[Published] = []
        for frame in frames:
            if isinstance(frame, Published):
                messages.append(frame)
                continue
            if messages:
                self._hear(messages)
                messages = []
            if self._wire is not None and not self._takes(frame):
                self._wire.give(frame)
                self.loop_read()
        if messages and self._wire is not None:
            self._hear(messages)
        if not data:
            self.loop_read()  # paho sees the end


def _wishes(settings: MqttSettings) -> Properties:
    # No Topic Alias Maximum: without one the broker may not shorten topics (MQTT 5, 3.1.2.11.5).
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = round(settings.session_expiry.total_seconds())
    properties.ReceiveMaximum = settings.receive_maximum
    properties.MaximumPacketSize = PACKET_MOST
    return properties


def _broker(settings: MqttSettings) -> Broker:
    return Broker(
        settings.host,
        settings.port,
        settings.is_tls,
        settings.tls_ca,
        settings.tls_certificate,
        settings.tls_key,
        settings.connect_timeout.total_seconds(),
    )
