"""The demonstration: weeks of a drill home in under a minute, over a broker, a serial port and a
private bus into the real daemon, and on to a receiver that shows what really arrives.

It tells the story; setting the stage and striking it is stage's part.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from edge.model import Rule
from simulator import home_life
from simulator.drill_devices import SosButton
from simulator.drivers.cable import CableStuck
from simulator.drivers.link import LinkFailed
from simulator.led_home import LedHome
from simulator.receiver import Arrived
from simulator.settings import DrillHome
from simulator.stage import Interrupts, Stage, StageFailed
from simulator.terminal import fall_silent, say, show
from simulator.words import LANGUAGES, usual_language

FIRST_DAY = date(2026, 3, 2)
SEED = 7
FALLS_AT = timedelta(hours=10, minutes=12)
STRIDE = timedelta(minutes=10)
LONGEST_SILENCE = timedelta(hours=24)
ARRIVES_WITHIN = 15.0  # seconds for a notification that is due
PRESSED_AGAIN_AFTER = 0.5  # seconds
STRAGGLERS = 0.05  # seconds in which one that is not due would show itself
PHONES = ("phone-daughter", "phone-neighbour", "phone-duty")


class StoryFailed(Exception):
    """What the story promises did not come true."""


class Story:
    """What happens in the drill home, told line by line while it happens."""

    def __init__(self, stage: Stage, language: str, days: int, page_port: int) -> None:
        self._stage = stage
        self._page_port = page_port
        self._words = LANGUAGES[language]
        self._language = language
        self._days = days
        self._home = LedHome(stage, FIRST_DAY)
        self._notified = 0

    def tell(self) -> None:
        """Tell the whole story; raise StoryFailed where the daemon does not keep its part."""
        self._introduce()
        self._live()
        alert = self._fall_silent()
        self._acknowledge(alert)
        self._return(alert)
        if self._home.button is not None:
            self._press(self._home.button)
        self._burn()

    def _introduce(self) -> None:
        stage = self._stage
        self._say("broker", name=stage.broker_name, port=stage.broker_port)
        self._say("ready", seconds=stage.ready_after, devices=10 if stage.air is None else 11)
        self._say("serial")
        if stage.air is not None:
            self._say("bluetooth")
        else:
            self._say("no_bluetooth", reason=stage.no_air)
        self._say("page", url=f"http://127.0.0.1:{self._page_port}")

    def _live(self) -> None:
        """The weeks in which the home is learned, and a last morning."""
        began, count = time.monotonic(), 0
        self._say("lives")
        self._home.begin()
        falls = FIRST_DAY + timedelta(days=self._days)
        rows = home_life.rows(SEED, FIRST_DAY, self._days + 1)
        for day, of_day in groupby(rows, lambda row: row.time.date()):
            if day == falls:
                passed = time.monotonic() - began
                self._say("learned", days=self._days, seconds=passed, **self._counts(count))
            lived = (row for row in of_day if day < falls or row.time < _on(day, FALLS_AT))
            until = _on(day, FALLS_AT if day == falls else timedelta(days=1))
            count += self._home.live(lived, until)
            self._show_arrived()
            number = (day - FIRST_DAY).days + 1
            if number % 7 == 0 and day < falls:
                self._say("day", at=True, day=number, messages=count, alerts=self._notified)
        self._home.walk(timedelta())
        self._say("morning", at=True, day=self._days + 1)
        self._home.sense("bathroom motion", "motion", "ON")
        self._home.walk(timedelta(minutes=2))
        self._home.sense("bathroom motion", "motion", "OFF")

    def _fall_silent(self) -> str:
        """Nothing moves any more: wait for the alert and give its id."""
        fell = self._home.now
        self._say("falls_silent", at=True)
        while self._home.now - fell < LONGEST_SILENCE:
            self._home.wait(STRIDE)
            arrived = self._stage.receiver.next(STRAGGLERS)
            if arrived is not None:
                self._show(arrived)
                silent = self._duration(self._home.now - fell)
                self._say("after", at=True, hours=silent, who=self._who(arrived))
                return self._open_alert(Rule.INACTIVITY)
        raise StoryFailed(self._words["no_alert"])

    def _acknowledge(self, alert: str) -> None:
        """The daughter takes it; the ladder stops."""
        who = self._words["phone-daughter"]
        self._command("acknowledge", "alerts", "ack", alert, "--by", who, who=who)
        before, meanwhile = self._notified, timedelta(minutes=30)
        self._home.wait(meanwhile)
        self._show_arrived()
        count = self._notified - before
        self._say("quiet", at=True, minutes=int(meanwhile.total_seconds() / 60), count=count)

    def _return(self, alert: str) -> None:
        """Life comes back; whoever was told hears that, and it is closed with what it was."""
        self._say("found", at=True)
        self._home.sense("bathroom motion", "motion", "ON")
        self._home.walk(timedelta(minutes=1))
        self._expect({"phone-daughter"}, "resolved")
        for room in ("bedroom", "living room"):
            self._home.walk(timedelta(minutes=2))
            self._home.sense(f"{room} motion", "motion", "ON")
        who = self._words["phone-daughter"]
        end = ("--by", who, "--outcome", "helped")
        self._command("close", "alerts", "close", alert, *end)
        self._command("journal", "alerts", "show", alert, is_shown=True)

    def _press(self, button: SosButton) -> None:
        """She calls for help herself; whoever takes it ends it."""
        self._home.wait(timedelta(hours=1))
        self._say("sos", at=True)
        pressed = time.monotonic()
        button.press()
        # Radio is lossy, and buttons send a press several times; it counts once.
        first = self._expect(set(PHONES), "SOS", PRESSED_AGAIN_AFTER, button.repeat)
        passed = (first - pressed) * 1000
        self._say("sos_told", at=True, milliseconds=passed, count=len(PHONES))
        who = self._words["phone-daughter"]
        end = ("--by", who, "--outcome", "helped")
        self._command("close", "alerts", "close", self._open_alert(Rule.SOS), *end)
        self._expect(set(PHONES), "closed")

    def _burn(self) -> None:
        """Smoke is told to everyone at once."""
        self._home.wait(timedelta(hours=1))
        self._say("smoke", at=True)
        sent = time.monotonic()
        self._home.smoke_alarm.say(True)
        first = self._expect(set(PHONES), "smoke")
        passed = (first - sent) * 1000
        self._say("smoke_told", at=True, milliseconds=passed, count=len(PHONES))
        self._say("clears", at=True)
        self._home.smoke_alarm.say(False)
        self._expect(set(PHONES), "resolved")

    # -- the people

    def _expect(
        self,
        phones: set[str],
        what: str,
        again_after: float = ARRIVES_WITHIN,
        again: Callable[[], None] = lambda: None,
    ) -> float:
        """Wait until each of these phones has a notification; give when the first one had it.

        Each time that none came for `again_after` seconds, `again` is called.
        """
        first, missing, began = 0.0, set(phones), time.monotonic()
        while missing:
            arrived = self._stage.receiver.next(again_after)
            if arrived is None and time.monotonic() - began >= ARRIVES_WITHIN:
                who = ", ".join(sorted(missing))
                raise StoryFailed(self._words["no_notice"].format(what=f"{what}: {who}"))
            if arrived is None:
                again()
                continue
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

    def _open_alert(self, rule: Rule) -> str:
        listed = json.loads(self._stage.command("alerts", "list", "--json"))
        found = [each["id"] for each in listed if each["finding"]["rule"] == rule]
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

    def _counts(self, over_mqtt: int) -> dict[str, Any]:
        button = self._home.button
        over_bluetooth = 0 if button is None else button.count
        serial = self._home.smoke_alarm.count
        return {"messages": over_mqtt, "serial": serial, "bluetooth": over_bluetooth}

    def _say(self, phrase: str, *, at: bool = False, **values: Any) -> None:
        say(self._words[phrase].format(**values), self._home.now if at else None)

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
    home = DrillHome(options.lang)
    stage = Stage(home, options.broker, interrupts)
    began = time.monotonic()
    try:
        say(words["intro"].format(days=options.days))
        with stage:
            Story(stage, options.lang, options.days, home.page_port).tell()
        say(words["end"].format(seconds=time.monotonic() - began))
    except KeyboardInterrupt:
        print()
        say(words["interrupted"])
        return 130
    except (StoryFailed, StageFailed, LinkFailed, CableStuck) as error:
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
