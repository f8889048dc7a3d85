"""What connected devices are asked, through bleak's own BlueZ backend on a private bus."""

import asyncio
import math
from collections.abc import Callable
from datetime import timedelta

import pytest
from bleak.exc import BleakGATTProtocolError

from gateway.config.wiring import called
from gateway.sources.ble_asks import Asking
from gateway.sources.ble_faults import BleFailed, patience
from gateway.wire.advertisement import Advertisement
from gateway.wire.decoder import Decoder
from gateway.wire.profile import Ask
from simulator.drivers.bluez import Bluez, Characteristic
from tests.bluez import BleEar
from tests.profiles.made import CATALOGUE, fitted

RING = "70:CB:0D:D0:34:1C"
SERVICE = "6e40fff0-b5a3-f393-e0a9-e50e24dcca9e"
WRITES = "6e400002-b5a3-f393-e0a9-e50e24dcca9e"
SENDS = "6e400003-b5a3-f393-e0a9-e50e24dcca9e"
COLMI = CATALOGUE["colmi_ring"]
HEART_RATE, BATTERY = COLMI.asks[0], COLMI.asks[-1]
SECOND = timedelta(seconds=1)
HELLO = Ask(WRITES, b"hello")
SHORT = timedelta(milliseconds=400)


def packet(*content: int) -> bytes:
    """Give a packet of the ring: 16 bytes, the last one their sum."""
    body = bytes(content).ljust(15, b"\0")
    return body + bytes([sum(body) & 0xFF])


class Ring:
    """A ring that says nothing by itself, and keeps what it is asked with the time of it."""

    def __init__(self, air: Bluez, *says: bytes, flags: tuple[str, ...] = ("write",)) -> None:
        self.asked: list[bytes] = []
        self.times: list[float] = []
        self._air = air
        self._says = says
        shown = {WRITES: Characteristic(flags), SENDS: Characteristic()}
        air.peripheral(RING, {SERVICE: shown}, self._answer)

    def _answer(self, uuid: str, value: bytes) -> None:
        assert uuid == WRITES
        self.asked.append(value)
        self.times.append(asyncio.get_running_loop().time())
        for each in self._says:
            self._air.notify(RING, SENDS, each)


def ear(*asks: Ask, **wishes: object) -> BleEar:
    """Give the source, connected to a ring that it asks this."""
    return BleEar(connections={RING: [SENDS]}, asks={RING: asks}, **wishes)


def near(air: Bluez) -> Callable[[], bool]:
    """Give what lets the ring be seen."""
    return lambda: air.advertise(RING, Advertisement("R02"))


async def test_a_ring_that_measures_for_a_while_gives_its_heart_rate_when_it_is_asked(
    air: Bluez,
) -> None:
    measuring, measured = packet(0x69, 1, 0, 0), packet(0x69, 1, 0, 78)
    ring = Ring(air, measuring, measuring, measuring, measured)
    async with ear(*COLMI.asks) as heard:
        await heard.until(near(air))
        await heard.until(lambda: len(heard.packets) == 4)
    decoder = Decoder([fitted(COLMI, RING)])
    decoded = [decoder.decode(each) for each in heard.packets]
    assert ring.asked == [HEART_RATE.send]
    assert [[reading.value for reading in one.readings] for one in decoded] == [[], [], [], [78]]
    assert not any(one.refused for one in decoded)


async def test_an_ask_to_an_absent_characteristic_costs_neither_the_link_nor_the_next_ask(
    air: Bluez,
) -> None:
    ring = Ring(air, packet(3, 64))
    async with ear(Ask("fff9", b"?"), BATTERY) as heard:
        await heard.until(near(air))
        await heard.until(lambda: heard.values(f"{RING}/{SENDS}"))
        assert air.is_connected(RING)
        assert "Disconnect" not in air.calls
    assert ring.asked == [BATTERY.send]
    assert heard.source.counts.asks_refused == 1


async def test_a_device_that_refuses_to_be_asked_is_still_heard(air: Bluez) -> None:
    ring = Ring(air, flags=("read",))
    async with ear(HELLO) as heard:
        await heard.until(near(air))
        await heard.until(lambda: heard.source.counts.asks_refused)
        assert air.notify(RING, SENDS, packet(3, 64))
        await heard.until(lambda: heard.values(f"{RING}/{SENDS}"))
        assert "Disconnect" not in air.calls
    assert ring.asked == []


