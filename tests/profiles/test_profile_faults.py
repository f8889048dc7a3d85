"""What can never mean anything in a profile is a fault with its place, and with what is right."""

import json
import math

import pytest
from jsonschema import Draft202012Validator

from gateway.wire.profile import ProfileError
from tests.profiles.altered import FOLDER, LINES, RING, SOUND, Steps, as_toml, changed
from tests.profiles.made import profile_of
from tests.profiles.understood import faults_of

VALIDATOR = Draft202012Validator(json.loads((FOLDER / "profile.schema.json").read_text()))
METER, RADAR, TAG = "acme_water_meter", "acme_bed_radar", "acme_leak_tag"
BUS, LORA = "acme_gas_alarm", "acme_lora_door"
MESSAGE, EXAMPLE = ("message", 0), ("example", 0)
FIELD, BATTERY = (*MESSAGE, "field", 0), (*MESSAGE, "field", 1)
SMOKE = {"kind": "smoke", "at": 0, "on": [1]}
LEVEL = {"kind": "battery", "path": "b"}
A_SUM = [{"algorithm": "sum8"}]

HUGE = "0x" + "f" * 5000

Row = tuple[str, Steps, object, str]
# What an editor can tell too, and what only the reader can.
TOLD_BY_BOTH: list[Row] = [
    # Numbers that are whole and within what there is.
    (RADAR, (*FIELD, "at"), math.inf, "at: must be a whole number from -65536 to 65535, not inf"),
    (RADAR, (*FIELD, "at"), math.nan, "at: must be a whole number"),
    (RADAR, (*FIELD, "at"), 0.9, "at: must be a whole number"),
    (RADAR, (*FIELD, "at"), 99_999, "at: must be a whole number"),
    (RADAR, (*FIELD, "bit"), 99, "bit: must be a whole number from 0 to 7, not 99"),
    (RADAR, (*FIELD, "bit"), math.nan, "bit: must be a whole number"),
    (RADAR, (*FIELD, "mask"), -1, "mask: must be a whole number from 1 to 255, not -1"),
    (RADAR, (*FIELD, "mask"), math.inf, "mask: must be a whole number"),
    (RADAR, (*FIELD, "sign"), math.inf, "sign: must be a whole number from 0 to 7"),
    (RADAR, (*FIELD, "plus"), 64, "plus: must be a whole number from 0 to 7"),
    (RADAR, (*FIELD, "divide"), -2, "divide: must be a whole number from 1"),
    (RADAR, (*FIELD, "modulo"), 0.5, "modulo: must be a whole number from 1"),
    (RADAR, FIELD, {**SMOKE, "type": "text", "size": math.nan}, "size: must be a whole number"),
    (RADAR, FIELD, {**SMOKE, "type": "text"}, "size: is missing; a text has 1 to 64 bytes"),
    (METER, (*BATTERY, "digits"), math.inf, "digits: must be a whole number from -6 to 6"),
    (TAG, (*MESSAGE, "shortest"), -1, "shortest: must be a whole number from 0"),
    (TAG, (*MESSAGE, "shortest"), math.nan, "shortest: must be a whole number from 0"),
    (TAG, (*MESSAGE, "sizes"), [-7], "sizes: must be whole numbers from 0"),
    (LORA, (*MESSAGE, "tlv", "id"), math.inf, "tlv.id: must be a whole number from 1 to 3"),
    (LORA, (*MESSAGE, "tlv", "length"), 3, "tlv.length: must be a whole number from 0 to 2"),
    (LORA, (*MESSAGE, "tlv", "start"), -4, "tlv.start: must be a whole number from 0"),
    (LORA, (*MESSAGE, "tlv", "end"), 4, "tlv.end: must be a whole number from -65536 to 0, not 4"),
    (LORA, (*MESSAGE, "tlv", "end"), 0.5, "tlv.end: must be a whole number"),
    # What is empty.
    (
        LINES,
        ("serial", "separator"),
        "",
        'separator: must be one character or more, for example ";',
    ),
    (LINES, ("serial", "equals"), "", 'equals: must be one character or more, for example "="'),
    (METER, (*FIELD, "kind"), "", 'kind: unknown ""; known: activity, battery'),
    (METER, (*MESSAGE, "format"), "", 'format: unknown ""'),
    (METER, ("source",), "", 'source: unknown ""; known: ble, mqtt, serial'),
    (TAG, (*MESSAGE, "envelope"), "", 'envelope: unknown ""; known: atc'),
    (METER, (*FIELD, "path"), [], "path: must name something"),
    (METER, (*FIELD, "path"), "", "path: must name something"),
    (METER, (*MESSAGE, "time"), "", "time: must name something"),
    (METER, (*MESSAGE, "who"), "", "who[0]: must name something"),
    (METER, (*BATTERY, "curve"), [], "curve: must have pairs that rise"),
    (RADAR, ("silent_after",), "0s", "silent_after: must be 1s at least"),
    (RADAR, ("hold",), "0h0m", "hold: must be 1s at least"),
    (RADAR, ("clears_after",), "0s", "clears_after: must be 1s at least"),
    (BUS, ("serial", "poll", "every"), "0s", "every: must be 1s at least"),
    (BUS, ("serial", "poll", "timeout"), "0ms", "timeout: must be 1ms at least"),
    (BUS, ("serial", "silence"), "0ms", "silence: must be 1ms at least"),
    (RING, ("ask", 0, "every"), "0s", "every: must be 1s at least"),
    # Items of a walk.
    (LORA, FIELD, SMOKE, "tag: is missing; it must be the id of an item"),
    (LORA, (*FIELD, "tag"), "0x01", 'tag: "0x01" must be 2 hexadecimal digits'),
    (RADAR, (*FIELD, "tag"), "01", 'tag: is for format = "tlv"'),
    (LORA, (*MESSAGE, "tlv", "length"), 1, "tlv.sizes: says nothing beside length"),
    # Keys of another transport or format.
    (METER, (*MESSAGE, "sizes"), [3], "sizes: is for bytes"),
    (METER, (*MESSAGE, "shortest"), 3, "shortest: is for bytes"),
    (METER, (*MESSAGE, "checksum"), A_SUM, "checksum: is for bytes"),
    (LINES, (*MESSAGE, "checksum"), A_SUM, "checksum: is for bytes"),
    (LINES, (*MESSAGE, "format"), "bytes", "format: is not for lines"),
    (METER, (*MESSAGE, "tlv"), {"length": 1}, 'tlv: is for format = "tlv"'),
    (METER, (*MESSAGE, "envelope"), "bthome_v2", 'envelope: is for source = "ble"'),
    (RADAR, (*MESSAGE, "envelope"), "bthome_v2", 'envelope: is for source = "ble"'),
    (RADAR, (*MESSAGE, "time"), "t", 'time: is for source = "mqtt"'),
    (TAG, (*MESSAGE, "time"), "t", 'time: is for source = "mqtt"'),
    (TAG, (*MESSAGE, "who"), "id", "who: is for MQTT and serial"),
    (RADAR, (*FIELD, "path"), "a", "path: is for JSON and lines; bytes have a place, at"),
    (TAG, (*MESSAGE, "when"), [{"path": "a", "is": [1]}], "when[0].path: is for JSON and lines"),
    (METER, (*FIELD, "at"), 0, "at: is for bytes; JSON and lines have a path"),
    (METER, (*MESSAGE, "when"), [{"at": 0, "is": [1]}], "when[0].at: is for bytes"),
    (METER, (*FIELD, "when"), [{"is": [1]}], "field[0].when[0].path: is missing"),
    (LINES, (*MESSAGE, "when"), [{"at": 0, "is": [1]}], "when[0].at: is for bytes"),
    (LINES, (*MESSAGE, "when"), [{"path": "a", "of": "name", "is": [1]}], "when[0].of: is for"),
    (LORA, (*MESSAGE, "when"), [{"path": "a", "at": 0, "is": [1]}], "at: stands beside path"),
    (RADAR, (*FIELD, "of"), "name", "of: is for what Bluetooth devices advertise"),
    (RADAR, (*FIELD, "size"), 1, 'size: is for type = "text"; u8 has its own'),
    (RADAR, FIELD, {**SMOKE, "bit": 1, "mask": 1}, "mask: stands beside bit; give one of them"),
    (RADAR, FIELD, {**SMOKE, "type": "f32le", "sign": 3}, "sign: is for whole numbers; f32le is"),
    (RADAR, FIELD, {**SMOKE, "type": "sfloat", "divide": 2}, "divide: is for whole numbers"),
    (RADAR, FIELD, {**SMOKE, "type": "text", "size": 1, "bit": 0}, "bit: is for whole numbers"),
    (METER, (*FIELD, "value"), True, "path: says nothing beside value"),
    (METER, (*FIELD, "above"), 3, "on: says nothing beside above or below"),
    (METER, (*FIELD, "when"), [{"path": "a", "has": False, "is": [1]}], "is: cannot hold where"),
    (RADAR, ("bridge",), SOUND[METER]["bridge"], 'bridge: is for source = "mqtt"'),
    (RADAR, ("hears_neighbours",), True, 'hears_neighbours: is for source = "mqtt"'),
    (TAG, ("recognise",), ["a/b"], 'recognise: is for source = "mqtt"'),
    (TAG, (*MESSAGE, "name_only"), True, "name_only: says that no data are needed"),
    (RING, (*MESSAGE, "names"), ["R02*"], "names: is advertised; a characteristic is not"),
    (
        RADAR,
        (*MESSAGE, "who"),
        [{"at": 0}, 1],
        "who[1]: must be a path, a place of bytes or a text",
    ),
    (RADAR, (*MESSAGE, "who"), [{"at": 0}, "id"], "who[1]: a path is for JSON and lines"),
    (METER, (*MESSAGE, "who"), ["id", {"at": 0}], "who[1]: a place of bytes is not for JSON"),
    # Uuids.
    (TAG, (*MESSAGE, "service_data"), "0xFCD2", 'service_data: must be like "fee2", or the full'),
    (TAG, (*MESSAGE, "uuids"), ["fee"], 'uuids: must be like "fee2"'),
    (RING, (*MESSAGE, "characteristic"), "xyz", 'characteristic: must be like "fee2"'),
    (TAG, (*FIELD, "of"), "service:0xfd3d", 'of: must be like "fee2"'),
    (TAG, (*FIELD, "of"), "manufacturer:+123", "of: must be like"),
    (TAG, (*EXAMPLE, "service_data"), {"fcd": "00"}, 'service_data.fcd: must be like "fee2"'),
    # Examples.
    (RADAR, (*EXAMPLE, "payload"), "5aa", 'payload: "5aa" is not hexadecimal'),
    (RADAR, (*EXAMPLE, "topic"), "radar", 'topic: is for source = "mqtt"'),
    (RADAR, (*EXAMPLE, "retained"), True, 'retained: is for source = "mqtt"'),
    (METER, EXAMPLE, {"from": "a", "payload": "{}"}, "example[0].topic: is missing"),
    (METER, (*EXAMPLE, "bindkey"), "00" * 16, 'bindkey: is for source = "ble"'),
    (TAG, (*EXAMPLE, "payload"), "00", "payload: is for a characteristic; say whose value it is"),
    (TAG, (*EXAMPLE, "bindkey"), "secret", "bindkey: must be 32 hex digits"),
    (TAG, (*EXAMPLE, "address"), "kitchen", 'address: must be like "A4:C1:38:8D:18:B2"'),
    (RING, (*EXAMPLE, "payload"), "no", 'payload: "no" is not hexadecimal'),
    (RING, (*EXAMPLE, "name"), "R02", "name: is advertised; a characteristic is not"),
]
TOLD_BY_THE_READER: list[Row] = [
    (RADAR, (*FIELD, "bit"), 9, "bit: must be a whole number from 0 to 7, not 9"),
    (RADAR, (*FIELD, "mask"), 0x100, "mask: must be a whole number from 1 to 255, not 256"),
    (RADAR, FIELD, {**SMOKE, "mask": 0x06, "sign": 2}, "sign: must be a whole number from 0 to 1"),
    (RADAR, FIELD, {**SMOKE, "type": "u16le", "at": -1}, "at: must be -2 or less"),
    (RADAR, (*FIELD, "at"), 8, "at: lies behind the end; the longest has 8 bytes"),
    (TAG, (*MESSAGE, "when", 0, "at"), -8, "at: lies behind the end; the longest has 7 bytes"),
    (TAG, (*MESSAGE, "shortest"), 8, "shortest: must be 7 at most, the longest of the sizes"),
    (LORA, (*FIELD, "at"), 1, "at: lies behind the end; the longest has 1 bytes"),
    (LORA, (*FIELD, "tag"), "02", 'tag: "02" is not in the sizes of tlv, which must list it'),
    (LORA, (*FIELD, "tag"), "0001", 'tag: "0001" must be 2 hexadecimal digits'),
    (METER, BATTERY, {"kind": "battery", "value": 700}, "value: must be a number from 0 to 100"),
    (METER, BATTERY, {"kind": "battery", "value": math.nan}, "value: must be a number from 0"),
    (METER, BATTERY, {**LEVEL, "scale": math.nan}, "scale: must be a number, not nan"),
    (METER, BATTERY, {**LEVEL, "offset": -math.inf}, "offset: must be a number, not -inf"),
    (METER, BATTERY, {**LEVEL, "range": [math.nan, 1.0]}, "range: must be"),
    (METER, BATTERY, {**LEVEL, "missing": [math.nan]}, "missing: must be numbers"),
    (METER, BATTERY, {**LEVEL, "curve": [[0.0, math.nan]]}, "curve: must be pairs of numbers"),
    (METER, BATTERY, {**LEVEL, "curve": [[1, 0], [1, 9]]}, "curve: must have pairs that rise"),
    (METER, FIELD, {"kind": "leak", "path": "a", "above": math.nan}, "above: must be a number"),
    (METER, FIELD, {"kind": "leak", "path": "a", "below": math.inf}, "below: must be a number"),
    (METER, (*FIELD, "when"), [{"path": "a", "low": math.nan}], "when[0].low: must be a number"),
    (METER, (*FIELD, "when"), [{"path": "a", "low": 3, "high": 1}], "low: must be at most 1"),
    (METER, ("silent_after",), "999999d", "silent_after: must be 1s at least and 3650d at most"),
    (METER, ("hold",), "999999d" * 2000, "hold: must be 1s at least and 3650d at most"),
]


