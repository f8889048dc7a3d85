"""device_profiles/profile.schema.json, which editors use, and the reader are of one mind."""

import json
import tomllib
from enum import StrEnum

import pytest
from jsonschema import Draft202012Validator

from edge.model import Kind
from gateway.wire.checks import Algorithm
from gateway.wire.envelope import Envelope
from gateway.wire.profile import ProfileError
from gateway.wire.profile_file import parse_profile
from gateway.wire.refusal import Refusal
from gateway.wire.slots import Coding
from tests.profiles.altered import FOLDER, LINES, RING, SOUND, Steps, as_toml, changed, places
from tests.profiles.made import CATALOGUE
from tests.profiles.understood import PLACE, SECTIONS, STRANGER, understood

SCHEMA = json.loads((FOLDER / "profile.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
PARTS = {
    "The bridge": ["bridge"],
    "The serial port": ["serial"],
    "The length": ["length_table", "part"],
    "A checksum": ["checksum"],
    "Polling": ["poll"],
    "An ask": ["ask"],
    "A message": ["message"],
    "A walk": ["walk"],
    PLACE: ["place"],
    "A condition": ["condition"],
    "A field": ["field"],
    "An example": ["example"],
}
SETS: dict[str, type[StrEnum]] = {
    "kind": Kind,
    "coding": Coding,
    "algorithm": Algorithm,
    "envelope": Envelope,
    "refusal": Refusal,
}
WITH_PLACE = {"A condition", "A field"}


def read_without_fault(name: str, table: dict[str, object]) -> bool:
    try:
        parse_profile(as_toml(table), name)
    except ProfileError:
        return False
    return True


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_profile_that_comes_along_is_valid(name: str) -> None:
    table = tomllib.loads((FOLDER / f"{name}.toml").read_text())

    assert [error.message for error in VALIDATOR.iter_errors(table)] == []


@pytest.mark.parametrize("name", SOUND)
def test_what_the_reader_takes_is_valid(name: str) -> None:
    assert read_without_fault(name, SOUND[name])
    assert VALIDATOR.is_valid(SOUND[name])


@pytest.mark.parametrize("section", SECTIONS)
def test_the_schema_knows_the_keys_that_the_reader_knows(section: str) -> None:
    parts = [SCHEMA["$defs"][part] for part in PARTS.get(section, ())] or [SCHEMA]
    known = {key for part in parts for key in part["properties"]}
    of_place = set(SCHEMA["$defs"]["place"]["properties"]) if section in WITH_PLACE else set()

    assert of_place <= known
    assert known - of_place == understood(section)


@pytest.mark.parametrize("part", SETS)
def test_the_schema_knows_the_values_that_the_reader_knows(part: str) -> None:
    assert sorted(SCHEMA["$defs"][part]["enum"]) == sorted(SETS[part])


@pytest.mark.parametrize("name", SOUND)
def test_a_key_that_nobody_knows_is_refused_by_both_wherever_it_stands(name: str) -> None:
    tables = [steps for steps, value in places(SOUND[name]) if isinstance(value, dict)]

    for steps in tables:
        wrong = changed(name, (*steps, STRANGER), 1)
        assert (steps, read_without_fault(name, wrong)) == (steps, False)
        assert (steps, VALIDATOR.is_valid(wrong)) == (steps, False)


@pytest.mark.parametrize("name", SOUND)
def test_what_is_of_no_possible_type_is_refused_by_both_wherever_it_stands(name: str) -> None:
    for steps, value in places(SOUND[name]):
        if steps:
            wrong = changed(name, steps, [[[]]] if isinstance(value, dict) else {STRANGER: 1})
            assert (steps, read_without_fault(name, wrong)) == (steps, False)
            assert (steps, VALIDATOR.is_valid(wrong)) == (steps, False)


@pytest.mark.parametrize(
    ("name", "steps", "value"),
    [
        ("acme_water_meter", ("profile",), 2),
        ("acme_water_meter", ("title",), 1),
        ("acme_water_meter", ("source",), "zigbee"),
        ("acme_water_meter", ("source",), "serial"),
        ("acme_water_meter", ("silent_after",), "soon"),
        ("acme_water_meter", ("message",), []),
        ("acme_water_meter", ("message", 0, "topic"), "acme/kitchen/up"),
        ("acme_water_meter", ("message", 0, "service_data"), "fcd2"),
        ("acme_water_meter", ("message", 0, "format"), "bytes"),
        ("acme_water_meter", ("message", 0, "field", 0, "kind"), "water"),
        ("acme_water_meter", ("message", 0, "field", 0, "on"), "yes"),
        ("acme_water_meter", ("message", 0, "field", 0, "at"), 1),
        ("acme_water_meter", ("message", 0, "field", 0, "scale"), 1),
        ("acme_water_meter", ("message", 0, "field", 1, "on"), [1]),
        ("acme_water_meter", ("message", 0, "field", 1, "scale"), "half"),
        ("acme_water_meter", ("example", 0, "means", "leak"), "yes"),
        ("acme_water_meter", ("example", 0, "refused"), ["broken"]),
        ("acme_bed_radar", ("serial", "baud"), "115200"),
        ("acme_bed_radar", ("serial", "parity"), "X"),
        ("acme_bed_radar", ("serial", "start"), "5g"),
        ("acme_bed_radar", ("serial", "separator"), ";"),
        ("acme_bed_radar", ("serial", "checksum", 0, "algorithm"), "md5"),
        ("acme_bed_radar", ("message", 0, "topic"), "{address}"),
        ("acme_bed_radar", ("message", 0, "field", 0, "at"), "4"),
        ("acme_bed_radar", ("message", 0, "field", 0, "type"), "u12le"),
        ("acme_bed_radar", ("message", 0, "when", 0, "is"), 1),
        ("acme_leak_tag", ("message", 0, "manufacturer_data"), "0xffff"),
        ("acme_leak_tag", ("message", 0, "envelope"), "matter"),
        ("acme_leak_tag", ("message", 0, "characteristic"), "2a37"),
        ("acme_leak_tag", ("example", 0, "manufacturer_data"), {"fff": "4c"}),
        ("acme_gas_alarm", ("serial", "poll", "request"), "{slave}04 zero"),
        ("acme_lora_door", ("message", 0, "hex"), "data"),
        ("acme_lora_door", ("message", 0, "tlv", "sizes", "01"), 256),
        (RING, ("ask", 0, "characteristic"), "fee"),
        (RING, ("ask", 0, "send"), ""),
        (RING, ("ask", 0, "every"), "often"),
        (LINES, ("serial", "start"), "20"),
        (LINES, ("message", 0, "field", 0, "at"), 1),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_by_both(
    name: str, steps: Steps, value: object
) -> None:
    wrong = changed(name, steps, value)

    assert not read_without_fault(name, wrong)
    assert not VALIDATOR.is_valid(wrong)
