"""What the page tells of a home's past: the journal of a week, and the picture of four weeks.

Both are read from the store beside the daemon.
"""

from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from edge.model import Alert, Answer, Away, Back, Blind, Change, Entry, Home, Sighted, Trouble
from gateway.language import Language
from gateway.leftovers import is_drilled
from gateway.page.day import entries_since
from gateway.page.told import Teller
from gateway.pictures import svg
from gateway.pictures.past import Gathering, learned
from gateway.pictures.sheet import sheet
from gateway.store import Store

SHOWN = timedelta(days=7)
WEEKS = 28  # days
MOST_ALERTS, MOST_LINES = 100, 300


class Line(Struct, frozen=True):
    """One line of the journal; `alert` is the id of the alert that it is of, if of any."""

    at: datetime
    time: str
    what: str
    by: str = ""
    alert: str = ""
    title: str = ""


Told = tuple[list[tuple[Alert, list[Change]]], list[Entry]]


def read(store: Path, home: Home, now: datetime) -> Told:
    """Read what happened to alerts, and what people and the gateway said. Raises StoreFailed."""
    since = now - SHOWN
    reading = Store.read_only(store)
    try:
        alerts = reading.alerts(home.id, open_only=False, limit=MOST_ALERTS, since=since)
        found = [(alert, reading.changes(alert.id)) for alert in alerts]
    finally:
        reading.close()
    kinds = Away | Back | Answer | Blind | Sighted | Trouble
    said = [e for e in entries_since(store, home.id, since) if isinstance(e.what, kinds)]
    return found, said


def lines(told: Told, teller: Teller) -> list[Line]:
    """Put it into words, the latest first."""
    alerts, said = told
    found = [
        _changed(alert, teller.title(alert), change, teller)
        for alert, changes in alerts
        for change in changes
    ]
    found += [_said(entry, teller) for entry in said]
    return sorted(found, key=lambda line: line.at, reverse=True)[:MOST_LINES]


def weeks(store: Path, home: Home, now: datetime, language: Language) -> str:
    """Draw four weeks as SVG. Raises StoreFailed."""
    gathering = Gathering(home, WEEKS)
    for entry in entries_since(store, home.id, now - timedelta(days=WEEKS)):
        gathering.take(entry)
    past = gathering.past(now.astimezone(home.zone).date())
    reading = Store.read_only(store)
    try:
        found = reading.alerts(home.id, open_only=False, since=now - timedelta(days=WEEKS))
        snapshot = reading.snapshot(home.id)
    finally:
        reading.close()
    past.alerts = [alert for alert in found if not is_drilled(alert, home)]
    if snapshot is not None:
        learned(past, snapshot[2])
    return svg.written(sheet(past, language))


def _changed(alert: Alert, title: str, change: Change, teller: Teller) -> Line:
    what = teller.say(f"event.{change.what}")
    at = change.at.wall
    by = "" if change.by == "shouhu" else teller.person(change.by)
    return Line(at, teller.at(at), what, by, alert.id, title)


def _said(entry: Entry, teller: Teller) -> Line:
    at, what = entry.at.wall, entry.what
    match what:
        case Away():
            said, by = teller.say("view.said_away"), what.by
        case Back():
            said, by = teller.say("view.said_back"), what.by
        case Answer():
            said, by = teller.say("view.said_well"), what.by
        case Blind():
            said, by = teller.blind(what.cause), ""
        case Sighted():
            said, by = teller.say("view.sees_again"), ""
        case Trouble(stands=True):
            said, by = teller.say(f"rule.{what.rule}"), what.subject
        case Trouble():
            said = teller.say("view.right_again", what=teller.say(f"rule.{what.rule}"))
            by = what.subject
        case _:
            said = by = ""
    return Line(at, teller.at(at), said, "" if by == "shouhu" else by)
