"""The demonstration: weeks of a drill home in under a minute, through a real broker and the real
daemon to a receiver that shows what really arrives.

It tells the story; setting the stage and striking it is stage's part.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from edge.model import Rule
from simulator import home_life
from simulator.drivers.link import LinkFailed, play_in_step
from simulator.receiver import Arrived
from simulator.recording import Row
from simulator.replay import Devices, Message
from simulator.stage import Interrupts, Stage, StageFailed
from simulator.terminal import fall_silent, say, show
from simulator.words import LANGUAGES, usual_language

ZONE = ZoneInfo("Asia/Shanghai")
FIRST_DAY = date(2026, 3, 2)
SEED = 7
FALLS_AT = timedelta(hours=10, minutes=12)
STRIDE = timedelta(minutes=10)
LONGEST_SILENCE = timedelta(hours=24)
ARRIVES_WITHIN = 15.0  # seconds for a notification that is due
STRAGGLERS = 0.05  # seconds in which one that is not due would show itself
PHONES = ("phone-daughter", "phone-neighbour", "phone-duty")


class StoryFailed(Exception):
    """What the story promises did not come true."""


class Story:
    """What happens in the drill home, told line by line while it happens."""

    def __init__(self, stage: Stage, language: str, days: int) -> None:
        self._stage = stage
        self._words = LANGUAGES[language]
        self._language = language
        self._days = days
        self._devices = Devices(ZONE)
        self._now = datetime.combine(FIRST_DAY, datetime.min.time(), ZONE)
        self._notified = 0

    def tell(self) -> None:
        """Tell the whole story; raise StoryFailed where the daemon does not keep its part."""
        self._introduce()
        self._live()
        alert = self._fall_silent()
        self._acknowledge(alert)
        self._return(alert)
        self._burn()

    def _introduce(self) -> None:
        stage = self._stage
        self._say("broker", name=stage.broker_name, port=stage.broker_port)
        self._say("ready", seconds=stage.ready_after, devices=10)

    def _live(self) -> None:
        """The weeks in which the home is learned, and a last morning."""
        began, count = time.monotonic(), 0
        self._say("lives")
        self._play(self._devices.messages(home_life.at_rest(_on(FIRST_DAY, timedelta()))))
        falls = FIRST_DAY + timedelta(days=self._days)
        rows = home_life.rows(SEED, FIRST_DAY, self._days + 1)
        for day, of_day in groupby(rows, lambda row: row.time.date()):
            if day == falls:
                passed = time.monotonic() - began
                self._say("learned", days=self._days, messages=count, seconds=passed)
            lived = (row for row in of_day if day < falls or row.time < _on(day, FALLS_AT))
            count += self._play(self._devices.messages(lived))
            self._now = _on(day, FALLS_AT if day == falls else timedelta(days=1)).replace(
                tzinfo=ZONE
            )
            self._show_arrived()
            number = (day - FIRST_DAY).days + 1
            if number % 7 == 0 and day < falls:
                self._say("day", at=True, day=number, messages=count, alerts=self._notified)
        self._walk(timedelta())
        self._say("morning", at=True, day=self._days + 1)
        self._sense("bathroom motion", "motion", "ON")
        self._walk(timedelta(minutes=2))
        self._sense("bathroom motion", "motion", "OFF")

    def _fall_silent(self) -> str:
        """Nothing moves any more: wait for the alert and give its id."""
        fell = self._now
        self._say("falls_silent", at=True)
        while self._now - fell < LONGEST_SILENCE:
            self._pass(STRIDE)
            arrived = self._stage.receiver.next(STRAGGLERS)
            if arrived is not None:
                self._show(arrived)
                silent = self._duration(self._now - fell)
                self._say("after", at=True, hours=silent, who=self._who(arrived))
                return self._open_alert()
        raise StoryFailed(self._words["no_alert"])

    def _acknowledge(self, alert: str) -> None:
        """The daughter takes it; the ladder stops."""
        who = self._words["phone-daughter"]
        self._command("acknowledge", "alerts", "ack", alert, "--by", who, who=who)
        before, meanwhile = self._notified, timedelta(minutes=30)
        self._pass(meanwhile)
        self._show_arrived()
        count = self._notified - before
        self._say("quiet", at=True, minutes=int(meanwhile.total_seconds() / 60), count=count)

    def _return(self, alert: str) -> None:
        """Life comes back; whoever was told hears that, and it is closed with what it was."""
        self._say("found", at=True)
        self._sense("bathroom motion", "motion", "ON")
        self._walk(timedelta(minutes=1))
        self._expect({"phone-daughter"}, "resolved")
        for room in ("bedroom", "living room"):
            self._walk(timedelta(minutes=2))
            self._sense(f"{room} motion", "motion", "ON")
        who = self._words["phone-daughter"]
        end = ("--by", who, "--outcome", "helped")
        self._command("close", "alerts", "close", alert, *end)
        self._command("journal", "alerts", "show", alert, is_shown=True)

    def _burn(self) -> None:
        """Smoke is told to everyone at once."""
        self._pass(timedelta(hours=1))
        self._say("smoke", at=True)
        published = time.monotonic()
        self._sense(home_life.SMOKE, "smoke", "ON")
        first = self._expect(set(PHONES), "smoke")
        passed = (first - published) * 1000
        self._say("smoke_told", at=True, milliseconds=passed, count=len(PHONES))
        self._say("clears", at=True)
        self._sense(home_life.SMOKE, "smoke", "OFF")
        self._walk(timedelta(minutes=1))
        self._expect(set(PHONES), "resolved")

    # -- the home

    def _play(self, messages: Iterator[Message]) -> int:
        return play_in_step(self._stage.link, messages)

    def _sense(self, sensor: str, kind: str, value: str) -> None:
        """One sensor says something now."""
        row = Row(self._now.replace(tzinfo=None), sensor, kind, value)
        for message in self._devices.messages([row]):
            self._stage.link.publish(message.topic, message.payload)

    def _pass(self, duration: timedelta) -> None:
        """Let time pass in which the sensors live and see nothing."""
        self._play(self._devices.repeats(self._now + duration))
        self._walk(duration)

    def _walk(self, duration: timedelta) -> None:
        self._now += duration
        self._stage.link.walk(self._now.astimezone(UTC))

    # -- the people

    def _expect(self, phones: set[str], what: str) -> float:
        """Wait until each of these phones has a notification; give when the first one had it."""
        first, missing = 0.0, set(phones)
        while missing:
            arrived = self._stage.receiver.next(ARRIVES_WITHIN)
            if arrived is None:
                who = ", ".join(sorted(missing))
                raise StoryFailed(self._words["no_notice"].format(what=f"{what}: {who}"))
            first = first or arrived.at
            missing.discard(arrived.phone)
            self._show(arrived)
        return first

    def _show_arrived(self) -> None:
        while (arrived := self._stage.receiver.next(STRAGGLERS)) is not None:
            self._show(arrived)

    def _show(self, arrived: Arrived) -> None:
        self._notified += 1
        self._say("arrives", at=True, who=self._who(arrived))
        show(arrived.title, arrived.text)

    def _who(self, arrived: Arrived) -> str:
        return self._words.get(arrived.phone, arrived.phone)

    # -- the command

    def _open_alert(self) -> str:
        listed = json.loads(self._stage.command("alerts", "list", "--json"))
        found = [each["id"] for each in listed if each["finding"]["rule"] == Rule.INACTIVITY]
        if not found:
            raise StoryFailed(self._words["not_listed"])
        return str(found[0])

    def _command(self, phrase: str, *arguments: str, is_shown: bool = False, **values: Any) -> None:
        told = "shouhu " + " ".join(arguments)
        said = self._stage.command(*arguments, "--lang", self._language)
        self._say(phrase, at=True, command=told, **values)
        if is_shown:
            print("\n".join(f"    {line}" for line in said.splitlines()), flush=True)

    # -- the telling

    def _say(self, phrase: str, *, at: bool = False, **values: Any) -> None:
        say(self._words[phrase].format(**values), self._now if at else None)

    def _duration(self, length: timedelta) -> str:
        minutes = int(length.total_seconds() / 60)
        return self._words["duration"].format(hours=minutes // 60, minutes=minutes % 60)


def _on(day: date, hours: timedelta) -> datetime:
    """Give a time of a day, local and without a zone as in recordings."""
    return datetime.combine(day, datetime.min.time()) + hours


def main(arguments: list[str] | None = None) -> int:
    """Run the demonstration; give the exit code."""
    try:
        return _run(arguments)
    except BrokenPipeError:
        fall_silent()
        return 1


def _run(arguments: list[str] | None) -> int:
    options = _options(arguments)
    words = LANGUAGES[options.lang]
    interrupts = Interrupts()
    interrupts.catch()
    stage = Stage(options.lang, options.broker, interrupts)
    began = time.monotonic()
    try:
        say(words["intro"].format(days=options.days))
        with stage:
            Story(stage, options.lang, options.days).tell()
        say(words["end"].format(seconds=time.monotonic() - began))
    except KeyboardInterrupt:
        print()
        say(words["interrupted"])
        return 130
    except (StoryFailed, StageFailed, LinkFailed) as error:
        say(words["failed"].format(reason=error))
        print(words["log"], *stage.last_lines, sep="\n    ", file=sys.stderr)
        return 1
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/demo", description="Weeks of a drill home in under a minute, no hardware."
    )
    parser.add_argument("--lang", choices=sorted(LANGUAGES), default=usual_language())
    parser.add_argument("--days", type=int, default=24, help="days to learn from (default 24)")
    parser.add_argument("--broker", choices=["mosquitto", "iotcore"], help="default: what is there")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
