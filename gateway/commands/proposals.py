"""What a device that was heard is probably for: its role's name and id, its room, how to try it.

Pure; the technician has the last word.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from edge.model import Freshness, Kind, Room, Value
from gateway.heard import Message
from gateway.language import Language
from gateway.wire.fields import TESTABLE
from gateway.wire.introduced import INTRODUCED
from gateway.wire.refusal import Refusal

# What a device is named by: the gravest thing that it can say.
_WORDS: Mapping[Kind, tuple[str, str, str]] = {  # for ids, in English, in Chinese
    Kind.SMOKE: ("smoke", "smoke alarm", "烟感"),
    Kind.CO: ("co", "carbon monoxide alarm", "一氧化碳报警器"),
    Kind.GAS: ("gas", "gas alarm", "燃气报警器"),
    Kind.LEAK: ("leak", "water sensor", "水浸"),
    Kind.SOS: ("sos", "call button", "呼叫按钮"),
    Kind.FALL: ("fall", "fall detector", "跌倒监测"),
    Kind.HEART_RATE: ("bracelet", "bracelet", "手环"),
    Kind.STEPS: ("bracelet", "bracelet", "手环"),
    Kind.PRESENCE: ("presence", "presence sensor", "存在探测器"),
    Kind.MOTION: ("motion", "motion sensor", "红外"),
    Kind.CONTACT_OPEN: ("door", "door sensor", "门磁"),
    Kind.VIBRATION: ("vibration", "vibration sensor", "振动"),
    Kind.USE: ("use", "use sensor", "使用监测"),
    Kind.ACTIVITY: ("activity", "activity sensor", "活动"),
    Kind.BODY_TEMPERATURE: ("thermometer", "clinical thermometer", "体温计"),
    Kind.TEMPERATURE: ("climate", "thermometer", "温湿度"),
    Kind.HUMIDITY: ("climate", "hygrometer", "温湿度"),
}
_ROOMS: Mapping[str, tuple[str, ...]] = {
    "bedroom": ("卧室", "主卧", "睡房"),
    "bedroom-2": ("次卧", "客卧"),
    "living-room": ("客厅", "起居室"),
    "bathroom": ("卫生间", "厕所", "浴室", "洗手间"),
    "kitchen": ("厨房",),
    "hall": ("门厅", "玄关", "过道", "走廊"),
    "balcony": ("阳台",),
    "dining-room": ("餐厅", "饭厅"),
    "study": ("书房",),
}
_NOT_LISTED = frozenset({Kind.ONLINE, Kind.TEST, Kind.LINK_QUALITY, Kind.MAINS})
# These say something whenever they change; the others when the answer is yes.
_ANY_VALUE = frozenset({Kind.CONTACT_OPEN, Kind.USE, Kind.STEPS, Kind.HEART_RATE, Kind.ACTIVITY})
_ALARMS = frozenset({Kind.SMOKE, Kind.CO, Kind.GAS})
# No sensor is of two of these trades; a profile that is stands for a family of sensors.
_TRADES = (_ALARMS, {Kind.LEAK}, {Kind.MOTION}, {Kind.CONTACT_OPEN})
_BESIDE = frozenset({Kind.TEMPERATURE, Kind.HUMIDITY})


def main_kind(kinds: Iterable[Kind]) -> Kind | None:
    """Give what a device is there for."""
    found = frozenset(kinds)
    return next((kind for kind in _WORDS if kind in found), None)


def word(kinds: Iterable[Kind], language: Language) -> str:
    """Give what people call such a device."""
    kind = main_kind(kinds)
    if kind is None:
        return ("sensor", "传感器")[language.place]
    return _WORDS[kind][1:][language.place]


def is_family(kinds: Iterable[Kind]) -> bool:
    """Say whether a profile stands for many sorts of sensors, of which a device is one."""
    found = frozenset(kinds)
    return sum(not found.isdisjoint(trade) for trade in _TRADES) > 1


def measured(kinds: Iterable[Kind], said: Iterable[Kind] = ()) -> frozenset[Kind]:
    """Give what a device measures: one of a family what it has said by now, empty: not known."""
    if not is_family(kinds):
        return frozenset(kinds)
    found = frozenset(kinds) & frozenset(said)
    return found if main_kind(found) is not None else frozenset()


def sorts(kinds: Iterable[Kind], language: Language) -> dict[str, frozenset[Kind]]:
    """Give what a device of a family may be, by what people call it, with what it then measures."""
    known = frozenset(kinds)
    found: dict[str, frozenset[Kind]] = {}
    for kind in _WORDS:
        if kind in known:
            name = word([kind], language)
            found[name] = found.get(name, known & {Kind.BATTERY}) | {kind}
    return found


def listed(profile: str, kinds: Iterable[Kind], *, of_family: bool) -> list[str]:
    """Give the kinds that a household file has to list, of a device that is not its profile's."""
    found = set(kinds)
    is_known = main_kind(found - _BESIDE) is not None
    if profile != INTRODUCED and not (of_family and is_known):
        return []
    return [kind.value for kind in Kind if kind in found and kind not in _NOT_LISTED]


