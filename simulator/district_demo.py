"""The demonstration of the district: a street of homes lives in real time, and one desk to look at.

It lets something happen and says what became of it; setting the stage is district_stage's part.
"""

import argparse
import sys
import threading
import time
from datetime import UTC, datetime
from typing import Any, NamedTuple

from edge.model import Kind, Value
from simulator import home_file, street, street_play
from simulator.desk_client import Desk, DeskFailed
from simulator.district_stage import DistrictStage
from simulator.district_words import LANGUAGES
from simulator.drivers.link import LinkFailed
from simulator.home import Plan
from simulator.life import Signal
from simulator.roster import Neighbour, neighbours
from simulator.stage import Interrupts, StageFailed
from simulator.terminal import fall_silent, say, show
from simulator.voice import Voice
from simulator.words import usual_language

HOME = "flat_plain"
SEED = 11
SMOKE_LASTS, SOS_AFTER = 240.0, 90.0  # seconds, and after the smoke
BURNS, CALLS = 0, 6  # which homes
LOOKS_EVERY = 1.0  # seconds


class Watching(threading.Thread):
    """Says what arrives at phones, and what becomes of it at the desk."""

    def __init__(self, stage: DistrictStage, words: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self._stage, self._words = stage, words
        self._seen: dict[str, str] = {}
        self._shown = ""  # the title of what a phone received last
        self._ended = threading.Event()

    def stop(self) -> None:
        """Say no more."""
        self._ended.set()
        self.join()

    def run(self) -> None:
        """Look at both until told to stop."""
        desk = Desk(self._stage.url, "qian", self._stage.password)
        while not self._ended.wait(LOOKS_EVERY):
            self._tell_arrived()
            try:
                opened = desk.get("/api/v1/incidents")
                closed = desk.get("/api/v1/incidents?closed=true")
            except (DeskFailed, ValueError):
                continue  # somebody has ended the session, or the desk is busy
            for each in (*opened, *closed):
                self._tell(each, len(opened))

    def _tell_arrived(self) -> None:
        while (arrived := self._stage.receiver.next(0)) is not None:
            who = self._words.get(arrived.phone, arrived.phone)
            if arrived.title == self._shown:
                say(self._words["arrives_too"].format(who=who, title=arrived.title))
                continue
            self._shown = arrived.title
            say(self._words["arrives"].format(who=who))
            show(arrived.title, arrived.text)

    def _tell(self, incident: dict[str, Any], count: int) -> None:
        phase = str(incident["phase"])
        if self._seen.get(incident["id"]) == phase:
            return
        self._seen[incident["id"]] = phase
        values = {name: incident[name] for name in ("title", "owner")}
        outcome = incident["outcome"]
        values["outcome"] = self._words.get(outcome, outcome)
        key = {"open": "on_desk", "taken": "taken", "closed": "closed"}.get(phase)
        if key is not None:
            say(self._words[key].format(count=count, **values))


class Hit(NamedTuple):
    """Something that a sensor says, so many seconds after the beginning."""

    after: float
    phrase: str
    home: Neighbour
    sensor: str
    values: dict[Kind, Value]

    def strike(self, stage: DistrictStage, plan: Plan, words: dict[str, str]) -> None:
        """Let it happen, and say so."""
        voice = Voice(self.home.lives_in(plan).sensors)
        say(words[self.phrase].format(home=self.home.address))
        for sent in voice.said(Signal(time.time(), self.sensor, self.values)):
            stage.link.send(sent)


def play(stage: DistrictStage, homes: list[Neighbour], options: argparse.Namespace) -> None:
    """Let the street live until it is enough."""
    words = LANGUAGES[options.lang]
    plan = home_file.named(HOME)
    hours = options.minutes / 60
    lived = street.Street(plan, 0, SEED, begins=datetime.now(UTC), hours=hours, share=0)
    lived.homes = [
        street.Neighbour(home.lives_in(plan), (), SEED * 1000 + number)
        for number, home in enumerate(homes)
    ]
    burning, calling, after = homes[BURNS], homes[min(CALLS, len(homes) - 1)], options.smoke_after
    hits = (
        Hit(after, "smoke", burning, "kitchen_smoke", {Kind.SMOKE: True}),
        Hit(after + SOS_AFTER, "sos", calling, "sos", {Kind.SOS: True}),
        Hit(after + SMOKE_LASTS, "clears", burning, "kitchen_smoke", {Kind.SMOKE: False}),
    )
    timers = [threading.Timer(hit.after, hit.strike, [stage, plan, words]) for hit in hits]
    watching = Watching(stage, words)
    try:
        for each in (*timers, watching):
            each.daemon = True
            each.start()
        street_play.play(lived, stage.link.send, 1.0)
    finally:
        for timer in timers:
            timer.cancel()
        watching.stop()


def introduce(stage: DistrictStage, homes: list[Neighbour], options: argparse.Namespace) -> None:
    """Say where to look, and as whom."""
    words = LANGUAGES[options.lang]
    say(words["broker"].format(name=stage.broker_name))
    say(words["gateway"].format(homes=len(homes), **words))
    say(words["desk"].format(url=stage.url))
    say(words["accounts"].format(password=stage.password))
    for login in ("lin", "zhao", "qian", "guan"):
        say(words["account"].format(login=login, name=words[f"{login}_is"]))
    say(words["second"])
    say(words["soon"].format(seconds=round(options.smoke_after), home=homes[BURNS].address))


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
    homes = neighbours(options.lang, options.homes)
    stage = DistrictStage(homes, home_file.named(HOME), words, interrupts)
    try:
        say(words["intro"].format(homes=len(homes)))
        say(words["wait"])
        with stage:
            introduce(stage, homes, options)
            play(stage, homes, options)
    except KeyboardInterrupt:
        print()
    except (StageFailed, LinkFailed, DeskFailed) as error:
        say(words["failed"].format(reason=error))
        print(words["log"], *stage.last_lines, sep="\n    ", file=sys.stderr)
        return 1
    say(words["end"])
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/demo --district",
        description="A street of simulated homes, and a duty desk to look at.",
    )
    parser.add_argument("--lang", choices=sorted(LANGUAGES), default=usual_language())
    parser.add_argument("--homes", type=int, choices=range(2, 9), default=8, help="2 to 8")
    parser.add_argument("--smoke-after", type=float, default=60, help="seconds (default 60)")
    parser.add_argument("--minutes", type=float, default=720, help="at most (default 720)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
