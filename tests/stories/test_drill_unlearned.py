"""What a drill leaves in a real home: nothing. Two boxes of the same life, one of them drilled."""

import json
from datetime import timedelta
from pathlib import Path

from edge.model import Kind, Rule, Severity, State
from gateway.commands import checks_homes
from gateway.commands.homes import Known
from gateway.drilled import Refusal
from gateway.requests import Drill
from tests.homes import DEVICES
from tests.stories.box import BRIDGE, Box
from tests.stories.test_box import PROFILES

MOTION, SMOKE = "kitchen_motion", "kitchen_smoke"
WAIT = timedelta(minutes=10)
CLOCKS = {"now", "heard"}


class Drilled(Box):
    """A box at which somebody drills."""

    def begins(self, wish: Drill) -> str:
        """Begin a drill."""
        begun = self._node.drills.begin(self.home, wish, [], self.now)
        assert not isinstance(begun, Refusal)
        self._node.heed_drills()
        self._flush()
        return begun

    def ends(self, name: str) -> None:
        """End it."""
        self._node.drills.end("wang", name, self.now)
        self._node.heed_drills()
        self._flush()

    def moves(self) -> None:
        """Somebody walks past the sensor in the kitchen."""
        self._take(f"{BRIDGE}/{MOTION}", b'{"occupancy": true}')

    def takes(self) -> None:
        """Somebody takes what stands."""
        (alert,) = [each for each in self.alerts() if each.state is State.RAISED and each.drill]
        self._node.acknowledge(alert, "王芳", WAIT, self.now)
        self._flush()

    @property
    def learned(self) -> dict[str, object]:
        """Give all that the home knows, but for the time."""
        self._flush()
        known = json.loads(self._node.households["wang"].snapshot())
        return {name: value for name, value in known.items() if name not in CLOCKS}

    def is_tested(self, device: str) -> bool:
        """Say whether `doctor` takes a smoke alarm for tested."""
        self.saves()
        known = Known(self._directory, {"wang": self.home}, {})
        tested = checks_homes.tested_before(self._store, known, self.now)
        checks = checks_homes.home_checks(self._store, known, (), tested)
        return next(each.ok for each in checks if each.id == f"smoke/wang/{device}")

    @property
    def owed(self) -> list[str]:
        """Give the alerts of which somebody is still to be told."""
        return [each.notice.alert for each in self._store.pending()]


def lived(directory: Path) -> Drilled:
    """Give a box in which somebody has lived for some days."""
    box = Drilled(directory, DEVICES, PROFILES)
    box.bridge("online")
    for hour in range(80):
        box.after(hours=1)
        for device in DEVICES:
            box.says(device.id, battery=97, linkquality=120)
        if 5 <= hour % 24 <= 22:
            box.says(MOTION, occupancy=True)
            box.says(MOTION, occupancy=False)
    return box


def speaks(box: Drilled) -> None:
    """Whoever drills walks about and tries the smoke alarm."""
    box.moves()
    box.after(seconds=2)
    box.says(SMOKE, test=True, battery=44, linkquality=9)
    box.after(seconds=2)
    box.says(SMOKE, test=False, battery=44, linkquality=9)


def test_nothing_of_a_drill_is_learned_and_supervision_does_not_hear_of_it(tmp_path: Path) -> None:
    drilled, other = lived(tmp_path / "drilled"), lived(tmp_path / "other")
    assert drilled.learned == other.learned

    name = drilled.begins(Drill("wang", "李工", SMOKE, by_sensor=True))
    speaks(drilled)
    drilled.takes()
    drilled.after(seconds=3)
    drilled.ends(name)
    other.after(seconds=7)
    assert drilled.learned == other.learned
    assert [each.finding.rule for each in drilled.alerts() if each.drill] == [Rule.SMOKE]
    assert not [each for each in drilled.alerts() if each.finding.rule is Rule.TEST]

    assert not drilled.is_tested(SMOKE)

    # The same said without a drill is learned, so what was compared is what matters.
    speaks(other)
    assert drilled.learned != other.learned
    assert other.is_tested(SMOKE)


def test_a_drill_ends_with_the_box_and_nobody_is_told_any_more(tmp_path: Path) -> None:
    box = lived(tmp_path)
    before = box.learned
    box.begins(Drill("wang", "李工", severity=Severity.URGENT))
    assert box.owed
    box.dies(seconds=20)
    (drilled,) = [each for each in box.alerts() if each.drill]
    assert (drilled.state, drilled.holds, drilled.outcome) == (State.CLOSED, False, "test")
    assert box.owed == []
    assert box.learned["alerts"] == before["alerts"] == []
    assert [each.drill for each in box.alerts() if each.finding.rule is Rule.INACTIVITY] == [True]


def test_a_real_alarm_in_the_middle_is_told_unmarked_in_the_commit_that_ends_the_drill(
    tmp_path: Path,
) -> None:
    box = lived(tmp_path)
    box.begins(Drill("wang", "李工", severity=Severity.EMERGENCY, device=SMOKE))
    box.after(seconds=1)
    box.says(SMOKE, smoke=True)
    drilled, real = sorted(box.alerts()[-2:], key=lambda each: not each.drill)
    assert (drilled.state, real.state, real.drill) == (State.CLOSED, State.RAISED, False)
    assert set(box.owed) == {real.id}
    assert real.finding.because.kind is Kind.SMOKE
