"""The installation report as one HTML page for A4 paper, Chinese and English side by side.

It needs nothing beside itself. What was tested and what stands open is given to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape

from msgspec import Struct

from edge.model import Alert, Device, Home, Kind, Severity
from gateway.commands.ear import battery_text, kinds_text, profile_text, signal_text
from gateway.commands.proposals import measured
from gateway.heard import Heard
from gateway.language import Language, say
from gateway.phrases import PHRASES
from gateway.tested import Record
from gateway.wire.fitted import Fitted

BOTH = (Language.ZH, Language.EN)
# What a device says of itself, and not of the home.
BESIDE = frozenset({Kind.ONLINE, Kind.TEST, Kind.MAINS})
STYLE = """
@page { size: A4; margin: 14mm; }
body { font: 10.5pt/1.45 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei",
  "WenQuanYi Micro Hei", "PingFang SC", sans-serif; color: #111; max-width: 182mm;
  margin: 0 auto; padding: 6mm 0; }
h1 { font-size: 17pt; margin: 0; }
h2 { font-size: 12pt; margin: 6mm 0 2mm; border-bottom: 0.5mm solid #111; }
h1 small, h2 small, th small { font-weight: normal; color: #555; font-size: 70%; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 0.25mm solid #999; padding: 1mm 1.6mm; text-align: left;
  vertical-align: top; overflow-wrap: anywhere; }
th { background: #f0f0f0; font-size: 9pt; }
td small { color: #555; display: block; }
tr { break-inside: avoid; }
dl { display: grid; grid-template-columns: 46mm 1fr; gap: 1mm 3mm; margin: 3mm 0; }
dt { color: #555; } dd { margin: 0; }
.passed { color: #0a5c1f; font-weight: bold; }
.failed { color: #a40000; font-weight: bold; }
.sign { display: grid; grid-template-columns: 1fr 1fr; gap: 8mm 12mm; margin-top: 12mm;
  break-inside: avoid; }
.sign div { border-top: 0.3mm solid #111; padding-top: 1mm; }
@media print { body { padding: 0; } th { print-color-adjust: exact; } }
"""


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
        f"<h1>{_two('report.title')}</h1>",
        _head(what),
        _section("report.devices", _devices(what)),
        _section("report.faults", _faults(what)),
        _section("report.contacts", _contacts(what)),
        _signatures(),
    ]
    title = escape(f"{say(Language.ZH, 'report.title')} {what.home.name}")
    return (
        f'<!DOCTYPE html>\n<html lang="zh">\n<head>\n<meta charset="utf-8">\n<title>{title}'
        f"</title>\n<style>{STYLE}</style>\n</head>\n<body>\n" + "\n".join(parts) + "\n</body>\n"
        "</html>\n"
    )


def _head(what: Installation) -> str:
    home, tests = what.home, what.tests
    passed = sum(1 for device in home.devices if _passed(tests.get(device.id)))
    rows = [
        ("report.household", f"{home.name} ({home.id})"),
        ("report.resident", home.resident),
        ("report.at", _time(what.at, home)),
        ("report.by", what.by),
        ("report.result", f"{passed} / {len(home.devices)}"),
        ("report.version", f"shouhu {what.version}"),
    ]
    inner = "".join(f"<dt>{_two(key)}</dt><dd>{escape(text)}</dd>" for key, text in rows)
    return f"<dl>{inner}</dl>"


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
    return _table(heads, rows)


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
    last = "-" if heard.last is None else _time(heard.last, home)
    return f"{last}<small>{battery_text(heard)} &middot; {signal_text(heard)}</small>"


def _outcome(record: Record | None, home: Home) -> str:
    if record is None:
        return "<br>".join(say(each, "report.untested") for each in BOTH)
    sort = "passed" if record.passed else "failed"
    words = " ".join(say(each, f"walk.{sort}") for each in BOTH)
    small = f"{_time(record.at, home)}, {record.by}"
    said = "".join(f"<small>{escape(each)}</small>" for each in _said(record.said))
    return f'<span class="{sort}">{words}</span><small>{escape(small)}</small>{said}'


def _said(noted: str) -> list[str]:
    """Tell what was noted of a test: the key of an advice, or a receiver's own words."""
    if noted in PHRASES:
        return [say(each, noted) for each in BOTH]
    return [noted] if noted else []


def _faults(what: Installation) -> str:
    if what.alerts is None:
        return _paragraph("report.unknown")
    alerts = [each for each in what.alerts if each.finding.severity is not Severity.NOTE]
    if not alerts:
        return _paragraph("report.no_fault")
    names = {device.id: device.name for device in what.home.devices}
    rows = []
    for alert in alerts:
        found = alert.finding
        said = [escape(say(each, f"rule.{found.rule}")) for each in BOTH]
        subject = escape(names.get(found.subject, found.subject))
        rows.append(["<br>".join(said), subject, _time(found.since.wall, what.home)])
    return _table(("report.fault", "report.where", "report.since"), rows)


def _contacts(what: Installation) -> str:
    rows = []
    for contact in what.home.contacts:
        for channel in contact.channels:
            outcome = _outcome(what.tests.get(f"channel:{channel}"), what.home)
            rows.append([escape(contact.name), escape(contact.role), escape(channel), outcome])
    heads = ("report.contact", "report.role", "report.channel", "report.reached")
    return _table(heads, rows)


def _signatures() -> str:
    names = ("report.technician", "report.family", "report.date", "report.date")
    return f'<div class="sign">{"".join(f"<div>{_two(name)}</div>" for name in names)}</div>'


def _section(key: str, inner: str) -> str:
    return f"<section><h2>{_two(key)}</h2>\n{inner}</section>"


def _table(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{_two(each)}</th>" for each in heads)
    body = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _paragraph(key: str) -> str:
    return f"<p>{_two(key)}</p>"


def _two(key: str) -> str:
    return f"{escape(say(Language.ZH, key))} <small>{escape(say(Language.EN, key))}</small>"


def _passed(record: Record | None) -> bool:
    return record is not None and record.passed


def _time(at: datetime, home: Home) -> str:
    return at.astimezone(home.zone).strftime("%Y-%m-%d %H:%M")
