"""Shows a home that is being played: as lines to read, or as JSON for a program.

The picture that changes in place is live_view's.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from math import inf

from simulator.life import OUTSIDE, RESIDENT, Signal, Stay
from simulator.receiver import Arrived
from simulator.run import Run
from simulator.terminal import say, show
from simulator.view_words import Words

DAY = 86400.0


class Lines:
    """For a pipe or a log: what changes, line by line; in a fast life only days and phones."""

    def __init__(self, run_of: Callable[[], Run], words: Words) -> None:
        self._run_of, self._words = run_of, words
        self._told: Stay | None = None
        self._day = 0

    def said(self, signal: Signal) -> None:
        """Leave it out: there are hundreds a day."""

    def arrived(self, arrived: Arrived, at: float) -> None:
        """Show a notification."""
        phone = self._words.say(arrived.phone)
        say(self._words.say("received", phone=phone), local(self._run_of(), at))
        show(arrived.title, arrived.text)

    def passed(self, run: Run) -> None:
        """Tell of a new stay of the resident, or of a day that is over."""
        person = run.living.people.get(RESIDENT)
        if run.speed < inf and person is not None and person.stay is not self._told:
            self._told = person.stay
            say(who_is_where(run, RESIDENT, self._words), local(run, run.now))
        day = int((run.now - run.living.begins) // DAY)
        if day > self._day:
            self._day = day
            told = self._words.say("day_over", day=day, signals=run.signals, notices=run.notices)
            say(told, local(run, run.now))


class JsonLines:
    """For a program: a line for each signal and each notification."""

    def said(self, signal: Signal) -> None:
        """Print a signal."""
        values = {str(kind): value for kind, value in signal.values.items()}
        self._print(signal.at, sensor=signal.sensor, values=values)

    def arrived(self, arrived: Arrived, at: float) -> None:
        """Print a notification."""
        self._print(at, phone=arrived.phone, title=arrived.title, text=arrived.text)

    def passed(self, run: Run) -> None:
        """Leave it out."""

    def _print(self, at: float, **values: object) -> None:
        moment = datetime.fromtimestamp(at, UTC).isoformat()
        print(json.dumps({"at": moment, **values}, ensure_ascii=False), flush=True)


def local(run: Run, at: float) -> datetime:
    """Give a moment on the home's wall clock."""
    return datetime.fromtimestamp(at, UTC).astimezone(run.living.plan.zone)


def room_name(run: Run, room: str, words: Words) -> str:
    """Give the name of a room, or of where there is none."""
    for place in run.living.plan.rooms:
        if place.id == room:
            return place.names.told(words.language)
    return words.say("outside") if room == OUTSIDE else room


def who_is_where(run: Run, who: int, words: Words) -> str:
    """Say where somebody is and what they do."""
    stay = run.living.people[who].stay
    name = words.say("resident" if who == RESIDENT else "other")
    if stay is None:
        return name
    # Where they are going; the door and the rooms between take a few seconds.
    room = room_name(run, run.living.plan.room(stay.room), words)
    return words.say("is", who=name, room=room, doing=words.doing(stay.doing))
