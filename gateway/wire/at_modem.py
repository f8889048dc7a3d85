"""The dialogue with a modem by AT commands: set up, sending, calling, listening.

Sans I/O: bytes and the time go in, bytes and what happened come out. Commands are those of 3GPP
TS 27.005 and 27.007 that every GSM and LTE modem has; which port it is on is the channel's.
"""

import re
from collections import deque

from msgspec import Struct

from gateway.wire.at_jobs import Job, Phase, rank_of
from gateway.wire.sms import Incoming, NoPdu, Report, received

SETUP = (
    "ATE0",  # or each command comes back as if the modem had said it
    "AT+CMEE=1",
    "AT+CMGF=0",
    "AT+CSMS=0",  # what it hears needs no acknowledgement of ours
    "AT+CNMI=2,2,0,1,0",  # messages and reports come at once, past its memory
)
ANSWERS_WITHIN = 10.0  # seconds
SENDS_WITHIN = 60.0  # the network's own time-out
LOOKS_EVERY = 60.0  # at registration and signal
RINGS_FOR = 45.0
CALL_LOOK = 2.0
LONGEST_LINE = 1024
MOST_WAITING = 64
REGISTERED = frozenset({"1", "5"})  # at home, roaming
ERROR = re.compile(r"^(?:ERROR|\+CM[ES] ERROR: ?(.*)|NO CARRIER|NO DIALTONE|BUSY|NO ANSWER)$")
PROMPT = b"> "


class Sent(Struct, frozen=True):
    """The network has taken a part of a message; `reference` is what a report will name."""

    key: str
    reference: int


class Refused(Struct, frozen=True):
    """The modem or the network did not take it."""

    key: str
    why: str


class Called(Struct, frozen=True):
    """A call is over: whether somebody picked it up."""

    key: str
    was_answered: bool


class Standing(Struct, frozen=True):
    """How the modem stands: whether the network has it, and how well (0 to 31; 99: unknown)."""

    is_ready: bool
    signal: int
    detail: str


Happened = Sent | Refused | Called | Standing | Incoming | Report


