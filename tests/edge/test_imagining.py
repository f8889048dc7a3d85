"""A sensor that sees somebody while nobody is at home: what it says is no life."""

from datetime import timedelta

import msgspec

from edge.detectors.supervision import Supervision, SupervisionState
from edge.model import Kind, Moment, Odd, Oddity, Rule
from tests.facts import CONFIGURED, blind, life, reading, sighted
from tests.homes import at, home

EYES = ("bedroom_motion", "bathroom_motion", "kitchen_motion")


class Outings:
    """Somebody goes out for two hours every day; meanwhile some sensors may see somebody."""

    def __init__(self, supervision: Supervision | None = None) -> None:
        self.supervision = supervision or Supervision(home())
        self.supervision.observe(CONFIGURED, at())

    def day(self, number: int, *seeing: str) -> "Outings":
        noon = 24 * number + 12.0
        self.see(noon - 1, *EYES)
        self.door(noon)
        self.see(noon + 0.05, "kitchen_motion")  # goes by the door, and is still in view
        self.see(noon + 0.7, *seeing)
        self.see(noon + 1.4, *seeing)
        self.door(noon + 2)
        self.see(noon + 2.1, *EYES)
        return self

    def see(self, hours: float, *names: str) -> None:
        for number, name in enumerate(names):
            for value in (True, False):
                self.say(name, Kind.MOTION, value, at(hours, minutes=number + (not value)))

    def door(self, hours: float) -> None:
        for value in (True, False):
            self.say("front_door", Kind.CONTACT_OPEN, value, at(hours, seconds=10 * (not value)))

    def say(self, name: str, kind: Kind, value: bool, now: Moment) -> None:
        self.supervision.observe(reading(name, kind, value, now), now)

    def odd(self, days: int) -> list[object]:
        found = self.supervision.findings(at(24 * days))
        return [finding.because for finding in found if finding.rule is Rule.ODD]


GHOST = Odd("bathroom_motion", "bathroom", Oddity.IMAGINING)


def ordinary() -> Outings:
    outings = Outings()
    for number in range(5):
        outings.day(number)
    return outings


def test_a_sensor_that_alone_sees_somebody_while_everybody_is_out_is_told() -> None:
    outings = ordinary()
    for number in range(5, 10):
        outings.day(number, "bathroom_motion")
    assert outings.odd(10) == [GHOST]


def test_empty_homes_in_which_nothing_is_seen_show_after_weeks_that_it_is_well() -> None:
    outings = ordinary()
    for number in range(5, 10):
        outings.day(number, "bathroom_motion")
    for number in range(10, 20):
        outings.day(number)
    assert outings.odd(20) == [GHOST]
    for number in range(20, 26):
        outings.day(number)
    assert outings.odd(26) == []


def test_whoever_lets_a_visitor_out_and_stays_is_seen_by_others_too() -> None:
    outings = ordinary()
    for number in range(5, 30):
        outings.day(number, "bathroom_motion", "kitchen_motion")
    assert outings.odd(30) == []


def test_a_nap_before_one_sensor_now_and_then_makes_no_ghost_of_it() -> None:
    outings = ordinary()
    for number in range(5, 60):
        outings.day(number, *(["bedroom_motion"] if number % 4 == 0 else []))
    assert outings.odd(60) == []


def test_an_outing_over_which_the_bridge_was_lost_tells_nothing() -> None:
    outings = ordinary()
    for number in range(5, 30):
        begins = at(24 * number + 12.5)
        outings.see(24 * number + 11, *EYES)
        outings.door(24 * number + 12)
        outings.supervision.observe(blind(begins, "kitchen_motion"), begins)
        outings.supervision.observe(sighted(), at(24 * number + 12.6))
        outings.see(24 * number + 12.7, "bathroom_motion")
        outings.door(24 * number + 14)
        outings.see(24 * number + 14.1, *EYES)
    assert outings.odd(30) == []


def test_a_restart_in_between_changes_nothing() -> None:
    outings = ordinary()
    for number in range(5, 8):
        outings.day(number, "bathroom_motion")
    kept = msgspec.json.encode(outings.supervision.state)
    again = Outings(Supervision(home(), msgspec.json.decode(kept, type=SupervisionState)))
    for each in (outings, again):
        for number in range(8, 10):
            each.day(number, "bathroom_motion")
    assert outings.odd(10) == again.odd(10) == [GHOST]


def test_what_it_imagines_is_no_life_and_whoever_moves_before_it_lives_all_the_same() -> None:
    outings = ordinary()
    for number in range(5, 10):
        outings.day(number, "bathroom_motion")
    believes, late = outings.supervision.believes, at(24 * 10 + 3)
    assert not believes(life("bathroom_motion", late))
    assert not believes(life("bathroom_motion", late.plus(timedelta(minutes=50))))
    assert believes(life("bathroom_motion", late.plus(timedelta(minutes=52))))  # goes on moving
    assert believes(life("kitchen_motion", late.plus(timedelta(hours=2))))
    assert believes(life("bathroom_motion", late.plus(timedelta(hours=2, minutes=1))))


def test_a_room_whose_sensor_may_imagine_things_is_not_called_blind() -> None:
    outings = ordinary()
    for number in range(5, 10):
        outings.day(number, "bathroom_motion")
    found = outings.supervision.findings(at(24 * 9 + 15))
    assert [finding.rule for finding in found if finding.rule in (Rule.ODD, Rule.ROOM)] == [
        Rule.ODD
    ]
    assert "bathroom_motion" not in outings.supervision.odd
