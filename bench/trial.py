"""One home's days before a household: what is told and asked meanwhile, and how soon each of its
collapses is noticed, every one in a copy of the household that goes on to another end.

Under what strain it lives is the scene's.
"""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from bench.arriving import true_time
from bench.collapses import Collapse, Form
from bench.scenes import Scene
from bench.watched import Answers, Watched
from bench.whereabouts import Whereabouts
from edge.model import Home, Patience, Rule
from simulator.fitting import HOUR

WATCHED_FOR = 26 * HOUR  # after a collapse; the ceiling is 24 hours


class Noticed(Struct, frozen=True):
    """After how many hours people were called to one who had collapsed; None: not at all."""

    form: Form
    hours: float | None = None
    rule: Rule | None = None


class Trial:
    """A household of a scene, with this patience and a resident who may answer."""

    def __init__(
        self,
        scene: Scene,
        patience: Patience,
        answers: Answers | None = None,
        rules: frozenset[Rule] | None = None,
    ) -> None:
        """Prepare; of `rules` are those that watch, all without them."""
        self.scene = scene
        self.home: Home = scene.household(patience)
        self._whereabouts = Whereabouts(scene.lived())
        self._answers = answers
        self._rules = rules

    def learn(self) -> bytes:
        """Live the days before the strain; give what was learned."""
        return self.live(None, self.scene.strain.first, self.scene.onset, {}).household.snapshot()

    def live(
        self, learned: bytes | None, begins: date, ends: float, snapshots: dict[float, bytes]
    ) -> Watched:
        """Live from a midnight on, and put the snapshots of the times that are keys into place."""
        watched = self._watched(learned)
        marks = sorted(snapshots)
        for entry in watched.live(self.scene.journal(self.home, begins, ends)):
            while marks and true_time(entry.at) >= marks[0]:
                snapshots[marks.pop(0)] = watched.household.snapshot()
        return watched

    def _watched(self, learned: bytes | None) -> Watched:
        return Watched(self.home, self._whereabouts, learned, self._answers, self._rules)

    def strained(self, learned: bytes, falls: Iterable[Collapse]) -> tuple[Watched, list[Noticed]]:
        """Live the strained days, and each collapse in them by itself."""
        scene, falls = self.scene, list(falls)
        midnights = {scene.midnight_before(fall.happening.at) for fall in falls}
        snapshots = dict.fromkeys(midnights, learned)
        watched = self.live(learned, scene.first_strained, scene.ends, snapshots)
        found = (self._noticed(fall, snapshots) for fall in falls)
        return watched, [one for one in found if one is not None]

    def _noticed(self, fall: Collapse, snapshots: dict[float, bytes]) -> Noticed | None:
        """Say when people are called; None: they are on their way already, or somebody is there."""
        scene, at = self.scene, fall.happening.at
        if scene.is_visited(at):
            return None
        watched = self._watched(snapshots[scene.midnight_before(at)])
        journal = scene.journal(self.home, scene.day(at), at + WATCHED_FOR, fall.happening)
        for entry in watched.live(journal):
            if watched.is_looked_after and true_time(entry.at) >= at:
                if watched.is_calling:
                    return None
                watched.fall_silent()
            if (told := watched.told_after(at)) is not None:
                return Noticed(fall.form, (told.at - at) / HOUR, told.rule)
        return Noticed(fall.form)
