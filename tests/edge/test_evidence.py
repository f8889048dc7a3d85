"""After the loss of what was learned an alert stands until there is evidence about it."""

import pytest

from edge.evidence import tells_of
from edge.model import Broken, Finding, Freshness, Kind, Rule, Severity, Value
from tests.facts import life, reading
from tests.homes import at


def standing(rule: Rule, subject: str = "kitchen_smoke") -> Finding:
    return Finding(rule, subject, Severity.FAULT, at(), Broken(subject, ""))


@pytest.mark.parametrize(
    ("rule", "kind", "value", "is_evidence"),
    [
        (Rule.SILENT, Kind.LINK_QUALITY, 80, True),
        (Rule.BATTERY, Kind.LINK_QUALITY, 80, False),
        (Rule.BATTERY, Kind.BATTERY, 80, True),
        (Rule.BATTERY, Kind.BATTERY_LOW, False, True),
        (Rule.TAMPER, Kind.SMOKE, False, False),
        (Rule.TAMPER, Kind.TAMPER, False, True),
        (Rule.DEFECT, Kind.SMOKE, False, False),
        (Rule.END_OF_LIFE, Kind.END_OF_LIFE, False, True),
        (Rule.MUTED, Kind.SMOKE, True, False),
        (Rule.MAINS, Kind.MAINS, True, True),
        (Rule.ODD, Kind.MOTION, True, False),
        (Rule.ODD, Kind.MOTION, False, True),
        (Rule.ODD, Kind.BATTERY, 80, False),
        (Rule.BLIND, Kind.BATTERY, 80, False),
    ],
)
def test_a_device_is_believed_about_what_it_speaks_of(
    rule: Rule, kind: Kind, value: Value, is_evidence: bool
) -> None:
    subject = "zigbee2mqtt" if rule is Rule.BLIND else "kitchen_smoke"
    fact = reading("kitchen_smoke", kind, value, at(1))
    assert tells_of(fact, standing(rule, subject)) is is_evidence


def test_what_the_broker_has_kept_is_no_evidence() -> None:
    kept = reading("kitchen_smoke", Kind.BATTERY, 80, at(1), Freshness.RETAINED)
    assert not tells_of(kept, standing(Rule.BATTERY))


def test_another_device_says_nothing_of_it() -> None:
    assert not tells_of(reading("front_door", Kind.TAMPER, False, at(1)), standing(Rule.TAMPER))


def test_a_sign_of_life_shows_that_its_room_is_seen() -> None:
    assert tells_of(life("kitchen_motion", at(1)), standing(Rule.ROOM, "kitchen"))
    assert not tells_of(life("kitchen_motion", at(1)), standing(Rule.ROOM, "bedroom"))
