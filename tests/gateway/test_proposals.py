"""What is proposed to a technician, by what was heard of a device."""

import pytest

from edge.model import Kind
from gateway.catalogue import load_catalogue
from gateway.commands.proposals import (
    alarms,
    board_address,
    how_to_try,
    is_family,
    is_trigger,
    listed,
    measured,
    room_id,
    sorts,
    word,
)
from gateway.language import Language
from gateway.phrases import PHRASES
from gateway.wire.introduced import INTRODUCED

PROFILES = load_catalogue()
BTHOME = PROFILES["bthome"].kinds


@pytest.mark.parametrize("name", ["bthome", "mibeacon", "rfxtrx_security", "rflink_kerui"])
def test_a_profile_of_many_sorts_of_sensors_is_a_family(name: str) -> None:
    assert is_family(PROFILES[name].kinds)


@pytest.mark.parametrize("name", ["mqtt_bracelet", "mr60fda1", "zigbee2mqtt_gas", "shelly_contact"])
def test_a_sensor_that_measures_much_is_no_family(name: str) -> None:
    assert not is_family(PROFILES[name].kinds)


def test_a_door_sensor_of_a_family_is_not_set_up_as_a_smoke_alarm() -> None:
    seen = measured(BTHOME, [Kind.CONTACT_OPEN, Kind.BATTERY])
    assert word(seen, Language.EN) == "door sensor"
    assert how_to_try(seen) == "try.contact_open"
    assert listed("bthome", seen, of_family=True) == ["contact_open", "battery"]


def test_one_of_a_family_that_has_not_shown_what_it_is_is_not_guessed() -> None:
    seen = measured(BTHOME, [Kind.BATTERY])
    assert not seen
    assert alarms(seen)
    assert listed("bthome", seen, of_family=True) == []
    assert is_trigger(Kind.CONTACT_OPEN, False, seen)
    assert not is_trigger(Kind.BATTERY, 90, seen)
    assert not is_trigger(Kind.SMOKE, False, seen)


def test_a_thermometer_that_may_yet_turn_out_a_door_sensor_is_not_written_as_one() -> None:
    assert listed("bthome", [Kind.TEMPERATURE], of_family=True) == []
    assert listed(INTRODUCED, [Kind.TEMPERATURE], of_family=False) == ["temperature"]


def test_a_technician_is_asked_for_what_people_call_it() -> None:
    names = sorts(BTHOME, Language.ZH)
    assert names["门磁"] == {Kind.CONTACT_OPEN, Kind.BATTERY}
    bracelet = sorts(PROFILES["mibeacon"].kinds, Language.ZH)["手环"]
    assert {Kind.HEART_RATE, Kind.STEPS} <= bracelet


@pytest.mark.parametrize("name", PROFILES)
def test_for_every_profile_somebody_can_say_how_to_try_it(name: str) -> None:
    assert how_to_try(measured(PROFILES[name].kinds)) in PHRASES


@pytest.mark.parametrize(
    ("telemetry", "address"),
    [("tele/hall/", "hall"), ("home/hall/tele/", "home/hall/%prefix%")],
)
def test_a_board_is_addressed_as_its_profiles_do(telemetry: str, address: str) -> None:
    assert board_address(telemetry) == address


def test_a_second_room_of_a_name_gets_another_id() -> None:
    assert room_id("卧室", ["bedroom"]) == "bedroom-2"
