"""Many gateways in one process: real connections with a last will, heartbeats and events.

Each is one TCP connection that speaks MQTT 5 in bytes of its own, as bare as can be, so that what
is measured is the district. An event counts when the district's own reply is there; without one it
is sent again after ten seconds. What was sent, and when, is written down at the end.
"""

import argparse
import asyncio
import os
import random
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from bench.machine import cpu_seconds
from district.identity import derived
from edge.model import Rule, State
from gateway.sources.mqtt_frames import Inflow, Published
from gateway.wire.uplink.event import (
    AlertData,
    CapSeverity,
    Category,
    Certainty,
    Event,
    HealthData,
    HeartbeatData,
    Information,
    Kind,
    MessageType,
    ReplyData,
    Status,
    Urgency,
    cap_time,
    decode,
    encode,
)

BEAT = 30.0  # seconds
CONNECTS = 400  # a second
SMOKE_EVERY = 150  # of so many events one is an emergency
HOME = "home"  # as each gateway calls the only home that it watches
WORDS = (Information("zh", "厨房烟雾报警", "厨房有烟，请立即联系住户。"),)


class Result(Struct):
    """What one run of homes came to."""

    sent: int
    repeated: int
    unanswered: int
    rejected: int
    began: float  # Unix time of the first event
    reply_ms: list[float]
    replied: list[float]  # Unix time of each reply
    alarms: dict[str, float]  # incident -> Unix time at which its smoke was sent
    connections: int
    lost_connections: int
    cpu_s: float


class Waiting(Struct):
    """An event on its way."""

    home: int
    body: bytes
    first: float
    last: float


