"""Overhearing a broker for whoever looks for devices, beside the session that watches the home."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from msgspec.structs import replace

from edge.model import Freshness, Packet
from gateway.sources.mqtt_frames import publish_frame
from gateway.sources.mqtt_look import AT_MOST, MqttLook, Outcome
from gateway.sources.mqtt_settings import MqttSettings
from tests.broker import Broker, StartBroker
from tests.gateway.ear import moment, settings
from tests.gateway.test_mqtt_peer import CONNACK_V5, peer, read_frame


class Looked:
    """What one look brought."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self.outcomes: list[Outcome] = []

    async def until(self, that: Callable[[], bool], seconds: float = 8) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + seconds
        while not that():
            assert time.monotonic() < deadline, self.outcomes
            await asyncio.sleep(0.01)

    @property
    def said(self) -> list[bytes]:
        """Give what was heard, in order."""
        return [packet.payload for packet in self.packets]


@asynccontextmanager
async def looking(settings: MqttSettings, narrow: Sequence[str] = ()) -> AsyncIterator[Looked]:
    """Look at a broker for a while."""
    looked = Looked()
    look = MqttLook(settings, narrow, moment, looked.packets.append, looked.outcomes.append)
    task = asyncio.create_task(look.run())
    try:
        yield looked
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_all_that_a_broker_carries_is_overheard_and_what_it_had_kept_is_marked(
    broker: Broker,
) -> None:
    broker.publish("any/where", "kept", retain=True)
    async with looking(settings(broker)) as looked:
        await looked.until(lambda: bool(looked.packets))
        broker.publish("else/where", "live")
        await looked.until(lambda: len(looked.packets) == 2)
    assert looked.outcomes == [Outcome(is_connected=True)]
    told = [(packet.address, packet.freshness) for packet in looked.packets]
    assert told == [("any/where", Freshness.RETAINED), ("else/where", Freshness.LIVE)]


async def test_a_flood_is_taken_a_part_at_a_time_and_the_rest_of_the_gateway_goes_on(
    broker: Broker,
) -> None:
    broker.publish_all([(f"t/{n}", "x", 0, True) for n in range(AT_MOST + 500)])
    async with looking(settings(broker)) as looked:
        await looked.until(lambda: len(looked.packets) >= AT_MOST)
        first = len(looked.packets)
        await looked.until(lambda: len(looked.packets) == AT_MOST + 500)
    assert first < AT_MOST + 500


async def test_a_broker_that_lets_us_listen_to_a_part_only_is_asked_for_the_bridges() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_frame(reader)
        writer.write(CONNACK_V5)
        wide = await read_frame(reader)
        writer.write(b"\x90\x04" + wide[2:4] + b"\x00\x87")
        narrow = await read_frame(reader)
        writer.write(b"\x90\x05" + narrow[2:4] + b"\x00\x00\x87")
        writer.write(publish_frame("a/door", b"open", 9, has_properties=True))
        while await reader.read(100):
            pass

    async with peer(serve) as reached, looking(reached, ["a/#", "b/#"]) as looked:
        await looked.until(lambda: bool(looked.packets))
    assert looked.outcomes == [Outcome(is_connected=True, refused=("#", "b/#"))]
    assert looked.said == [b"open"]


async def test_a_broker_that_does_not_take_us_is_told(start_broker: StartBroker) -> None:
    broker = start_broker(users={"shouhu": "right", "device": "d"})
    wrong = replace(settings(broker), username="shouhu")
    async with looking(wrong) as looked:
        await looked.until(lambda: bool(looked.outcomes))
    assert not looked.outcomes[0].is_connected
    assert "ot authori" in looked.outcomes[0].why