@pytest.mark.parametrize(("name", "steps", "value", "fault"), TOLD_BY_BOTH + TOLD_BY_THE_READER)
def test_what_can_mean_nothing_is_told_with_its_place_and_what_would_be_right(
    name: str, steps: Steps, value: object, fault: str
) -> None:
    with pytest.raises(ProfileError) as caught:
        profile_of(as_toml(changed(name, steps, value)), name)

    assert [told for told in caught.value.faults if fault in told], caught.value.faults


@pytest.mark.parametrize(("name", "steps", "value", "fault"), TOLD_BY_BOTH)
def test_an_editor_with_the_schema_tells_it_too(
    name: str, steps: Steps, value: object, fault: str
) -> None:
    assert not VALIDATOR.is_valid(changed(name, steps, value))


@pytest.mark.parametrize(
    ("steps", "value"),
    [
        ((*FIELD, "path"), "object.open"),
        ((*MESSAGE, "when"), [{"path": "fPort", "is": [10]}, {"at": 0, "is": [1]}]),
        ((*MESSAGE, "who"), [{"at": 0}, "devEUI", {"text": "1"}]),
        ((*MESSAGE, "sizes"), [4]),
        ((*MESSAGE, "time"), "time"),
    ],
)
def test_bytes_inside_a_json_object_have_places_and_paths(steps: Steps, value: object) -> None:
    whole = changed(LORA, steps, value)
    if steps[-1] == "path":
        del whole["message"][0]["field"][0]["at"]  # type: ignore[index]

    assert profile_of(as_toml(whole), LORA).id == LORA
    assert VALIDATOR.is_valid(whole)


