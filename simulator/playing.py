"""Plays a simulated home on a stage of its own, or into a broker where a gateway listens.

What is shown of it is the audience's; streets of homes are street's.
"""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from math import inf
from typing import NamedTuple

from simulator.carriers import Carriers
from simulator.drivers.link import BrokerAddress, Link
from simulator.home import Plan
from simulator.live_view import LiveView
from simulator.living import Living
from simulator.person import Person
from simulator.run import Audience, Run
from simulator.settings import PlannedHome
from simulator.stage import Interrupts, Stage
from simulator.view_words import Words
from simulator.views import JsonLines, Lines


class Wish(NamedTuple):
    """What is to be played: for how many days from `begins` (aware), and how fast."""

    plan: Plan
    person: Person
    seed: int
    days: float
    speed: float  # inf: as fast as the led clock of the gateway follows
    begins: datetime

    def living(self) -> Living:
        """Give the home, before anything has happened."""
        return Living(self.plan, self.person, self.seed, self.begins)

    def play(self, run: Run) -> Run:
        """Play it to its end."""
        run.speed = self.speed
        run.play(run.living.begins + timedelta(days=self.days).total_seconds())
        return run


def on_stage(wish: Wish, words: Words, show: str) -> Run:
    """Play a home with a broker, a gateway and phones of its own; none of it is left afterwards.

    `show` is "live", "lines" or "json". Raises StageFailed, LinkFailed, CableStuck.
    """
    interrupts = Interrupts()
    interrupts.catch()
    setting = PlannedHome(wish.plan, words.language)
    with Stage(setting, None, interrupts) as stage:
        carriers = Carriers(stage.link, stage.cables, stage.air)
        return _shown(wish, words, show, lambda audience: Run(
            wish.living(), carriers, stage.link, lambda: stage.receiver.next(0), audience
        ))  # fmt: skip


def into_broker(wish: Wish, words: Words, show: str, address: BrokerAddress) -> Run:
    """Play a home into a broker; whose gateway listens there, and whom it tells, is not seen.

    Only what speaks MQTT is heard. In a fast life the gateway's clock is led. Raises LinkFailed.
    """
    with Link(address) as link:
        clock = link if wish.speed == inf else None
        carriers = Carriers(link, {}, None)
        return _shown(wish, words, show, lambda audience: Run(
            wish.living(), carriers, clock, lambda: None, audience
        ))  # fmt: skip


def _shown(wish: Wish, words: Words, show: str, make: Callable[[Audience], Run]) -> Run:
    runs: list[Run] = []
    view: LiveView | Lines | JsonLines = JsonLines()
    if show == "live":
        view = LiveView(words, wish.plan.names.told(words.language))
    elif show == "lines":
        view = Lines(lambda: runs[0], words)
    runs.append(make(view))
    with view if isinstance(view, LiveView) else nullcontext():
        return wish.play(runs[0])
