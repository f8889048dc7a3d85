"""The uplink to a fire monitoring centre: confirmed, resent, denied, cut off, and asked itself."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from msgspec import structs

from edge.model import Rule
from gateway.store.uplink import Parcel
from gateway.uplink.gbt_path import OURS, SENSOR, GbtPath, GbtSettings, address_of
from gateway.uplink.path import PathFailed
from gateway.wire.gbt26875.frame import Command, Frame, Stream, encode
from gateway.wire.gbt26875.objects import Asked, PartBits, PartState, SelfState, Type, read
from gateway.wire.uplink import event as wire
from gateway.wire.uplink.event import (
    AlertData,
    Answer,
    Category,
    HealthData,
    Kind,
    MessageType,
    Status,
    SummaryData,
)
from tests.gateway.test_uplink_event import alert_data

AT = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
GATEWAY, CENTRE = 889, 88_888
MOST = 10.0


class Centre:
    """A monitoring centre on a port of the loopback; `says` is how it answers a frame."""

    def __init__(self) -> None:
        self.heard: list[Frame] = []
        self.connections = 0
        self.reached = 0  # how often a path was told that it is there
        self.says: Command | None = Command.CONFIRM
        self.port = 0
        self._server: asyncio.Server | None = None
        self._writers: list[asyncio.StreamWriter] = []

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    def is_reached(self) -> None:
        self.reached += 1

    def write(self, data: bytes) -> None:
        self._writers[-1].write(data)

    @property
    def parts(self) -> list[PartState]:
        found = [read(frame.data) for frame in self.heard if frame.command is Command.SEND]
        return [each for one in found if isinstance(one, list) for each in one
                if isinstance(each, PartState)]  # fmt: skip

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.append(writer)
        stream = Stream()
        while chunk := await reader.read(4096):
            for frame in stream.feed(chunk):
                assert isinstance(frame, Frame)
                self.heard.append(frame)
                if frame.command is Command.SEND and self.says is not None:
                    writer.write(encode(frame.answered(self.says, AT)))


Story = Callable[[Centre, GbtPath, list[Asked]], Awaitable[None]]


def play(story: Story) -> None:
    async def whole() -> None:
        centre, asked = Centre(), list[Asked]()
        await centre.open()
        settings = GbtSettings("127.0.0.1", centre.port, GATEWAY, CENTRE)
        path = GbtPath(settings, lambda: AT, asked.append)
        running = asyncio.create_task(path.run(centre.is_reached))
        try:
            async with asyncio.timeout(20):
                await until(lambda: centre.connections == 1)
                await story(centre, path, asked)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            centre.close()

    asyncio.run(whole())


async def until(that: Callable[[], bool]) -> None:
    async with asyncio.timeout(MOST):
        while not that():  # noqa: ASYNC110  what it waits for knows of no event
            await asyncio.sleep(0.01)


def parcel(data: object, kind: Kind = Kind.ALERT) -> Parcel:
    made = wire.Event("c1", "/gateways/gw-7", kind, AT, data)  # type: ignore[arg-type]
    return Parcel("c1", "wang", 0, AT, wire.encode(made))


async def answer(path: GbtPath, data: object, kind: Kind = Kind.ALERT) -> Answer:
    async with asyncio.timeout(MOST):
        while True:
            try:
                return (await path.deliver(parcel(data, kind))).answer
            except PathFailed:
                await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("change", "bits"),
    [
        ({}, PartBits.NORMAL | PartBits.FIRE),
        ({"msgType": MessageType.CANCEL}, PartBits.NORMAL),
        ({"status": Status.EXERCISE}, PartBits.FIRE),
        ({"category": Category.INFRASTRUCTURE}, PartBits.NORMAL | PartBits.FAULT),
    ],
    ids=["fire", "restored", "drill", "fault"],
)
def test_smoke_is_a_component_on_fire_and_a_drill_is_never_one(
    change: dict[str, object], bits: PartBits
) -> None:
    async def story(centre: Centre, path: GbtPath, _: list[Asked]) -> None:
        assert await answer(path, alert_data(**change)) is Answer.ACCEPTED
        [part] = centre.parts
        assert part.state == bits
        assert (part.system_type, part.part_type) == (1, 40)
        assert part.part_address == address_of("wang", "kitchen_smoke")
        assert part.text == f"厨房烟雾报警 #{alert_data().incident[:4]}"

    play(story)


def test_what_the_standard_has_no_component_for_goes_as_agreed() -> None:
    async def story(centre: Centre, path: GbtPath, _: list[Asked]) -> None:
        silent: AlertData = structs.replace(alert_data(), rule=Rule.SILENT, subject="hall_motion")
        await answer(path, silent)
        await answer(path, structs.replace(silent, rule=Rule.INACTIVITY, subject="wang"))
        sensor, home = centre.parts
        assert (sensor.system_type, sensor.part_type) == (OURS, SENSOR)
        assert home.part_address == address_of("wang", "")

    play(story)


def test_how_the_gateway_stands_goes_up_and_can_be_read_again() -> None:
    async def story(centre: Centre, path: GbtPath, _: list[Asked]) -> None:
        health = HealthData(AT, "1.0", "b", 1, (), {"silent": 1}, 0, 900, clock_trusted=True)
        assert await answer(path, health, Kind.HEALTH) is Answer.ACCEPTED
        request = Frame(5, Command.REQUEST, AT, CENTRE, GATEWAY, bytes((81, 1, 0)))
        centre.write(encode(request))
        await until(lambda: any(frame.command is Command.REPLY for frame in centre.heard))
        [reply] = [frame for frame in centre.heard if frame.command is Command.REPLY]
        [state] = read(reply.data) or []  # type: ignore[misc]
        assert isinstance(state, SelfState) and state.at == AT

    play(story)


def test_what_it_cannot_say_is_refused_and_not_pretended() -> None:
    async def story(_: Centre, path: GbtPath, __: list[Asked]) -> None:
        summary = SummaryData("wang", "2026-03-01", "Asia/Shanghai", "1" * 48)
        assert await answer(path, summary, Kind.SUMMARY) is Answer.REJECTED

    play(story)


def test_a_denial_is_the_centres_last_word_on_it() -> None:
    async def story(centre: Centre, path: GbtPath, _: list[Asked]) -> None:
        centre.says = Command.DENY
        assert await answer(path, alert_data()) is Answer.REJECTED

    play(story)


def test_a_connection_that_breaks_fails_what_is_open_and_the_next_one_goes_on_counting() -> None:
    async def story(centre: Centre, path: GbtPath, _: list[Asked]) -> None:
        await answer(path, alert_data())
        centre.says = None
        waiting = asyncio.create_task(path.deliver(parcel(alert_data())))
        await until(lambda: len(centre.heard) == 2)
        centre.close()
        with pytest.raises(PathFailed):
            await waiting
        centre.says = Command.CONFIRM
        await centre.open()
        assert await answer(path, alert_data()) is Answer.ACCEPTED
        assert [frame.serial for frame in centre.heard] == [0, 1, 2]

    play(story)


def test_a_duty_check_is_confirmed_handed_on_once_and_shows_that_the_centre_is_there() -> None:
    async def story(centre: Centre, path: GbtPath, asked: list[Asked]) -> None:
        check = encode(Frame(7, Command.CONTROL, AT, CENTRE, GATEWAY, bytes((91, 1, 10))))
        centre.write(b"@@ noise" + check + check)
        await until(lambda: len(centre.heard) == 2)
        assert [each.type for each in asked] == [Type.DUTY_CHECK]
        assert centre.reached == 2  # when it was connected, and by its own word
        assert await answer(path, alert_data()) is Answer.ACCEPTED

    play(story)


def test_an_alarm_of_a_clock_that_was_never_set_goes_up_all_the_same() -> None:
    async def story(centre: Centre, path: GbtPath, _: list[Asked]) -> None:
        unset = structs.replace(alert_data(), onset="1970-01-01T08:00:41+08:00")
        assert await answer(path, unset) is Answer.ACCEPTED
        assert centre.parts[-1].at == datetime(1999, 12, 31, 16, tzinfo=UTC)

    play(story)


def test_an_event_that_cannot_be_read_any_more_holds_up_no_other() -> None:
    async def story(_: Centre, path: GbtPath, _asked: list[Asked]) -> None:
        damaged = Parcel("c0", "wang", 0, AT, b"{")
        assert (await path.deliver(damaged)).answer is Answer.REJECTED
        assert await answer(path, alert_data()) is Answer.ACCEPTED

    play(story)
