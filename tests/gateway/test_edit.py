"""Household files changed by a program: what people wrote stays, comments and all."""

import tomllib

import pytest

from gateway.config.edit import DEVICE, ROOM, EditRefused, with_section, with_values

FILE = """\
# 王家
[household]
id = "wang"   # 一辈子不变
name = "王家"

[[room]]
id = "hall"
name = "门厅"

[[device]]
id = "door"            # 大门
room = "hall"
profile = "zigbee2mqtt_contact" # 型号
address = "zigbee2mqtt/大门"
outer_door = true

# 女儿先通知
[[contact]]
id = "daughter"
name = "王芳"
note = '''
[[device]]
id = "not a device"
'''
"""
MOTION = {"id": "motion", "room": "hall", "profile": "introduced", "kinds": ["motion"]}


def test_a_device_comes_behind_the_last_one_and_every_other_line_stays() -> None:
    changed = with_section(FILE, DEVICE, MOTION)
    assert tomllib.loads(changed)["device"][1] == MOTION
    assert set(FILE.splitlines()) <= set(changed.splitlines())
    assert changed.index("motion") < changed.index("# 女儿先通知")


def test_the_first_device_of_a_home_comes_to_the_end() -> None:
    changed = with_section('[household]\nid = "li"', DEVICE, MOTION)
    assert tomllib.loads(changed) == {"household": {"id": "li"}, "device": [MOTION]}


def test_a_room_comes_behind_the_rooms() -> None:
    changed = with_section(FILE, ROOM, {"id": "bath", "name": '浴室 "大"'})
    assert [room["name"] for room in tomllib.loads(changed)["room"]] == ["门厅", '浴室 "大"']
    assert changed.index("浴室") < changed.index("[[device]]")


def test_a_swap_changes_address_and_profile_and_keeps_the_remarks() -> None:
    fresh = {"profile": "introduced", "address": "z/0x01", "kinds": ["contact_open"]}
    changed = with_values(FILE, DEVICE, "door", fresh)
    (door,) = tomllib.loads(changed)["device"]
    assert door == {"id": "door", "room": "hall", "outer_door": True} | fresh
    assert 'profile = "introduced" # 型号' in changed
    assert 'id = "door"            # 大门' in changed
    back = {"profile": "zigbee2mqtt_contact", "address": "zigbee2mqtt/大门", "kinds": None}
    assert with_values(changed, DEVICE, "door", back) == FILE


def test_a_list_over_several_lines_is_replaced_whole() -> None:
    text = FILE.replace("outer_door = true", 'kinds = [\n  "motion", # ]\n  "battery",\n]')
    changed = with_values(text, DEVICE, "door", {"kinds": ["smoke"]})
    assert tomllib.loads(changed)["device"][0]["kinds"] == ["smoke"]
    assert "battery" not in changed


def test_windows_line_ends_stay() -> None:
    changed = with_section(FILE.replace("\n", "\r\n"), DEVICE, MOTION)
    assert changed.count("\r\n") == changed.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        'device = [{ id = "door" }]\n',
        '[household]\ndevice = 1\n[device]\nid = "door"\n',
        "not = = toml\n",
    ],
)
def test_a_file_that_is_written_unusually_is_refused_and_not_spoilt(text: str) -> None:
    with pytest.raises(EditRefused):
        with_values(text, DEVICE, "door", {"address": "x"})
    with pytest.raises(EditRefused):
        with_section(text, DEVICE, MOTION)
