"""Reads a home from TOML: every fault at once, each with its place and what would be right.

What a home is stands in home.
"""

import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.model import Kind
from gateway.wire.profile import Profile, ProfileError, Transport
from gateway.wire.profile_file import parse_profile
from simulator.fitting import BESIDES, SPEAKS_OF, TRAITS, WITH_PULSE, Fitting, Traits
from simulator.home import Names, Place, Plan, Sensor, shortest_ways
from simulator.scenario_words import said
from simulator.sections import Fault, Section

_FLAGS = {"says_clear", "says_all"}
_SHARES = {"misses", "loss"}
_MOST = 1_000_000.0
_LONGEST_WALK = 600.0  # seconds between two rooms
_read_profiles: dict[str, Profile] = {}


class HomeFaults(ValueError):
    """A home that cannot be used, with everything that is to be mended."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.told("en"))

    def told(self, language: str) -> str:
        """Tell it in a language, a line for each."""
        return "\n".join(fault.told(language) for fault in self.faults)


def names() -> list[str]:
    """Give the homes that come along."""
    folder = files("simulator") / "homes"
    return sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.is_file())


def named(name: str) -> Plan:
    """Give a home that comes along, or the one in a file of that name. Raises HomeFaults."""
    if name.endswith(".toml"):
        return read(Path(name))
    if name not in names():
        wrong, values = _unknown(name, names())
        raise HomeFaults([Fault(name, "", said(wrong, **values))])
    return parse((files("simulator") / "homes" / f"{name}.toml").read_text("utf-8"), name)


def read(path: Path) -> Plan:
    """Read a home. Raises HomeFaults."""
    try:
        return parse(path.read_text("utf-8"), path.stem)
    except (OSError, UnicodeDecodeError) as error:
        raise HomeFaults([Fault(str(path), "", said("no_toml", why=error))]) from error


def parse(text: str, name: str) -> Plan:
    """Make a home of the text of its file. Raises HomeFaults."""
    file = f"{name}.toml"
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise HomeFaults([Fault(file, "", said("no_toml", why=error))]) from error
    faults: list[Fault] = []
    plan = _plan(Section(table, file, "", faults), name, faults)
    if plan is None or faults:
        raise HomeFaults(faults)
    return plan


def profile_named(name: str) -> Profile:
    """Read a profile that comes along, once. Raises ProfileError."""
    if name not in _read_profiles:
        file = files("device_profiles") / f"{name}.toml"
        if not file.is_file():
            raise ProfileError(name, ["no such profile"])
        _read_profiles[name] = parse_profile(file.read_text("utf-8"), name)
    return _read_profiles[name]


def _plan(section: Section, name: str, faults: list[Fault]) -> Plan | None:
    told = _names(section)
    zone, entrance = section.text("time_zone", "Asia/Shanghai"), section.text("entrance")
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError):
        section.note("time_zone", "no_zone", value=zone)
    tables = section.sections("room")
    rooms = tuple(_room(each) for each in tables)
    known = [place.id for place in rooms]
    for place, table in zip(rooms, tables, strict=True):
        for other in place.beside:
            _check(table, f"beside.{other}", other, known)
    _check(section, "entrance", entrance, known)
    if not faults:
        ways = shortest_ways(rooms)
        for room in (room for room in known if (entrance, room) not in ways):
            section.note("room", "no_way", room=room)
    found = [_sensor(each, known) for each in section.sections("sensor")]
    section.end()
    if faults:
        return None
    sensors = tuple(sensor for sensor in found if sensor is not None)
    return Plan(name, told, zone, entrance, rooms, sensors, shortest_ways(rooms))


def _names(section: Section) -> Names:
    return Names(section.text("name"), section.text("name_zh"))


def _room(section: Section) -> Place:
    beside = section.numbers("beside", 0.5, _LONGEST_WALK)
    also = section.words("also")
    place = Place(section.text("id"), _names(section), beside, also)
    section.end()
    return place


def _check(section: Section, key: str, room: str, rooms: Iterable[str]) -> None:
    """Note a room that is not there."""
    if room not in rooms:
        wrong, values = _unknown(room, rooms)
        section.note(key, wrong, **values)


def _unknown(value: str, known: Iterable[str]) -> tuple[str, dict[str, object]]:
    """Say that something is not known, and what was probably meant."""
    choices = sorted(known)
    near = get_close_matches(value, choices, 1)
    if near:
        return "did_you_mean", {"value": value, "near": near[0]}
    return "not_one_of", {"value": value, "names": ", ".join(choices)}


def _sensor(section: Section, rooms: list[str]) -> Sensor | None:
    room, word = section.text("room"), section.word("fitting", list(Fitting))
    _check(section, "room", room, rooms)
    fitting = Fitting(word) if word else Fitting.ALARM
    sees = {room: 1.0, **section.numbers("sees", 0.0, 1.0)}
    for other in sees.keys() - {room}:
        _check(section, f"sees.{other}", other, rooms)
    traits = _traits(section, fitting)
    profile = _profile(section)
    id_, told, address = section.text("id"), _names(section), section.text("address")
    item, outer = section.text("item", ""), section.flag("outer_door")
    key, alarm = section.text("bindkey", ""), section.maybe_word("alarm", SPEAKS_OF[Fitting.ALARM])
    unsaid = frozenset(Kind(each) for each in section.words("unsaid", list(Kind)))
    section.end()
    if profile is None:
        return None
    kinds = _kinds(profile, fitting, alarm or Kind.SMOKE) - unsaid
    if not kinds & set(SPEAKS_OF[fitting]):
        notices = ", ".join(SPEAKS_OF[fitting])
        section.note("profile", "no_sense", value=profile.id, names=notices)
    address = address.upper() if profile.source is Transport.BLE else address
    return Sensor(id_, room, told, fitting, profile, address, sees, kinds, traits, item, outer, key)


def _profile(section: Section) -> Profile | None:
    name = section.text("profile")
    try:
        return profile_named(name)
    except ProfileError as error:
        section.note("profile", "no_profile", value=name, why=error)
        return None


def _kinds(profile: Profile, fitting: Fitting, alarm: str) -> frozenset[Kind]:
    speaks_of = [kind for kind in SPEAKS_OF[fitting] if kind in profile.kinds]
    if fitting is Fitting.ALARM:
        speaks_of = [kind for kind in speaks_of if kind == alarm]
    elif fitting is Fitting.USE:
        speaks_of = speaks_of[:1]
    pulse = (Kind.HEART_RATE,) if fitting in WITH_PULSE else ()
    return profile.kinds & {*speaks_of, *BESIDES, *pulse}


def _traits(section: Section, fitting: Fitting) -> Traits:
    """Read how it differs from what such sensors usually are."""
    usual = TRAITS[fitting]
    numbers: dict[str, float] = {
        name: section.number(name, 0, 1 if name in _SHARES else _MOST, value)
        for name, value in usual._asdict().items()
        if name not in _FLAGS
    }
    clears = section.flag("says_clear", usual.says_clear)
    return Traits(says_clear=clears, says_all=section.flag("says_all", usual.says_all), **numbers)
