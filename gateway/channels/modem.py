"""The modem on a serial port, for homes whose network is thin or cut: one line for all its uses.

What the network proves is told: it has a message; later, that the phone has it; a call was heard.
The channels over it are phone.py's.
"""

import asyncio
import os
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count

from msgspec import Struct
from serial import Serial

from gateway.channels import SendFailed
from gateway.sources.serial_port import PortFault, close, opened
from gateway.wire import at_modem, sms
from gateway.wire.at_modem import Called, Happened, Modem, Refused, Standing
from gateway.wire.frame_spec import FrameKind, Framing
from gateway.wire.serial_spec import Parity, SerialSpec

CHUNK = 4096
RETRIES = (1.0, 60.0)  # seconds: first, most
OPENED_ANEW = 180.0  # seconds without the network
MOST_REMEMBERED = 500  # parts whose reports may still come


class ModemSettings(Struct, frozen=True):
    """Where the modem is; `pin` unlocks its card and is never shown."""

    path: str
    baud: int = 115_200
    pin: str = ""

    def __repr__(self) -> str:
        return f"ModemSettings({self.path!r}, {self.baud})"


def _nobody(*_: object) -> None:
    """Stand for somebody who is to be told, until there is somebody."""


class ModemLine:
    """One modem, for ever. `on_delivered(notice)` hears that a phone has the whole message,
    `on_heard` what people write back, `on_state` how the modem stands.
    """

    def __init__(
        self,
        settings: ModemSettings,
        on_delivered: Callable[[str], None] = _nobody,
        on_heard: Callable[[sms.Incoming], None] = _nobody,
        on_state: Callable[[bool, str], None] = _nobody,
    ) -> None:
        self.on_delivered = on_delivered
        self.on_heard = on_heard
        self.on_state = on_state
        self._settings = settings
        self._port: Serial | None = None
        self._modem: Modem | None = None
        self._lost: asyncio.Future[str] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._doubted: asyncio.TimerHandle | None = None
        self._open: dict[str, asyncio.Future[Happened]] = {}
        self._keys = count()
        self._messages = count(random.randrange(256))
        self._parts: dict[int, str] = {}  # the network's number of a part -> notice
        self._undelivered: dict[str, int] = {}  # notice -> parts that no phone has yet
        self._is_ready, self._why = False, "not opened yet"
        self._unsent = b""
        self._may_unlock = True

    @property
    def why(self) -> str:
        """Give why it is not ready; empty while it is."""
        return "" if self._is_ready else self._why

    async def run(self) -> None:
        """Open the port, again and again, until cancelled."""
        delay = RETRIES[0]
        while True:
            try:
                self._why = await self._stand()
                delay = RETRIES[0]
            except PortFault as fault:
                self._why = str(fault)
            self._stands(False, self._why)
            await asyncio.sleep(delay * random.uniform(0.5, 1.0))
            delay = min(delay * 2, RETRIES[1])

    async def send_text(
        self, notice: str, number: str, text: str, *, is_urgent: bool = False
    ) -> str:
        """Send a message, in parts where it is long; give the network's numbers. SendFailed."""
        try:
            parts = sms.submit(number, text, next(self._messages))
        except ValueError as error:
            raise SendFailed("no telephone number", permanent=True, spares_channel=True) from error
        waiting: list[asyncio.Future[Happened]] = []
        try:
            waiting.extend(self._begin(_sends(part, self._now(), is_urgent)) for part in parts)
            answers = await asyncio.gather(*waiting, return_exceptions=True)
        finally:
            self._forget(waiting)
        numbers = []
        for happened in answers:
            if isinstance(happened, BaseException):
                raise happened
            numbers.append(_reference(happened))
        self.expect(notice, numbers)
        return f"+CMGS {', '.join(map(str, numbers))}"

    async def ring(self, number: str, *, is_urgent: bool = False) -> bool:
        """Call, and hang up when it was picked up for a moment; say whether it was. SendFailed."""
        try:
            future = self._begin(
                lambda m, key: m.call(key, number, self._now(), is_urgent=is_urgent)
            )
        except ValueError as error:
            raise SendFailed("no telephone number", permanent=True, spares_channel=True) from error
        try:
            happened = await future
        finally:
            self._forget([future])
        if isinstance(happened, Refused):
            raise SendFailed(f"the modem says: {happened.why}", permanent=False)
        return isinstance(happened, Called) and happened.was_answered

    # -- one exchange

    def _begin(self, ask: Callable[[Modem, str], bool]) -> asyncio.Future[Happened]:
        modem = self._modem
        if modem is None or not self._is_ready:
            why = self._why or "the network does not have the modem"
            raise SendFailed(why, permanent=False, spares_channel=True)
        key = str(next(self._keys))
        if not ask(modem, key):
            raise SendFailed("too much waits for this modem", permanent=False)
        future: asyncio.Future[Happened] = asyncio.get_running_loop().create_future()
        self._open[key] = future
        self._flush()
        return future

    def _forget(self, futures: Sequence[asyncio.Future[Happened]]) -> None:
        """Take back what has not begun of an exchange that nobody waits for any more."""
        for key in [key for key, future in self._open.items() if future in futures]:
            del self._open[key]
            if self._modem is not None:
                self._modem.forget(key)

    def expect(self, notice: str, numbers: Sequence[int]) -> None:
        """Remember which parts a phone has yet to report, by the network's numbers."""
        for number in numbers:
            self._parts.pop(number, None)
            self._parts[number] = notice
        self._undelivered[notice] = len(numbers)
        while len(self._parts) > MOST_REMEMBERED:
            del self._parts[next(iter(self._parts))]
        while len(self._undelivered) > MOST_REMEMBERED:
            del self._undelivered[next(iter(self._undelivered))]

    # -- the port

    async def _stand(self) -> str:
        spec = SerialSpec(self._settings.baud, Parity.NONE, 1, Framing(kind=FrameKind.LINE), None)
        self._port = opened(self._settings.path, spec)
        loop = asyncio.get_running_loop()
        pin = self._settings.pin if self._may_unlock else ""
        self._may_unlock = False  # until it was well: three wrong ones lock the card
        self._lost, self._modem = loop.create_future(), Modem(loop.time(), pin)
        loop.add_reader(self._port.fd, self._read)
        try:
            self._flush()
            return await self._lost
        finally:
            self._end(loop)

    def _end(self, loop: asyncio.AbstractEventLoop) -> None:
        port, self._port, self._modem, self._unsent = self._port, None, None, b""
        if self._doubted is not None:
            self._doubted.cancel()
            self._doubted = None
        if self._timer is not None:
            self._timer.cancel()
        if port is not None:
            loop.remove_reader(port.fd)
            loop.remove_writer(port.fd)
            close(port)
        for future in self._open.values():
            if not future.done():
                lost = SendFailed("the modem was lost", permanent=False, spares_channel=True)
                future.set_exception(lost)
        self._open = {}

    def _read(self) -> None:
        if self._port is None or self._modem is None:
            return
        try:
            chunk = os.read(self._port.fd, CHUNK)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(str(error))
            return
        if not chunk:
            self._lose("the port was unplugged")
            return
        self._take(self._modem.feed(chunk, self._now()))

    def _tick(self) -> None:
        if self._modem is not None:
            self._take(self._modem.tick(self._now()))

    def _flush(self) -> None:
        """Write what waits, and come back when there is something to do."""
        if self._port is None or self._modem is None:
            return
        self._unsent += self._modem.take()
        loop = asyncio.get_running_loop()
        with suppress(BlockingIOError):
            try:
                while self._unsent:
                    self._unsent = self._unsent[os.write(self._port.fd, self._unsent) :]
            except BlockingIOError:
                raise
            except OSError as error:
                self._lose(str(error))
                return
        if self._unsent:
            loop.add_writer(self._port.fd, self._flush)
        else:
            loop.remove_writer(self._port.fd)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(self._modem.next_tick(), self._tick)

    def _lose(self, why: str) -> None:
        if self._lost is not None and not self._lost.done():
            self._lost.set_result(why)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    # -- what happened

    def _take(self, happened: list[Happened]) -> None:
        for each in happened:
            match each:
                case at_modem.Sent() | Refused() | Called():
                    future = self._open.pop(each.key, None)
                    if future is not None and not future.done():
                        future.set_result(each)
                case Standing():
                    self._stands(each.is_ready, each.detail)
                case sms.Incoming():
                    self.on_heard(each)
                case sms.Report():
                    self._reported(each)
        self._flush()

    def _reported(self, report: sms.Report) -> None:
        notice = self._parts.get(report.reference)
        if notice is None or not report.is_delivered:
            return
        del self._parts[report.reference]
        self._undelivered[notice] = self._undelivered.get(notice, 1) - 1
        if self._undelivered[notice] <= 0:
            del self._undelivered[notice]
            self.on_delivered(notice)

    def _stands(self, is_ready: bool, why: str) -> None:
        self._may_unlock = self._may_unlock or is_ready
        if (is_ready, why) != (self._is_ready, self._why) or not is_ready:
            self._is_ready, self._why = is_ready, why
            self.on_state(is_ready, why)
        self._doubt(is_ready=is_ready)

    def _doubt(self, *, is_ready: bool) -> None:
        """Open the port anew where the modem has been away for long: its card may be locked."""
        if is_ready and self._doubted is not None:
            self._doubted.cancel()
            self._doubted = None
        elif not is_ready and self._doubted is None and self._port is not None:
            loop = asyncio.get_running_loop()
            self._doubted = loop.call_later(OPENED_ANEW, self._lose, "it has been away for long")


def _reference(happened: Happened) -> int:
    if isinstance(happened, at_modem.Sent):
        return happened.reference
    why = happened.why if isinstance(happened, Refused) else "it was not sent"
    raise SendFailed(f"the modem says: {why}", permanent=False)


def _sends(part: tuple[int, str], now: float, is_urgent: bool) -> Callable[[Modem, str], bool]:
    return lambda modem, key: modem.send(key, *part, now, is_urgent=is_urgent)
