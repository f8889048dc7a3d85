"""Which property of a device is a reading, and of which kind, by the names of zigbee2mqtt.

The names and their values stand here as data; what a device declares beside the name (its type, its
words, its unit, whether it can be set) is weighed in mapping.py.
"""

import re
from collections.abc import Mapping

from edge.model import Kind

# Yes or no. A number of the same name is a meter (`gas` in m3, `smoke` in ppm): no alarm.
BINARY: Mapping[str, Kind] = {
    **dict.fromkeys(("motion", "moving", "occupancy"), Kind.MOTION),
    **dict.fromkeys(("occupancy_in", "occupancy_out", "occupancy_or"), Kind.MOTION),
    **dict.fromkeys((f"area{n}occupancy" for n in range(1, 9)), Kind.MOTION),
    **dict.fromkeys(("pir_detection", "motion_status", "motion_up", "motion_down"), Kind.MOTION),
    **dict.fromkeys(("presence", "occupancy_status"), Kind.PRESENCE),
    **dict.fromkeys(("contact", "garage_door_contact"), Kind.CONTACT_OPEN),
    **dict.fromkeys(("contact_open", "reed_open"), Kind.CONTACT_OPEN),
    "vibration": Kind.VIBRATION,
    "smoke": Kind.SMOKE,
    "carbon_monoxide": Kind.CO,
    "gas": Kind.GAS,
    **dict.fromkeys(("water_leak", "leak_detect"), Kind.LEAK),
    **dict.fromkeys(("sos", "sos_alarm"), Kind.SOS),
    **dict.fromkeys(("tamper", "tamper_alarm"), Kind.TAMPER),
    "battery_low": Kind.BATTERY_LOW,
    **dict.fromkeys(("test", "testing", "test_in_progress"), Kind.TEST),
}

# One of several words. `presence_event` is none of them: the bridge repeats the last event with
# every later message, so "enter" stands beside presence = false.
ENUM: Mapping[str, Kind] = {
    **dict.fromkeys(("battery_state", "battery_level"), Kind.BATTERY_LOW),
    "smoke_state": Kind.SMOKE,
    "co_state": Kind.CO,
    **dict.fromkeys(("gas_state", "gas_sensor_state"), Kind.GAS),
    **dict.fromkeys(("water_leakage_state", "water_leak_state"), Kind.LEAK),
    **dict.fromkeys(("fall_down_status", "fall_status", "status"), Kind.FALL),
    **dict.fromkeys(("motion_state", "human_motion_state", "movement"), Kind.MOTION),
    **dict.fromkeys(("presence_state", "pressure_state"), Kind.PRESENCE),
    **dict.fromkeys(("opening_state", "door_state"), Kind.CONTACT_OPEN),
}

_ALARM = ({"alarm", "detected"}, {"normal", "none", "clear", "no"})
_SOME_MOVEMENT = {"motion", "move", "large_movement", "small_movement"}
_STILL = {"static", "stationary", "peaceful"}
# The words that mean yes and no; all others ("unknown", "detecting", "maybe_fall") say nothing.
WORDS: Mapping[Kind, tuple[set[str], set[str]]] = {
    Kind.BATTERY_LOW: ({"low"}, {"normal", "medium", "middle", "high", "full", "usb"}),
    Kind.SMOKE: _ALARM,
    Kind.CO: _ALARM,
    Kind.GAS: _ALARM,
    Kind.LEAK: (_ALARM[0] | {"water_leakage_yes"}, _ALARM[1] | {"water_leakage_no"}),
    Kind.FALL: (
        {"fall", "falling", "fall_alarm"},
        {"none", "normal", "unoccupied", "occupied", "sitting", "on_the_bed"},
    ),
    Kind.MOTION: (
        _SOME_MOVEMENT | {"large", "medium", "small", "far", "near", "movement", "active"},
        _STILL | {"none", "no_movement", "no_presence"},
    ),
    Kind.PRESENCE: (_SOME_MOVEMENT | _STILL | {"presence", "sit", "sedentary"}, {"none"}),
    Kind.CONTACT_OPEN: ({"open", "tilted", "error_forced_open"}, {"closed"}),
}

NUMBER: Mapping[str, Kind] = {
    **dict.fromkeys(("battery", "battery_value", "battpercentage"), Kind.BATTERY),
    **dict.fromkeys(("temperature", "local_temperature"), Kind.TEMPERATURE),
    "body_temperature": Kind.BODY_TEMPERATURE,
    "humidity": Kind.HUMIDITY,
    "illuminance": Kind.ILLUMINANCE,
    **dict.fromkeys(("heart_rate", "heartrate"), Kind.HEART_RATE),
    "spo2": Kind.SPO2,
    "steps": Kind.STEPS,
    "linkquality": Kind.LINK_QUALITY,
}

PERCENT = frozenset({"%", ""})
CELSIUS = frozenset({"", "c", "°c", "ºc", "\N{DEGREE CELSIUS}"})
FAHRENHEIT = frozenset({"f", "°f", "ºf", "\N{DEGREE FAHRENHEIT}"})
_PER_MINUTE = frozenset({"", "bpm", "beats/min", "1/min", "/min"})
UNITS: Mapping[Kind, frozenset[str]] = {
    Kind.BATTERY: PERCENT,
    Kind.HUMIDITY: PERCENT,
    Kind.SPO2: PERCENT,
    Kind.TEMPERATURE: CELSIUS | FAHRENHEIT,
    Kind.BODY_TEMPERATURE: CELSIUS | FAHRENHEIT,
    Kind.ILLUMINANCE: frozenset({"", "lx", "lux"}),
    Kind.HEART_RATE: _PER_MINUTE,
    Kind.STEPS: frozenset({"", "steps"}),
    Kind.LINK_QUALITY: frozenset({"", "lqi"}),
}

ACTION = "action"
# What a button or keypad says when somebody calls for help. "fall" is no such action: the sensor or
# cube itself fell.
CALLS_FOR_HELP = frozenset({"emergency", "panic", "sos"})

# What the bridge's converters say of many devices without declaring it, always as true or false.
UNDECLARED: Mapping[str, Kind] = {
    name: BINARY[name]
    for name in (
        *("smoke", "carbon_monoxide", "gas", "water_leak", "sos", "test"),
        *("occupancy", "presence", "vibration", "tamper", "battery_low"),
    )
}

_SAFETY_LIKE = re.compile(
    r"smoke|carbon|\bco\b|co_|gas|leak|water|fall|sos|panic|emergency|alarm|tamper|occup|presence"
    r"|motion|contact|vibrat|heart|intrusion"
)
_PART_OF_MANY = re.compile(r"(?:channel|input)_\d+_(.+)", re.ASCII)
_ENDPOINT = re.compile(r"(.+)_(?:l|e|ep)?\d{1,2}", re.ASCII)


def is_safety_like(name: str) -> bool:
    """Say whether somebody should be told that this property is not read."""
    return _SAFETY_LIKE.search(name) is not None


def plain_name(name: str, endpoint: str = "") -> str:
    """Give a name without its endpoint: "occupancy_2" and "channel_3_battery_low" lose theirs."""
    name = name.strip().casefold()
    if endpoint:
        name = name.removesuffix(f"_{endpoint.casefold()}")
    many = _PART_OF_MANY.fullmatch(name)
    if many is not None:
        name = many[1]
    numbered = _ENDPOINT.fullmatch(name)
    return name if numbered is None else numbered[1]
