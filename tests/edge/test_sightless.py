"""A sensor that lives and sees nobody, where others do: dead eyes look like an empty room."""

from collections.abc import Iterable

import msgspec
import pytest

from edge.detectors.supervision import Supervision, SupervisionState
from edge.model import Freshness, Kind, Moment, Odd, Oddity, Rule
from tests.facts import CONFIGURED, reading
from tests.homes import at, home

EYES = ("bedroom_motion", "bathroom_motion", "kitchen_motion")


class Watched:
    """Sensors that report every half hour and see whoever is up from seven in the morning on."""

    def __init__(self, supervision: Supervision | None = None) -> None:
        self.supervision = supervision or Supervision(home())
        self.supervision.observe(CONFIGURED, at())

    def day(
        self,
        number: int,
        seeing: Iterable[str],
        sees: int = 15,
        speaking: Iterable[str] = EYES,
    ) -> None:
        """Let them report all day, and some see somebody in so many half hours of it."""
        for half in range(48):
            now = at(24 * number + half / 2)
            for name in speaking:
                self.supervision.observe(reading(name, Kind.MOTION, False, now), now)
            if 14 <= half < 14 + sees:
                self.see(seeing, at(24 * number + half / 2 + (half * 7 + number) % 11 / 30))
            self.supervision.findings(now)

    def see(self, seeing: Iterable[str], now: Moment) -> None:
        for name in seeing:
            self.supervision.observe(reading(name, Kind.MOTION, True, now), now)

    def odd(self, now: Moment) -> list[str]:
        return [f.subject for f in self.supervision.findings(now) if f.rule is Rule.ODD]


def lived(days: int = 7) -> Watched:
    watched = Watched()
    for number in range(days):
        watched.day(number, EYES)
    return watched


def test_a_room_that_was_entered_once_on_the_first_day_has_no_sightless_sensor() -> None:
    watched = Watched()
    watched.see(EYES, at(8))
    for number in range(1, 8):
        watched.day(number, EYES[:2])
        assert watched.odd(at(24 * (number + 1))) == []


def test_a_sensor_that_lives_and_sees_nobody_is_told_within_four_days() -> None:
    watched = lived()
    for number in range(7, 11):
        watched.day(number, EYES[:2])
    (finding,) = [f for f in watched.supervision.findings(at(24 * 11)) if f.rule is Rule.ODD]
    assert finding.because == Odd("kitchen_motion", "kitchen", Oddity.SIGHTLESS)
    assert at(24 * 8.5).reached(finding.since) and finding.since.reached(at(24 * 10))


def test_what_it_sees_afterwards_shows_that_it_is_well() -> None:
    watched = lived()
    for number in range(7, 11):
        watched.day(number, EYES[:2])
    watched.see(EYES, at(24 * 11 + 9))
    assert watched.odd(at(24 * 11 + 9)) == []
    watched.day(12, EYES[:2])
    assert watched.odd(at(24 * 13)) == []


def test_an_empty_home_makes_no_sensor_blind() -> None:
    watched = lived()
    for number in range(7, 28):
        watched.day(number, ())
    assert watched.odd(at(24 * 28)) == []


def test_one_sensor_that_sees_ghosts_in_an_empty_home_makes_no_other_blind() -> None:
    watched = lived()
    for number in range(7, 28):
        watched.day(number, EYES[2:], sees=24)
    assert watched.odd(at(24 * 28)) == []


@pytest.mark.parametrize("every", [7, 1000])
def test_a_room_that_is_seldom_or_never_used_has_no_blind_sensor(every: int) -> None:
    watched = Watched()
    for number in range(35):
        is_used = number % every == every - 1
        watched.day(number, EYES[:2])
        if is_used:
            watched.see(EYES, at(24 * number + 23.7))
    assert watched.odd(at(24 * 35)) == []


def test_a_few_days_in_bed_make_no_blind_kitchen_twice() -> None:
    watched = lived()
    for number in range(7, 11):
        watched.day(number, EYES[:2])
    for number in range(11, 18):
        watched.day(number, EYES)
    for number in range(18, 23):
        watched.day(number, EYES[:2])
    assert watched.odd(at(24 * 23)) == []


def test_a_sensor_that_says_nothing_at_all_is_silent_and_not_blind() -> None:
    watched = lived()
    for number in range(7, 11):
        watched.day(number, EYES[:2], speaking=EYES[:2])
    found = watched.supervision.findings(at(24 * 11))
    assert (Rule.SILENT, "kitchen_motion") in {(f.rule, f.subject) for f in found}
    assert watched.odd(at(24 * 11)) == []


def test_what_comes_late_shows_nothing_of_who_sees() -> None:
    watched = lived()
    for number in range(7, 12):
        watched.day(number, EYES[:2])
        now = at(24 * number + 20.2)
        late = reading("kitchen_motion", Kind.MOTION, True, now, Freshness.BUFFERED)
        watched.supervision.observe(late, now)
    assert watched.odd(at(24 * 12)) == ["kitchen_motion"]


def test_a_restart_in_between_changes_nothing() -> None:
    watched, again = lived(9), lived(9)
    kept = msgspec.json.encode(again.supervision.state)
    state = msgspec.json.decode(kept, type=SupervisionState)
    again = Watched(Supervision(home(), state))
    for each in (watched, again):
        for number in range(9, 13):
            each.day(number, EYES[:2])
    last = at(24 * 13)
    assert watched.supervision.findings(last) == again.supervision.findings(last)
    assert watched.odd(last) == ["kitchen_motion"]
