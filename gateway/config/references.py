"""What one key says of another: names that exist, ids that are single, people who are told.

It works on the tables as read, so that a slip in one key hides no fault in another.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Protocol
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Struct

from edge.model import Kind, Severity
from edge.roles import ELDER, PREFIX, role_key
from edge.signs import LIFE_KINDS
from gateway.config.faults import Source
from gateway.config.read import Tables
from gateway.language import Phrase
from gateway.nearest import near
from gateway.wire.introduced import INTRODUCED

_ZONES = {
    "beijing": "Asia/Shanghai",
    "asia/beijing": "Asia/Shanghai",
    "北京": "Asia/Shanghai",
    "中国": "Asia/Shanghai",
    "cst": "Asia/Shanghai",
    "utc+8": "Asia/Shanghai",
    "gmt+8": "Asia/Shanghai",
    "+08:00": "Asia/Shanghai",
}
_DEFAULT_SEVERITIES = ("emergency", "urgent", "fault")


class Measures(Protocol):
    """What must be known of a profile here."""

    @property
    def kinds(self) -> frozenset[Kind]:
        """Give what a device of this profile can report."""

    @property
    def clears_after(self) -> timedelta | None:
        """Give when its "true" is over; None where it says so itself."""


class Declared(Struct, frozen=True):
    """What a household file says that a device measures."""

    kinds: frozenset[Kind]
    clears_after: timedelta | None = None


class Known(Struct, frozen=True):
    """What a household may refer to; None: not known because it could not be read."""

    profiles: Mapping[str, Measures]
    channels: frozenset[str] | None
    is_every_profile: bool = True


class Seen:
    """Remembers where each name first stood, to report the second."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], str] = {}

    def note(self, sort: str, scope: str, value: str, source: Source, place: str) -> None:
        """Note a name of this sort within a scope; report it when it stood there before."""
        here = f"{source.name}: {place}"
        first = self._first.setdefault((f"{sort}/{scope}", value), here)
        if first != here:
            values = {"sort": Phrase(f"sort.{sort}"), "value": value, "first": first}
            source.fault(place, Phrase("fault.duplicate", values), Phrase("mend.duplicate"))


def check_household(tables: Tables, source: Source, known: Known, seen: Seen) -> None:
    """Report everything in one household's file that does not hang together."""
    household = table(tables, "household")
    if name := word(household, "id"):
        seen.note("household", "", name, source, "household.id")
    if (zone := word(household, "time_zone")) is not None:
        _check_zone(zone, source)
    for sort in ("room", "device", "contact"):
        for place, row in rows(tables, sort):
            if identity := word(row, "id"):
                seen.note(sort, source.name, identity, source, f"{place}.id")
    _check_devices(tables, source, known, seen)
    _check_contacts(tables, source, known)
    _check_steps(tables, source)


def _check_zone(zone: str, source: Source) -> None:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, LookupError):
        guess = _ZONES.get(zone.strip().casefold().replace(" ", ""))
        mend = Phrase("mend.did_you_mean", {"near": guess}) if guess else None
        _report_unknown(
            "zone", zone, source, "household.time_zone", known=available_timezones(), mend=mend
        )


def _check_devices(tables: Tables, source: Source, known: Known, seen: Seen) -> None:
    rooms = {word(row, "id") or "" for _, row in rows(tables, "room")}
    kinds: set[Kind] = set()
    is_unsure = "device" in tables and not isinstance(tables["device"], list)
    for place, row in rows(tables, "device"):
        room, name = word(row, "room"), word(row, "profile")
        if room is not None and room not in rooms:
            _report_unknown("room", room, source, f"{place}.room", known=rooms)
        profile = _measures(row, place, name or "", source, known)
        if name is not None and profile is None and known.is_every_profile:
            _report_unknown("profile", name, source, f"{place}.profile", known=known.profiles)
        is_unsure = is_unsure or profile is None
        if profile is not None:
            is_event = profile.clears_after is not None
            _check_answer(row, place, profile.kinds, source, is_event=is_event)
            kinds |= profile.kinds if row.get("answers") is not True else frozenset()
            if row.get("outer_door") is True and Kind.CONTACT_OPEN not in profile.kinds:
                wrong = Phrase("fault.not_door", {"profile": name})
                source.fault(f"{place}.outer_door", wrong, Phrase("mend.not_door"))
        if address := word(row, "address"):
            seen.note("address", name or "", address, source, f"{place}.address")
    if not (is_unsure or kinds & LIFE_KINDS):
        # A home in which nothing has been set up yet is one that is being installed.
        is_begun = bool(rows(tables, "device"))
        source.fault("device", Phrase("fault.no_life"), Phrase("mend.no_life"), warn=not is_begun)


def _check_answer(
    row: Tables, place: str, kinds: frozenset[Kind], source: Source, *, is_event: bool
) -> None:
    """Report a device that is to answer and cannot: no button, a call for help, a level."""
    if row.get("answers") is not True:
        return
    if Kind.SOS in kinds:
        source.fault(f"{place}.answers", Phrase("fault.answer_sos"), Phrase("mend.answer_sos"))
    elif Kind.USE not in kinds:
        source.fault(f"{place}.answers", Phrase("fault.answer_kind"), Phrase("mend.answer_kind"))
    elif not is_event and "clears_after" not in row:
        source.fault(f"{place}.answers", Phrase("fault.answer_level"), Phrase("mend.answer_level"))