async def test_why_a_device_refuses_is_told_in_words() -> None:
    with pytest.raises(BleFailed, match="GATT Protocol Error: Write Not Permitted"):
        async with patience(SECOND):
            raise BleakGATTProtocolError(3)


async def test_it_is_written_in_the_way_that_the_device_allows(air: Bluez) -> None:
    ring = Ring(air, flags=("write-without-response",))
    async with ear(Ask(WRITES, b"please", response=True)) as heard:
        await heard.until(near(air))
        await heard.until(lambda: ring.asked)
    assert heard.source.counts.asks_refused == 0


async def test_what_is_asked_once_is_asked_again_after_each_connecting(air: Bluez) -> None:
    ring = Ring(air)
    async with ear(HELLO, BATTERY) as heard:
        await heard.until(near(air))
        await heard.until(lambda: len(ring.asked) == 2)
        air.drop(RING)
        await heard.until(lambda: not air.is_connected(RING) and "Disconnect" not in air.calls)
        await heard.until(lambda: near(air)() and len(ring.asked) == 3)
    # The battery is asked every six hours, however often the ring comes and goes.
    assert ring.asked == [HELLO.send, BATTERY.send, HELLO.send]


async def test_a_device_is_asked_on_its_beat_and_never_twice_a_second(air: Bluez) -> None:
    ring = Ring(air, packet(3, 64))
    often = Ask(WRITES, b"!", every=SECOND)
    async with ear(HELLO, often, stale_after=SHORT) as heard:
        await heard.until(near(air))
        await heard.until(lambda: len(ring.asked) == 4)
        # Between its answers it says nothing for longer than others may.
        assert "Disconnect" not in air.calls
    assert ring.asked == [b"hello", b"!", b"!", b"!"]
    apart = [later - before for before, later in zip(ring.times, ring.times[1:], strict=False)]
    assert min(apart) > 0.9


def times(asking: Asking, asks: int, since: float = 0) -> list[tuple[float, bytes]]:
    """Give when this many asks are made, and which."""
    made = []
    now = since
    for _ in range(asks):
        now = max(now, asking.at())
        ask = asking.take(now)
        assert ask is not None
        made.append((now, ask.send))
    return made


def test_a_measurement_ends_before_the_next_begins() -> None:
    begin = Ask("fee2", b"begin", timedelta(minutes=10))
    end = Ask("fee2", b"end", timedelta(minutes=10))
    asking = Asking([begin, end])
    assert asking.take(0) == begin
    assert asking.take(59) is None
    assert times(asking, 3) == [(60, b"end"), (600, b"begin"), (660, b"end")]
    # Away for an hour and a bit: nothing is made up for, and the order is kept.
    asking.connected()
    back = times(asking, 3, since=5100)
    assert back == [(5100, b"begin"), (5160, b"end"), (5400, b"begin")]


def test_what_is_asked_once_comes_first_when_the_device_is_back() -> None:
    asking = Asking([Ask("fee2", b"rate", timedelta(minutes=10)), Ask("fee2", b"key")])
    assert times(asking, 2) == [(0, b"key"), (1, b"rate")]
    asking.connected()
    assert times(asking, 2, since=7000) == [(7000, b"key"), (7001, b"rate")]


def test_many_quick_asks_each_have_their_turn() -> None:
    asking = Asking([Ask("fee2", bytes([n]), timedelta(seconds=2)) for n in range(16)])
    made = times(asking, 32)
    assert [now for now, _ in made] == list(range(32))
    assert [send for _, send in made] == 2 * [bytes([n]) for n in range(16)]


def test_a_device_without_asks_is_never_asked() -> None:
    asking = Asking([])
    assert (asking.at(), asking.take(0), asking.quiet) == (math.inf, None, 0)


def test_a_device_with_two_profiles_is_asked_what_both_need_and_nothing_twice() -> None:
    ring, watch = fitted("colmi_ring", RING), fitted("dt78", RING.lower(), "watch")
    calls = called([ring, fitted("gatt_battery", RING, "cell"), watch, ring])
    assert list(calls) == [RING]
    assert calls[RING].asks == (*COLMI.asks, *CATALOGUE["dt78"].asks)
    assert {SENDS, "2a19"} <= set(calls[RING].characteristics)
