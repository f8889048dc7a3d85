"""How devices that speak only when asked are asked, over a real pty with devices at its far end."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.sources.serial import PortSettings, Trouble
from gateway.wire.checks import Algorithm, checksum
from gateway.wire.framing import Framing
from gateway.wire.serial_spec import Parity, Poll, SerialSpec
from tests.gateway.cable import Cable, SerialEar
from tests.gateway.test_framing import ANSWER, BURST

OFTEN = timedelta(milliseconds=60)
WAIT = timedelta(milliseconds=150)
POLL = Poll(OFTEN, "{slave}0200000008", Algorithm.CRC16_MODBUS, WAIT)
Device = Callable[[bytes], bytes]
both = pytest.mark.parametrize("framing", [ANSWER.framing, BURST], ids=["length", "silence"])


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    one = Cable(tmp_path / "bus").plug()
    yield one
    one.unplug()


class Bus:
    """The far end of the cable: devices by their number, and when each was asked."""

    def __init__(self, cable: Cable, **devices: Device) -> None:
        self.asked: list[bytes] = []
        self.asked_at: list[float] = []
        self._devices = {int(name[1:], 16): device for name, device in devices.items()}
        self._cable = cable
        self._task = asyncio.create_task(self._answer())

    async def _answer(self) -> None:
        while True:
            await asyncio.sleep(0.002)
            try:
                request = os.read(self._cable.far, 256)
            except OSError:  # nothing there, or nobody at the other end
                continue
            self.asked.append(request)
            self.asked_at.append(time.monotonic())
            device = self._devices.get(request[0])
            if device is not None:
                self._cable.send(device(request))


def settings(cable: Cable, framing: Framing, *slaves: str, poll: Poll = POLL) -> PortSettings:
    spec = SerialSpec(9600, Parity.NONE, 1, framing, poll)
    return PortSettings("bus", str(cable.path), spec, tuple((slave, poll) for slave in slaves))


def said(body: bytes) -> bytes:
    return body + checksum(Algorithm.CRC16_MODBUS, body)


def alarm(request: bytes) -> bytes:
    return said(request[:2] + b"\x01\x00")


def nothing(_request: bytes) -> bytes:
    return b""


@both
async def test_devices_are_asked_in_turn_and_their_answers_passed_on(
    cable: Cable, framing: Framing
) -> None:
    bus = Bus(cable, x01=alarm, x02=alarm)
    async with SerialEar(settings(cable, framing, "01", "02")) as ear:
        await ear.until(lambda: len(ear.packets) >= 6)
    assert bus.asked[0] == bytes.fromhex("010200000008 79cc")
    assert [request[0] for request in bus.asked[:6]] == [1, 2, 1, 2, 1, 2]
    assert {packet.payload for packet in ear.packets} == {
        said(b"\x01\x02\x01\x00"),
        said(b"\x02\x02\x01\x00"),
    }
    assert {packet.address for packet in ear.packets} == {"bus"}
    assert not ear.source.counts


@both
async def test_a_device_that_does_not_answer_does_not_keep_the_others(
    cable: Cable, framing: Framing
) -> None:
    bus = Bus(cable, x02=alarm)
    async with SerialEar(settings(cable, framing, "01", "02")) as ear:
        await ear.until(lambda: len(ear.packets) >= 3)
        await ear.until(lambda: ear.source.counts[Trouble.NO_ANSWER] >= 3)
    assert {packet.payload[0] for packet in ear.packets} == {2}
    waits = [
        b - a
        for a, b, who in zip(bus.asked_at, bus.asked_at[1:], bus.asked, strict=False)
        if who[0] == 1
    ]
    assert min(waits) >= 0.14


@both
async def test_only_what_was_asked_for_is_an_answer(cable: Cable, framing: Framing) -> None:
    answers = iter(
        [
            said(b"\x07\x02\x01\x00"),  # another device
            said(b"\x01\x04\x02\x00\x00"),  # another function
            said(b"\x01\x02\x01\x01"),
        ]
    )
    Bus(cable, x01=lambda _: next(answers, b""))
    seldom = replace(POLL, every=timedelta(milliseconds=500))
    async with SerialEar(settings(cable, framing, "01", poll=seldom)) as ear:
        await ear.until(lambda: bool(ear.packets))
        cable.send(said(b"\x01\x02\x01\x00"))  # nobody asked
        await ear.until(lambda: ear.source.counts[Trouble.UNASKED] >= 3)
    assert ear.heard("bus") == [said(b"\x01\x02\x01\x01")]


@both
async def test_a_damaged_answer_is_none(cable: Cable, framing: Framing) -> None:
    Bus(cable, x01=lambda _: b"\x01\x02\x01\x00\xa1\x89")
    async with SerialEar(settings(cable, framing, "01")) as ear:
        await ear.until(lambda: ear.source.counts[Trouble.NO_ANSWER] >= 2)
    assert ear.packets == []
    assert ear.source.counts[Trouble.DAMAGED] >= 1


async def test_a_refusal_is_counted_and_nothing_waits_for_more(cable: Cable) -> None:
    Bus(cable, x01=lambda request: said(bytes([request[0], request[1] | 0x80, 2])))
    async with SerialEar(settings(cable, BURST, "01")) as ear:
        await ear.until(lambda: ear.source.counts[Trouble.REFUSED] >= 3)
    assert ear.source.counts[Trouble.NO_ANSWER] == 0
    assert ear.packets == []


async def test_an_adapter_that_hears_itself_and_glitches_when_it_turns_round_is_borne(
    cable: Cable,
) -> None:
    Bus(cable, x01=lambda request: request + b"\x00" + alarm(request))
    async with SerialEar(settings(cable, ANSWER.framing, "01")) as ear:
        await ear.until(lambda: len(ear.packets) >= 3)
    assert set(ear.heard("bus")) == {said(b"\x01\x02\x01\x00")}


async def test_asking_goes_on_after_the_port_was_unplugged(cable: Cable) -> None:
    Bus(cable, x01=alarm)
    async with SerialEar(settings(cable, ANSWER.framing, "01")) as ear:
        await ear.until(lambda: bool(ear.packets))
        cable.unplug()
        await ear.until(lambda: not ear.hears("bus"))
        before = len(ear.packets)
        cable.plug()
        await ear.until(lambda: len(ear.packets) > before)


def test_a_request_that_cannot_be_sent_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="hex"):
        SerialEar(settings(Cable(tmp_path / "bus"), BURST, "no number"))


async def test_a_device_that_speaks_no_modbus_is_asked_in_its_own_words(cable: Cable) -> None:
    status = b"(230.0 230.0 230.0 010 50.0 27.4 25.0 00001000\r"
    Bus(cable, x51=lambda request: status if request == b"Q1\r" else b"")
    poll = Poll(OFTEN, "51310d", None, WAIT)
    framing = Framing(start=b"(", fixed=len(status), end=b"\r")
    async with SerialEar(settings(cable, framing, "01", poll=poll)) as ear:
        await ear.until(lambda: len(ear.packets) >= 3)
    assert set(ear.heard("bus")) == {status}
    assert not ear.source.counts
