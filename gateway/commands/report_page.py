"""The installation report as one HTML page for A4 paper, Chinese and English side by side.

It needs nothing beside itself. What was tested and what stands open is given to it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from msgspec import Struct

from edge.model import Alert, Device, Home, Kind, Severity
from gateway.commands.ear import battery_text, kinds_text, profile_text, signal_text
from gateway.commands.paper import (
    BOTH,
    facts,
    local_time,
    paragraph,
    section,
    sheet,
    signatures,
    table,
    two,
)
from gateway.commands.proposals import measured
from gateway.heard import Heard
from gateway.language import Language, say
from gateway.phrases import PHRASES
from gateway.tested import Record
from gateway.wire.fitted import Fitted

# What a device says of itself, and not of the home.
BESIDE = frozenset({Kind.ONLINE, Kind.TEST, Kind.MAINS})


class Installation(Struct, frozen=True):
    """All that the report tells of a home."""

    home: Home
    fitted: Sequence[Fitted]
    tests: Mapping[str, Record]
    alerts: Sequence[Alert] | None  # None: not known
    heard: Mapping[str, Heard]
    by: str
    at: datetime
    version: str


def page(what: Installation) -> str:
    """Write the whole page."""
    parts = [
        f"<h1>{two('report.title')}</h1>",
        _head(what),
        section("report.devices", _devices(what)),
        section("report.faults", _faults(what)),
        section("report.contacts", _contacts(what)),
        signatures("report.technician", "report.family", "report.date", "report.date"),
    ]
    return sheet(f"{say(Language.ZH, 'report.title')} {what.home.name}", parts)


def _head(what: Installation) -> str:
    home, tests = what.home, what.tests
    passed = sum(1 for device in home.devices if _passed(tests.get(device.id)))
    rows = [
        ("report.household", f"{home.name} ({home.id})"),
        ("report.resident", home.resident),
        ("report.at", local_time(what.at, home)),
        ("report.by", what.by),
        ("report.result", f"{passed} / {len(home.devices)}"),
        ("report.version", f"shouhu {what.version}"),
    ]
    return facts(rows)


def _devices(what: Installation) -> str:
    by_device = {one.device.id: one for one in what.fitted}
    rows = []
    for room in what.home.rooms:
        mine = [device for device in what.home.devices if device.room == room.id]
        rows += [_device(what, room.name, each, by_device.get(each.id)) for each in mine]
        if not mine:
            nothing = "<br>".join(say(each, "report.no_device") for each in BOTH)
            rows.append([escape(room.name), f"<small>{nothing}</small>", "", "", ""])
    heads = ("report.room", "report.device", "report.measures", "report.state", "report.test")
    return table(heads, rows)


def _device(what: Installation, room: str, device: Device, fitted: Fitted | None) -> list[str]:
    heard = what.heard.get(device.id)
    kinds = measured(device.kinds, () if heard is None else heard.readings) or device.kinds
    told = [kinds_text(kinds - BESIDE, each) for each in BOTH]
    profile = "" if fitted is None else f"{_profile(fitted)}, {fitted.address}"
    door = "".join(f"<small>{say(each, 'plan.outer_door')}</small>" for each in BOTH[:1])
    return [
        escape(room),
        f"{escape(device.name)}<small>{escape(device.id)}: {escape(profile)}</small>"
        + (door if device.outer_door else ""),
        "<br>".join(escape(each) for each in told),
        _state(heard, what.home),
        _outcome(what.tests.get(device.id), what.home),
    ]


def _profile(fitted: Fitted) -> str:
    names = dict.fromkeys(profile_text(fitted.profile.id, each) for each in BOTH)
    return " ".join(names)


def _state(heard: Heard | None, home: Home) -> str:
    if heard is None:
        return "-"
    last = "-" if heard.last is None else local_time(heard.last, home)
    return f"{last}<small>{battery_text(heard)} &middot; {signal_text(heard)}</small>"


def _outcome(record: Record | None, home: Home) -> str:
    if record is None:
        return "<br>".join(say(each, "report.untested") for each in BOTH)
    sort = "passed" if record.passed else "failed"
    words = " ".join(say(each, f"walk.{sort}") for each in BOTH)
    small = f"{local_time(record.at, home)}, {record.by}"
    said = "".join(f"<small>{escape(each)}</small>" for each in _said(record.said))
    return f'<span class="{sort}">{words}</span><small>{escape(small)}</small>{said}'


def _said(noted: str) -> list[str]:
    """Tell what was noted of a test: the key of an advice, or a receiver's own words."""
    if noted in PHRASES:
        return [say(each, noted) for each in BOTH]
    return [noted] if noted else []


def _faults(what: Installation) -> str:
    if what.alerts is None:
        return paragraph("report.unknown")
    alerts = [each for each in what.alerts if each.finding.severity is not Severity.NOTE]
    if not alerts:
        return paragraph("report.no_fault")
    names = {device.id: device.name for device in what.home.devices}
    rows = []
    for alert in alerts:
        found = alert.finding
        said = [escape(say(each, f"rule.{found.rule}")) for each in BOTH]
        subject = escape(names.get(found.subject, found.subject))
        rows.append(["<br>".join(said), subject, local_time(found.since.wall, what.home)])
    return table(("report.fault", "report.where", "report.since"), rows)


def _contacts(what: Installation) -> str:
    rows = []
    for contact in what.home.contacts:
        for channel in contact.channels:
            outcome = _outcome(what.tests.get(f"channel:{channel}"), what.home)
            rows.append([escape(contact.name), escape(contact.role), escape(channel), outcome])
    heads = ("report.contact", "report.role", "report.channel", "report.reached")
    return table(heads, rows)


def _passed(record: Record | None) -> bool:
    return record is not None and record.passed
