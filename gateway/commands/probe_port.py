"""Listens to a serial port that no daemon has open, set as one profile says."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

from edge.model import Moment, Packet
from gateway.commands.decode import profile_of
from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.messages import Printer
from gateway.heard import Message, parts_of
from gateway.language import Phrase
from gateway.sources.serial_line import Line, PortSettings
from gateway.sources.serial_polls import Trouble
from gateway.sources.serial_port import PortFault
from gateway.wire.profile import Profile, Transport
from gateway.wire.trial import decode_packet

PORT = "port"
QUIET = 5.0  # seconds; then it is said what hinders the frames


def probe_port(
    path: Path, name: str, extra: tuple[Path, ...], printer: Printer, seconds: float | None
) -> None:
    """Show the frames of a port until enough came, the time is over, or the port is lost."""
    profile = profile_of(name, extra)
    if profile.serial is None:
        raise CommandFailed(Exit.USAGE, "probe.not_serial", profile=name)
    values = {"path": path, "baud": profile.serial.baud}
    try:
        asyncio.run(_Probe(path, profile, printer).run(seconds))
    except PortFault as fault:
        key = f"port.{fault.trouble}"
        raise CommandFailed(Exit.FAILED, key, **values, why=fault) from fault


class _Probe:
    def __init__(self, path: Path, profile: Profile, printer: Printer) -> None:
        assert profile.serial is not None
        poll = profile.serial.poll
        # A lone device on a bus answers to number one.
        polls = () if poll is None else (("01", poll),)
        self._line = Line(PortSettings(PORT, str(path), profile.serial, polls), self._hear)
        self._path, self._profile, self._printer = path, profile, printer
        self._done = asyncio.Event()
        self._seq = 0

    async def run(self, seconds: float | None) -> None:
        """Stand by the port; raise PortFault where it cannot be opened, or is lost."""
        stand, done = asyncio.create_task(self._stand()), asyncio.create_task(self._done.wait())
        jobs = (stand, done, asyncio.create_task(self._watch()))
        over, _ = await asyncio.wait(
            (stand, done), timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        if not over:
            self._complain()
        if stand in over:
            stand.result()

    async def _stand(self) -> None:
        why = await self._line.stand(self._opened)
        raise PortFault(why)

    def _opened(self) -> None:
        assert self._profile.serial is not None
        values = {"path": self._path, "profile": self._profile.id}
        self._printer.wait("probe.open", **values, baud=self._profile.serial.baud)

    async def _watch(self) -> None:
        """Say what hinders where bytes come and no frame does."""
        while not self._printer.count:
            await asyncio.sleep(QUIET)
            if self._complain():
                return

    def _complain(self) -> bool:
        counts = self._line.counts
        damaged, lost = counts[Trouble.DAMAGED], counts[Trouble.LOST_BYTES]
        if self._printer.count or not (damaged or lost):
            return False
        self._printer.remark(Phrase("probe.noise", {"damaged": damaged, "lost": lost}))
        return True

    def _hear(self, port: str, frames: list[bytes]) -> None:
        now = Moment(datetime.now(UTC), time.monotonic())
        for frame in frames:
            self._seq += 1
            packet = Packet(Transport.SERIAL, port, frame, now)
            decoded = decode_packet(self._profile, packet)
            values = {reading.kind: reading.value for reading in decoded.readings}
            parts = parts_of(packet.source, packet.address, frame)
            self._printer.show(
                Message(self._seq, now.wall, parts, len(frame), packet.freshness, values,
                        decoded.refused)
            )  # fmt: skip
        if self._printer.is_done:
            self._done.set()
