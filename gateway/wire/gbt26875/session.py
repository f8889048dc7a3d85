"""One connection with a monitoring centre: what is sent again, what is confirmed, what is answered.

Sans I/O: bytes and the time go in, bytes and what happened come out. A frame that is not confirmed
within the time-out is sent again under its serial, three times, then the exchange has failed
(GB/T 26875.3-2011, 6.5). One exchange is open at a time, so a centre sees them in their order.
"""

from collections import deque
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from gateway.wire.gbt26875.frame import SERIAL_LIMIT, Command, Denied, Frame, Stream, encode
from gateway.wire.gbt26875.objects import Asked, SelfState, Type, Unreadable, read, self_state

TIMEOUT = 10.0  # seconds
RESENDS = 3
HEARTBEAT = 25.0  # seconds; not in the standard: vendors send an empty frame each 20 to 30
REMEMBERED = 64  # orders of the centre that are answered again and carried out once


class Outcome(StrEnum):
    """How an exchange that we began has ended."""

    CONFIRMED = "confirmed"
    DENIED = "denied"  # the centre refuses these very bytes
    FAILED = "failed"  # no answer to any of them: the path is dead


class Done(Struct, frozen=True):
    """An exchange is over; `key` is what it was begun with."""

    key: str
    outcome: Outcome


class _Open(Struct):
    key: str
    frame: bytes
    serial: int
    again: float
    left: int = RESENDS


class Session:
    """Our side of one connection. Times are monotonic seconds; `wall` is aware."""

    def __init__(self, ours: int, theirs: int, first_serial: int = 0, now: float = 0.0) -> None:
        """Take both 48 bit addresses, the serial to begin with, and the time."""
        self._ours = ours
        self._theirs = theirs
        self._serial = first_serial % SERIAL_LIMIT
        self._stream = Stream()
        self._open: _Open | None = None
        self._out: list[bytes] = []
        self._quiet_since = now
        self._obeyed: deque[tuple[int, bytes]] = deque(maxlen=REMEMBERED)
        self.state: SelfState | None = None  # to be told when the centre reads it

    @property
    def serial(self) -> int:
        """Give the serial of the next exchange."""
        return self._serial

    @property
    def is_free(self) -> bool:
        """Say whether an exchange may be begun."""
        return self._open is None

    def begin(self, key: str, data: bytes, now: float, wall: datetime) -> None:
        """Send data and wait for its confirmation; only while free."""
        if self._open is not None:
            raise RuntimeError("an exchange is still open")
        frame = self._framed(Command.SEND, data, wall)
        self._open = _Open(key, frame, self._serial, now + TIMEOUT)
        self._serial = (self._serial + 1) % SERIAL_LIMIT
        self._send(frame, now)

    def feed(self, chunk: bytes, now: float, wall: datetime) -> list[Done | Asked]:
        """Take in what came; give the exchanges that are over and what the centre wants."""
        found: list[Done | Asked] = []
        for each in self._stream.feed(chunk):
            if isinstance(each, Denied):
                reply = Frame(each.serial, Command.DENY, wall, self._ours, self._theirs)
                self._send(encode(reply), now)
            elif each.command in (Command.CONFIRM, Command.REPLY, Command.DENY):
                found += self._closed(each)
            else:
                found += self._obeyed_or_denied(each, now, wall)
        return found

    def tick(self, now: float, wall: datetime) -> list[Done]:
        """Send again what waits too long, and a heartbeat where nothing was said for long."""
        found = []
        exchange = self._open
        if exchange is not None and now >= exchange.again:
            if exchange.left:
                exchange.left -= 1
                exchange.again = now + TIMEOUT
                self._send(exchange.frame, now)
            else:
                self._open = None
                found.append(Done(exchange.key, Outcome.FAILED))
        if self.is_free and now - self._quiet_since >= HEARTBEAT:
            self.begin("", b"", now, wall)
        return found

    def next_tick(self) -> float:
        """Give when `tick` has something to do, if nothing comes in before."""
        beat = self._quiet_since + HEARTBEAT
        return beat if self._open is None else self._open.again

    def take(self) -> bytes:
        """Give what is to be written now."""
        out, self._out = b"".join(self._out), []
        return out

    # -- inside

    def _framed(self, command: Command, data: bytes, wall: datetime) -> bytes:
        return encode(Frame(self._serial, command, wall, self._ours, self._theirs, data))

    def _send(self, frame: bytes, now: float) -> None:
        self._out.append(frame)
        self._quiet_since = now

    def _closed(self, answer: Frame) -> list[Done]:
        exchange = self._open
        if exchange is None or answer.serial != exchange.serial:
            return []  # of an exchange that we had given up, or of nobody's
        self._open = None
        is_denied = answer.command is Command.DENY
        outcome = Outcome.DENIED if is_denied else Outcome.CONFIRMED
        return [Done(exchange.key, outcome)] if exchange.key else []

    def _obeyed_or_denied(self, frame: Frame, now: float, wall: datetime) -> list[Asked]:
        """Answer the centre; what it repeats is answered again and carried out once."""
        try:
            wanted = read(frame.data)
        except Unreadable:
            self._send(encode(frame.answered(Command.DENY, wall)), now)
            return []
        if isinstance(wanted, Asked) and wanted.type is Type.READ_SELF_STATE:
            data = b"" if self.state is None else self_state(self.state)
            self._send(encode(frame.answered(Command.REPLY, wall, data)), now)
            return []
        self._send(encode(frame.answered(Command.CONFIRM, wall)), now)
        if not isinstance(wanted, Asked) or (frame.serial, frame.data) in self._obeyed:
            return []
        self._obeyed.append((frame.serial, frame.data))
        return [wanted]
