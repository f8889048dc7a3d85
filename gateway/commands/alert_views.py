"""Alerts for people's eyes and for programs: looked up, listed, told with all their history."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from edge.model import Alert, Change, Notice, Receipt, Rule, State
from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.homes import Known
from gateway.commands.layout import table
from gateway.language import Language, Phrase, say
from gateway.rungs import Step, ladder
from gateway.store import Store, StoreFailed

SHORT = 8  # characters of an id in the overview, more where they do not tell two alerts apart
COLUMNS = ("id", "severity", "state", "since", "household", "what", "where", "owner")


class History(Struct, frozen=True):
    """One alert with everything that came of it."""

    alert: Alert
    changes: list[Change]
    notices: list[Notice]
    receipts: list[Receipt]

    def ladder(self, *, has_platform: bool) -> list[Step]:
        """Give how far it has come."""
        rest = (self.changes, self.notices, self.receipts)
        return ladder(self.alert, *rest, has_platform=has_platform)


@contextmanager
def opened(store: Path) -> Iterator[Store]:
    """Open the store to look only."""
    try:
        reading = Store.read_only(store)
        try:
            yield reading
        finally:
            reading.close()
    except StoreFailed as error:
        why = Phrase(f"cause.{error.cause}")
        raise CommandFailed(Exit.FAILED, "store.unreadable", place=error.place, why=why) from error


def listed(store: Path, household: str | None, *, open_only: bool) -> list[Alert]:
    """Give alerts, the gravest first and of these the latest."""
    with opened(store) as reading:
        found = reading.alerts(household, open_only)
    found.sort(key=lambda alert: alert.opened.wall, reverse=True)
    return sorted(found, key=lambda a: (a.state is State.CLOSED, a.finding.severity.rank))


def history(store: Path, alert_id: str) -> History:
    """Give everything about the alert that an id or its beginning names."""
    with opened(store) as reading:
        alert = reading.alert(alert_id) or chosen(reading.alerts(open_only=False), alert_id)
        return History(
            alert,
            reading.changes(alert.id),
            reading.notices(alert.id),
            reading.receipts(alert.id),
        )


def chosen(alerts: Sequence[Alert], beginning: str) -> Alert:
    """Give the one alert whose id begins so."""
    found = [alert for alert in alerts if beginning and alert.id.startswith(beginning.lower())]
    if not found:
        raise CommandFailed(Exit.NOT_FOUND, "alerts.not_found", id=beginning)
    if len(found) > 1:
        raise CommandFailed(Exit.NOT_FOUND, "alerts.ambiguous", id=beginning, count=len(found))
    return found[0]


def plain(alert: Alert) -> dict[str, object]:
    """Give an alert for a program."""
    fields: dict[str, object] = msgspec.to_builtins(alert)
    return fields


def plain_history(history: History, *, has_platform: bool) -> dict[str, object]:
    """Give an alert and its history for a program."""
    fields: dict[str, object] = msgspec.to_builtins(history)
    return fields | {"ladder": msgspec.to_builtins(history.ladder(has_platform=has_platform))}


def overview(alerts: Sequence[Alert], known: Known, language: Language) -> list[str]:
    """Lay the alerts out as a table."""
    if not alerts:
        return []
    short = _distinct([alert.id for alert in alerts])
    head = [say(language, f"column.{name}") for name in COLUMNS]
    rows = [_row(alert, alert.id[:short], known, language) for alert in alerts]
    return table([head, *rows])


def _distinct(ids: Sequence[str]) -> int:
    length = SHORT
    while len({each[:length] for each in ids}) < len(set(ids)):
        length += 1
    return length


def _row(alert: Alert, short: str, known: Known, language: Language) -> list[str]:
    finding = alert.finding
    return [
        short,
        say(language, f"severity.{finding.severity}"),
        say(language, f"state.{alert.state}"),
        known.time(finding.since.wall, alert.household)[:16],
        known.name(alert.household),
        what(alert, language),
        where(alert, known),
        "" if alert.lease is None else alert.lease.owner,
    ]


def what(alert: Alert, language: Language) -> str:
    """Say what it is, a drill marked as one."""
    drill = say(language, "show.drill") if alert.drill else ""
    return drill + say(language, f"rule.{alert.finding.rule}")


def where(alert: Alert, known: Known) -> str:
    """Say where it is: the device and its room by their names, else the subject as it is."""
    home = known.homes.get(alert.household)
    subject = alert.finding.subject
    if alert.finding.rule is Rule.REACH:
        people = () if home is None else home.contacts
        return next((each.name for each in people if each.id == subject), subject)
    because = alert.finding.because
    device_id = getattr(because, "device", getattr(because, "last_device", subject))
    device = next((d for d in home.devices if d.id == device_id), None) if home else None
    if home is None or device is None:
        return subject
    room = next((r.name for r in home.rooms if r.id == device.room), device.room)
    return device.name if device.name.startswith(room) else f"{room} {device.name}"
