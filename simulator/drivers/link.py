"""Brings messages to a real MQTT broker: at a chosen speed, or in lock-step with a drill gateway.

What the messages say is decided elsewhere; here is only when they go, and that none overtakes.
"""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from simulator.devices import Sent
from simulator.replay import Message

CLOCK_SET = "shouhu/clock/set"
CLOCK_DONE = "shouhu/clock/done"
UNDERWAY_AT_MOST = 200  # published and not yet taken by the broker
LONGEST_STEP = timedelta(minutes=10)
ASK_AGAIN = 1.0  # seconds without an answer


class LinkFailed(Exception):
    """The broker, or the gateway behind it, did not answer in time."""


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is and how to be let in."""

    host: str = "127.0.0.1"
    port: int = 1883
    username: str | None = None
    password_file: Path | None = None
    tls_ca: Path | None = None
    client_id: str = ""
    patience: float = 20.0  # seconds to wait for any one answer


class Link:
    """One connection that publishes in order, at least once, with a bounded number underway."""

    def __init__(self, address: BrokerAddress, is_there: Callable[[], bool] = lambda: True) -> None:
        """Take the broker's address, and who says whether a gateway is there to be waited for."""
        self._address = address
        self._is_there = is_there
        self._room = threading.BoundedSemaphore(UNDERWAY_AT_MOST)
        self._connected = threading.Event()
        self._stepped = threading.Condition()
        self._refusal = "no answer"
        self._done = 0
        self._step = 0
        self._now: datetime | None = None
        self._client = self._new_client()

    def __enter__(self) -> Self:
        """Connect, or raise LinkFailed."""
        address = self._address
        try:
            self._client.connect(address.host, address.port)
        except OSError as error:
            raise LinkFailed(f"no broker at {address.host}:{address.port}: {error}") from error
        self._client.loop_start()
        if not self._connected.wait(address.patience):
            self._client.loop_stop()
            raise LinkFailed(f"broker at {address.host}:{address.port}: {self._refusal}")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave when everything has gone out, at once after an error."""
        if kind is None:
            for _ in range(UNDERWAY_AT_MOST):
                self._room.acquire(timeout=self._address.patience)
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Hand one message to the broker with QoS 1; wait while too many are underway."""
        if not self._room.acquire(timeout=self._address.patience):
            raise LinkFailed("the broker takes no more messages")
        self._client.publish(topic, payload, qos=1, retain=retain)

    def send(self, sent: Sent) -> bool:
        """Publish what a device sends; the broker hears it."""
        self.publish(sent.address, sent.payload)
        return True

    def step(self, now: datetime) -> None:
        """Set the drill gateway's clock and wait until it has done everything due by then.

        Asked again each second: a gateway that is still connecting hears no orders.
        Raises LinkFailed after the address's patience, at once where the gateway has ended.
        """
        self._step += 1
        self._now = now
        order = json.dumps({"now": now.astimezone(UTC).isoformat(), "step": self._step}).encode()
        deadline = time.monotonic() + self._address.patience
        while time.monotonic() < deadline and self._is_there():
            self.publish(CLOCK_SET, order)
            with self._stepped:
                if self._stepped.wait_for(lambda: self._done >= self._step, ASK_AGAIN):
                    return
        raise LinkFailed(f"the gateway did not report step {self._step} done")

    def walk(self, until: datetime) -> None:
        """Step to a moment by strides no longer than LONGEST_STEP."""
        while self._now is not None and until - self._now > LONGEST_STEP:
            self.step(self._now + LONGEST_STEP)
        self.step(until)

    def _new_client(self) -> Client:
        address = self._address
        client = Client(
            CallbackAPIVersion.VERSION2, address.client_id, protocol=MQTTProtocolVersion.MQTTv311
        )
        if address.username is not None:
            password = address.password_file.read_text().strip() if address.password_file else None
            client.username_pw_set(address.username, password)
        if address.tls_ca is not None:
            client.tls_set(str(address.tls_ca))
        client.on_socket_open = _without_delay
        client.on_connect = self._on_connect
        client.on_publish = self._on_taken
        client.message_callback_add(CLOCK_DONE, self._on_done)
        return client

    def _on_connect(self, client: Client, _data: Any, _flags: Any, code: Any, _more: Any) -> None:
        if code.is_failure:
            self._refusal = str(code)
            return
        client.subscribe(CLOCK_DONE, qos=1)
        self._connected.set()

    def _on_taken(self, client: Client, *_: Any) -> None:
        self._room.release()
        _answer_at_once(client.socket())

    def _on_done(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        with self._stepped:
            self._done = max(self._done, int(json.loads(message.payload)["step"]))
            self._stepped.notify_all()


def _without_delay(_client: Client, _data: Any, sock: Any) -> None:
    """Let no small packet wait for the answer to the one before: it would cost 40 ms a step."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _answer_at_once(sock: Any) -> None:
    """Confirm now what has arrived; a broker with Nagle's algorithm waits for it, 40 ms a step."""
    if sock is not None and hasattr(socket, "TCP_QUICKACK"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def play(link: Link, messages: Iterable[Message], speed: float) -> int:
    """Publish each message when its turn comes, `speed` times faster than life; give the count.

    The gateway keeps its own clock: for gateways that are no drill, and for drills at speed 1.
    """
    began, first, count = time.monotonic(), None, 0
    for message in messages:
        first = first or message.at
        due = began + (message.at - first).total_seconds() / speed
        time.sleep(max(0.0, due - time.monotonic()))
        link.publish(message.topic, message.payload)
        count += 1
    return count


def play_in_step(link: Link, messages: Iterable[Message]) -> int:
    """Publish as fast as a drill gateway follows, its clock led from minute to minute."""
    minute, count = None, 0
    for message in messages:
        its_minute = message.at.replace(second=0, microsecond=0)
        if minute is None or its_minute > minute:
            minute = its_minute
            link.walk(minute)
        link.publish(message.topic, message.payload)
        count += 1
    if minute is not None:
        link.walk(minute + timedelta(minutes=1))
    return count
