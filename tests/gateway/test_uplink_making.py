"""What leaves a home as events: the whole life of an alert, once each, and not what stays in."""

import json
from datetime import timedelta
from typing import Any

from jsonschema import Draft202012Validator
from msgspec import structs

from edge.household import Household
from edge.model import (
    Acknowledge,
    Alert,
    Change,
    Close,
    Effects,
    Entry,
    Event,
    Home,
    Kind,
    Moment,
    Outcome,
    Rule,
    State,
)
from gateway.store.uplink import Parcel
from gateway.uplink.making import Maker
from gateway.wire.uplink.event import schema
from tests.facts import reading
from tests.gateway.keeping import alert, raised
from tests.homes import at, home

HOME = home()
VALIDATOR = Draft202012Validator(schema())


def told(about: Alert, change: Change, where: Home, language: str) -> tuple[str, str]:
    return f"{language} {about.finding.rule}", f"{change.what} {where.resident}"


def maker(of: Home = HOME) -> Maker:
    return Maker("gw-7", {of.id: of}, told, epoch="e1")


def data(parcel: Parcel) -> dict[str, Any]:
    found = json.loads(parcel.body)
    VALIDATOR.validate(found)
    inside: dict[str, Any] = found["data"]
    return inside


def lived_through(of: Home) -> list[Effects]:
    """Let smoke be raised, taken, cleared, and closed as an emergency."""
    household = Household(of)
    steps = [
        household.receive(Entry(of.id, at(1), reading("kitchen_smoke", Kind.SMOKE, True, at(1))))
    ]
    [name] = [one.id for one in steps[0].alerts]
    takes = Acknowledge(name, "李敏", timedelta(hours=1))
    steps.append(household.receive(Entry(of.id, at(1, seconds=40), takes)))
    clear = reading("kitchen_smoke", Kind.SMOKE, False, at(1, minutes=5))
    steps.append(household.receive(Entry(of.id, at(1, minutes=5), clear)))
    ends = Close(name, "李敏", Outcome.HELPED, Rule.SMOKE, "kitchen_smoke")
    steps.append(household.receive(Entry(of.id, at(1, minutes=9), ends)))
    return steps


def test_the_life_of_an_alert_is_told_in_order_under_one_incident() -> None:
    made = maker()
    events = [data(parcel) for effects in lived_through(HOME) for parcel in made.parcels(effects)]
    assert [(event["msgType"], event["state"]) for event in events] == [
        ("Alert", "raised"),
        ("Update", "acknowledged"),
        ("Cancel", "resolved"),
        ("Cancel", "closed"),
    ]
    assert len({event["incident"] for event in events}) == 1
    assert len({event["identifier"] for event in events}) == 4
    first, taken, _, closed = events
    assert (first["category"], first["severity"], first["urgency"]) == (
        "Fire",
        "Extreme",
        "Immediate",
    )
    assert (first["certainty"], first["status"]) == ("Observed", "Actual")
    assert first["because"]["device"] == "kitchen_smoke"
    assert first["info"][0]["headline"] == "zh smoke"
    assert (taken["taken_by"], taken["by"]) == ("李敏", "李敏")
    assert (closed["outcome"], closed["urgency"]) == ("helped", "Past")


def test_the_same_change_makes_the_same_bytes_and_a_number_of_its_own_each() -> None:
    steps = lived_through(HOME)
    first, second = maker(), maker()
    once = [parcel for effects in steps for parcel in first.parcels(effects)]
    again = [parcel for effects in steps for parcel in second.parcels(effects)]
    assert once == again
    numbers = [json.loads(parcel.body)["sequence"] for parcel in once]
    assert numbers == sorted(set(numbers)) and len(numbers) == 4


def test_the_numbers_of_one_moment_rise_too() -> None:
    same = [structs.replace(alert(name), household=HOME.id, opened=at(0)) for name in ("a", "b")]
    numbers = [json.loads(each.body)["sequence"] for each in maker().parcels(raised(*same))]
    assert numbers[1] == numbers[0] + 1


def test_a_drill_is_an_exercise_and_nothing_else() -> None:
    drill = structs.replace(HOME, drill=True)
    steps = lived_through(drill)
    events = [data(each) for effects in steps for each in maker(drill).parcels(effects)]
    assert {event["status"] for event in events} == {"Exercise"}


def test_the_question_at_home_and_what_another_alert_explains_stay_in_the_home() -> None:
    asked = structs.replace(alert("a1"), state=State.SUSPECTED, household=HOME.id)
    explained = structs.replace(alert("a2"), inhibited_by="a9", household=HOME.id)
    effects = Effects(
        [
            Change("a1", Event.SUSPECTED, at(1), "shouhu"),
            Change("a2", Event.RAISED, at(1), "shouhu"),
            Change("a2", Event.INHIBITED, at(1), "shouhu"),
        ],
        [asked, explained],
    )
    assert maker().parcels(effects) == []


def test_a_home_that_is_not_told_of_makes_nothing() -> None:
    assert maker().parcels(raised(alert("smoke", household="somebody_elses"))) == []


def test_life_safety_goes_first() -> None:
    [fire] = maker().parcels(raised(structs.replace(alert("smoke"), household=HOME.id)))
    assert fire.rank == 0


def test_times_are_by_the_clock_of_the_home() -> None:
    [fire] = maker().parcels(raised(structs.replace(alert("smoke"), household=HOME.id)))
    assert data(fire)["onset"] == shanghai(at(0))


def shanghai(moment: Moment) -> str:
    return moment.wall.astimezone(HOME.zone).isoformat(timespec="seconds")
