"""A transmitter that speaks GB/T 26875.3 only: the gateway's own path, against the district."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from district.intake.alerts import Taken
from district.intake.gbt import GbtIntake, GbtSettings
from district.intake.taking import Intake, rejected
from district.live import Live
from district.schema import gateways, incidents
from edge.model import Rule, State
from gateway.store.uplink import Parcel
from gateway.uplink.gbt_path import GbtPath
from gateway.uplink.gbt_path import GbtSettings as PathSettings
from gateway.wire.gbt26875.frame import Command, Frame, Stream, encode
from gateway.wire.gbt26875.objects import PartBits, PartState, part_states
from gateway.wire.uplink.event import Answer, Event, MessageType
from gateway.wire.uplink.event import encode as encoded
from tests.district.world import NOON, World, happened, smoke

OURS, THEIRS = 0x079, 0x15B38


@asynccontextmanager
async def centre(world: World, intake: Intake | None = None) -> AsyncIterator[int]:
    settings = GbtSettings(port=0, address=THEIRS, gateways={OURS: "g1"})
    made = GbtIntake(settings, world.database, Live(world.database), lambda: world.now)
    if intake is not None:
        made._intake = intake
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(made.run(ready.set_result))
    try:
        yield await ready
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


@asynccontextmanager
async def transmitter(port: int, ours: int = OURS) -> AsyncIterator[GbtPath]:
    path = GbtPath(PathSettings("127.0.0.1", port, ours, THEIRS), lambda: NOON, lambda _: None)
    up = asyncio.Event()
    running = asyncio.create_task(path.run(up.set))
    async with asyncio.timeout(10):
        await up.wait()
    try:
        yield path
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def parcel(alert: str = "a1", state: State = State.RAISED) -> Parcel:
    kind = MessageType.ALERT if state is State.RAISED else MessageType.CANCEL
    event = happened(smoke(alert, state, msgType=kind), f"{alert}-{state}")
    return Parcel(event.id, "wang", 0, NOON, encoded(event))


async def test_smoke_over_the_fire_protocol_opens_an_emergency(world: World) -> None:
    async with centre(world) as port, transmitter(port) as path:
        assert (await path.deliver(parcel())).answer is Answer.ACCEPTED
    incident = await world.incident()
    assert (incident.rule, incident.rank, incident.status) == (Rule.SMOKE, 0, "Actual")
    assert {row.id: row.is_online for row in await world.rows(gateways)}["g1"]


async def test_what_is_said_again_after_a_new_connection_is_one_incident(world: World) -> None:
    async with centre(world) as port:
        for _ in range(2):
            async with transmitter(port) as path:
                await path.deliver(parcel())
    assert len(await world.story()) == 1


async def test_a_component_that_is_restored_ends_it_and_a_new_fire_is_another_one(
    world: World,
) -> None:
    async with centre(world) as port, transmitter(port) as path:
        for each in (parcel(), parcel(state=State.RESOLVED), parcel("b2")):
            assert (await path.deliver(each)).answer is Answer.ACCEPTED
    states = sorted(row.home_state for row in await world.rows(incidents))
    assert states == [State.RAISED, State.RESOLVED]


async def test_a_transmitter_that_nobody_registered_is_denied(world: World) -> None:
    async with centre(world) as port, transmitter(port, ours=0x999) as path:
        assert (await path.deliver(parcel())).answer is Answer.REJECTED
    assert await world.rows(incidents) == []


async def answer_to(port: int, frame: bytes) -> Command:
    """Send one frame and give what it is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(frame)
    stream = Stream()
    async with asyncio.timeout(20):
        while not (found := stream.feed(await reader.read(4096))):
            pass
    writer.close()
    (answer,) = found
    assert isinstance(answer, Frame)
    return answer.command


FIRE = PartState(1, 0, 40, 9, PartBits.NORMAL | PartBits.FIRE, "厨房烟感", NOON)


async def test_what_can_never_be_kept_is_not_confirmed(world: World) -> None:
    class Refusing(Intake):
        async def take(self, gateway: str, event: Event, body: bytes, now: datetime) -> Taken:
            return rejected(event, "it cannot be kept")

    frame = encode(Frame(5, Command.SEND, NOON, OURS, THEIRS, part_states([FIRE])))
    async with centre(world, Refusing(world.database)) as port:
        assert await answer_to(port, frame) is Command.DENY


async def test_fire_is_fire_by_a_clock_that_shows_no_time_at_all(world: World) -> None:
    frame = bytearray(encode(Frame(5, Command.SEND, NOON, OURS, THEIRS, part_states([FIRE]))))
    frame[6:12] = frame[-9:-3] = bytes(6)  # sent, and the component's own
    frame[-3] = sum(frame[2:-3]) & 0xFF
    async with centre(world) as port:
        assert await answer_to(port, bytes(frame)) is Command.CONFIRM
    assert (await world.incident()).rank == 0


async def test_noise_and_bad_checksums_are_denied_and_the_next_frame_is_taken(
    world: World,
) -> None:
    noise = random.Random(7).randbytes(1 << 20)
    part = PartState(1, 0, 40, 9, PartBits.NORMAL | PartBits.FIRE, "厨房烟感 #a1b2", NOON)
    good = encode(Frame(5, Command.SEND, NOON, OURS, THEIRS, part_states([part])))
    bad = bytearray(good)
    bad[40] ^= 1
    async with centre(world) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(noise + bytes(bad) + good)
        stream, found = Stream(), []
        async with asyncio.timeout(20):
            while Command.CONFIRM not in found:
                for each in stream.feed(await reader.read(4096)):
                    assert isinstance(each, Frame)
                    if each.serial == 5:
                        found.append(each.command)
        writer.close()
    assert found == [Command.DENY, Command.CONFIRM]
    assert (await world.incident()).told["zh"][0] == "厨房烟感"
