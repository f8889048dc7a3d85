"""What the serial source promises, on real ptys."""

import asyncio
import os
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from serial import Serial

from gateway.sources.serial import PortSettings, Trouble
from gateway.sources.serial_line import CHUNK, NOISE_RATE
from gateway.wire.framing import FrameKind, Framing
from gateway.wire.serial_spec import Parity, SerialSpec
from tests.gateway.cable import Cable, SerialEar
from tests.gateway.test_framing import BURST, FALL, RADAR

NewCable = Callable[[str], Cable]
LINES = Framing(kind=FrameKind.LINE, longest=512)
FALLEN = bytes.fromhex("01000000010e02f301fe")
NEAR = RADAR.build(bytes.fromhex("02aa03460034"))
HOLDER = """
import os, sys, tty
far, near = os.openpty()
tty.setraw(near)
os.symlink(os.ttyname(near), sys.argv[1] + ".new")
os.replace(sys.argv[1] + ".new", sys.argv[1])
for line in sys.stdin:
    os.write(far, bytes.fromhex(line))
"""


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[NewCable]:
    cables: list[Cable] = []

    def new(name: str) -> Cable:
        cables.append(Cable(tmp_path / name))
        return cables[-1]

    yield new
    for one in cables:
        one.unplug()


def port(name: str, cable: Cable | Path, framing: Framing = FALL.framing) -> PortSettings:
    path = cable if isinstance(cable, Path) else cable.path
    return PortSettings(name, str(path), SerialSpec(115200, Parity.NONE, 1, framing, None))


async def test_each_port_has_its_own_frames(cable: NewCable) -> None:
    radar, keys = cable("radar").plug(), cable("keys").plug()
    async with SerialEar(port("radar", radar), port("keys", keys, LINES)) as ear:
        await ear.hearing("radar", "keys")
        keys.send(b"20;12;Pir;ID=aa66;PIR=ON;\r\n20;13;Pir;")
        radar.send(FALLEN[:4])
        await asyncio.sleep(0.02)
        radar.send(FALLEN[4:])
        keys.send(b"ID=aa66;PIR=OFF;\r\n")
        await ear.hear("radar", [FALLEN])
        await ear.hear("keys", [b"20;12;Pir;ID=aa66;PIR=ON;", b"20;13;Pir;ID=aa66;PIR=OFF;"])
    assert {packet.source for packet in ear.packets} == {"serial"}
    assert not ear.source.counts


async def test_a_port_unplugged_in_the_middle_of_a_frame_is_heard_when_it_is_back(
    cable: NewCable,
) -> None:
    radar = cable("radar").plug()
    async with SerialEar(port("radar", radar)) as ear:
        for n in range(3):
            await ear.hearing("radar")
            radar.send(FALLEN + FALLEN[:6])
            await ear.hear("radar", [FALLEN] * (n + 1))
            radar.unplug()
            await ear.until(lambda: not ear.hears("radar"))
            assert "was lost" in " ".join(said for _, _, said in ear.states)
            radar.plug()
        await ear.hearing("radar")
        radar.send(FALLEN[6:] + FALLEN)
        await ear.hear("radar", [FALLEN] * 4)


async def test_a_pty_whose_process_was_killed_is_heard_again_under_its_name(
    tmp_path: Path,
) -> None:
    link = tmp_path / "radar"
    async with SerialEar(port("radar", link)) as ear:
        for n in range(3):
            with holder(link) as process:
                await ear.hearing("radar")
                assert process.stdin is not None
                process.stdin.write(FALLEN.hex() + "\n" + FALLEN[:5].hex() + "\n")
                process.stdin.flush()
                await ear.hear("radar", [FALLEN] * (n + 1))
                process.send_signal(signal.SIGKILL)
                await ear.until(lambda: not ear.hears("radar"))


def holder(link: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLDER, str(link)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, text=True)


async def test_a_port_that_is_not_there_at_the_start_is_heard_when_it_comes(
    cable: NewCable,
) -> None:
    radar, keys = cable("radar"), cable("keys").plug()
    async with SerialEar(port("radar", radar), port("keys", keys, LINES)) as ear:
        await ear.hearing("keys")
        await ear.until(lambda: "radar is not there: plug it in" in ear.said("radar"))
        keys.send(b"20;00;Nodo RadioFrequencyLink;\r\n")
        await ear.until(lambda: len(ear.heard("keys")) == 1)
        radar.plug()
        await ear.hearing("radar")
        radar.send(FALLEN)
        await ear.hear("radar", [FALLEN])
    assert [hears for name, hears, _ in ear.states if name == "radar"] == [False, True]


async def test_a_port_that_another_program_has_is_told_as_busy(cable: NewCable) -> None:
    radar = cable("radar").plug()
    other = Serial(str(radar.path), exclusive=True)
    async with SerialEar(port("radar", radar)) as ear:
        await ear.until(lambda: "is busy: another program has it open" in ear.said("radar"))
        other.close()
        await ear.hearing("radar")
        with pytest.raises(OSError):
            Serial(str(radar.path), exclusive=True)


