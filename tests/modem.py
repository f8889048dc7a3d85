"""A modem behind the far end of a pty: it answers as one in good health, and people write to it."""

import asyncio
import os
import select
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from tests.gateway.cable import Cable
from tests.gateway.test_sms import CENTRE_TIME


class Card:
    """A simulated modem behind the far end of the cable: it answers as one in good health."""

    def __init__(self, cable: Cable) -> None:
        self.cable = cable
        self.sent: list[str] = []  # PDUs
        self.commands: list[str] = []
        self.call_state = "0"  # picked up
        self.error = ""
        self.is_silent = False
        self.answers = {
            "AT+CPIN?": "+CPIN: READY\r\n\r\nOK",
            "AT+CREG?": "+CREG: 0,1\r\n\r\nOK",
            "AT+CSQ": "+CSQ: 20,99\r\n\r\nOK",
        }
        self._said = b""

    def listen(self) -> None:
        asyncio.get_running_loop().add_reader(self.cable.far, self._heard)

    def deaf(self) -> None:
        asyncio.get_running_loop().remove_reader(self.cable.far)

    def say(self, line: str) -> None:
        os.write(self.cable.far, f"\r\n{line}\r\n".encode())

    def report(self, number: int) -> None:
        """Tell that a phone has this part."""
        self.say(f"+CDS: 25\r\n0006{number:02X}0B916407281553F8{CENTRE_TIME}{CENTRE_TIME}00")

    def _heard(self) -> None:
        self.hear(os.read(self.cable.far, 4096))

    def hear(self, said: bytes) -> None:
        """Take in what was written to it, and answer."""
        self._said += said
        while (
            end := min((at for at in map(self._said.find, (b"\r", b"\x1a")) if at >= 0), default=-1)
        ) >= 0:
            command, mark = self._said[:end].decode(), self._said[end : end + 1]
            self._said = self._said[end + 1 :]
            if not self.is_silent:
                self._answer(command.strip("\x1b"), is_body=mark == b"\x1a")

    def _answer(self, command: str, *, is_body: bool) -> None:
        self.commands.append(command)
        if is_body:
            if self.error:
                self.say(self.error)
                return
            self.sent.append(command)
            self.say(f"+CMGS: {len(self.sent)}\r\n\r\nOK")
        elif command.startswith("AT+CMGS"):
            os.write(self.cable.far, b"\r\n> ")
        else:
            called = {"AT+CLCC": f"+CLCC: 1,0,{self.call_state},0,0\r\n\r\nOK"}
            self.say((self.answers | called).get(command, "OK"))


class Telephone:
    """A modem that works by itself, for a gateway that is a process of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cable = Cable(path).plug()
        self.card = Card(self.cable)
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    @property
    def texts(self) -> list[str]:
        """Give the parts of messages that it has sent."""
        return [text_of(pdu) for pdu in list(self.card.sent)]

    def writes(self, number: str, text: str) -> None:
        """Somebody writes to it."""
        pdu = incoming(number, text)
        self.card.say(f"+CMT: ,{len(pdu) // 2 - 1}\r\n{pdu}")

    def __enter__(self) -> "Telephone":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends.set()
        self._thread.join()
        self.cable.unplug()

    def _listen(self) -> None:
        while not self._ends.is_set():
            ready, _, _ = select.select([self.cable.far], [], [], 0.05)
            if ready:
                self.card.hear(os.read(self.cable.far, 4096))


def text_of(pdu: str) -> str:
    """Read what a PDU that we sent says (3GPP TS 23.040, 9.2.2.2), where it is UCS-2."""
    data = bytes.fromhex(pdu)[1:]
    at = 4 + (data[2] + 1) // 2
    body = data[at + 4 :]
    if data[0] & 0x40:
        body = body[body[0] + 1 :]
    return body.decode("utf-16-be") if data[at + 1] == 8 else body.hex()


def incoming(number: str, text: str) -> str:
    """Make the PDU of a message from this number, sent now (9.2.2.1)."""
    digits = number.removeprefix("+")
    padded = digits + "F" * (len(digits) % 2)
    swapped = "".join(b + a for a, b in zip(padded[::2], padded[1::2], strict=True))
    kind = "91" if number.startswith("+") else "81"
    stamp = "".join(pair[::-1] for pair in datetime.now(UTC).strftime("%y %m %d %H %M %S").split())
    body = text.encode("utf-16-be")
    return f"0004{len(digits):02X}{kind}{swapped}0008{stamp}00{len(body):02X}{body.hex().upper()}"