class Home(asyncio.Protocol):
    """One gateway's connection."""

    def __init__(self, number: int, street: "Street") -> None:
        self.number = number
        self.name = f"g{number}"
        self._street = street
        self._inflow = Inflow(has_properties=True)
        self._packet = 0
        self.transport: asyncio.Transport | None = None
        self.is_heard = False
        self.fault = ""  # the alert that stands about one of its sensors
        self.sequence = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say who we are, and what the broker is to say when we are gone."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        state = _text(f"shouhu/v1/{self.name}/state")
        flags = 0x02 | 0x04 | 0x08 | 0x20  # clean start, will, will QoS 1, will retained
        body = _text("MQTT") + bytes([5, flags]) + (60).to_bytes(2, "big") + b"\0"
        body += _text(self.name) + b"\0" + state + _text("offline")
        transport.write(_packet(0x10, body))

    def connection_lost(self, error: Exception | None) -> None:
        """Count it: no connection is to end before the measurement."""
        self.is_heard = False
        self._street.lost += 1

    def data_received(self, data: bytes) -> None:
        """Read what the broker sends."""
        for frame in self._inflow.take(data):
            if isinstance(frame, Published):
                self._write(_packet(0x40, frame.number.to_bytes(2, "big")) if frame.number else b"")
                self._street.answered(frame.payload)
            elif frame[0] >> 4 == 2:  # CONNACK
                topic = _text(f"shouhu/v1/{self.name}/down")
                self._write(_packet(0x82, b"\0\1\0" + topic + b"\1"))
            elif frame[0] >> 4 == 9:  # SUBACK
                self.publish("state", b"online", qos=1, retain=True)
                self.is_heard = True

    def publish(self, what: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> None:
        """Send one message."""
        body = _text(f"shouhu/v1/{self.name}/{what}")
        if qos:
            self._packet = self._packet % 65535 + 1
            body += self._packet.to_bytes(2, "big")
        self._write(_packet(0x30 | qos << 1 | retain, body + b"\0" + payload))

    def ping(self) -> None:
        """Say that we are there."""
        self._write(b"\xc0\0")

    def _write(self, data: bytes) -> None:
        if self.transport is not None and data:
            self.transport.write(data)


class Street:
    """All of them, and what is on its way."""

    def __init__(self, gateways: int) -> None:
        self.homes = [Home(number, self) for number in range(gateways)]
        self.waiting: dict[str, Waiting] = {}
        self.result = Result(0, 0, 0, 0, 0.0, [], [], {}, 0, 0, 0.0)
        self.lost = 0
        self._burning: list[tuple[Home, str]] = []

    async def connect(self, port: int) -> None:
        """Connect all, and wait until each is heard."""
        loop = asyncio.get_running_loop()
        for home in self.homes:
            await loop.create_connection(lambda home=home: home, "127.0.0.1", port)
            await asyncio.sleep(1 / CONNECTS)
        while not all(home.is_heard for home in self.homes):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        self.result.connections = len(self.homes)

    async def beat(self) -> None:
        """Let every home say that it lives, each at its own moment of the half minute."""
        began, count = time.monotonic(), len(self.homes)
        done = 0
        while True:
            due = int((time.monotonic() - began) / BEAT * count)
            for number in range(done, due):
                home = self.homes[number % count]
                if not home.is_heard:
                    continue
                now = datetime.now(UTC)
                data = HeartbeatData(now, f"boot-{home.number}", int(BEAT), 0, 0)
                event = Event(f"b{number}", f"/gateways/{home.name}", Kind.HEARTBEAT, now, data)
                home.publish("beat", encode(event))
            done = due
            await asyncio.sleep(0.05)

    async def send(self, rate: float, seconds: float) -> None:
        """Send so many events a second."""
        self.result.began = time.time()
        began, done = time.monotonic(), 0
        while (age := time.monotonic() - began) < seconds:
            due = int(age * rate)
            for number in range(done, due):
                self._send(number)
            done = due
            await asyncio.sleep(0.01)

    def _send(self, number: int) -> None:
        home = random.choice(self.homes)
        if number % SMOKE_EVERY == SMOKE_EVERY // 2:
            self._burning.append((home, f"smoke{number}"))
            sent = self._alert(home, f"smoke{number}", Rule.SMOKE, State.RAISED)
            self.result.alarms[derived(derived(home.name, HOME), f"smoke{number}")] = sent
        elif number % SMOKE_EVERY == 0 and self._burning:
            self._alert(*self._burning.pop(0), Rule.SMOKE, State.RESOLVED)
        elif number % 3 == 0:
            state = State.RESOLVED if home.fault else State.RAISED
            fault, home.fault = (home.fault, "") if home.fault else (f"f{number}",) * 2
            self._alert(home, fault, Rule.SILENT, state)
        else:
            health = HealthData(datetime.now(UTC), "1.0", "boot", 1, (), {}, 0, 9000, True)
            self._event(home, Kind.HEALTH, health)

    def _alert(self, home: Home, alert: str, rule: Rule, state: State) -> float:
        now = cap_time(datetime.now(UTC), UTC)
        is_fire, is_over = rule is Rule.SMOKE, state is State.RESOLVED
        data = AlertData(
            identifier=f"{alert}-{state}",
            incident=alert,
            sender=home.name,
            sent=now,
            status=Status.ACTUAL,
            msgType=MessageType.CANCEL if is_over else MessageType.ALERT,
            scope="Private",
            addresses="district",
            category=Category.FIRE if is_fire else Category.SAFETY,
            severity=CapSeverity.EXTREME if is_fire else CapSeverity.MODERATE,
            urgency=Urgency.PAST if is_over else Urgency.IMMEDIATE,
            certainty=Certainty.OBSERVED,
            onset=now,
            household=HOME,
            rule=rule,
            subject="kitchen-smoke",
            room="kitchen",
            state=state,
            info=WORDS,
            because={"device": "kitchen-smoke"},
        )
        return self._event(home, Kind.ALERT, data)

    def _event(self, home: Home, kind: Kind, data: Struct) -> float:
        self.result.sent += 1
        home.sequence += 1
        name, source = f"e{home.sequence}-{home.number}", f"/gateways/{home.name}"
        event = Event(
            name, source, kind, datetime.now(UTC), data, epoch="e1", sequence=home.sequence
        )
        body, now = encode(event), time.time()
        self.waiting[name] = Waiting(home.number, body, now, now)
        home.publish("up", body, qos=1)
        return now

    def answered(self, payload: bytes) -> None:
        """Hear what the district says; only its own reply settles an event."""
        data = decode(payload).data
        if not isinstance(data, ReplyData):
            return
        waiting = self.waiting.pop(data.event, None)
        if waiting is not None:
            now = time.time()
            self.result.reply_ms.append((now - waiting.first) * 1e3)
            self.result.replied.append(now)
            self.result.rejected += data.answer == "rejected"

    async def watch(self, again: float) -> None:
        """Send again what has no answer; keep the connections."""
        ticks = 0
        while True:
            await asyncio.sleep(1)
            ticks += 1
            now = time.time()
            for waiting in list(self.waiting.values()):
                if now - waiting.last >= again:
                    waiting.last = now
                    self.result.repeated += 1
                    self.homes[waiting.home].publish("up", waiting.body, qos=1)
            if ticks % 20 == 0:
                for home in self.homes:
                    home.ping()


async def run(arguments: argparse.Namespace) -> Result:
    """Live for so long; give what it came to."""
    street = Street(arguments.gateways)
    async with asyncio.TaskGroup() as tasks:
        always = [
            tasks.create_task(street.beat()),
            tasks.create_task(street.watch(arguments.again)),
        ]
        await street.connect(arguments.port)
        await asyncio.sleep(arguments.settle)
        before = cpu_seconds(os.getpid())
        print("sending", flush=True)
        await street.send(arguments.rate, arguments.seconds)
        street.result.cpu_s = cpu_seconds(os.getpid()) - before
        deadline = time.monotonic() + arguments.wait
        while street.waiting and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        street.result.unanswered = len(street.waiting)
        street.result.lost_connections = street.lost
        for each in always:
            each.cancel()
    return street.result


def _text(text: str) -> bytes:
    body = text.encode()
    return len(body).to_bytes(2, "big") + body


def _packet(head: int, body: bytes) -> bytes:
    size, length = len(body), bytearray()
    while True:
        size, low = size >> 7, size & 0x7F
        length.append(low | (0x80 if size else 0))
        if not size:
            return bytes([head]) + bytes(length) + body


def main() -> None:
    """Run, and write the result as JSON into the file that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--gateways", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=300)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--again", type=float, default=10)
    parser.add_argument("--settle", type=float, default=3)
    parser.add_argument("--wait", type=float, default=60)
    arguments = parser.parse_args()
    result = asyncio.run(run(arguments))
    arguments.file.write_bytes(msgspec.json.encode(result))


if __name__ == "__main__":
    main()
