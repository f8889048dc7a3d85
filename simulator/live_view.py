"""Shows a home that is being played as a picture in the terminal: who is where, what the sensors
said last, what the phones received; and takes the keys of whoever looks on.

What the keys do to the home is the run's and the home's.
"""

import os
import select
import shutil
import sys
import termios
import time
import tty
from collections import deque
from math import inf
from types import TracebackType
from typing import Any, Self

from edge.model import Kind
from simulator.life import OUTSIDE, RESIDENT, Signal
from simulator.receiver import Arrived
from simulator.run import Run
from simulator.terminal import fitted
from simulator.view_words import Words
from simulator.views import local, room_name

DRAWN_EVERY = 0.1  # seconds
REMEMBERED = 60
BOLD, DIM, RED, GREEN, YELLOW, PLAIN = (f"\x1b[{n}m" for n in (1, 2, 31, 32, 33, 0))
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
_TOP, _REST = "\x1b[H", "\x1b[J"
_ALARMS = {Kind.SMOKE, Kind.GAS, Kind.CO, Kind.LEAK, Kind.SOS, Kind.FALL}


class LiveView:
    """The picture; it takes the terminal while it is entered and gives it back as it was."""

    def __init__(self, words: Words, title: str) -> None:
        self._words, self._title = words, title
        self._signals: deque[Signal] = deque(maxlen=REMEMBERED)
        self._phones: deque[tuple[float, Arrived]] = deque(maxlen=REMEMBERED)
        self._drawn = 0.0
        self._keys = -1
        self._before: list[Any] = []

    def __enter__(self) -> Self:
        self._keys = sys.stdin.fileno()
        self._before = termios.tcgetattr(self._keys)
        tty.setcbreak(self._keys)
        sys.stdout.write(_ENTER)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        sys.stdout.write(_LEAVE)
        sys.stdout.flush()
        termios.tcsetattr(self._keys, termios.TCSADRAIN, self._before)

    def said(self, signal: Signal) -> None:
        """Remember it for the next picture."""
        self._signals.append(signal)

    def arrived(self, arrived: Arrived, at: float) -> None:
        """Remember it for the next picture."""
        self._phones.append((at, arrived))

    def passed(self, run: Run) -> None:
        """Draw the picture anew when it is time, and do what the keys say."""
        if time.monotonic() - self._drawn < DRAWN_EVERY:
            return
        self._drawn = time.monotonic()
        while select.select([self._keys], [], [], 0)[0] and not run.is_over:
            for key in os.read(self._keys, 64).decode(errors="replace") or "q":
                obey(run, key)
        columns, lines = shutil.get_terminal_size((88, 30))
        picture = self.picture(run, columns, lines)
        sys.stdout.write(_TOP + "\x1b[K\n".join(picture) + "\x1b[K" + _REST)
        sys.stdout.flush()

    # -- the picture

    def picture(self, run: Run, columns: int, lines: int) -> list[str]:
        """Give the lines of the picture, no more and no wider than there is room for."""
        say = self._words.say
        head = [*self._head(run), "", *self._rooms(run), "", f"{BOLD}{say('signals')}{PLAIN}"]
        free = max(2, lines - len(head) - 4)
        signals = [self._signal(run, signal) for signal in self._signals][-(free // 2) :]
        phones = [self._phone(run, at, arrived) for at, arrived in self._phones]
        phones = phones[-(free - free // 2) :] or [f"{DIM}{say('nothing')}{PLAIN}"]
        body = [*signals, "", f"{BOLD}{say('phones')}{PLAIN}", *phones]
        keys = f"{DIM}{say('keys')}{PLAIN}"
        return [fitted(line, columns) for line in [*head, *body, keys]][:lines]

    def _head(self, run: Run) -> list[str]:
        say = self._words.say
        day = int((run.now - run.living.begins) // 86400) + 1
        speed = say("fast") if run.speed == inf else say("speed", speed=run.speed)
        pace = say("paused") if run.is_paused else speed
        clock = f"{local(run, run.now):%Y-%m-%d %H:%M:%S}"
        counts = say("counts", signals=run.signals, messages=run.messages, notices=run.notices)
        return [
            f"{BOLD}{self._title}{PLAIN}  {clock}  {say('day', day=day)}  {YELLOW}{pace}{PLAIN}",
            f"{DIM}{counts}{PLAIN}",
        ]

    def _rooms(self, run: Run) -> list[str]:
        plan, words = run.living.plan, self._words
        rooms = [*(place.id for place in plan.rooms), OUTSIDE]
        names = {room: room_name(run, room, words) for room in rooms}
        people: dict[str, list[str]] = {room: [] for room in rooms}
        for who, person in run.living.people.items():
            if person.stay is None or (who != RESIDENT and person.room == OUTSIDE):
                continue
            name = words.say("resident" if who == RESIDENT else "other")
            colour = RED if run.living.is_lying and who == RESIDENT else GREEN
            doing = words.doing(person.stay.doing)
            people[person.room].append(f"{colour}● {name}{PLAIN} {doing}")
        return [fitted(names[room], 14) + "  " + "   ".join(people[room]) for room in rooms]

    def _signal(self, run: Run, signal: Signal) -> str:
        names = {sensor.id: sensor.names for sensor in run.living.plan.sensors}
        name = names[signal.sensor].told(self._words.language)
        values = "  ".join(self._words.value(kind, said) for kind, said in signal.values.items())
        is_alarm = any(kind in _ALARMS and value is True for kind, value in signal.values.items())
        colour = RED if is_alarm else ""
        at = f"{local(run, signal.at):%H:%M:%S}"
        return f"{DIM}{at}{PLAIN}  {colour}{fitted(name, 20)}  {values}{PLAIN}"

    def _phone(self, run: Run, at: float, arrived: Arrived) -> str:
        phone = fitted(self._words.say(arrived.phone), 18)
        return f"{DIM}{local(run, at):%d %H:%M:%S}{PLAIN}  {YELLOW}{phone}{PLAIN}  {arrived.title}"


def obey(run: Run, key: str) -> None:
    """Do what a key asks for."""
    living = run.living
    match key:
        case " ":
            run.is_paused = not run.is_paused
        case "+" | "=":
            run.faster(1)
        case "-":
            run.faster(-1)
        case "c" if not living.is_lying:
            living.collapse(run.now)
        case "u" if living.is_lying:
            living.get_up(run.now)
        case "s":
            run.hit("sos", Kind.SOS, True)
        case "f":
            is_burning = "smoke" not in run.standing
            run.standing ^= {"smoke"}
            run.hit("kitchen_smoke", Kind.SMOKE, is_burning)
        case "q" | "\x03" | "\x04":
            run.is_over = True
