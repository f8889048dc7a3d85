"""The line to the broker: aiomqtt's client, with acknowledgement when we say so.

A message that is not acknowledged is still the broker's: it gives us no more than so many of them
(MQTT 5, receive maximum), and may give them to another worker when we are gone.
"""

import ssl
from collections import OrderedDict
from datetime import timedelta
from pathlib import Path

import aiomqtt
from msgspec import Struct
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from district.identity import fresh

UNACKNOWLEDGED = 200  # messages: as many as two transactions hold
KEEPALIVE = 15  # seconds; a worker that hangs is left by the broker after one and a half
PATIENCE = 10.0  # seconds for an answer of the broker


class BrokerSettings(Struct, frozen=True):
    """Which broker the gateways speak to."""

    host: str
    port: int = 1883
    username: str | None = None
    password_file: Path | None = None
    tls_ca: Path | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    tls: bool = False


class Line(aiomqtt.Client):
    """One connection. Its session ends with it: what it left, others take, or gateways repeat."""

    def __init__(self, settings: BrokerSettings) -> None:
        """Prepare. Raises OSError for a file that cannot be read."""
        password = None
        if settings.password_file is not None:
            password = settings.password_file.read_text().strip()
        wishes = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        wishes.ReceiveMaximum = UNACKNOWLEDGED
        super().__init__(
            settings.host,
            settings.port,
            username=settings.username,
            password=password,
            identifier=f"shouhu-intake-{fresh()}",
            protocol=aiomqtt.ProtocolVersion.V5,
            clean_start=True,
            keepalive=KEEPALIVE,
            timeout=PATIENCE,
            properties=wishes,
            tls_context=_context(settings),
        )
        self._client.manual_ack_set(True)
        self._unacknowledged: OrderedDict[int, bool] = OrderedDict()  # done, by packet

    def arrived(self, message: aiomqtt.Message) -> None:
        """Note a message in the order of arrival, in which they are acknowledged (MQTT 5, 4.6)."""
        if message.qos:
            self._unacknowledged[message.mid] = False

    def acknowledge(self, message: aiomqtt.Message) -> None:
        """Tell the broker that a message is safe, as soon as all before it are."""
        if message.mid in self._unacknowledged:
            self._unacknowledged[message.mid] = True
        while self._unacknowledged:
            first = next(iter(self._unacknowledged))
            if not self._unacknowledged[first]:
                break
            del self._unacknowledged[first]
            self._client.ack(first, 1)

    def post(self, topic: str, payload: bytes, lasts: timedelta | None = None) -> None:
        """Publish with QoS 1 and do not wait: what is lost is asked for again.

        For whoever is away the broker keeps it for as long as it `lasts`, so that what is sent
        again and again does not heap up there.
        """
        wishes = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        if lasts is not None:
            wishes.MessageExpiryInterval = max(1, round(lasts.total_seconds()))
        self._client.publish(topic, payload, qos=1, properties=wishes)

    async def send(self, topic: str, payload: bytes) -> None:
        """Publish with QoS 0: what would come late had better not come."""
        self._client.publish(topic, payload, qos=0)


def _context(settings: BrokerSettings) -> ssl.SSLContext | None:
    if not (settings.tls or settings.tls_ca or settings.tls_certificate):
        return None
    context = ssl.create_default_context(cafile=settings.tls_ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.tls_certificate is not None:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    return context