def _measures(row: Tables, place: str, name: str, source: Source, known: Known) -> Measures | None:
    """Give what a device can report: its profile knows, or the file says what was seen."""
    said = words(row.get("kinds"))
    listed = frozenset(kind for kind in Kind if kind in said)
    if name != INTRODUCED:
        profile = known.profiles.get(name)
        if profile is None or not listed:
            return profile
        if beyond := sorted(listed - profile.kinds):
            wrong = Phrase("fault.kinds", {"kinds": ", ".join(beyond)})
            source.fault(f"{place}.kinds", wrong, Phrase("mend.kinds"))
        return Declared(listed & profile.kinds, profile.clears_after)
    if not said:
        source.fault(f"{place}.kinds", Phrase("fault.no_kinds"), Phrase("mend.no_kinds"))
    if "/" not in (word(row, "address") or "/").strip("/"):
        wrong = Phrase("fault.not_introduced")
        source.fault(f"{place}.address", wrong, Phrase("mend.not_introduced"))
    return Declared(listed)


def _check_contacts(tables: Tables, source: Source, known: Known) -> None:
    people = rows(tables, "contact")
    is_drill = table(tables, "household").get("drill") is True
    told = [row for _, row in people if role_key(word(row, "role") or "") != ELDER]
    if not told and not isinstance(tables.get("contact"), dict):
        source.fault("contact", Phrase("fault.no_contact"), Phrase("mend.no_contact"))
    for place, row in people:
        channels = row.get("channels", [])
        if role_key(word(row, "role") or "") == ELDER and not channels:
            continue  # whoever is watched over has a telephone, and is told of nothing
        if channels == []:
            mend = Phrase("mend.no_channel")
            source.fault(f"{place}.channels", Phrase("fault.no_channel"), mend)
        names = words(channels)
        if len(set(names)) == 1 and not is_drill:
            wrong = Phrase("fault.one_channel")
            source.warn(f"{place}.channels", wrong, Phrase("mend.one_channel"))
        for number, name in enumerate(names):
            if known.channels is not None and name not in known.channels:
                where = f"{place}.channels[{number}]"
                _report_unknown("channel", name, source, where, known=known.channels)


def _check_steps(tables: Tables, source: Source) -> None:
    contacts = [row for _, row in rows(tables, "contact")]
    people = {word(row, "id") or "" for row in contacts}
    roles: dict[str, set[str]] = {}
    for row in contacts:
        roles.setdefault(role_key(word(row, "role") or ""), set()).add(word(row, "id") or "")
    steps = rows(table(tables, "escalation"), "step", "escalation.")
    told: set[str] = set()
    covered: set[str] = set()
    for place, row in steps:
        tell = row.get("tell", [])
        if tell == []:
            source.fault(f"{place}.tell", Phrase("fault.tells_nobody"), Phrase("mend.tells_nobody"))
        told.update(words(tell))
        severities = row.get("severities", list(_DEFAULT_SEVERITIES))
        covered.update(words(severities) if tell else ())
        for number, name in enumerate(words(tell)):
            where = f"{place}.tell[{number}]"
            if name.startswith(PREFIX):
                role = name.removeprefix(PREFIX)
                told |= roles.get(role_key(role), set())
                if role_key(role) not in roles:
                    known = {f"{PREFIX}{each}" for each in roles if each}
                    _report_unknown("role", name, source, where, known=known)
            elif name not in people:
                _report_unknown("contact", name, source, where, known=people)
    if steps:
        _check_coverage(tables, source, told, covered)


def _check_coverage(tables: Tables, source: Source, told: set[str], covered: set[str]) -> None:
    for severity in (Severity.EMERGENCY, Severity.URGENT, Severity.FAULT):
        if severity not in covered:
            values = {"severity": severity.value}
            wrong, right = Phrase("fault.untold", values), Phrase("mend.untold", values)
            source.fault("escalation.step", wrong, right, warn=severity is Severity.FAULT)
    for place, row in rows(tables, "contact"):
        name = word(row, "id")
        if name is not None and name not in told and role_key(word(row, "role") or "") != ELDER:
            source.warn(place, Phrase("fault.never_told"), Phrase("mend.never_told"))


def _report_unknown(
    sort: str,
    value: str,
    source: Source,
    place: str,
    *,
    known: Mapping[str, object] | set[str] | frozenset[str],
    mend: Phrase | None = None,
) -> None:
    wrong = Phrase("fault.unknown", {"sort": Phrase(f"sort.{sort}"), "value": value[:60]})
    source.fault(place, wrong, mend or near(value, known))


# --- the tables as read: anything may stand anywhere


def table(tables: Mapping[str, object], key: str) -> Tables:
    """Give the table under a key, empty where there is none."""
    found = tables.get(key)
    return found if isinstance(found, dict) else {}


def rows(tables: Mapping[str, object], key: str, prefix: str = "") -> list[tuple[str, Tables]]:
    """Give the tables in the list under a key, each with its place."""
    found = tables.get(key)
    listed = found if isinstance(found, list) else []
    numbered = enumerate(listed)
    return [(f"{prefix}{key}[{n}]", row) for n, row in numbered if isinstance(row, dict)]


def word(row: Mapping[str, object], key: str) -> str | None:
    """Give the text under a key; None where there is none."""
    found = row.get(key)
    return found if isinstance(found, str) else None


def words(value: object) -> list[str]:
    """Give the texts of a list."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def all_words(tables: Mapping[str, object], key: str, name: str) -> Iterator[str]:
    """Give the texts under one name in all tables of a list."""
    return (found for _, row in rows(tables, key) if (found := word(row, name)) is not None)
