"""Bytes a second and core from a serial port, beside the bare loop that only reads, in one run.

A process of its own writes to a pty as fast as it is read. "framer" is the cutting alone, without
a port, and also with what a hostile line would send.
"""

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
import tty
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import machine, quantile
from edge.model import Moment
from gateway.sources.serial import PortSettings, SerialSource
from gateway.wire.checks import Algorithm, Check
from gateway.wire.frame_spec import FrameKind, LengthPart
from gateway.wire.framing import Framer, Framing
from gateway.wire.serial_spec import Parity, SerialSpec

SIZE = 4_000_000  # bytes
ROUNDS = 3
WRITER = (
    "import os, sys; data = sys.stdin.buffer.read()\nwhile data: data = data[os.write(1, data):]"
)
RADAR = Framing(
    start=bytes.fromhex("f4f3f2f1"),
    parts=(LengthPart(4, 2, "little"),),
    plus=10,
    end=bytes.fromhex("f8f7f6f5"),
)
ENOCEAN = Framing(
    start=b"\x55",
    parts=(LengthPart(1, 2), LengthPart(3)),
    plus=7,
    checks=(Check(Algorithm.CRC8, 1, 5, 5), Check(Algorithm.CRC8, 6, -1, -1)),
)
LINES = Framing(kind=FrameKind.LINE, longest=512)
STREAMS = {
    "radar frames": (RADAR, bytes.fromhex("f4f3f2f10d0002aa034600340000003c000055f8f7f6f5")),
    "EnOcean telegrams": (ENOCEAN, bytes.fromhex("55000707017ad50801825dab0001ffffffff360053")),
    "RFLink lines": (LINES, b"20;12;Pir;ID=aa66;PIR=ON;\r\n"),
}
Reader = Callable[[Path, int], Awaitable[int]]


@contextmanager
def sender(stream: bytes) -> Iterator[Path]:
    """Have a stream sent over a pty; give the end to read from."""
    far, near = os.openpty()
    tty.setraw(near)
    with tempfile.TemporaryFile() as file:
        file.write(stream)
        file.seek(0)
        # It waits for the reader to be there: opening a port drops what lies in it.
        command = [sys.executable, "-c", f"import time; time.sleep(0.5)\n{WRITER}"]
        process = subprocess.Popen(command, stdin=file, stdout=far)
    try:
        yield Path(os.ttyname(near))
    finally:
        process.terminate()
        process.wait()
        os.close(far)
        os.close(near)


async def bare(path: Path, size: int) -> int:
    """Read from the event loop and throw away."""
    loop, done, left = asyncio.get_running_loop(), asyncio.Event(), size
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def read() -> None:
        nonlocal left
        left -= len(os.read(fd, 4096))
        if left <= 0:
            done.set()

    loop.add_reader(fd, read)
    await done.wait()
    loop.remove_reader(fd)
    os.close(fd)
    return size


def source(framing: Framing, frame_size: int) -> Reader:
    """Give a reader that is the source of the daemon, whose packets somebody takes."""
    start = Moment.of(datetime.now(UTC))

    async def read(path: Path, size: int) -> int:
        spec = SerialSpec(115_200, Parity.NONE, 1, framing, None)
        settings = PortSettings("port", str(path), spec)
        ears = SerialSource([settings], lambda: start, lambda *_: None)
        running, packets = asyncio.create_task(ears.run()), 0
        async for batch in ears.batches():
            packets += len(batch)
            if packets >= size // frame_size:
                break
        running.cancel()
        return packets

    return read


def rate(reader: Reader, stream: bytes) -> float:
    """Give the bytes that one core reads in a second."""
    with sender(stream) as path:

        async def run() -> float:
            before = time.process_time()
            await reader(path, len(stream))
            return len(stream) / (time.process_time() - before)

        return asyncio.run(run())


def cutting(framing: Framing, stream: bytes) -> float:
    """Give the bytes that one core cuts in a second, without a port."""
    framer, before = Framer(framing), time.process_time()
    for at in range(0, len(stream), 4096):
        framer.feed(stream[at : at + 4096])
    return len(stream) / (time.process_time() - before)


def main() -> None:
    """Print both tables: source and bare loop take turns."""
    print(machine())
    print("MB/s a core         " + "".join(f"{head:>10}" for head in ("source", "bare", "ratio")))
    for name, (framing, frame) in STREAMS.items():
        stream = frame * (SIZE // len(frame))
        reader = source(framing, len(frame))
        turns = [(rate(reader, stream), rate(bare, stream)) for _ in range(ROUNDS)]
        ours, theirs = (quantile(list(each), 0.5) / 1e6 for each in zip(*turns, strict=True))
        each = len(frame) / ours
        print(f"{name:20}{ours:10.1f}{theirs:10.1f}{theirs / ours:10.1f}   {each:.2f} us a frame")
    print("\nMB/s a core         " + "".join(f"{h:>10}" for h in ("framer", "noise", "starts")))
    noise = random.Random(0).randbytes(SIZE // 4)
    for name, (framing, frame) in STREAMS.items():
        start = framing.start or b"x"
        streams = (frame * (SIZE // len(frame)), noise, start * (SIZE // 4 // len(start)))
        print(f"{name:20}" + "".join(f"{cutting(framing, s) / 1e6:10.1f}" for s in streams))


if __name__ == "__main__":
    main()
