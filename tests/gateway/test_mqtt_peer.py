"""Peers that no broker ought to be: wrong bytes, refused subscriptions, silence, black holes."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from msgspec.structs import replace

from gateway.sources.mqtt import MqttSettings, MqttVersion
from gateway.sources.mqtt_frames import publish_frame
from tests.gateway.ear import QUICK, Ear

CONNACK_V5 = b"\x20\x03\x00\x00\x00"
SUBACK_V5 = b"\x90\x05\x00\x01\x00\x01\x01"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def read_frame(reader: asyncio.StreamReader) -> bytes:
    """Read one short frame."""
    head = await reader.readexactly(2)
    return head + await reader.readexactly(head[1])


@asynccontextmanager
async def peer(serve: Serve, **wishes: object) -> AsyncIterator[MqttSettings]:
    """Serve each connection so, and give the settings to reach it."""

    async def each(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(each, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = MqttSettings(
        "127.0.0.1", port, connect_timeout=3 * QUICK, retry_first=QUICK / 5, retry_most=QUICK / 2
    )
    yield replace(settings, **wishes)
    server.close()


def broker_that(*answers: bytes, suback: bytes = SUBACK_V5) -> Serve:
    """Be a broker that sends these bytes once the subscription stands, and then only reads."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_frame(reader)
        writer.write(CONNACK_V5)
        subscribe = await read_frame(reader)
        writer.write(suback[:2] + subscribe[2:4] + suback[4:] + b"".join(answers))
        while await reader.read(100):
            pass

    return serve


async def test_a_topic_that_is_not_utf_8_is_passed_on_readably() -> None:
    frame = b"\x32\x09\x00\x02\xff\xfe\x00\x05\x00ok"
    async with peer(broker_that(frame)) as settings, Ear(settings, "home/#") as ear:
        await ear.heard("ok")
    assert ear.packets[0].address == r"\xff\xfe"


@pytest.mark.parametrize("topic", ["\x01", "a" * 60_000, "😀/\u202e", "//", " ", "$SYS/x"])
async def test_an_odd_topic_is_passed_on_as_it_is(topic: str) -> None:
    frames = b""
    for number in (1, 2):
        name = topic.encode()
        body = len(name).to_bytes(2, "big") + name + number.to_bytes(2, "big") + b"\0ok"
        low, middle, high = len(body) & 127, len(body) >> 7 & 127, len(body) >> 14
        frames += bytes([0x32, low | 128, middle | 128, high]) + body
    async with peer(broker_that(frames)) as settings, Ear(settings, "home/#") as ear:
        await ear.until(lambda: len(ear.packets) == 2)
    assert [packet.address for packet in ear.packets] == [topic, topic]


async def test_a_topic_alias_that_was_not_allowed_has_no_address_and_stops_nothing() -> None:
    alias = b"\x03\x23\x00\x01"
    named = b"\x00\x04home\x00\x05" + alias + b"named"
    short = b"\x00\x00\x00\x06" + alias + b"short"
    frames = bytes([0x32, len(named)]) + named + bytes([0x32, len(short)]) + short
    async with peer(broker_that(frames)) as settings, Ear(settings, "home/#") as ear:
        await ear.heard("named", "short")
    assert [packet.address for packet in ear.packets] == ["home", ""]


async def test_a_refused_subscription_is_said_and_the_others_are_heard() -> None:
    suback = b"\x90\x06\x00\x01\x00\x87\x01\x01"
    answer = publish_frame("home/door", b"open", 9, has_properties=True)
    serve = broker_that(answer, suback=suback)
    async with peer(serve) as settings, Ear(settings, "secret/#", "home/#") as ear:
        await ear.heard("open")
    assert ear.states[0] == (
        True,
        "the broker refuses the subscription to secret/# (Not authorized)",
    )
    assert ear.source.refused == ("secret/#",)


async def test_where_every_subscription_is_refused_nothing_is_heard() -> None:
    serve = broker_that(suback=b"\x90\x05\x00\x01\x00\x87\x01")
    async with peer(serve) as settings, Ear(settings, "home/#") as ear:
        await ear.until(lambda: bool(ear.states))
        assert ear.states[0][0] is False


@pytest.mark.parametrize("version", list(MqttVersion))
async def test_noise_instead_of_mqtt_is_refused_and_tried_again(version: MqttVersion) -> None:
    chance = random.Random(3)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_frame(reader)
        if chance.random() < 0.5:
            writer.write(CONNACK_V5 if version is MqttVersion.V5 else b"\x20\x02\x00\x00")
        writer.write(chance.randbytes(40))

    async with peer(serve, version=version) as settings, Ear(settings, "home/#") as ear:
        await ear.until(lambda: len(ear.states) >= 30)
    assert not ear.hears


async def test_a_peer_that_takes_the_call_and_says_nothing_is_left() -> None:
    async def serve(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with peer(serve) as settings, Ear(settings, "home/#") as ear:
        await ear.until(lambda: len(ear.states) >= 2)
    assert "does not answer" in ear.said


async def test_a_black_hole_holds_up_nothing() -> None:
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(0)
        port = hole.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        settings = MqttSettings("127.0.0.1", port, connect_timeout=5 * QUICK, retry_first=QUICK)
        longest, before = 0.0, asyncio.get_running_loop().time()
        async with Ear(settings, "home/#") as ear:
            while len(ear.states) < 2:
                await asyncio.sleep(0.01)
                now = asyncio.get_running_loop().time()
                longest, before = max(longest, now - before), now
        for filler in fillers:
            filler.close()
    assert "timed out" in ear.said
    assert longest < 0.4


async def test_a_name_that_nobody_resolves_is_said() -> None:
    settings = MqttSettings("broker.invalid", 1883, connect_timeout=timedelta(seconds=5))
    async with Ear(settings, "home/#") as ear:
        await ear.until(lambda: bool(ear.states), 30)
    assert not ear.hears