def device_id(room: str, kinds: Iterable[Kind], taken: Collection[str]) -> str:
    """Propose the id of a role."""
    kind = main_kind(kinds)
    return free(f"{room}-{'sensor' if kind is None else _WORDS[kind][0]}", taken)


def free(name: str, taken: Collection[str]) -> str:
    """Give an id that nobody has: with a number behind it where there is one already."""
    number, found = 2, name[:60]
    while found in taken:
        found, number = f"{name[:60]}-{number}", number + 1
    return found


def room_id(name: str, taken: Collection[str]) -> str:
    """Propose the id of a room by its name; a name that is in `taken` gets a number."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
    known = next((key for key, names in _ROOMS.items() if name.strip() in names), None)
    return free(known or plain or "room", taken)


def board_address(telemetry: str) -> str:
    """Give the address that a profile of a Tasmota board has, by where the board reports."""
    first, *rest = telemetry.strip("/").split("/")
    if first == "tele" and len(rest) == 1:
        return rest[0]
    return "/".join("%prefix%" if level == "tele" else level for level in (first, *rest))


def room_of(address: str, rooms: Sequence[Room]) -> Room | None:
    """Guess a room by what the address says; the longest name that is in it is meant."""
    said = address.casefold()
    by_length = sorted(rooms, key=lambda room: -len(room.name))
    for room in by_length:
        if room.name.casefold() in said or room.id in said:
            return room
    return None


def is_door(kinds: Iterable[Kind]) -> bool:
    """Say whether it may hang on the front door."""
    return Kind.CONTACT_OPEN in set(kinds)


def is_trigger(kind: Kind, value: Value, kinds: Iterable[Kind]) -> bool:
    """Say whether a reading is what a device says when it is tried; no kinds: not known which."""
    wanted = main_kind(kinds)
    if wanted in _ALARMS and kind is Kind.TEST:
        return value is True
    if kind is not wanted and (wanted is not None or kind not in _WORDS):
        return wanted is None and bool(frozenset(kinds))
    return value is True or kind in _ANY_VALUE or not isinstance(value, bool)


def alarms(kinds: Iterable[Kind]) -> bool:
    """Say whether such a device is tried by an alarm, or may be."""
    found = frozenset(kinds)
    return not found or main_kind(found) in TESTABLE


def how_to_try(kinds: Iterable[Kind]) -> str:
    """Give the key of the phrase that says how to make such a device speak."""
    found = frozenset(kinds)
    kind = main_kind(found)
    if kind is not None:
        return f"try.{kind}"
    return "try.other" if found else "try.unknown"


def advice(said: Sequence[Message]) -> list[str]:
    """Give the keys of what probably helps, the likeliest first, after a device was not heard."""
    live = [message for message in said if message.freshness is Freshness.LIVE]
    reasons = {refused.reason for message in live for refused in message.refused}
    if Refusal.NO_KEY in reasons or Refusal.DOWNGRADED in reasons:
        return ["advice.key_missing"]
    if Refusal.NOT_AUTHENTIC in reasons:
        return ["advice.key_wrong"]
    if Refusal.REPLAYED in reasons or Refusal.RESET in reasons:
        return ["advice.trust"]
    if not live:
        return ["advice.battery", "advice.distance", "advice.address"]
    if any(message.readings for message in live):
        return ["advice.trigger", "advice.profile"]
    return ["advice.profile"]
