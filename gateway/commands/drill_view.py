"""A drill as it is told: hop by hop while it goes on, as a report on the terminal, as JSON."""

import select
import signal
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType

import click

from gateway.commands.drill_course import EVERY, Course
from gateway.commands.drill_hops import Came, Hop, Result, Stage
from gateway.commands.drill_plan import UNTIL, Plan
from gateway.commands.layout import safe, table
from gateway.commands.proposals import how_to_try
from gateway.language import Language, Phrase, say

MARKS = {Came.PASSED: "\u2713", Came.FAILED: "\u2717", Came.WAITS: "\u00b7", Came.LEFT_OUT: "-"}
COLOURS = {Came.PASSED: "green", Came.FAILED: "red"}
COLUMNS = ("time", "took", "rung", "whom", "proven")
LONGEST_NAME = 80


class Teller:
    """Tells each hop once, when it has come to something."""

    def __init__(self, plan: Plan, language: Language, *, is_quiet: bool) -> None:
        self.language = language
        self._plan = plan
        self._is_quiet = is_quiet
        self._told: set[tuple[str, Came]] = set()

    def tell(self, hops: Sequence[Hop]) -> None:
        """Tell what is new."""
        for hop in hops:
            news = hop.key, hop.came
            if not hop.is_tried or news in self._told:
                continue
            self._told.add(news)
            text = "  ".join(cell for cell in row(hop, self._plan, self.language) if cell)
            self.say(text, COLOURS.get(hop.came))

    def say(self, text: str, colour: str | None = None) -> None:
        """Say a line, unless a program listens."""
        if not self._is_quiet:
            click.echo(click.style(safe(text), fg=colour))


def followed(course: Course, teller: Teller, wait: timedelta, *, is_typed: bool) -> None:
    """Follow a drill until its last rung is reached or waited for in vain, and end it."""
    teller.say(say(teller.language, "drill.begins"))
    with _ending():
        try:
            _go(course, teller, wait, is_typed=is_typed)
        except KeyboardInterrupt:
            course.is_interrupted = True
        finally:
            course.stop()
        course.end(teller.tell)


def _go(course: Course, teller: Teller, wait: timedelta, *, is_typed: bool) -> None:
    asked_for: set[str] = set()
    deadline: float | None = None
    while True:
        course.look()
        teller.tell(course.hops)
        if course.is_through() or _is_too_late(course, deadline):
            return
        for line in _asks(course, asked_for):
            teller.say(line.told(teller.language))
        if course.alert and deadline is None:
            deadline = time.monotonic() + wait.total_seconds()
        if "take" in asked_for and is_typed:
            name = _typed(EVERY)
            if name:
                course.take(name)
        else:
            time.sleep(EVERY)


def _is_too_late(course: Course, deadline: float | None) -> bool:
    if deadline is not None:
        return time.monotonic() > deadline
    return course.plan.by_sensor and not course.alert and not course.stands.left


def _asks(course: Course, asked_for: set[str]) -> Iterator[Phrase]:
    """Give what a person is to do now, each once."""
    plan, device = course.plan, course.plan.device
    if plan.by_sensor and device is not None and not course.alert and "press" not in asked_for:
        asked_for.add("press")
        how, left = Phrase(how_to_try(device.kinds)), course.stands.left
        values = {"how": how, "name": device.name, "seconds": round(left.total_seconds())}
        yield Phrase("drill.press", values)
    is_told = plan.until == UNTIL[2] and any(
        hop.stage is Stage.TOLD and hop.came is Came.PASSED for hop in course.hops
    )
    if is_told and "take" not in asked_for:
        asked_for.add("take")
        if sys.stdin.isatty():
            termios.tcflush(sys.stdin, termios.TCIFLUSH)  # what was typed before is no answer
        key = "drill.take" if sys.stdin.isatty() else "drill.waits"
        yield Phrase(key, {"id": course.alert[:8]})


def _typed(seconds: float) -> str:
    """Wait so long for a name; empty where none was typed."""
    if not select.select([sys.stdin], [], [], seconds)[0]:
        return ""
    name = sys.stdin.readline().strip()
    if not name:
        time.sleep(seconds)  # nobody types any more
    return name if name.isprintable() and len(name) <= LONGEST_NAME else ""


@contextmanager
def _ending() -> Iterator[None]:
    """Let a signal that ends the command end the drill too."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, _end) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


# --- the report


def summary(result: Result, plan: Plan, language: Language) -> list[str]:
    """Give the whole report as text."""
    key = "passed" if result.passed else "failed"
    at = f"{result.at.astimezone(plan.home.zone):%Y-%m-%d %H:%M}"
    led = {"home": plan.home.name, "at": at, "by": result.by, "what": plan.what.told(language)}
    head = [say(language, f"drill.{name}") for name in COLUMNS]
    return [
        "",
        say(language, "drill.title"),
        say(language, "drill.led", **led),
        *table([head, *(row(hop, plan, language) for hop in result.hops)]),
        *([ending(result, plan).told(language)] if result.ending != "done" else []),
        say(language, f"drill.{key}"),
        say(language, "try.real_now" if plan.by_sensor else "drill.watched"),
    ]


def ending(result: Result, plan: Plan) -> Phrase:
    """Say how it ended."""
    rule, _, subject = result.ended_by.rpartition("/")
    names = {device.id: device.name for device in plan.home.devices}
    name = names.get(subject, plan.home.name)
    alarm: object = Phrase("drill.alarm", {"rule": Phrase(f"rule.{rule}"), "name": name})
    return Phrase(f"ending.{result.ending}", {"alarm": alarm if rule else name})


def row(hop: Hop, plan: Plan, language: Language) -> list[str]:
    """Give a hop in cells."""
    return [
        clock(hop.at, plan),
        took(hop.took, language),
        f"{MARKS[hop.came]} {say(language, f'hop.{hop.stage}')}",
        hop.telling(language),
        " · ".join([*_unless_plain(hop, language), *hop.proof(language)]),
    ]


def _unless_plain(hop: Hop, language: Language) -> list[str]:
    return [] if hop.came is Came.PASSED else [say(language, f"came.{hop.came}")]


def clock(at: datetime | None, plan: Plan) -> str:
    """Give the time of day in the home, to the millisecond."""
    if at is None:
        return ""
    local = at.astimezone(plan.home.zone)
    return f"{local:%H:%M:%S}.{local.microsecond // 1000:03}"


def took(duration: timedelta | None, language: Language) -> str:
    """Give how long a hop took."""
    if duration is None:
        return ""
    return say(language, "drill.seconds", seconds=f"{max(0.0, duration.total_seconds()):.3f}")


def plain(result: Result, plan: Plan) -> dict[str, object]:
    """Give the report for a program."""
    english = Language.EN
    hops = [
        {
            "rung": hop.stage.value,
            "what": hop.telling(english),
            "result": hop.came.value,
            "at": None if hop.at is None else hop.at.isoformat(),
            "seconds": None if hop.took is None else hop.took.total_seconds(),
            "said": hop.proof(english),
        }
        for hop in result.hops
    ]
    waits = [
        {
            "contact": told.recipient,
            "channel": told.channel,
            "in_earnest_s": told.after.total_seconds(),
            "here_s": told.within.total_seconds(),
        }
        for told in plan.foreseen.told
    ]
    head = {"household": plan.home.id, "passed": result.passed, "ending": result.ending}
    return head | {"ended_by": result.ended_by, "by": result.by, "hops": hops, "waits": waits}