class Modem:
    """One modem. Times are monotonic seconds."""

    def __init__(self, now: float, pin: str = "") -> None:
        """Begin the dialogue; `pin` unlocks the card where it asks for one."""
        self._pin = pin
        self._in = bytearray()
        self._out: list[bytes] = []
        self._jobs: deque[Job] = deque()
        self._job: Job | None = None
        self._phase = Phase.ANSWER
        self._deadline = 0.0
        self._call_ends = 0.0
        self._is_picked_up = False
        self._pdu_of = ""  # the announcement whose PDU is the next line
        self._registered, self._signal, self._detail = False, 99, "not asked yet"
        self._next_look = now
        for command in ("AT", *SETUP, "AT+CPIN?"):
            self._jobs.append(Job(command))
        self._go_on(now)

    # -- what is asked for

    def send(self, key: str, length: int, pdu: str, now: float, *, is_urgent: bool = False) -> bool:
        """Queue one PDU; False where so much waits already that it would come too late."""
        return self._queue(Job(f"AT+CMGS={length}", key, pdu, is_urgent=is_urgent), now)

    def call(
        self,
        key: str,
        number: str,
        now: float,
        rings_for: float = RINGS_FOR,
        *,
        is_urgent: bool = False,
    ) -> bool:
        """Queue a call; it is hung up when it was picked up for a moment, or rang for long."""
        if not re.fullmatch(r"\+?[0-9]{3,20}", number):
            raise ValueError(f"{number!r} is no telephone number")
        job = Job(f"ATD{number};", key, rings_for=rings_for, is_urgent=is_urgent)
        return self._queue(job, now)

    def forget(self, key: str) -> None:
        """Take back what has not begun: nobody waits for it any more."""
        for job in [each for each in self._jobs if each.key == key]:
            self._jobs.remove(job)

    # -- the line

    def take(self) -> bytes:
        """Give what is to be written now."""
        out, self._out = b"".join(self._out), []
        return out

    def feed(self, chunk: bytes, now: float) -> list[Happened]:
        """Take in what the modem said."""
        self._in += chunk
        found: list[Happened] = []
        while (at := self._in.find(b"\n")) >= 0:
            line = self._in[:at].decode("ascii", "replace").strip()
            del self._in[: at + 1]
            if line:
                found += self._heard(line, now)
        if self._phase is Phase.PROMPT and self._in.lstrip().startswith(PROMPT[:1]):
            self._in.clear()
            if self._job is not None:
                self._out.append(self._job.body.encode() + b"\x1a")
                self._phase, self._deadline = Phase.ANSWER, now + SENDS_WITHIN
        if len(self._in) > LONGEST_LINE:
            self._in.clear()
        return found

    def tick(self, now: float) -> list[Happened]:
        """Give up what is not answered; look at the network now and then."""
        found: list[Happened] = []
        if self._phase is Phase.RINGING and self._job is not None:
            if now >= self._call_ends:
                found += self._hang_up(now)
            elif now >= self._deadline:
                self._write("AT+CLCC")
                self._deadline = now + CALL_LOOK
        elif self._job is not None and now >= self._deadline:
            if self._phase is Phase.PROMPT:
                self._out.append(b"\x1b")
            found += self._ended(False, "the modem does not answer", now)
        if self._job is None and now >= self._next_look:
            self._next_look = now + LOOKS_EVERY
            # A modem that browned out has forgotten how it was set up, and does not say so.
            self._jobs += [Job(command) for command in (*SETUP, "AT+CREG?", "AT+CSQ")]
            self._go_on(now)
        return found

    def next_tick(self) -> float:
        """Give when `tick` has something to do, if the modem says nothing before."""
        if self._phase is Phase.RINGING:
            return min(self._deadline, self._call_ends)
        return self._next_look if self._job is None else self._deadline

    # -- inside: one command after the other

    def _queue(self, job: Job, now: float) -> bool:
        alike = sum(each.is_urgent is job.is_urgent for each in self._jobs)
        if alike >= MOST_WAITING:
            return False
        self._jobs.insert(self._place(job), job)
        self._go_on(now)
        return True

    def _place(self, job: Job) -> int:
        """Give where it waits: after our own commands, and before what is less urgent."""
        rank = rank_of(job)
        later = (at for at, each in enumerate(self._jobs) if each.key and rank_of(each) > rank)
        return next(later, len(self._jobs))

    def _go_on(self, now: float) -> None:
        if self._job is not None or not self._jobs:
            return
        job = self._job = self._jobs.popleft()
        self._write(job.command)
        self._phase = Phase.PROMPT if job.body else Phase.ANSWER
        self._deadline = now + ANSWERS_WITHIN

    def _write(self, command: str) -> None:
        self._out.append(command.encode() + b"\r")

    def _heard(self, line: str, now: float) -> list[Happened]:
        if self._pdu_of:
            self._pdu_of = ""
            return _read(line)
        if line.startswith(("+CMT:", "+CDS:")):
            self._pdu_of = line[:4]
            return []
        job = self._job
        if job is None:
            return []
        if self._phase is Phase.RINGING:
            return self._ringing(line, now)
        if line == "OK":
            return self._ended(True, "", now)
        failed = ERROR.match(line)
        if failed:
            return self._ended(False, failed[1] or line, now)
        job.said.append(line)
        return []

    def _ended(self, is_well: bool, why: str, now: float) -> list[Happened]:
        job = self._job
        if job is None:
            return []
        if is_well and job.rings_for:
            self._phase, self._is_picked_up = Phase.RINGING, False
            self._call_ends, self._deadline = now + job.rings_for, now + CALL_LOOK
            return []
        found = self._outcome(job, is_well, why)
        self._job = None
        self._go_on(now)
        return found

    def _outcome(self, job: Job, is_well: bool, why: str) -> list[Happened]:
        if job.key and not is_well:
            return [Refused(job.key, why)]
        if job.body:
            number = re.search(r"\+CMGS: ?(\d+)", " ".join(job.said))
            if number is None:
                # A late OK of another command: better sent twice than taken for sent.
                return [Refused(job.key, "no number was given to it")]
            return [Sent(job.key, int(number[1]))]
        said = " ".join(job.said)
        match job.command:
            case "AT+CPIN?" if "SIM PIN" in said and self._pin:
                self._jobs.appendleft(Job(f'AT+CPIN="{self._pin}"'))
                self._pin = ""  # once: three wrong ones lock the card
            case "AT+CPIN?" if not is_well or "READY" not in said:
                return self._stands(False, self._signal, said or f"no card: {why}")
            case "AT+CREG?":
                state = re.search(r"\+CREG: ?\d, ?(\d)", said)
                is_known = state is not None and state[1] in REGISTERED
                detail = "" if is_known else "the network does not have it"
                return self._stands(is_known, self._signal, detail)
            case "AT+CSQ":
                level = re.search(r"\+CSQ: ?(\d+)", said)
                return self._stands(self._registered, int(level[1]) if level else 99, self._detail)
            case "AT" if not is_well:
                return self._stands(False, 99, why)
        return []

    def _stands(self, is_ready: bool, signal: int, detail: str) -> list[Happened]:
        if (is_ready, signal, detail) == (self._registered, self._signal, self._detail):
            return []
        self._registered, self._signal, self._detail = is_ready, signal, detail
        return [Standing(is_ready, signal, detail)]

    # -- a call

    def _ringing(self, line: str, now: float) -> list[Happened]:
        if line.startswith("+CLCC:"):
            fields = [field.strip() for field in line[6:].split(",")]
            if len(fields) > 2 and fields[1] == "0" and fields[2] == "0" and not self._is_picked_up:
                self._is_picked_up = True
                self._call_ends = min(self._call_ends, now + ANSWERS_WITHIN)
            return []
        return self._hang_up(now) if ERROR.match(line) else []

    def _hang_up(self, now: float) -> list[Happened]:
        job, self._job = self._job, None
        self._phase = Phase.ANSWER
        self._jobs.appendleft(Job("ATH"))
        self._go_on(now)
        return [] if job is None else [Called(job.key, self._is_picked_up)]


def _read(pdu: str) -> list[Happened]:
    try:
        return [received(pdu)]
    except NoPdu:
        return []