@pytest.mark.parametrize(
    "text",
    [
        f"baud = {'9' * 5000}",
        f"[serial]\nbaud = {HUGE}",
        f"silent_after = {HUGE}",
        f"[[message]]\nfield = [{{ kind = 'battery', value = {HUGE} }}]",
        f"[[message]]\nfield = [{{ kind = 'battery', curve = [[{HUGE}, 1]] }}]",
        f"[[message]]\nfield = [{{ kind = 'battery', range = [{HUGE}, 1] }}]",
        f"[[message]]\nfield = [{{ kind = 'leak', on = [{HUGE}], off = [1] }}]",
        f"[[message]]\nfield = [{{ kind = 'leak', on = [{HUGE}], off = [{HUGE}] }}]",
        f"[[message]]\nfield = [{{ kind = 'leak', above = {HUGE} }}]",
    ],
)
def test_a_number_without_end_is_a_fault_like_any_other(text: str) -> None:
    assert faults_of(text)


def test_a_key_that_is_asked_for_only_where_it_stands_is_known() -> None:
    meant = {
        'envelpoe = "atc"': 'envelpoe: unknown key; did you mean "envelope"?',
        "strangr = false": 'strangr: unknown key; did you mean "stranger"?',
        "characteristc = '2a37'": 'characteristc: unknown key; did you mean "characteristic"?',
        "name_olny = true": 'name_olny: unknown key; did you mean "name_only"?',
    }

    for written, fault in meant.items():
        assert f"message[0].{fault}" in faults_of(f"source = 'ble'\n[[message]]\n{written}")


def test_unknown_keys_are_told_in_the_order_of_the_file() -> None:
    keys = ["zebra", "yak", "ant", "xerus", "bee"]

    told = faults_of("\n".join(f"{key} = 1" for key in keys))

    assert [fault.partition(":")[0] for fault in told if "unknown key" in fault] == keys


def test_the_key_of_an_example_stands_in_no_fault() -> None:
    told = faults_of("source = 'ble'\n[[example]]\nbindkey = 'c0ffee'")

    assert "example[0].bindkey: must be 32 hex digits" in "\n".join(told)
    assert "c0ffee" not in "\n".join(told)