async def test_a_port_that_we_may_not_open_is_told_with_its_mend(cable: NewCable) -> None:
    radar = cable("radar").plug()
    path = radar.path.resolve()
    path.chmod(0)
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)  # root may open everything
    try:
        async with SerialEar(port("radar", path)) as ear:
            await ear.until(lambda: bool(ear.states))
    finally:
        os.seteuid(was)
    assert "permission denied; usermod -aG " in ear.said("radar")


async def test_what_is_no_serial_port_is_told(tmp_path: Path) -> None:
    file = tmp_path / "notes"
    file.write_text("not a port")
    async with SerialEar(port("file", file), port("folder", tmp_path)) as ear:
        await ear.until(lambda: bool(ear.said("file") and ear.said("folder")))
    assert "is no serial port" in ear.said("file")
    assert "is no serial port" in ear.said("folder")


async def test_a_port_that_babbles_costs_only_a_counter(cable: NewCable) -> None:
    bad, keys = cable("bad").plug(), cable("keys").plug()
    noise = bytes(range(1, 256)) * 64
    async with SerialEar(port("bad", bad), port("keys", keys, LINES)) as ear:
        await ear.hearing("bad", "keys")
        began = time.monotonic()
        babbling = asyncio.create_task(babble(bad, noise))
        for n in range(10):
            keys.send(b"%d\n" % n)
            await ear.until(lambda n=n: len(ear.heard("keys")) == n + 1, 5)  # type: ignore[misc]
            await asyncio.sleep(0.05)
        babbling.cancel()
        lasted = time.monotonic() - began
        counts = ear.source.counts_of("bad")
        assert counts[Trouble.NOISE] > 3
        assert counts[Trouble.LOST_BYTES] < NOISE_RATE * lasted + 3 * CHUNK
        assert not ear.source.counts_of("keys")
        await bad.send_all(FALLEN)
        await ear.hear("bad", [FALLEN])


async def babble(cable: Cable, noise: bytes) -> None:
    while True:
        await cable.send_all(noise)


async def test_what_nobody_takes_waits_outside_and_none_of_it_is_lost(cable: NewCable) -> None:
    keys = cable("keys").plug()
    lines = [b"line %d" % n for n in range(20_000)]
    async with SerialEar(port("keys", keys, LINES), takes=False) as ear:
        await ear.hearing("keys")
        sending = asyncio.create_task(keys.send_all(b"\n".join(lines) + b"\n"))
        await ear.until(lambda: len(ear.source._arrived) >= 5_000)
        await asyncio.sleep(0.1)
        assert len(ear.source._arrived) < 5_000 + CHUNK
        assert not sending.done()
        ear.take()
        await ear.until(lambda: len(ear.packets) == len(lines))
    assert ear.heard("keys") == lines
    assert not ear.source.counts


async def test_a_silence_ends_a_frame(cable: NewCable) -> None:
    line = cable("line").plug()
    one, other = bytes.fromhex("ff02010151a0"), bytes.fromhex("ff0201009060")
    async with SerialEar(port("line", line, BURST)) as ear:
        await ear.hearing("line")
        line.send(one[:2])
        await asyncio.sleep(0.01)
        line.send(one[2:])
        await ear.hear("line", [one])
        line.send(other)
        await ear.hear("line", [one, other])
    assert not ear.source.counts


async def test_a_false_start_holds_a_good_frame_up_for_a_moment_only(cable: NewCable) -> None:
    radar = cable("radar").plug()
    async with SerialEar(port("radar", radar, RADAR.framing)) as ear:
        await ear.hearing("radar")
        radar.send(b"\xf4\xf3\xf2\xf1\x40\x00" + NEAR)
        await ear.hear("radar", [NEAR])
    assert ear.source.counts[Trouble.DAMAGED] == 1


async def test_the_port_is_set_as_the_profile_says(cable: NewCable) -> None:
    radar = cable("radar").plug()
    spec = SerialSpec(57600, Parity.EVEN, 2, FALL.framing, None)
    async with SerialEar(PortSettings("radar", str(radar.path), spec)) as ear:
        await ear.hearing("radar")
        with radar.path.open("rb", buffering=0) as near:
            _, _, flags, _, _, speed, _ = termios.tcgetattr(near.fileno())
    assert speed == termios.B57600
    assert flags & termios.CSTOPB  # a pty keeps no parity


async def test_a_speed_that_has_no_name_can_be_set(cable: NewCable) -> None:
    radar = cable("radar").plug()
    spec = SerialSpec(256_000, Parity.NONE, 1, RADAR.framing, None)
    async with SerialEar(PortSettings("radar", str(radar.path), spec)) as ear:
        await ear.hearing("radar")
        radar.send(NEAR)
        await ear.hear("radar", [NEAR])


async def test_a_stopped_source_lets_its_ports_go(cable: NewCable) -> None:
    radar = cable("radar").plug()
    async with SerialEar(port("radar", radar)) as ear:
        await ear.hearing("radar")
    Serial(str(radar.path), exclusive=True).close()
