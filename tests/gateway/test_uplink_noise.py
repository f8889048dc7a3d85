"""Far ends that talk nonsense, hang or break off: a clear outcome, and the next try goes well."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from aiohttp import web

from gateway.store.uplink import Parcel
from gateway.uplink.gbt_path import GbtPath, GbtSettings
from gateway.uplink.path import PathFailed
from gateway.wire.gbt26875.frame import Command, Frame, Stream, encode
from gateway.wire.uplink import event as wire
from gateway.wire.uplink.event import Answer, Kind
from tests.broker import Broker, Certificates
from tests.far_end import FarEnd
from tests.gateway.test_uplink_event import alert_data
from tests.gateway.test_uplink_https import accepts, delivered
from tests.gateway.test_uplink_mqtt import GATEWAY, answered, path, play
from tests.gateway.test_uplink_mqtt import parcel as mqtt_parcel

AT = datetime(2026, 3, 2, tzinfo=UTC)
TEN_MB = 10 << 20
Reply = Callable[[Frame, asyncio.StreamWriter], Awaitable[None]]


def parcel() -> Parcel:
    made = wire.Event("c1", "/gateways/gw-7", Kind.ALERT, AT, alert_data())
    return Parcel("c1", "wang", 0, AT, wire.encode(made))


def told_to(reply: Reply) -> list[Frame]:
    """Deliver one alert to a centre that replies so until it is accepted; give what it heard."""
    heard: list[Frame] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream = Stream()
        while chunk := await reader.read(4096):
            for frame in stream.feed(chunk):
                if isinstance(frame, Frame) and frame.command is Command.SEND:
                    heard.append(frame)
                    await reply(frame, writer)

    async def whole() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        settings = GbtSettings("127.0.0.1", server.sockets[0].getsockname()[1], 889, 88_888)
        on = GbtPath(settings, lambda: AT, lambda _: None)
        running = asyncio.create_task(on.run(lambda: None))
        try:
            async with asyncio.timeout(30):
                while await outcome(on) is not Answer.ACCEPTED:  # noqa: ASYNC110  it may be down
                    await asyncio.sleep(0.02)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            server.close()

    asyncio.run(whole())
    return heard


async def outcome(on: GbtPath) -> Answer | None:
    try:
        return (await on.deliver(parcel())).answer
    except PathFailed:
        return None


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.wire.gbt26875.session.TIMEOUT", 0.1)
    monkeypatch.setattr("gateway.uplink.gbt_path.RETRIES", (0.02, 0.05))


def confirmed(frame: Frame) -> bytes:
    return encode(frame.answered(Command.CONFIRM, AT))


@pytest.mark.usefixtures("_impatient")
def test_a_confirmation_with_a_bad_checksum_is_none_and_the_frame_goes_again() -> None:
    seen: list[int] = []

    async def reply(frame: Frame, writer: asyncio.StreamWriter) -> None:
        seen.append(frame.serial)
        right = confirmed(frame)
        wrong = right[:-3] + bytes([right[-3] ^ 0xFF]) + right[-2:]
        writer.write(wrong if len(seen) == 1 else right)

    heard = told_to(reply)
    assert [frame.serial for frame in heard] == [0, 0]
    assert heard[0].data == heard[1].data


@pytest.mark.usefixtures("_impatient")
def test_a_centre_that_hangs_is_left_after_four_tries_and_tried_again() -> None:
    seen: list[int] = []

    async def reply(frame: Frame, writer: asyncio.StreamWriter) -> None:
        seen.append(frame.serial)
        if len(seen) > 4:
            writer.write(confirmed(frame))

    assert [frame.serial for frame in told_to(reply)] == [0, 0, 0, 0, 1]


@pytest.mark.usefixtures("_impatient")
def test_a_centre_that_breaks_off_in_the_middle_of_its_answer_is_connected_to_again() -> None:
    seen: list[int] = []

    async def reply(frame: Frame, writer: asyncio.StreamWriter) -> None:
        seen.append(frame.serial)
        answer = confirmed(frame)
        if len(seen) > 1:
            writer.write(answer)
            return
        writer.write(answer[: len(answer) // 2])
        await writer.drain()
        writer.close()

    assert len(told_to(reply)) == 2


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("shape", ["random", "beginnings", "frames"])
def test_ten_megabytes_of_noise_before_the_answer_are_read_past(shape: str) -> None:
    chance = random.Random(7)
    noise = {
        "random": chance.randbytes(TEN_MB),
        "beginnings": b"@@" * (1 << 19),
        "frames": confirmed(Frame(9, Command.CONFIRM, AT, 88_888, 889)) * (TEN_MB // 30),
    }[shape]
    seen: list[int] = []

    async def reply(frame: Frame, writer: asyncio.StreamWriter) -> None:
        seen.append(frame.serial)
        if len(seen) == 1:
            writer.write(noise)
        writer.write(confirmed(frame))

    assert told_to(reply)


def test_an_https_far_end_that_hangs_is_given_up_and_answers_the_next_time(
    certificates: Certificates,
) -> None:
    asked: list[bytes] = []

    async def hangs_once(request: web.Request) -> web.Response:
        asked.append(await request.read())
        if len(asked) == 1:
            await asyncio.sleep(60)
        return await accepts(request)

    with pytest.raises(TimeoutError):
        delivered(certificates, hangs_once, seconds=0.5)
    [reply] = delivered(certificates, hangs_once)
    assert reply.answer is Answer.ACCEPTED
    assert asked[0] == asked[1]


def test_ten_megabytes_from_the_district_are_no_order_and_hinder_none(broker: Broker) -> None:
    far_end = FarEnd(broker.port)
    orders: list[wire.Event] = []
    on = path(broker.port, orders)

    async def story() -> None:
        assert await answered(on, mqtt_parcel("a")) is Answer.ACCEPTED
        for noise in (b"{" * TEN_MB, b'{"id":"' + b"x" * TEN_MB + b'"}'):
            await asyncio.to_thread(broker.publish, f"shouhu/v1/{GATEWAY}/down", noise)
        assert await answered(on, mqtt_parcel("b")) is Answer.ACCEPTED

    play(on, story)
    far_end.stop()
    assert orders == []
