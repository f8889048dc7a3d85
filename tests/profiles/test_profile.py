"""A profile's faults are all told at once, each with its place and what would be right."""

from pathlib import Path

import pytest

from gateway.catalogue import CatalogueError, load_catalogue
from gateway.wire.decoder import Decoder
from gateway.wire.profile import ProfileError
from tests.profiles.made import fitted, packet, profile_of

SOUND = """
profile = 1
id = "mine"
title = "water meter"
[[message]]
topic = "{address}/state"
field = [{ kind = "leak", path = "alarm.water", on = ["yes"], off = ["no"] }]
[[example]]
from = "made up"
topic = "meter/state"
payload = '{"alarm":{"water":"yes"}}'
means = { leak = true }
"""
BROKEN = """
profile = 2
id = "other"
colour = "red"
hold = "soon"
[bridge]
name = 5
topic = "bridge/state"
path = "state"
on = ["online"]
[[message]]
topic = "{address}/+"
format = "jason"
field = [
  { kind = "smok", path = "smoke", on = [true] },
  { kind = "smoke", path = "smoke", on = [true], off = [true] },
  { kind = "gas", path = "gas", off = [false] },
  { kind = "battery", path = "battery", range = [0, 500], on = [1] },
]
[[message]]
topic = "{address}"
[[example]]
topic = "x"
payload = "{}"
means = { leek = true, leak = "yes" }
refused = ["bad"]
"""
FAULTS = [
    "profile: must be 1",
    'id: must be the name of the file, "mine"',
    "title: is missing",
    "colour: unknown key",
    'hold: not a duration: "soon"',
    "bridge.name: must be text",
    "bridge.topic: must hold",
    "message[0].topic: must hold one placeholder, and no + or #",
    'message[0].format: unknown "jason"; did you mean "json"?',
    'message[0].field[0].kind: unknown "smok"; did you mean "smoke"?',
    "message[0].field[1].off: True is already in another list",
    "message[0].field[2].on: is missing",
    "message[0].field[3].range: must be [lowest, highest] within [0, 100]",
    "message[0].field[3].on: unknown key",
    "message[1].field: is missing",
    "example[0].from: is missing",
    'example[0].means.leek: unknown key; did you mean "leak"?',
    "example[0].means.leak: must be true, false or a number",
    'example[0].refused: unknown "bad"',
]


def test_every_fault_of_a_profile_is_told_with_its_place_and_its_mend() -> None:
    with pytest.raises(ProfileError) as caught:
        profile_of(BROKEN)

    told = caught.value.faults
    assert [f for f in FAULTS if not any(fault.startswith(f) for fault in told)] == []
    assert len(told) == len(FAULTS)


@pytest.mark.parametrize(
    "text", ["", "= =", "profile = 1", "message = 5", "message = [5]", "[[message.field]]", "\0"]
)
def test_a_text_that_is_no_profile_is_refused_as_such(text: str) -> None:
    with pytest.raises(ProfileError):
        profile_of(text)


def test_a_nested_value_is_found_by_its_path() -> None:
    decoder = Decoder([fitted(profile_of(SOUND), "meter")])

    wet = decoder.decode(packet("meter/state", '{"alarm":{"water":"Yes"}}'))
    odd = decoder.decode(packet("meter/state", '{"alarm":[1]}'))

    assert [reading.value for reading in wet.readings] == [True]
    assert (odd.readings, odd.refused) == ((), ())


@pytest.mark.parametrize(
    ("path", "payload"),
    [
        ('["alarm.water"]', '{"alarm.water":"yes"}'),
        ('"list.1.water"', '{"list":[0,{"water":"yes"}]}'),
    ],
)
def test_a_path_reaches_names_with_dots_and_places_in_lists(path: str, payload: str) -> None:
    decoder = Decoder([fitted(profile_of(SOUND.replace('"alarm.water"', path)), "meter")])

    assert [r.value for r in decoder.decode(packet("meter/state", payload)).readings] == [True]


def test_a_number_is_scaled_before_its_range_is_looked_at_and_some_values_mean_nothing() -> None:
    field = '{ kind = "battery", path = "b", scale = 0.5, offset = 1, missing = [255] }'
    text = SOUND.replace(
        '{ kind = "leak", path = "alarm.water", on = ["yes"], off = ["no"] }', field
    )
    decoder = Decoder([fitted(profile_of(text), "meter")])

    said = [decoder.decode(packet("meter/state", f'{{"b":{raw}}}')) for raw in (150, 255, 200)]

    assert [[r.value for r in one.readings] for one in said] == [[76.0], [], []]
    assert [len(one.refused) for one in said] == [0, 0, 1]


def test_a_third_partys_profile_stands_beside_ours_and_takes_the_place_of_one_of_ours(
    tmp_path: Path,
) -> None:
    (tmp_path / "mine.toml").write_text(SOUND)
    ours = SOUND.replace('"mine"', '"zigbee2mqtt_leak"')
    (tmp_path / "zigbee2mqtt_leak.toml").write_text(ours)
    (tmp_path / "README").write_text("not a profile")

    catalogue = load_catalogue([tmp_path])

    assert catalogue["mine"].title == "water meter"
    assert catalogue["zigbee2mqtt_leak"].title == "water meter"
    assert catalogue["zigbee2mqtt_smoke"].title == "smoke alarm"


def test_the_faults_of_all_files_are_told_at_once_each_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(BROKEN)
    (tmp_path / "latin.toml").write_bytes(b"\xff")
    (tmp_path / "long.toml").write_text("#" * 300_000)
    (tmp_path / "folder.toml").mkdir()

    with pytest.raises(CatalogueError) as caught:
        load_catalogue([tmp_path, tmp_path / "absent"])

    told = caught.value.faults
    assert f"{tmp_path}/latin.toml: is not UTF-8" in told
    assert any(fault.startswith(f"{tmp_path}/absent: cannot be read") for fault in told)
    assert any(fault.startswith(f"{tmp_path}/folder.toml: cannot be read") for fault in told)
    assert len(told) == len(FAULTS) + 4
